"""Points from the year's own ledger and figures, a ranking by tier, and its publication by a person's decision."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from docx import Document
from openpyxl import load_workbook
from tests.support.province import OTHER, UNIT, good_answers

from cchc.clock import at, to_text
from cchc.documents.registry import DocumentRecord, documents
from cchc.errors import NothingToDo, RuleRefused
from cchc.obligations import Event, EventKind, Phase, RoundEventKind, to_chase
from cchc.paths import Instance
from cchc.run import Approval, Run
from cchc.scoring import load_scores
from cchc.stages import opening, receiving, score_opening, scoring
from cchc.store import Store
from cchc_rehearsal.fill import Answer, fill_workbook

ROUND = "2026-CD"
WAIVED = "30301"
OPENED = at(date(2026, 12, 1), 9)
SCORED = at(date(2026, 12, 23), 9)
RETURNED = at(date(2026, 12, 24), 9)
SCORED_AGAIN = at(date(2026, 12, 25), 9)
PUBLISHED = at(date(2026, 12, 28), 10)


@pytest.fixture
def run(store: Store, instance: Instance) -> Run:
    """Of the report of the first quarter: one unit in time, one late, one waived; the others owe it still."""
    quarter = Run(store, instance, at(date(2026, 3, 2), 9), "2026-Q1")
    opening.open_round(quarter)
    due = quarter.round.unit_due_at
    for code, moment in ((UNIT, due), (OTHER, due.replace(day=due.day + 1))):
        for kind in (EventKind.submitted, EventKind.accepted):
            event = Event(
                f"2026-Q1/{code}/bao_cao", kind, moment, moment, "thu", detail={"submission_id": code}
            )
            quarter.ledger.record(event)
    waived = f"2026-Q1/{WAIVED}/bao_cao"
    quarter.ledger.record(Event(waived, EventKind.waived, due, due, "thu", reason="thử"))
    own = Run(store, instance, OPENED, ROUND)
    score_opening.open_scoring(own)
    return own


def report_of_the_year(run: Run, unit: str, planned: int, done: int, day: int = 15) -> None:
    """The unit's report of the year arrives and counts."""
    own = replace(run, as_of=at(date(2026, 12, 1), 9), round_id="2026-NAM")
    opening.open_round(own)
    opening.build_workbooks(own, [unit])
    form = opening.workbook_path(own, own.round, own.units.get(unit)).read_bytes()
    answers = good_answers(form, planned)
    figures = {**answers.figures, "I.1.2": Answer(done)}
    path = run.instance.inbox / "2026-NAM" / f"2026-NAM_{unit}.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(fill_workbook(form, replace(answers, figures=figures)))
    moment = at(date(2026, 12, day), 9)
    received = replace(own, as_of=moment)
    assert sum(receiving.receive(received, receiving.pending(received)).values()) == 1
    assert run.ledger.state(f"2026-NAM/{unit}/bao_cao", moment).fulfilled


def final_of(run: Run, unit: str, criterion: str) -> Decimal | None:
    return {one.criterion: one.final for one in load_scores(run.store, ROUND)[unit]}[criterion]


def made(run: Run, ids: list[str], kind: str) -> DocumentRecord:
    (one,) = [
        one for one in documents(run.store, ROUND) if one.document_id in ids and one.kind.startswith(kind)
    ]
    return one


def approval(kind: str, **more: str) -> Approval:
    moment = PUBLISHED if kind == "approve" else RETURNED
    return Approval.parse({"decision": kind, "by": "Chủ tịch", "decided_at": to_text(moment), **more})


APPROVED = approval("approve", number="7", symbol="QD-UBND", issued_on="2026-12-28")


def test_a_report_in_time_gives_points_a_late_one_none_and_a_waived_one_says_nothing(run: Run) -> None:
    scoring.score(replace(run, as_of=SCORED))
    assert final_of(run, UNIT, "1.2.1") == Decimal(1)
    assert final_of(run, OTHER, "1.2.1") == Decimal(0)
    assert final_of(run, WAIVED, "1.2.1") is None


def test_points_follow_the_figures_of_the_report_of_the_year(run: Run) -> None:
    report_of_the_year(run, UNIT, planned=10, done=8)
    scoring.score(replace(run, as_of=SCORED))
    assert final_of(run, UNIT, "1.1.4") == Decimal(1), "8 of 10 tasks are between 70 % and 90 %"
    assert final_of(run, OTHER, "1.1.4") is None


