"""Equal rows have one state, which is made once; another row, or one that was not known yet, makes another."""

from __future__ import annotations

import pytest

from cchc.errors import RuleRefused
from cchc.obligations.remembered import obligation_standing, round_standing, waiting_decisions
from cchc.obligations.round_fold import Phase

OWED = ("2026-Q1/30292/bao_cao", "2026-Q1", "30292", "bao_cao", "", "Báo cáo", "2026-03-16T17:00:00+07:00")
OPENED = ("opened", "2026-03-01T08:00:00+07:00", "2026-03-01T08:00:00+07:00", "thu", None, "{}", "a")
CAME = ("submitted", "2026-03-10T08:00:00+07:00", "2026-03-10T08:00:00+07:00", "thu", None, "{}", "b")


def of_round(kind: str, day: int, detail: str = "{}") -> tuple[object, ...]:
    moment = f"2026-03-{day:02d}T08:00:00+07:00"
    return "2026-Q1", day, kind, moment, moment, "thu", None, detail, f"{kind}/{day}"


def test_an_obligation_is_folded_once_for_equal_rows_and_anew_for_others() -> None:
    one, state = obligation_standing(OWED, (OPENED,))
    again = obligation_standing(tuple(OWED), (tuple(OPENED),))
    assert again[0] is one and again[1] is state
    assert (one.unit_code, state.status) == ("30292", "open")
    assert obligation_standing(OWED, (OPENED, CAME))[1].status == "submitted"
    assert obligation_standing(OWED, (OPENED,))[1].status == "open"


def test_rows_that_fit_no_rule_are_refused_each_time() -> None:
    for _ in range(2):
        with pytest.raises(RuleRefused):
            obligation_standing(OWED, (CAME,))


def test_what_is_kept_of_a_round_does_not_grow_with_each_event_that_comes() -> None:
    """An inspection has hundreds of decisions, and each state of it that is kept holds all of them."""
    events: tuple[tuple[object, ...], ...] = (of_round("opened", 1),)
    for number in range(400):
        events = (*events, (*of_round("drafted", 2)[:-1], f"drafted/{number}"))
        round_standing(events)
        waiting_decisions(events)
    for kept in (round_standing, waiting_decisions):
        assert kept.cache_info().currsize <= 128


def test_a_round_stands_as_its_rows_say_and_waits_for_the_decision_that_they_ask_for() -> None:
    opened, drafted = of_round("opened", 1), of_round("drafted", 20, '{"draft": 1}')
    assert round_standing((opened,)).phase is Phase.OPEN
    assert waiting_decisions((opened,)) == ()
    assert round_standing((opened, drafted)).phase is Phase.DRAFTED
    (waiting,) = waiting_decisions((opened, drafted))
    assert waiting == ("", round_standing((opened, drafted)))
