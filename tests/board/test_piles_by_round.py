"""How a pile is told by rounds: nothing of it is lost, and what is under way is not buried below what is issued."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from cchc.clock import at
from cchc.obligations import Issue, Phase, RoundState
from cchc.year import Calendar
from cchc_board.today.pile import AT_FIRST, MOST, SHOWN, WaitingItem, by_rounds

CALENDAR = Calendar.load()
DECIDED = at(date(2026, 9, 19), 9)
OPEN = RoundState(Phase.OPEN, at(date(2026, 3, 2), 8))
ISSUED = RoundState(Phase.ISSUED, DECIDED, issues=(Issue("9", "BC-UBND", date(2026, 9, 18), (), DECIDED),))


def things(**counts: int) -> list[WaitingItem]:
    rounds = {"q1": "2026-Q1", "h1": "2026-6T", "q3": "2026-Q3"}
    return [
        WaitingItem("x", item=f"{name}-{number}", round_id=rounds[name])
        for name, count in counts.items()
        for number in range(count)
    ]


def test_under_way_comes_first_then_the_newest_of_the_issued() -> None:
    states = {"2026-Q1": ISSUED, "2026-6T": OPEN, "2026-Q3": ISSUED}
    found = by_rounds(things(q1=1, h1=2, q3=3), CALENDAR, states, whole=False)
    assert [(one.title, one.issued, one.count) for one in found] == [
        (CALENDAR.round("2026-6T").title, None, 2),
        (CALENDAR.round("2026-Q3").title, date(2026, 9, 18), 3),
        (CALENDAR.round("2026-Q1").title, date(2026, 9, 18), 1),
    ]


def test_one_round_under_way_needs_no_heading_and_one_that_is_issued_is_folded() -> None:
    (plain,) = by_rounds(things(h1=SHOWN + 1), CALENDAR, {"2026-6T": OPEN}, whole=False)
    assert (plain.title, plain.issued, len(plain.shown), plain.count) == ("", None, SHOWN, SHOWN + 1)
    (folded,) = by_rounds(things(h1=1), CALENDAR, {"2026-6T": ISSUED}, whole=False)
    assert folded.title and folded.issued == date(2026, 9, 18)


def test_without_a_day_of_issue_the_day_of_the_decision_is_told_and_a_new_draft_is_under_way_again() -> None:
    undated = replace(ISSUED, issues=(replace(ISSUED.issues[0], issued_on=None),))
    (folded,) = by_rounds(things(q1=1), CALENDAR, {"2026-Q1": undated}, whole=False)
    assert folded.issued == DECIDED.date()
    (again,) = by_rounds(
        things(q1=1), CALENDAR, {"2026-Q1": replace(ISSUED, phase=Phase.DRAFTED)}, whole=False
    )
    assert again.issued is None


@given(q1=st.integers(0, 400), h1=st.integers(0, 60), q3=st.integers(0, 60), whole=st.booleans())
def test_everything_is_counted_in_its_order_and_no_page_grows_without_bound(
    q1: int, h1: int, q3: int, whole: bool
) -> None:
    everything = things(q1=q1, h1=h1, q3=q3)
    found = by_rounds(everything, CALENDAR, {"2026-Q1": ISSUED, "2026-6T": OPEN}, whole=whole)
    assert sum(one.count for one in found) == len(everything)
    assert sum(len(one.shown) for one in found) <= (MOST if whole else AT_FIRST)
    for one in found:
        own = [item for item in everything if not one.title or item.round_id == one.shown[0].round_id]
        assert list(one.shown) == own[: len(one.shown)]
