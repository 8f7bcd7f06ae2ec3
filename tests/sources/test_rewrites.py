"""What contradicts a frozen cut-off day and what is only progress, kind by kind; histories of one dossier."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sources.samples import export, register, row

from cchc.clock import at, vn_date
from cchc.demo.exports import DocumentYear, OneStopYear
from cchc.paths import PROJECT_ROOT, Instance
from cchc.sources import Comparison, compare_with_snapshot, freeze_snapshot, history, land_file
from cchc.store import Store, upgrade
from cchc.year import Window

CUT_OFF = date(2026, 3, 14)
WINDOW = Window(date(2025, 12, 15), CUT_OFF)
FROZEN, LATER, UNTIL = at(CUT_OFF, 18), at(date(2026, 3, 27), 18), at(date(2026, 6, 1))
DONE = {"Trạng_thái": "Đã xử lý xong", "Ngày_kết_thúc_xử_lý": "10/02/2026", "Ngày_tiếp_nhận": "02/02/2026"}
LATE = DONE | {"Ngày_hẹn_trả": "09/02/2026"}
OPEN = {"Ngày_tiếp_nhận": "02/03/2026", "Ngày_hẹn_trả": "10/03/2026"}
OUT = ("Số", "Ký hiệu", "Ngày văn bản", "Trích yếu", "Hình thức gửi", "Ký số", "Đơn vị ban hành")


def land(
    store: Store,
    instance: Instance,
    received: datetime,
    *rows: dict[str, str],
    name: str = "",
    header: tuple[str, ...] | None = None,
) -> None:
    path = instance.export_drop / f"{name or received.date()}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(export(rows, header=header, delimiter=",") if header else export(rows))
    land_file(store, instance, path, register(), received)


def compare(
    store: Store, instance: Instance, until: datetime = UNTIL, source: str = "one_stop"
) -> Comparison:
    found = compare_with_snapshot(store, instance, source, WINDOW, until)
    assert found is not None
    return found


def told(
    store: Store, instance: Instance, before: dict[str, str] | None, after: dict[str, str]
) -> list[tuple[str, str | None, str | None, str, str]]:
    """(kind, old, new, class before, class after) of one dossier that was frozen as `before`."""
    frozen = [row("H01-1", **before)] if before is not None else []
    land(store, instance, FROZEN, row("H01-0"), *frozen)
    freeze_snapshot(store, instance, "one_stop", CUT_OFF, FROZEN)
    # A second row: an export in which nobody has a due date would say that it has no such column.
    land(store, instance, LATER, row("H01-1", **after), row("H01-2", Ngày_tiếp_nhận="20/03/2026"))
    return [
        (one.kind, one.old, one.new, one.before, one.after)
        for one in compare(store, instance).rewrites
        if one.key == "H01-1"
    ]


def count_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, instead: str) -> None:
    """Counting rules in which `line` says something else."""
    folder = tmp_path / "cau-hinh"
    shutil.copytree(PROJECT_ROOT / "include" / "config", folder)
    rules = folder / "sources" / "counting.yaml"
    text = rules.read_text(encoding="utf-8")
    assert line in text
    rules.write_text(text.replace(line, instead), encoding="utf-8")
    monkeypatch.setenv("CCHC_CONFIG", str(folder))


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
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: Store, instance: Instance
) -> None:
    count_with(tmp_path, monkeypatch, "late_by: day", "late_by: hour")
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


def test_an_export_without_a_column_says_nothing_of_it(store: Store, instance: Instance) -> None:
    land(store, instance, FROZEN, row("H01-1", **LATE, Ngày_trả="11/02/2026"))
    freeze_snapshot(store, instance, "one_stop", CUT_OFF, FROZEN)
    slim = row("H01-1", **LATE)
    path = instance.export_drop / "gon.csv"
    path.write_bytes(
        export([slim], header=tuple(name for name in slim if name not in ("Ngày trả", "Mức độ DVC")))
    )
    land_file(store, instance, path, register(), LATER)
    assert compare(store, instance).rewrites == ()


def test_the_first_export_with_the_standing_value_is_named(store: Store, instance: Instance) -> None:
    land(store, instance, FROZEN, row("H01-1", **LATE))
    freeze_snapshot(store, instance, "one_stop", CUT_OFF, FROZEN)
    mended = LATE | {"Ngày_kết_thúc_xử_lý": "09/02/2026"}
    land(store, instance, at(date(2026, 3, 20)), row("H01-1", **LATE, Hình_thức_trả="Trực tiếp"))
    land(store, instance, at(date(2026, 3, 27)), row("H01-1", **mended))
    land(store, instance, at(date(2026, 4, 3)), row("H01-1", **mended, Hình_thức_trả="Trực tiếp"))
    (only,) = compare(store, instance).rewrites
    assert (only.file_name, only.received_at) == ("2026-03-27.csv", at(date(2026, 3, 27)))


def test_a_value_that_was_put_back_is_no_contradiction_any_more(store: Store, instance: Instance) -> None:
    land(store, instance, FROZEN, row("H01-1", **LATE))
    freeze_snapshot(store, instance, "one_stop", CUT_OFF, FROZEN)
    mended = LATE | {"Ngày_kết_thúc_xử_lý": "09/02/2026"}
    land(store, instance, at(date(2026, 3, 20)), row("H01-1", **mended))
    land(store, instance, at(date(2026, 3, 27)), row("H01-1", **LATE, Hình_thức_trả="Trực tiếp"))
    assert len(compare(store, instance, at(date(2026, 3, 21))).rewrites) == 1
    assert compare(store, instance).rewrites == ()


def test_an_export_brought_in_belatedly_with_an_old_receipt_is_compared_too(
    store: Store, instance: Instance
) -> None:
    land(store, instance, at(date(2026, 3, 6)), row("H01-1", **OPEN))
    freeze_snapshot(store, instance, "one_stop", CUT_OFF, FROZEN)
    land(
        store,
        instance,
        at(date(2026, 3, 13)),
        row("H01-1", **OPEN, Trạng_thái="Đã xử lý xong", Ngày_kết_thúc_xử_lý="05/03/2026"),
    )
    assert [one.kind for one in compare(store, instance).rewrites] == ["end_backdated"]


def test_the_shift_of_a_unit_s_counts_is_told_for_both_units(store: Store, instance: Instance) -> None:
    moved = LATE | {
        "Mã_đơn_vị": "30002",
        "Đơn_vị_xử_lý": "UBND xã Thử Hòa",
        "Ngày_kết_thúc_xử_lý": "09/02/2026",
    }
    told(store, instance, LATE, moved)
    found = compare(store, instance)
    assert {unit: shift["late"] for unit, shift in found.shift.items()} == {"30001": -1, "30002": 0}
    assert {unit: shift["on_time"] for unit, shift in found.shift.items()} == {"30001": 0, "30002": 1}
    assert found.frozen["30001"]["late"] == 1
    assert found.cases() == {("30001", "end_changed"): 1, ("30001", "unit_changed"): 1}


def test_a_day_that_the_rules_leave_out_of_the_window_was_never_counted(
    store: Store, instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_the_last_day = {"Ngày_tiếp_nhận": "14/03/2026", "Ngày_hẹn_trả": "30/03/2026"}
    assert [kind for kind, *_ in told(store, instance, None, on_the_last_day)] == ["last_day"]
    count_with(tmp_path, monkeypatch, "last_day: included", "last_day: excluded")
    assert compare(store, instance).rewrites == ()


def test_without_a_snapshot_there_is_nothing_to_compare(store: Store, instance: Instance) -> None:
    land(store, instance, FROZEN, row("H01-1"))
    assert compare_with_snapshot(store, instance, "one_stop", WINDOW, UNTIL) is None


# -- gone: only whole lists prove it -------------------------------------------------------------------


@pytest.fixture
def whole_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A configuration that declares every layout a whole list."""
    folder = tmp_path / "cau-hinh"
    shutil.copytree(PROJECT_ROOT / "include" / "config", folder)
    for path in (folder / "sources").glob("layout-*.yaml"):
        path.write_text(path.read_text(encoding="utf-8") + "\nwhole_list: true\n", encoding="utf-8")
    monkeypatch.setenv("CCHC_CONFIG", str(folder))


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


