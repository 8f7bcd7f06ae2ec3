"""The collecting stage after the cut-off: the report on rewrites and the watch over silent sources."""

from __future__ import annotations

import io
import logging
from datetime import date, datetime, timedelta

import pytest
from openpyxl import load_workbook
from tests.sources.samples import export
from tests.support.dossiers import NAME, UNIT, dossier

from cchc.clock import at
from cchc.documents.provenance import provenance
from cchc.documents.registry import documents
from cchc.errors import RuleRefused
from cchc.paths import Instance
from cchc.run import Run
from cchc.sources import last_check
from cchc.stages import collecting
from cchc.store import Store
from cchc.submissions.comparison import known_system_values

CUT_OFF = date(2026, 3, 14)
ROUND = "2026-Q1"


def run(store: Store, instance: Instance, moment: datetime, *rows: dict[str, str]) -> Run:
    """A run of the stage at `moment`, after which `rows` have landed and the cut-off is frozen."""
    made = Run(store, instance, moment)
    if rows:
        path = instance.export_drop / f"{moment.date()}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(export(rows))
        collecting.land(made, collecting.pending(made))
    collecting.freeze(made)
    return made


def opened(store: Store, instance: Instance) -> None:
    made = Run(store, instance, at(date(2026, 3, 1)))
    made.rounds.open(made.calendar.round(ROUND), made.as_of, "thu")


@pytest.fixture
def frozen(any_store: Store, instance: Instance) -> Store:
    opened(any_store, instance)
    run(any_store, instance, at(CUT_OFF, 18), dossier("H-1", "10/02/2026"), dossier("H-2", "09/02/2026"))
    return any_store


def test_a_rewrite_is_written_recorded_and_counted_once(frozen: Store, instance: Instance) -> None:
    made = run(frozen, instance, at(date(2026, 3, 20), 18), dossier("H-1", "09/02/2026"))
    assert collecting.report_rewrites(made) == [ROUND]
    path = instance.round_out(ROUND) / "2026-Q1_doi-chieu-sau-chot.xlsx"
    content = path.read_bytes()
    check = last_check(frozen, ROUND, made.as_of)
    assert check is not None
    assert check.cases == {("one_stop", UNIT, "end_changed"): 1}
    assert [one.document_id for one in documents(frozen, ROUND)] == [check.document_id]
    # The same run again, and a week that only repeats it, change nothing.
    again = run(
        frozen,
        instance,
        at(date(2026, 3, 27), 18),
        dossier("H-1", "09/02/2026", **{"Ngày trả": "23/03/2026"}),
    )
    for later in (made, again):
        assert collecting.report_rewrites(later) == []
    assert path.read_bytes() == content
    assert last_check(frozen, ROUND, again.as_of) == check
    assert len(documents(frozen, ROUND)) == 1


def test_a_rewrite_that_is_put_back_is_reported_as_gone(frozen: Store, instance: Instance) -> None:
    first = run(frozen, instance, at(date(2026, 3, 20), 18), dossier("H-1", "09/02/2026"))
    collecting.report_rewrites(first)
    back = run(
        frozen, instance, at(date(2026, 3, 27), 18), dossier("H-1", "10/02/2026", **{"Mã TTHC": "1.2"})
    )
    assert collecting.report_rewrites(back) == [ROUND]
    for moment, total in ((first.as_of, 1), (back.as_of, 0)):
        check = last_check(frozen, ROUND, moment)
        assert check is not None
        assert (check.total, check.document_id is not None) == (total, True)


def test_without_a_rewrite_the_check_is_recorded_and_no_report_is_made(
    frozen: Store, instance: Instance
) -> None:
    made = run(
        frozen,
        instance,
        at(date(2026, 3, 20), 18),
        dossier("H-3", "20/03/2026", **{"Ngày tiếp nhận": "16/03/2026"}),
    )
    assert collecting.report_rewrites(made) == []
    check = last_check(frozen, ROUND, made.as_of)
    assert check is not None
    assert (check.total, check.document_id) == (0, None)
    assert not instance.round_out(ROUND).exists()


def test_on_the_cut_off_day_itself_nothing_is_compared(frozen: Store, instance: Instance) -> None:
    assert collecting.report_rewrites(Run(frozen, instance, at(CUT_OFF, 20))) == []
    assert last_check(frozen, ROUND, at(CUT_OFF, 23)) is None


