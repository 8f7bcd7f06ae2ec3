"""Files of exports as tables of texts, whatever their kind; DuckDB reads the kept columns of one as relation
`file_cells`.

`file_cells` has the columns of `cchc.sources.columns` (texts, NULL when empty) after `row_no` (place in the file as a
person counts, NULL where only the order is known) and `row_fault`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from cchc.errors import CchcError
from cchc.sources.tables.base import Numbering, Reading, SourceTable
from cchc.sources.tables.records import json_tables, parquet_tables
from cchc.sources.tables.spreadsheets import SpreadsheetTable, sheets_of
from cchc.sources.tables.text_files import TextTable, text_tables
from cchc.texts import t

__all__ = [
    "KINDS",
    "Numbering",
    "Reading",
    "SourceTable",
    "SpreadsheetTable",
    "TextTable",
    "tables_of",
]

_READERS: dict[str, Callable[[Path], Sequence[SourceTable]]] = {
    ".csv": text_tables,
    ".txt": text_tables,
    ".csv.gz": text_tables,
    ".xlsx": sheets_of,
    ".xlsm": sheets_of,
    ".xls": sheets_of,
    ".ods": sheets_of,
    ".json": json_tables,
    ".parquet": parquet_tables,
}
KINDS = tuple(_READERS)


def tables_of(path: Path) -> Sequence[SourceTable]:
    """The ways in which a file may be read: a CSV once per delimiter, a workbook once per sheet.

    Raises CchcError for an empty file, an unknown kind of file, a damaged, protected or blown-up one.
    """
    if path.stat().st_size == 0:
        raise CchcError(t("sources.file.empty", file=path.name))
    name = path.name.lower()
    for suffix, reader in _READERS.items():
        if name.endswith(suffix):
            return reader(path)
    raise CchcError(t("sources.file.unknown_kind", file=path.name, known=", ".join(KINDS)))