# -- documents ---------------------------------------------------------------------------------------


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


# -- histories ---------------------------------------------------------------------------------------


def test_a_history_shows_every_landing_and_the_last_one_stands(store: Store, instance: Instance) -> None:
    for day, status in ((6, "Được tiếp nhận"), (13, "Đang xử lý"), (20, "Dừng xử lý")):
        land(store, instance, at(date(2026, 3, day)), row("H01-1", Trạng_thái=status), row("H01-2"))
    told = history(store, instance, "one_stop", " h01-1 ", UNTIL)
    assert [(landing["file_name"], cells["status"]) for landing, cells in told] == [
        ("2026-03-06.csv", 2),
        ("2026-03-13.csv", 4),
        ("2026-03-20.csv", 8),
    ]
    assert len(history(store, instance, "one_stop", "H01-1", at(date(2026, 3, 14)))) == 2
    assert history(store, instance, "one_stop", "H01-9", UNTIL) == []


@contextmanager
def fresh() -> Iterator[tuple[Store, Instance]]:
    with TemporaryDirectory() as folder:
        instance = Instance(Path(folder))
        store = upgrade(Store(instance.store_url))
        try:
            yield store, instance
        finally:
            store.close()


STATUSES = ("Được tiếp nhận", "Đang xử lý", "Yêu cầu bổ sung", "Dừng xử lý")
# (day of receipt, letter of the file's name, dossier, status): several files of one day, in any order.
TOLD = st.tuples(st.integers(0, 2), st.sampled_from("abc"), st.integers(0, 2), st.sampled_from(STATUSES))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(TOLD, min_size=1, max_size=8, unique_by=lambda one: one[:3]), st.randoms())
def test_latest_receipt_wins_then_the_file_name_whatever_the_order_of_landing(
    rows: list[tuple[int, str, int, str]], chance: object
) -> None:
    files: dict[tuple[int, str], dict[int, str]] = {}
    for day, letter, number, status in rows:
        files.setdefault((day, letter), {})[number] = status
    expected: dict[int, list[str]] = {}
    for key in sorted(files):
        for number, status in files[key].items():
            expected.setdefault(number, []).append(status)
    order = list(files)
    chance.shuffle(order)  # type: ignore[attr-defined]  # hypothesis' Random has no exported type
    with fresh() as (store, instance):
        for day, letter in order:
            # The hour tells equal files of different names apart: a file's content is its identity.
            cells = [
                row(f"H01-{number}", Trạng_thái=status, Chủ_hồ_sơ=f"{day}{letter}")
                for number, status in files[day, letter].items()
            ]
            land(store, instance, FROZEN - timedelta(days=day), *cells, name=letter)
        words = {2: STATUSES[0], 4: STATUSES[1], 5: STATUSES[2], 8: STATUSES[3]}
        by_receipt: dict[int, list[str]] = {}
        for key in sorted(files, key=lambda one: (-one[0], one[1])):
            for number, status in files[key].items():
                by_receipt.setdefault(number, []).append(status)
        for number, statuses in by_receipt.items():
            told = history(store, instance, "one_stop", f"H01-{number}", FROZEN)
            assert [words[cells["status"]] for _, cells in told] == statuses
        snapshot = freeze_snapshot(store, instance, "one_stop", CUT_OFF, FROZEN)
        assert snapshot is not None
        assert snapshot.row_count == len(by_receipt)
        import duckdb

        standing = duckdb.execute(
            "SELECT dossier_code, status FROM read_parquet(?)", [str(snapshot.path)]
        ).fetchall()
        assert {code: words[status] for code, status in standing} == {
            f"H01-{number}": statuses[-1] for number, statuses in by_receipt.items()
        }


