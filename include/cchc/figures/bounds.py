"""Bounds that the province's figures must keep (`bounds.yaml`): a class a kind, each finding with the units behind it.

Pure: what is looked at is handed in. A bound is silent while a figure that it needs is missing.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from cchc.config_files import OpenedFiles, StrictModel, config_file, shown
from cchc.errors import ConfigError, ConfigErrors
from cchc.figures.tally import Figures, Tally
from cchc.indicators import Indicator, IndicatorRegister, evaluate
from cchc.indicators.expression import codes_of, is_expression
from cchc.indicators.numbers import format_number, number
from cchc.texts import t
from cchc.units import ReportingTier, Tier, Unit

FILE = "bounds.yaml"


@dataclass(frozen=True)
class ProvinceView:
    """The consolidated figures of a draft with all that bounds compare them with.

    `lines` by (indicator, scope); `units`: every unit valid on the round's day; `figures` by unit; `before` and
    `a_year_ago`: the province's figures of the last round and of the same round last year, where they mean the same.
    """

    indicators: Sequence[Indicator]
    lines: Mapping[tuple[str, str], Tally]
    units: Sequence[Unit]
    figures: Mapping[str, Figures]
    before: Mapping[str, Decimal] = field(default_factory=dict)
    a_year_ago: Mapping[str, Decimal] = field(default_factory=dict)

    def line(self, code: str) -> Tally | None:
        line = self.lines.get((code, Tier.PROVINCE))
        return line if line is not None and line.units_counted else None

    def totals(self) -> dict[str, Decimal | None]:
        return {code: line.value for (code, scope), line in self.lines.items() if scope == Tier.PROVINCE}

    def values(self, code: str) -> list[tuple[Unit, Decimal]]:
        """Units with their figure of the indicator, the largest first."""
        found = [
            (unit, figure.value)
            for unit in self.units
            if (figure := self.figures.get(unit.code, {}).get(code)) is not None and figure.value is not None
        ]
        return sorted(found, key=lambda pair: -pair[1])


@dataclass(frozen=True)
class BrokenBound:
    """A province's figure that does not keep a bound. `behind`: units with their figures, the largest first."""

    bound: str
    indicator: Indicator
    found: str
    allowed: str
    behind: Sequence[tuple[Unit, Decimal]] = ()

    @property
    def place(self) -> str:
        """What people call it: `mot-xa-qua-nua/I.5.1`."""
        return f"{self.bound}/{self.indicator.code}"

    @property
    def key(self) -> str:
        """The same figure against the same bound is the same; another figure has to be explained anew."""
        return f"{self.place}:{self.found}:{self.allowed}"


class ProvinceBound(StrictModel, ABC):
    """What every bound has."""

    code: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    kind: str
    basis: str

    @abstractmethod
    def broken(self, view: ProvinceView) -> Iterator[BrokenBound]:
        """Every figure that does not keep it."""

    def named(self) -> Iterator[str]:
        """Codes of the indicators that the file names."""
        yield from ()

    def _broken(
        self, one: Indicator, found: str, allowed: str, behind: Sequence[tuple[Unit, Decimal]] = ()
    ) -> BrokenBound:
        return BrokenBound(self.code, one, found, allowed, behind)


class UnitsBound(ProvinceBound):
    """A count of units is at most the units of the register: of `tiers`, or of those that the indicator counts."""

    kind: Literal["units"]
    indicators: tuple[str, ...] = ()
    tiers: tuple[ReportingTier, ...] = ()

    def broken(self, view: ProvinceView) -> Iterator[BrokenBound]:
        for one in view.indicators:
            line = view.line(one.code)
            chosen = (
                one.code in self.indicators if self.indicators else one.kind == "boolean" and one.of_units
            )
            if line is None or line.value is None or not chosen:
                continue
            tiers = self.tiers or one.tiers
            most = sum(unit.tier in tiers for unit in view.units)
            counted = max(line.value, line.denominator or line.value)
            if counted > most:
                allowed = t("figures.bounds.at_most_units", most=most)
                yield self._broken(one, number(counted), allowed, view.values(one.code))

    def named(self) -> Iterator[str]:
        yield from self.indicators


class PartsBound(ProvinceBound):
    """A part is at most its whole, both over the province. `within`: the whole (an expression) by the part's code."""

    kind: Literal["parts"]
    within: dict[str, str]

    def broken(self, view: ProvinceView) -> Iterator[BrokenBound]:
        known, totals = {one.code: one for one in view.indicators}, view.totals()
        for part, whole in self.within.items():
            own = totals.get(part)
            most = evaluate(whole, totals)
            if part in known and own is not None and most is not None and own > most:
                allowed = t("figures.bounds.at_most", whole=whole, most=number(most))
                yield self._broken(known[part], number(own), allowed, list(self._behind(view, part, whole)))

    @staticmethod
    def _behind(view: ProvinceView, part: str, whole: str) -> Iterator[tuple[Unit, Decimal]]:
        """Units whose part is above their whole, or that gave no whole."""
        for unit, value in view.values(part):
            own = {code: figure.value for code, figure in view.figures[unit.code].items()}
            most = evaluate(whole, own)
            if value and (most is None or value > most):
                yield unit, value

    def named(self) -> Iterator[str]:
        for part, whole in self.within.items():
            yield from (part, *(codes_of(whole) if is_expression(whole) else (whole,)))


