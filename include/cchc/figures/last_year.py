"""A round beside the same round last year: unit by unit where both gave the figure, else the province's own figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from cchc.figures.consolidate import Consolidation, add_up, counted_figures
from cchc.figures.province import with_derived
from cchc.figures.reconciliation import evidence
from cchc.figures.successors import of_predecessors
from cchc.figures.tally import Figures, Tally, tally
from cchc.indicators import Indicator, IndicatorRegister
from cchc.store import Store
from cchc.submissions.past_years import PastRound, past_round
from cchc.units import Tier, Unit, UnitRegister
from cchc.workbooks.forms import ReportedFigure
from cchc.workbooks.past_form import PROVINCE, PastFigure
from cchc.year import Round


@dataclass(frozen=True)
class YearComparison:
    """The same round last year, by indicator: over the units that gave it in both rounds, or the province's figures.

    `merged` are units whose figures of last year are those of their predecessors together. `of_province`: indicators
    that are compared as the province's figures, with how many units stood behind last year's (None: nobody knows).
    """

    round_: Round
    now: Mapping[str, Tally]
    then: Mapping[str, Tally]
    merged: Sequence[Unit] = ()
    of_province: Mapping[str, int | None] = field(default_factory=dict)


def last_year(
    store: Store,
    before: Round,
    indicators: IndicatorRegister,
    now: tuple[Sequence[Indicator], Mapping[str, frozenset[str]], Sequence[Unit], Mapping[str, Figures]],
    consolidation: Consolidation,
    units: UnitRegister,
    as_of: datetime,
) -> YearComparison | None:
    """This round beside the one before it; None when nothing is known of that one.

    now: indicators, by unit what it stands behind, the obliged units and their figures. What counted here comes
    first; figures that were brought in speak of rounds that were not held here. What meant something else then is not
    compared.
    """
    shown, owed, obliged, figures = now
    past_ones = {one.code: one for one in indicators.on(before.reference_day)}
    same = [one for one in shown if one.code in past_ones and one.means_the_same(past_ones[one.code])]
    if then := counted_figures(evidence(store, before.round_id, as_of)):
        return compare(before, same, owed, obliged, figures, with_derived(then, same, owed), units.all)
    past = past_round(store, before.round_id, as_of)
    if past is None:
        return None
    given = with_derived(past.units, same, owed)
    found = compare(before, same, owed, obliged, figures, given, units.all)
    return with_province(found, same, past, consolidation)


def compare(
    before: Round,
    indicators: Sequence[Indicator],
    owed: Mapping[str, frozenset[str]],
    units: Sequence[Unit],
    now: Mapping[str, Figures],
    then: Mapping[str, Figures],
    register: Sequence[Unit] = (),
) -> YearComparison:
    """Tallies of both rounds by indicator, each over the units that gave the indicator in both.

    With the register a unit that was merged since has the figures of its predecessors together.
    """
    inherited = of_predecessors(units, register, then)
    then = {**then, **inherited}
    lines_now: dict[str, Tally] = {}
    lines_then: dict[str, Tally] = {}
    for indicator in indicators:
        code = indicator.code
        both = [unit for unit in units if _counts(indicator, unit, now) and _counts(indicator, unit, then)]
        first, second = (add_up([indicator], owed, both, source) for source in (now, then))
        if (code, Tier.PROVINCE) in first:
            lines_now[code], lines_then[code] = first[code, Tier.PROVINCE], second[code, Tier.PROVINCE]
    return YearComparison(before, lines_now, lines_then, [unit for unit in units if unit.code in inherited])


def _counts(indicator: Indicator, unit: Unit, figures: Mapping[str, Figures]) -> bool:
    return tally(indicator, unit.tier, [unit.code], figures).units_counted == 1


def with_province(
    found: YearComparison, indicators: Sequence[Indicator], past: PastRound, consolidation: Consolidation
) -> YearComparison:
    """The comparison with the province's figures where units tell less: where fewer than half of those counted now gave
    the figure last year too.

    Nothing is compared over less than half of the units that owe the figure now: their sum is not the province's.
    """
    now, then, behind = dict(found.now), dict(found.then), dict(found.of_province)
    stated = {code: _reported(one) for code, one in past.province.items()}
    for indicator in indicators:
        code = indicator.code
        line, own = consolidation.line(code), past.province.get(code)
        if line is None or own is None or line.units_counted * 2 < line.units_obliged:
            continue
        alike = found.now[code].units_counted if code in found.now else 0
        total = province_tally(indicator, own, stated)
        if total is not None and alike * 2 < line.units_counted:
            now[code], then[code], behind[code] = line, total, own.units_counted
    return replace(found, now=now, then=then, of_province=behind)


def province_tally(indicator: Indicator, own: PastFigure, stated: Figures) -> Tally | None:
    """The province's figure of last year as a line; None when nothing that can be compared is known.

    A share that was stated without its parts stays what it was stated; its parts may be other figures of the province.
    """
    counted = own.units_counted or 0
    if indicator.aggregation == "count_yes":
        answers = None if own.units_counted is None else Decimal(own.units_counted)
        if own.value is None or answers is None:
            return None
        return Tally(
            indicator.code, Tier.PROVINCE, own.value, own.value, answers,
            units_counted=counted, units_obliged=counted,
        )  # fmt: skip
    line = tally(indicator, Tier.PROVINCE, [PROVINCE], {PROVINCE: stated})
    value = line.value if line.value is not None else own.value
    if value is None:
        return None
    return replace(line, value=value, units_counted=counted, units_obliged=counted, missing=(), stated=())


def _reported(one: PastFigure) -> ReportedFigure:
    return ReportedFigure(
        one.indicator, value=one.value, numerator=one.numerator, denominator=one.denominator
    )
