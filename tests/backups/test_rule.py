"""What the written rule keeps, whatever days there were backups on."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc.backups.rule import BackupRules, KeepRule, kept
from cchc.clock import TZ, at
from cchc.errors import ConfigErrors

FIRST = at(date(2024, 1, 1))
MOMENTS = st.lists(
    st.integers(0, 3 * 365 * 24).map(lambda hours: FIRST + timedelta(hours=hours)), unique=True, max_size=60
)
RULES = st.builds(
    lambda days, daily, weekly, monthly: KeepRule.model_validate(
        {"from": "2024-01-01", "every_set_days": days, "daily": daily, "weekly": weekly, "monthly": monthly}
    ),
    st.integers(1, 10),
    st.integers(1, 20),
    st.integers(0, 10),
    st.integers(0, 14),
)
NOWS = st.integers(0, 4 * 365 * 24).map(lambda hours: FIRST + timedelta(hours=hours))


@given(MOMENTS, NOWS, RULES)
def test_the_newest_set_stays_and_so_does_the_last_of_each_year(
    moments: list[datetime], now: datetime, rule: KeepRule
) -> None:
    stay = kept(moments, now, rule)
    assert stay <= set(moments)
    for year in {one.year for one in moments}:
        assert max(one for one in moments if one.year == year) in stay


@given(MOMENTS, NOWS, RULES)
def test_every_set_of_the_last_days_and_of_days_to_come_stays(
    moments: list[datetime], now: datetime, rule: KeepRule
) -> None:
    first = now.astimezone(TZ).date() - timedelta(days=rule.every_set_days - 1)
    assert {one for one in moments if one.date() >= first} <= kept(moments, now, rule)


@given(MOMENTS, NOWS, RULES)
def test_the_newest_days_weeks_and_months_with_a_set_keep_their_last(
    moments: list[datetime], now: datetime, rule: KeepRule
) -> None:
    stay = kept(moments, now, rule)
    for count, span in (
        (rule.daily, lambda one: one.date()),
        (rule.weekly, lambda one: one.isocalendar()[:2]),
        (rule.monthly, lambda one: (one.year, one.month)),
    ):
        for wanted in sorted({span(one) for one in moments})[-count:] if count else []:
            assert max(one for one in moments if span(one) == wanted) in stay


@given(MOMENTS, RULES)
def test_removing_day_by_day_keeps_what_removing_once_would_keep(
    moments: list[datetime], rule: KeepRule
) -> None:
    left: set[datetime] = set()
    for one in sorted(moments):
        left = kept({*left, one}, one, rule)
    if moments:
        assert left == kept(moments, max(moments), rule)


@given(MOMENTS, NOWS, RULES)
def test_removing_twice_removes_nothing_more(moments: list[datetime], now: datetime, rule: KeepRule) -> None:
    stay = kept(moments, now, rule)
    assert kept(stay, now, rule) == stay


def test_a_clock_that_runs_years_ahead_ends_no_more_than_the_first_days() -> None:
    rule = BackupRules.load().keep[0]
    moments = [at(date(2026, 3, 1) + timedelta(days=number), 6) for number in range(10)]
    assert kept(moments, at(date(2031, 1, 1)), rule) == set(moments)


def test_the_rule_in_force_is_that_of_the_day() -> None:
    rules = BackupRules.model_validate(
        {
            "keep": [
                {"from": "2027-01-01", "every_set_days": 3, "daily": 5, "weekly": 5, "monthly": 5},
                {"from": "2026-01-01", "every_set_days": 1, "daily": 4, "weekly": 4, "monthly": 4},
            ]
        }
    )
    found = [rules.rule_on(date(year, 6, 1)).daily for year in (2025, 2026, 2027, 2030)]
    assert found == [4, 4, 5, 5]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("encrypt_to: []", "encrypt_to: [age1sai]", "khóa công khai age1"),
        ("elsewhere: []", "elsewhere: [{ address: luu-tru }]", "đường dẫn tuyệt đối"),
        ("daily: 14", "daily: 0", "daily"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_is_allowed(
    change_config: object, old: str, new: str, told: str
) -> None:
    assert callable(change_config)
    change_config("backup.yaml", old, new)
    with pytest.raises(ConfigErrors, match=told):
        BackupRules.load()
