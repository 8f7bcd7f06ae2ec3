"""The cells of a received workbook, read without trusting it.

calamine reads the values (it never runs macros, follows no link and resolves no entity). It shows a formula
without a stored result and an error value as an empty cell, though; those two are looked up in the sheet's
XML, so that such a cell can be named instead of counting as blank. What it reads is the package that the guards saw.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from cchc.folding import folded
from cchc.office.kinds import Kind, kind_of
from cchc.office.package import ArchiveTooLarge, BadArchive, LockedArchive, Package
from cchc.office.sheets import (
    LONGEST_CELL,
    CalcWalk,
    ExcelWalk,
    Extent,
    SharedTexts,
    TooFar,
    TooLong,
    cell_name,
    is_shared_texts,
    is_sheet,
    pieces,
    walk,
)
from cchc.texts import t
from cchc.workbooks.edited import sheet_parts
from cchc.workbooks.forms import NotAForm

MAX_UNPACKED = 60 * 1024 * 1024  # a form of ours unpacks to about 0.5 MB
MOST = Extent(rows=99_999, columns=702, cells=4_000_000)  # a form of ours has 500 rows of 20 cells
Walk = TypeVar("Walk", ExcelWalk, CalcWalk, SharedTexts)
_PROGRAM = "vbaproject.bin"
_READ = (Kind.XLSX, Kind.XLSB, Kind.ODS, Kind.XLS)
# Kinds with a sentence of their own; every other is no workbook.
_TOLD = (
    Kind.EMPTY,
    Kind.PAGE,
    Kind.XML_2003,
    Kind.WEB_ARCHIVE,
    Kind.TEXT,
    Kind.PDF,
    Kind.DOCX,
    Kind.DAMAGED,
    Kind.PICTURE,
)


@dataclass(frozen=True)
class Sheet:
    """One sheet: `rows[r][c]` as calamine gives it (str, float, bool, date, ...; '' when empty).

    nothing_is_zero: the result of a formula that is an empty text comes as 0, as calamine reads it in an .xls.
    """

    name: str
    rows: list[list[Any]]
    formulas: dict[str, str] = field(default_factory=dict)
    nothing_is_zero: bool = False

    def at(self, row: int, column: int) -> Any:
        """The value, '' outside the sheet."""
        if 0 <= row < len(self.rows) and 0 <= column < len(self.rows[row]):
            return self.rows[row][column]
        return ""

    def unread(self, row: int, column: int) -> str | None:
        """Why an empty cell is not really empty: `formula` without a result, or an error such as `#REF!`."""
        return self.formulas.get(cell_name(row, column))


class Grid:
    """A workbook's sheets by name. Raises NotAForm when the bytes are no readable workbook.

    advice: what whoever filled it can do then; '' for a form that a unit was sent.
    """

    def __init__(self, content: bytes, file_name: str, advice: str = "") -> None:
        self._file_name, self._advice = file_name, advice
        kind = self._kind = kind_of(content)
        if kind is Kind.LOCKED:
            raise self._refused("password")
        if kind not in _READ:
            raise self._refused(str(kind) if kind in _TOLD else "not_a_workbook")
        self._shared: list[int] = []  # how long the texts are that cells share
        self.package = Package({}) if kind is Kind.XLS else self._guarded(content)
        plain = content if kind is Kind.XLS else self.package.packed()
        try:
            self._book = CalamineWorkbook.from_object(io.BytesIO(plain))
        except PasswordError:
            raise self._refused("password") from None
        except (CalamineError, ValueError):
            raise self._refused("damaged") from None

    def _guarded(self, content: bytes) -> Package:
        """The parts, in the dialect that every reader knows. Refuses what unpacks to something huge, macros, texts and
        sheets that no form can have."""
        limit = MAX_UNPACKED // (1024 * 1024)
        try:
            package = Package.of(content, MAX_UNPACKED).plain()
        except LockedArchive:
            raise self._refused("password") from None
        except BadArchive:
            raise self._refused("damaged") from None
        except ArchiveTooLarge:
            raise self._refused("too_large", limit=limit) from None
        if any(name.lower().endswith(_PROGRAM) for name in package.parts):
            raise self._refused("macro")
        for name, part in package.parts.items():
            if is_shared_texts(part):
                self._shared = self._walked(SharedTexts(MOST), part, name).lengths
            elif name == "content.xml":
                self._walked(CalcWalk(MOST), part, name)
        return package

    @property
    def names(self) -> list[str]:
        return list(self._book.sheet_names)

    def sheet(self, name: str) -> Sheet | None:
        """The sheet whose name looks like that one, or None.

        Raises NotAForm when it spans more cells than a form can have, or holds more letters in one.
        """
        stored = self._stored_name(name)
        if stored is None:
            return None
        unread = self._unread.get(self._parts.get(stored, ""), {})
        try:
            rows = self._book.get_sheet_by_name(stored).to_python(skip_empty_area=False)
        except CalamineError:
            raise self._refused("damaged") from None
        for row, values in enumerate(rows):
            for column, value in enumerate(values):
                if isinstance(value, str) and len(value) > LONGEST_CELL:
                    raise self._refused("too_long", sheet=stored, cell=cell_name(row, column))
        return Sheet(stored, rows, unread, nothing_is_zero=self._kind is Kind.XLS)

    def part_of(self, name: str) -> str:
        """The part of an .xlsx that holds the sheet. KeyError when there is none."""
        return self._parts[self._stored_name(name) or name]

    def _stored_name(self, name: str) -> str | None:
        """The name as the workbook spells it: another program may have taken its letters apart."""
        return next((one for one in self.names if folded(one) == folded(name)), None)

    @cached_property
    def _parts(self) -> dict[str, str]:
        """Sheet name -> part of the archive; empty for formats other than .xlsx."""
        return sheet_parts(self.package)

    @cached_property
    def _unread(self) -> dict[str, dict[str, str]]:
        """By part: cells that the reader shows as empty, with why. Every sheet is looked at, whatever it is called:
        the reader may find another one under a name than we do."""
        titles = {part: title for title, part in self._parts.items()}
        return {
            name: self._walked(ExcelWalk(MOST, shared=self._shared), part, titles.get(name, name)).unread
            for name, part in self.package.parts.items()
            if is_sheet(part)
        }

    def _walked(self, found: Walk, part: bytes, title: str) -> Walk:
        try:
            walk(found, pieces(part))
        except TooFar as far:
            raise self._refused("too_wide", sheet=title, cell=far.cell) from None
        except TooLong as long:
            raise self._refused("too_long", sheet=title, cell=long.cell or "?") from None
        except BadArchive:
            raise self._refused("damaged") from None
        return found

    def _refused(self, key: str, **values: object) -> NotAForm:
        what = t(f"workbooks.no_workbook.{key}", file=self._file_name, **values)
        return NotAForm(f"{what} {self._advice or t(f'workbooks.no_workbook_advice.{key}')}")