def test_a_round_that_was_never_opened_is_named_in_the_log(
    store: Store, instance: Instance, caplog: pytest.LogCaptureFixture
) -> None:
    run(store, instance, at(CUT_OFF, 18), dossier("H-1", "10/02/2026"))
    made = run(store, instance, at(date(2026, 3, 20), 18), dossier("H-1", "09/02/2026"))
    with caplog.at_level(logging.WARNING):
        assert collecting.report_rewrites(made) == []
    assert ROUND in caplog.text


def test_the_report_has_units_list_and_how_to_read_it(store: Store, instance: Instance) -> None:
    opened(store, instance)
    run(store, instance, at(CUT_OFF, 18), dossier("H-1", "10/02/2026"), dossier("H-2", "09/02/2026"))
    collecting.report_rewrites(
        run(
            store,
            instance,
            at(date(2026, 3, 20), 18),
            dossier("H-9", "06/02/2026"),
            dossier("H-1", "09/02/2026"),
        )
    )
    content = (instance.round_out(ROUND) / "2026-Q1_doi-chieu-sau-chot.xlsx").read_bytes()
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Một cửa theo đơn vị", "Danh sách hồ sơ", "Cách đọc"]
    units = {
        row[0].value: [cell.value for cell in row[1:]]
        for row in book["Một cửa theo đơn vị"].iter_rows(min_row=4)
    }
    #       keys, end changed, appeared, total (then, now), resolved, late, open overdue, rate
    assert units[NAME] == units["Toàn tỉnh"] == [2, 1, 1, 2, 3, 2, 3, 1, 0, 0, 0, 50, 100]
    rows = [[cell.value for cell in row] for row in book["Danh sách hồ sơ"].iter_rows(min_row=4)]
    assert [row[1:6] for row in rows] == [
        ["H-1", "Ngày kết thúc bị đổi", "10/02/2026", "09/02/2026", "quá hạn -> đúng hạn"],
        ["H-9", "Xuất hiện sau khi chốt", "(trống)", "02/02/2026", "không có -> trước hạn"],
    ]


def test_a_silent_source_is_alarmed_once(any_store: Store, instance: Instance) -> None:
    for week in range(3):
        day = date(2025, 12, 19) + timedelta(weeks=week)
        sent = dossier(
            f"H-{week}", "", **{"Trạng thái": "Đang xử lý", "Ngày tiếp nhận": "15/12/2025", "Ngày nộp": ""}
        )
        made = run(any_store, instance, at(day, 18), sent)
        collecting.watch(made)
    subjects = [row["subject"] for row in any_store.query("chasing.waiting")]
    assert subjects == ["Báo động: Quản lý văn bản không gửi tệp số liệu"]  # it never sent anything
    late = Run(any_store, instance, at(date(2026, 1, 9), 18))
    assert collecting.watch(late) == ["one_stop"]
    assert collecting.watch(Run(any_store, instance, at(date(2026, 1, 12), 8))) == []
    assert collecting.watch(late) == []


def test_a_run_of_an_earlier_day_stamps_no_snapshot_that_was_frozen_after_it(
    frozen: Store, instance: Instance
) -> None:
    opening, later = (Run(frozen, instance, at(day, 18), ROUND) for day in (date(2026, 3, 2), CUT_OFF))
    assert provenance(opening, ROUND)["snapshots"] == {}
    assert list(provenance(later, ROUND)["snapshots"]) == ["one_stop-2026-03-14"]  # type: ignore[call-overload]  # a mapping
    assert not known_system_values(opening, ROUND)
    assert UNIT in known_system_values(later, ROUND)


def test_a_cut_off_without_any_export_is_refused_and_names_the_round(
    any_store: Store, instance: Instance
) -> None:
    opened(any_store, instance)
    with pytest.raises(RuleRefused) as refused:
        collecting.freeze(Run(any_store, instance, at(CUT_OFF, 18)))
    assert refused.value.rule == "nothing-to-freeze"
    assert Run(any_store, instance, at(CUT_OFF)).calendar.round(ROUND).title in str(refused.value)


def test_the_day_before_the_cut_off_nothing_is_frozen(any_store: Store, instance: Instance) -> None:
    opened(any_store, instance)
    assert collecting.freeze(Run(any_store, instance, at(CUT_OFF - timedelta(days=1), 18), ROUND)) is None
