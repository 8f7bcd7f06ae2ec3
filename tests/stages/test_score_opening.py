"""A round of scoring opens with its sets pinned, and locks no file before its own moment."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta

import pytest
from openpyxl import load_workbook
from tests.support.scored_year import COMMUNE, DEPARTMENT, LOCKED, OPENED, ROUND, SILENT, reported

from cchc.clock import at, to_text
from cchc.criteria import CriteriaSets
from cchc.errors import NothingToDo
from cchc.form_key import form_key
from cchc.obligations import Event, EventKind, Obligation
from cchc.paths import Instance
from cchc.run import Run
from cchc.scores import FileEventKind, FileState, Stage, file_events, file_state, pinned, standing
from cchc.stages import score_opening
from cchc.store import Store, fingerprint
from cchc.workbooks.read_book import read_workbook

HOUR = timedelta(hours=1)


@pytest.fixture
def run(store: Store, instance: Instance) -> Run:
    own = Run(store, instance, OPENED, ROUND)
    score_opening.open_scoring(own)
    return own


def rows_of(run: Run, unit: str) -> dict[str, tuple]:
    book = load_workbook(io.BytesIO(score_opening.form_path(run, run.units.get(unit)).read_bytes()))
    return {row[0].value: row for row in book["Tự chấm"].iter_rows(min_row=5) if row[3].value is not None}


def extend(run: Run, unit: str, until) -> None:
    event = Event(
        f"{ROUND}/{unit}/tu_cham",
        EventKind.extended,
        OPENED,
        OPENED,
        "thu",
        "Mất điện",
        {"due_at": to_text(until)},
    )
    run.ledger.record(event)


def test_opening_pins_the_sets_and_asks_every_unit_of_the_last_day_once(run: Run) -> None:
    found = pinned(run.store, ROUND)
    sets = CriteriaSets.load()
    assert {one.code for one in found.values()} == {"so-2026", "xa-2026"}
    assert all(one.version == sets.get(one.code).version for one in found.values())
    owed = run.ledger.states(OPENED, round_id=ROUND)
    assert len(owed) == 122 == len({obligation.unit_code for obligation, _ in owed})
    before = fingerprint(run.store)
    score_opening.open_scoring(replace(run, as_of=OPENED + HOUR))
    assert fingerprint(run.store) == before


def test_a_unit_gets_the_rows_of_its_own_set_and_kind_and_the_numbers_that_are_known(run: Run) -> None:
    reported(run, COMMUNE, {"I.1.1": "10", "I.1.2": "8"})
    later = replace(run, as_of=at(date(2026, 12, 21), 9))
    assert score_opening.build_forms(later, [COMMUNE, DEPARTMENT]) == 2
    assert score_opening.build_forms(later, [COMMUNE]) == 0, "a form that was sent is not made anew"
    for unit, code in ((COMMUNE, "xa-2026"), (DEPARTMENT, "so-2026")):
        wanted = [row.code for row in CriteriaSets.load().get(code).rows_of(run.units.get(unit))]
        assert list(rows_of(run, unit)) == wanted
    rows = rows_of(run, COMMUNE)
    assert rows["1.1.4"][4].value == "I.1.2 = 8; I.1.1 = 10 (báo cáo 2026-NAM của đơn vị)"
    assert rows["1.1.4"][5].value == 1
    assert rows["1.2.1"][4].value == "2026-NAM: đúng hạn"
    content = score_opening.form_path(run, run.units.get(COMMUNE)).read_bytes()
    assert read_workbook(content, "x.xlsx", form_key(run.instance)).signed
    kinds = [event.kind for event in file_events(run.store, ROUND, COMMUNE)]
    assert kinds == [FileEventKind.SHEET_SENT]


def test_nothing_is_locked_a_minute_before_its_moment_and_all_at_it(run: Run) -> None:
    moment = run.round.moments["khoa"]
    assert moment == LOCKED
    with pytest.raises(NothingToDo, match="25/12/2026"):
        score_opening.lock_files(replace(run, as_of=moment - timedelta(minutes=1)))
    assert len(score_opening.lock_files(replace(run, as_of=moment))) == 122
    assert score_opening.lock_files(replace(run, as_of=moment + HOUR)) == []
    found = file_state(run.store, ROUND, COMMUNE, moment)
    assert (found.state, found.submitted_at) == (FileState.LOCKED, None), "a lock is no submission"
    assert all(state.locked for _, state in run.ledger.states(moment, round_id=ROUND))


def test_a_unit_that_was_given_more_time_is_locked_at_its_own_moment(run: Run) -> None:
    own = at(date(2026, 12, 29), 17)
    extend(run, COMMUNE, own)
    extend(run, SILENT, at(date(2026, 12, 24), 17))
    locked = score_opening.lock_files(replace(run, as_of=LOCKED))
    assert COMMUNE not in locked
    assert SILENT in locked, "more time that ends before the lock changes no lock"
    assert score_opening.lock_files(replace(run, as_of=own - HOUR)) == []
    assert score_opening.lock_files(replace(run, as_of=own)) == [COMMUNE]


def test_locking_one_year_touches_no_other_of_three(run: Run, store: Store, instance: Instance) -> None:
    """A real system's job set the flags of all years at once."""
    rounds = [ROUND, "2025-CD", "2027-CD"]
    for round_id in rounds[1:]:
        year = int(round_id[:4])
        own = Run(store, instance, at(date(year, 12, 1), 9), round_id)
        run.rounds.open(own.round, own.as_of, "thu")
        due = own.round.unit_due_at
        one = Obligation(f"{round_id}/{COMMUNE}/tu_cham", round_id, COMMUNE, "tu_cham", "", "x", due)
        run.ledger.open([one], own.as_of, "thu")
    score_opening.lock_files(replace(run, as_of=LOCKED))
    states = {one: file_state(store, one, COMMUNE, at(date(2027, 12, 2), 9)).is_locked for one in rounds}
    assert states == {ROUND: True, "2025-CD": False, "2027-CD": False}
    assert file_events(store, "2025-CD") == file_events(store, "2027-CD") == []


