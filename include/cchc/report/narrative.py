"""The report that leaves the department, in words: data for the template `bao_cao`, sections and pictures around it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from cchc.documents.blocks import Block
from cchc.documents.form import DocumentSettings
from cchc.documents.places import Linked, link
from cchc.errors import CchcError
from cchc.figures.facts import RoundFacts
from cchc.figures.fields import FieldFacts
from cchc.figures.tally import Origin
from cchc.indicators.numbers import number, share
from cchc.report.anchors import ReportAnchors
from cchc.report.field_views import field_table
from cchc.report.figure_sentences import FigureView, compared_text, unit_names
from cchc.report.narrative_rules import NarrativeRules
from cchc.report.pictures import pictures
from cchc.report.section_blocks import ReportSections
from cchc.report.section_facts import FactTeller
from cchc.report.tables import scope_table, summary_table
from cchc.texts import t, table
from cchc.units import Tier


def report_values(
    facts: RoundFacts, settings: DocumentSettings, references: ReportAnchors, fields: FieldFacts | None = None
) -> dict[str, Any]:
    """What the template may name.

    Functions: `figure(code)`, `share(pair)`, `names(units)`, and `dan(value, place)`: the value as a link to a
    place of the appendix (`ReportAnchors.names`).
    """

    def counted(count: int) -> str:
        return link(references.named("so_lieu"), _shown(count))

    return {
        "round": facts.round_,
        "kind": str(facts.round_.kind.value),
        "year": str(facts.round_.year),
        "period": period(facts),
        "next_period": next_period(facts),
        "summary": facts.summary,
        "reported": reported(facts),
        "tiers": [
            (table("report.tiers")[tier], reported(facts, tier), own, f"tien_do_{tier}")
            for tier, own in facts.summary_by_tier.items()
        ],
        "systems": systems(facts),
        "from_systems": from_systems(facts),
        "compared": Linked(compared_text(facts.last_year, counted)) if facts.last_year else "",
        "merged": list(facts.last_year.merged) if facts.last_year else [],
        "fields": fields,
        "figure": _figure(facts, references),
        "has": lambda code: code in facts.indicator_of,
        "share": share,
        "dan": lambda value, name: Linked(link(references.named(name), _shown(value))),
        "names": lambda units: unit_names(units, settings.report.units_named),
    }


def _shown(value: object) -> str:
    return number(Decimal(value)) if isinstance(value, int) else str(value)


def reported(facts: RoundFacts, tier: str | None = None) -> int:
    """How many units sent their report, in time or late."""
    own = facts.summary if tier is None else facts.summary_by_tier[tier]
    return own.on_time + own.late


def systems(facts: RoundFacts) -> list[str]:
    """Which software gave figures of this round, as the report names it."""
    given = {
        facts.indicator_of[code].source
        for own in facts.system.values()
        for code in own
        if code in facts.indicator_of
    }
    return [name for source, name in table("report.systems").items() if source in given]


def from_systems(facts: RoundFacts) -> bool:
    """Whether the report's figures come from software, not only beside it."""
    lines = facts.consolidation.lines.values()
    return any({Origin.SYSTEM, Origin.SYSTEM_FOR_SILENT} & set(line.origins) for line in lines)


def _figure(facts: RoundFacts, references: ReportAnchors) -> Any:
    def figure(code: str, scope: str = Tier.PROVINCE) -> FigureView:
        if code not in facts.indicator_of:
            raise CchcError(t("documents.template.unknown_indicator", code=code))
        return FigureView(facts, references, facts.indicator_of[code], scope)

    return figure


def period(facts: RoundFacts) -> str:
    """`quý I năm 2026`, `6 tháng đầu năm 2026`, `năm 2026`."""
    return t(f"documents.period.{facts.round_.kind.value}", year=facts.round_.year)


def next_period(facts: RoundFacts) -> str:
    return t(
        f"report.next_period.{facts.round_.kind.value}", year=facts.round_.year, next=facts.round_.year + 1
    )


def report_inserts(
    facts: RoundFacts, settings: DocumentSettings, references: ReportAnchors, fields: FieldFacts | None = None
) -> dict[str, Sequence[Block]]:
    """Everything that `@bang` may call in the report's template."""
    rules = NarrativeRules.load()
    teller = FactTeller(facts, references, rules, settings.report.extremes, fields)
    sections = ReportSections(facts, references, teller, settings.report.similar_percent)
    return {
        **sections.blocks(),
        "pham_vi": [scope_table(facts, references)],
        "tong_hop": [summary_table(facts, references, teller.values)],
        "linh_vuc": [field_table(fields, references)] if fields else [],
        **pictures(facts, settings, references, fields),
    }