# -- any pair: no count shifts without a named change, and the shift is the truth -----------------------

DAYS = st.sampled_from([date(2025, 12, 10), date(2026, 1, 7), date(2026, 3, 13), CUT_OFF, date(2026, 3, 20)])


@st.composite
def states(draw: st.DrawFn) -> dict[str, str]:
    status = draw(
        st.sampled_from((*STATUSES, "Mới đăng ký", "Không được tiếp nhận", "Công dân rút", "Đã xử lý xong"))
    )
    received = draw(DAYS)
    ended = draw(DAYS.filter(lambda day: day >= received))
    finished = status in ("Công dân rút", "Đã xử lý xong")
    due = draw(st.none() | DAYS)
    return {
        "Trạng_thái": status,
        "Ngày_tiếp_nhận": vn_date(received),
        "Ngày_nộp": "",
        "Ngày_hẹn_trả": vn_date(due) if due else "",
        "Ngày_kết_thúc_xử_lý": vn_date(ended) if finished else "",
        "Kênh_thực_hiện": draw(st.sampled_from(("Trực tiếp", "Trực tuyến"))),
        "Mã_đơn_vị": "",
        "Đơn_vị_xử_lý": draw(st.sampled_from(("UBND xã Thử Một", "UBND xã Thử Hòa"))),
    }


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(states(), states()), min_size=4, max_size=10))
def test_a_dossier_whose_class_on_the_day_differs_is_always_named(
    pairs: list[tuple[dict[str, str], dict[str, str]]],
) -> None:
    """Judged by the words of the rule in plain Python, on the facts of the day alone."""
    frozen_at = at(date(2026, 3, 21))
    with fresh() as (store, instance):
        land(store, instance, frozen_at, *(row(f"H01-{n}", **old) for n, (old, _) in enumerate(pairs)))
        freeze_snapshot(store, instance, "one_stop", CUT_OFF, frozen_at)
        land(
            store,
            instance,
            LATER,
            row("H01-X", Ngày_tiếp_nhận="20/03/2026"),
            *(row(f"H01-{n}", **new) for n, (_, new) in enumerate(pairs)),
        )
        named = {one.key for one in compare(store, instance).rewrites}
    for number, (old, new) in enumerate(pairs):
        if _on_the_day(old) != _on_the_day(new, open_status=old["Trạng_thái"]):
            assert f"H01-{number}" in named


