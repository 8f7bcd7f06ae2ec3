"""Rules against each other: what is said twice, and what no figures can satisfy.

Two rules meet only where they apply together: in a common round, at a common tier.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path

from cchc.checks.kinds.bounds import Bounds
from cchc.checks.kinds.relations import AtMost, Equal, Relation
from cchc.checks.rule import Rule
from cchc.config_files import shown
from cchc.errors import ConfigError
from cchc.indicators import Indicator
from cchc.indicators.expression import terms_of
from cchc.texts import t


def together(one: Rule, two: Rule) -> bool:
    """Whether both rules apply somewhere at once; no list means everywhere."""

    def meet(first: Iterable[str], second: Iterable[str]) -> bool:
        return not first or not second or bool(set(first) & set(second))

    return meet(one.rounds, two.rounds) and meet(one.tiers, two.tiers)


def doubled(path: Path, rules: list[Rule]) -> Iterator[ConfigError]:
    """Codes used twice, and rules that check what another one checks already."""
    codes: dict[str, int] = {}
    said: dict[object, list[Rule]] = {}
    for number, rule in enumerate(rules, start=1):
        place = t("checks.config.place", number=number, code=rule.code)
        if rule.code in codes:
            allowed = t("checks.config.unique_code", other=codes[rule.code])
            yield ConfigError(shown(path), place, rule.code, allowed)
        codes.setdefault(rule.code, number)
        for what, found in rule.says():
            other = next((one for one in said.get(what, ()) if together(one, rule)), None)
            if other is not None and other.code != rule.code:
                yield ConfigError(shown(path), place, found, t("checks.config.same_rule", other=other.code))
            said.setdefault(what, []).append(rule)


def contradictions(path: Path, rules: list[Rule], known: Mapping[str, Indicator]) -> Iterator[ConfigError]:
    """Rules that no figures can satisfy together, or that force figures to be equal or 0 in a roundabout way."""
    numbers = {rule.code: number for number, rule in enumerate(rules, start=1)}

    def fault(rule: Rule, found: str, key: str, **values: str) -> ConfigError:
        place = t("checks.config.place", number=numbers[rule.code], code=rule.code)
        return ConfigError(shown(path), place, found, t(f"checks.config.{key}", **values))

    orders = [rule for rule in rules if isinstance(rule, AtMost) and not rule.slack]
    equals = [rule for rule in rules if isinstance(rule, Equal)]
    for place, order in enumerate(orders):
        turned = tuple((name, -factor) for name, factor in order.weights)
        for other in orders[:place]:
            if other.weights == turned and together(order, other):
                sides = {"left": order.left, "right": order.right, "other": other.code}
                yield fault(order, f"{order.left} <= {order.right}", "contradicts_order", **sides)
    for place, same in enumerate(equals):
        for before in equals[:place]:
            if together(same, before) and (rest := _forced_to_zero(same, before)):
                found = f"{same.left} = {same.right}"
                yield fault(same, found, "contradicts_sum", rest=", ".join(rest), other=before.code)
    ranges: dict[str, list[Bounds]] = {}
    for rule in rules:
        if not isinstance(rule, Bounds):
            continue
        for code in (one.code for one in known.values() if rule.looks_on(one)):
            for earlier in ranges.setdefault(code, []):
                if together(rule, earlier) and not _meet(rule, earlier):
                    yield fault(rule, _range(rule), "contradicts_bounds", code=code, other=earlier.code)
            ranges[code].append(rule)
    yield from (
        fault(one, f"{one.left}, {one.right}", "contradicts_range", low=str(low), high=str(high))
        for one, low, high in _out_of_range([*equals, *orders], ranges)
    )


def _forced_to_zero(one: Equal, two: Equal) -> list[str]:
    """Two sums of one whole of which one has all summands of the other and more: these would always be 0."""
    if one.owed_only or two.owed_only or one.left.strip() != two.left.strip():
        return []
    first, second = ({(term.sign, term.name) for term in terms_of(rule.right)} for rule in (one, two))
    if not (first < second or second < first):
        return []
    return sorted(name for _, name in first ^ second)


def _out_of_range(
    relations: list[Equal | AtMost], ranges: Mapping[str, list[Bounds]]
) -> Iterator[tuple[Relation, Decimal, Decimal]]:
    """Relations whose sides cannot meet within the bounds of their figures: (rule, least left, largest right)."""
    for rule in relations:
        if rule.owed_only:
            continue
        (left_low, left_high), (right_low, right_high) = (
            _interval(side, rule, ranges) for side in (rule.left, rule.right)
        )
        if left_low is not None and right_high is not None and left_low > right_high:
            yield rule, left_low, right_high
        elif not isinstance(rule, Equal) or right_low is None or left_high is None:
            continue
        elif right_low > left_high:
            yield rule, right_low, left_high


def _interval(
    expression: str, rule: Rule, ranges: Mapping[str, list[Bounds]]
) -> tuple[Decimal | None, Decimal | None]:
    """Least and largest value of an expression whose figures keep their bounds; None: unbounded."""
    low: Decimal | None = Decimal(0)
    high: Decimal | None = Decimal(0)
    for term in terms_of(expression):
        bounds = [] if term.part else [one for one in ranges.get(term.code, ()) if together(one, rule)]
        lows = [one.minimum for one in bounds if one.minimum is not None]
        highs = [one.maximum for one in bounds if one.maximum is not None]
        ends = (max(lows, default=None), min(highs, default=None))
        least, largest = ends if term.sign > 0 else (ends[1], ends[0])
        low = None if low is None or least is None else low + term.sign * least
        high = None if high is None or largest is None else high + term.sign * largest
    return low, high


def _meet(one: Bounds, two: Bounds) -> bool:
    lows = [bound for bound in (one.minimum, two.minimum) if bound is not None]
    highs = [bound for bound in (one.maximum, two.maximum) if bound is not None]
    return not lows or not highs or max(lows) <= min(highs)


def _range(rule: Bounds) -> str:
    def shown_bound(value: Decimal | None) -> str:
        return "…" if value is None else str(value)

    return f"{shown_bound(rule.minimum)} - {shown_bound(rule.maximum)}"
