"""Columns and boxes of sheet 'Số liệu', as both its writer and its reader know them."""

from __future__ import annotations

from collections.abc import Collection

from cchc.indicators import codes_of
from cchc.indicators.model import OWN

COLUMNS = (
    "code",
    "name",
    "unit",
    "system",
    "previous",
    "last_year",
    "numerator",
    "denominator",
    "value",
    "parts",
    "check",
    "explanation",
    "evidence",
)
DERIVED = ("parts", "check")  # what the form says by itself: nobody needs these columns to read it
AT = {name: column for column, name in enumerate(COLUMNS)}
WIDTHS = (8.5, 40, 11.5, 12.5, 10, 10, 9.5, 9.5, 12.5, 10.5, 25, 25, 18)
# Boxes above the table: where their label stands (column), and where the unit writes.
BOXES = {"nothing": (0, 2), "number": (3, 6), "signed": (8, 9)}
BOX_ROW, HEADER_ROW, FIRST_ROW = 2, 3, 5


def part_expression(expression: str | None, codes: Collection[str]) -> str:
    """How a part of a percent is found: an expression over rows of this form, or `own` (typed)."""
    if not expression or expression == OWN or not set(codes_of(expression)) <= set(codes):
        return OWN
    return expression
