"""What the ledger and the reports say of each unit on the day of choosing: the last year and this one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

from cchc.clock import to_text
from cchc.inspection.choice import UnitRecord
from cchc.inspection.choices import last_inspected
from cchc.inspection.rules import InspectionRules
from cchc.obligations import timeliness
from cchc.run import Run
from cchc.scores import pinned, rankings_of
from cchc.year import REPORT_KINDS, Product, RoundKind

_FINISHED, _LATE = "T06.5", "T06.8"  # dossiers finished in the period, those of them finished late
# Neither a report nor a task of the plan: what is said before a visit, and a right.
_NO_REPORT = (Product.OUTLINE, Product.EXPLANATION)
_HIGH = Decimal("0.2")  # a unit's own figure differs highly from the system's by more than this share of it


def unit_records(run: Run) -> dict[str, UnitRecord]:
    """Records of all units that report, by code."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in run.rounds.all():
        is_recent = row["year"] >= run.round.year - 1
        if not is_recent and row["kind"] != RoundKind.INSPECTION:
            continue
        for obligation, state in run.ledger.states(run.as_of, round_id=row["round_id"]):
            own = counts[obligation.unit_code]
            if obligation.product == Product.ANSWER:  # of whatever year: it is still to be mended
                own["open_orders"] += state.status != "waived" and not state.fulfilled
                continue
            if not is_recent or obligation.product in _NO_REPORT:
                continue
            if timeliness(obligation, state, run.units, run.as_of) in ("late", "missing"):
                own["overdue_tasks" if obligation.product == Product.TASK else "late_reports"] += 1
            own["rejected_workbooks"] += state.status == "rejected"
        if row["kind"] in REPORT_KINDS:
            for code, found in _of_reports(run, row["round_id"]).items():
                counts[code].update(found)
    inspected, low = last_inspected(run.store, run.round.year), _lowest_class(run)
    return {
        unit.code: UnitRecord(
            **cast("dict[str, Any]", counts[unit.code]),
            low_score=unit.code in low,
            last_inspected=inspected.get(unit.code),
            exists_since=unit.valid_from.year,
        )
        for unit in run.units.on(run.today)
        if unit.reports
    }


def _lowest_class(run: Run) -> set[str]:
    """Units that the result of last year puts into the lowest class of their set, by the last edition of each list."""
    round_id = f"{run.round.year - 1}-{RoundKind.SCORING}"
    lowest = {one.settings.classes[-1].name for one in pinned(run.store, round_id).values()}
    editions = rankings_of(run.store, round_id)
    last = dict(sorted(editions))  # of each list the last edition
    return {
        line.unit_code
        for name, edition in last.items()
        for line in editions[name, edition]
        if line.class_name in lowest
    }


def _of_reports(run: Run, round_id: str) -> dict[str, Counter[str]]:
    """Of one report round by unit: whether too many dossiers were late, whether a figure differs highly."""
    edge = InspectionRules.load().late_dossiers_from
    by_unit: dict[str, dict[str, dict[str, Decimal]]] = defaultdict(lambda: defaultdict(dict))
    for row in run.store.query("inspection.figures_of_round", round_id=round_id, known_by=to_text(run.as_of)):
        by_unit[row["unit_code"]][row["indicator"]][row["witness"]] = Decimal(row["value"])
    found = {}
    for code, figures in by_unit.items():
        finished, late = (_best(figures.get(name, {})) for name in (_FINISHED, _LATE))
        own: Counter[str] = Counter()
        own["late_dossiers"] = int(
            bool(finished) and late is not None and late * 100 >= edge * (finished or 0)
        )
        own["high_differences"] = int(any(_differs(one) for one in figures.values()))
        found[code] = +own
    return found


def _best(witnesses: Mapping[str, Decimal]) -> Decimal | None:
    """The system's figure where there is one, else the unit's own."""
    others = [value for name, value in witnesses.items() if name != "self"]
    return others[0] if others else witnesses.get("self")


def _differs(witnesses: Mapping[str, Decimal]) -> bool:
    own = witnesses.get("self")
    others = [value for name, value in witnesses.items() if name != "self"]
    return own is not None and any(
        abs(own - one) > _HIGH * abs(one) and abs(own - one) >= 1 for one in others
    )
