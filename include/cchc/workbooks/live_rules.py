"""What a workbook checks by itself while the unit types: the part of the rules that a cell formula can say.

The rules stand in `cchc.checks`; each of them writes its own formulas for the sheet that it is given, so that the form
and the receipt never disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from xlsxwriter.utility import xl_rowcol_to_cell

from cchc.indicators import codes_of
from cchc.indicators.expression import CODE
from cchc.texts import t, table
from cchc.workbooks.figures_columns import AT
from cchc.workbooks.shown import Shown, ShownBy

if TYPE_CHECKING:
    from cchc.indicators import Indicator


class Turn(IntEnum):
    """Which sentence a row shows when several hold: faults before warnings, then in this order."""

    READABLE = 0
    BOUNDS = 1
    SUM = 2
    READABLE_PARTS = 3
    SHARE = 4
    RATIO = 5
    DENOMINATOR = 6
    PARTS_MISSING = 7
    MISSING = 8
    SYSTEM = 9


@dataclass(frozen=True)
class Condition:
    """Something wrong with the row of `indicator`. `severity` is `loi` or `canh_bao`; an explanation settles it when it
    is `explainable`.

    `when` is a formula without '='; `text` a formula that gives the sentence; `shown` the sentence's letters, for the
    row's height. `if_empty`: it holds in a form that nobody has touched. `parts`: the formula of column 'Tổng các
    phần'.
    """

    indicator: str
    turn: Turn
    severity: str
    explainable: bool
    when: str
    text: str
    shown: str
    if_empty: bool = False
    parts: str | None = None


class LiveRule(Protocol):
    """A rule that a form may check by itself."""

    def live(self, sheet: LiveSheet) -> Iterable[Condition]: ...


@dataclass(frozen=True)
class LiveSheet:
    """Sheet 'Số liệu' of one form: its indicators, the row of each, what the exports say of them, and what is shown
    instead of asked."""

    all: tuple[Indicator, ...]
    rows: Mapping[str, int]
    system: Mapping[str, Decimal]
    shown: Mapping[str, Shown] = field(default_factory=dict)

    @cached_property
    def indicators(self) -> tuple[Indicator, ...]:
        """What the unit states itself: what a system states is checked nowhere in the form."""
        return tuple(one for one in self.all if not self.of_system(one.code))

    @cached_property
    def codes(self) -> frozenset[str]:
        return frozenset(indicator.code for indicator in self.indicators)

    def of_system(self, code: str) -> bool:
        return code in self.shown and self.shown[code].by is ShownBy.SYSTEM

    def cell(self, code: str, column: str) -> str:
        """The cell of an indicator in a column of `figures_columns.COLUMNS`, such as `I12`."""
        return str(xl_rowcol_to_cell(self.rows[code], AT[column]))

    def sum_of(self, expression: str) -> tuple[str, str]:
        """An expression over cells, and the condition that all its figures are given."""
        cells = [self.cell(code, "value") for code in codes_of(expression)]
        total = CODE.sub(lambda match: self.cell(match.group(), "value"), expression)
        return f"({total})", f"COUNT({','.join(cells)})={len(cells)}"


def prefix(severity: str) -> str:
    """With which word a check of this severity begins; the colours and the counts look for it."""
    return str(table("severity.names")[severity])


def quoted(text: str) -> str:
    """A text inside a formula."""
    return '"' + text.replace('"', '""') + '"'


def worded(severity: str, key: str, **values: str) -> str:
    """A check's sentence, from `workbooks.live`."""
    return f"{prefix(severity)}: {t(f'workbooks.live.{key}', **values)}"
