"""Claims as findings of a submission: in the narrative sections of a workbook, and in a file attached to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

from cchc.claims import ClaimFault, ClaimKind, ClaimSettings, Review, check_text
from cchc.claims.texts import UnreadableDocument, read_document
from cchc.severity import Severity
from cchc.texts import t
from cchc.workbooks.forms import CheckFinding, FilledForm
from cchc.year import Window


def prose_findings(
    filled: FilledForm, received_on: date | None = None, window: Window | None = None
) -> list[CheckFinding]:
    """Claims of every narrative section of a workbook, at their cells. window: the days that the round covers.

    Prose never refuses a report, so the worst is a warning: a person judges it.
    """
    figures = {code: figure.value for code, figure in filled.figures.items() if figure.value is not None}
    settings, sheet = ClaimSettings.load(), t("workbooks.sheets.narratives")
    found = []
    for section, text in filled.narratives.items():
        review = check_text(
            text,
            signed_on=filled.signed_on,
            received_on=received_on,
            window=window,
            figures=figures,
            settings=settings,
        )
        cell = filled.narrative_cells.get(section, "")
        found += [finding_of(fault, review, sheet, cell) for fault in review.faults]
    return found


def finding_of(fault: ClaimFault, review: Review, sheet: str, cell: str) -> CheckFinding:
    """A fault as a line of the receipt. `found` is the text's own words."""
    quote = " ".join(review.quote(fault.start, fault.end).split())
    severity = Severity.WARNING if fault.severity == Severity.ERROR else fault.severity
    return CheckFinding(
        str(fault.kind), severity, sheet, cell, fault.indicator, quote, fault.expected, fault.message
    )


def check_attachment(
    content: bytes | Path,
    name: str,
    *,
    signed_on: date | None = None,
    received_on: date | None = None,
    window: Window | None = None,
    figures: Mapping[str, Decimal] | None = None,
) -> list[CheckFinding]:
    """What a docx, PDF or text file that a unit attached says against itself, for the receipt; never blocking.

    content: the bytes, or where they lie. name: the attachment's name, which stands as the sheet of each finding; the
    cell is its place: line, page, cell, section. signed_on, received_on, window and figures as for `check_text`. A file
    that cannot be read, such as a scan, gives one note that says why and what to send instead.
    """
    try:
        document = read_document(content.read_bytes() if isinstance(content, Path) else content, name)
    except UnreadableDocument as error:
        return [
            CheckFinding(str(ClaimKind.UNREADABLE), Severity.NOTE, name, "", None, None, None, str(error))
        ]
    review = check_text(
        document.text, signed_on=signed_on, received_on=received_on, window=window, figures=figures,
        scanned=document.told is not None,
    )  # fmt: skip
    told = [document.remark] if document.remark else []
    return [
        CheckFinding(str(document.remark_kind), Severity.NOTE, name, "", None, None, None, one)
        for one in told
    ] + [finding_of(fault, review, name, document.place(fault.start)) for fault in review.faults]
