"""A round is closed when its last unit is accepted, or at its hour: once, and never with figures not frozen."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from tests.sources.samples import export
from tests.support.dossiers import dossier
from tests.support.province import OTHER, ROUND, UNIT, Province

from cchc.clock import at, to_text
from cchc.errors import NothingToDo
from cchc.obligations import Event, EventKind, Phase
from cchc.run import Approval, Cause, Run
from cchc.stages import closing, collecting, completing, receiving

CUT_OFF = date(2026, 3, 14)
FROZEN = at(CUT_OFF, 18)
BEFORE = at(date(2026, 3, 12), 9)
MONDAY = at(date(2026, 3, 16), 7)
LAST = at(date(2026, 3, 17), 10)
SOON = LAST + timedelta(minutes=1)
HOUR = at(date(2026, 3, 19), 9)


@pytest.fixture
def two(province: Province) -> Province:
    """The round waits for two units; all others were waived on its first day."""
    opened = province.run.as_of
    province.run.ledger.record_many(
        Event(one.obligation_id, EventKind.waived, opened, opened, "thu", "không thuộc đợt này")
        for one, _ in province.run.ledger.states(opened, round_id=ROUND)
        if one.unit_code not in (UNIT, OTHER)
    )
    return province


def record(province: Province, unit: str, kind: EventKind, moment: datetime, file: str = "a") -> None:
    detail = {"submission_id": file}
    if kind is EventKind.returned:
        detail = {"due_at": to_text(moment + timedelta(days=5))}
    obligation = f"{ROUND}/{unit}/bao_cao"
    province.run.ledger.record(Event(obligation, kind, moment, moment, "thu", "lý do", detail))


def accept(province: Province, unit: str, moment: datetime, file: str = "a") -> None:
    record(province, unit, EventKind.submitted, moment, file)
    record(province, unit, EventKind.accepted, moment, file)


def freeze(province: Province, moment: datetime = FROZEN) -> None:
    drop = province.instance.export_drop
    drop.mkdir(parents=True, exist_ok=True)
    (drop / "mot-cua.csv").write_bytes(export([dossier("H-1", "10/02/2026")]))
    run = province.at(moment)
    collecting.land(run, collecting.pending(run))
    assert collecting.freeze(run) == ROUND


@pytest.fixture
def complete(two: Province) -> Province:
    """Frozen on the cut-off day; the last unit accepted three days later, and told."""
    accept(two, UNIT, BEFORE)
    freeze(two)
    accept(two, OTHER, LAST)
    assert completing.complete_rounds(two.at(LAST), unread=0) == [ROUND]
    return two


def early(province: Province, moment: datetime = SOON) -> Run:
    return province.at(moment, cause=Cause.COMPLETE)


def by_the_hour(province: Province) -> Run:
    return province.at(HOUR, cause=Cause.HOUR)


def draft(run: Run) -> None:
    closing.draft(run, closing.consolidate(run))


# When a round is told to be complete


def test_one_awaited_unit_keeps_the_round_open(two: Province) -> None:
    freeze(two)
    accept(two, UNIT, LAST)
    assert completing.complete_rounds(two.at(LAST), unread=0) == []


def test_a_complete_round_is_told_once_and_by_its_own_run_whenever_that_is_repeated(
    complete: Province,
) -> None:
    assert completing.complete_rounds(complete.at(LAST), unread=0) == [ROUND], "the same run repeated"
    assert completing.complete_rounds(complete.at(LAST + timedelta(minutes=30)), unread=0) == []
    assert complete.run.rounds.state(ROUND, SOON).phase is Phase.OPEN, "to be complete is not to be closed"


def test_what_is_complete_before_the_cut_off_is_told_once_the_figures_are_frozen(two: Province) -> None:
    accept(two, UNIT, BEFORE)
    accept(two, OTHER, BEFORE)
    assert completing.complete_rounds(two.at(BEFORE), unread=0) == []
    assert completing.complete_rounds(two.at(MONDAY), unread=0) == [], "nobody has frozen the cut-off"
    freeze(two)
    assert completing.complete_rounds(two.at(FROZEN), unread=0) == [], "the window's last day is not over"
    assert completing.complete_rounds(two.at(MONDAY), unread=0) == [ROUND]


def test_figures_that_were_frozen_later_do_not_close_an_earlier_day(two: Province) -> None:
    accept(two, UNIT, BEFORE)
    accept(two, OTHER, BEFORE)
    freeze(two, LAST)
    assert completing.complete_rounds(two.at(MONDAY), unread=0) == []
    assert completing.complete_rounds(two.at(LAST), unread=0) == [ROUND]


def test_a_round_that_is_complete_again_after_a_return_is_told_again(complete: Province) -> None:
    record(complete, OTHER, EventKind.returned, SOON)
    with pytest.raises(NothingToDo, match="không còn đủ báo cáo"):
        closing.consolidate(early(complete, SOON + timedelta(minutes=1)))
    again = SOON + timedelta(hours=1)
    accept(complete, OTHER, again, "b")
    assert completing.complete_rounds(complete.at(again), unread=0) == [ROUND]
    draft(early(complete, again + timedelta(minutes=1)))
    assert complete.run.rounds.state(ROUND, HOUR).phase is Phase.DRAFTED


def test_a_closed_round_is_not_told(complete: Province) -> None:
    closing.consolidate(complete.at(SOON))
    accept(complete, OTHER, SOON + timedelta(minutes=5), "b")
    assert completing.complete_rounds(complete.at(SOON + timedelta(minutes=10)), unread=0) == []


# Who closes it


def test_the_hour_leaves_alone_what_was_closed_early_and_says_when(complete: Province) -> None:
    draft(early(complete))
    with pytest.raises(NothingToDo, match=r"đã chốt sớm lúc .*17/3/2026|đã chốt sớm lúc .*17/03/2026"):
        closing.consolidate(by_the_hour(complete))
    assert len([one for one in complete.run.rounds.events(ROUND) if one.kind == "closed"]) == 1


def test_a_second_early_run_closes_nothing(complete: Province) -> None:
    draft(early(complete))
    with pytest.raises(NothingToDo, match="đã chốt lúc"):
        closing.consolidate(early(complete, SOON + timedelta(minutes=5)))


def test_an_early_closing_that_broke_before_its_draft_is_made_up_at_the_hour(complete: Province) -> None:
    closing.consolidate(early(complete))
    draft(by_the_hour(complete))
    assert complete.run.rounds.state(ROUND, HOUR).phase is Phase.DRAFTED


def test_a_run_that_is_repeated_does_its_own_work_again(complete: Province) -> None:
    draft(early(complete))
    draft(early(complete))


def test_whoever_starts_it_by_hand_gets_a_draft_and_the_hour_still_comes(complete: Province) -> None:
    draft(complete.at(SOON))
    accept(complete, OTHER, SOON + timedelta(minutes=5), "b")
    draft(by_the_hour(complete))
    draft(complete.at(HOUR + timedelta(hours=1)))


def test_an_issued_round_is_closed_by_no_calendar(complete: Province) -> None:
    run = complete.at(SOON)
    draft(run)
    decided = SOON + timedelta(minutes=30)
    closing.issue(
        run, Approval("approve", "PCT", decided, number="45", symbol="BC", issued_on=decided.date())
    )
    with pytest.raises(NothingToDo, match="đã ban hành"):
        closing.consolidate(by_the_hour(complete))


def test_at_its_hour_a_round_closes_whoever_is_missing(two: Province) -> None:
    draft(by_the_hour(two))
    assert two.run.rounds.state(ROUND, HOUR).phase is Phase.DRAFTED


# What a reading of the inbox tells


def test_only_a_round_of_which_something_was_accepted_has_news(province: Province) -> None:
    folder = province.instance.inbox / ROUND

    def comes(name: str, content: bytes, moment: datetime) -> list[str]:
        (folder / name).write_bytes(content)
        run = province.at(moment)
        receiving.receive(run, receiving.pending(run))
        return completing.rounds_with_news(run)

    assert completing.rounds_with_news(province.at(BEFORE)) == []
    assert comes("sai.xlsx", province.faulty(), BEFORE) == [], "refused by the checks"
    assert comes("dung.xlsx", province.filled(), LAST) == [ROUND]
    assert comes("lai.xlsx", province.filled(), SOON) == [], "known already"


def test_while_mails_are_left_for_the_next_run_no_round_is_closed_early(two: Province) -> None:
    accept(two, UNIT, BEFORE)
    freeze(two)
    accept(two, OTHER, LAST)
    assert completing.complete_rounds(two.at(LAST), unread=3) == []
    assert completing.complete_rounds(two.at(LAST), unread=0) == [ROUND], "asked again with every reading"
