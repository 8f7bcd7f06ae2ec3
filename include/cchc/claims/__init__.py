"""Claims in prose: statements of figures in a report, checked against each other."""

from cchc.claims.check import check_text
from cchc.claims.kinds import Checked, ClaimFault, ClaimKind, FigureCoverage, Review
from cchc.claims.phrases import ClaimSettings

__all__ = [
    "Checked",
    "ClaimFault",
    "ClaimKind",
    "ClaimSettings",
    "FigureCoverage",
    "Review",
    "check_text",
]
