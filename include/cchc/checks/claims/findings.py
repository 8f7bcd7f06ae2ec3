"""Claims as findings of a submission: in the narrative sections of a workbook, and in a file attached to it."""

from __future__ import annotations

from datetime import date

from cchc.checks.claims.check import check_text
from cchc.checks.claims.kinds import CANH_BAO, LOI, Fault, Review
from cchc.checks.claims.settings import ClaimSettings
from cchc.intake import FilledForm, Finding
from cchc.texts import t


def prose_findings(filled: FilledForm, received_on: date | None = None) -> list[Finding]:
    """Claims of every narrative section of a workbook, at their cells.

    Prose never refuses a report, so the worst is a warning: a person judges it.
    """
    figures = {code: figure.value for code, figure in filled.figures.items() if figure.value is not None}
    settings, sheet = ClaimSettings.load(), t("intake.sheets.narratives")
    found = []
    for section, text in filled.narratives.items():
        review = check_text(
            text, signed_on=filled.signed_on, received_on=received_on, figures=figures, settings=settings
        )
        cell = filled.narrative_cells.get(section, "")
        found += [finding_of(fault, review, sheet, cell) for fault in review.faults]
    return found


def finding_of(fault: Fault, review: Review, sheet: str, cell: str) -> Finding:
    """A fault as a line of the receipt. `found` is the text's own words."""
    quote = " ".join(review.quote(fault.start, fault.end).split())
    severity = CANH_BAO if fault.severity == LOI else fault.severity
    return Finding(
        str(fault.kind), severity, sheet, cell, fault.indicator, quote, fault.expected, fault.message
    )
