"""The rules that a workbook can check by itself, for one unit and round."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from decimal import Decimal

from cchc.checks.expressions import codes_in, terms_in
from cchc.checks.load import Rules
from cchc.checks.model import (
    AtMost,
    Bounds,
    Compulsory,
    Denominator,
    Equal,
    PartsMissing,
    Ratio,
    Rule,
    Share,
    Targeted,
    VersusSystem,
)
from cchc.indicators import Indicator
from cchc.intake.live_rules import Comparison, Limit, LiveRules, Weight

_COUNTED = ("loi", "canh_bao")  # a mere note colours nothing


def live_rules(rules: Rules, tier: str, round_kind: str, owed: Sequence[Indicator]) -> LiveRules:
    """What the form of a unit of `tier` checks in a round of `round_kind`; only rules whose rows it has.

    Left out: what needs other rounds, other units or the narrative's meaning, and the blanket rule that every
    owed cell is filled in (the form counts what is filled in instead of colouring a fresh form from top to bottom).
    """
    codes = {indicator.code for indicator in owed}
    percents = {indicator.code for indicator in owed if indicator.kind == "percent"}
    chosen = [
        rule
        for rule in rules.all
        if rule.severity in _COUNTED
        and (not rule.rounds or str(round_kind) in rule.rounds)
        and (not rule.tiers or tier in rule.tiers)
    ]
    compulsory: dict[str, Weight] = {}
    for rule in chosen:
        if isinstance(rule, Compulsory) and not rule.all_owed:
            for code in rule.indicators:
                compulsory.setdefault(code, _weight(rule))
    versus = next((rule for rule in chosen if isinstance(rule, VersusSystem)), None)
    return LiveRules(
        comparisons=tuple(_comparisons(chosen, codes)),
        limits=tuple(_limits(chosen, owed)),
        denominators=tuple(
            Comparison(rule.left, rule.right, True, _weight(rule))
            for rule in chosen
            if isinstance(rule, Denominator) and codes.issuperset((rule.left, *codes_in(rule.right)))
        ),
        compulsory={code: weight for code, weight in compulsory.items() if code in codes},
        shares={code: _weight(rule) for rule, code in _targets(chosen, Share, percents)},
        ratios={
            code: (rule.tolerance, _weight(rule))
            for rule, code in _targets(chosen, Ratio, percents)
            if isinstance(rule, Ratio)
        },
        parts_missing={code: _weight(rule) for rule, code in _targets(chosen, PartsMissing, percents)},
        tolerance=None if versus is None else versus.tolerance,
    )


def _weight(rule: Rule) -> Weight:
    return Weight(rule.severity, rule.explainable)


def _comparisons(rules: Iterable[Rule], codes: Set[str]) -> Iterable[Comparison]:
    """Those whose figures are all cells of the form; sums with parts of percentages are left to the receipt."""
    for rule in rules:
        if not isinstance(rule, Equal | AtMost) or (sides := rule.sides(codes)) is None:
            continue
        terms = [term for side in sides for term in terms_in(side)]
        if all(term.code in codes and not term.part for term in terms):
            slack = rule.slack if isinstance(rule, AtMost) else Decimal(0)
            yield Comparison(*sides, isinstance(rule, Equal), _weight(rule), slack)


def _targets(
    rules: Iterable[Rule], kind: type[Targeted], codes: Iterable[str]
) -> Iterable[tuple[Targeted, str]]:
    for rule in rules:
        if isinstance(rule, kind):
            yield from ((rule, code) for code in codes if not rule.indicators or code in rule.indicators)


def _limits(rules: Iterable[Rule], owed: Sequence[Indicator]) -> Iterable[Limit]:
    for rule in rules:
        if isinstance(rule, Bounds):
            for indicator in owed:
                wanted = not rule.indicators or indicator.code in rule.indicators
                if wanted and (not rule.of_kind or indicator.kind in rule.of_kind):
                    yield Limit(indicator.code, rule.minimum, rule.maximum, _weight(rule))
