"""Files that name their fields in every record (JSON) or in their own schema (Parquet)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cchc.errors import CchcError
from cchc.sources.duck import connect
from cchc.sources.tables.base import (
    BATCH_ROWS,
    MAX_COLUMNS,
    Reading,
    literal,
    load_rows,
    select_cells,
    trimmed,
)
from cchc.texts import t

MAX_JSON = 512 << 20  # read whole


def json_tables(path: Path) -> list[JsonTable]:
    """A list of objects, an object with one such list in it, or one object a line.

    Raises CchcError for anything else, with the line where reading stopped.
    """
    if path.stat().st_size > MAX_JSON:
        raise CchcError(t("sources.file.too_large", file=path.name, allowed=MAX_JSON >> 20))
    records = _records(path)
    names = list(dict.fromkeys(name for record in records for name in record))
    if len(names) > MAX_COLUMNS:
        raise CchcError(t("sources.file.too_wide", file=path.name, columns=len(names), allowed=MAX_COLUMNS))
    return [JsonTable(path, names, records)]


@dataclass(frozen=True)
class JsonTable:
    """Records under a row of their names. Row numbers count records from 1, after the names."""

    path: Path
    names: list[str]
    records: list[dict[str, Any]] = field(repr=False)

    def head(self, count: int) -> list[list[str]]:
        return [cells for _, cells in zip(range(count), self._rows(), strict=False)]

    def load(self, connection: Any, reading: Reading) -> None:
        load_rows(connection, reading, self.rows())

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        return enumerate(self._rows(), start=1)

    def _rows(self) -> Iterator[list[str]]:
        yield self.names
        for record in self.records:
            yield [_text(record.get(name)) for name in self.names]


def _records(path: Path) -> list[dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise CchcError(t("sources.file.json_letters", file=path.name)) from None
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        try:
            found = [json.loads(line) for line in text.split("\n") if line.strip()]
        except json.JSONDecodeError:
            raise CchcError(t("sources.file.broken_json", file=path.name, row=error.lineno)) from None
    except RecursionError:
        raise CchcError(t("sources.file.json_shape", file=path.name)) from None
    if isinstance(found, dict):
        lists = [value for value in found.values() if isinstance(value, list)]
        found = lists[0] if len(lists) == 1 else [found]
    if not isinstance(found, list) or not all(isinstance(record, dict) for record in found):
        raise CchcError(t("sources.file.json_shape", file=path.name))
    return found


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, (dict, list)):  # nested: no kept column is
        return ""
    return str(value)


def parquet_tables(path: Path) -> list[ParquetTable]:
    """Raises CchcError for a damaged file."""
    import duckdb

    with connect() as connection:
        try:
            rows = connection.execute(
                "DESCRIBE SELECT * FROM read_parquet($path)", {"path": str(path)}
            ).fetchall()
        except duckdb.Error:
            raise CchcError(t("sources.file.damaged_parquet", file=path.name)) from None
    if len(rows) > MAX_COLUMNS:
        raise CchcError(t("sources.file.too_wide", file=path.name, columns=len(rows), allowed=MAX_COLUMNS))
    return [ParquetTable(path, [row[0] for row in rows])]


@dataclass(frozen=True)
class ParquetTable:
    """Row numbers count rows from 1, after the names."""

    path: Path
    names: list[str]

    def head(self, count: int) -> list[list[str]]:
        return [self.names]

    def load(self, connection: Any, reading: Reading) -> None:
        import duckdb

        cells = {
            place: trimmed("CAST({} AS VARCHAR)".format('"' + name.replace('"', '""') + '"'))
            for place, name in enumerate(self.names)
        }
        select = select_cells(reading, "file_row_number + 2", cells)
        try:
            connection.execute(
                f"CREATE OR REPLACE TEMP TABLE file_cells AS {select} "
                f"FROM read_parquet({literal(self.path)}, file_row_number = true)"
            )
        except duckdb.Error:  # its footer may be sound and its pages not
            raise CchcError(t("sources.file.damaged_parquet", file=self.path.name)) from None

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        import duckdb

        yield 1, self.names
        with connect() as connection:
            try:
                found = connection.execute(
                    "SELECT COLUMNS(*)::VARCHAR FROM read_parquet($path)", {"path": str(self.path)}
                )
                first = 2
                while batch := found.fetchmany(BATCH_ROWS):
                    for number, row in enumerate(batch, start=first):
                        yield number, [cell or "" for cell in row]
                    first += len(batch)
            except duckdb.Error:
                raise CchcError(t("sources.file.damaged_parquet", file=self.path.name)) from None
