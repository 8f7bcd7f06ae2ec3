"""A workbook as the rules see it: values, cells and names of indicators."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import cached_property

from cchc.checks.context import CheckContext
from cchc.indicators import Indicator, evaluate, format_number
from cchc.indicators.expression import terms_of
from cchc.indicators.numbers import number
from cchc.texts import t
from cchc.workbooks.forms import FilledForm

_NAME_LENGTH = 60


class View:
    """Built once for each workbook; rules only read it."""

    def __init__(self, filled: FilledForm, context: CheckContext) -> None:
        self.filled, self.context = filled, context
        self.figures = filled.figures
        self.figures_sheet = t("workbooks.sheets.figures")
        self.narratives_sheet = t("workbooks.sheets.narratives")

    @cached_property
    def values(self) -> dict[str, Decimal | None]:
        return {code: figure.value for code, figure in self.figures.items()}

    @cached_property
    def owed(self) -> list[Indicator]:
        """The indicators asked for, in their order."""
        if self.context.owed is not None:
            return list(self.context.owed)
        known = self.context.by_code
        return [known[code] for code in self.figures if code in known]

    @cached_property
    def unreadable(self) -> set[str]:
        """Indicators with a cell that could not be read; only that is said of them."""
        return {problem.indicator for problem in self.filled.problems if problem.indicator}

    def sum_of(self, expression: str) -> Decimal | None:
        """The expression's value; None when any part is missing."""
        parts = {term.name: self.part_of(term.code, term.part) for term in terms_of(expression)}
        return evaluate(expression, parts)

    def part_of(self, code: str, part: str = "") -> Decimal | None:
        """A figure's value, or its numerator (`/tu`) or denominator (`/mau`)."""
        figure = self.figures.get(code)
        if figure is None:
            return None
        return figure.numerator if part == "/tu" else figure.denominator if part == "/mau" else figure.value

    @cached_property
    def owed_codes(self) -> frozenset[str]:
        return frozenset(indicator.code for indicator in self.owed)

    def name(self, code: str) -> str:
        """`T06.1 (Số hồ sơ nhận giải quyết)`, long names cut."""
        indicator = self.context.by_code.get(code)
        if indicator is None:
            return code
        name = indicator.name.strip(" -:.")
        if len(name) > _NAME_LENGTH:
            name = name[:_NAME_LENGTH].rsplit(" ", 1)[0] + "…"
        return f"{code} ({name})"

    def shown(self, value: Decimal | None, code: str | None = None) -> str:
        """A number as people write it: percentages with two decimals, options by their names."""
        if value is None:
            return ""
        indicator = self.context.by_code.get(code or "")
        if indicator is not None and indicator.options:
            return indicator.options.get(format(value.normalize(), "f"), format_number(value))
        if indicator is not None and str(indicator.kind) == "percent":
            return number(value, "percent")
        return format_number(value)

    def cells_of(self, codes: Iterable[str]) -> str:
        """` (xem ô I12, I13)` for the cells of other rows that a rule looked at."""
        cells = [
            self.figures[code].cell for code in codes if code in self.figures and self.figures[code].cell
        ]
        return t("checks.see_cells", cells=", ".join(cells)) if cells else ""
