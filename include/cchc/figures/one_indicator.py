"""One indicator read alone: its figure of every unit in a round, how it developed, and one unit's figure down to the
numbers behind it. Reads that indicator's figures, and never the whole round."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from cchc.checks import Rules
from cchc.clock import to_text
from cchc.documents.form import SELF, DocumentSettings
from cchc.errors import CchcError
from cchc.figures.consolidate import counted_figures, lines_of_indicator, obliged_units
from cchc.figures.province import with_derived
from cchc.figures.reconciliation import (
    Agreement,
    Evidence,
    Evidences,
    ReconciliationLine,
    evidence_of_indicators,
    evidence_of_unit,
    reconcile,
)
from cchc.figures.shown import comparable, stated
from cchc.figures.tally import Tally, parts
from cchc.indicators import Indicator, codes_of
from cchc.indicators.model import OWN
from cchc.run import Run
from cchc.sources import CATALOGUE, DOC_MANAGEMENT, ONE_STOP
from cchc.store import Row
from cchc.texts import t
from cchc.units import Tier, Unit
from cchc.workbooks.forms import ReportedFigure
from cchc.year import REPORT_KINDS, Round

SYSTEMS = (ONE_STOP, DOC_MANAGEMENT, CATALOGUE)


@dataclass(frozen=True)
class FigureOfUnit:
    """One unit's figure of one indicator.

    `value`: the figure that counts, None when nobody who may be taken gives a number, which is not 0. `typed`: what the
    unit wrote. `line`: the figure beside those of the systems, None where none speaks of it. `far`: it lies far outside
    the figures of units of its kind (the rule is `versus_peers` of checks.yaml).
    """

    unit: Unit
    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    typed: str = ""
    explanation: str = ""
    line: ReconciliationLine | None = None
    far: bool = False

    @property
    def missing(self) -> bool:
        return self.value is None and not self.typed

    @property
    def differs(self) -> bool:
        """By more than is allowed without an explanation."""
        return self.line is not None and self.line.agreement is Agreement.ABOVE

    @property
    def rank(self) -> int:
        """The worst first: unexplained differences, explained ones, outliers, figures that lack, small differences."""
        small = self.line is not None and self.line.agreement is Agreement.SMALL
        worst = (self.differs and not self.explanation, self.differs, self.far, self.missing, small)
        return worst.index(True) if True in worst else len(worst)


@dataclass(frozen=True)
class IndicatorInRound:
    """An indicator in a round: its figures by unit, the worst first, and the lines of the last draft by scope."""

    indicator: Indicator
    figures: Sequence[FigureOfUnit]
    lines: Mapping[str, Tally]

    @property
    def province(self) -> Tally | None:
        return self.lines.get(Tier.PROVINCE)


@dataclass(frozen=True)
class ProvinceStep:
    """The province's figure of one round; `comparable`: it means the same there as in the round looked at."""

    round_: Round
    line: Tally | None
    comparable: bool

    @property
    def value(self) -> Decimal | None:
        return self.line.value if self.line is not None and self.line.units_counted else None


@dataclass(frozen=True)
class UnitStep:
    """A unit's figure of one round. `comparable` as of `ProvinceStep`."""

    round_: Round
    figure: FigureOfUnit
    comparable: bool


@dataclass(frozen=True)
class NumbersBehind:
    """What stands behind one unit's figure in one round.

    witnesses: who gives it, and what; origins: by witness the row of its file (file_name, received_at, file_sha256) or
    snapshot (source, cut_off, sha256); made_of: figures that it follows from; counts: by system that speaks of it what
    its snapshot counted of the unit, kind by kind.
    """

    evidence: Evidence | None
    origins: Mapping[str, Row]
    made_of: Sequence[tuple[Indicator, Decimal | None]] = ()
    counts: Mapping[str, Sequence[tuple[Indicator, ReportedFigure]]] = field(default_factory=dict)


def indicator_in_round(run: Run, code: str) -> IndicatorInRound:
    """CchcError for an indicator that the run's round does not ask for."""
    one, involved = _involved(run, run.round, code)
    with run.store.read() as tx:
        found = evidence_of_indicators(tx, run.round.round_id, [each.code for each in involved], run.as_of)
    obliged, _ = obliged_units(run.store, run.round, run.units, run.as_of)
    owing = [unit for unit in obliged if one.counts(unit.tier, unit.code)]
    figures = _figures(run.round, one, involved, owing, found)
    figures = with_outliers(one, figures, Rules.load(), str(run.round.kind))
    return IndicatorInRound(
        one, worst_first(figures), lines_of_indicator(run.store, run.round.round_id, code, run.as_of)
    )


def with_outliers(
    indicator: Indicator, figures: Sequence[FigureOfUnit], rules: Rules, round_kind: str
) -> list[FigureOfUnit]:
    """The figures, those marked that lie far outside others of the same tier and kind. A missing one is no 0."""
    alike: dict[tuple[str, str], list[FigureOfUnit]] = {}
    for one in figures:
        if one.value is not None:
            alike.setdefault((one.unit.tier, one.unit.kind), []).append(one)
    far = {
        one.unit.code
        for (tier, _), group in alike.items()
        for one in group
        if one.value is not None
        and rules.is_far_from_peers(
            indicator,
            tier,
            round_kind,
            one.value,
            [other.value for other in group if other is not one and other.value is not None],
        )
    }
    return [replace(one, far=one.unit.code in far) for one in figures]


