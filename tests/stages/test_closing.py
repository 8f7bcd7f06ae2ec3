"""The number of a draft follows its figures, and a round that was never opened is not closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.documents.test_decisions import lay
from tests.support.province import OTHER, UNIT, Province

from cchc.clock import at
from cchc.errors import RuleRefused
from cchc.obligations import RoundEventKind
from cchc.stages import closing

ARRIVED = at(date(2026, 3, 17), 9)
CLOSED = at(date(2026, 3, 19), 9)


def test_closing_again_without_new_figures_keeps_the_draft_and_new_ones_are_the_next(
    province: Province,
) -> None:
    assert lay(province, UNIT, ARRIVED) == {"accepted": 1}
    run = province.at(CLOSED)
    assert closing.consolidate(run) == 1
    closing.draft(run, 1)
    again = province.at(CLOSED + timedelta(hours=2))
    assert closing.consolidate(again) == 1, "no figure changed"
    assert lay(province, OTHER, CLOSED + timedelta(hours=3)) == {"accepted": 1}
    assert closing.consolidate(province.at(CLOSED + timedelta(hours=4))) == 2


def test_a_round_that_was_never_opened_is_not_closed(province: Province) -> None:
    with pytest.raises(RuleRefused) as refused:
        closing.consolidate(province.at(CLOSED, round_id="2026-6T"))
    assert refused.value.rule == "round-not-open"
    assert "2026-6T" in str(refused.value)


def test_what_was_never_consolidated_is_not_drafted(province: Province) -> None:
    with pytest.raises(RuleRefused) as refused:
        closing.draft(province.at(CLOSED))
    assert refused.value.rule == "not-consolidated"


def test_closing_records_which_draft_it_made_and_repeating_it_records_nothing(province: Province) -> None:
    run = province.at(CLOSED)
    number = closing.consolidate(run)
    closing.consolidate(replace(run, as_of=CLOSED + timedelta(hours=1)))
    (event,) = [one for one in run.rounds.events(run.round.round_id) if one.kind is RoundEventKind.closed]
    assert event.detail == {"draft": number}
    assert event.happened_at == CLOSED
