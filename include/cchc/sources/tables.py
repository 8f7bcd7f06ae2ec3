"""Rows of an export file as lists of texts, from CSV (comma, semicolon, tab) and spreadsheets."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from cchc.errors import CchcError
from cchc.texts import t

CSV_SUFFIXES = (".csv", ".txt")
SHEET_SUFFIXES = (".xlsx", ".xls", ".ods")
DELIMITERS = (";", ",", "\t")


@dataclass(frozen=True)
class TextTable:
    """A CSV file under one delimiter. Row numbers count records from 1, as a spreadsheet shows them."""

    path: Path
    delimiter: str

    def rows(self) -> Iterator[list[str]]:
        try:
            # newline="" as the csv module wants it; utf-8-sig takes files with and without a BOM.
            with self.path.open(encoding="utf-8-sig", newline="") as handle:
                yield from csv.reader(handle, delimiter=self.delimiter, strict=True)
        except UnicodeDecodeError:
            raise CchcError(t("sources.file.encoding", file=self.path.name)) from None
        except csv.Error:
            raise CchcError(t("sources.file.broken_csv", file=self.path.name)) from None


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook. Its cells are read once, at the first pass."""

    path: Path
    sheet_name: str

    @cached_property
    def _cells(self) -> list[list[Any]]:
        with _workbook(self.path) as book:
            # With the empty area, so that row numbers are those that the spreadsheet shows.
            return list(book.get_sheet_by_name(self.sheet_name).to_python(skip_empty_area=False))

    def rows(self) -> Iterator[list[str]]:
        for row in self._cells:
            yield [cell_text(cell) for cell in row]


def tables_of(path: Path) -> list[TextTable | Sheet]:
    """The ways in which a file may be read; a CSV once per delimiter, a workbook once per sheet.

    Raises CchcError for an empty file, an unknown kind of file, a damaged or a protected workbook.
    """
    if path.stat().st_size == 0:
        raise CchcError(t("sources.file.empty", file=path.name))
    suffix = path.suffix.lower()
    if suffix in CSV_SUFFIXES:
        return [TextTable(path, delimiter) for delimiter in DELIMITERS]
    if suffix in SHEET_SUFFIXES:
        with _workbook(path) as book:
            return [Sheet(path, name) for name in book.sheet_names]
    known = ", ".join((*CSV_SUFFIXES, *SHEET_SUFFIXES))
    raise CchcError(t("sources.file.unknown_kind", file=path.name, known=known))


def head(table: TextTable | Sheet, count: int) -> list[list[str]]:
    """The first `count` rows; a wrong delimiter may break the quoting, then the rows before the break."""
    rows: list[list[str]] = []
    try:
        for row in islice(table.rows(), count):
            rows.append(row)
    except CchcError:
        if isinstance(table, Sheet) or not rows:
            raise
    return rows


@contextmanager
def _workbook(path: Path) -> Iterator[Any]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        book = CalamineWorkbook.from_path(str(path))
    except PasswordError:
        raise CchcError(t("sources.file.protected", file=path.name)) from None
    except (CalamineError, OSError):
        raise CchcError(t("sources.file.damaged", file=path.name)) from None
    try:
        yield book
    finally:
        book.close()


def cell_text(cell: object) -> str:
    """A spreadsheet cell as text: whole floats without '.0', dates as ISO: every format reads alike."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    return str(cell)
