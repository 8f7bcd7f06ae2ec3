"""What units reported beside what the exports say, and whose figure the report takes.

Differences are listed and explained, never settled here: whose figure is taken follows from the precedence that
`documents.yaml` gives and that is kept with the round (see view `witnesses` of the store).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from cchc.checks import Rules
from cchc.checks.kinds.system import VersusSystem
from cchc.clock import to_text
from cchc.documents.form import SELF, ReportRules
from cchc.figures.shown import comparable, stated
from cchc.indicators import Indicator
from cchc.indicators.expression import codes_of
from cchc.indicators.model import OWN
from cchc.sources import CATALOGUE, DOC_MANAGEMENT, ONE_STOP
from cchc.store import Row, Store, Transaction
from cchc.units import Unit
from cchc.workbooks.forms import ReportedFigure
from cchc.workbooks.shown import Stance

_FOR_EVER = "9999-12-31T00:00:00+07:00"


@dataclass(frozen=True)
class Evidence:
    """All that is known of one figure of one unit: who gives it (self, one_stop, doc_management, catalogue), in what
    order they are taken; `order` holds only those whose figure may be taken, `numbers` those that give a number.

    `gaps`: systems whose figure is not the whole of the window. `settled`: whose figure a person decided to take, ahead
    of any order. `systems_first`: what the rule says, whoever gives the figure here. `stance`: what the unit did with
    the system's figure that its form showed, None when it was asked.
    """

    figures: Mapping[str, ReportedFigure]
    order: Sequence[str] = (SELF,)
    numbers: Collection[str] = ()
    gaps: Collection[str] = ()
    settled: str | None = None
    systems_first: bool = False
    stance: Stance | None = None

    @property
    def chosen(self) -> str | None:
        """Whose figure the report takes; None when nobody who may be taken gives a number."""
        order = [self.settled, *self.order] if self.settled else self.order
        return next((name for name in order if name in self.numbers), None)

    @property
    def taken(self) -> ReportedFigure | None:
        """The figure that counts, with the words of the unit; without a number, what the unit wrote instead."""
        own = self.figures.get(SELF)
        figure = self.figures.get(self.chosen or (SELF if SELF in self.order else ""))
        if figure is None or own is None or figure is own:
            return figure
        return replace(figure, explanation=own.explanation, evidence=own.evidence)

    @property
    def other(self) -> ReportedFigure | None:
        """The figure by the other rule: the unit's own where systems come first, the system's where the unit does.

        A unit that confirmed what the system says has said it itself.
        """
        own = self.figures.get(SELF)
        if self.systems_first and (SELF in self.numbers or self.stance is not Stance.CONFIRMED):
            return own
        whole = (name for name in self.figures if name != SELF and name not in self.gaps)
        return next((self.figures[name] for name in whole if name in self.numbers), own)


_SYSTEMS = (ONE_STOP, DOC_MANAGEMENT, CATALOGUE)
Evidences = Mapping[str, Mapping[str, Evidence]]  # by unit and indicator


class Agreement(StrEnum):
    """How unit and system stand to each other. `small`: different, but by less than must be explained. `confirmed`: the
    form showed the system's figure, and the unit left it."""

    ABOVE = "above"
    SMALL = "small"
    UNIT_SILENT = "unit_silent"
    SYSTEM_SILENT = "system_silent"
    CONFIRMED = "confirmed"
    SAME = "same"


@dataclass(frozen=True)
class ReconciliationLine:
    """One figure beside its witnesses. Values are in the figure's unit, None when that witness gives no number.

    `reported` is what the unit typed; `chosen` names the witness whose figure the report takes; `allowed` is the
    difference up to which no explanation is asked. `has_gap`: the system's figure is not the whole of the window.
    `settled`: a person decided whose figure is taken.
    """

    unit: Unit
    indicator: Indicator
    reported: str
    unit_value: Decimal | None
    one_stop_value: Decimal | None
    document_value: Decimal | None
    chosen: str | None
    chosen_value: Decimal | None
    explanation: str
    allowed: Decimal
    agreement: Agreement
    catalogue_value: Decimal | None = None
    has_gap: bool = False
    settled: bool = False
    stance: Stance | None = None

    @property
    def disputed(self) -> bool:
        """Whether the unit was shown the system's figure and said another."""
        return self.stance is Stance.DISPUTED

    @property
    def system_value(self) -> Decimal | None:
        values = (self.one_stop_value, self.document_value, self.catalogue_value)
        return next((value for value in values if value is not None), None)

    @property
    def gap(self) -> Decimal | None:
        """Unit minus system."""
        if self.unit_value is None or self.system_value is None:
            return None
        return self.unit_value - self.system_value

    @property
    def differs(self) -> bool:
        return self.agreement in (Agreement.ABOVE, Agreement.SMALL)

    @property
    def excess(self) -> Decimal:
        """How many times the allowed difference the gap is: what makes a count and a share comparable."""
        return abs(self.gap or Decimal()) / (self.allowed or 1)


