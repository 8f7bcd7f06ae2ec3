"""Whose figures stand behind a total, and how it would read by the other rule. Pure: what is known is handed in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from cchc.documents.form import SELF
from cchc.figures.reconciliation import Evidence, Evidences
from cchc.figures.tally import Origin, OtherReading, Tally
from cchc.indicators import Indicator
from cchc.indicators.expression import codes_of, is_expression
from cchc.indicators.model import OWN
from cchc.sources import CATALOGUE
from cchc.units import Tier, Unit
from cchc.workbooks.forms import ReportedFigure

Origins = Mapping[str, Mapping[str, Origin]]  # by unit and indicator


def origins_of(found: Evidences, reported: Collection[str]) -> dict[str, dict[str, Origin]]:
    """Who gave each figure that counts; `reported`: units that sent a report or said that there is nothing."""
    return {
        unit: {code: _origin(one, unit in reported) for code, one in own.items() if one.chosen is not None}
        for unit, own in found.items()
    }


def _origin(one: Evidence, has_reported: bool) -> Origin:
    if one.chosen == SELF:
        return Origin.UNIT
    if one.chosen == CATALOGUE:
        return Origin.CATALOGUE
    return Origin.SYSTEM if has_reported else Origin.SYSTEM_FOR_SILENT


def origin_of(indicator: Indicator, own: Mapping[str, Origin]) -> Origin:
    """The origin of one unit's figure; of one that follows from others the unit's own as soon as one of them is."""
    behind = {own[code] for code in _made_of(indicator, own) if code in own}
    return behind.pop() if len(behind) == 1 else Origin.UNIT


def _made_of(indicator: Indicator, own: Mapping[str, object]) -> Iterator[str]:
    """Codes of the figures that the indicator is worked out from, its own among them where it is one."""
    if indicator.aggregation == "ratio":
        for rule in (indicator.numerator, indicator.denominator):
            yield from (indicator.code,) if rule in (None, "", OWN) else _codes(str(rule))
    elif indicator.code in own or not indicator.made_of:
        yield indicator.code
    else:
        yield from _codes(indicator.made_of)


def _codes(rule: str) -> Collection[str]:
    return codes_of(rule) if is_expression(rule) else (rule,)


def other_figures(found: Evidences) -> dict[str, dict[str, ReportedFigure]]:
    """The figures by the other rule (see `Evidence.other`), by unit and indicator."""
    return {
        unit: {code: one.other for code, one in own.items() if one.other is not None}
        for unit, own in found.items()
    }


def with_readings(
    lines: Mapping[tuple[str, str], Tally],
    others: Mapping[tuple[str, str], Tally],
    indicators: Sequence[Indicator],
    owed: Mapping[str, Collection[str]],
    units: Sequence[Unit],
    found: Evidences,
    origins: Origins,
) -> dict[tuple[str, str], Tally]:
    """The lines with their origins, and with the other reading where a system speaks of the figure at all.

    others: the same lines added up over `other_figures`. A line that no unit stands behind keeps what it has.
    """
    by_code = {indicator.code: indicator for indicator in indicators}
    spoken = _spoken(found)
    told: dict[tuple[str, str], Tally] = {}
    for (code, scope), line in lines.items():
        indicator = by_code[code]
        if not (indicator.of_units or indicator.asked):
            told[code, scope] = line
            continue
        out = {*line.missing, *line.stated}
        behind = Counter(
            origin_of(indicator, origins.get(unit.code, {}))
            for unit in units
            if scope in (Tier.PROVINCE, unit.tier)
            and code in owed.get(unit.code, ())
            and unit.code not in out
        )
        firsts = {spoken[one] for one in _made_of(indicator, spoken) if one in spoken}
        other = _reading(others[code, scope], "units" if True in firsts else "systems") if firsts else None
        told[code, scope] = replace(line, origins=dict(sorted(behind.items())), other=other)
    return told


def _spoken(found: Evidences) -> dict[str, bool]:
    """Indicators of which a system speaks for some unit: whether systems come first there."""
    spoken: dict[str, bool] = {}
    for own in found.values():
        for code, one in own.items():
            if one.figures.keys() - {SELF}:
                spoken[code] = one.systems_first
    return spoken


def _reading(line: Tally, rule: str) -> OtherReading:
    return OtherReading(
        rule, line.value, line.numerator, line.denominator, line.distribution, line.units_counted
    )
