"""The consolidated report in words: data for the template `bao_cao`, tables and pictures around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from cchc.documents.blocks import Block, Paragraph, TextRun, linked_runs
from cchc.documents.form import SELF, DocumentSettings, ReportRules
from cchc.documents.places import Anchor, Linked, link
from cchc.documents.text import clean
from cchc.errors import CchcError
from cchc.figures.facts import RoundFacts, UnitStanding
from cchc.figures.fields import FieldFacts
from cchc.figures.shown import of
from cchc.figures.tally import Tally
from cchc.indicators.numbers import number, share
from cchc.report.anchors import ReportAnchors
from cchc.report.field_views import field_table, field_views
from cchc.report.figure_sentences import FigureView, compared_text, group_sentences, unit_names
from cchc.report.pictures import online_share, pictures
from cchc.report.reconciliation_book import summary
from cchc.report.tables import (
    differences_table,
    lateness_table,
    reconciliation_tables,
    summary_table,
    timeliness_table,
    warnings_table,
)
from cchc.report.unit_texts import Voice, left_out, voices
from cchc.severity import Severity
from cchc.texts import t, table
from cchc.units import Tier
from cchc.workbooks.outline import load_outline

_VOICES_IN_BODY = 5


def report_values(
    facts: RoundFacts, settings: DocumentSettings, references: ReportAnchors, fields: FieldFacts | None = None
) -> dict[str, Any]:
    """What the template may name.

    Functions: `figure(code)`, `share(pair)`, `names(units)`, and `dan(value, place)`: the value as a link to a
    place of the appendix (`ReportAnchors.names`).
    """
    rules = settings.report
    late = [standing for standing in facts.standings if standing.timeliness == "late"]
    absent = [standing for standing in facts.standings if standing.timeliness == "missing"]
    nothing = [standing for standing in facts.standings if standing.status == "nothing_to_report"]

    def counted(count: int) -> str:
        return link(references.named("so_lieu"), _shown(count))

    return {
        "round": facts.round_,
        "kind": str(facts.round_.kind.value),
        "year": str(facts.round_.year),
        "period": period(facts),
        "next_period": next_period(facts),
        "summary": facts.summary,
        "tiers": [
            (table("report.tiers")[tier], facts.summary_by_tier[tier], f"tien_do_{tier}")
            for tier in facts.tiers
        ],
        "late": [standing.unit for standing in late],
        "longest": longest(late),
        "absent": [standing.unit for standing in absent],
        "nothing": [standing.unit for standing in nothing],
        "differences": facts.differences,
        "difference_units": len({difference.unit.code for difference in facts.differences}),
        "difference_indicators": len({difference.indicator.code for difference in facts.differences}),
        "reconciled": summary(facts.reconciliation) if facts.reconciliation else "",
        "taken_from_systems": sum(line.differs and line.chosen != SELF for line in facts.reconciliation),
        "warnings": sum(1 for _, finding in facts.findings if finding.severity != Severity.NOTE),
        "warned_units": len(
            {unit.code for unit, finding in facts.findings if finding.severity != Severity.NOTE}
        ),
        "has_system": bool(systems := _systems(facts)),
        "systems": systems,
        "compared": Linked(compared_text(facts.last_year, counted)) if facts.last_year else "",
        "merged": list(facts.last_year.merged) if facts.last_year else [],
        "indicators": len(facts.indicators),
        "full": sum(1 for line in _province(facts) if line.answered == line.units_obliged),
        "empty": sum(1 for line in _province(facts) if line.answered == 0),
        "fields": field_views(fields, references) if fields else None,
        "online": _online(facts, rules, references),
        "figure": _figure(facts, rules, references),
        "has": lambda code: code in facts.indicator_of,
        "share": share,
        "dan": lambda value, name: Linked(link(references.named(name), _shown(value))),
        "names": lambda units: unit_names(units, rules.units_named),
    }


def _shown(value: object) -> str:
    return number(Decimal(value)) if isinstance(value, int) else str(value)


def _systems(facts: RoundFacts) -> list[str]:
    """Which software gave figures of this round, as the report names it."""
    given = {
        facts.indicator_of[code].source
        for own in facts.system.values()
        for code in own
        if code in facts.indicator_of
    }
    return [name for source, name in table("report.systems").items() if source in given]


def _nothing(
    facts: RoundFacts, rules: ReportRules, references: ReportAnchors, section: str
) -> list[Paragraph]:
    """Who has nothing in a section: an answer, unlike a blank."""
    lines = [line for line in _province(facts) if facts.indicator_of[line.indicator].section == section]
    codes = {code for line in lines for code in line.nothing}
    units = [unit for unit in facts.units if unit.code in codes]
    if not units:
        return []
    count = link(references.named("so_lieu"), str(len(units)))
    names = clean(unit_names(units, rules.units_named))
    text = t("report.nothing_in_section", count=count, names=names)
    return [Paragraph(tuple(linked_runs(text)), "item")]


def _province(facts: RoundFacts) -> list[Tally]:
    return [line for (_, scope), line in facts.consolidation.lines.items() if scope == Tier.PROVINCE]


def _figure(facts: RoundFacts, rules: ReportRules, references: ReportAnchors) -> Any:
    def figure(code: str, scope: str = Tier.PROVINCE) -> FigureView:
        if code not in facts.indicator_of:
            raise CchcError(t("documents.template.unknown_indicator", code=code))
        return FigureView(facts, rules, references, facts.indicator_of[code], scope)

    return figure


def _online(facts: RoundFacts, rules: ReportRules, references: ReportAnchors) -> dict[str, Linked] | None:
    line = online_share(facts, rules)
    if line is None:
        return None
    online, in_person = references.indicator(rules.online), references.indicator(rules.in_person)
    # No row of its own: it follows from two of them, and both are named.
    both = Anchor(online.name, t("report.place.both", first=online.place, second=in_person.place))
    words = {
        "text": f"{number(line.value, 'percent')}%",
        "parts": f"{number(line.numerator)}/{number(line.denominator)}",
        "coverage": of(line.units_counted, line.units_obliged),
    }
    return {key: Linked(link(both, text)) for key, text in words.items()}


def period(facts: RoundFacts) -> str:
    """`quý I năm 2026`, `6 tháng đầu năm 2026`, `năm 2026`."""
    return t(f"documents.period.{facts.round_.kind.value}", year=facts.round_.year)


def next_period(facts: RoundFacts) -> str:
    return t(
        f"report.next_period.{facts.round_.kind.value}", year=facts.round_.year, next=facts.round_.year + 1
    )


def longest(late: Sequence[UnitStanding]) -> str:
    """`Xã A (7 ngày làm việc)`: the latest of the late ones; empty when nobody was late."""
    worst = max(late, key=lambda standing: standing.late_working_days, default=None)
    if worst is None or worst.late_working_days == 0:
        return ""
    return t("report.days_late", unit=worst.unit.name, days=worst.late_working_days)


def report_inserts(
    facts: RoundFacts, settings: DocumentSettings, references: ReportAnchors, fields: FieldFacts | None = None
) -> dict[str, Sequence[Block]]:
    """Everything that `@bang` may call in the report's template."""
    rules = settings.report
    inserts: dict[str, Sequence[Block]] = {
        "tien_do": [timeliness_table(facts, references)],
        "tong_hop": [summary_table(facts, references)],
    }
    late = lateness_table(facts, references)
    inserts["tre_han"] = [late] if late else [_note(t("report.nobody_late"), references.named("tre_han"))]
    gaps = differences_table(facts, references, rules.extremes)
    inserts["chenh_lech"] = (
        [gaps] if gaps else [_note(t("report.no_difference"), references.named("chenh_lech"))]
    )
    open_gaps = reconciliation_tables(facts, rules.differences_listed)
    inserts["doi_soat"] = open_gaps or [_note(t("report.reconciliation.none_above"))]
    inserts["linh_vuc"] = [field_table(fields, references)] if fields else []
    warned = warnings_table(facts, references)
    inserts["canh_bao"] = (
        [warned] if warned else [_note(t("report.no_warning"), references.named("canh_bao"))]
    )
    if facts.unproven:
        names = unit_names(facts.unproven, rules.units_named)
        told = t("report.unproven", count=len(facts.unproven), names=clean(names))
        inserts["canh_bao"] = [_note(told), *inserts["canh_bao"]]
    for name in facts.sections:
        inserts[f"so_lieu_{name}"] = [
            Paragraph((TextRun(f"{group}: ", bold=True), *linked_runs(sentence)), "item")
            for group, sentence in group_sentences(facts, rules, references, name)
        ] + _nothing(facts, rules, references, name)
    said = {
        section.code: voices(
            section, facts.units, facts.narratives, rules.similar_percent, rules.unit_text_limit
        )
        for section in facts.outline
    }
    for section in load_outline():  # a heading that this round does not ask for is empty
        name = f"y_kien_{section.code}"
        inserts[name] = quotations(said[section.code], references.named(name)) if section.code in said else []
    inserts["y_kien_tat_ca"] = _all_texts(facts, references, said)
    return inserts | pictures(facts, settings, references, fields)


