"""Landing: an export from the drop folder becomes typed Parquet, a quarantine file and one manifest row."""

from __future__ import annotations

import csv
import json
import logging
from collections import Counter
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cchc.clock import TZ, to_text
from cchc.errors import CchcError, ConfigError, ConfigErrors
from cchc.files import inert, sha256_file
from cchc.paths import Instance
from cchc.sources.columns import COLUMNS
from cchc.sources.door import find_layout
from cchc.sources.duck import connect, whole_file
from cchc.sources.layouts import load_layouts
from cchc.sources.rules import CountingRules
from cchc.sources.typed import Typed, UnknownUnit, type_rows
from cchc.store import Store
from cchc.texts import t

if TYPE_CHECKING:
    from cchc.units import UnitRegister

log = logging.getLogger(__name__)
LOGGED_UNITS = 20
_HALF_WRITTEN = (".tmp", ".part", ".partial", ".crdownload", ".filepart")


@dataclass(frozen=True)
class Landing:
    """One landed export; rows_read = rows_accepted + rows_quarantined. `new`: False when it was known.

    rows_superseded: those of the quarantined rows that a later row of the same file replaces. rows_outside: rows of
    totals, headings and signatures that were set aside; none of the rows read.
    """

    landing_id: str
    source: str
    layout: str
    rows_read: int
    rows_accepted: int
    rows_quarantined: int
    rows_superseded: int
    rows_outside: int
    new: bool


def exports_dir(instance: Instance, source: str) -> Path:
    """Folder of one source's landed files: nhan (typed rows), cach-ly (refused ones), chot (snapshots)."""
    return instance.data / "nguon" / source


def pending_exports(instance: Instance) -> list[Path]:
    """Files that wait in the drop folder and its sub-folders, by path; not hidden or half-written ones."""
    if not instance.export_drop.is_dir():
        return []
    return sorted(
        path
        for path in instance.export_drop.rglob("*")
        if path.is_file()
        and not any(part.startswith((".", "~$")) for part in path.relative_to(instance.export_drop).parts)
        and path.suffix.lower() not in _HALF_WRITTEN
    )


def land_file(
    store: Store, instance: Instance, path: Path, units: UnitRegister, received_at: datetime
) -> Landing:
    """Land one export received at `received_at`.

    The file's hash is its identity: the same file again changes nothing. The original holds personal data, so
    it is removed from the drop folder once its landing is recorded; a file elsewhere is left alone. A file that
    another run, or this one before it was broken off, landed and removed is no error. Raises CchcError when the file
    cannot be read or fits no layout; then the refusal is recorded, nothing else, and the file stays.
    """
    try:
        before, digest = _stamp(path), sha256_file(path)
    except FileNotFoundError:
        return _landed_already(store, path, received_at)
    except OSError as error:
        raise CchcError(t("sources.file.denied", file=path.name, reason=error.strerror)) from None
    known = [
        row
        for source in COLUMNS
        if (row := store.one("sources.landing", landing_id=_landing_id(source, digest))) is not None
    ]
    if known:
        _remove_original(instance, path)
        return _landing(known[0], new=False)
    try:
        row = _land(instance, path, digest, units, received_at, before)
    except (ConfigError, ConfigErrors):
        raise
    except FileNotFoundError:
        if path.exists():
            raise
        return _landed_already(store, path, received_at)
    except CchcError as refusal:
        with store.write() as transaction:
            transaction.execute(
                "sources.add_refusal",
                file_sha256=digest,
                file_name=path.name,
                received_at=to_text(received_at),
                reason=str(refusal),
            )
        raise
    with store.write() as transaction:
        new = transaction.execute("sources.add_landing", **row) == 1
    _remove_original(instance, path)
    log.info(
        "landed %s: %d read, %d quarantined, %d outside the table",
        *(row[name] for name in ("landing_id", "rows_read", "rows_quarantined", "rows_outside")),
    )
    return _landing(row, new=new)


