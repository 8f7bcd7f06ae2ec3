"""Rules between two sums of figures: identities, parts that may not exceed a whole, findings without a search."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from cchc.checks.rule import NamedFigure, Rule, Situation, Witness
from cchc.checks.view import View
from cchc.indicators import codes_of, format_number
from cchc.indicators.expression import is_expression, only, terms_of, with_values
from cchc.texts import t
from cchc.workbooks.forms import CheckFinding, ReportedFigure
from cchc.workbooks.live_rules import Condition, LiveSheet, Turn

Sides = tuple[str, str]


class Relation(Rule):
    """A rule between two expressions; it speaks only when every figure in them is given.

    `owed_only`: summands that the unit's tier does not owe drop out, e.g. the communes' part of a sum for a
    provincial body. Without it such a sum can never be complete.
    """

    left: str
    right: str
    owed_only: bool = False

    @abstractmethod
    def judged(self, left: Decimal, right: Decimal, sides: Sides, view: View) -> tuple[str, str] | None:
        """(what is expected, message) where the two values break the rule."""

    def sides(self, owed: Collection[str]) -> Sides | None:
        """Both expressions as they hold where `owed` is owed; None when a side has nothing left."""
        if not self.owed_only:
            return self.left, self.right
        left, right = only(self.left, owed), only(self.right, owed)
        return (left, right) if left and right else None

    @property
    def weights(self) -> tuple[tuple[str, int], ...]:
        """left - right as (figure, factor) without zeros, in order: `A = B+C` and `B+C = A` differ only in sign."""
        total: dict[str, int] = {}
        for side, way in ((self.left, 1), (self.right, -1)):
            for term in terms_of(side):
                total[term.name] = total.get(term.name, 0) + way * term.sign
        return tuple(sorted((name, factor) for name, factor in total.items() if factor))

    def findings(self, view: View) -> Iterator[CheckFinding]:
        """A finding on the first cell of the left side."""
        if (sides := self.sides(view.owed_codes)) is None:
            return
        left, right = (view.sum_of(side) for side in sides)
        if left is None or right is None or (said := self.judged(left, right, sides, view)) is None:
            return
        figure = view.figures[terms_of(sides[0])[0].code]
        yield self.on_figure(view, figure, format_number(left), *said)

    def named(self) -> Iterator[NamedFigure]:
        for key, side in (("left", self.left), ("right", self.right)):
            if is_expression(side):
                yield from (NamedFigure(key, term.code, term.part) for term in terms_of(side))

    def says(self) -> Iterator[tuple[object, str]]:
        if is_expression(self.left) and is_expression(self.right):  # else named already
            yield (self.kind, self._meaning()), f"{self.left}, {self.right}"

    def _meaning(self) -> object:
        return self.weights

    def witnesses(self, situation: Situation, code: str | None) -> Iterator[Witness]:
        """No figure below 0: each figure large or 0 in turn, the others small; then only pairs that matter."""
        named = (*terms_of(self.left), *terms_of(self.right))
        owed = [term for term in named if term.code in situation.by_code]
        if len(owed) < len(named) and not self.owed_only:
            return
        names = list(dict.fromkeys(term.name for term in owed))
        for others in (Decimal(1), Decimal(0)):
            for name in names:
                for value in (Decimal(1000), Decimal(0)):
                    yield Witness(_figures(dict.fromkeys(names, others) | {name: value}))


class _Comparison(Relation):
    """A relation that a form can check by itself, where every figure is a cell of it.

    Sums with parts of percentages are left to the receipt.
    """

    sign: ClassVar[str]  # of the formula that is wrong

    def live(self, sheet: LiveSheet) -> Iterator[Condition]:
        if (sides := self.sides(sheet.codes)) is None:
            return
        if any(term.code not in sheet.codes or term.part for side in sides for term in terms_of(side)):
            return
        (left, left_given), (right, right_given) = map(sheet.sum_of, sides)
        right += self._added
        code, *others = codes_of(sides[0])
        words = self.worded(self.kind, left=f"{sides[0]} " if others else "", right=sides[1])
        when = f"IF(AND({left_given},{right_given}),{left}{self.sign}{right},FALSE)"
        parts = f'=IF({right_given},{right},"")' if self._adds_up(sides) else None
        yield self.counted(code, Turn.SUM, when, words, right, parts=parts)

    @property
    def _added(self) -> str:
        return ""

    def _adds_up(self, sides: Sides) -> bool:
        """Whether the right side is the sum of the parts of one figure."""
        return False


class Equal(_Comparison):
    """left = right."""

    sign = "<>"
    kind: Literal["equal"]

    def judged(self, left: Decimal, right: Decimal, sides: Sides, view: View) -> tuple[str, str] | None:
        if left == right:
            return None
        compound = len(terms_of(sides[1])) > 1
        message = t(
            "checks.messages.equal" if compound else "checks.messages.equal_plain",
            left=_side(sides[0], view),
            found=format_number(left),
            right=with_values(sides[1], str),
            parts=_shown_parts(sides[1], view),
            expected=format_number(right),
            difference=format_number(abs(left - right)),
            cells=_other_cells(sides, view),
        )
        return t("checks.expected.number", value=format_number(right)), message

    def _meaning(self) -> object:
        return max(self.weights, tuple((name, -factor) for name, factor in self.weights))

    def _adds_up(self, sides: Sides) -> bool:
        return sides[0] == codes_of(sides[0])[0] and len(codes_of(sides[1])) > 1


class AtMost(_Comparison):
    """left <= right + slack."""

    sign = ">"
    kind: Literal["at_most"]
    slack: Decimal = Field(default=Decimal(0), ge=0)

    def judged(self, left: Decimal, right: Decimal, sides: Sides, view: View) -> tuple[str, str] | None:
        if left <= right + self.slack:
            return None
        message = t(
            "checks.messages.at_most",
            left=_side(sides[0], view),
            found=format_number(left),
            right=_side(sides[1], view),
            expected=format_number(right),
            difference=format_number(left - right),
            cells=_other_cells(sides, view),
        )
        return t("checks.expected.at_most", value=format_number(right + self.slack)), message

    def _meaning(self) -> object:
        return self.weights, self.slack

    @property
    def _added(self) -> str:
        return f"+{self.slack}" if self.slack else ""


class OnlyIf(Relation):
    """left > 0 only if right > 0: what is found was looked for."""

    kind: Literal["only_if"]

    def judged(self, left: Decimal, right: Decimal, sides: Sides, view: View) -> tuple[str, str] | None:
        if left <= 0 or right > 0:
            return None
        message = t(
            "checks.messages.only_if",
            left=_side(sides[0], view),
            found=format_number(left),
            right=_side(sides[1], view),
            cells=_other_cells(sides, view),
        )
        return "0", message

    def _meaning(self) -> object:
        return self.left, self.right


def _figures(numbers: Mapping[str, Decimal]) -> dict[str, ReportedFigure]:
    """Figures from numbers by name: `VB.1`, `VII.2.5/tu`, `VII.2.5/mau`."""
    made: dict[str, ReportedFigure] = {}
    for name, number in numbers.items():
        code, _, part = name.partition("/")
        own = made.get(code, ReportedFigure(code))
        if part == "tu":
            made[code] = replace(own, numerator=number)
        elif part == "mau":
            made[code] = replace(own, denominator=number)
        else:
            made[code] = replace(own, value=number)
    return made


def _other_cells(sides: Sides, view: View) -> str:
    first, *others = codes_of(sides[0])
    return view.cells_of(dict.fromkeys(code for code in (*others, *codes_of(sides[1])) if code != first))


def _shown_parts(expression: str, view: View) -> str:
    """The expression in numbers: `300 + 200 + 10`."""
    numbers = {term.name: view.part_of(term.code, term.part) for term in terms_of(expression)}
    return with_values(expression, lambda name: format_number(numbers[name] or Decimal(0)))


def _side(expression: str, view: View) -> str:
    """A single figure with its name, a compound as its codes."""
    terms = terms_of(expression)
    if len(terms) > 1:
        return with_values(expression, str)
    part = {"/tu": "numerator_of", "/mau": "denominator_of"}.get(terms[0].part)
    name = view.name(terms[0].code)
    return t(f"checks.{part}", name=name) if part else name
