"""CSV and TXT, packed or not: comma, semicolon or tab; UTF-8, UTF-16 or Windows-1258."""

from __future__ import annotations

import csv
import gzip
import io
import random
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import IO, Any

from cchc.errors import CchcError
from cchc.folding import visible
from cchc.sources.tables.base import (
    MAX_COLUMNS,
    MISALIGNED,
    Numbering,
    Reading,
    literal,
    load_rows,
    select_cells,
    trimmed,
)
from cchc.texts import t

DELIMITERS = (";", ",", "\t")
_UTF16 = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
VIETNAMESE_8_BIT = "cp1258"
CHUNK = 1 << 20
MAX_UNPACKED = 16 << 30
MAX_RATIO = 200  # texts of exports pack some 10 to 30 to 1; a bomb 1,000 to 1
SAMPLE_PIECES, SAMPLE_PIECE = 256, 12 << 10
# Bytes up to which a file is held whole: less work than a sample of it.
SMALL = SAMPLE_PIECES * SAMPLE_PIECE


def text_tables(path: Path) -> list[TextTable]:
    """One table per delimiter under which its first row can be read. Raises CchcError for a packed file that is cut off
    or a bomb."""
    if path.suffix.lower() == ".gz":
        _check_packed(path)
    encoding = _encoding(path)
    tables = [TextTable(path, delimiter, encoding) for delimiter in DELIMITERS]
    # Behind a quoted cell only its own delimiter may stand.
    return [table for table in tables if table.opens()] or tables


@dataclass(frozen=True)
class TextTable:
    """A text file under one delimiter. Row numbers count records from 1, as a spreadsheet shows them."""

    path: Path
    delimiter: str
    encoding: str = "utf-8-sig"
    by_row: bool = False
    trims: bool = False

    @property
    def lazy(self) -> bool:
        """Whether the cells are read from the file each time: then its words are only known from a sample."""
        return self._by_duckdb and self.path.stat().st_size > SMALL

    @property
    def _by_duckdb(self) -> bool:
        """DuckDB reads only UTF-8; the others go through Python."""
        return self.encoding == "utf-8-sig" and not self.by_row

    def head(self, count: int) -> list[list[str]]:
        """The first rows; a wrong delimiter may break the quoting, then the rows before the break."""
        rows: list[list[str]] = []
        try:
            for _, row in islice(self.rows(), count):
                if len(row) > MAX_COLUMNS:
                    raise CchcError(
                        t("sources.file.too_wide", file=self.path.name, columns=len(row), allowed=MAX_COLUMNS)
                    )
                rows.append(row)
        except _Broken:
            if not rows:
                raise
        return rows

    def opens(self) -> bool:
        try:
            next(self.rows(), None)
        except _Broken:
            return False
        return True

    def sample(self, reading: Reading) -> Iterator[list[str]]:
        """Rows from places spread over the file, whole lines only; of a packed file its beginning."""
        if self.path.suffix.lower() == ".gz":
            with self._text() as text:
                yield from csv.reader(islice(text, 50_000), delimiter=self.delimiter)
            return
        size = self.path.stat().st_size
        places = [0, *sorted(random.Random(size).sample(range(size), min(SAMPLE_PIECES, size)))]  # noqa: S311 - not for secrets
        with self.path.open("rb") as handle:
            for place in places:
                handle.seek(place)
                lines = handle.read(SAMPLE_PIECE).split(b"\n")[1 if place else 0 : -1]
                yield from csv.reader(
                    (line.decode("utf-8", "replace").rstrip("\r") for line in lines),
                    delimiter=self.delimiter,
                )

    def load(self, connection: Any, reading: Reading) -> None:
        if not self._by_duckdb:
            load_rows(connection, reading, self.rows())
            return
        names = [f"c{place}" for place in range(reading.width)]
        columns = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
        # Everything is said: detection of quotes and types has swallowed an unclosed quote.
        scan = (
            f"read_csv({literal(self.path)}, auto_detect = false, header = false, skip = {reading.first_row}, "
            f"delim = {literal(self.delimiter)}, quote = '\"', escape = '\"', "
            f"compression = {'gzip' if self.path.suffix.lower() == '.gz' else 'none'}, "
            f"ignore_errors = true, store_rejects = true, columns = {{{columns}}})"
        )
        lazy = self.lazy
        # The reader takes an empty cell, quoted or not, for NULL.
        cells = {place: trimmed(name) if self.trims or not lazy else name for place, name in enumerate(names)}
        select = select_cells(reading, "NULL", cells)
        if lazy:
            connection.execute(f"CREATE OR REPLACE TEMP VIEW file_cells AS {select} FROM {scan}")
            return
        connection.execute(f"CREATE OR REPLACE TEMP TABLE small_file AS {select} FROM {scan}")
        connection.execute("CREATE OR REPLACE TEMP VIEW file_cells AS SELECT * FROM small_file")

    def numbering(self, connection: Any, reading: Reading, rows: int) -> Numbering | None:
        """How the `rows` rows that were read are numbered; None: lines and rows do not agree, load it carefully.

        A blank line or a quoted line break shifts the numbers.
        """
        if not self._by_duckdb:
            return Numbering()
        rejected = connection.execute(
            "SELECT line, error_type::VARCHAR, csv_line FROM reject_errors "
            "WHERE scan_id = (SELECT max(scan_id) FROM reject_errors) ORDER BY line"
        ).fetchall()
        set_aside = {}
        for number, fault, line in rejected:
            try:
                cells = next(csv.reader([line.rstrip("\r\n")], delimiter=self.delimiter), [])
            except csv.Error:  # the reader row by row finds out what it is
                return None
            surplus = any(map(str.strip, cells[reading.width :]))
            if fault not in ("MISSING COLUMNS", "TOO MANY COLUMNS") or not (
                surplus or len(cells) < reading.width
            ):
                return None  # too many cells that are all empty, an open quote, broken letters
            set_aside[number] = f"{MISALIGNED}:{len(cells)}:{reading.width}"
        if self._line_count() != reading.first_row + rows + len(rejected):
            return None
        return Numbering(reading.first_row, set_aside)

    def trimming(self) -> TextTable:
        """The same lazy table without the blanks around its cells, which costs time and few files need."""
        return replace(self, trims=True)

    def careful(self) -> TextTable:
        """The same table read row by row: slow, and right about whatever a row may hold."""
        return replace(self, by_row=True)

    def _line_count(self) -> int:
        breaks, last = 0, b"\n"
        with _opened(self.path) as handle:
            while chunk := handle.read(CHUNK):
                # Up to Python 3.12 `count` looks at one byte after the other; this takes a fifth of the time.
                breaks += len(chunk) - len(chunk.replace(b"\n", b""))
                last = chunk[-1:]
        return breaks + (last != b"\n")

    @contextmanager
    def _text(self) -> Iterator[IO[str]]:
        with _opened(self.path) as raw:
            # newline="" as the csv module wants it; utf-8-sig takes files with and without a BOM.
            yield io.TextIOWrapper(raw, encoding=self.encoding, newline="")

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        compose = self.encoding == VIETNAMESE_8_BIT
        number = 0
        try:
            with self._text() as text:
                for number, row in enumerate(
                    csv.reader(text, delimiter=self.delimiter, strict=True), start=1
                ):
                    # Windows-1258 writes a letter and its tone apart.
                    yield number, [visible(cell) for cell in row] if compose else row
        except UnicodeError:
            raise _Broken(t("sources.file.mixed_letters", file=self.path.name, row=number + 1)) from None
        except csv.Error:
            raise _Broken(t("sources.file.broken_csv", file=self.path.name, row=number + 1)) from None