def test_figures_that_were_accepted_after_the_day_of_scoring_give_no_points(run: Run) -> None:
    report_of_the_year(run, UNIT, planned=10, done=8, day=24)
    scoring.score(replace(run, as_of=SCORED))
    assert final_of(run, UNIT, "1.1.4") is None, "they came a day later"


def test_nothing_is_scored_while_self_scores_may_still_come(run: Run) -> None:
    with pytest.raises(NothingToDo, match="22/12/2026"):
        scoring.score(replace(run, as_of=run.round.unit_due_at))


def test_each_tier_is_ranked_by_itself_and_every_unit_stands_in_the_decision(run: Run) -> None:
    later = replace(run, as_of=SCORED)
    ids = scoring.score(later)
    draft = made(run, ids, "quyet_dinh_xep_hang")
    assert draft.file_name == "quyet-dinh-xep-hang-2026_du-thao.docx"
    tables = [
        [[cell.text for cell in row.cells] for row in one.rows]
        for one in Document(str(draft.kept_at(run.instance))).tables
    ]
    ranked = [one for one in tables if one[0][0] == "Hạng"]
    tiers = {unit.name: unit.tier for unit in opening.obliged_units(run, run.round)}
    found = [[row[1] for row in rows[1:]] for rows in ranked]
    assert sorted(name for names in found for name in names) == sorted(tiers)
    assert [len({tiers[name] for name in names}) for names in found] == [1] * len(run.round.tiers)
    words = "\n".join(one.text for one in Document(str(draft.kept_at(run.instance))).paragraphs)
    assert "BỘ TIÊU CHÍ MẪU" in words, "a set that nobody decreed says so"
    own = next(rows for rows in ranked if any(row[1] == run.units.get(UNIT).name for row in rows))
    first = own[1]
    assert (first[0], first[1]) == ("1", run.units.get(UNIT).name), "nobody else has points in its tier"
    assert [row[0] for row in own[2:]] == ["2"] * len(own[2:])


def test_the_ranking_workbook_names_all_units_and_says_that_it_is_a_draft(run: Run) -> None:
    ids = scoring.score(replace(run, as_of=SCORED))
    draft = made(run, ids, "xep_hang")
    assert draft.file_name == "xep-hang-2026_du-thao.xlsx"
    sheet = load_workbook(io.BytesIO(draft.kept_at(run.instance).read_bytes()))["Xếp hạng"]
    names = {cell.value for cell in sheet["B"]}
    assert names >= {unit.name for unit in opening.obliged_units(run, run.round)}


def test_an_approved_ranking_is_published_with_its_number_at_the_decision(run: Run) -> None:
    own = replace(run, as_of=SCORED)
    scoring.score(own)
    ids = scoring.publish(own, APPROVED)
    found = [made(run, ids, kind) for kind in ("xep_hang", "quyet_dinh_xep_hang")]
    assert [one.file_name for one in found] == ["xep-hang-2026.xlsx", "quyet-dinh-xep-hang-2026.docx"]
    assert {(one.number, one.symbol, one.made_at, one.draft) for one in found} == {
        ("7", "QD-UBND", PUBLISHED, 1)
    }
    state = run.rounds.state(ROUND, PUBLISHED)
    assert state is not None and state.phase is Phase.ISSUED
    states = run.ledger.states(PUBLISHED, round_id=ROUND)
    assert states and all(one.locked for _, one in states), "what comes now changes no published point"
    assert to_chase(states, run.units, PUBLISHED) == [], "and nobody is asked for it any more"


def test_a_returned_ranking_publishes_nothing_and_the_next_draft_has_its_own_number(run: Run) -> None:
    own = replace(run, as_of=SCORED)
    scoring.score(own)
    with pytest.raises(RuleRefused, match="Xem lại nhóm sở"):
        scoring.publish(own, approval("return", remarks="Xem lại nhóm sở"))
    (event,) = [one for one in run.rounds.events(ROUND) if one.kind is RoundEventKind.returned]
    assert (event.reason, event.detail) == ("Xem lại nhóm sở", {"draft": 1})
    again = replace(run, as_of=SCORED_AGAIN)
    assert made(run, scoring.score(again), "xep_hang").draft == 2
    assert made(run, scoring.publish(again, APPROVED), "xep_hang").draft == 2
