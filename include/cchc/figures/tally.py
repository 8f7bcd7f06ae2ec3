"""How one indicator adds up over units. Pure: no store, no texts, so that anybody can recompute it.

Missing is not zero: a unit without a figure is named, never added. A percentage is never summed or averaged:
ratios come from the sums of their parts, over the units that gave both parts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from cchc.indicators import FigureParts, evaluate
from cchc.indicators.expression import codes_of
from cchc.indicators.numbers import is_given, ratio


class FigureLike(FigureParts, Protocol):
    """What the tally reads of a unit's figure."""

    @property
    def raw(self) -> str | None: ...


class IndicatorLike(Protocol):
    """What the tally reads of an indicator."""

    @property
    def code(self) -> str: ...
    @property
    def aggregation(self) -> str: ...
    @property
    def numerator(self) -> str | None: ...
    @property
    def denominator(self) -> str | None: ...


Figures = Mapping[str, FigureLike]


class Origin(StrEnum):
    """Who gave what stands behind a province's figure."""

    SYSTEM = "system"  # the export of a system, of a unit that reported
    SYSTEM_FOR_SILENT = "system_for_silent"  # the export, of a unit that sent no report
    UNIT = "unit"  # the unit itself, or the owner that states the figure for the province
    CATALOGUE = "catalogue"
    LEDGER = "ledger"
    REGISTER = "register"


@dataclass(frozen=True)
class OtherReading:
    """How a line reads by another rule of whose figure is taken: `units` (what they gave or confirmed, nothing of those
    that are silent) or `systems` (systems first, and for silent units). The other fields are those of `Tally`."""

    rule: str
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    distribution: Mapping[str, int] | None = None
    units_counted: int = 0


@dataclass(frozen=True)
class Tally:
    """One indicator over one scope (`tinh` or a tier).

    `value`: the sum; the ratio in percent points, rounded to 4 decimals; the number of yes; None otherwise.
    `numerator`/`denominator`: parts of a ratio, or yes and answers. `distribution`: answers by option.
    `stated`: units that wrote something that cannot be added (a percentage without its parts, a figure that
    is no number). `nothing`: units that declared that they have nothing to report. `missing`: units that owe
    the figure and did not give it, those of `nothing` included. Always
    `units_counted + len(stated) + len(missing) == units_obliged`.

    `origins`: counted units by who gave their figure; the numbers add up to `units_counted`, empty where nobody knows
    (drafts of older versions, lines of one witness alone). `other`: the line by the other rule; None where no system
    speaks of the figure.
    """

    indicator: str
    scope: str
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    distribution: Mapping[str, int] | None = None
    units_counted: int = 0
    units_obliged: int = 0
    missing: tuple[str, ...] = ()
    stated: tuple[str, ...] = ()
    nothing: tuple[str, ...] = field(default=())
    origins: Mapping[Origin, int] = field(default_factory=dict)
    other: OtherReading | None = None

    @property
    def answered(self) -> int:
        """Units that gave the figure or declared that there is nothing: nobody waits for them."""
        return self.units_counted + len(self.nothing)


def given(figure: FigureLike | None) -> bool:
    """Whether the unit wrote anything for the indicator; a dash or an empty cell is nothing."""
    if figure is None:
        return False
    if any(part is not None for part in (figure.value, figure.numerator, figure.denominator)):
        return True
    return is_given(figure.raw)


def parts(indicator: IndicatorLike, figures: Figures) -> tuple[Decimal | None, Decimal | None]:
    """Numerator and denominator of a ratio for one unit; None for a part that was not given.

    `own` parts were typed beside the percentage; other parts are expressions over the unit's other figures.
    """
    own = figures.get(indicator.code)
    found: list[Decimal | None] = []
    for rule, typed in (
        (indicator.numerator, own.numerator if own else None),
        (indicator.denominator, own.denominator if own else None),
    ):
        if rule in (None, "", "own"):
            found.append(typed)
            continue
        known = {code: figures[code].value for code in codes_of(str(rule)) if code in figures}
        found.append(evaluate(str(rule), known))
    return found[0], found[1]


def unit_ratio(indicator: IndicatorLike, figures: Figures) -> Decimal | None:
    """The percentage that follows from a unit's parts; None when a part is missing or of nothing."""
    return ratio(*parts(indicator, figures))


def tally(
    indicator: IndicatorLike,
    scope: str,
    owing: Sequence[str],
    figures: Mapping[str, Figures],
    nothing: Collection[str] = (),
) -> Tally:
    """Add one indicator up over the units that owe it.

    Args:
        owing: codes of the obliged units that owe the indicator, in the order in which they shall be named.
        figures: by unit and indicator; a unit without a report may be absent.
        nothing: codes of units that declared nothing to report; their figures stay missing.
    """
    counted: list[str] = []
    stated: list[str] = []
    missing: list[str] = []
    values: list[Decimal] = []
    pairs: list[tuple[Decimal, Decimal]] = []
    for unit in owing:
        own = figures.get(unit, {})
        figure = own.get(indicator.code)
        if indicator.aggregation == "ratio":
            numerator, denominator = parts(indicator, own)
            if numerator is not None and denominator is not None:
                pairs.append((numerator, denominator))
                counted.append(unit)
                continue
        elif indicator.aggregation == "none":
            if given(figure):
                counted.append(unit)
                continue
        elif figure is not None and figure.value is not None:
            values.append(figure.value)
            counted.append(unit)
            continue
        (stated if given(figure) else missing).append(unit)
    value, top, bottom, spread = _total(indicator.aggregation, values, pairs)
    return Tally(
        indicator=indicator.code,
        scope=scope,
        value=value,
        numerator=top,
        denominator=bottom,
        distribution=spread,
        units_counted=len(counted),
        units_obliged=len(owing),
        missing=tuple(missing),
        stated=tuple(stated),
        nothing=tuple(unit for unit in missing if unit in set(nothing)),
    )


def _total(
    aggregation: str, values: Sequence[Decimal], pairs: Sequence[tuple[Decimal, Decimal]]
) -> tuple[Decimal | None, Decimal | None, Decimal | None, Mapping[str, int] | None]:
    """(value, numerator, denominator, distribution) over the counted units; all None over no unit."""
    if aggregation == "ratio" and pairs:
        top, bottom = sum((a for a, _ in pairs), Decimal()), sum((b for _, b in pairs), Decimal())
        return ratio(top, bottom), top, bottom, None
    if not values:
        return None, None, None, None
    if aggregation == "sum":
        return sum(values, Decimal()), None, None, None
    if aggregation == "count_yes":
        yes = Decimal(sum(1 for value in values if value == 1))
        return yes, yes, Decimal(len(values)), None
    if aggregation == "distribution":
        counts = Counter(option(value) for value in values)
        return None, None, None, dict(sorted(counts.items()))
    return None, None, None, None


def option(value: Decimal) -> str:
    """The key of an answer in a distribution: `1` for 1, 1.0 and 01 alike."""
    return str(int(value)) if value == value.to_integral_value() else str(value.normalize())
