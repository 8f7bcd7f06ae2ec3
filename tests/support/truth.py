"""What the province's figures of the rehearsed year should be, worked out apart from the product."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any

from cchc.units import Unit
from cchc.year import Window
from cchc_rehearsal.catalogue_exports import CatalogueYear
from cchc_rehearsal.document_exports import DocumentYear
from cchc_rehearsal.one_stop_exports import OneStopYear

Rows = Callable[..., list[Any]]  # a statement and its values
Figures = dict[str, dict[str, str]]  # by indicator; the parts of a figure as texts


@cache
def made_systems(units: tuple[Unit, ...], year: int, seed: int) -> tuple[OneStopYear, DocumentYear]:
    """The dossiers and documents of the synthetic province, before any export is written of them."""
    return OneStopYear(units, year, seed), DocumentYear(units, year, seed)


def in_systems(units: Sequence[Unit], window: Window, seed: int = 1) -> dict[str, Figures]:
    """By unit what its dossiers and documents of the window say; a unit of which none is exported has nothing."""
    found: dict[str, Figures] = {unit.code: {} for unit in units}
    for system in made_systems(tuple(units), window.last.year, seed):
        for (unit, code), known in system.truth(window).items():
            parts = {name: getattr(known, name) for name in ("value", "numerator", "denominator")}
            found[unit][code] = {name: str(part) for name, part in parts.items() if part is not None}
    return found


def in_catalogue(window: Window, seed: int = 1) -> Figures:
    """What the province's list of procedures says, each code once."""
    told = CatalogueYear(window.last.year, seed).truth(window)
    return {code: {"value": str(count)} for code, count in told.items()}


@dataclass(frozen=True)
class Total:
    """A figure of the province worked out by hand: its parts, the units behind it, and who stands for how many."""

    value: Decimal = Decimal()
    numerator: Decimal = Decimal()
    denominator: Decimal = Decimal()
    options: Mapping[str, int] = field(default_factory=dict)
    units: frozenset[str] = frozenset()


def total(form: str, given: Mapping[str, Mapping[str, str]]) -> Total:
    """What the units' figures make together; `form` is how figures of that kind add up."""
    if form == "ratio":
        given = {unit: one for unit, one in given.items() if "numerator" in one and "denominator" in one}
        top, bottom = (_sum(one[part] for one in given.values()) for part in ("numerator", "denominator"))
        return Total(numerator=top, denominator=bottom, units=frozenset(given))
    units = frozenset(given)
    if form == "sum":
        return Total(_sum(one["value"] for one in given.values()), units=units)
    if form == "count_yes":
        yes = sum(one["value"] == "1" for one in given.values())
        return Total(numerator=Decimal(yes), denominator=Decimal(len(given)), units=units)
    if form == "distribution":
        return Total(options=Counter(one["value"] for one in given.values()), units=units)
    return Total(units=units)


def by_its_parts(one: Any, own: Figures) -> dict[str, str]:
    """A unit's figure of indicator `one`; parts of a share that are figures of their own are what it says there."""
    parts = dict(own[one.code])
    for name in ("numerator", "denominator"):
        terms = re.findall(r"([+-]?)([A-Z][A-Z0-9]*[.][0-9A-Z.]+)", str(getattr(one, name) or ""))
        if one.kind == "percent" and terms and all("value" in own.get(code, {}) for _, code in terms):
            parts[name] = str(_sum(f"{sign}{own[code]['value']}" for sign, code in terms))
    return parts


def _sum(parts: Iterable[str]) -> Decimal:
    return sum((Decimal(part) for part in parts), Decimal())


def follows(own: dict[str, dict[str, str]], tier: str) -> dict[str, dict[str, str]]:
    """What follows from a unit's true figures, worked out apart from the product."""

    def values(*codes: str) -> list[int]:
        return [int(own[code]["value"]) for code in codes if "value" in own.get(code, {})]

    found: dict[str, int] = {}
    if len(parts := values("VI.3.2", "VI.3.3", "VI.3.4", "VI.3.5")) == 4:
        found["VI.3.1"] = sum(parts)
    documents = values("VB.3", "VB.4", "VB.7", "VB.8")
    if any(documents) or len(documents) == 4:
        found["VB.9"] = int(any(documents))
    if tier == "xa":
        same = {
            "VII.2.2": "VII.2.1",
            "VII.3.2": "VII.3.1",
            **{f"VII.6.{n + 3}": f"VII.6.{n}" for n in (1, 2, 3)},
        }
        found |= {code: int(own[asked]["value"]) for code, asked in same.items() if asked in own}
    return {code: {"value": str(value)} for code, value in found.items()}


