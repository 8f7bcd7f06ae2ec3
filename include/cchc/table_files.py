"""Plain tables as people open them: an Excel workbook, or a CSV file that Excel reads by a double click."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from cchc.clock import TZ, vn_date
from cchc.errors import CchcError
from cchc.files import inert, write_atomic
from cchc.texts import t

KINDS = (".xlsx", ".csv")
_WIDEST = 60  # characters
_DAY, _MOMENT = "DD/MM/YYYY", "DD/MM/YYYY HH:MM"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # a workbook cannot hold them


@dataclass(frozen=True)
class PlainTable:
    """`name` is that of the sheet; cells are text, numbers, days, moments (shown in local time) or None."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]


def kind_of(path: Path) -> str:
    """`.xlsx` or `.csv`. Raises CchcError for another name, before anything is worked out."""
    kind = path.suffix.lower()
    if kind not in KINDS:
        raise CchcError(t("table_files.unknown_kind", file=path, kinds=" hoặc ".join(KINDS)))
    return kind


def write_table(table: PlainTable, path: Path) -> str:
    """Write the file; returns what to tell. Raises CchcError as `kind_of` does."""
    write_atomic(path, table_bytes(table, kind_of(path)))
    return t("table_files.written", file=path, count=len(table.rows))


def table_bytes(table: PlainTable, kind: str) -> bytes:
    """The table as `.xlsx`, or as `.csv` in UTF-8 with a mark and semicolons; nothing in a cell is ever computed."""
    import pandas as pd

    cell = _for_csv if kind == ".csv" else _for_excel
    frame = pd.DataFrame(
        [[cell(one) for one in row] for row in table.rows], columns=[*table.columns], dtype=object
    )
    if kind == ".csv":
        return frame.to_csv(index=False, sep=";", lineterminator="\r\n").encode("utf-8-sig")
    buffer = io.BytesIO()
    with pd.ExcelWriter(buffer, engine="openpyxl") as book:
        frame.to_excel(book, sheet_name=table.name, index=False, freeze_panes=(1, 1))
        sheet = book.sheets[table.name]
        sheet.auto_filter.ref = sheet.dimensions
        for column in sheet.columns:
            longest = max(len(str(one.value or "")) for one in column)
            sheet.column_dimensions[column[0].column_letter].width = min(longest + 2, _WIDEST)
            for one in column:
                if one.data_type == "f":  # the library takes text with '=' for a formula
                    one.data_type = "s"
                elif one.is_date:
                    one.number_format = _MOMENT if isinstance(one.value, datetime) else _DAY
    return buffer.getvalue()


def _for_csv(value: object) -> object:
    if isinstance(value, datetime):
        return f"{value.astimezone(TZ):%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return vn_date(value)
    if isinstance(value, Decimal):  # Excel of here takes a point for one between thousands
        return str(value).replace(".", ",")
    return inert(value) if isinstance(value, str) else value


def _for_excel(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(TZ).replace(tzinfo=None)
    return _CONTROL.sub("", value) if isinstance(value, str) else value
