"""The consolidated report of a round as a .docx."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import takewhile

from cchc.documents.blocks import Block, Paragraph, TextRun
from cchc.documents.form import DocumentSettings
from cchc.documents.marking import Marking
from cchc.documents.own_words import OwnWords
from cchc.documents.word import build
from cchc.figures.corrections import Correction
from cchc.figures.facts import RoundFacts
from cchc.figures.fields import FieldFacts
from cchc.report.anchors import ReportAnchors
from cchc.report.narrative import report_inserts, report_values
from cchc.report.narrative_rules import NarrativeRules
from cchc.report.own_places import own_places
from cchc.report.section_blocks import nothing_yet
from cchc.report.tables import corrections_table


def build_report_docx(
    facts: RoundFacts,
    marking: Marking,
    settings: DocumentSettings | None = None,
    correction: Correction | None = None,
    fields: FieldFacts | None = None,
    words: Mapping[str, OwnWords] | None = None,
    besides: Mapping[str, Sequence[str]] | None = None,
) -> bytes:
    """The report of Q1, 6 months, Q3 or the year that leaves the department, with tables, pictures and appendices.

    `fields`: what the one-stop software says by field (`field_facts` of Biểu 06). `words`: the department's own, by
    section. `besides`: sentences that no figure of the round tells, by section, behind its opening.
    """
    settings = settings or DocumentSettings.load()
    references = ReportAnchors(facts, marking)
    values = report_values(facts, settings, references, fields)
    inserts: dict[str, Sequence[Block]] = dict(report_inserts(facts, settings, references, fields))
    values["correction"] = correction
    for code, sentences in (besides or {}).items():
        inserts[f"muc_{code}"] = _behind_opening(inserts[f"muc_{code}"], sentences)
    for section in NarrativeRules.load().sections:
        if section.open and not inserts[f"muc_{section.code}"] and section.code not in (words or {}):
            inserts[f"muc_{section.code}"] = nothing_yet(draft=marking.number is None)
    # A draft asks for words where nobody wrote any; what is issued has no heading over nothing.
    for name, code in (("other", "khac"), ("proposals", "kien_nghi")):
        told = bool(inserts[f"muc_{code}"]) or code in (words or {})
        values[name] = told or marking.number is None
        values[f"ask_{name}"] = not told
    inserts["dinh_chinh"] = [corrections_table(correction, references)] if correction else []
    return build("bao_cao", values, inserts, marking, settings, own_words=own_places(words or {}))


def _behind_opening(blocks: Sequence[Block], sentences: Sequence[str]) -> list[Block]:
    """The blocks of a section with these sentences behind its first paragraphs."""
    opening = list(takewhile(lambda one: isinstance(one, Paragraph) and one.style == "body", blocks))
    own = [Paragraph((TextRun(sentence),)) for sentence in sentences]
    return [*opening, *own, *blocks[len(opening) :]]
