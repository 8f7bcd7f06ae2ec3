"""One cell as text, number, day or option: what the unit meant, or the problem to tell it."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from cchc.clock import vn_date
from cchc.folding import cell_text, folded, visible
from cchc.indicators import NumberFault, parse_number
from cchc.indicators.numbers import is_given
from cchc.moments import DAY_FIRST, PLAIN, SHORT_YEARS, moment_of, with_times
from cchc.office.sheets import cell_name
from cchc.old_letters import Letters, readings, recognised
from cchc.texts import t
from cchc.workbooks.forms import Problem
from cchc.workbooks.grid import Sheet

_SERIAL_DAY_ZERO = date(1899, 12, 30)  # spreadsheets count days from here
_SERIAL_RANGE = range(36_526, 73_051)  # 2000 to 2099; other numbers are no day of ours
_DAY_FORMATS = with_times([*DAY_FIRST, *PLAIN, *SHORT_YEARS])  # the form says: day/month/year
_SHOWN = 80  # letters of a text in a remark
_YES = {"có", "x", "1", "yes", "v"}
_NO = {"", "không", "0", "no", "-"}


class Cells:
    """Reads the cells of one sheet and gathers the problems on the way."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.problems: list[Problem] = []
        self.remarks: list[Problem] = []

    def raw(self, row: int, column: int) -> str | None:
        """The cell as typed, trimmed; whole numbers without `.0`; None when empty."""
        return as_text(self.sheet.at(row, column))

    def text(self, row: int, column: int) -> str | None:
        """The cell as `raw` gives it, in Unicode: from a letter table of before, or with a problem noted."""
        value = self.sheet.at(row, column)
        if not isinstance(value, str):
            return as_text(value)
        found = recognised(value)
        if found.doubtful and found.table:
            self._problem(row, column, None, "old_letters", raw=as_text(value), table=found.table.known_as)
        elif found.table:
            self._converted(row, column, found.table, as_text(found.text))
        return as_text(found.text)

    def number(self, row: int, column: int, kind: str, indicator: str | None) -> Decimal | None:
        """The number of a cell of an indicator's `kind`; None when not given, or when it cannot be read
        (then a problem is noted)."""
        value = self.sheet.at(row, column)
        if self._unread(row, column, indicator):
            return None
        raw = as_text(value)
        if raw is None:
            return None
        if isinstance(value, (date, datetime)):
            self._problem(row, column, indicator, "date_for_number", raw=raw)
            return None
        if isinstance(value, (bool, timedelta)) or not isinstance(value, (int, float, str)):
            self._problem(row, column, indicator, "truth_for_number", raw=raw)
            return None
        if not isinstance(value, str):
            return self._number(row, column, indicator, lambda: parse_number(Decimal(raw), kind))
        # A number cell is taken as it is; a text is read by Vietnamese habits.
        for text, table in _spellings(value):
            try:
                number = parse_number(text, kind)
            except NumberFault:
                continue
            self._converted(row, column, table, text)
            return number
        return self._number(row, column, indicator, lambda: parse_number(raw, kind))

    def _number(
        self, row: int, column: int, indicator: str | None, parse: Callable[[], Decimal | None]
    ) -> Decimal | None:
        try:
            return parse()
        except NumberFault as fault:
            self._problem(
                row, column, indicator, "number", raw=as_text(self.sheet.at(row, column)), why=str(fault)
            )
            return None

    def option(
        self, row: int, column: int, options: Mapping[str, str], indicator: str | None
    ) -> Decimal | None:
        """The number of the option chosen, by its name or its number."""
        value, raw = self._given(row, column, indicator)
        if raw is None:
            return None
        if isinstance(value, bool):
            raw = "1" if value else "0"
        spellings = _spellings(value) if isinstance(value, str) else [(raw, None)]
        for text, table in spellings:
            key = _chosen(text, options)
            if key is not None:
                self._converted(row, column, table, text)
                return Decimal(key)
        shown = "; ".join(f"{label} ({key})" for key, label in options.items())
        self._problem(row, column, indicator, "option", raw=raw, options=shown)
        return None

    def day(self, row: int, column: int, indicator: str | None) -> date | None:
        """The day of a date cell, of a text such as 15/03/2026, or of a spreadsheet's day number."""
        value, raw = self._given(row, column, indicator)
        if raw is None:
            return None
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        if isinstance(value, (int, float)) and not isinstance(value, bool) and int(value) in _SERIAL_RANGE:
            return _SERIAL_DAY_ZERO + timedelta(days=int(value))
        found = day_of(raw)
        if found is None:
            self._problem(row, column, indicator, "date", raw=raw)
        return found

    def yes(self, row: int, column: int) -> bool:
        """Whether a box is ticked."""
        value = self.sheet.at(row, column)
        raw = as_text(value) or ""
        for text, table in _spellings(raw if value is None or not isinstance(value, str) else value):
            if folded(text) in _YES | _NO:
                self._converted(row, column, table, text)
                return folded(text) in _YES
        self._problem(row, column, None, "nothing_box", raw=raw)
        return False

    def _given(self, row: int, column: int, indicator: str | None) -> tuple[Any, str | None]:
        """A cell's value and its text; no text when nothing was given or nothing can be read."""
        if self._unread(row, column, indicator):
            return None, None
        value = self.sheet.at(row, column)
        raw = as_text(value)
        return value, raw if is_given(raw) else None

    def _unread(self, row: int, column: int, indicator: str | None) -> bool:
        why = self.sheet.unread(row, column)
        if why is None or as_text(self.sheet.at(row, column)) is not None:
            return False
        key = "formula_without_value" if why == "formula" else "error_value"
        self._problem(row, column, indicator, key, raw=None if why == "formula" else why)
        return True

    def _converted(self, row: int, column: int, table: Letters | None, text: str | None) -> None:
        """A remark that a cell was turned into Unicode, with what it says now."""
        if table is None:
            return
        cell, shown = cell_name(row, column), textwrap.shorten(text or "", _SHOWN, placeholder=" …")
        message = t("workbooks.remarks.converted", cell=cell, table=table.known_as, text=shown)
        self.remarks.append(Problem(self.sheet.name, cell, None, shown, message))

    def _problem(self, row: int, column: int, indicator: str | None, key: str, **values: str | None) -> None:
        cell, raw = cell_name(row, column), values.get("raw")
        message = t(f"workbooks.problems.{key}", cell=cell, **values)
        self.problems.append(Problem(self.sheet.name, cell, indicator, raw, message))


