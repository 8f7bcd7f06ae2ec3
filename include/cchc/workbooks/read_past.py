"""Reading the workbook of an earlier year: every fault with its sheet and cell; nothing is taken while there is one."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from cchc.clock import vn_date
from cchc.errors import CchcError
from cchc.folding import folded
from cchc.indicators import Indicator, IndicatorRegister, format_number
from cchc.indicators.model import TWO_TIERS_SINCE
from cchc.indicators.numbers import is_given, ratio
from cchc.office.sheets import cell_name
from cchc.texts import t, table
from cchc.units import UnitRegister
from cchc.workbooks.cells import Cells
from cchc.workbooks.grid import Grid
from cchc.workbooks.past_form import (
    BEHIND,
    CODE,
    DENOMINATOR,
    FIRST_COLUMN,
    NUMERATOR,
    PART,
    PROVINCE,
    VALUE,
    PastFigure,
    parts_of,
)
from cchc.year import REPORT_KINDS, Calendar, Round

_ROUND = re.compile(rf"\d{{4}}-(?:{'|'.join(REPORT_KINDS)})")
_SHOWN = 40  # faults that are told one by one
_ROUNDING = Decimal("0.05")  # percent points by which a percentage may differ from its parts
_WHOLE = Decimal(100)


class PastFiguresRefused(CchcError):
    """The workbook has faults; the message lists each with sheet, cell, what was found, what is allowed."""


def read_past_workbook(
    content: bytes,
    file_name: str,
    calendar: Calendar,
    units: UnitRegister,
    indicators: IndicatorRegister,
    as_of: datetime,
    held: Collection[str] = (),
) -> list[PastFigure]:
    """The figures of every sheet that is named like a report round; other sheets are the department's own.

    held: rounds that were carried through here, and need no figures from elsewhere. Raises NotAForm for what is no
    workbook that can be read, PastFiguresRefused listing every fault.
    """
    grid = Grid(content, file_name, t("workbooks.past.advice"))
    named = [name for name in grid.names if _ROUND.fullmatch(folded(name).upper())]
    if not named:
        raise PastFiguresRefused(t("workbooks.past.no_sheet", file=file_name))
    figures: list[PastFigure] = []
    faults: list[str] = []
    for name in named:
        own, told = _of_sheet(grid, name, calendar, units, indicators)
        if own and not told:
            round_ = calendar.round(own[0].round_id)
            if round_.round_id in held:
                told = [t("workbooks.past.held", round=round_.title)]
            elif round_.closes_at > as_of:
                told = [
                    t("workbooks.past.not_over", round=round_.title, day=vn_date(round_.closes_at.date()))
                ]
        figures += own
        faults += [t("workbooks.past.fault", sheet=name, what=one) for one in told]
    if not faults and not figures:
        raise PastFiguresRefused(t("workbooks.past.nothing", file=file_name, sheets=", ".join(named)))
    if faults:
        told = [f"- {one}" for one in faults[:_SHOWN]]
        if len(faults) > _SHOWN:
            told.append(t("workbooks.past.more", count=len(faults) - _SHOWN))
        raise PastFiguresRefused(
            t("workbooks.past.refused", file=file_name, count=len(faults), list="\n".join(told))
        )
    return figures


def _of_sheet(
    grid: Grid, name: str, calendar: Calendar, units: UnitRegister, indicators: IndicatorRegister
) -> tuple[list[PastFigure], list[str]]:
    """Figures and faults of one sheet."""
    try:
        round_ = calendar.round(folded(name).upper())
    except CchcError as error:
        return [], [str(error)]
    sheet = grid.sheet(name)
    assert sheet is not None
    reader = _Reader(Cells(sheet), round_, units, indicators)
    return reader.figures(), reader.faults


class _Reader:
    """One sheet: columns by the codes of its header, rows by their codes and parts."""

    def __init__(
        self, cells: Cells, round_: Round, units: UnitRegister, indicators: IndicatorRegister
    ) -> None:
        self._cells, self._round, self._units, self._indicators = cells, round_, units, indicators
        self._own: list[str] = []
        self._header = self._header_row()

    @property
    def faults(self) -> list[str]:
        return [*self._own, *(one.message for one in self._cells.problems)]

    def figures(self) -> list[PastFigure]:
        """Figures of the sheet, unit by unit; only those of which something is known."""
        if self._header is None:
            self._own.append(t("workbooks.past.no_header", head=table("workbooks.past.columns")["code"]))
            return []
        columns, rows = self._columns(), self._rows()
        found: list[PastFigure] = []
        for code, column in columns.items():
            if code == BEHIND:
                continue
            for indicator, lines in rows.items():
                one = self._figure(self._indicators.get(indicator), code, column, lines)
                if one is None:
                    continue
                found.append(self._with_units(one, lines, columns.get(BEHIND)))
        self._behind_nothing(found, rows, columns.get(BEHIND))
        return found

    def _header_row(self) -> int | None:
        wanted = folded(table("workbooks.past.columns")["code"])
        rows = range(min(len(self._cells.sheet.rows), 40))
        return next((row for row in rows if folded(self._cells.raw(row, CODE) or "") == wanted), None)

    def _columns(self) -> dict[str, int]:
        """Columns by the code in their heading; what no unit of the register has is a fault."""
        assert self._header is not None
        found: dict[str, int] = {}
        for column in range(FIRST_COLUMN, self._width()):
            code, cell = self._cells.raw(self._header, column), cell_name(self._header, column)
            if code is None:
                self._fault_of_cells(column, self._header + 2, "column_without_code", cell=cell)
            elif code in found:
                other = cell_name(self._header, found[code])
                self._own.append(t("workbooks.past.column_twice", cell=cell, code=code, other=other))
            elif code in (PROVINCE, BEHIND) or (code in self._units and self._units.get(code).reports):
                found[code] = column
            else:
                allowed = {"province": PROVINCE, "behind": BEHIND}
                self._own.append(t("workbooks.past.unknown_unit", cell=cell, found=code, **allowed))
        return found

    def _width(self) -> int:
        return max((len(row) for row in self._cells.sheet.rows), default=0)

    def _fault_of_cells(self, column: int, first: int, key: str, **values: object) -> None:
        """A fault when a column without a code holds anything below."""
        rows = range(first, len(self._cells.sheet.rows))
        if any(is_given(self._cells.raw(row, column)) for row in rows):
            self._own.append(t(f"workbooks.past.{key}", **values))

    def _rows(self) -> dict[str, dict[str, int]]:
        """Rows by indicator and part."""
        assert self._header is not None
        parts = {folded(label): part for part, label in table("workbooks.past.parts").items()}
        found: dict[str, dict[str, int]] = {}
        for row in range(self._header + 1, len(self._cells.sheet.rows)):
            code, cell = self._cells.raw(row, CODE), cell_name(row, CODE)
            if code is None:
                if row > self._header + 1 and self._holds(row):
                    self._own.append(t("workbooks.past.row_without_code", cell=cell))
                continue
            if code not in self._indicators or self._indicators.get(code).aggregation == "none":
                self._own.append(t("workbooks.past.unknown_code", cell=cell, found=code))
                continue
            label = self._cells.raw(row, PART)
            part = VALUE if label is None else parts.get(folded(label))
            allowed = parts_of(self._indicators.get(code))
            if part not in allowed:
                names = ", ".join(table("workbooks.past.parts")[one] for one in allowed)
                place = cell_name(row, PART)
                self._own.append(
                    t("workbooks.past.unknown_part", cell=place, found=label, code=code, allowed=names)
                )
            elif part in found.setdefault(code, {}):
                other = cell_name(found[code][part], CODE)
                self._own.append(t("workbooks.past.row_twice", cell=cell, code=code, other=other))
            else:
                found[code][part] = row
        return found

    def _holds(self, row: int) -> bool:
        return any(
            is_given(self._cells.raw(row, column)) or self._cells.sheet.unread(row, column)
            for column in range(FIRST_COLUMN, self._width())
        )

    def _figure(
        self, indicator: Indicator, unit: str, column: int, lines: Mapping[str, int]
    ) -> PastFigure | None:
        before = len(self._cells.problems)
        of_province = unit == PROVINCE
        if of_province and indicator.aggregation == "distribution":
            for row in lines.values():
                if is_given(self._cells.raw(row, column)):
                    self._told(row, column, "no_options_of_province", code=indicator.code)
            return None
        options = {} if of_province else indicator.options
        found: dict[str, Decimal | None] = {}
        for part, row in lines.items():
            if options:
                found[part] = self._cells.option(row, column, options, indicator.code)
                continue
            share = indicator.kind == "percent" and part == VALUE
            kind = "percent" if share else "count"
            number = self._cells.number(row, column, kind, indicator.code)
            if number is not None and not (number >= 0 and (not share or number <= _WHOLE)):
                self._told(row, column, "share_bounds" if share else "negative", found=number)
                number = None
            found[part] = number
        if len(self._cells.problems) > before or all(one is None for one in found.values()):
            return None
        self._check_parts(indicator, found, column, lines)
        cell = cell_name(next(row for part, row in lines.items() if found[part] is not None), column)
        return PastFigure(
            self._round.round_id,
            unit,
            indicator.code,
            found.get(VALUE),
            found.get(NUMERATOR),
            found.get(DENOMINATOR),
            cell=cell,
        )

    def _check_parts(
        self,
        indicator: Indicator,
        found: Mapping[str, Decimal | None],
        column: int,
        lines: Mapping[str, int],
    ) -> None:
        """Parts come together, and a percentage that is typed too agrees with them."""
        numerator, denominator = found.get(NUMERATOR), found.get(DENOMINATOR)
        if (numerator is None) != (denominator is None):
            lacking = NUMERATOR if numerator is None else DENOMINATOR
            given = DENOMINATOR if numerator is None else NUMERATOR
            part = table("workbooks.past.parts")[lacking].lower()
            self._told(lines[given], column, "half_a_share", part=part, code=indicator.code)
            return
        if numerator is None or denominator is None:
            return
        of_parts, typed = ratio(numerator, denominator, decimals=2), found.get(VALUE)
        if of_parts is None:
            return
        if of_parts > _WHOLE:
            parts = {"numerator": numerator, "denominator": denominator}
            self._told(lines[NUMERATOR], column, "part_above_whole", **parts)
        elif typed is not None and abs(typed - of_parts) > _ROUNDING:
            self._told(lines[VALUE], column, "share_differs", found=typed, expected=of_parts)

    def _with_units(self, one: PastFigure, lines: Mapping[str, int], behind: int | None) -> PastFigure:
        """The province's figure with the number of units behind it, when it was said."""
        if one.unit_code != PROVINCE or behind is None or VALUE not in lines:
            return one
        row = lines[VALUE]
        count = self._cells.number(row, behind, "count", one.indicator)
        if count is None:
            return one
        most = None
        if (
            self._round.reference_day >= TWO_TIERS_SINCE
        ):  # districts and their communes need not be registered
            most = len(self._units.on(self._round.reference_day))
        if count < 1 or (most is not None and count > most):
            self._told(row, behind, "units_bounds", found=count, most=most or "…")
        if self._indicators.get(one.indicator).kind == "boolean" and (one.value or 0) > count:
            self._told(row, behind, "fewer_than_yes", found=count, yes=one.value)
        return replace(one, units_counted=int(count))

    def _behind_nothing(
        self, found: Sequence[PastFigure], rows: Mapping[str, Mapping[str, int]], behind: int | None
    ) -> None:
        """A number of units without the province's figure says nothing; somebody forgot the figure."""
        if behind is None:
            return
        told = {one.indicator for one in found if one.unit_code == PROVINCE}
        for code, lines in rows.items():
            row = lines.get(VALUE)
            if row is not None and code not in told and is_given(self._cells.raw(row, behind)):
                self._told(row, behind, "units_alone", code=code)

    def _told(self, row: int, column: int, key: str, **values: object) -> None:
        shown = {
            name: format_number(one) if isinstance(one, Decimal) else one for name, one in values.items()
        }
        self._own.append(t(f"workbooks.past.{key}", cell=cell_name(row, column), **shown))
