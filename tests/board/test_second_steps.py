"""What the first of two steps keeps comes back to the same person, on the same page, on the same working day alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.board.test_acts import KEY, NOW

from cchc import clock
from cchc_board.forms import Forms
from cchc_board.genuine import NOTICE, new_token, seal

FORMS, KEPT = Forms(KEY, ""), ["live", "a@b.example"]
PAGE = "/phe-duyet/2026-Q1"


@pytest.fixture
def sealed(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return FORMS.seal(PAGE, "an", KEPT)


def test_it_is_taken_from_whom_it_was_given_to(sealed: str) -> None:
    assert FORMS.unseal(PAGE, "an", sealed) == KEPT


@pytest.mark.parametrize(
    ("page", "actor"),
    [(PAGE, "binh"), ("/phe-duyet/2026-Q2", "an"), ("/thu", "an"), ("", "an"), (NOTICE, "an")],
)
def test_it_is_nobody_elses_and_of_no_other_page(sealed: str, page: str, actor: str) -> None:
    """It was once of every round's page: the address of the page stood in it with its gap unfilled."""
    assert FORMS.unseal(page, actor, sealed) is None


@pytest.mark.parametrize("hours", [-1, 13, 24 * 30])
def test_it_is_of_the_same_working_day(sealed: str, hours: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(hours=hours))
    assert FORMS.unseal(PAGE, "an", sealed) is None


def test_nothing_else_that_was_sealed_stands_for_it(sealed: str) -> None:
    token = new_token(KEY, "an", NOW)
    others = (
        token,
        seal(KEY, NOTICE, [token, KEPT]),
        seal(b"k", PAGE, [token, KEPT]),
        seal(KEY, PAGE, ["an", KEPT]),
    )
    assert [FORMS.unseal(PAGE, "an", one) for one in (*others, "", "x.y", sealed + "A")] == [None] * 7