def evidence(
    store: Store | Transaction,
    round_id: str,
    as_of: datetime | None = None,
    units: Collection[str] | None = None,
) -> Evidences:
    """Every figure of a round (of some units) with its witnesses as known at `as_of` (None: now)."""
    known_by = to_text(as_of) if as_of else _FOR_EVER
    rows = store.query("figures.witnesses", round_id=round_id, known_by=known_by)
    if units is not None:
        rows = [row for row in rows if row["unit_code"] in units]
    return _evidences(
        store, round_id, known_by, rows, store.query("figures.stances", round_id=round_id, known_by=known_by)
    )


def evidence_beside_systems(
    store: Store | Transaction, round_id: str, indicators: Iterable[Indicator], as_of: datetime
) -> tuple[list[Indicator], Evidences]:
    """As `evidence`, of those indicators alone that a system gives or should give (and of what they are made of), which
    are a third of all; these indicators first."""
    known_by = to_text(as_of)
    given = {
        row["indicator"]
        for row in store.query("figures.given_by_systems", round_id=round_id, known_by=known_by)
    }
    parts = {one.code: {code for part in _made_of(one) for code in codes_of(part)} for one in indicators}
    beside = [
        one
        for one in indicators
        if one.code in given or one.source in _SYSTEMS or not parts[one.code].isdisjoint(given)
    ]
    needed = {code for one in beside for code in (one.code, *parts[one.code])}
    told = store.query("figures.stances", round_id=round_id, known_by=known_by)
    rows = store.query(
        "figures.witnesses_of_indicators", round_id=round_id, indicators=sorted(needed), known_by=known_by
    )
    return beside, _evidences(store, round_id, known_by, rows, told)


def _made_of(indicator: Indicator) -> list[str]:
    """The expressions of a ratio over other figures."""
    rules = (indicator.numerator, indicator.denominator) if indicator.aggregation == "ratio" else ()
    return [rule for rule in rules if rule and rule != OWN]


def evidence_of_indicators(
    store: Store | Transaction, round_id: str, codes: Iterable[str], as_of: datetime
) -> Evidences:
    """As `evidence`, of these indicators alone: for what shows one and must not read the whole round."""
    rows: list[Row] = []
    stances: list[Row] = []
    for code in codes:
        asked = {"round_id": round_id, "indicator": code, "known_by": to_text(as_of)}
        rows += store.query("figures.witnesses_of_indicator", **asked)
        stances += store.query("figures.stances_of_indicator", **asked)
    return _evidences(store, round_id, to_text(as_of), rows, stances)


def evidence_of_unit(
    store: Store | Transaction, round_id: str, unit_code: str, as_of: datetime
) -> Mapping[str, Evidence]:
    """As `evidence`, of one unit alone, by indicator."""
    asked = {"round_id": round_id, "unit_code": unit_code, "known_by": to_text(as_of)}
    rows = store.query("figures.witnesses_of_unit", **asked)
    stances = store.query("figures.stances_of_unit", **asked)
    return _evidences(store, round_id, to_text(as_of), rows, stances).get(unit_code, {})


def _evidences(
    store: Store | Transaction, round_id: str, known_by: str, rows: Iterable[Row], told: Iterable[Row]
) -> Evidences:
    """From the rows of witnesses and of stances."""
    kept = store.query("figures.precedence_of_round", round_id=round_id)
    systems_first = {row["indicator"] for row in kept if row["first"] != SELF}
    settled = {
        (row["unit_code"], row["indicator"]): row["witness"]  # the last word
        for row in store.query("figures.settled", round_id=round_id, known_by=known_by)
    }
    stances = {(row["unit_code"], row["indicator"]): Stance(row["stance"]) for row in told}
    beside: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        beside.setdefault((row["unit_code"], row["indicator"]), []).append(row)
    found: dict[str, dict[str, Evidence]] = {}
    for (unit, code), witnesses in beside.items():
        ranked = sorted((row["choice"], row["witness"]) for row in witnesses if row["choice"] is not None)
        found.setdefault(unit, {})[code] = Evidence(
            {row["witness"]: _figure(row) for row in witnesses},
            tuple(
                name for _, name in ranked
            ),  # tuples: of thousands that are kept, nothing for the collector
            tuple(row["witness"] for row in witnesses if row["counts"]),
            tuple(row["witness"] for row in witnesses if row["has_gap"]),
            settled.get((unit, code)),
            code in systems_first,
            stances.get((unit, code)),
        )
    return found


def _figure(row: Row) -> ReportedFigure:
    return ReportedFigure(
        indicator=row["indicator"],
        raw=row["raw"],
        value=_number(row["value"]),
        numerator=_number(row["numerator"]),
        denominator=_number(row["denominator"]),
        explanation=row["explanation"],
        evidence=row["evidence"],
        cell=row["cell"] or "",
        submission_id=row["origin"] if row["witness"] == SELF else None,
    )


