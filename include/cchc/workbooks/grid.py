"""The cells of a received workbook, read without trusting it.

calamine reads the values (it never runs macros, follows no link and resolves no entity). It shows a formula
without a stored result and an error value as an empty cell, though; those two are looked up in the sheet's
XML, so that such a cell can be named instead of counting as blank.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from cchc.folding import folded
from cchc.texts import t
from cchc.unpacking import OLE, ArchiveTooLarge, BadArchive, archive_entries, read_part
from cchc.untrusted_xml import parse_xml
from cchc.workbooks.forms import NotAForm

MAX_UNPACKED = 60 * 1024 * 1024  # a form of ours unpacks to about 0.5 MB
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
# Places of rows (`r="8"`) and cells (`r="I8"`), and those that a form can have.
_PLACES = re.compile(rb"<(?:\w+:)?(?:c|row)\b[^<>]*?\sr\s*=\s*[\"']([^\"']*)[\"']")
_NEAR = re.compile(rb"[A-Z]{0,2}[1-9][0-9]{0,4}")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def cell_name(row: int, column: int) -> str:
    """0-based row and column as people read them: (0, 8) is `I1`."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


@dataclass(frozen=True)
class Sheet:
    """One sheet: `rows[r][c]` as calamine gives it (str, float, bool, date, ...; '' when empty)."""

    name: str
    rows: list[list[Any]]
    formulas: dict[str, str] = field(default_factory=dict)

    def at(self, row: int, column: int) -> Any:
        """The value, '' outside the sheet."""
        if 0 <= row < len(self.rows) and 0 <= column < len(self.rows[row]):
            return self.rows[row][column]
        return ""

    def unread(self, row: int, column: int) -> str | None:
        """Why an empty cell is not really empty: `formula` without a result, or an error such as `#REF!`."""
        return self.formulas.get(cell_name(row, column))


class Grid:
    """A workbook's sheets by name. Raises NotAForm when the bytes are no readable workbook."""

    def __init__(self, content: bytes, file_name: str) -> None:
        self._content, self._file_name = content, file_name
        self._is_zip = content[:2] == b"PK"
        if not self._is_zip and not content.startswith(OLE):
            # calamine also finds an archive behind rubbish, where none of the guards below would look.
            raise NotAForm(t("workbooks.not_a_form.not_a_workbook", file=file_name))
        if self._is_zip:
            self._guard()
        try:
            self._book = CalamineWorkbook.from_object(io.BytesIO(content))
        except PasswordError:
            raise NotAForm(t("workbooks.not_a_form.password", file=file_name)) from None
        except (CalamineError, zipfile.BadZipFile, ValueError):
            key = "password" if content[:4] == OLE else "not_a_workbook"
            raise NotAForm(t(f"workbooks.not_a_form.{key}", file=file_name)) from None

    def _guard(self) -> None:
        """Refuse archives that would unpack to something huge, and macros, before anything is unpacked."""
        try:
            entries = archive_entries(self._content, MAX_UNPACKED)
        except BadArchive:
            raise NotAForm(t("workbooks.not_a_form.not_a_workbook", file=self._file_name)) from None
        except ArchiveTooLarge:
            limit = MAX_UNPACKED // (1024 * 1024)
            raise NotAForm(t("workbooks.not_a_form.too_large", file=self._file_name, limit=limit)) from None
        if any(entry.filename.lower().endswith("vbaproject.bin") for entry in entries):
            raise NotAForm(t("workbooks.not_a_form.macro", file=self._file_name))

    @property
    def names(self) -> list[str]:
        return list(self._book.sheet_names)

    def sheet(self, name: str) -> Sheet | None:
        """The sheet whose name looks like that one, or None.

        Raises NotAForm when it spans more cells than a form can have.
        """
        stored = self._stored_name(name)
        if stored is None:
            return None
        unread = self._unread(stored)
        try:
            rows = self._book.get_sheet_by_name(stored).to_python(skip_empty_area=False)
        except CalamineError:
            raise NotAForm(t("workbooks.not_a_form.not_a_workbook", file=self._file_name)) from None
        return Sheet(name, rows, unread)

    def part_of(self, name: str) -> str:
        """The part of an .xlsx that holds the sheet. KeyError when there is none."""
        return self._parts[self._stored_name(name) or name]

    def _stored_name(self, name: str) -> str | None:
        """The name as the workbook spells it: another program may have taken its letters apart."""
        return next((one for one in self.names if folded(one) == folded(name)), None)

    @cached_property
    def _parts(self) -> dict[str, str]:
        """Sheet name -> part of the archive; empty for formats other than .xlsx."""
        if not self._is_zip:
            return {}
        entries = archive_entries(self._content, MAX_UNPACKED)
        if all(entry.filename != "xl/workbook.xml" for entry in entries):
            return {}
        book, relations = (
            parse_xml(self._read(name)) for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")
        )
        targets = {str(node.get("Id")): str(node.get("Target")) for node in relations}
        parts = {}
        for node in book.iter(f"{_MAIN}sheet"):
            target = targets.get(str(node.get(_RELATION)), "")
            parts[str(node.get("name"))] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        return parts

    def _read(self, part: str) -> bytes:
        try:
            return read_part(self._content, part)
        except BadArchive:
            raise NotAForm(t("workbooks.not_a_form.not_a_workbook", file=self._file_name)) from None

    def _unread(self, name: str) -> dict[str, str]:
        part = self._parts.get(name)
        if part is None:
            return {}
        content = self._read(part)
        # calamine lays a sheet out in full: one cell in the last corner, or in row 0, would take all memory. The bytes
        # are searched, not the parsed sheet: it may break off after such a cell, and calamine reads until there.
        far = [m[1] for m in _PLACES.finditer(content) if not _NEAR.fullmatch(m[1])]
        if far:
            place = max(far, key=len).decode("ascii", "replace")[:20]
            raise NotAForm(t("workbooks.not_a_form.too_wide", file=self._file_name, sheet=name, cell=place))
        found: dict[str, str] = {}
        for cell in parse_xml(content).iter(f"{_MAIN}c"):
            reference = str(cell.get("r"))
            value = cell.find(f"{_MAIN}v")
            if cell.get("t") == "e":
                found[reference] = (value.text if value is not None else None) or "#ERROR"
            elif cell.find(f"{_MAIN}f") is not None and (value is None or not value.text):
                found[reference] = "formula"
        return found
