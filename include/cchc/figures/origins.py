"""Where a figure of the report comes from: files or snapshots with their hashes, who stands behind it, how it would
read by the other rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from cchc.clock import vn_date, vn_instant
from cchc.documents.text import clean
from cchc.figures.facts import RoundFacts
from cchc.figures.shown import names, tally_text
from cchc.figures.tally import Origin, Tally
from cchc.files import sha256_bytes
from cchc.indicators import Indicator
from cchc.indicators.numbers import format_number
from cchc.texts import t, table
from cchc.units import Tier, Unit

_NAMED = 10


@dataclass(frozen=True)
class OriginRow:
    """One figure of the province: as the report says it, units behind it by origin, and by the other rule.

    `other`: empty where no system speaks of the figure; `other_rule`: `units` or `systems` (see `OtherReading`).
    """

    indicator: Indicator
    shown: str
    origins: Mapping[Origin, int]
    units_counted: int
    units_obliged: int
    other: str = ""
    other_rule: str = ""
    other_counted: int = 0


def origin_rows(facts: RoundFacts) -> list[OriginRow]:
    """Every figure of the province that anybody gave, in the order of the register."""
    rows = []
    for indicator in facts.indicators:
        line = facts.consolidation.line(indicator.code)
        if line is None or not line.units_counted:
            continue
        row = OriginRow(
            indicator, tally_text(indicator, line), line.origins, line.units_counted, line.units_obliged
        )
        if line.other is not None:
            other, counted = other_text(indicator, line), line.other.units_counted
            row = replace(row, other=other, other_rule=line.other.rule, other_counted=counted)
        rows.append(row)
    return rows


def origin_words(line: Tally) -> str:
    """`phần mềm: 98; đơn vị tự nêu: 4`; empty where nobody knows."""
    words = table("figures.origins")
    return "; ".join(
        t("figures.origin_of", name=words[origin], count=format_number(count))
        for origin, count in line.origins.items()
    )


def other_text(indicator: Indicator, line: Tally) -> str:
    """The figure by the other rule, in its form; empty where there is none."""
    other = line.other
    if other is None:
        return ""
    return tally_text(
        indicator,
        replace(
            line,
            value=other.value,
            numerator=other.numerator,
            denominator=other.denominator,
            distribution=other.distribution,
            units_counted=other.units_counted,
        ),
    )


def other_words(indicator: Indicator, line: Tally) -> str:
    """`chỉ lấy số đơn vị tự nêu thì 47.106 (97 đơn vị)`; empty where there is no other reading."""
    if line.other is None:
        return ""
    return t(
        f"figures.other_reading.{line.other.rule}",
        value=other_text(indicator, line),
        counted=format_number(line.other.units_counted),
    )


def of_unit(facts: RoundFacts, unit: Unit) -> str:
    """The file that holds the unit's figures; empty for a unit that sent none."""
    received = facts.received.get(unit.code)
    if received is None:
        return ""
    return t(
        "figures.origin.unit",
        file=clean(received.file_name),
        at=vn_instant(received.received_at),
        sha256=received.sha256,
    )


def of_total(facts: RoundFacts, line: Tally) -> str:
    """The reports behind a consolidated figure: how many, which are missing, and one hash over their files."""
    missing = [facts.unit_of[code].name for code in line.missing if code in facts.unit_of]
    out = {*line.missing, *line.stated}
    counted = [
        unit.code
        for unit in facts.units
        if line.scope in (Tier.PROVINCE, unit.tier)
        and facts.owes(unit, line.indicator)
        and unit.code not in out
    ]
    hashes = sorted(facts.received[code].sha256 for code in counted if code in facts.received)
    parts = [t("figures.origin.total", counted=line.units_counted, obliged=line.units_obliged)]
    if line.origins:
        parts.append(t("figures.origin_line", origins=origin_words(line)))
    if other := other_words(facts.indicator_of[line.indicator], line):
        parts.append(t("figures.other_line", other=other))
    if missing:
        parts.append(t("figures.origin.missing", names=clean(names(missing, _NAMED))))
    if hashes:
        digest = sha256_bytes("\n".join(hashes).encode())
        parts.append(t("figures.origin.files", count=len(hashes), sha256=digest))
    return "\n".join(parts)


def of_system(facts: RoundFacts, code: str) -> str:
    """The snapshots that the system's figure was counted from."""
    sources = table("sources.form_06.sources")
    return "\n".join(
        t(
            "figures.origin.snapshot",
            source=sources[stamp.source],
            cut_off=vn_date(stamp.cut_off),
            sha256=stamp.sha256,
        )
        for stamp in facts.snapshots.get(code, ())
    )
