"""The parts of the pages that are computed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc.clock import at
from cchc.paths import Instance
from cchc.store import Store
from cchc.texts import table
from cchc.year import Calendar
from cchc_board.rounds.bars import ORDER, WHOLE, segments
from cchc_board.rounds.round_page import BY_STATUS, BY_TIMELINESS, UNPROVEN
from cchc_board.rounds.standing import standing
from cchc_board.rounds.year_page import percent


@given(st.fixed_dictionaries({name: st.integers(0, 5000) for name in ORDER}))
def test_a_bar_is_full_and_shows_everybody(counts: dict[str, int]) -> None:
    found = segments(counts)
    assert {one.name for one in found} == {name for name, count in counts.items() if count}
    x = 0
    for one in found:
        assert one.x == x
        assert one.width >= 1
        x += one.width
    assert x == (WHOLE if any(counts.values()) else 0)


@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_a_percentage_is_rounded_half_up_to_tenths(part: int, whole: int) -> None:
    from decimal import ROUND_HALF_UP, Decimal

    part = min(part, whole)  # a share of the obliged units

    exact = (Decimal(100 * part) / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)
    assert percent(part, whole) == f"{exact}%".replace(".", ",")


def test_nothing_to_divide_by_is_no_percentage() -> None:
    assert percent(0, 0) is None


@pytest.mark.parametrize(
    ("day", "code"),
    [(date(2026, 2, 1), "not_open"), (date(2026, 3, 3), "overdue"), (date(2026, 5, 1), "never")],
)
def test_a_round_that_is_not_open_says_whether_it_should_be(day: date, code: str) -> None:
    assert standing(Calendar.load().round("2026-Q1"), at(day), None).code == code


def test_every_state_the_library_knows_has_its_words() -> None:
    from cchc.obligations import EventKind
    from cchc.obligations.model import FULFILLED, OWED

    assert set(table("board.status")) == OWED | FULFILLED | {"submitted", "waived"}
    assert set(table("board.events")) == {kind.value for kind in EventKind}
    assert set(table("board.timeliness")) == {*ORDER, "waived", "dissolved"}
    assert set(table("board.filters")) == {"tat-ca", *BY_TIMELINESS, *BY_STATUS, UNPROVEN}


def test_the_board_looks_into_the_store_that_the_tasks_are_given(
    instance: Instance, new_store: Callable[[str], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    from cchc_board import desk

    monkeypatch.setenv("CCHC_HOME", str(instance.root))
    monkeypatch.setattr(desk, "_where", [])
    assert desk.open_desk(None).store is None, "the installation has none"
    elsewhere = new_store("sqlite")
    desk.look_in(lambda: elsewhere.url)
    found = desk.open_desk(None).store
    assert found is not None
    assert found.url == elsewhere.url


def test_pages_read_under_the_role_that_can_only_read_and_acts_write(
    instance: Instance, new_store: Callable[[str], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    from cchc_board import desk

    writing, reading = new_store("sqlite"), new_store("sqlite")
    monkeypatch.setattr(desk, "_where", [lambda: writing.url])
    monkeypatch.setenv("CCHC_READER_URL", reading.url)
    for acting, expected in ((False, reading), (True, writing)):
        found = desk.open_desk(None, acting=acting).store
        assert found is not None
        assert found.url == expected.url
