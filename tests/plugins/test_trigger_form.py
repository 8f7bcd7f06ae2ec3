"""The form in which a person starts a run: rounds of this year and the next, the open one first."""

from __future__ import annotations

from datetime import date

import pytest

from cchc import clock
from cchc.clock import at
from cchc.year import REPORT_KINDS, Calendar, RoundKind
from cchc_airflow.context import round_of
from cchc_airflow.defaults import CHOSEN_ROUND, choosable_rounds, round_param

CALENDAR = Calendar.load()


def shown(day: date, kinds: object = REPORT_KINDS) -> list[str]:
    return [one.round_id for one in choosable_rounds(CALENDAR, kinds, at(day, 10))]  # type: ignore[arg-type]


def test_the_open_round_stands_first_then_what_comes_then_what_is_over() -> None:
    assert shown(date(2026, 6, 10)) == [
        "2026-6T", "2026-Q3", "2026-NAM", "2027-Q1", "2027-6T", "2027-Q3", "2027-NAM", "2026-Q1",
    ]  # fmt: skip


def test_between_two_rounds_the_next_one_stands_first() -> None:
    assert shown(date(2026, 4, 20))[0] == "2026-6T"


def test_a_round_of_last_year_is_shown_while_it_is_open() -> None:
    scoring = CALENDAR.rounds(2026)
    (last,) = [one for one in scoring if one.kind is RoundKind.SCORING]
    for day, there in ((last.closes_at.date().replace(day=1), True), (date(2027, 3, 1), False)):
        assert ("2026-CD" in shown(day, (RoundKind.SCORING,))) is (there or day.year == 2026)


@pytest.mark.parametrize("kinds", [REPORT_KINDS, (RoundKind.PLAN,), (RoundKind.INSPECTION,)])
def test_the_form_begins_with_a_round_and_names_each_in_words(
    kinds: tuple[RoundKind, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: at(date(2026, 3, 10), 9))
    param = round_param(kinds)[CHOSEN_ROUND]
    years = {one[:4] for one in param.schema["enum"]}
    assert years == {"2026", "2027"}
    assert None not in param.schema["enum"]
    assert param.value == param.schema["enum"][0] == param.resolve()
    assert set(param.schema["values_display"]) == set(param.schema["enum"])
    assert CALENDAR.round(param.value).title in param.schema["values_display"][param.value]


def test_a_run_is_given_the_round_of_its_key_then_of_its_conf_then_of_its_form() -> None:
    form = {CHOSEN_ROUND: "2026-Q3"}
    assert round_of("2026-Q1:opens", {"round": "2026-6T"} | form) == "2026-Q1"
    assert round_of(None, {"round": "2020-Q1"} | form) == "2020-Q1"
    assert round_of(None, form) == "2026-Q3"
    assert round_of(None, {}) is None


def test_what_collects_exports_needs_no_round_and_says_so_first() -> None:
    param = round_param(REPORT_KINDS, by_day=True)[CHOSEN_ROUND]
    assert param.value == param.schema["enum"][0] == ""
    assert "ngày" in param.schema["values_display"][""]
    assert round_of(None, {CHOSEN_ROUND: param.value}) is None
