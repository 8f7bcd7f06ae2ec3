"""Totals that nobody has to type: an identity without exception says what they are."""

from __future__ import annotations

from collections.abc import Collection

from cchc.checks.kinds.relations import Equal
from cchc.checks.load import Rules
from cchc.indicators.expression import terms_of
from cchc.severity import Severity


def form_sums(rules: Rules, tier: str, round_kind: str, owed: Collection[str]) -> dict[str, str]:
    """By total the sum that it must be, of rows that the same unit owes; an identity that a unit may explain away, or
    that only warns, leaves the total to be typed."""
    found: dict[str, str] = {}
    for rule in rules.all:
        if not isinstance(rule, Equal) or rule.severity is not Severity.ERROR or rule.explainable:
            continue
        sides = rule.sides(owed) if rule.applies(tier, str(round_kind)) else None
        if sides is None:
            continue
        left, right = terms_of(sides[0]), terms_of(sides[1])
        plain = all(term.sign > 0 and not term.part and term.code in owed for term in (*left, *right))
        if plain and len(left) == 1 and len(right) > 1:
            found.setdefault(left[0].code, sides[1])
    return found
