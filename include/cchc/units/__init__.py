"""The register of reporting units, with validity, predecessors and mailboxes."""

from cchc.units.register import Unit, UnitRegister

__all__ = ["Unit", "UnitRegister"]
