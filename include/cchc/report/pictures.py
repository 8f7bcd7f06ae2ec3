"""The pictures of the consolidated report with their captions and what they tell in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from cchc.documents.blocks import Block, Picture
from cchc.documents.form import DocumentSettings, ReportRules
from cchc.figures.facts import RoundFacts
from cchc.figures.fields import FieldFacts
from cchc.figures.tally import Tally, tally
from cchc.indicators.numbers import number, ratio
from cchc.report import charts
from cchc.report.anchors import ReportAnchors
from cchc.report.figure_sentences import FigureView
from cchc.texts import t, table
from cchc.units import Tier

_ENDS = 5  # so many of the highest and of the lowest stand in a picture


_INTERNAL_PARTS = ("tiep_nhan", "dang_giai_quyet")


def pictures(
    facts: RoundFacts, settings: DocumentSettings, references: ReportAnchors, fields: FieldFacts | None = None
) -> dict[str, Sequence[Block]]:
    """The pictures of the report by the name under which its template calls them; one without data is no picture."""
    rules, names = settings.report, table("report.tiers")
    return {
        "hinh_ho_so": _dossier_picture(facts, rules, references),
        "hinh_linh_vuc": _field_picture(fields),
        "hinh_truc_tuyen": _online_picture(facts, rules, names),
        **{
            f"hinh_{key}": _parts_picture(facts, key, codes, names)
            for key, codes in rules.parts.items()
            if key not in _INTERNAL_PARTS
        },
    }


def internal_pictures(facts: RoundFacts, settings: DocumentSettings) -> dict[str, Sequence[Block]]:
    """The pictures of the internal document."""
    names, parts = table("report.tiers"), settings.report.parts
    return {
        "hinh_tien_do": _timeliness_picture(facts, names),
        "hinh_cac_ky": _rounds_picture(facts),
        **{
            f"hinh_{key}": _parts_picture(facts, key, parts[key], names) if key in parts else []
            for key in _INTERNAL_PARTS
        },
    }


def _parts_picture(
    facts: RoundFacts, key: str, codes: Sequence[str], names: Mapping[str, str]
) -> list[Block]:
    """A whole by its parts, tier by tier: the tiers that owe all parts and of which units gave them."""
    if not all(code in facts.indicator_of for code in codes):
        return []
    values: dict[str, list[int]] = {}
    for tier in facts.tiers:
        lines = [facts.consolidation.line(code, tier) for code in codes]
        if all(line is not None and line.value is not None for line in lines):
            values[tier] = [int(line.value) for line in lines if line is not None and line.value is not None]
    if not any(sum(own) for own in values.values()):
        return []
    labels = [names[tier] for tier in values]
    words = table(f"charts.{key}_parts")
    series = [(words[code], [own[place] for own in values.values()]) for place, code in enumerate(codes)]
    told = "; ".join(
        f"{label}: " + ", ".join(f"{word.lower()} {number(Decimal(counts[n]))}" for word, counts in series)
        for n, label in enumerate(labels)
    )
    png = charts.stacked(labels, series, t("charts.counts"))
    return [Picture(png, t(f"charts.{key}"), t("charts.parts_alt", told=told))]


def _timeliness_picture(facts: RoundFacts, names: Mapping[str, str]) -> list[Block]:
    words = table("report.timeliness")
    if not facts.summary.obliged:
        return []
    # Always the same series in the same order: a fill means the same in every report.
    keys = ["on_time", "late", "missing", *(["pending"] if facts.summary.pending else [])]
    series = [
        (words[key], [getattr(facts.summary_by_tier[tier], key) for tier in facts.tiers]) for key in keys
    ]
    labels = [names[tier] for tier in facts.tiers]
    told = "; ".join(
        f"{label}: " + ", ".join(f"{word.lower()} {counts[n]}" for word, counts in series)
        for n, label in enumerate(labels)
    )
    png = charts.stacked(labels, series, t("charts.units"))
    return [Picture(png, t("charts.timeliness"), t("charts.timeliness_alt", told=told))]


def _dossier_picture(facts: RoundFacts, rules: ReportRules, references: ReportAnchors) -> list[Block]:
    """The units with the highest and the lowest share of dossiers resolved in time."""
    if rules.on_time_rate not in facts.indicator_of:
        return []
    view = FigureView(facts, references, facts.indicator_of[rules.on_time_rate])
    ranked = view.ranked()
    if not ranked:
        return []
    chosen, split = _ends(ranked)
    rows = [(unit.name, value) for unit, value in chosen]
    line = facts.consolidation.line(rules.on_time_rate)
    png = charts.bars(rows, _mark(line.value if line else None), t("charts.percent"), split)
    told = "; ".join(f"{name} {number(value, 'percent')}%" for name, value in rows)
    return [Picture(png, t("charts.dossiers"), t("charts.dossiers_alt", told=told))]


def _field_picture(fields: FieldFacts | None) -> list[Block]:
    """The fields with the highest and the lowest share of dossiers resolved in time; one field alone is no picture."""
    if fields is None or len(fields.rated) < 2:
        return []
    chosen, split = _ends(fields.rated)
    rows = [(one.name, one.rate) for one in chosen if one.rate is not None]
    png = charts.bars(rows, _mark(fields.whole.rate), t("charts.percent"), split)
    told = "; ".join(
        f"{one.name} {number(one.rate, 'percent')}% ({number(Decimal(one.in_time))}/{number(Decimal(one.resolved))})"
        for one in chosen
    )
    caption = t("charts.fields" if split is None else "charts.fields_ends")
    return [Picture(png, caption, t("charts.fields_alt", told=told))]


_T = TypeVar("_T")


def _ends(ranked: Sequence[_T]) -> tuple[list[_T], int | None]:
    """All of them when they are few, else both ends, with the number of rows before the gap."""
    if len(ranked) <= 2 * _ENDS:
        return list(ranked), None
    return [*ranked[:_ENDS], *ranked[-_ENDS:]], _ENDS


def _mark(value: Decimal | None) -> tuple[str, Decimal] | None:
    """The line of the province."""
    return None if value is None else (t("charts.province", value=number(value, "percent")), value)


def _online_picture(facts: RoundFacts, rules: ReportRules, names: Mapping[str, str]) -> list[Block]:
    rows = [
        (names[scope], line.value)
        for scope in (*facts.tiers, Tier.PROVINCE)
        if (line := online_share(facts, rules, scope)) is not None and line.value is not None
    ]
    if not rows:
        return []
    told = "; ".join(f"{name} {number(value, 'percent')}%" for name, value in rows)
    png = charts.columns(rows, t("charts.percent"))
    return [Picture(png, t("charts.online"), t("charts.online_alt", told=told), width_mm=130)]


@dataclass(frozen=True)
class _Share:
    """A ratio that is no row of the appendix, but follows from two of them."""

    code: str
    numerator: str
    denominator: str
    aggregation: str = "ratio"


def online_share(facts: RoundFacts, rules: ReportRules, scope: str = Tier.PROVINCE) -> Tally | None:
    """Dossiers received online among those received in the window, over the units that gave both."""
    if rules.online not in facts.indicator_of or rules.in_person not in facts.indicator_of:
        return None
    units = [
        unit.code
        for unit in facts.units
        if scope in (Tier.PROVINCE, unit.tier)
        and facts.owes(unit, rules.online)
        and facts.owes(unit, rules.in_person)
    ]
    share_ = _Share("online", rules.online, f"{rules.online}+{rules.in_person}")
    line = tally(share_, scope, units, facts.figures)
    return line if line.value is not None else None


def _rounds_picture(facts: RoundFacts) -> list[Block]:
    """Share of units in time over the year's rounds; one round alone is no development."""
    if len(facts.history) < 2:
        return []
    rows = [
        (t(f"report.period_short.{round_.kind.value}"), value)
        for round_, summary in facts.history
        if (value := ratio(Decimal(summary.on_time_rate[0]), Decimal(summary.on_time_rate[1]))) is not None
    ]
    if len(rows) < 2:
        return []
    told = "; ".join(f"{name} {number(value, 'percent')}%" for name, value in rows)
    png = charts.columns(rows, t("charts.percent"))
    return [Picture(png, t("charts.rounds"), t("charts.rounds_alt", told=told), width_mm=130)]