def test_nothing_is_computed_before_the_lock_and_the_computed_decides_nothing(run: Run) -> None:
    with pytest.raises(NothingToDo):
        score_opening.compute_block(run, [COMMUNE])
    later = replace(run, as_of=LOCKED)
    assert score_opening.compute_block(later, [COMMUNE]) > 50
    found = standing(run.store, ROUND)[COMMUNE]
    assert all(one.computed.stage is Stage.COMPUTED and not one.is_decided for one in found.values())


def test_an_opening_that_died_is_carried_to_its_end_and_every_unit_is_asked_once(
    store: Store, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its round stood already: the next try took it for opened, and no unit was ever asked."""
    run = Run(store, instance, OPENED, ROUND)
    few = [run.units.get(code) for code in (COMMUNE, SILENT, DEPARTMENT)]
    monkeypatch.setattr(score_opening, "scored_units", lambda *_: few)

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    def open_all(own: Run) -> None:
        score_opening.open_scoring(own)
        for block in score_opening.unit_blocks(own):
            score_opening.build_forms(own, block)
        score_opening.ask_units(own)

    for name in ("prepare", "pin_sets", "build_self_score_workbook", "append_file_events", "request"):
        with monkeypatch.context() as dying:
            dying.setattr(score_opening, name, die)
            with pytest.raises(KeyboardInterrupt):
                open_all(run)
    open_all(run)
    asked = [row["obligation_id"] for row in store.query("chasing.all_reminders")]
    assert sorted(asked) == sorted(f"{ROUND}/{unit.code}/tu_cham" for unit in few)
    before = fingerprint(store)
    open_all(replace(run, as_of=OPENED + HOUR))
    assert fingerprint(store) == before
    sent = [one.unit_code for one in file_events(store, ROUND) if one.kind is FileEventKind.SHEET_SENT]
    assert sorted(sent) == sorted(unit.code for unit in few)
