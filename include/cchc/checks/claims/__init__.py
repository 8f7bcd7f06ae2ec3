"""Claims in prose: statements of figures in a report, checked against each other."""

from cchc.checks.claims.check import check_text
from cchc.checks.claims.findings import check_attachment, prose_findings
from cchc.checks.claims.kinds import Checked, Fault, Kind, Review
from cchc.checks.claims.settings import ClaimSettings

__all__ = [
    "Checked",
    "ClaimSettings",
    "Fault",
    "Kind",
    "Review",
    "check_attachment",
    "check_text",
    "prose_findings",
]