def _on_the_day(cells: dict[str, str], open_status: str | None = None) -> tuple[str, ...]:
    """(class, unit, channel) of a dossier on the cut-off day."""

    def day(name: str) -> date | None:
        text = cells[name]
        return date(int(text[6:]), int(text[3:5]), int(text[:2])) if text else None

    received, due, ended = day("Ngày_tiếp_nhận"), day("Ngày_hẹn_trả"), day("Ngày_kết_thúc_xử_lý")
    status = cells["Trạng_thái"]
    assert received is not None
    if status in ("Mới đăng ký", "Không được tiếp nhận") or received > CUT_OFF:
        return ("not counted",)
    where = (cells["Đơn_vị_xử_lý"], cells["Kênh_thực_hiện"])
    if ended is not None and ended <= CUT_OFF:
        if ended < WINDOW.first:
            return ("before", *where)
        if status == "Công dân rút" or due is None or ended == due:
            return ("on time", *where)
        return ("early" if ended < due else "late", *where)
    waiting = (open_status or status) in ("Yêu cầu bổ sung", "Dừng xử lý")
    return ("open in term" if waiting or due is None or due >= CUT_OFF else "overdue", *where)


# -- the synthetic province ----------------------------------------------------------------------------


def test_of_a_synthetic_year_all_planted_rewrites_and_only_those_are_found(
    store: Store, instance: Instance
) -> None:
    units = register()
    reporters = list(units.on(date(2026, 6, 30), ["so", "xa"]))
    one_stop, documents = OneStopYear(reporters, 2026, 8, 12_000), DocumentYear(reporters, 2026, 8, 6_000)
    last = date(2026, 6, 19)
    days = sorted({CUT_OFF} | {date(2025, 12, 19) + timedelta(weeks=week) for week in range(27)})
    first = date(2025, 12, 15)
    for day in days:
        for name, system in (("mc", one_stop), ("vb", documents)):
            path = instance.export_drop / f"{name}_{day}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(system.weekly_file(first, day))
            land_file(store, instance, path, units, at(day, 18))
        first = day + timedelta(days=1)
        if day == CUT_OFF:
            for source in ("one_stop", "doc_management"):
                freeze_snapshot(store, instance, source, CUT_OFF, FROZEN)
    assert first == last + timedelta(days=1)
    planted = {
        dossier.code: (date.fromordinal(dossier.ended), date.fromordinal(dossier.rewritten[1]))
        for dossier in one_stop.dossiers
        if not dossier.fault
        and dossier.rewritten
        and dossier.ended is not None
        and CUT_OFF.toordinal() < dossier.rewritten[0] <= last.toordinal()
        and dossier.rewritten[1] <= CUT_OFF.toordinal()
    }
    found = compare(store, instance, at(last, 19))
    # Finished late before the cut-off and mended since, or still open then and finished 'in time' since.
    assert {one.key: (one.kind, one.old, one.new) for one in found.rewrites} == {
        code: ("end_changed", str(ended), str(told))
        if ended <= CUT_OFF
        else ("end_backdated", None, str(told))
        for code, (ended, told) in planted.items()
    }
    assert {one.kind for one in found.rewrites} == {
        "end_changed",
        "end_backdated",
    }  # else it proves too little
    assert {(one.kind, one.before, one.after) for one in found.rewrites} == {
        ("end_changed", "late", "on_time"),
        ("end_backdated", "overdue", "on_time"),
    }
    belated = Counter(
        reporters[document.unit].code
        for document in documents.documents
        if not document.fault and document.day <= CUT_OFF.toordinal() < document.entered <= last.toordinal()
    )
    told = compare(store, instance, at(last, 19), "doc_management")
    assert sum(belated.values()) >= 3
    assert {one.kind for one in told.rewrites} <= {"appeared", "last_day"}
    assert Counter(one.unit for one in told.rewrites) == belated
