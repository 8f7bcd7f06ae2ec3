"""Workbooks of Excel and LibreOffice: each sheet a table of texts."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from cchc.errors import CchcError
from cchc.office.kinds import Kind, kind_of_file
from cchc.office.package import ArchiveTooLarge, BadArchive, Package
from cchc.sources.tables.archives import check_archive
from cchc.sources.tables.base import MAX_COLUMNS, Reading, select_cells, trimmed_among
from cchc.texts import t

MAX_FILE = 256 << 20
_ENDINGS = {Kind.XLSX: (".xlsx", ".xlsm"), Kind.XLS: (".xls",), Kind.ODS: (".ods",)}


def sheets_of(path: Path) -> list[SpreadsheetTable]:
    """Every sheet of a workbook.

    Raises CchcError for one that is damaged, protected, too large, blown up, or that holds formulas without
    results (with the cells' names).
    """
    import fastexcel

    if path.stat().st_size > MAX_FILE:
        raise CchcError(t("sources.file.too_large", file=path.name, allowed=MAX_FILE >> 20))
    kind = kind_of_file(path)
    if kind is not Kind.XLS:
        check_archive(path)
    with _told(path):
        book = fastexcel.read_excel(_readable(path, kind))
    return [SpreadsheetTable(path, name, book) for name in book.sheet_names]


def _readable(path: Path, kind: Kind) -> Path | bytes:
    """The workbook as the reader takes it: by its name it chooses how to read, by its bytes it tries; and it looks for
    parts by their usual names."""
    if kind is not Kind.XLS and not Package.is_usual(path):
        try:
            return Package.of(path, MAX_FILE).plain().packed()
        except (BadArchive, ArchiveTooLarge):
            raise CchcError(t("sources.file.damaged", file=path.name)) from None
    return path if path.suffix.lower() in _ENDINGS[kind] else path.read_bytes()


@dataclass(frozen=True)
class SpreadsheetTable:
    """One sheet of a workbook. Its cells are read once, at the first pass."""

    path: Path
    sheet_name: str
    book: Any = field(repr=False)

    @cached_property
    def _cells(self) -> Any:
        """A pyarrow Table of texts; its rows are the sheet's, the empty ones above the first included."""
        import pyarrow as pa

        with _told(self.path):
            batch = self.book.load_sheet(
                self.sheet_name, header_row=None, skip_rows=0, dtypes="string"
            ).to_arrow()
        if batch.num_columns > MAX_COLUMNS:
            raise CchcError(
                t(
                    "sources.file.too_wide",
                    file=self.path.name,
                    columns=batch.num_columns,
                    allowed=MAX_COLUMNS,
                )
            )
        names = [f"c{place}" for place in range(batch.num_columns)]
        return pa.Table.from_batches([batch.rename_columns(names)]) if names else pa.table({})

    def head(self, count: int) -> list[list[str]]:
        columns = [column.to_pylist() for column in self._cells.slice(0, count).columns]
        return [[cell or "" for cell in row] for row in zip(*columns, strict=True)]

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        columns = [column.to_pylist() for column in self._cells.columns]
        for number, row in enumerate(zip(*columns, strict=True), start=1):
            yield number, [cell or "" for cell in row]

    def _letters(self, place: int) -> str:
        """The texts of a column, one behind the other."""
        *_, letters = self._cells.column(place).chunk(0).buffers()
        return str(letters, "utf-8") if letters else ""

    def load(self, connection: Any, reading: Reading) -> None:
        import pyarrow as pa

        rows = self._cells.num_rows
        # `pa.array` would import pandas, which takes as long as reading the sheet.
        numbers = pa.Array.from_buffers(
            pa.int32(), rows, [None, pa.py_buffer(array("i", range(1, rows + 1)))]
        )
        connection.register("cells_of_sheet", self._cells.append_column("row_number", numbers))
        names = {place: trimmed_among(f"c{place}", self._letters(place)) for place in range(reading.width)}
        filled = " OR ".join(f"{name} IS NOT NULL" for name in names.values())
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE file_cells AS {select_cells(reading, 'row_number', names)} "
            f"FROM cells_of_sheet WHERE row_number > {reading.first_row} AND ({filled}) ORDER BY row_number"
        )
        connection.unregister("cells_of_sheet")


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Whatever the reader says of a workbook in our words."""
    import fastexcel

    try:
        yield
    except (fastexcel.FastExcelError, OSError) as error:
        protected = "password" in str(error).lower()
        raise CchcError(
            t(f"sources.file.{'protected' if protected else 'damaged'}", file=path.name)
        ) from None
    except BaseException as error:
        # The reader is Rust and panics over some cut .xls; a panic has no class that could be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise CchcError(t("sources.file.damaged", file=path.name)) from None
