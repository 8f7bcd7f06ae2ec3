"""What contradicts a frozen cut-off day and what is only progress, kind by kind."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.sources.cut_off import (
    DONE,
    LATE,
    OPEN,
    told,
)

from cchc.paths import Instance
from cchc.store import Store

CONTRADICTIONS: dict[str, tuple[dict[str, str] | None, dict[str, str], tuple[str | None, ...]]] = {
    "an end date rewritten to the due date": (
        LATE,
        LATE | {"Ngày_kết_thúc_xử_lý": "09/02/2026"},
        ("end_changed", "2026-02-10", "2026-02-09", "late", "on_time"),
    ),
    "an end date moved behind the cut-off": (
        LATE,
        LATE | {"Ngày_kết_thúc_xử_lý": "20/03/2026"},
        ("end_changed", "2026-02-10", "2026-03-20", "late", "overdue"),
    ),
    "an end date taken out": (
        LATE,
        LATE | {"Ngày_kết_thúc_xử_lý": ""},
        ("end_removed", "2026-02-10", None, "late", "overdue"),
    ),
    "finished, then open again": (
        LATE,
        LATE | {"Trạng_thái": "Đang xử lý", "Ngày_kết_thúc_xử_lý": ""},
        ("reopened", "9", "4", "late", "overdue"),
    ),
    "open on the day, then said to have ended before it": (
        OPEN,
        OPEN | {"Trạng_thái": "Đã trả kết quả", "Ngày_kết_thúc_xử_lý": "10/03/2026"},
        ("end_backdated", None, "2026-03-10", "overdue", "on_time"),
    ),
    "said to have ended on the day of the last export": (
        OPEN,
        OPEN | {"Trạng_thái": "Đã xử lý xong", "Ngày_kết_thúc_xử_lý": "14/03/2026"},
        ("last_day", None, "2026-03-14", "overdue", "late"),
    ),
    "the due date of a finished dossier moved": (
        LATE,
        LATE | {"Ngày_hẹn_trả": "12/02/2026"},
        ("due_changed", "2026-02-09", "2026-02-12", "late", "early"),
    ),
    "the due date of an overdue dossier moved behind the cut-off": (
        OPEN,
        OPEN | {"Ngày_hẹn_trả": "20/03/2026"},
        ("due_changed", "2026-03-10", "2026-03-20", "overdue", "in_term"),
    ),
    "the due date of a finished dossier taken out": (
        LATE,
        LATE | {"Ngày_hẹn_trả": ""},
        ("due_changed", "2026-02-09", None, "late", "on_time"),
    ),
    "withdrawn instead of finished": (
        LATE,
        LATE | {"Trạng_thái": "Công dân rút"},
        ("status_changed", "9", "7", "late", "on_time"),
    ),
    "accepted, then never accepted": (
        OPEN,
        OPEN | {"Trạng_thái": "Không được tiếp nhận"},
        ("status_changed", "4", "3", "overdue", "not_counted"),
    ),
    "the day of receipt moved": (
        OPEN,
        OPEN | {"Ngày_tiếp_nhận": "09/03/2026"},
        ("received_changed", "2026-03-02", "2026-03-09", "overdue", "overdue"),
    ),
    "the day of receipt moved behind the cut-off": (
        OPEN,
        OPEN | {"Ngày_tiếp_nhận": "16/03/2026"},
        ("received_changed", "2026-03-02", "2026-03-16", "overdue", "not_counted"),
    ),
    "only registered, then said to have been received before": (
        {"Trạng_thái": "Mới đăng ký", "Ngày_tiếp_nhận": "", "Ngày_hẹn_trả": ""},
        OPEN,
        ("received_changed", None, "2026-03-02", "not_counted", "overdue"),
    ),
    "the channel changed": (
        OPEN,
        OPEN | {"Kênh_thực_hiện": "Trực tuyến"},
        ("channel_changed", "1", "2", "overdue", "overdue"),
    ),
    "the unit changed": (
        OPEN,
        OPEN | {"Mã_đơn_vị": "30002", "Đơn_vị_xử_lý": "UBND xã Thử Hòa"},
        ("unit_changed", "30001", "30002", "overdue", "overdue"),
    ),
    "the field changed": (
        OPEN,
        OPEN | {"Lĩnh_vực": "Đất đai"},
        ("field_changed", "ho tich", "dat dai", "overdue", "overdue"),
    ),
    "the level of the online service changed": (
        OPEN,
        OPEN | {"Mức_độ_DVC": "Một phần"},
        ("level_changed", "4", "3", "overdue", "overdue"),
    ),
    "the day of handing over changed": (
        DONE | {"Ngày_hẹn_trả": "10/02/2026", "Ngày_trả": "11/02/2026"},
        DONE | {"Ngày_hẹn_trả": "10/02/2026", "Ngày_trả": "10/02/2026"},
        ("returned_changed", "2026-02-11", "2026-02-10", "on_time", "on_time"),
    ),
    "never told of, then said to have been received in the window": (
        None,
        OPEN,
        ("appeared", None, "2026-03-02", "unknown", "overdue"),
    ),
    "never told of, received on the day of the last export": (
        None,
        {"Ngày_tiếp_nhận": "14/03/2026", "Ngày_hẹn_trả": "20/03/2026"},
        ("last_day", None, "2026-03-14", "unknown", "in_term"),
    ),
    "refused for a fault of the data, mended later": (
        OPEN | {"Ngày_hẹn_trả": "31/02/2026"},
        OPEN,
        ("was_refused", None, "2026-03-02", "unknown", "overdue"),
    ),
}


@pytest.mark.parametrize("case", CONTRADICTIONS)
def test_each_kind_of_contradiction_is_named_with_its_effect(
    case: str, store: Store, instance: Instance
) -> None:
    before, after, expected = CONTRADICTIONS[case]
    assert told(store, instance, before, after) == [expected]


PROGRESS: dict[str, tuple[dict[str, str] | None, dict[str, str]]] = {
    "finished after the cut-off": (
        OPEN,
        OPEN | {"Trạng_thái": "Đã xử lý xong", "Ngày_kết_thúc_xử_lý": "16/03/2026"},
    ),
    "finished, then handed over": (LATE, LATE | {"Trạng_thái": "Đã trả kết quả", "Ngày_trả": "16/03/2026"}),
    "open, then waiting for a supplement": (OPEN, OPEN | {"Trạng_thái": "Yêu cầu bổ sung"}),
    "the due date after the cut-off moved further": (
        OPEN | {"Ngày_hẹn_trả": "20/03/2026"},
        OPEN | {"Ngày_hẹn_trả": "27/03/2026"},
    ),
    "the due date moved after a supplement": (
        OPEN | {"Trạng_thái": "Yêu cầu bổ sung"},
        OPEN | {"Ngày_hẹn_trả": "27/03/2026"},
    ),
    "registered, then received after the cut-off": (
        {"Trạng_thái": "Mới đăng ký", "Ngày_tiếp_nhận": "", "Ngày_hẹn_trả": ""},
        {"Ngày_tiếp_nhận": "16/03/2026", "Ngày_hẹn_trả": "20/03/2026"},
    ),
    "received after the cut-off": (None, {"Ngày_tiếp_nhận": "16/03/2026", "Ngày_hẹn_trả": "20/03/2026"}),
    "the hour of the end shown in one export only": (
        LATE,
        LATE | {"Ngày_kết_thúc_xử_lý": "10/02/2026 15:30"},
    ),
}


@pytest.mark.parametrize("case", PROGRESS)
def test_progress_is_no_contradiction(case: str, store: Store, instance: Instance) -> None:
    assert told(store, instance, *PROGRESS[case]) == []


def test_where_the_hour_decides_a_moved_hour_is_a_contradiction(
    change_config: Callable[[str, str, str], None], store: Store, instance: Instance
) -> None:
    change_config("sources/counting.yaml", "late_by: day", "late_by: hour")
    due = DONE | {"Ngày_hẹn_trả": "10/02/2026 11:00"}
    before, after = (due | {"Ngày_kết_thúc_xử_lý": f"10/02/2026 {hour}"} for hour in ("16:00", "10:30"))
    assert told(store, instance, before, after) == [
        ("end_changed", "2026-02-10 16:00:00", "2026-02-10 10:30:00", "late", "on_time")
    ]


def test_several_changes_of_one_dossier_are_listed_each(store: Store, instance: Instance) -> None:
    after = LATE | {
        "Ngày_kết_thúc_xử_lý": "11/02/2026",
        "Ngày_hẹn_trả": "11/02/2026",
        "Kênh_thực_hiện": "BCCI",
    }
    assert [one[0] for one in told(store, instance, LATE, after)] == [
        "channel_changed",
        "due_changed",
        "end_changed",
    ]