def worst_first(figures: Iterable[FigureOfUnit]) -> list[FigureOfUnit]:
    """By `rank`; of one rank the largest difference first, else the largest figure."""

    def key(one: FigureOfUnit) -> tuple[int, Decimal, Decimal]:
        excess = one.line.excess if one.line is not None else Decimal()
        return one.rank, -excess, -(one.value or Decimal())

    return sorted(figures, key=key)


def development(run: Run, code: str) -> list[ProvinceStep]:
    """The province's figure over the report rounds of the year that asked it, as their last drafts by then say."""
    now = {one.code: one for one in run.indicators.on(run.round.reference_day)}
    steps = []
    for round_ in opened_reports(run, [run.round.year]):
        then = _asked(run, round_).get(code)
        if then is None:
            continue
        line = lines_of_indicator(run.store, round_.round_id, code, run.as_of).get(Tier.PROVINCE)
        steps.append(ProvinceStep(round_, line, code in now and then.means_the_same(now[code])))
    return steps


def unit_over_rounds(run: Run, code: str, unit: Unit) -> list[UnitStep]:
    """The unit's figure in the report rounds of this year and the last that asked it, oldest first."""
    now, _ = _involved(run, run.round, code)
    steps = []
    for round_ in opened_reports(run, [run.round.year - 1, run.round.year]):
        then = _asked(run, round_).get(code)
        if then is None or not then.counts(unit.tier, unit.code) or not unit.valid_on(round_.reference_day):
            continue
        found = {unit.code: _of_unit(run, round_, unit)}
        (figure,) = _figures(round_, *_involved(run, round_, code), [unit], found)
        steps.append(UnitStep(round_, figure, then.means_the_same(now)))
    return steps


def numbers_behind(run: Run, code: str, unit: Unit) -> NumbersBehind:
    """CchcError as `indicator_in_round`."""
    one, involved = _involved(run, run.round, code)
    known = _asked(run, run.round)
    own = _of_unit(run, run.round, unit)
    counted = {each: figure.taken for each, figure in own.items()}
    rows = run.store.query(
        "figures.origins_of_unit",
        round_id=run.round.round_id,
        unit_code=unit.code,
        known_by=to_text(run.as_of),
    )
    speaking = {
        system
        for each in involved
        for system in SYSTEMS
        if each.code in own and system in own[each.code].figures
    }
    return NumbersBehind(
        own.get(code),
        {row["source"] or SELF: row for row in rows},
        [
            (each, figure.value if (figure := counted.get(each.code)) else None)
            for each in involved
            if each is not one
        ],
        {
            system: [
                (each, own[each.code].figures[system])
                for each in known.values()
                if each.code in own and system in own[each.code].figures
            ]
            for system in SYSTEMS
            if system in speaking
        },
    )


def opened_reports(run: Run, years: Iterable[int]) -> list[Round]:
    """Report rounds of these years that were open by then, in the order of their opening."""
    opened = run.rounds.states(run.as_of)
    rounds = [one for year in sorted(years) for one in run.calendar.rounds(year)]
    found = [one for one in rounds if one.kind in REPORT_KINDS and one.round_id in opened]
    return sorted(found, key=lambda one: one.opens_at)


def _asked(run: Run, round_: Round) -> dict[str, Indicator]:
    return {one.code: one for one in run.indicators.in_round(round_.reference_day, round_.kind)}


def _of_unit(run: Run, round_: Round, unit: Unit) -> Mapping[str, Evidence]:
    with run.store.read() as tx:
        return evidence_of_unit(tx, round_.round_id, unit.code, run.as_of)


def _involved(run: Run, round_: Round, code: str) -> tuple[Indicator, list[Indicator]]:
    """The indicator, and it with all that its figure is worked out from, in the order of the register."""
    known = _asked(run, round_)
    if code not in known:
        raise CchcError(t("figures.not_in_round", code=code, round=round_.title))
    needed, waiting = set[str](), [code]
    while waiting:
        one = waiting.pop()
        if one not in needed and one in known:
            needed.add(one)
            waiting += _rules_of(known[one])
    return known[code], [one for one in known.values() if one.code in needed]


def _rules_of(one: Indicator) -> list[str]:
    rules = [rule for rule in (one.numerator, one.denominator, one.made_of) if rule and rule != OWN]
    return [code for rule in rules for code in codes_of(rule)]


def _figures(
    round_: Round,
    one: Indicator,
    involved: Sequence[Indicator],
    units: Sequence[Unit],
    found: Evidences,
) -> list[FigureOfUnit]:
    """The figure of each of the units, which all stand behind it."""
    owed = {
        unit.code: frozenset(each.code for each in involved if each.counts(unit.tier, unit.code))
        for unit in units
    }
    figures = with_derived(counted_figures(found), involved, owed)
    tolerance = DocumentSettings.load().report.difference_tolerance
    lines = reconcile([one], owed, units, found, tolerance, Rules.load(), str(round_.kind))
    beside = {line.unit.code: line for line in lines}
    made = []
    for unit in units:
        own = figures.get(unit.code, {})
        figure = own.get(one.code)
        here = found.get(unit.code, {}).get(one.code)
        top, bottom = parts(one, own) if one.aggregation == "ratio" else (None, None)
        made.append(
            FigureOfUnit(
                unit,
                comparable(one, own),
                top,
                bottom,
                stated(here.figures.get(SELF)) if here else "",
                (figure.explanation if figure else None) or "",
                beside.get(unit.code),
            )
        )
    return made
