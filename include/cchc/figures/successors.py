"""Last year's figures of units that were merged since: those of their predecessors together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from cchc.figures.tally import Figures
from cchc.units import Unit
from cchc.workbooks.forms import ReportedFigure


def of_predecessors(
    units: Iterable[Unit], register: Sequence[Unit], then: Mapping[str, Figures]
) -> dict[str, dict[str, ReportedFigure]]:
    """Figures of last year by unit, for units that had none of their own and follow from whole others.

    Only what can be told: each predecessor is of the same tier, passed wholly into this one unit, is no longer there,
    and gave the figure. A unit that was split has no figure that would belong to one of its successors.
    """
    known = {unit.code: unit for unit in register}
    successors = Counter(code for unit in register for code in unit.predecessors)
    found: dict[str, dict[str, ReportedFigure]] = {}
    for unit in units:
        before = [known[code] for code in unit.predecessors if code in known]
        whole = all(
            one.tier == unit.tier and successors[one.code] == 1 and not one.valid_on(unit.valid_from)
            for one in before
        )
        if unit.code in then or not before or not whole:
            continue
        codes = dict.fromkeys(code for one in before for code in then.get(one.code, {}))
        merged = {code: _together(code, [then.get(one.code, {}) for one in before]) for code in codes}
        own = {code: figure for code, figure in merged.items() if figure is not None}
        if own:
            found[unit.code] = own
    return found


def _together(code: str, given: Sequence[Figures]) -> ReportedFigure | None:
    """The sum of values, or of both parts, when every predecessor gave them; None otherwise."""
    figures = [own.get(code) for own in given]

    def total(part: str) -> Decimal | None:
        numbers: list[Decimal | None] = [getattr(figure, part, None) for figure in figures]
        told = [number for number in numbers if number is not None]
        return sum(told, Decimal()) if len(told) == len(numbers) else None

    numerator, denominator = total("numerator"), total("denominator")
    if numerator is not None and denominator is not None:  # a share: its parts add up, itself it does not
        return ReportedFigure(code, numerator=numerator, denominator=denominator)
    if any(getattr(figure, "numerator", None) is not None for figure in figures):
        return None
    value = total("value")
    return None if value is None else ReportedFigure(code, value=value)
