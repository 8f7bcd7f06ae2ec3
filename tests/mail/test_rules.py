"""mail.yaml: limits and waiting times of the outbox; what cannot work is refused with place and value."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from cchc.errors import ConfigErrors
from cchc.mail.rules import OutboxRules


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("max_attempts: 8", "max_attempts: 0", ["max_attempts", "0"]),
        ("per_minute: 0", "per_minute: -1", ["per_minute", "-1"]),
        ("timeout_seconds: 30", "timeout_seconds: 601", ["timeout_seconds", "601"]),
        ("per_minute: 0", "per_minutes: 0", ["per_minutes", "per_minute"]),
        ("refused_in_a_row: 5", "refused_in_a_row: 1", ["refused_in_a_row", "1"]),
        ("answer_seconds: 600", "answer_seconds: 1800", ["answer_seconds", "stale_after_minutes"]),
    ],
)
def test_wrong_limits_are_refused_with_place_and_value(
    change_config: Callable[[str, str, str], None], old: str, new: str, told: list[str]
) -> None:
    change_config("mail.yaml", old, new)
    with pytest.raises(ConfigErrors) as error:
        OutboxRules.load()
    for word in ["mail.yaml", *told]:
        assert word in str(error.value)


def test_a_mail_refused_again_and_again_rests_twice_as_long_but_at_most_four_hours() -> None:
    rules = OutboxRules.load()
    waits = [rules.wait_after(attempts) for attempts in range(1, rules.max_attempts + 1)]
    assert waits[:3] == [timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=20)]
    assert max(waits) == timedelta(hours=4)


def test_a_server_may_take_ten_minutes_over_a_mail() -> None:
    rules = OutboxRules.load()
    assert rules.answer_seconds >= 600
    assert timedelta(minutes=rules.stale_after_minutes) > timedelta(seconds=rules.answer_seconds)
