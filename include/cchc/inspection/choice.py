"""Which units are inspected this year: a share of each tier, whoever must be reached in time first, then by risk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from cchc.inspection.rules import InspectionRules, TierRule
from cchc.texts import t


@dataclass(frozen=True)
class UnitRecord:
    """What the ledger knows of a unit at the time of choosing. `last_inspected` is a year or None.

    exists_since: the year from which a unit without an inspection is counted, where it is later than the rules' first.
    """

    late_reports: int = 0
    rejected_workbooks: int = 0
    overdue_tasks: int = 0
    late_dossiers: int = 0
    high_differences: int = 0
    open_orders: int = 0
    low_score: bool = False
    last_inspected: int | None = None
    exists_since: int = 0


@dataclass(frozen=True)
class ChosenUnit:
    """A unit in the order of its tier. `reason` is the Vietnamese sentence that stands in the plan.

    place: where it stood in its tier's order, from 1. due_year: by when it must be inspected. must_go: it was taken
    because of that year. chosen: whether it is taken at all.
    """

    unit_code: str
    risk: Decimal
    reason: str
    tier: str = ""
    place: int = 0
    due_year: int = 0
    last_inspected: int | None = None
    must_go: bool = False
    chosen: bool = True


def choose_units(
    tiers: Mapping[str, Sequence[str]],
    records: Mapping[str, UnitRecord],
    rules: InspectionRules,
    year: int,
) -> list[ChosenUnit]:
    """The units chosen of each tier (tier -> its units), those that must go first, then those of highest risk.

    Among units of equal risk the order is drawn from the year and the code, so that it is neither the
    alphabet's nor anybody's choice, and comes out the same each time. Raises RuleRefused('inspection-share') when the
    share of a tier cannot keep its longest gap.
    """
    return [one for one in rank_units(tiers, records, rules, year) if one.chosen]


def rank_units(
    tiers: Mapping[str, Sequence[str]],
    records: Mapping[str, UnitRecord],
    rules: InspectionRules,
    year: int,
) -> list[ChosenUnit]:
    """Every unit of the rules' tiers in the order in which it would be taken, chosen or not."""
    rules.refuse_impossible({tier: len(units) for tier, units in tiers.items()})
    return [
        one
        for tier, rule in rules.tiers.items()
        for one in _ranked(tier, tiers.get(tier, ()), records, rules, rule, year)
    ]


def must_go(due_years: Iterable[int], capacity: int, year: int, horizon: int) -> int:
    """How many must be inspected in `year` so that nobody is late in it or in the years to come.

    Looking ahead: by the end of year+k-1 all that are due by then must have been seen, and the years after this one
    take no more than `capacity` each.
    """
    due = sorted(due_years)
    return max(
        (sum(one <= year + ahead for one in due) - capacity * ahead for ahead in range(max(horizon, 1))),
        default=0,
    )


def _ranked(
    tier: str,
    units: Sequence[str],
    records: Mapping[str, UnitRecord],
    rules: InspectionRules,
    rule: TierRule,
    year: int,
) -> list[ChosenUnit]:
    known = {code: records.get(code, UnitRecord()) for code in units}
    due = {code: _due_year(one, rules, rule) for code, one in known.items()}
    risk = {code: risk_of(one, rules) for code, one in known.items()}
    drawn = {code: sha256(f"{year}:{code}".encode()).hexdigest() for code in units}
    capacity = rule.capacity(len(units))
    needed = max(0, must_go(due.values(), capacity, year, rule.longest_gap_years))
    by_due = sorted(units, key=lambda code: (due[code], -risk[code], drawn[code]))
    first = by_due[:needed]

    def is_held_back(code: str) -> bool:
        return (
            known[code].last_inspected == year - 1
            and risk[code] < rules.not_two_years_running.unless_risk_from
        )

    rest = sorted(
        (code for code in units if code not in set(first)),
        key=lambda code: (is_held_back(code), -risk[code], drawn[code]),
    )
    taken = [*first, *[code for code in rest if not is_held_back(code)][: max(0, capacity - needed)]]
    # A share is a promise: where all others were seen last year, the least held back are seen again.
    taken += [code for code in rest if code not in set(taken)][: max(0, capacity - len(taken))]
    order = [*taken, *(code for code in rest if code not in set(taken))]
    return [
        ChosenUnit(
            code,
            risk[code],
            _reason(known[code], due[code] if code in set(first) else None),
            tier,
            place,
            due[code],
            known[code].last_inspected,
            must_go=code in set(first),
            chosen=place <= len(taken),
        )
        for place, code in enumerate(order, start=1)
    ]


def _due_year(record: UnitRecord, rules: InspectionRules, rule: TierRule) -> int:
    """The last year in which a unit may be inspected next."""
    if record.last_inspected is not None:
        return record.last_inspected + rule.longest_gap_years
    return max(rules.first_year, record.exists_since) + rule.longest_gap_years - 1


_COUNTED = (
    ("late_reports", "late_report"),
    ("rejected_workbooks", "rejected_workbook"),
    ("overdue_tasks", "overdue_task"),
    ("late_dossiers", "late_dossiers"),
    ("high_differences", "high_difference"),
    ("open_orders", "open_order"),
    ("low_score", "low_score"),
)


def risk_of(record: UnitRecord, rules: InspectionRules) -> Decimal:
    """Points of risk of what is known of a unit."""
    return sum(
        (int(getattr(record, count)) * getattr(rules.weights, weight) for count, weight in _COUNTED),
        Decimal(0),
    )


def _reason(record: UnitRecord, must_by: int | None) -> str:
    """Why a unit stands where it does, as plan and page say it."""
    parts = [] if must_by is None else [t("inspection.reason_must", year=must_by)]
    parts += [
        t(f"inspection.reason.{weight}", count=int(getattr(record, count)))
        for count, weight in _COUNTED
        if getattr(record, count)
    ]
    parts.append(
        t("inspection.reason_never")
        if record.last_inspected is None
        else t("inspection.reason_last", year=record.last_inspected)
    )
    return "; ".join(parts)
