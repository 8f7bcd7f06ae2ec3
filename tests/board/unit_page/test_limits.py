"""However callers come, no more of them are let in within any span of time than was allowed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cchc_board.unit_page.limits import Allowed, Counted, RateLimits


@given(st.lists(st.integers(0, 30), min_size=1, max_size=60), st.integers(1, 5))
def test_in_no_span_more_are_let_in_than_allowed_and_who_waits_as_told_comes_in(
    gaps: list[int], times: int
) -> None:
    clock, seconds = [0.0], 60.0
    limits = RateLimits(lambda: clock[0], {Counted.LINK: Allowed(times, seconds)})
    let_in: list[float] = []
    for gap in gaps:
        clock[0] += gap
        wait = limits.wait(Counted.LINK, "a")
        assert (wait == 0) == (sum(one > clock[0] - seconds for one in let_in) < times)
        if not wait:
            let_in.append(clock[0])
    clock[0] += limits.wait(Counted.LINK, "a")
    assert limits.wait(Counted.LINK, "b") == 0, "another is counted by itself"
    clock[0] += seconds
    assert limits.is_full(Counted.LINK, "a") == 0 == limits.wait(Counted.LINK, "a")
