"""`dung_han`: points for what was handed in on time, from the ledger of obligations alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from cchc.criteria.expression import DUTY, NoNumber, Sources
from cchc.criteria.formulas.base import (
    BadFormula,
    Formula,
    Needs,
    Stakes,
    number,
    one_of,
    settings,
    to_decimal,
)
from cchc.criteria.points import Duty, Inputs, Points
from cchc.texts import t
from cchc.year import Product, RoundKind

_WAYS = ("tat_ca", "moi_viec", "theo_ngay")


def due_duties(sources: Sources, inputs: Inputs, rounds: tuple[str, ...] = ()) -> list[Duty]:
    """What was owed and has fallen due; of the kinds of rounds named, where some are."""
    return [
        one
        for name in sources.single
        for one in inputs.duties.get(name, ())
        if one.is_due and (not rounds or one.round_kind in rounds)
    ]


def has_duties(sources: Sources, inputs: Inputs) -> bool:
    """Whether the ledger was looked at at all."""
    return any(name in inputs.duties for name in sources.single)


@dataclass(frozen=True)
class OnTime(Formula):
    """`tat_ca`: all in time or 0. `moi_viec`: the share in time. `theo_ngay`: so much less for each day late.

    By the day, what is later than `toi_da_ngay` (or still owed) earns nothing; of several the mean counts.
    """

    kind, needs = "dung_han", Needs.DUTIES
    sources: Sources
    way: str
    rounds: tuple[str, ...] = ()
    each_day: Decimal | None = None
    most_days: Decimal | None = None

    @classmethod
    def parse(cls, parameters: str, sources: Sources) -> OnTime:
        names = {"kieu": True, "dot": False, "san_pham": False, "moi_ngay": False, "toi_da_ngay": False}
        told = settings(parameters, names)
        way = one_of("kieu", told["kieu"], _WAYS)
        rounds = tuple(name.strip() for name in told.get("dot", "").split(",") if name.strip())
        for name in rounds:
            one_of("dot", name, tuple(RoundKind))
        if product := told.get("san_pham"):
            one_of("san_pham", product, tuple(Product))
            read = sorted({name.removeprefix(DUTY).partition("/")[0] for name in sources.single})
            if read != [product]:
                raise BadFormula(t("criteria.formula.product", found=product, read=", ".join(read)))
        days = [number(told[name], name) if name in told else None for name in ("moi_ngay", "toi_da_ngay")]
        if (way == "theo_ngay") != all(one is not None for one in days) or (
            way != "theo_ngay" and any(one is not None for one in days)
        ):
            raise BadFormula(t("criteria.formula.by_day"))
        return cls(sources, way, rounds, *days)

    def points(self, criterion: Stakes, inputs: Inputs) -> Points:
        due = due_duties(self.sources, inputs, self.rounds)
        if not due:
            return criterion.without(
                NoNumber.NOTHING if has_duties(self.sources, inputs) else NoNumber.UNKNOWN
            )
        in_time = sum(one.is_on_time for one in due)
        if self.way == "tat_ca":
            return criterion.of_share(Fraction(in_time == len(due)))
        if self.way == "moi_viec":
            return criterion.of_share(Fraction(in_time, len(due)))
        earned = sum((self._by_day(criterion, one.days_late) for one in due), Fraction(0))
        return Points(to_decimal(earned / len(due)))

    def _by_day(self, criterion: Stakes, days_late: int | None) -> Fraction:
        assert self.each_day is not None
        assert self.most_days is not None
        if days_late is None or days_late > self.most_days:
            return Fraction(0)
        return max(Fraction(criterion.max_points) - days_late * Fraction(self.each_day), Fraction(0))

    def faults(self, maximum: Decimal) -> Iterator[str]:
        if self.each_day is not None and not 0 < self.each_day <= maximum:
            yield t("criteria.formula.each_day", found=self.each_day)
        if self.most_days is not None and self.most_days < 1:
            yield t("criteria.formula.most_days", found=self.most_days)
