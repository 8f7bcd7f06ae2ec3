"""What every kind of file offers: its first rows, to find the header, and its kept columns as relation `cells`."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from cchc.errors import CchcError
from cchc.folding import BLANKS, SPACES, UNSEEN, WRAPPED, cell_text

MISALIGNED = "misaligned"
LINE_BREAK = "line_break"
BATCH_ROWS = 20_000
_ODD_LETTERS = f"{UNSEEN}{SPACES}\u0300-\u036f"
_MAYBE_ODD = re.compile(f"[{_ODD_LETTERS}=']")
_TWO_LINE_DATE = re.compile(r"[\d/:.\-\s]{8,30}")  # the day above its hour, as printed lists have it
MAX_COLUMNS = 500  # no export has as many; a file with millions of columns would fill the memory


@dataclass(frozen=True)
class Reading:
    """How a table is to be read. `columns`: kept column -> its cell (None: the file lacks it)."""

    first_row: int  # index of the first row below the header
    width: int
    columns: Mapping[str, int | None]
    free_text: frozenset[str] = frozenset()  # columns in which a line break is no fault


@dataclass(frozen=True)
class Numbering:
    """From a row's place among the rows that were read to its number in the file, and the rows set aside."""

    first_row: int = 0
    set_aside: Mapping[int, str] = field(default_factory=dict)  # row number -> fault

    def row_number(self, place: int) -> int:
        """`place` counts from 0 the rows that were read; row numbers count from 1 all lines of the file."""
        number = self.first_row + 1 + place
        for aside in sorted(self.set_aside):
            if aside > number:
                break
            number += 1
        return number

    def row_numbers(self, places: Sequence[int]) -> list[int]:
        """The same for many places in ascending order."""
        asides = sorted(self.set_aside)
        # The k-th row set aside (from 0) lies before a place when its number less k does.
        before = [aside - index for index, aside in enumerate(asides)]
        return [
            (number := self.first_row + 1 + place) + bisect.bisect_right(before, number) for place in places
        ]


class SourceTable(Protocol):
    """One table of a file. What only text files can do stands in `TextTable`."""

    @property
    def path(self) -> Path: ...

    def head(self, count: int) -> list[list[str]]:
        """The first rows."""
        ...

    def load(self, connection: Any, reading: Reading) -> None:
        """Make relation `file_cells`."""
        ...

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Every row with its number in the file, one after the other: slow, for the few files that need it."""
        ...


def literal(text: object) -> str:
    """A text as a literal of SQL: statements that make views take no parameters."""
    return "'" + str(text).replace("'", "''") + "'"


def trimmed_among(cell: str, texts: str) -> str:
    """`trimmed` of a column whose texts are known, written one behind the other: most columns need less."""
    if _MAYBE_ODD.search(texts):
        return trimmed(cell)
    return f"nullif({_without_blanks(cell) if any(blank in texts for blank in BLANKS) else cell}, '')"


def trimmed(cell: str) -> str:
    """The SQL expression of a cell as `cell_text` makes it, NULL when nothing is left; few cells need all of it."""
    plain = _without_blanks(cell)
    seen = f"regexp_replace({cell}, '[{UNSEEN}]', '', 'g')"
    bare = f"trim(regexp_replace(nfc_normalize({seen}), '[{SPACES}]', ' ', 'g'), {literal(BLANKS)})"
    wrapped = f"trim(regexp_replace({bare}, {literal(f'^(?:{WRAPPED})$')}, '\\1\\2'), {literal(BLANKS)})"
    odd = f"[{_ODD_LETTERS}]|^[ \\t\\r\\n]*[='']"
    return f"nullif(CASE WHEN regexp_matches({cell}, '{odd}') THEN {wrapped} ELSE {plain} END, '')"


def _without_blanks(cell: str) -> str:
    return f"trim({cell}, {literal(BLANKS)})"


def select_cells(reading: Reading, row_no: str, cell: Mapping[int, str]) -> str:
    """Select list of `file_cells` when the file's cell k is the SQL expression cell[k]."""
    columns = [
        f"{'NULL' if place is None else cell[place]}::VARCHAR AS {name}"
        for name, place in reading.columns.items()
    ]
    return f"SELECT {row_no}::INTEGER AS row_no, NULL::VARCHAR AS row_fault, " + ", ".join(columns)


def load_rows(connection: Any, reading: Reading, rows: Iterable[tuple[int, list[str]]]) -> None:
    """Make relation `file_cells` of numbered rows; rows above the first one and blank rows are passed over."""
    import duckdb
    import pyarrow as pa

    fault: list[CchcError] = []
    names = ["row_no", "row_fault", *reading.columns]
    schema = pa.schema([("row_no", pa.int32()), *((name, pa.string()) for name in names[1:])])
    batches = (
        pa.RecordBatch.from_arrays(
            [
                pa.array(column, kind)
                for column, kind in zip(zip(*chunk, strict=True), schema.types, strict=True)
            ],
            schema=schema,
        )
        for chunk in _chunks(_judged(reading, _told(rows, fault)))
    )
    reader = pa.RecordBatchReader.from_batches(schema, batches)
    connection.register("rows_of_file", reader)
    try:
        connection.execute("CREATE OR REPLACE TEMP TABLE loaded_rows AS SELECT * FROM rows_of_file")
        connection.execute("CREATE OR REPLACE TEMP VIEW file_cells AS SELECT * FROM loaded_rows")
    except duckdb.Error:
        if fault:  # the reader's own words; those of the database are about its stream
            raise fault[0] from None
        raise
    finally:
        connection.unregister("rows_of_file")


def _told(rows: Iterable[tuple[int, list[str]]], fault: list[CchcError]) -> Iterator[tuple[int, list[str]]]:
    try:
        yield from rows
    except CchcError as error:
        fault.append(error)
        raise


def _judged(
    reading: Reading, rows: Iterable[tuple[int, list[str]]]
) -> Iterator[tuple[int | str | None, ...]]:
    nothing = (None,) * len(reading.columns)
    for number, cells in rows:
        if number <= reading.first_row or not any(map(str.strip, cells)):
            continue
        if len(cells) < reading.width or any(map(str.strip, cells[reading.width :])):
            # A cell too many or too few: whose cell is whose is unknown, a name may stand anywhere.
            yield (number, f"{MISALIGNED}:{len(cells)}:{reading.width}", *nothing)
            continue
        kept = {
            name: None if place is None else cell_text(cells[place]) or None
            for name, place in reading.columns.items()
        }
        if any(
            text and ("\n" in text or "\r" in text) and not _TWO_LINE_DATE.fullmatch(text)
            for name, text in kept.items()
            if name not in reading.free_text
        ):
            yield (number, LINE_BREAK, *nothing)  # an unclosed quote swallows the lines that follow
            continue
        yield (number, None, *kept.values())


def _chunks(rows: Iterator[tuple[int | str | None, ...]]) -> Iterator[list[tuple[int | str | None, ...]]]:
    chunk: list[tuple[int | str | None, ...]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == BATCH_ROWS:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
