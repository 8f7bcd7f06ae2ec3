"""What a check says. The class lies with the forms, because marking and keeping a workbook need it too."""

from __future__ import annotations

from collections.abc import Iterable

from cchc.intake.forms import Finding
from cchc.severity import Severity

__all__ = ["Finding", "blocking", "worst_first"]


def blocking(findings: Iterable[Finding]) -> bool:
    """Whether a submission with these findings is refused: only Severity.ERROR refuses."""
    return any(finding.severity == Severity.ERROR for finding in findings)


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Ordered by severity; the order inside one severity (that of the sheet) stays."""
    return sorted(findings, key=lambda finding: Severity(finding.severity).rank)
