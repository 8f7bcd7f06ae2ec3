"""Kinds made of others: `tong_hop`, a sum of terms, and `re_nhanh`, one of two rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from string import ascii_uppercase

from cchc.criteria.expression import Figure, NoNumber, Sources
from cchc.criteria.formulas.base import (
    BadFormula,
    Formula,
    Needs,
    Stakes,
    number,
    settings,
    shown,
    split,
    to_decimal,
)
from cchc.criteria.points import UNKNOWN, Inputs, Points
from cchc.indicators.numbers import rounded
from cchc.texts import t

_PRODUCT = re.compile(r"(?:([0-9.]+)\s*\*\s*)?([A-Z])")
_MINIMUM = re.compile(r"min\(\s*([0-9.]+)\s*[,;]\s*(.+?)\s*\)")
_BRANCH = re.compile(r"([a-z_]+)\s*\{(.*)\}", re.DOTALL)
_CEILING, _ROUNDED = "tran", "lam_tron_phan"


@dataclass(frozen=True)
class SumTerm:
    """`weight × share`, at most `most`. place: which of the inputs, A the first."""

    weight: Decimal
    place: int
    most: Decimal | None = None

    def worth(self, share: Fraction) -> Fraction:
        value = Fraction(self.weight) * share
        return value if self.most is None else min(value, Fraction(self.most))


@dataclass(frozen=True)
class SumOfTerms(Formula):
    """The sum of the terms, each rounded first if told so, at most `tran`.

    A share of nothing is worth 0 as long as something arose of another one.
    """

    kind, needs = "tong_hop", Needs.SHARE
    figures: tuple[Figure, ...]
    terms: tuple[SumTerm, ...]
    ceiling: Decimal | None
    term_decimals: int | None

    @classmethod
    def parse(cls, parameters: str, sources: Sources) -> SumOfTerms:
        pieces = [piece.strip() for piece in split(parameters) if piece.strip()]
        told = settings(
            ";".join(piece for piece in pieces if "=" in piece), {_CEILING: False, _ROUNDED: False}
        )
        terms = tuple(_term(piece, len(sources.figures)) for piece in pieces if "=" not in piece)
        if not terms:
            raise BadFormula(t("criteria.formula.no_term"))
        if idle := [
            ascii_uppercase[place]
            for place in range(len(sources.figures))
            if place not in {term.place for term in terms}
        ]:
            raise BadFormula(t("criteria.formula.idle", letters=", ".join(idle)))
        decimals = told.get(_ROUNDED)
        if decimals is not None and not re.fullmatch("[0-4]", decimals):
            raise BadFormula(t("criteria.formula.decimals", found=decimals))
        return cls(
            sources.figures,
            terms,
            number(told[_CEILING], _CEILING) if _CEILING in told else None,
            None if decimals is None else int(decimals),
        )

    def points(self, criterion: Stakes, inputs: Inputs) -> Points:
        shares = [figure.share(inputs.numbers) for figure in self.figures]
        if NoNumber.UNKNOWN in shares:
            return UNKNOWN
        if all(share is NoNumber.NOTHING for share in shares):
            return criterion.without(NoNumber.NOTHING)
        known = [Fraction(0) if isinstance(share, NoNumber) else share for share in shares]
        total = sum((self._rounded(term.worth(known[term.place])) for term in self.terms), Decimal(0))
        most = criterion.max_points if self.ceiling is None else min(self.ceiling, criterion.max_points)
        return Points(min(total, most))

    def _rounded(self, value: Fraction) -> Decimal:
        exact = to_decimal(value)
        return exact if self.term_decimals is None else rounded(exact, self.term_decimals)

    def faults(self, maximum: Decimal) -> Iterator[str]:
        if (bound := self.most(maximum)) > maximum:
            yield t(
                "criteria.formula.bound",
                points=shown(bound),
                letters="=".join(ascii_uppercase[: len(self.figures)]),
                maximum=shown(maximum),
                ceiling=f"{maximum.normalize():f}",
            )

    def most(self, maximum: Decimal) -> Decimal:
        bound = sum((self._rounded(term.worth(Fraction(1))) for term in self.terms), Decimal(0))
        return bound if self.ceiling is None else min(bound, self.ceiling)


def _term(piece: str, figures: int) -> SumTerm:
    if match := _MINIMUM.fullmatch(piece):
        return replace(_term(match[2], figures), most=number(match[1], piece))
    match = _PRODUCT.fullmatch(piece)
    if not match:
        raise BadFormula(t("criteria.formula.term", found=piece))
    place = ascii_uppercase.index(match[2])
    if place >= figures:
        raise BadFormula(t("criteria.formula.letter", found=match[2], count=figures))
    return SumTerm(number(match[1] or "1", piece), place)


@dataclass(frozen=True)
class Branch(Formula):
    """One rule where an earlier criterion got the points of an option, another where it got those of another option.

    `neu=5.3.1:co`: criterion and option. A branch that counts (`dem`) counts the left side of the inputs.
    """

    kind, needs = "re_nhanh", Needs.ANYTHING
    asked: str
    option: str
    then: Formula
    otherwise: Formula
    worth: tuple[tuple[str, Decimal], ...] = ()

    @classmethod
    def parse(cls, parameters: str, sources: Sources) -> Branch:
        from cchc.criteria.formulas import parse_formula

        told = settings(parameters, {"neu": True, "thi": True, "khac": True})
        asked, sign, option = (part.strip() for part in told["neu"].rpartition(":"))
        if not sign or not asked:
            raise BadFormula(t("criteria.formula.condition", found=told["neu"]))
        branches = []
        for name in ("thi", "khac"):
            match = _BRANCH.fullmatch(told[name])
            if not match or match[1] == cls.kind:
                raise BadFormula(t("criteria.formula.branch", name=name, found=told[name]))
            branches.append(parse_formula(match[1], match[2], sources))
        then, otherwise = branches
        return cls(asked, option, then, otherwise)

    def knowing(self, options: dict[str, Decimal]) -> Branch:
        """With the options of the criterion that is asked about."""
        return replace(self, worth=tuple(options.items()))

    def points(self, criterion: Stakes, inputs: Inputs) -> Points:
        found = inputs.earlier.get(self.asked, UNKNOWN).value
        worth = dict(self.worth)
        if found is None or found not in worth.values():
            return UNKNOWN
        rule = self.then if found == worth[self.option] else self.otherwise
        return rule.points(criterion, inputs)

    def faults(self, maximum: Decimal) -> Iterator[str]:
        yield from self.then.faults(maximum)
        yield from self.otherwise.faults(maximum)

    def most(self, maximum: Decimal) -> Decimal:
        return max(self.then.most(maximum), self.otherwise.most(maximum))