def _landed_already(store: Store, path: Path, received_at: datetime) -> Landing:
    """The landing of a file that is gone since it was listed. Raises CchcError when there is none of its day."""
    day = received_at.astimezone(TZ).replace(hour=0, minute=0, second=0, microsecond=0)
    row = store.one("sources.landed_as", file_name=path.name, since=to_text(day))
    if row is None:
        raise CchcError(t("sources.file.gone", file=path.name))
    return _landing(row, new=False)


def _land(
    instance: Instance,
    path: Path,
    digest: str,
    units: UnitRegister,
    received_at: datetime,
    before: tuple[int, int],
) -> dict[str, Any]:
    """Write the typed rows and the quarantine; returns the manifest row.

    Raises FileNotFoundError when the file goes away meanwhile.
    """
    import duckdb

    try:
        return _typed_and_written(instance, path, digest, units, received_at, before)
    except (ConfigError, ConfigErrors):
        raise
    except (CchcError, OSError, duckdb.Error):
        if _stamp(path) != before:  # whatever was said of it, it was not the file as it is now
            raise CchcError(t("sources.file.changing", file=path.name)) from None
        raise


def _typed_and_written(
    instance: Instance,
    path: Path,
    digest: str,
    units: UnitRegister,
    received_at: datetime,
    before: tuple[int, int],
) -> dict[str, Any]:
    rules, entrance = CountingRules.load(), find_layout(path, load_layouts())
    match = entrance.match
    if entrance.remark is not None:
        log.warning("%s", entrance.remark)
    landing_id = _landing_id(match.layout.source, digest)
    folder = exports_dir(instance, match.layout.source)
    parquet, quarantine = folder / "nhan" / f"{landing_id}.parquet", folder / "cach-ly" / f"{landing_id}.csv"
    with connect() as connection, whole_file(parquet) as name:
        typed = type_rows(connection, entrance, units, received_at.astimezone(TZ).date(), rules, Path(name))
        with whole_file(quarantine) if typed.quarantined else nullcontext() as beside:
            if beside is not None:
                _write_quarantine(Path(beside), typed, connection)
            if _stamp(path) != before:
                raise CchcError(t("sources.file.changing", file=path.name))
    return {
        "landing_id": landing_id,
        "source": match.layout.source,
        "layout": match.layout.layout,
        "file_name": path.name,
        "file_sha256": digest,
        "received_at": to_text(received_at),
        "rows_read": typed.read,
        "rows_accepted": typed.accepted,
        "rows_quarantined": typed.quarantined,
        "rows_superseded": typed.superseded,
        "rows_outside": typed.footers,
        "parquet_path": str(parquet.relative_to(instance.data)),
        "quarantine_path": str(quarantine.relative_to(instance.data)) if typed.quarantined else None,
        "is_mended": int(match.mended),
        "dropped_columns": json.dumps([*match.personal, *match.unknown], ensure_ascii=False),
    }


def _write_quarantine(path: Path, typed: Typed, connection: Any) -> None:
    """The refused rows with number, reasons and the kept cells under the export's own headers.

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
    for unit, rows in unknown.most_common(LOGGED_UNITS):
        log.warning("unknown unit %r in %d rows, nearest: %s", unit.text, rows, ", ".join(unit.near) or "-")


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _landing_id(source: str, digest: str) -> str:
    return f"{source}-{digest[:20]}"


def _landing(row: Mapping[str, Any], *, new: bool) -> Landing:
    names = (
        "landing_id", "source", "layout", "rows_read", "rows_accepted", "rows_quarantined", "rows_superseded",
        "rows_outside",
    )  # fmt: skip
    return Landing(**{name: row[name] for name in names}, new=new)


def _remove_original(instance: Instance, path: Path) -> None:
    if path.resolve().is_relative_to(instance.export_drop.resolve()):
        path.unlink(missing_ok=True)
