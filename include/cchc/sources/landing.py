"""Landing: an export from the drop folder becomes typed Parquet, a quarantine file and one manifest row."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cchc.clock import TZ, to_text
from cchc.depot import share
from cchc.errors import CchcError, ConfigError, ConfigErrors, DiskFull
from cchc.files import put_in_place, remove, scratch, sha256_file
from cchc.isolation.outcome import InstallationDown, ItemFailed
from cchc.paths import Instance
from cchc.sources.columns import COLUMNS
from cchc.sources.reading import QUARANTINE, ROWS, ReadExport, read_export
from cchc.store import Store
from cchc.texts import t

if TYPE_CHECKING:
    from cchc.units import UnitRegister

log = logging.getLogger(__name__)
ExportReader = Callable[["UnitRegister", date, Path, Path], ReadExport]
REVIEW = "_can-xem-lai"  # below the drop folder: what broke its reader
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
        and path.relative_to(instance.export_drop).parts[0] != REVIEW
        and not any(part.startswith((".", "~$")) for part in path.relative_to(instance.export_drop).parts)
        and path.suffix.lower() not in _HALF_WRITTEN
    )


def land_file(
    store: Store,
    instance: Instance,
    path: Path,
    units: UnitRegister,
    received_at: datetime,
    read: ExportReader = read_export,
) -> Landing:
    """Land one export received at `received_at`; `read` reads it, here or apart.

    The file's hash is its identity: the same file again changes nothing. The original holds personal data, so
    it is removed from the drop folder once its landing is recorded; a file elsewhere is left alone. A file that
    another run, or this one before it was broken off, landed and removed is no error. Raises CchcError when the file
    cannot be read or fits no layout; then the refusal is recorded, nothing else, and the file stays. Raises ItemFailed
    when it broke its reader, and records nothing.
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
        row = _land(
            instance,
            path,
            digest,
            received_at,
            before,
            partial(read, units, received_at.astimezone(TZ).date()),
        )
    except (ConfigError, ConfigErrors, DiskFull, InstallationDown, ItemFailed):
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
        if new:
            transaction.execute_many("sources.put_landing_file", _hashes(instance, row))
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
    received_at: datetime,
    before: tuple[int, int],
    read: Callable[[Path, Path], ReadExport],
) -> dict[str, Any]:
    """Have the file read, put the typed rows and the quarantine where they belong; returns the manifest row.

    Raises FileNotFoundError when the file goes away meanwhile.
    """
    import duckdb

    # Whatever becomes of the reader, nothing half-written stays.
    with scratch(instance.data / "nguon") as place:
        try:
            found = read(path, place)
        except (ConfigError, ConfigErrors):
            raise
        except (CchcError, OSError, duckdb.Error):
            if _stamp(path) != before:  # whatever was said of it, it was not the file as it is now
                raise CchcError(t("sources.file.changing", file=path.name)) from None
            raise
        if _stamp(path) != before:
            raise CchcError(t("sources.file.changing", file=path.name))
        landing_id = _landing_id(found.source, digest)
        folder = exports_dir(instance, found.source)
        parquet, quarantine = (
            folder / "nhan" / f"{landing_id}.parquet",
            folder / "cach-ly" / f"{landing_id}.csv",
        )
        for name, target in ((QUARANTINE, quarantine), (ROWS, parquet)):
            if (made := place / name).exists():
                put_in_place(made, target)
                share(instance, target)
    for remark in found.remarks:
        log.warning("%s: %s", path.name, remark)
    row = asdict(found)
    del row["remarks"]
    return row | {
        "landing_id": landing_id,
        "file_name": path.name,
        "file_sha256": digest,
        "received_at": to_text(received_at),
        "parquet_path": str(parquet.relative_to(instance.data)),
        "quarantine_path": str(quarantine.relative_to(instance.data)) if found.rows_quarantined else None,
        "dropped_columns": json.dumps(found.dropped_columns, ensure_ascii=False),
    }


def hash_older(store: Store, instance: Instance) -> int:
    """Record the hashes of files that were landed before hashes were kept; returns of how many landings.

    From now on they are held to what they are now: whether they were changed before, nobody can tell any more.
    """
    done = 0
    for row in store.query("sources.landings_without_hashes"):
        try:
            hashes = _hashes(instance, row)
        except FileNotFoundError:  # the audit names it
            continue
        with store.write() as transaction:
            transaction.execute_many("sources.put_landing_file", hashes)
        done += 1
    return done


def _hashes(instance: Instance, row: Mapping[Any, Any]) -> list[dict[str, str]]:
    paths = {"nhan": row["parquet_path"], "cach-ly": row["quarantine_path"]}
    return [
        {"landing_id": row["landing_id"], "part": part, "sha256": sha256_file(instance.data / path)}
        for part, path in paths.items()
        if path is not None
    ]


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
        remove(path)
