"""Faulty workbooks made on purpose: for each kind of rule, figures that the rule must blame.

They are tried on the real engine, so a rule that is never blamed here can never speak in earnest either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from cchc.checks.context import References
from cchc.checks.expressions import terms_in
from cchc.checks.model import (
    Bounds,
    Denominator,
    ItemComplete,
    NotBelow,
    OpeningStock,
    Relation,
    Rule,
    Targeted,
    VersusPeers,
    VersusRound,
)
from cchc.clock import at
from cchc.indicators import Indicator
from cchc.intake.forms import Figure, FilledItem, FilledScore, Problem
from cchc.intake.outline import load_outline
from cchc.year import Round

_MUCH = Decimal(10) ** 9


@dataclass(frozen=True)
class Situation:
    """A tier in a round: what it owes there, and the rounds that can be compared with."""

    tier: str
    round_: Round
    owed: tuple[Indicator, ...]
    references: References

    @property
    def by_code(self) -> dict[str, Indicator]:
        return {indicator.code: indicator for indicator in self.owed}


@dataclass(frozen=True)
class Witness:
    """What the faulty workbook holds, and what the rule may compare it with."""

    figures: Mapping[str, Figure] = field(default_factory=dict)
    form: Mapping[str, Any] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)


def witnesses(rule: Rule, situation: Situation, code: str | None) -> Iterator[Witness]:
    """Candidates for a violation of the rule, on the indicator `code` where the rule has a list of them."""
    if isinstance(rule, Relation):
        yield from _relation(rule, situation)
    elif isinstance(rule, Denominator):
        names = {term.code: Decimal(1) for term in terms_in(rule.right)}
        if {rule.left, *names} <= set(situation.by_code):
            other = {one: Figure(one, "1", value) for one, value in names.items()}
            yield Witness({**other, rule.left: _parts(rule.left, 1, 7)})
    elif isinstance(rule, OpeningStock):
        if situation.references.opening and {rule.left, rule.previous} <= set(situation.by_code):
            opening = {rule.previous: Decimal(5)}
            yield Witness({rule.left: Figure(rule.left, "6", Decimal(6))}, context={"opening": opening})
    elif isinstance(rule, Targeted):
        targets = [code] if code else list(situation.by_code)
        for one in targets:
            if one in situation.by_code:
                yield from _on_one(rule, situation, situation.by_code[one])
    else:
        yield from _plain(rule, situation)


def _relation(rule: Relation, situation: Situation) -> Iterator[Witness]:
    """No figure below 0: each figure large or 0 in turn, the others small; then only pairs that matter."""
    terms = [term for term in (*terms_in(rule.left), *terms_in(rule.right)) if term.code in situation.by_code]
    if len(terms) < len(terms_in(rule.left)) + len(terms_in(rule.right)) and not rule.owed_only:
        return
    names = list(dict.fromkeys(term.name for term in terms))
    for others in (Decimal(1), Decimal(0)):
        for name in names:
            for value in (Decimal(1000), Decimal(0)):
                yield Witness(_figures(dict.fromkeys(names, others) | {name: value}))


def _figures(numbers: Mapping[str, Decimal]) -> dict[str, Figure]:
    """Figures from numbers by name: `VB.1`, `VII.2.5/tu`, `VII.2.5/mau`."""
    made: dict[str, Figure] = {}
    for name, number in numbers.items():
        code, _, part = name.partition("/")
        own = made.get(code, Figure(code))
        if part == "tu":
            made[code] = replace(own, numerator=number)
        elif part == "mau":
            made[code] = replace(own, denominator=number)
        else:
            made[code] = replace(own, value=number)
    return made


def _parts(code: str, numerator: int, denominator: int) -> Figure:
    value = Decimal(numerator) / denominator * 100 if denominator else None
    return Figure(code, None, value, Decimal(numerator), Decimal(denominator), typed=False)


def _on_one(rule: Targeted, situation: Situation, indicator: Indicator) -> Iterator[Witness]:
    """Violations of a rule about single figures."""
    code, references = indicator.code, situation.references
    percent = str(indicator.kind) == "percent"
    high, low = (Decimal(100), Decimal(0)) if percent else (_MUCH, Decimal(1))
    if isinstance(rule, Bounds):
        ends = [(rule.minimum, -1), (rule.maximum, 1)]
        for value in (end + step for end, step in ends if end is not None):
            yield Witness({code: Figure(code, str(value), value)})
    elif isinstance(rule, NotBelow):
        if references.covered:
            covered = {round_id: {code: Decimal(10)} for round_id in references.covered}
            yield Witness({code: Figure(code, "0", Decimal(0))}, context={"covered": covered})
    elif isinstance(rule, VersusRound):
        if getattr(references, rule.against):
            yield Witness({code: Figure(code, str(high), high)}, context={rule.against: {code: low}})
    elif isinstance(rule, VersusPeers):
        peers = {code: [low] * (rule.least_units + 1)}
        yield Witness({code: Figure(code, str(high), high)}, context={"peers": peers})
    elif rule.kind in _FIGURES:
        yield Witness({code: _FIGURES[rule.kind](code)})
    elif rule.kind == "versus_system":
        yield Witness(
            {code: Figure(code, str(high), high)}, context={"system": {code: Figure(code, value=low)}}
        )


# A faulty figure for each kind of rule that looks at one figure by itself.
_FIGURES: dict[str, Callable[[str], Figure]] = {
    "ratio": lambda code: Figure(code, "50", Decimal(50), Decimal(1), Decimal(10)),
    "share": lambda code: _parts(code, 2, 1),
    "parts_missing": lambda code: Figure(code, "50", Decimal(50)),
    "zero_of_nothing": lambda code: Figure(code, "0", Decimal(0), Decimal(0), Decimal(0)),
    "fraction_typed": lambda code: Figure(code, "0,5", Decimal("0.5")),
    "compulsory": lambda code: Figure(code),
}


def _plain(rule: Rule, situation: Situation) -> Iterator[Witness]:
    """Violations of rules that look at the whole workbook, by kind."""
    window = situation.round_.window
    first = window.first if window else situation.round_.reference_day
    last = window.last if window else situation.round_.reference_day
    code = situation.owed[0].code
    number = next((one.code for one in situation.owed if str(one.kind) == "count"), code)
    done: dict[str, Any] = {"result": "x", "document": "x", "done_on": last}
    if isinstance(rule, ItemComplete):
        done[rule.field] = None
    forms: dict[str, dict[str, Any]] = {
        "signed_form": {"signed": False},
        "readable": {"problems": [Problem("x", "A1", code, "x", "x")]},
        "narrative": {"narrative_cells": {section.code: "A1" for section in load_outline()}},
        "nothing_contradicted": {"nothing_to_report": True, "nothing_cell": "A1"},
        "signed_before_cutoff": {"signed_on": last - timedelta(days=1)},
        "signed_before_window": {"signed_on": first - timedelta(days=1)},
        "signed_in_future": {"signed_on": last + timedelta(days=1)},
        "item_day": {"items": [FilledItem("x", **(done | {"done_on": last + timedelta(days=1)}))]},
        "item_day_before": {"items": [FilledItem("x", **(done | {"done_on": date(first.year - 1, 1, 1)}))]},
        "item_complete": {"items": [FilledItem("x", **done)]},
        "score_bounds": {"scores": [FilledScore("x", self_points=Decimal(9), max_points=Decimal(1))]},
        "score_evidence": {"scores": [FilledScore("x", self_points=Decimal(1), max_points=Decimal(1))]},
        "score_missing": {"scores": [FilledScore("x", max_points=Decimal(1))]},
    }
    if rule.kind in forms:
        figures = {number: Figure(number, "5", Decimal(5), cell="A1")}
        yield Witness(figures, forms[rule.kind], {"as_of": at(last, 12)})
