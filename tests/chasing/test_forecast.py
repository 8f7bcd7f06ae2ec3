"""The forecast of who will be late: on held-out rounds of synthetic years, and by hand on small ones."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc.chasing.forecast import Model, Past, foretell, held_out, often_late, past_reports
from cchc.clock import at
from cchc_rehearsal.behaviour import Habit, habit
from cchc_rehearsal.punctual_years import past_years

DUE = at(date(2026, 3, 17), 17)


def past(unit: str, late: bool, place: int = 0, tier: str = "xa", kind: str = "Q1") -> Past:
    return Past(unit, tier, kind, f"{2020 + place}-{kind}", at(date(2020 + place, 3, 17), 17), late)


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_on_held_out_rounds_it_beats_the_common_share_and_is_calibrated(seed: int) -> None:
    score = held_out(past_years(seed, range(2023, 2027)), first=4)
    assert score is not None
    print(f"Brier {score.brier:.4f}, baseline {score.baseline:.4f}, {score.caught} caught")
    assert score.rounds == 12
    assert score.brier < score.baseline
    assert score.caught > 1.15 * score.caught_by_chance, "ten calls find more late units than ten blind ones"
    for one in score.bins:
        assert abs(one.foretold - one.late / one.count) < 0.08, one


def test_where_no_unit_differs_it_claims_to_know_nothing_more() -> None:
    alike = [past(f"u{n}", (n + place) % 5 == 0, place) for place in range(10) for n in range(100)]
    chances = [Model(alike).of(f"u{n}", "xa", "Q1").chance for n in range(100)]
    assert max(chances) - min(chances) < 0.05


def test_a_unit_that_was_always_late_is_likelier_than_one_that_never_was() -> None:
    known = [past("tre", True, n) for n in range(6)] + [past("dung", False, n) for n in range(6)]
    model = Model(known, strength=4)
    late, punctual, new = (model.of(code, "xa", "Q1") for code in ("tre", "dung", "moi"))
    assert late.chance > new.chance > punctual.chance
    assert (late.late_before, late.rounds_before) == (6, 6)
    assert new.chance == pytest.approx(new.group_chance)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans(), st.integers(0, 5)), max_size=40))
def test_a_chance_is_never_certain_whatever_the_past(rows: list[tuple[str, bool, int]]) -> None:
    model = Model([past(unit, late, place) for unit, late, place in rows])
    assert 0 < model.of("a", "xa", "Q1").chance < 1


def test_nothing_later_than_the_round_is_used_to_foretell_it() -> None:
    rounds = [past(f"u{n}", n % 3 == 0, place) for place in range(3) for n in range(9)]
    later = [past(f"u{n}", n % 3 != 0, 7) for n in range(9)]
    alone, with_later = held_out(rounds, first=2), held_out([*later, *rounds], first=2)
    assert alone is not None
    assert with_later is not None
    only_later = held_out([*later, *rounds], first=3)
    assert only_later is not None
    assert with_later.brier * 18 == pytest.approx(alone.brier * 9 + only_later.brier * 9)


def test_too_short_a_past_tells_nothing(world: Any) -> None:
    assert held_out([past("a", True)]) is None
    assert foretell(world.store, world.calendar, world.units, DUE, "2026-Q1") == []


def day(number: int, hour: int = 9) -> datetime:
    return at(date(2026, 3, number), hour)


def test_the_ledger_gives_the_past_and_the_awaited_units(world: Any) -> None:
    late, punctual = world.unit(), world.unit(1)
    for unit, when in ((late, day(19)), (punctual, day(13))):
        owed = world.owe(unit, DUE, opened=day(2, 7))
        world.happens(owed, "submitted", when, submission_id="s")
        world.happens(owed, "accepted", when, submission_id="s")
    due = at(date(2026, 6, 17), 17)
    for unit in (late, punctual):
        world.owe(unit, due, opened=at(date(2026, 6, 1), 7), round_id="2026-6T")
    as_of = at(date(2026, 6, 8), 9)
    assert {(one.unit_code, one.late) for one in past_reports(world.store, world.calendar, world.units, as_of)} == {
        (late, True), (punctual, False),
    }  # fmt: skip
    found = foretell(world.store, world.calendar, world.units, as_of, "2026-6T")
    assert [one.unit_code for one in found] == [late, punctual]
    assert foretell(world.store, world.calendar, world.units, due.replace(hour=18), "2026-6T") == [], (
        "too late to call"
    )


def test_late_again_and_again_means_twice_in_the_last_four() -> None:
    history = [past("a", late, n) for n, late in enumerate([True, True, False, False, False, False])]
    history += [past("b", late, n) for n, late in enumerate([False, True, False, True])]
    assert often_late(history) == [("b", 2, 4)]


def test_every_habit_occurs_and_stays_with_the_unit() -> None:
    found = {habit(1, f"u{n}") for n in range(60)}
    assert found == set(Habit)
    assert habit(1, "30292") == habit(1, "30292")
