"""The levels of administration, once: every list, rule and setting that speaks of tiers takes them from here."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator

from cchc.config_files import one_of


class Tier(StrEnum):
    """The values stand in the files; the order is that of every list by tier."""

    PROVINCE = "tinh"  # a parent of reporting units; it never reports itself and needs no mailbox
    BODY = "so"
    DISTRICT = "huyen"
    COMMUNE = "xa"


REPORTING_TIERS = (Tier.BODY, Tier.DISTRICT, Tier.COMMUNE)
TIERS_SINCE_2025_07 = (Tier.BODY, Tier.COMMUNE)  # the districts ended with June 2025


def _reporting(value: Any) -> Any:
    if value not in REPORTING_TIERS:
        raise ValueError(one_of(str(value), REPORTING_TIERS))
    return value


ReportingTier = Annotated[Tier, BeforeValidator(_reporting)]
"""A tier in a file of the year's data; the error names those that report."""
