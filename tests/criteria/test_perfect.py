"""A unit that did everything reaches every point that its set has in force for it, whatever kind of unit it is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.criteria.rows import handed_in

from cchc.criteria import DROPPED, CriteriaSets, CriterionRow, Inputs, Points, Survey, compute
from cchc.criteria.expression import is_outside
from cchc.units import UnitRegister

LAST_DAY = date(2026, 12, 31)
GOOD, BAD = Decimal(100), Decimal(0)
# What is better when there is less of it: disciplined people, findings, tasks and requests left undone.
BETTER_LESS = ("V.6.", "kt:", "I.4.3", "TD.dot_xuat", "TT.giay_to")


def perfect(row: CriterionRow) -> Inputs:
    """Everything planned was done, everything owed came in time, nothing bad happened."""
    yes_no = row.kind in ("dat_het", "phan_dat")
    figures = {
        name: Decimal(1) if yes_no else BAD if name.startswith(BETTER_LESS) else GOOD for name in row.terms
    }
    if row.inputs == "(T06.6+T06.7+T06.10)/T06.1":
        figures |= {"T06.6": Decimal(20), "T06.7": Decimal(70), "T06.10": Decimal(10)}
    if row.inputs == "I.4.1-I.4.2-I.4.3":
        figures |= {"I.4.3": BAD}
    best = max(row.options, key=lambda option: row.options[option], default=None)
    return Inputs(
        numbers=figures,
        duties={
            name: tuple(handed_in(0, kind) for kind in ("Q1", "6T", "Q3", "NAM"))
            for name in row.terms
            if name.startswith("obl:")
        },
        surveys={name: Survey(1000, GOOD) for name in row.terms if name.startswith("ks:")},
        chosen=best,
        earlier={"5.3.1": Points(Decimal(1))},
    )


@pytest.mark.parametrize(
    ("unit", "in_force"), [("so-y-te", "98"), ("so-xay-dung", "99"), ("so-noi-vu", "98"), ("30292", "100")]
)
def test_a_perfect_unit_reaches_every_point_in_force(unit, in_force) -> None:
    who = UnitRegister.load().get(unit)
    rows = CriteriaSets.load().of(who, LAST_DAY).rows_of(who)
    scored = [row for row in rows if row.effect == "diem"]
    assert sum(row.max_points for row in scored) == Decimal(in_force)
    short = {
        row.code: found for row in scored if (found := compute(row, perfect(row))).value != row.max_points
    }
    assert short == {}


@pytest.mark.parametrize("unit", ["so-y-te", "30292"])
def test_nobody_loses_points_for_what_did_not_happen(unit) -> None:
    who = UnitRegister.load().get(unit)
    rows = CriteriaSets.load().of(who, LAST_DAY).rows_of(who)
    penalties = {row.code: compute(row, perfect(row)) for row in rows if row.effect == "phat"}
    assert penalties == dict.fromkeys(penalties, Points(Decimal(0)))
    assert penalties


@pytest.mark.parametrize("unit", ["so-y-te", "so-xay-dung", "30292"])
def test_a_unit_that_says_nothing_earns_nothing(unit) -> None:
    """No figure, no duty in the ledger, no choice: not one point, and nothing out of the maximum either."""
    who = UnitRegister.load().get(unit)
    rows = CriteriaSets.load().of(who, LAST_DAY).rows_of(who)
    assert {compute(row, Inputs()) for row in rows} == {Points(None)}


def test_where_nothing_arose_the_criterion_leaves_the_maximum() -> None:
    """A department without staff units, dossiers, documents or money: little is left to be scored by."""
    who = UnitRegister.load().get("so-ngoai-vu")
    found = CriteriaSets.load().of(who, LAST_DAY)
    rows = [row for row in found.rows_of(who) if row.effect == "diem"]
    nothing = [
        row for row in rows if compute(row, Inputs(numbers=dict.fromkeys(row.terms, Decimal(0)))) == DROPPED
    ]
    assert nothing
    assert all(row.when_nothing == "loai" for row in nothing)
    outside = [row for row in rows if any(map(is_outside, row.terms)) and row.when_nothing == "loai"]
    assert {row.code for row in outside} >= {"6.1.1", "8.1.1"}
