"""How the province's figure comes about where it is no total of what units typed.

Three sorts, each a table of one function a word of `PROVINCE_FIGURES`: what follows from a unit's other figures, what
our own books say, and what the register of units says. The rest adds up as `tally` does, over the units that state
the figure: all of a tier, or one owner for the whole province.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from cchc.clock import to_text
from cchc.figures.tally import Figures, Origin, Tally
from cchc.indicators import Indicator, evaluate
from cchc.indicators.expression import terms_of
from cchc.indicators.meaning import StatedBy
from cchc.obligations.ledger import states_in
from cchc.obligations.model import Obligation, ObligationState
from cchc.store import Transaction
from cchc.units import Tier, UnitRegister
from cchc.workbooks.forms import ReportedFigure
from cchc.year import Product, Round, RoundKind

Pairs = Sequence[tuple[Obligation, ObligationState]]


@dataclass(frozen=True)
class OurBooks:
    """What the department itself knows at a moment. `visited`: units at which the year's inspection team was;
    `findings`: orders of the year's inspections, those of one finding together; `tasks`: obligations of its plans."""

    units: UnitRegister
    round_: Round
    visited: Collection[str] = ()
    findings: Sequence[Pairs] = ()
    tasks: Pairs = ()


def read_books(tx: Transaction, round_: Round, units: UnitRegister, as_of: datetime) -> OurBooks:
    """The inspections and tasks of the round's year as known at `as_of`."""
    rounds = {row["round_id"]: row["kind"] for row in tx.query("figures.rounds_of_year", year=round_.year)}
    found = {one: states_in(tx, as_of, one, Product.ANSWER) for one in rounds}
    visited = {
        row["unit_code"]
        for one, orders in found.items()
        for row in tx.query(
            "figures.visited_units", round_id=one, as_of=to_text(as_of), has_orders=int(bool(orders))
        )
    }
    findings = [pairs for one, orders in found.items() for pairs in _by_finding(tx, one, orders)]
    # Outlines of an inspection are tasks of their round, and none of a plan.
    plans = [one for one, kind in rounds.items() if kind != RoundKind.INSPECTION]
    tasks = [pair for one in plans for pair in states_in(tx, as_of, one, Product.TASK)]
    return OurBooks(units, round_, visited, findings, tasks)


def _by_finding(tx: Transaction, round_id: str, orders: Pairs) -> list[Pairs]:
    """Orders of one finding together; not what another body owes because a unit proposed it."""
    rows = tx.query("figures.units_of_findings", round_id=round_id)
    found_at = {row["finding_id"]: row["unit_code"] for row in rows}
    grouped: dict[tuple[str, str], list[tuple[Obligation, ObligationState]]] = {}
    for pair in orders:
        unit_code, finding = pair[0].unit_code, pair[0].item.partition(".")[0]
        if pair[1].status != "waived" and found_at.get(finding, unit_code) == unit_code:
            grouped.setdefault((unit_code, finding), []).append(pair)
    return list(grouped.values())


# -- what follows from a unit's other figures ------------------------------------------------------------


def _sum_of(expression: str, figures: Figures) -> Decimal | None:
    return evaluate(expression, {code: figure.value for code, figure in figures.items()})


def _units_where(expression: str, figures: Figures) -> Decimal | None:
    """1 as soon as one count is above 0, 0 when all are 0; None while that cannot be told."""
    values = [figures[term.code].value if term.code in figures else None for term in terms_of(expression)]
    if any(value is not None and value > 0 for value in values):
        return Decimal(1)
    return Decimal(0) if all(value is not None for value in values) else None


def _yes_of(code: str, figures: Figures) -> Decimal | None:
    return figures[code].value if code in figures else None


FROM_FIGURES: Mapping[str, Callable[[str, Figures], Decimal | None]] = {
    "sum_of": _sum_of,
    "units_where": _units_where,
    "yes_of": _yes_of,
}


def with_derived(
    figures: Mapping[str, Mapping[str, ReportedFigure]],
    indicators: Sequence[Indicator],
    counted: Mapping[str, Collection[str]],
) -> dict[str, dict[str, ReportedFigure]]:
    """The figures of each unit with those that follow from them; what a unit gave itself stays as it is.

    counted: codes by unit that it stands behind. A figure whose parts are missing is missing.
    """
    derived = [one for one in indicators if one.stated_by is StatedBy.FIGURES]
    found = {unit: dict(own) for unit, own in figures.items()}
    for unit, own in found.items():
        for one in derived:
            if one.code in own or one.code not in counted.get(unit, ()):
                continue
            value = FROM_FIGURES[one.province_figure](one.made_of, own)
            if value is not None:
                own[one.code] = ReportedFigure(one.code, value=value, typed=False)
    return found


# -- what our own books and the register say -------------------------------------------------------------


def _inspected_units(one: Indicator, books: OurBooks) -> Decimal | None:
    if not books.visited:
        return None  # whoever keeps no inspections here has not inspected 0 units
    day = books.round_.reference_day
    return Decimal(len({unit.code for unit in books.units.on(day, one.tiers)} & set(books.visited)))


def _findings(one: Indicator, books: OurBooks) -> Decimal | None:
    return Decimal(len(books.findings)) if books.findings else None


def _findings_mended(one: Indicator, books: OurBooks) -> Decimal | None:
    if not books.findings:
        return None
    return Decimal(sum(all(state.standing is not None for _, state in orders) for orders in books.findings))


def _by_task(books: OurBooks) -> dict[str, list[ObligationState]]:
    tasks: dict[str, list[ObligationState]] = {}
    for obligation, state in books.tasks:
        if state.status != "waived":
            tasks.setdefault(obligation.item, []).append(state)
    return tasks


def _plan_tasks(one: Indicator, books: OurBooks) -> Decimal | None:
    tasks = _by_task(books)
    return Decimal(len(tasks)) if tasks else None


def _plan_tasks_done(one: Indicator, books: OurBooks) -> Decimal | None:
    """A task of several units is done when all of them have done it."""
    tasks = _by_task(books)
    if not tasks:
        return None
    return Decimal(sum(all(state.standing is not None for state in states) for states in tasks.values()))


def _registered_units(one: Indicator, books: OurBooks) -> Decimal | None:
    return Decimal(len(books.units.on(books.round_.reference_day, one.tiers)))


FROM_BOOKS: Mapping[str, Callable[[Indicator, OurBooks], Decimal | None]] = {
    "inspected_units": _inspected_units,
    "inspection_findings": _findings,
    "inspection_findings_mended": _findings_mended,
    "plan_tasks": _plan_tasks,
    "plan_tasks_done": _plan_tasks_done,
    "registered_units": _registered_units,
}


def of_books(indicators: Sequence[Indicator], books: OurBooks) -> dict[str, Tally]:
    """The province's line of each figure that no unit states, by code. Unknown is a line of nobody, not a 0.

    Our books are one witness of one: `units_counted` and `units_obliged` are 1 where they know the figure.
    """
    lines: dict[str, Tally] = {}
    for one in indicators:
        if one.province_figure in FROM_BOOKS:
            value = FROM_BOOKS[one.province_figure](one, books)
            known = int(value is not None)
            origin = Origin.REGISTER if one.stated_by is StatedBy.REGISTER else Origin.LEDGER
            lines[one.code] = Tally(
                one.code, Tier.PROVINCE, value, units_counted=known, units_obliged=known,
                origins={origin: 1} if known else {},
            )  # fmt: skip
    return lines
