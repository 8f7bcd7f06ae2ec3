"""No indicator of the register that the exports can give is left out, for any tier that owes it."""

from __future__ import annotations

from datetime import date

import pytest

from cchc.indicators import Indicator, IndicatorRegister
from cchc.sources.counting import DOCUMENT_IDENTITIES
from cchc.sources.system_figures import document_figures, one_stop_figures
from cchc.year import RoundKind

EXPORTS = ("one_stop", "doc_management")
DAYS = {"before July 2025": date(2025, 5, 1), "since July 2025": date(2026, 3, 14)}
# Ratios ('computed') that follow from no export, each with its reason.
NO_EXPORT_GIVES = {
    "CB.1": "training held against the plan: personnel, in neither of the two systems",
}


class Counts(dict[str, int]):
    def __missing__(self, name: str) -> int:
        return 1


def given(tier: str) -> set[str]:
    """Codes computed for a unit of the tier when the exports hold every optional column."""
    counts = Counts()
    communes = counts if tier == "huyen" else None
    return set(
        one_stop_figures(counts, tier, has_level=True, has_return_channel=True, communes=communes)
    ) | set(document_figures(counts, sent=True, received=True, has_signed=True))


def owed(day: date) -> list[tuple[str, Indicator]]:
    register = IndicatorRegister.load()
    return [
        (tier, indicator)
        for tier in ("so", "huyen", "xa")
        for kind in RoundKind
        for indicator in register.owed_by_all(tier, day, kind)
    ]


@pytest.mark.parametrize("day", DAYS.values(), ids=DAYS)
def test_every_indicator_from_an_export_is_computed_for_each_tier_that_owes_it(day: date) -> None:
    asked = [(tier, one.code) for tier, one in owed(day) if one.source in EXPORTS]
    assert len({code for _, code in asked}) >= 22  # the register was read
    missing = sorted({(tier, code) for tier, code in asked if code not in given(tier)})
    assert missing == []


@pytest.mark.parametrize("day", DAYS.values(), ids=DAYS)
def test_every_computed_ratio_is_given_or_has_a_reason_why_no_export_gives_it(day: date) -> None:
    ratios = {(tier, one.code) for tier, one in owed(day) if one.source == "computed"}
    assert {code for tier, code in ratios if code not in given(tier)} == set(NO_EXPORT_GIVES)


def test_nothing_is_computed_that_the_register_does_not_know() -> None:
    known = {indicator.code: indicator.source for indicator in IndicatorRegister.load().all}
    for tier in ("so", "huyen", "xa"):
        for code in given(tier):
            assert known[code] in (*EXPORTS, "computed")


def test_the_names_in_the_identities_are_counts_of_figures() -> None:
    assert {whole for _, whole, _ in DOCUMENT_IDENTITIES} == {"sent", "received"}
