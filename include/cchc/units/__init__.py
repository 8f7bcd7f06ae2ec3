"""The register of reporting units, with validity, predecessors and mailboxes."""

from cchc.units.model import Unit
from cchc.units.register import UnitRegister
from cchc.units.tiers import REPORTING_TIERS, TIERS_SINCE_2025_07, ReportingTier, Tier

__all__ = [
    "REPORTING_TIERS",
    "TIERS_SINCE_2025_07",
    "ReportingTier",
    "Tier",
    "Unit",
    "UnitRegister",
]
