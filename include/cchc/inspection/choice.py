"""Which units are inspected this year: a share of all, those with the highest risk first, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from hashlib import sha256

from cchc.inspection.rules import InspectionRules
from cchc.texts import t


@dataclass(frozen=True)
class UnitRecord:
    """What the ledger knows of a unit at the time of choosing. `last_inspected` is a year or None."""

    late_reports: int = 0
    rejected_workbooks: int = 0
    overdue_tasks: int = 0
    last_inspected: int | None = None


@dataclass(frozen=True)
class ChosenUnit:
    """A chosen unit. `reason` is the Vietnamese sentence that stands in the plan."""

    unit_code: str
    risk: Decimal
    reason: str


def choose_units(
    unit_codes: Iterable[str], records: Mapping[str, UnitRecord], settings: InspectionRules, year: int
) -> list[ChosenUnit]:
    """The ceil(share x units) units of highest risk, in order.

    Among units of equal risk the order is drawn from the year and the code, so that it is neither the
    alphabet's nor anybody's choice, and comes out the same each time.
    """
    ordered = sorted(
        (_choice(code, records.get(code, UnitRecord()), settings, year) for code in unit_codes),
        key=lambda choice: (-choice.risk, sha256(f"{year}:{choice.unit_code}".encode()).hexdigest()),
    )
    wanted = int((settings.share * len(ordered)).to_integral_value(ROUND_CEILING))
    return ordered[:wanted]


def _choice(code: str, record: UnitRecord, settings: InspectionRules, year: int) -> ChosenUnit:
    weights = settings.weights
    risk, reasons = Decimal(0), []
    for count, weight, key in (
        (record.late_reports, weights.late_report, "reason_late"),
        (record.rejected_workbooks, weights.rejected_workbook, "reason_rejected"),
        (record.overdue_tasks, weights.overdue_task, "reason_overdue"),
    ):
        if count:
            risk += count * weight
            reasons.append(t(f"inspection.{key}", count=count))
    if record.last_inspected is None:
        risk += weights.never_inspected
        reasons.append(t("inspection.reason_never"))
    else:
        reasons.append(t("inspection.reason_last", year=record.last_inspected))
    return ChosenUnit(code, risk, "; ".join(reasons))
