"""What the year before says of a round's units: the last published edition, rebuilt, over what is comparable."""

from __future__ import annotations

from dataclasses import replace

from cchc.scoring.comparing import year_change
from cchc.scoring.editions import last_edition, rebuild
from cchc.scoring.round_results import RoundResults, YearBefore
from cchc.store import Store
from cchc.year import RoundKind


def scoring_round(year: int) -> str:
    """The round in which a year is scored."""
    return f"{year}-{RoundKind.SCORING}"


def with_year_before(store: Store, results: RoundResults) -> RoundResults:
    """The results with what was published for the year before, of units that have the same code."""
    edition = last_edition(store, scoring_round(results.year - 1))
    if edition is None:
        return results
    past = rebuild(store, edition, results.year - 1)
    before = {
        one.unit_code: YearBefore(earlier.index, earlier.rank, year_change(one, earlier))
        for one in results.results
        if (earlier := past.of(one.unit_code)) is not None
    }
    return replace(results, before=before)