def _note(text: str, anchor: Anchor | None = None) -> Paragraph:
    return Paragraph((TextRun(text),), "note", anchor)


def quotations(found: Sequence[Voice], anchor: Anchor) -> list[Block]:
    """The texts of most units; of those that give figures of their own only how many; the rest is in the appendix."""
    blocks: list[Block] = []
    quoted = [voice for voice in found if not voice.gapped]
    for voice in quoted[:_VOICES_IN_BODY]:
        first = voice.text.splitlines()[0]
        who = TextRun(f"({_speakers(voice)}).", italic=True, target=anchor if len(voice.units) > 3 else None)
        blocks.append(Paragraph((TextRun(first.rstrip(".;") + " "), who), "item"))
    if own := sum(len(voice.units) for voice in found if voice.gapped):
        blocks.append(Paragraph((TextRun(t("report.voices_own_figures", count=own), target=anchor),), "body"))
    if len(quoted) > _VOICES_IN_BODY:
        more = t("report.voices_more", count=len(quoted) - _VOICES_IN_BODY)
        blocks.append(Paragraph((TextRun(more, target=anchor),), "body"))
    return blocks or [Paragraph((TextRun(t("report.no_voices")),), "body")]


def _speakers(voice: Voice) -> str:
    if len(voice.units) > 3:
        return t("report.voices_units", count=len(voice.units), names=unit_names(voice.units, 3))
    return unit_names(voice.units, 3)


def _all_texts(
    facts: RoundFacts, references: ReportAnchors, said: Mapping[str, Sequence[Voice]]
) -> list[Block]:
    """Every text with the units that wrote it, by heading; first how much was left out, if anything."""
    blocks: list[Block] = []
    if gone := left_out(facts.units, facts.narratives):
        told = t("report.left_out", lines=sum(gone.values()), units=len(gone))
        blocks.append(Paragraph((TextRun(told, target=references.named("canh_bao")),), "note"))
    for section in facts.outline:
        if not said[section.code]:
            continue
        anchor = references.named(f"y_kien_{section.code}")
        blocks.append(Paragraph((TextRun(section.heading),), "heading2", anchor))
        for voice in said[section.code]:
            who = unit_names(voice.units, len(voice.units))
            blocks.append(Paragraph((TextRun(f"{who}: ", bold=True), TextRun(voice.text)), "item"))
    return blocks or [_note(t("report.no_voices"))]
