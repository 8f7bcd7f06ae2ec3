"""Which of a unit's own figures a form carries over, and what the round before says where no unit was asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.figures.test_reconciliation import figure, systems
from tests.support.reports import Reporting

from cchc.clock import at
from cchc.run import Run
from cchc.sources import ONE_STOP
from cchc.submissions import comparison
from cchc.submissions.comparison import carried_figures, round_figures
from cchc.workbooks.form_rules import FormRules

CARRIED = FormRules.load().carried_over


@pytest.fixture
def run(reporting: Reporting) -> Run:
    """The opening of the round after the one that units report."""
    return Run(reporting.store, reporting.instance, at(date(2026, 6, 1), 8), "2026-6T")


def test_a_form_carries_over_what_the_unit_reported_last_and_only_what_stands(
    reporting: Reporting, run: Run
) -> None:
    body, silent, *_ = reporting.units
    reporting.report(body, {"IV.1.1": figure("IV.1.1", "4"), "I.1.3": figure("I.1.3", "9")})
    assert carried_figures(run, run.round, body, CARRIED) == {"IV.1.1": 4}
    assert carried_figures(run, run.round, silent, CARRIED) == {}, "who reported nothing is asked"
    before = replace(run, as_of=reporting.round_.unit_due_at - timedelta(days=3))
    assert carried_figures(before, run.round, body, CARRIED) == {}, "a replayed run knows no later report"


def test_the_first_round_of_a_year_goes_on_from_the_year_before(
    reporting: Reporting, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def told(_store: object, round_id: str, *_: object) -> dict[str, Decimal]:
        asked.append(round_id)
        return {"IV.1.1": Decimal(5), "I.1.3": Decimal(2)}

    monkeypatch.setattr(comparison, "past_numbers", told)
    first = run.calendar.round("2026-Q1")
    assert carried_figures(run, first, reporting.units[0], CARRIED) == {"IV.1.1": 5}
    assert asked == ["2025-NAM"]


def test_of_the_round_before_the_systems_say_what_no_unit_was_asked(reporting: Reporting, run: Run) -> None:
    body, *_ = reporting.units
    final = {(body.code, "T06.9"): figure("T06.9", "12"), (body.code, "T06.1"): figure("T06.1", "80")}
    systems(reporting, ONE_STOP, final, when=reporting.round_.closes_at - timedelta(days=1))
    reporting.report(body, {"T06.1": figure("T06.1", "90")})
    assert round_figures(run, "2026-Q1", body) == {"T06.9": 12, "T06.1": 90}, "its own word first"