def inspections(rows: Rows, as_of: str, units: Sequence[Unit]) -> dict[str, str | None]:
    """Communes, and all units, whose minutes the department had by then; what letters say was found there, and of it
    what was accepted and not sent back since. None before any."""
    visited = {
        row["unit_code"]
        for row in rows(
            "SELECT unit_code FROM inspection_events "
            "WHERE subject = 'cuoc_kiem_tra' AND kind = 'da_kiem_tra' AND at <= ?",
            as_of,
        )
    }
    communes, all_units = {unit.code for unit in units if unit.tier == "xa"}, {unit.code for unit in units}
    orders: dict[str, dict[str, list[str]]] = {}
    for row in rows(
        "SELECT o.item, e.kind FROM obligations o JOIN obligation_events e ON e.obligation_id = o.obligation_id "
        "JOIN inspected_findings f ON o.unit_code = f.unit_code AND o.item || '.' LIKE f.finding_id || '.%' "
        "WHERE o.product = 'tra_loi' AND e.recorded_at <= ? ORDER BY e.recorded_at, e.seq",
        as_of,
    ):
        orders.setdefault(row["item"].partition(".")[0], {}).setdefault(row["item"], []).append(row["kind"])
    found = {
        finding: [kinds for kinds in own.values() if "waived" not in kinds] for finding, own in orders.items()
    }
    judged = [
        [[kind for kind in kinds if kind in ("accepted", "returned")][-1:] == ["accepted"] for kinds in own]
        for own in found.values()
        if own
    ]
    return {
        "I.2.3": str(len(visited & communes)) if visited else None,
        "KT.1": str(len(visited & all_units)) if visited else None,
        "KT.2": str(len(judged)) if judged else None,
        "KT.3": str(sum(map(all, judged))) if judged else None,
    }


def plan_tasks(rows: Rows, as_of: str) -> dict[str, str | None]:
    """The tasks of the province's plan, each once however many units have it, and those that all of them have done."""
    done: dict[str, list[bool]] = {}
    for row in rows(
        "SELECT o.item, EXISTS (SELECT 1 FROM obligation_events e WHERE e.obligation_id = o.obligation_id "
        "AND e.kind = 'accepted' AND e.recorded_at <= ?) AS done FROM obligations o "
        "WHERE o.product = 'nhiem_vu' AND o.round_id LIKE '%-KH'",
        as_of,
    ):
        done.setdefault(row["item"], []).append(bool(row["done"]))
    return {"KH.1": str(len(done)), "KH.2": str(sum(all(units) for units in done.values()))}


def assert_equals(code: str, form: str, line: Any, expected: Total, prefix: str) -> None:
    """One line of the store, or its other reading, against what it should be."""
    found = {name: Decimal(line[f"{prefix}{name}"] or 0) for name in ("value", "numerator", "denominator")}
    if form == "sum":
        assert found["value"] == expected.value, code
    elif form in ("ratio", "count_yes"):
        assert (found["numerator"], found["denominator"]) == (expected.numerator, expected.denominator), code
    elif form == "distribution":
        options = json.loads(line[f"{prefix}distribution"] or "{}")
        assert {key: count for key, count in options.items() if count} == dict(expected.options), code
    counted = "other_counted" if prefix else "units_counted"
    assert line[counted] == len(expected.units), code


def stances(rows: Rows, round_id: str, as_of: str) -> dict[tuple[str, str], dict[str, str] | None]:
    """By unit and indicator what a unit wrote against the system's figure that its form showed; None: it confirmed it.

    What is not here the unit typed without being shown anything.
    """
    found = rows(
        "SELECT o.unit_code, f.indicator, f.stance, v.value, v.numerator, v.denominator FROM shown_figures f"
        " JOIN counted_submissions c ON c.submission_id = f.submission_id"
        " JOIN obligations o ON o.obligation_id = c.obligation_id"
        " LEFT JOIN submission_values v ON v.submission_id = f.submission_id AND v.indicator = f.indicator"
        " WHERE o.round_id = ? AND f.shown_by = 'system' AND c.counted_from <= ?"
        " AND (c.counted_until IS NULL OR c.counted_until > ?)", round_id, as_of, as_of,
    )  # fmt: skip
    names = ("value", "numerator", "denominator")
    return {
        (row["unit_code"], row["indicator"]): {name: row[name] for name in names if row[name] is not None}
        if row["stance"] == "disputed"
        else None
        for row in found
    }


def of_last_draft(rows: Rows, table: str, round_id: str) -> dict[str, Any]:
    """The province's rows of a table of the last draft, by indicator."""
    found = rows(
        f"SELECT * FROM {table} WHERE round_id = ? AND scope = 'tinh'"
        " AND draft = (SELECT MAX(draft) FROM consolidated WHERE round_id = ?)", round_id, round_id,
    )  # fmt: skip
    return {row["indicator"]: row for row in found}
