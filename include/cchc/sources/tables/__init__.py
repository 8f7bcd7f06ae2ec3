"""Files of exports as tables of texts, whatever their kind; DuckDB reads the kept columns of one as relation
`file_cells`.

`file_cells` has the columns of `cchc.sources.columns` (texts, NULL when empty) after `row_no` (place in the file as a
person counts, NULL where only the order is known) and `row_fault`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from cchc.errors import CchcError
from cchc.office.kinds import Kind, kind_of_file
from cchc.sources.tables.base import Numbering, Reading, SourceTable
from cchc.sources.tables.converted import ConvertedTable, in_unicode
from cchc.sources.tables.records import json_tables, parquet_tables
from cchc.sources.tables.spreadsheets import SpreadsheetTable, sheets_of
from cchc.sources.tables.text_files import TextTable, text_tables
from cchc.texts import t

__all__ = [
    "KINDS",
    "ConvertedTable",
    "Numbering",
    "Reading",
    "SourceTable",
    "SpreadsheetTable",
    "TextTable",
    "tables_of",
]

_READERS: dict[Kind, Callable[[Path], Sequence[SourceTable]]] = {
    Kind.TEXT: text_tables,
    Kind.GZIP: text_tables,
    Kind.XLSX: sheets_of,
    Kind.XLS: sheets_of,
    Kind.ODS: sheets_of,
    Kind.JSON: json_tables,
    Kind.PARQUET: parquet_tables,
}
KINDS = (".csv", ".txt", ".csv.gz", ".xlsx", ".xlsm", ".xls", ".ods", ".json", ".parquet")
# Kinds that are called something else, or cannot be read: each has a sentence that says what to do.
_TOLD = {
    Kind.EMPTY: "empty",
    Kind.LOCKED: "protected",
    Kind.DAMAGED: "damaged",
    Kind.PAGE: "page",
    Kind.WEB_ARCHIVE: "web_archive",
    Kind.XML_2003: "xml_2003",
    Kind.XLSB: "xlsb",
    Kind.PDF: "pdf",
    Kind.ARCHIVE: "archive",
    Kind.RAR: "archive",
    Kind.PICTURE: "picture",
    Kind.DOCX: "word",
    Kind.DOC: "word",
}


def tables_of(path: Path) -> Sequence[SourceTable]:
    """The ways in which a file may be read: a CSV once per delimiter, a workbook once per sheet.

    What it is, is told by its bytes: software writes a workbook of one kind under the name of another. Raises
    CchcError for an empty file, an unknown kind of file, a damaged, protected or blown-up one.
    """
    kind = kind_of_file(path)
    packed = path.suffix.lower() == ".gz"
    if kind in _READERS and packed != (kind is Kind.GZIP):
        ending = ".csv.gz" if kind is Kind.GZIP else f".{'csv' if kind is Kind.TEXT else kind}"
        raise CchcError(t("sources.file.packed_name", file=path.name, ending=ending))
    if (reader := _READERS.get(kind)) is not None:
        return [in_unicode(table) for table in reader(path)]
    if kind in _TOLD:
        raise CchcError(t(f"sources.file.{_TOLD[kind]}", file=path.name))
    raise CchcError(t("sources.file.unknown_kind", file=path.name, known=", ".join(KINDS)))
