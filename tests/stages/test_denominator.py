"""One denominator: report, board, chasing, the day's mail, consolidation and scoring count the same obliged units.

Two units are dissolved in June, when their successor begins: one reported before, one was granted more time until
July and had not reported.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from docx import Document

from cchc.chasing.day_summary import summarise_day
from cchc.chasing.effect import round_effect
from cchc.chasing.ladder import Ladder
from cchc.chasing.plan import ChasingView as ChasingDesk
from cchc.chasing.plan import plan
from cchc.clock import at, to_text
from cchc.criteria import CriteriaSets
from cchc.documents.registry import documents
from cchc.errors import CchcError
from cchc.installing.scoring_sample import fit_scoring
from cchc.mail.department import Department
from cchc.obligations import Event, EventKind
from cchc.paths import PROJECT_ROOT, Instance
from cchc.run import Run
from cchc.scoring.inputs import inputs_of
from cchc.stages import closing, opening
from cchc.store import Store
from cchc_board.desk import RequestView
from cchc_board.rounds.round_page import round_page
from cchc_board.rounds.year_page import year_page

STAYS, SILENT, GONE, REPORTED, NEW = "30292", "30301", "30307", "30760", "30313"
OLD_UNITS = (STAYS, SILENT, GONE, REPORTED)
GRANTED = at(date(2026, 7, 10), 17)
# When each round is closed, after everything about it has happened.
CLOSED = {
    "2026-Q1": at(date(2026, 3, 19), 9),
    "2026-6T": at(date(2026, 7, 13), 9),
    "2026-Q3": at(date(2026, 9, 18), 9),
}
OBLIGED = {"2026-Q1": 4, "2026-6T": 3, "2026-Q3": 3}
YEAR_END = at(date(2026, 12, 18), 12)


@pytest.fixture
def run(store: Store, instance: Instance, config_copy: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("CCHC_STORE_URL", store.url)
    _merge_units(config_copy / "units.csv")
    fit_scoring(config_copy)
    made = Run(store, instance, at(date(2026, 3, 2), 8), "2026-Q1")
    for round_id in CLOSED:
        _play(on(made, round_id, made.calendar.round(round_id).opens_at))
    return made


def _merge_units(path: Path) -> None:
    """The register holds five units; two of them end on 30 June 2026 and the fifth begins as their successor."""
    reader = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")))
    rows = {row["code"]: row for row in reader}
    kept = [row for row in rows.values() if row["tier"] == "tinh"]
    for code in (*OLD_UNITS, NEW):
        row = rows[code] | {"predecessors": ""}
        if code in (GONE, REPORTED):
            row["valid_to"] = "2026-06-30"
        if code == NEW:
            row |= {"valid_from": "2026-07-01", "predecessors": f"{GONE} {REPORTED}"}
        kept.append(row)
    out = io.StringIO()
    writer = csv.DictWriter(out, reader.fieldnames or (), lineterminator="\n")
    writer.writeheader()
    writer.writerows(kept)
    path.write_text(out.getvalue(), encoding="utf-8")


def on(run: Run, round_id: str, moment: datetime) -> Run:
    return replace(run, round_id=round_id, as_of=moment, peer_cache={}, system_cache={})


def _play(run: Run) -> None:
    """The round is opened; all but one unit report, in 6T the granted one neither."""
    round_ = run.round
    opening.open_round(run)
    owing = {unit.code for unit in opening.obliged_units(run, round_)}
    assert owing == ({STAYS, SILENT, NEW} if round_.round_id == "2026-Q3" else set(OLD_UNITS))
    sent_on = round_.unit_due_at.replace(hour=9)
    happenings: list[tuple[str, EventKind, dict[str, str]]] = []
    for code in sorted(owing - {SILENT}):
        if round_.round_id == "2026-6T" and code == GONE:
            happenings.append((code, EventKind.extended, {"due_at": to_text(GRANTED)}))
            continue
        file = {"submission_id": f"{round_.round_id}-{code}"}
        happenings += [(code, EventKind.submitted, file), (code, EventKind.accepted, file)]
    run.ledger.record_many(
        Event(f"{round_.round_id}/{code}/bao_cao", kind, sent_on, sent_on, "thu", "lý do", detail)
        for code, kind, detail in happenings
    )


def board(run: Run, moment: datetime) -> RequestView:
    return RequestView(run.instance, run.store, moment)


def in_report(run: Run, round_id: str, moment: datetime) -> int:
    """The number that a reader of the issued Word file finds."""
    closed = on(run, round_id, moment)
    closing.consolidate(closed)
    closing.draft(closed)
    papers = {one.kind: one for one in documents(run.store, round_id)}
    report, inside = (
        "\n".join(one.text for one in Document(str(papers[kind].copied_to(run.instance))).paragraphs)
        for kind in ("bao_cao_du_thao", "bao_cao_noi_bo_du_thao")
    )
    (obliged,) = re.findall(r"báo cáo của \d+ trên (\d+) cơ quan, đơn vị", report)
    assert re.findall(r"Có \d+/(\d+) đơn vị đã gửi báo cáo", inside) == [obliged]
    return int(obliged)


def in_consolidation(run: Run, round_id: str, moment: datetime) -> int:
    closed = on(run, round_id, moment)
    closing.consolidate(closed)
    found = closing._facts(closed, None, moment)[0].coverage.values()
    return max(int(one.partition("/")[2]) for one in found)


def in_scoring(run: Run, round_id: str, moment: datetime) -> int:
    """Reports that points of punctuality are given for, of whoever owed one."""
    own, criteria = (
        on(run, "2026-CD", moment),
        CriteriaSets.load(PROJECT_ROOT / "include" / "config").get("xa-2026"),
    )
    units = [run.units.get(code) for code in (*OLD_UNITS, NEW)]
    found = inputs_of(own, units, {unit.code: criteria for unit in units})
    duties = [duty for one in found.values() for duty in one.duties["obl:bao_cao"]]
    return sum(duty.round_kind == round_id.removeprefix("2026-") for duty in duties)


PLACES: dict[str, Callable[[Run, str, datetime], int]] = {
    "report": in_report,
    "consolidation": in_consolidation,
    "round page": lambda run, round_id, moment: _summary(round_page(board(run, moment), round_id, "")).obliged,
    "year page": lambda run, round_id, moment: next(
        _summary(card).obliged for card in year_page(board(run, moment), 2026).cards if card.round.round_id == round_id
    ),
    "chasing": lambda run, round_id, moment: round_effect(
        run.store, Ladder.load(), run.units, round_id, moment
    ).obliged,
    "scoring": in_scoring,
}  # fmt: skip


def _summary(one: object) -> object:
    summary = one.summary  # type: ignore[attr-defined]
    assert summary is not None
    return summary


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("later", [False, True], ids=["at its closing", "at the year's end"])
def test_a_unit_that_was_dissolved_before_it_had_to_report_is_in_no_denominator(
    run: Run, place: str, later: bool
) -> None:
    found = {
        round_id: PLACES[place](run, round_id, YEAR_END if later else moment)
        for round_id, moment in CLOSED.items()
    }
    assert found == OBLIGED


def test_who_is_missing_is_the_same_on_the_board_in_the_day_mail_and_in_the_reminders(run: Run) -> None:
    moment = at(date(2026, 7, 13), 9)
    page = round_page(board(run, moment), "2026-6T", "")
    assert [row.code for row in page.missing] == [SILENT]
    assert {row.code for row in page.rows} == set(OLD_UNITS)
    assert [row.code for row in round_page(board(run, moment), "2026-6T", "ket-thuc").rows] == [GONE]
    now = on(run, "2026-6T", moment)
    assert {unit.code for unit in summarise_day(now).late} == {SILENT}
    desk = ChasingDesk(
        run.store, run.calendar, run.units, Ladder.load(), run.instance, Department.load(), moment
    )
    assert {one.unit.code for one in plan(desk, desk.owed())} == {SILENT}


def test_a_unit_that_owes_until_july_counts_until_it_is_gone(run: Run) -> None:
    counts = {
        day: _summary(round_page(board(run, at(day, 9)), "2026-6T", "")).obliged
        for day in (date(2026, 6, 19), date(2026, 6, 30), date(2026, 7, 1))
    }
    assert list(counts.values()) == [4, 4, 3]


def test_a_report_is_not_drafted_over_a_unit_that_the_register_lost(run: Run, config_copy: Path) -> None:
    path = config_copy / "units.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith(SILENT)), encoding="utf-8")
    lost = Run(run.store, run.instance, CLOSED["2026-Q1"], "2026-Q1")
    with pytest.raises(CchcError, match=SILENT):
        closing.consolidate(lost)