class AnswersBound(ProvinceBound):
    """Of answers with yes and no at most all are yes; of the parts of these percentages the first is in the second."""

    kind: Literal["answers"]
    percentages: tuple[str, ...] = ()

    def broken(self, view: ProvinceView) -> Iterator[BrokenBound]:
        for one in view.indicators:
            line = view.line(one.code)
            looked_at = one.kind == "boolean" or one.code in self.percentages
            if line is None or not looked_at or line.numerator is None or line.denominator is None:
                continue
            if line.numerator > line.denominator:
                allowed = t("figures.bounds.of_answers", whole=number(line.denominator))
                yield self._broken(one, number(line.numerator), allowed, view.values(one.code))

    def named(self) -> Iterator[str]:
        yield from self.percentages


class HistoryBound(ProvinceBound):
    """A figure is within a factor of its own of before; differences up to `absolute` (or `points`) are nothing.

    `indicators`: those that are compared; empty: every count, sum of money and percentage.
    """

    kind: Literal["history"]
    against: Literal["previous", "last_year"]
    factor: Annotated[Decimal, Field(gt=1)]
    absolute: Annotated[Decimal, Field(ge=0)]
    points: Annotated[Decimal, Field(gt=0)] = Decimal(100)
    indicators: tuple[str, ...] = ()

    def broken(self, view: ProvinceView) -> Iterator[BrokenBound]:
        past = view.before if self.against == "previous" else view.a_year_ago
        for one in view.indicators:
            line, then = view.line(one.code), past.get(one.code)
            if line is None or line.value is None or then is None:
                continue
            if self.indicators and one.code not in self.indicators:
                continue
            if one.kind == "percent":
                far = abs(line.value - then) > self.points
            elif one.kind in ("count", "money"):
                high, low = max(line.value, then), min(line.value, then)
                far = high - low > self.absolute and high > self.factor * low
            else:
                continue
            if far:
                allowed = t(
                    f"figures.bounds.{self.against}",
                    then=number(then, one.kind),
                    factor=format_number(self.factor),
                )
                yield self._broken(one, number(line.value, one.kind), allowed, view.values(one.code))

    def named(self) -> Iterator[str]:
        yield from self.indicators


class OneUnitBound(ProvinceBound):
    """No unit of the tiers is more than `share` of a total over at least `least_units` units and of `minimum`."""

    kind: Literal["one_unit"]
    share: Annotated[Decimal, Field(gt=0, lt=1)]
    least_units: Annotated[int, Field(ge=2)]
    minimum: Annotated[Decimal, Field(ge=0)]
    tiers: tuple[ReportingTier, ...] = ()

    def broken(self, view: ProvinceView) -> Iterator[BrokenBound]:
        for one in view.indicators:
            line = view.line(one.code)
            if one.aggregation != "sum" or not one.of_units or line is None or line.value is None:
                continue
            values = [(unit, value) for unit, value in view.values(one.code) if unit.tier in one.tiers]
            if line.units_counted < self.least_units or line.value < self.minimum or not values:
                continue
            unit, most = values[0]
            if most > self.share * line.value and (not self.tiers or unit.tier in self.tiers):
                allowed = t("figures.bounds.of_total", share=format_number(self.share * 100))
                found = t("figures.bounds.hangs_on", value=number(most), total=number(line.value))
                yield self._broken(one, found, allowed, values[:1])


AnyBound = Annotated[
    UnitsBound | PartsBound | AnswersBound | HistoryBound | OneUnitBound, Field(discriminator="kind")
]


class ProvinceBounds(StrictModel):
    """The whole file. `shown_units`: how many of the units behind a finding are named."""

    version: str
    shown_units: Annotated[int, Field(ge=1)]
    bounds: tuple[AnyBound, ...]

    @classmethod
    def load(cls, folder: Path | None = None) -> ProvinceBounds:
        """Raises ConfigErrors naming every fault."""
        return _load(folder)

    def broken(self, view: ProvinceView) -> list[BrokenBound]:
        """Every figure that does not keep its bound, in the order of the file."""
        return [found for bound in self.bounds for found in bound.broken(view)]


@config_file(FILE)
def _load(opened: OpenedFiles) -> ProvinceBounds:
    found = opened.yaml(ProvinceBounds)
    known = IndicatorRegister.load(opened.folder)
    faults: list[ConfigError] = []
    seen: set[str] = set()
    for place, bound in enumerate(found.bounds, start=1):
        where = t("figures.bounds.place", number=place, code=bound.code)
        if bound.code in seen:
            faults.append(ConfigError(shown(opened.path), where, bound.code, t("figures.bounds.unique")))
        seen.add(bound.code)
        faults += [
            ConfigError(shown(opened.path), where, code, t("figures.bounds.known_code"))
            for code in bound.named()
            if code not in known
        ]
    if faults:
        raise ConfigErrors(faults)
    return found
