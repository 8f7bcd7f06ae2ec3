"""Bản thuyết minh nội bộ: what the department needs to check a report, and what never leaves it, as a .docx."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cchc.documents.blocks import Block, DocumentTable, Paragraph, TextRun, columns_of
from cchc.documents.form import SELF, DocumentSettings
from cchc.documents.marking import Marking
from cchc.documents.places import Anchor, Linked, link
from cchc.documents.text import clean
from cchc.documents.word import build
from cchc.figures.facts import RoundFacts, UnitStanding
from cchc.indicators.numbers import share
from cchc.report.anchors import InternalAnchors
from cchc.report.figure_sentences import unit_names
from cchc.report.narrative import next_period, period
from cchc.report.pictures import internal_pictures
from cchc.report.reconciliation_book import summary
from cchc.report.tables import (
    coverage_table,
    differences_table,
    lateness_table,
    reconciliation_tables,
    timeliness_table,
    warnings_table,
)
from cchc.report.unit_texts import left_out, voices
from cchc.severity import Severity
from cchc.texts import t, table

Bounds = Sequence[tuple[str, bool]]


def build_internal_docx(
    facts: RoundFacts,
    marking: Marking,
    bounds: Bounds,
    settings: DocumentSettings | None = None,
    written: Mapping[str, str] | None = None,
) -> bytes:
    """Scope, bounds, differences, remarks, coverage row by row, origin, and every unit's text as it was written.

    `bounds`: one line a figure beyond its bounds, with the units behind it and what was said of it, and whether
    anything was (`bound_review.reviewed`). `written`: by heading, who wrote the department's own words and when.
    """
    settings = settings or DocumentSettings.load()
    references = InternalAnchors(facts, marking)
    values = _values(facts, settings, references, bounds)
    inserts = _inserts(facts, settings, references, bounds)
    own = {t("own_words.origin_name", heading=heading): who for heading, who in (written or {}).items()}
    inserts["nguon_goc"] = _origin({**references.origin, **own})
    return build("bao_cao_noi_bo", values, inserts, marking, settings)


def _values(
    facts: RoundFacts, settings: DocumentSettings, references: InternalAnchors, bounds: Bounds
) -> dict[str, Any]:
    late = [one for one in facts.standings if one.timeliness == "late"]
    return {
        "period": period(facts),
        "next_period": next_period(facts),
        "summary": facts.summary,
        "longest": longest(late),
        "nothing": [one.unit for one in facts.standings if one.status == "nothing_to_report"],
        "has_system": bool(facts.system),
        "reconciled": summary(facts.reconciliation) if facts.reconciliation else "",
        "taken_from_systems": sum(line.differs and line.chosen != SELF for line in facts.reconciliation),
        "differences": len(facts.differences),
        "bounds": len(bounds),
        "open_bounds": sum(not explained for _, explained in bounds),
        "warnings": sum(1 for _, finding in facts.findings if finding.severity != Severity.NOTE),
        "unproven": [clean(unit.name) for unit in facts.unproven],
        "share": share,
        "names": lambda units: unit_names(units, settings.report.units_named),
        "dan": lambda value, name: Linked(link(references.named(name), str(value))),
    }


def longest(late: Sequence[UnitStanding]) -> str:
    """`Xã A (7 ngày làm việc)`: the latest of the late ones; empty when nobody was late."""
    worst = max(late, key=lambda standing: standing.late_working_days, default=None)
    if worst is None or worst.late_working_days == 0:
        return ""
    return t("report.days_late", unit=worst.unit.name, days=worst.late_working_days)


def _inserts(
    facts: RoundFacts, settings: DocumentSettings, references: InternalAnchors, bounds: Bounds
) -> dict[str, Sequence[Block]]:
    """All but the origin."""
    rules = settings.report
    late = lateness_table(facts, references)
    gaps = differences_table(facts, references, rules.extremes)
    warned = warnings_table(facts, references)
    doubtful = []
    if facts.unproven:
        names = clean(unit_names(facts.unproven, len(facts.unproven)))
        doubtful.append(_note(t("report.unproven", count=len(facts.unproven), names=names)))
    return {
        "tien_do": [timeliness_table(facts, references)],
        "tre_han": [late] if late else [_note(t("report.nobody_late"), references.named("tre_han"))],
        "gioi_han": _bounds(bounds),
        "doi_soat": reconciliation_tables(facts, rules.differences_listed)
        or [_note(t("report.reconciliation.none_above"))],
        "chenh_lech": [gaps] if gaps else [_note(t("report.no_difference"), references.named("chenh_lech"))],
        "canh_bao": [*doubtful, warned or _note(t("report.no_warning"), references.named("canh_bao"))],
        "do_phu": [coverage_table(facts, references)],
        "y_kien_tat_ca": _all_texts(facts, references, settings),
        **internal_pictures(facts, settings),
    }


def _bounds(bounds: Bounds) -> list[Block]:
    if not bounds:
        return [_note(t("report.no_bound"))]
    return [Paragraph((TextRun(clean(line)),), "item") for line, _ in bounds]


def _origin(origin: Mapping[str, str]) -> list[Block]:
    """Code, configuration, snapshots with their hashes, authors of own words."""
    if not origin:
        return [_note(t("report.no_origin"))]
    columns = columns_of(table("appendix.provenance"), "key:44 value:120")
    return [DocumentTable(columns, [[name, value] for name, value in origin.items()], small=True)]


def _all_texts(facts: RoundFacts, references: InternalAnchors, settings: DocumentSettings) -> list[Block]:
    """Every text with the units that wrote it, by heading; first how much was left out, if anything."""
    blocks: list[Block] = []
    rules = settings.report
    if gone := left_out(facts.units, facts.narratives):
        told = t("report.left_out", lines=sum(gone.values()), units=len(gone))
        blocks.append(Paragraph((TextRun(told, target=references.named("canh_bao")),), "note"))
    for section in facts.outline:
        found = voices(section, facts.units, facts.narratives, rules.similar_percent, rules.unit_text_limit)
        if not found:
            continue
        anchor = references.named(f"y_kien_{section.code}")
        blocks.append(Paragraph((TextRun(section.heading),), "heading2", anchor))
        for voice in found:
            who = unit_names(voice.units, len(voice.units))
            blocks.append(Paragraph((TextRun(f"{who}: ", bold=True), TextRun(voice.text)), "item"))
    return blocks or [_note(t("report.no_voices"))]


def _note(text: str, anchor: Anchor | None = None) -> Paragraph:
    return Paragraph((TextRun(text),), "note", anchor)
