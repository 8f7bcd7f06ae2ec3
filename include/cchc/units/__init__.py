"""The register of reporting units, with validity, predecessors and mailboxes."""

from cchc.units.register import REPORTING_TIERS, Unit, UnitRegister

__all__ = ["REPORTING_TIERS", "Unit", "UnitRegister"]