class _Broken(CchcError):
    """The file cannot be read on from some row."""


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    if path.suffix.lower() != ".gz":
        with path.open("rb") as handle:
            yield handle
        return
    with gzip.open(path, "rb") as packed:
        yield packed  # type: ignore[misc]  # a GzipFile reads like any binary file


def _check_packed(path: Path) -> None:
    """A gzip file that is whole and of a sane size once it is unpacked."""
    unpacked, limit = 0, min(MAX_UNPACKED, max(path.stat().st_size * MAX_RATIO, 64 << 20))
    try:
        with _opened(path) as handle:
            while chunk := handle.read(CHUNK):
                unpacked += len(chunk)
                if unpacked > limit:
                    raise CchcError(t("sources.file.bomb", file=path.name))
    except (OSError, EOFError, zlib.error):
        raise CchcError(t("sources.file.damaged_packed", file=path.name)) from None


def _encoding(path: Path) -> str:
    """By its mark, else UTF-8, else Windows-1258 when no line of the first part is UTF-8 beyond ASCII."""
    with _opened(path) as handle:
        start = handle.read(CHUNK)
    if len(start) == CHUNK and b"\n" not in start:  # it would be read into memory as one row
        raise CchcError(t("sources.file.one_line", file=path.name))
    for mark, encoding in _UTF16:
        if start.startswith(mark):
            return encoding
    lines = start.split(b"\n")
    beyond_ascii = [line for line in lines[:-1] or lines if not line.isascii()]
    if beyond_ascii and not any(_is_utf8(line) for line in beyond_ascii):
        return VIETNAMESE_8_BIT
    return "utf-8-sig"


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
