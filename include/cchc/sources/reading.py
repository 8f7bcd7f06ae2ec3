"""From an export to its typed rows and its quarantine, in files: here, or in a process of its own.

Strangers' exports are read apart, with limits of time and memory, and that process does all of it. One that only looked
at the bytes would leave the readers of workbooks and DuckDB, which may be killed for want of memory, in ours; rows
handed over a pipe would cost more than to read them. What comes back is what the manifest says, and remarks.
"""

from __future__ import annotations

import csv
import os
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cchc.errors import DiskFull
from cchc.files import inert
from cchc.isolation.limits import ReadingLimits
from cchc.isolation.session import Session
from cchc.sources.columns import COLUMNS
from cchc.sources.door import find_layout
from cchc.sources.duck import connect
from cchc.sources.layouts import load_layouts
from cchc.sources.rules import CountingRules
from cchc.sources.typed import Typed, UnknownUnit, type_rows
from cchc.texts import t

if TYPE_CHECKING:
    from cchc.units import UnitRegister

ROWS, QUARANTINE = "dong.parquet", "cach-ly.csv"
LOGGED_UNITS = 20
_MB = 1 << 20
# A million rows are read within seconds and, as JSON or a workbook, within minutes and 2 GB.
_SECONDS, _SECONDS_A_MB = 300, 3
_MEMORY, _MEMORY_A_PROCESSOR = 4096 * _MB, 128 * _MB  # each thread of DuckDB sets some aside
_WITHOUT_MEMORY = ("Out of Memory", "Out of memory", "failed to allocate", "bad_alloc")


@dataclass(frozen=True)
class ReadExport:
    """What reading an export found. The files ROWS and, with refused rows, QUARANTINE lie in the folder given."""

    source: str
    layout: str
    rows_read: int
    rows_accepted: int
    rows_quarantined: int
    rows_superseded: int
    rows_outside: int
    is_mended: int
    dropped_columns: tuple[str, ...]
    remarks: tuple[str, ...]


def read_export(units: UnitRegister, received_on: date, path: Path, folder: Path) -> ReadExport:
    """Read `path` and write its rows into `folder`. Raises CchcError for a file that is refused, MemoryError where
    DuckDB has not enough, DiskFull where it has no room."""
    import duckdb

    try:
        return _read(units, received_on, path, folder)
    except duckdb.Error as error:
        said = str(error)
        if any(words in said for words in _WITHOUT_MEMORY):
            raise MemoryError from error
        if "No space left" in said:
            raise DiskFull(folder, "DuckDB") from None
        raise


def read_apart(units: UnitRegister, received_on: date, path: Path, folder: Path) -> ReadExport:
    """`read_export` in a process of its own. Raises its CchcErrors, and ItemFailed for all else."""
    with reading_exports(units, path.stat().st_size, folder) as session:
        found: ReadExport = session.ask(_answer, received_on, path, folder)
        return found


def reading_exports(units: UnitRegister, size: int, folder: Path) -> Session:
    """A session that is given `units` first, with what an export of so many bytes may take of the machine; what it
    leaves behind lies in `folder`."""
    seconds = _SECONDS + _SECONDS_A_MB * size // _MB
    memory = _MEMORY + _MEMORY_A_PROCESSOR * (os.cpu_count() or 1)
    limits = ReadingLimits(seconds=seconds, processor_seconds=2 * seconds, memory=memory)
    return Session(limits, _ready, units, folder, prepare=_loaded)


def _loaded() -> None:
    """What every reader needs is loaded once, before it is forked; nothing of it is opened. The year's data each looks
    at again, whether a byte has changed."""
    import duckdb  # noqa: F401 - loaded, not used
    import pyarrow as pa  # noqa: F401 - as above
    import python_calamine  # noqa: F401 - as above

    load_layouts()
    CountingRules.load()


def _ready(units: UnitRegister, folder: Path) -> UnitRegister:
    tempfile.tempdir = str(folder)  # what a killed reader leaves goes with the folder
    return units


def _answer(units: UnitRegister, received_on: date, path: Path, folder: Path) -> ReadExport:
    return read_export(units, received_on, path, folder)


def _read(units: UnitRegister, received_on: date, path: Path, folder: Path) -> ReadExport:
    rules, entrance = CountingRules.load(), find_layout(path, load_layouts())
    remarks = [entrance.remark] if entrance.remark is not None else []
    with connect() as connection:
        typed = type_rows(connection, entrance, units, received_on, rules, folder / ROWS)
        if typed.quarantined:
            remarks += _write_quarantine(folder / QUARANTINE, typed, connection)
    match = typed.match
    return ReadExport(
        source=match.layout.source,
        layout=match.layout.layout,
        rows_read=typed.read,
        rows_accepted=typed.accepted,
        rows_quarantined=typed.quarantined,
        rows_superseded=typed.superseded,
        rows_outside=typed.footers,
        is_mended=int(match.mended),
        dropped_columns=(*match.personal, *match.unknown),
        remarks=tuple(remarks),
    )


def _write_quarantine(path: Path, typed: Typed, connection: Any) -> list[str]:
    """The refused rows with number, reasons and the kept cells under the export's own headers; returns what the log
    says of unknown units.

    With a BOM, so that Excel reads the Vietnamese letters. People mend it and drop it like any export.
    """
    match = typed.match
    unknown: Counter[UnknownUnit] = Counter()
    columns = [column.name for column in COLUMNS[match.layout.source] if column.name in match.positions]
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\r\n")
        writer.writerow(
            [
                t("sources.quarantine.row"),
                t("sources.quarantine.reasons"),
                *(inert(match.title(name)) for name in columns),
            ]
        )
        for row in typed.refused(connection):
            if row.unknown_unit is not None:
                unknown[row.unknown_unit] += 1
            cells = (inert(row.cells[name]) for name in columns)
            writer.writerow([row.row, inert("; ".join(row.reasons)), *cells])
    return [
        f"unknown unit {unit.text!r} in {rows} rows, nearest: {', '.join(unit.near) or '-'}"
        for unit, rows in unknown.most_common(LOGGED_UNITS)
    ]