def as_text(value: Any) -> str | None:
    """A calamine value as the user sees it; None for an empty cell."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return vn_date(value.date())
    if isinstance(value, date):
        return vn_date(value)
    return visible(str(value)).replace("\r\n", "\n").strip() or None


def plain_lines(text: str | None) -> str:
    """A text of several lines, each without what keeps a spreadsheet from reading it as a number or a day."""
    return "\n".join(cell_text(line) for line in (text or "").splitlines()).strip()


def day_of(raw: str) -> date | None:
    """The day that a text names, None when there is no such day (31/06/2026) or no such form."""
    moment = moment_of(raw, _DAY_FORMATS)
    return None if moment is None else moment.date()


def _spellings(value: str) -> Iterator[tuple[str, Letters | None]]:
    """A short text as it stands, then as it would be in each old letter table: what is awaited tells them apart."""
    yield cell_text(value), None
    for text, table in readings(value):
        yield cell_text(text), table


def _chosen(text: str, options: Mapping[str, str]) -> str | None:
    wanted = _option(text)
    for key, label in options.items():
        if wanted in (key, _option(label), _option(f"{key} - {label}"), _option(f"{label} = {key}")):
            return key
        if key.isdigit() and wanted.isdigit() and int(wanted) == int(key):
            return key
    return None


def _option(text: str) -> str:
    return folded(text.replace(";", ","))
