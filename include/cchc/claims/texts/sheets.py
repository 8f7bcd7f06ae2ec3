"""The cells of a workbook as text: a sheet's name, then its rows as lines, cells parted by tabs.

Values are those that the program stored beside its formulas; nothing is computed, and no sheet may span more cells than
people fill.
"""

from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from cchc.claims.texts.places import Part, PartKind
from cchc.claims.texts.refused import UnreadableDocument
from cchc.clock import vn_date
from cchc.indicators import format_number
from cchc.office.package import ArchiveTooLarge, BadArchive, LockedArchive, Package
from cchc.office.sheets import (
    LONGEST_CELL,
    MOST_LETTERS,
    ExcelWalk,
    Extent,
    SharedTexts,
    TooFar,
    TooLong,
    TooMuch,
    is_shared_texts,
    is_sheet,
    pieces,
    walk,
)

MAX_UNPACKED = 60 * 1024 * 1024
MOST = Extent(rows=99_999, columns=702, cells=1_000_000)
MOST_CELLS = 3_000_000  # of all sheets
_DECIMALS = 6


def text_of(content: bytes, name: str) -> tuple[str, tuple[Part, ...]]:
    """Lines of all sheets, sheets parted by a blank line, and where each begins. Raises UnreadableDocument."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        package = Package.of(content, MAX_UNPACKED).plain()
        _guard(package, name)
        book = CalamineWorkbook.from_object(io.BytesIO(package.packed()))
        sheets = [
            (sheet, book.get_sheet_by_name(sheet).to_python(skip_empty_area=False))
            for sheet in book.sheet_names
        ]
    except (LockedArchive, PasswordError):
        raise UnreadableDocument("protected", name) from None
    except ArchiveTooLarge:
        raise UnreadableDocument("unpacked", name, limit=MAX_UNPACKED // (1024 * 1024)) from None
    except TooFar as error:
        most = {"rows": MOST.rows, "columns": MOST.columns, "cells": MOST.cells}
        limits = {key: format_number(Decimal(value)) for key, value in most.items()}
        raise UnreadableDocument("too_wide", name, cell=error.cell, **limits) from None
    except TooMuch:
        raise UnreadableDocument("too_long", name, limit=MOST_LETTERS // 1_000_000) from None
    except TooLong:
        raise UnreadableDocument("too_full", name, limit=format_number(Decimal(LONGEST_CELL))) from None
    except (BadArchive, CalamineError, ValueError):
        raise UnreadableDocument("damaged", name) from None
    lines, parts = list[str](), list[Part]()
    for sheet, rows in sheets:
        lines += [""] if lines else []
        lines += [" ".join(sheet.split()), ""]
        parts.append(Part(len(lines) + 1, PartKind.SHEET, sheet))
        lines += map(_line, rows)
    return "\n".join(lines), tuple(parts)


def _guard(package: Package, name: str) -> None:
    """Raises when the sheets of a workbook span, or show, more than people fill."""
    shared: list[int] = []
    for part in filter(is_shared_texts, package.parts.values()):
        walk(texts := SharedTexts(MOST), pieces(part))
        shared = texts.lengths
    cells = letters = 0
    for part in filter(is_sheet, package.parts.values()):
        walk(sheet := ExcelWalk(MOST, shared=shared), pieces(part))
        cells, letters = cells + sheet.rows * sheet.columns, letters + sheet.letters
        if cells > MOST_CELLS:
            raise UnreadableDocument("too_many_cells", name, limit=format_number(Decimal(MOST_CELLS)))
        if letters > MOST_LETTERS:
            raise TooMuch("")


def _line(row: list[Any]) -> str:
    cells = [_shown(value) for value in row]
    return "\t".join(cells) if any(cells) else ""


def _shown(value: Any) -> str:
    """A value as people read it; line ends and tabs inside a cell are spaces."""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, float):
        number = round(Decimal(value), _DECIMALS).normalize()
        whole, _, behind = f"{number:f}".partition(".")
        # Three decimals would be read as thousands.
        return f"{whole},{behind}{'0' if len(behind) == 3 else ''}" if behind else whole
    if isinstance(value, date):
        return vn_date(value)
    return "" if isinstance(value, timedelta) else " ".join(str(value).split())
