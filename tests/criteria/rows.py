"""Criteria of one row, made as a set makes them, and what they are computed from."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from cchc.criteria import DROPPED, UNKNOWN, CriterionRow, Duty, Inputs, Points, compute
from cchc.criteria.expression import parse_inputs
from cchc.criteria.formulas import parse_formula
from cchc.criteria.row import CriterionLine

DUE = date(2026, 12, 22)


def row(kind: str, parameters: str, inputs: str, maximum: object = 1, **cells: Any) -> CriterionRow:
    """A criterion with the cells that matter; the others are those of any row."""
    decimals = cells.pop("decimals", None)
    line = CriterionLine.model_validate(
        {
            **dict.fromkeys(CriterionLine.model_fields),
            "code": "1.1",
            "group": "1",
            "group_name": "Nhóm",
            "criterion": "Tiêu chí",
            "effect": {"thuong": "thuong", "phat": "phat"}.get(kind, "diem"),
            "max_points": Decimal(str(maximum)),
            "unit_kinds": "*",
            "kind": kind,
            "parameters": parameters,
            "inputs": inputs,
            "when_nothing": "khong",
            "evidence_kind": "tep",
            "evidence_needed": "khong",
            "appraiser": "so-noi-vu",
            "mendable": "co",
            "basis": "mau",
            **cells,
        }
    )
    return CriterionRow.of(line, parse_formula(kind, parameters, parse_inputs(inputs)), decimals)


def numbers(**given: object) -> dict[str, Decimal | None]:
    """`x_n=1` as the figure `X.n`; None stays None."""
    return {
        name.upper().replace("_", ".", 1): None if value is None else Decimal(str(value))
        for name, value in given.items()
    }


def of_pair(numerator: object, denominator: object) -> Inputs:
    """The share `I.1/I.2`."""
    return Inputs(numbers={"I.1": Decimal(str(numerator)), "I.2": Decimal(str(denominator))})


def points(criterion: CriterionRow, inputs: Inputs) -> Decimal | None:
    """Points of a criterion that stays in the maximum."""
    found: Points = compute(criterion, inputs)
    assert not found.dropped
    return found.value


def handed_in(days_late: int | None, round_kind: str = "CD", item: str = "") -> Duty:
    """A duty of 22 December, done so many days later; None: still owed, though due."""
    done = None if days_late is None else DUE + timedelta(days=days_late)
    return Duty(round_kind=round_kind, item=item, due_on=DUE, done_on=done, is_due=True)


# What a share of nothing gives, by the row's word for it; the maximum is 2.
NOTHING_AROSE = [
    ("loai", DROPPED),
    ("toi_da", Points(Decimal(2))),
    ("khong_diem", Points(Decimal(0))),
    ("khong", UNKNOWN),
]
