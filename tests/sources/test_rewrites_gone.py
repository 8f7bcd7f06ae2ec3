"""A dossier or a document that an export does not name any more: only a whole list proves that it is gone."""

from __future__ import annotations

from datetime import date

import pytest
from tests.sources.cut_off import (
    CUT_OFF,
    FROZEN,
    LATE,
    LATER,
    OPEN,
    compare,
    land,
)
from tests.sources.samples import row

from cchc.clock import at
from cchc.paths import Instance
from cchc.sources import freeze_snapshot
from cchc.store import Store

OUT = ("Số", "Ký hiệu", "Ngày văn bản", "Trích yếu", "Hình thức gửi", "Ký số", "Đơn vị ban hành")


def frozen_two(store: Store, instance: Instance) -> None:
    land(store, instance, FROZEN, row("H01-1", **LATE), row("H01-2", **OPEN))
    freeze_snapshot(store, instance, "one_stop", CUT_OFF, FROZEN)


EARLY, LAST = row("H01-8", Ngày_tiếp_nhận="20/12/2025"), row("H01-9", Ngày_tiếp_nhận="10/03/2026")


def test_a_dossier_missing_from_an_ordinary_export_is_not_gone(store: Store, instance: Instance) -> None:
    frozen_two(store, instance)
    land(store, instance, LATER, EARLY, LAST)
    assert {one.kind for one in compare(store, instance).rewrites} == {"appeared"}


@pytest.mark.usefixtures("whole_lists")
def test_a_dossier_missing_from_a_whole_list_is_gone(store: Store, instance: Instance) -> None:
    frozen_two(store, instance)
    land(store, instance, LATER, EARLY, LAST, row("H01-2", **OPEN))
    found = {one.key: one for one in compare(store, instance).rewrites}
    assert (found["H01-1"].kind, found["H01-1"].before, found["H01-1"].after) == ("gone", "late", "unknown")
    assert found.keys() == {"H01-1", "H01-8", "H01-9"}


@pytest.mark.usefixtures("whole_lists")
@pytest.mark.parametrize(
    "listed",
    [
        pytest.param([EARLY, row("H01-7", Ngày_tiếp_nhận="01/02/2026")], id="the list ends before its day"),
        pytest.param(
            [one | {"Mã đơn vị": "30002", "Đơn vị xử lý": "UBND xã Thử Hòa"} for one in (EARLY, LAST)],
            id="the list holds nothing of its unit",
        ),
        pytest.param(
            [EARLY, LAST, row("H01-1", **LATE | {"Kênh_thực_hiện": "Chim câu"}), row("H01-2", **OPEN)],
            id="its row was refused",
        ),
    ],
)
def test_a_whole_list_proves_nothing_beyond_itself(
    listed: list[dict[str, str]], store: Store, instance: Instance
) -> None:
    frozen_two(store, instance)
    land(store, instance, LATER, *listed)
    assert "H01-1" not in {one.key for one in compare(store, instance).rewrites}


@pytest.mark.usefixtures("whole_lists")
def test_a_dossier_that_comes_back_after_a_whole_list_is_not_gone(store: Store, instance: Instance) -> None:
    frozen_two(store, instance)
    land(store, instance, LATER, EARLY, LAST, row("H01-2", **OPEN))
    land(store, instance, at(date(2026, 4, 3)), row("H01-1", **LATE))
    assert "H01-1" not in {one.key for one in compare(store, instance).rewrites}


def sent(number: int, day: str = "05/01/2026", **changed: str) -> dict[str, str]:
    return {
        "Số": str(number),
        "Ký hiệu": "CV-UBND",
        "Ngày văn bản": day,
        "Trích yếu": "Về việc thường ngày",
        "Hình thức gửi": "Văn bản điện tử không kèm văn bản giấy",
        "Ký số": "Có",
        "Đơn vị ban hành": "Sở Thử Nghiệm",
    } | {name.replace("_", " "): value for name, value in changed.items()}


def documents_told(
    store: Store, instance: Instance, *later: dict[str, str]
) -> list[tuple[str, str, str | None, str | None, str, str]]:
    land(store, instance, FROZEN, sent(1), sent(2), header=OUT)
    freeze_snapshot(store, instance, "doc_management", CUT_OFF, FROZEN)
    land(store, instance, LATER, *later, header=OUT)
    return [
        (one.key.split("|")[3], one.kind, one.old, one.new, one.before, one.after)
        for one in compare(store, instance, source="doc_management").rewrites
    ]


def test_changes_of_documents_are_named(store: Store, instance: Instance) -> None:
    assert documents_told(
        store,
        instance,
        sent(1, Hình_thức_gửi="Văn bản giấy", Ký_số="Không"),
        sent(2, "06/01/2026"),
        sent(3, "10/03/2026"),
        sent(4, "14/03/2026"),
        sent(5, "16/03/2026"),
    ) == [
        ("1", "medium_changed", "dien-tu", "giay", "sent_electronic", "sent_paper"),
        ("1", "signed_changed", "1", "0", "sent_electronic", "sent_paper"),
        ("2", "day_changed", "2026-01-05", "2026-01-06", "sent_electronic", "sent_electronic"),
        ("3", "appeared", None, "2026-03-10", "unknown", "sent_electronic"),
        ("4", "last_day", None, "2026-03-14", "unknown", "sent_electronic"),
    ]


@pytest.mark.usefixtures("whole_lists")
def test_a_document_missing_from_a_whole_register_is_gone(store: Store, instance: Instance) -> None:
    assert documents_told(store, instance, sent(2), sent(8, "20/12/2025"), sent(9, "20/03/2026")) == [
        ("8", "appeared", None, "2025-12-20", "unknown", "sent_electronic"),
        ("1", "gone", "2026-01-05", None, "sent_electronic", "unknown"),
    ]
