"""The year before the rehearsed one: figures a little below, brought in as a department brings in its own.

There was no system then, so nothing is replayed: a workbook is filled in and goes through `bring_in`. Of rounds before
July 2025 only the province's figures are known, as in a province whose districts are gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from cchc.checks import Rules, form_sums
from cchc.clock import at
from cchc.figures.province import with_derived
from cchc.figures.tally import tally
from cchc.indicators import Indicator, evaluate
from cchc.indicators.meaning import StatedBy
from cchc.indicators.model import TWO_TIERS_SINCE
from cchc.run import Run
from cchc.submissions.past_years import BroughtIn, bring_in
from cchc.texts import t
from cchc.units import Tier
from cchc.workbooks.forms import ReportedFigure
from cchc.workbooks.past_form import PROVINCE, PastFigure, build_past_workbook, parts_of
from cchc.year import REPORT_KINDS, Round
from cchc_rehearsal.behaviour import seeded
from cchc_rehearsal.figures import TrueFigure

if TYPE_CHECKING:
    from cchc_rehearsal.world import World

_LESS = (0.86, 1.04)  # of what this year's figure is
_WORSE = (0.95, 1.0)  # of the part that was well done


def bring_in_year_before(world: World) -> BroughtIn:
    """Fill in last year's figures of every report round and bring them in on the year's second day.

    All of them even where a replay ends early: a second one that does must not bring in another workbook.
    """
    run = Run(world.store, world.instance, _moment(world.year), actor=t("rehearsal.year_before_actor"))
    rounds = [one for one in world.calendar.rounds(world.year) if one.kind in REPORT_KINDS]
    figures = [one for round_ in rounds for one in figures_before(world, round_)]
    content = build_past_workbook(
        world.calendar, world.year - 1, world.units, world.indicators, run.as_of, figures
    )
    return bring_in(run, t("rehearsal.year_before_file", year=world.year - 1), content)


def _moment(year: int) -> datetime:
    return at(date(year, 1, 2), 8)


def figures_before(world: World, round_: Round) -> list[PastFigure]:
    """The figures of the same round a year ago: of every unit that was there, and the province's."""
    before = world.calendar.same_round_last_year(round_)
    day = round_.reference_day
    units = world.units.on(day, round_.tiers)
    shown = world.indicators.in_round(day, round_.kind)
    codes = {
        unit.code: frozenset(one.code for one in world.indicators.counted(unit, day, round_.kind))
        for unit in units
    }
    given, rules = {}, Rules.load()
    for unit in units:
        owed = world.indicators.owed(unit, day, round_.kind)
        now = world.figures_of(round_, unit.code, owed, day + timedelta(days=1))
        sums = form_sums(rules, unit.tier, str(round_.kind), now.keys())
        given[unit.code] = _a_year_ago(world, unit.code, now, sums)
    figures = with_derived(given, shown, codes)
    units_known = before.reference_day >= TWO_TIERS_SINCE
    found: list[PastFigure] = []
    for indicator in shown:
        owing = [unit.code for unit in units if indicator.code in codes[unit.code]]
        if not owing or indicator.aggregation == "none":
            continue
        if units_known:
            found += [
                _past(before, unit.code, indicator, figures[unit.code][indicator.code])
                for unit in units
                if indicator.code in figures[unit.code] and unit.valid_on(before.reference_day)
            ]
        line = tally(indicator, Tier.PROVINCE, owing, figures)
        total = ReportedFigure(
            indicator.code, value=line.value, numerator=line.numerator, denominator=line.denominator
        )
        if line.value is not None:
            behind = line.units_counted if units_known else None
            found.append(_past(before, PROVINCE, indicator, total, behind))
    return [one for one in found if (one.value, one.numerator) != (None, None)]


def _past(
    round_: Round, unit: str, indicator: Indicator, figure: ReportedFigure, behind: int | None = None
) -> PastFigure:
    """As it is written into the form: a share by its parts where they are its own."""
    if indicator.kind == "percent":
        own = len(parts_of(indicator)) > 1
        parts = (figure.numerator, figure.denominator) if own else (None, None)
        value = None if own or unit != PROVINCE else figure.value
        return PastFigure(round_.round_id, unit, indicator.code, value, *parts, units_counted=behind)
    return PastFigure(round_.round_id, unit, indicator.code, figure.value, units_counted=behind)


def _a_year_ago(
    world: World, unit: str, now: Mapping[str, TrueFigure], sums: Mapping[str, str]
) -> dict[str, ReportedFigure]:
    """Every count of a unit less by the same share, so that parts stay within wholes; answers by option stay.

    sums: totals that are the sum of others, by code. Shares of the systems fall and rise with their counts alone.
    """
    chance = seeded(world.seed, unit, "nam-truoc")
    less, worse = (Decimal(str(round(chance.uniform(*bounds), 3))) for bounds in (_LESS, _WORSE))
    up = Decimal(
        str(round(chance.random(), 3))
    )  # what is cut off here is given there: small counts fall no faster
    found: dict[str, ReportedFigure] = {}
    for code, figure in now.items():
        if figure.numerator is not None and figure.denominator is not None:
            done = less if world.indicators.get(code).stated_by is StatedBy.SYSTEM else less * worse
            whole, part = int(figure.denominator * less + up), int(figure.numerator * done + up)
            found[code] = ReportedFigure(code, numerator=Decimal(part), denominator=Decimal(whole))
        elif figure.value is not None:
            options = world.indicators.get(code).options
            found[code] = ReportedFigure(
                code, value=figure.value if options else Decimal(int(figure.value * less + up))
            )
    for _ in sums:  # a total may be a part of another
        known = {code: figure.value for code, figure in found.items()}
        for code, parts in sums.items():
            if code in found and (total := evaluate(parts, known)) is not None:
                found[code] = ReportedFigure(code, value=total)
    return found
