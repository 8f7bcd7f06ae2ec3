"""An outage of the chasing is told by the first run after: which reminders were left out, and what goes instead."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from cchc.chasing.day_summary import summarise_day
from cchc.chasing.holds import Hold, HoldKind, put_hold
from cchc.chasing.left_out import left_out
from cchc.clock import at
from cchc.mail.mail import SUMMARY
from cchc.obligations import Event, EventKind
from cchc.paths import Instance
from cchc.run import Run
from cchc.stages import chasing
from cchc.store import Store

OPENED, DUE = at(date(2026, 3, 2), 7), at(date(2026, 3, 17), 17)
REPORT, SCORE = "Báo cáo quý I", "Tự chấm"


@pytest.fixture
def run(store: Store, instance: Instance) -> Run:
    return Run(store, instance, OPENED)


def on(run: Run, number: int, month: int = 3, hour: int = 8) -> Run:
    return replace(run, as_of=at(date(2026, month, number), hour), notes=[])


def one_day(run: Run) -> Run:
    """All that the Dag does on a day."""
    chasing.decide(run)
    chasing.send(run)
    chasing.report(run)
    return run


def told(run: Run) -> dict[str, list[tuple[str, str]]]:
    """Obligation -> (rung, day) of what was left out."""
    return {
        one.title: [(name, day.isoformat()) for name, day in one.missed]
        for one in summarise_day(run).left_out
    }


def digest(run: Run) -> str:
    row = run.store.one("mail.mail", mail_key=f"{SUMMARY}/{run.today.isoformat()}")
    assert row is not None
    return str(row["plain"])


def test_the_first_run_after_names_what_was_left_out_and_the_highest_rung_goes(world: Any, run: Run) -> None:
    unit = run.units.get(world.unit())
    owed = world.owe(unit.code, DUE, opened=OPENED, title=REPORT)
    one_day(on(run, 10))
    after = one_day(on(run, 25))
    missed = [("Nhắc trước hạn lần 2", "2026-03-16"), ("Hôm nay là hạn", "2026-03-17"),
              ("Quá hạn lần 1", "2026-03-18"), ("Quá hạn lần 2", "2026-03-20"),
              ("Quá hạn lần 3", "2026-03-24")]  # fmt: skip
    assert told(after) == {REPORT: missed}
    assert world.rungs() == {(owed, "nhac_truoc_han_1"): "2026-03-10", (owed, "qua_han_3"): "2026-03-25"}
    (note,) = after.notes
    for words in (note, digest(after)):
        assert unit.name in words
        assert all(name in words for name, _ in missed)
        assert "16/03/2026" in words
        assert "hôm nay gửi muộn “Quá hạn lần 3”" in words


def test_it_is_told_once(world: Any, run: Run) -> None:
    world.owe(world.unit(), DUE, opened=OPENED)
    one_day(on(run, 10))
    for _ in range(2):
        assert one_day(on(run, 19)).notes, "the same run again tells the same"
    assert one_day(on(run, 20)).notes == []
    assert told(on(run, 20)) == {}
    assert told(on(run, 19, hour=17)) != {}, "the board shows that day as it was"


def test_each_unit_and_each_obligation_by_its_own_days(world: Any, run: Run) -> None:
    world.owe(world.unit(), DUE, opened=OPENED, title=REPORT)
    world.owe(world.unit(1), at(date(2026, 4, 3), 17), opened=OPENED, title="Báo cáo khác")
    world.owe(world.unit(2), at(date(2026, 3, 19), 17), opened=OPENED, title=SCORE, product="nhiem_vu")
    one_day(on(run, 11))
    assert told(one_day(on(run, 23))) == {
        REPORT: [("Nhắc trước hạn lần 2", "2026-03-16"), ("Hôm nay là hạn", "2026-03-17"),
                 ("Quá hạn lần 1", "2026-03-18"), ("Quá hạn lần 2", "2026-03-20")],
        SCORE: [("Nhắc trước hạn lần 1", "2026-03-12"), ("Quá hạn lần 1", "2026-03-20")],
    }  # fmt: skip


def test_a_unit_that_answered_in_between_gets_nothing_and_is_named(world: Any, run: Run) -> None:
    owed = world.owe(world.unit(), DUE, opened=OPENED, title=REPORT)
    one_day(on(run, 10))
    came = at(date(2026, 3, 20), 9)
    run.ledger.record(Event(owed, EventKind.submitted, came, came, "thu", detail={"submission_id": "s"}))
    run.ledger.record(Event(owed, EventKind.accepted, came, came, "thu", detail={"submission_id": "s"}))
    after = one_day(on(run, 25))
    assert told(after)[REPORT][-1] == ("Quá hạn lần 2", "2026-03-20"), (
        "it was read after the hour of that day"
    )
    assert "đơn vị đã nộp nên không gửi nữa" in digest(after)
    assert {rung for _, rung in world.rungs()} == {"nhac_truoc_han_1"}


def test_day_after_day_without_an_outage_nothing_is_told(world: Any, run: Run) -> None:
    world.owe(world.unit(), DUE, opened=OPENED)
    world.owe(world.unit(1), DUE, opened=OPENED, product="nhiem_vu")
    for number in (9, 10, 11, 12, 13, 16, 17, 18, 19, 20, 23, 24, 25, 26):
        today = on(run, number)
        assert left_out(today) == []
        chasing.decide(today)
        chasing.send(today)
        assert (left_out(today), today.notes) == ([], [])


def test_reminders_that_the_mail_server_never_took_are_told_too(world: Any, run: Run) -> None:
    """They are withdrawn the next day: nobody is told on the 16th what was true on the 10th."""
    world.owe(world.unit(), DUE, opened=OPENED, title=REPORT)
    for number in (10, 11, 12, 13):
        chasing.decide(on(run, number))
    assert told(one_day(on(run, 16))) == {REPORT: [("Nhắc trước hạn lần 1", "2026-03-10")]}
    assert {rung for _, rung in world.rungs()} == {"nhac_truoc_han_2"}


def test_what_a_person_wanted_unsaid_was_not_left_out(world: Any, run: Run) -> None:
    muted, postponed = world.unit(), world.unit(1)
    for unit, kind in ((muted, HoldKind.MUTED), (postponed, HoldKind.POSTPONED)):
        world.owe(unit, DUE, opened=OPENED, title=unit)
        put_hold(
            run.store,
            Hold(unit, "", kind, date(2026, 3, 19), "Lũ lụt", "chuyên viên", at(date(2026, 3, 10), 7)),
        )
    one_day(on(run, 10))
    assert told(one_day(on(run, 23))) == {muted: [("Quá hạn lần 2", "2026-03-20")],
                                          postponed: [("Quá hạn lần 2", "2026-03-20")]}  # fmt: skip


def test_one_day_that_was_missed_is_told_as_late(world: Any, run: Run) -> None:
    world.owe(world.unit(), DUE, opened=OPENED, title=REPORT)
    one_day(on(run, 9))
    after = one_day(on(run, 11))
    assert told(after) == {REPORT: [("Nhắc trước hạn lần 1", "2026-03-10")]}
    assert "hôm nay gửi muộn “Nhắc trước hạn lần 1”" in digest(after)


def test_on_a_day_off_nobody_is_told_and_the_next_run_tells(world: Any, run: Run) -> None:
    world.owe(world.unit(), DUE, opened=OPENED)
    one_day(on(run, 10))
    assert left_out(on(run, 21)) == []
    assert left_out(on(run, 23))
