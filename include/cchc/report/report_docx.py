"""The consolidated report of a round as a .docx."""

from __future__ import annotations

from collections.abc import Sequence

from cchc.documents.blocks import Block
from cchc.documents.form import DocumentSettings
from cchc.documents.marking import Marking
from cchc.documents.word import build
from cchc.figures.corrections import Correction
from cchc.figures.facts import RoundFacts
from cchc.figures.fields import FieldFacts
from cchc.report.anchors import ReportAnchors
from cchc.report.narrative import report_inserts, report_values
from cchc.report.tables import corrections_table


def build_report_docx(
    facts: RoundFacts,
    marking: Marking,
    settings: DocumentSettings | None = None,
    correction: Correction | None = None,
    fields: FieldFacts | None = None,
) -> bytes:
    """The report of Q1, 6 months, Q3 or the year, with tables, pictures and three appendices.

    `fields`: what the one-stop software says by field (`field_facts` of Biểu 06).
    """
    settings = settings or DocumentSettings.load()
    references = ReportAnchors(facts, marking)
    values = report_values(facts, settings, references, fields)
    inserts: dict[str, Sequence[Block]] = dict(report_inserts(facts, settings, references, fields))
    values["correction"] = correction
    inserts["dinh_chinh"] = [corrections_table(correction, references)] if correction else []
    return build("bao_cao", values, inserts, marking, settings)
