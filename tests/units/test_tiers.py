"""The levels of administration: one list, and what a file of the year's data may say of them."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from cchc.texts import table
from cchc.units import REPORTING_TIERS, TIERS_SINCE_2025_07, ReportingTier, Tier


def test_a_province_reports_to_nobody_and_the_districts_ended() -> None:
    assert [tier.value for tier in REPORTING_TIERS] == ["so", "huyen", "xa"]
    assert set(Tier) - set(REPORTING_TIERS) == {Tier.PROVINCE}
    assert set(REPORTING_TIERS) - set(TIERS_SINCE_2025_07) == {Tier.DISTRICT}


@pytest.mark.parametrize("found", ["tinh", "huyện", "", None, ["xa"]])
def test_a_tier_that_does_not_report_is_refused_with_those_that_do(found: object) -> None:
    with pytest.raises(ValidationError, match="so, huyen, xa"):
        TypeAdapter(ReportingTier).validate_python(found)


@pytest.mark.parametrize(("name", "tiers"), [
    ("units.tiers", Tier), ("report.tiers", Tier), ("board.tiers", REPORTING_TIERS),
    ("form_06.tiers", REPORTING_TIERS)
])  # fmt: skip
def test_every_tier_that_is_shown_has_its_name(name: str, tiers: tuple[Tier, ...]) -> None:
    assert set(table(name)) == set(tiers)