@lru_cache(maxsize=1 << 14)
def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def put_precedence(
    transaction: Transaction, round_id: str, rules: ReportRules, indicators: Iterable[Indicator]
) -> None:
    """Keep with the round whose figures its report takes, as the configuration says now."""
    transaction.execute("figures.drop_precedence", round_id=round_id)
    rows = []
    for indicator in indicators:
        order = rules.order_for(indicator)
        if order == (SELF,):  # what a store without a row does
            continue
        first, second, third = (*order, None, None)[:3]
        rows.append(
            {
                "round_id": round_id,
                "indicator": indicator.code,
                "first": first,
                "second": second,
                "third": third,
            }
        )
    transaction.execute_many("figures.add_precedence", rows)


def by_witness(found: Evidences, *names: str) -> dict[str, dict[str, ReportedFigure]]:
    """Figures by unit and indicator as the first of the named witnesses gives them."""
    return {
        unit: {
            code: next(one.figures[name] for name in names if name in one.figures)
            for code, one in own.items()
            if not one.figures.keys().isdisjoint(names)
        }
        for unit, own in found.items()
    }


def _by_unit_and_witness(found: Evidences) -> dict[str, dict[str, dict[str, ReportedFigure]]]:
    """By unit and witness the figures that it gives, by indicator."""
    by_unit: dict[str, dict[str, dict[str, ReportedFigure]]] = {}
    for unit, own in found.items():
        given = by_unit[unit] = {}
        for code, one in own.items():
            for name, figure in one.figures.items():
                given.setdefault(name, {})[code] = figure
    return by_unit


def reconcile(
    indicators: Iterable[Indicator],
    owed: Mapping[str, frozenset[str]],
    units: Iterable[Unit],
    found: Evidences,
    tolerance: Decimal,
    rules: Rules,
    round_kind: str,
) -> list[ReconciliationLine]:
    """Every owed figure that a system gives or should give, by indicator and then by unit.

    `tolerance` (percent points) tells percentages that are only rounded from different ones; counts are exact.
    Above what `rules` allow, units are asked for an explanation.
    """
    order = list(units)
    names = (SELF, *_SYSTEMS)
    witnesses = _by_unit_and_witness(found)
    silent: dict[str, Decimal | None] = dict.fromkeys(names)
    lines: list[ReconciliationLine] = []
    for indicator in indicators:
        is_percent = indicator.kind == "percent"
        from_system = indicator.source in _SYSTEMS
        ruled: dict[str, VersusSystem | None] = {}
        for unit in order:
            if indicator.code not in owed.get(unit.code, frozenset()):
                continue
            values = silent | {
                name: comparable(indicator, figures) for name, figures in witnesses.get(unit.code, {}).items()
            }
            own = values[SELF]
            system = next((values[name] for name in names[1:] if values[name] is not None), None)
            if system is None and (own is None or not from_system):
                continue
            allowed = Decimal()
            if system is not None:
                if unit.tier not in ruled:
                    ruled[unit.tier] = rules.versus_system(indicator, unit.tier, round_kind)
                rule = ruled[unit.tier]
                allowed = rule.allowed(indicator, system) if rule else allowed
            here = found.get(unit.code, {}).get(indicator.code)
            typed = here.figures.get(SELF) if here else None
            chosen = here.chosen if here else None
            stance = here.stance if here else None
            lines.append(
                ReconciliationLine(
                    unit,
                    indicator,
                    stated(typed),
                    own,
                    values[ONE_STOP],
                    values[DOC_MANAGEMENT],
                    chosen,
                    values[chosen] if chosen else None,
                    (typed.explanation if typed else None) or "",
                    allowed,
                    _agreement(own, system, tolerance if is_percent else Decimal(), allowed, stance),
                    values[CATALOGUE],
                    bool(here and here.gaps),
                    bool(here and here.settled and here.settled == chosen),
                    stance,
                )
            )
    return lines


def _agreement(
    own: Decimal | None,
    system: Decimal | None,
    rounding: Decimal,
    allowed: Decimal,
    stance: Stance | None,
) -> Agreement:
    if own is None:
        return Agreement.CONFIRMED if stance is Stance.CONFIRMED else Agreement.UNIT_SILENT
    if system is None:
        return Agreement.SYSTEM_SILENT
    gap = abs(own - system)
    if gap <= rounding:
        return Agreement.SAME
    return Agreement.ABOVE if gap > allowed else Agreement.SMALL


def worst_first(lines: Iterable[ReconciliationLine]) -> list[ReconciliationLine]:
    """Differences that must be explained, then small ones, then silence, then what agrees; the largest first, and of
    each kind what a unit disputes before what it typed without looking."""
    place = {agreement: n for n, agreement in enumerate(Agreement)}
    return sorted(lines, key=lambda line: (place[line.agreement], not line.disputed, -line.excess))
