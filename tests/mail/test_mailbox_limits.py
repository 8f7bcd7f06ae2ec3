"""The bounds of a reading are taken from the connection, or refused with what is allowed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc.errors import CchcError
from cchc.mail.mailbox_limits import BOUNDS, MEGABYTE, MailboxLimits, check_options
from cchc.texts import table


def test_what_is_left_out_or_empty_is_usual_and_what_is_given_counts() -> None:
    assert check_options({"folder": "INBOX", "session_seconds": "", "message_mb": None}) == MailboxLimits()
    found = check_options(
        {"session_seconds": 600, "message_seconds": "90", "message_mb": "10", "most_messages": 50}
    )
    assert found == MailboxLimits(60, 90, 600, 10 * MEGABYTE, 50) and found.message_mb == 10


@pytest.mark.parametrize("name", BOUNDS)
@pytest.mark.parametrize("value", ["lâu", "-1", "1.5", True, "1e3", "９９", "9" * 30, [5]])
def test_a_value_that_is_no_such_number_is_refused_with_name_value_and_what_is_allowed(
    name: str, value: Any
) -> None:
    with pytest.raises(CchcError) as refused:
        check_options({name: value})
    bound, words = BOUNDS[name], str(refused.value)
    for told in (name, repr(value), str(bound.least), str(bound.most), f"({bound.usual})"):
        assert told in words
    assert table("mail.mailbox.limits.names")[name] in words


@given(st.sampled_from(sorted(BOUNDS)), st.integers(-10, 100_000))
def test_exactly_what_lies_within_its_bounds_is_taken(name: str, value: int) -> None:
    usual = {one: bound.usual for one, bound in BOUNDS.items()}
    given_ = usual | {"timeout_seconds": 1, "message_seconds": 10, "session_seconds": 1500} | {name: value}
    within = BOUNDS[name].least <= value <= BOUNDS[name].most
    nested = given_["timeout_seconds"] <= given_["message_seconds"] <= given_["session_seconds"]
    try:
        MailboxLimits.of(given_)
    except CchcError:
        assert not (within and nested)
    else:
        assert within and nested


def test_one_message_cannot_have_more_time_than_all() -> None:
    with pytest.raises(CchcError, match=r"message_seconds \(300\) dài hơn session_seconds \(200\)"):
        check_options({"message_seconds": 300, "session_seconds": 200})


def test_an_option_that_is_unknown_is_named_with_those_that_are() -> None:
    with pytest.raises(CchcError, match=r"'sesion_seconds'.*session_seconds"):
        check_options({"sesion_seconds": 5})
