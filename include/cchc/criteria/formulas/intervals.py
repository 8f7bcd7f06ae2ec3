"""Steps: intervals with their points, `(0.9,1]:2;[0.7,0.9]:1;[0,0.7):0`, and the proof that they leave nothing out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from cchc.criteria.formulas.base import BadFormula, number, shown, to_decimal
from cchc.texts import t

_STEP = re.compile(r"([\[(])\s*([^,\s]+)\s*,\s*([^\])\s]+)\s*([\])])\s*:\s*(\S+)")
_PER_DAY = re.compile(r"\+(.+)/ngay")

Bound = tuple[Fraction, int]
"""A place on the line: a number, and -1, 0 or 1 for just before it, at it, just after it."""


@dataclass(frozen=True)
class Step:
    """An interval and its points. high None: no end. `each`: the points stand for each unit beyond the step before."""

    low: Fraction
    low_in: bool
    high: Fraction | None
    high_in: bool
    points: Decimal
    each: bool = False

    def holds(self, value: Fraction) -> bool:
        above = value > self.low or (self.low_in and value == self.low)
        below = self.high is None or value < self.high or (self.high_in and value == self.high)
        return above and below

    @property
    def first(self) -> Bound:
        return self.low, 0 if self.low_in else 1

    @property
    def last(self) -> Bound | None:
        return None if self.high is None else (self.high, 0 if self.high_in else -1)

    @property
    def is_empty(self) -> bool:
        return self.last is not None and self.last < self.first

    def __str__(self) -> str:
        high = "*" if self.high is None else to_decimal(self.high)
        return f"{'[' if self.low_in else '('}{to_decimal(self.low)},{high}{']' if self.high_in else ')'}"


@dataclass(frozen=True)
class Steps:
    """Steps from the lowest up. counts: they are about whole numbers; else about shares from 0 to 1."""

    ordered: tuple[Step, ...]
    counts: bool
    text: str

    def points_at(self, value: Fraction) -> Decimal | None:
        """None where no step holds the value."""
        before = Decimal(0)
        for step in self.ordered:
            if step.holds(value):
                if not step.each:
                    return step.points
                return before + step.points * to_decimal(value - step.low + (1 if step.low_in else 0))
            before = step.points if not step.each else before
        return None

    def faults(self, maximum: Decimal, *, begins: int = 0, falls: bool = False) -> Iterator[str]:
        """Gaps, overlaps, points outside 0..maximum, a best step that is not the maximum, points that fall."""
        if empty := [step for step in self.ordered if step.is_empty]:
            yield from (t("criteria.steps.empty", step=step) for step in empty)
            return
        yield from self._places(begins)
        yield from self._worth(maximum)
        if not falls:
            yield from self._falling()

    def _places(self, begins: int) -> Iterator[str]:
        """Holes and overlaps between neighbours, and at both ends."""
        start: Bound = (Fraction(begins), -1)
        reached: Bound | None = start  # everything before this place is dealt with
        for step in self.ordered:
            first = self._rounded_up(step.first)
            if first < start:
                yield t("criteria.steps.below", text=self.text, below=to_decimal(first[0]))
            elif reached is None or first <= reached:
                yield self._overlap(first, reached, step)
            elif first > _after(reached, counts=self.counts):
                yield self._gap(_after(reached, counts=self.counts), first)
            if reached is not None:
                last = None if step.last is None else self._rounded_down(step.last)
                reached = None if last is None else max(reached, last)
        if reached is None:
            if not self.counts:
                yield t("criteria.steps.no_end", text=self.text)
        elif self.counts:
            yield t("criteria.steps.open_above", text=self.text, above=shown(reached[0]))
        elif reached < (Fraction(1), 0):
            yield self._gap(_after(reached, counts=False), (Fraction(1), 1))
        elif reached > (Fraction(1), 0):
            yield t("criteria.steps.above_one", text=self.text, above=to_decimal(reached[0]))

    def _rounded_up(self, bound: Bound) -> Bound:
        """Of counts: the first whole number at or after the place."""
        if not self.counts:
            return bound
        value, side = bound
        whole = -(-value.numerator // value.denominator)
        return Fraction(whole + 1 if side > 0 and whole == value else whole), 0

    def _rounded_down(self, bound: Bound) -> Bound:
        if not self.counts:
            return bound
        value, side = bound
        whole = value.numerator // value.denominator
        return Fraction(whole - 1 if side < 0 and whole == value else whole), 0

    def _gap(self, start: Bound, end: Bound) -> str:
        """What lies from `start` (inside) up to `end` (outside) belongs to no step."""
        first, last = start[0], end[0]
        if self.counts:
            return t("criteria.steps.gap_count", text=self.text, at=shown(first))
        at_one_place = first == last
        example = first if at_one_place or start[1] == 0 else (first + last) / 2
        key = "gap_at" if at_one_place else "gap_between"
        return t(
            f"criteria.steps.{key}",
            text=self.text,
            at=to_decimal(first),
            until=to_decimal(last),
            percent=shown(example * 100),
        )

    def _overlap(self, first: Bound, reached: Bound | None, step: Step) -> str:
        ends = [one for one in (reached, step.last) if one is not None]
        last = min(ends)[0] if ends else None
        if last is None or last == first[0]:
            return t("criteria.steps.overlap_at", text=self.text, at=to_decimal(first[0]))
        return t(
            "criteria.steps.overlap_between",
            text=self.text,
            at=to_decimal(first[0]),
            until=to_decimal(last),
        )

    def _worth(self, maximum: Decimal) -> Iterator[str]:
        for step in self.ordered:
            if step.points < 0:
                yield t("criteria.steps.negative", points=shown(step.points))
            elif step.points > maximum:
                yield t("criteria.steps.above_maximum", points=shown(step.points), maximum=shown(maximum))

    def most(self, maximum: Decimal) -> Decimal:
        """The points of the best step; of one that grows without end, the maximum."""
        return maximum if any(one.each for one in self.ordered) else max(one.points for one in self.ordered)

    def _falling(self) -> Iterator[str]:
        for lower, upper in zip(self.ordered, self.ordered[1:], strict=False):
            if upper.points < lower.points and not upper.each:
                yield t(
                    "criteria.steps.falls",
                    lower=lower,
                    upper=upper,
                    more=shown(lower.points),
                    less=shown(upper.points),
                )


def _after(bound: Bound, *, counts: bool) -> Bound:
    """The next place on the line."""
    value, side = bound
    if counts:
        return value + (1 if side == 0 else 0), 0
    return value, side + 1


def parse_steps(pieces: list[str], *, counts: bool, text: str) -> Steps:
    """Raises BadFormula with the piece that is no step."""
    found = [_step(piece) for piece in pieces]
    if not found:
        raise BadFormula(t("criteria.steps.none"))
    return Steps(tuple(sorted(found, key=lambda step: step.first)), counts, text)


def _step(piece: str) -> Step:
    match = _STEP.fullmatch(piece)
    if not match:
        raise BadFormula(t("criteria.steps.step", found=piece))
    opening, low, high, closing, points = match.groups()
    each = _PER_DAY.fullmatch(points)
    return Step(
        low=Fraction(number(low, piece)),
        low_in=opening == "[",
        high=None if high == "*" else Fraction(number(high, piece)),
        high_in=closing == "]" and high != "*",
        points=number(each[1] if each else points, piece),
        each=bool(each),
    )
