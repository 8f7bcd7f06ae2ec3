"""Who is shown a system's figure, who is promised one, and who is asked because no system can be counted on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.sources.samples import export
from tests.support.dossiers import UNIT, dossier

from cchc.clock import at
from cchc.paths import Instance
from cchc.run import Run
from cchc.sources import land_file
from cchc.stages import opening
from cchc.store import Store
from cchc.submissions.kept import ReceivedSubmission, put_submission
from cchc.submissions.system_answers import system_answers
from cchc.workbooks.read_book import read_workbook
from cchc.workbooks.shown import Stance
from cchc_rehearsal.fill import Answer, Answers, fill_workbook

ROUND = "2026-Q1"
OPENED = at(date(2026, 3, 2), 8)


@pytest.fixture
def run(store: Store, instance: Instance) -> Run:
    return Run(store, instance, OPENED, ROUND, actor="chuyên viên")


def landed(run: Run, came: date, *ends: str) -> None:
    path = run.instance.export_drop / f"{came}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [
        dossier(f"H-{came}-{number}", end, **{"Ngày tiếp nhận": end, "Ngày hẹn trả": end})
        for number, end in enumerate(ends)
    ]
    path.write_bytes(export(rows))
    land_file(run.store, run.instance, path, run.units, at(came, 8))


def opened(run: Run) -> Run:
    opening.open_round(run)
    opening.compute_provisional(run)
    return replace(run, system_cache={})


def form_of(run: Run, unit: str) -> bytes:
    opening.build_workbooks(run, [unit])
    return opening.workbook_path(run, run.round, run.units.get(unit)).read_bytes()


def test_without_exports_every_unit_is_asked(run: Run) -> None:
    found = system_answers(opened(run), run.round, opening.provisional_id(run.round))
    assert (found.shown, found.promised, found.day) == ({}, {}, None)


def test_a_covered_unit_is_shown_its_figures_with_their_day_and_the_others_are_asked(run: Run) -> None:
    landed(run, date(2026, 2, 27), "10/02/2026", "09/02/2026")
    again = opened(run)
    found = system_answers(again, run.round, opening.provisional_id(run.round))
    assert found.shown[UNIT]["T06.1"].value == 2
    assert found.day == date(2026, 2, 27), "no later than the export that came last"
    assert not any(found.promised.values())
    figures = read_workbook(form_of(again, UNIT), "b.xlsx").figures
    assert (figures["T06.1"].stance, figures["VB.1"].stance) == (Stance.CONFIRMED, None)
    body = next(unit.code for unit in run.units.on(run.round.reference_day, ["so"]))
    assert read_workbook(form_of(again, body), "b.xlsx").figures["T06.1"].shown is None


def test_a_source_that_has_told_nothing_of_the_window_promises_its_figures(run: Run) -> None:
    landed(run, date(2026, 6, 12), "10/06/2026")
    third = replace(run, round_id="2026-Q3", as_of=at(date(2026, 6, 16), 8))
    found = system_answers(opened(third), third.round, opening.provisional_id(third.round))
    assert "T06.1" in found.promised[UNIT] and UNIT not in found.shown
    read = read_workbook(form_of(replace(third, system_cache={}), UNIT), "b.xlsx").figures["T06.1"]
    assert read.shown is not None and read.shown.promised


def test_a_source_that_fell_silent_is_not_counted_on(run: Run) -> None:
    landed(run, date(2026, 1, 9), "08/01/2026")
    found = system_answers(opened(run), run.round, opening.provisional_id(run.round))
    assert (dict(found.shown), dict(found.promised)) == ({}, {})


def test_figures_of_the_cut_off_are_shown_whatever_became_of_the_source(run: Run) -> None:
    landed(run, date(2026, 1, 9), "08/01/2026")
    again = opened(run)
    opening.compute_values(run.store, run.instance, run.round, run.units, run.indicators, run.as_of)
    assert run.round.window is not None
    last = run.round.window.last
    later = replace(again, as_of=at(last, 22))
    opening.freeze_snapshot(run.store, run.instance, "one_stop", last, later.as_of)
    opening.compute_values(run.store, run.instance, run.round, run.units, run.indicators, later.as_of)
    found = system_answers(later, run.round, opening.provisional_id(run.round))
    assert (found.shown[UNIT]["T06.1"].value, found.day) == (1, last)


def test_a_dispute_is_stored_with_its_reason_and_a_confirmation_as_no_figure(run: Run) -> None:
    landed(run, date(2026, 2, 27), "10/02/2026", "09/02/2026")
    again, reason = opened(run), "Còn một hồ sơ giấy chưa nhập."
    content = fill_workbook(form_of(again, UNIT), Answers({"T06.1": Answer(3, explanation=reason)}))
    with run.store.write() as tx:
        put_submission(
            tx,
            run.instance,
            ReceivedSubmission(
                obligation_id=f"{ROUND}/{UNIT}/bao_cao",
                content=content,
                file_name="b.xlsx",
                received_at=OPENED,
                recorded_at=OPENED,
                channel="thu_muc",
                filled=read_workbook(content, "b.xlsx"),
                findings=[],
                outcome="accepted",
            ),
        )
        kept = tx.connection.exec_driver_sql(
            "SELECT s.indicator, s.stance, s.value, v.value AS own, v.explanation FROM shown_figures AS s"
            " LEFT JOIN submission_values AS v USING (submission_id, indicator)"
            " WHERE s.indicator IN ('T06.1', 'T06.2') ORDER BY s.indicator"
        ).all()
    assert [tuple(one) for one in kept] == [
        ("T06.1", "disputed", "2", "3", reason),
        ("T06.2", "confirmed", kept[1][2], None, None),
    ]
