"""Landing: an export from the drop folder becomes typed Parquet, a quarantine file and one manifest row."""

from __future__ import annotations

import csv
import io
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cchc.clock import TZ, to_text
from cchc.errors import CchcError
from cchc.files import sha256_file, write_atomic
from cchc.paths import Instance
from cchc.sources.columns import COLUMNS
from cchc.sources.door import enter
from cchc.sources.duck import connect
from cchc.sources.layouts import CountingRules, load_layouts
from cchc.sources.matching import Match
from cchc.sources.typed import Refused, type_rows, write_accepted
from cchc.store import Row, Store
from cchc.texts import t

if TYPE_CHECKING:
    from cchc.units import UnitRegister

log = logging.getLogger(__name__)
_HALF_WRITTEN = (".tmp", ".part", ".partial", ".crdownload", ".filepart")


@dataclass(frozen=True)
class Landing:
    """One landed export; rows_read = rows_accepted + rows_quarantined. `new`: False when it was known."""

    landing_id: str
    source: str
    layout: str
    rows_read: int
    rows_accepted: int
    rows_quarantined: int
    new: bool


def exports_dir(instance: Instance, source: str) -> Path:
    """Folder of one source's landed files: goc (kept columns as received), nhan (typed), cach-ly, chot."""
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
    it is removed from the drop folder once its landing is recorded; a file elsewhere is left alone. Raises
    CchcError when the file cannot be read or fits no layout; then nothing is recorded and the file stays.
    """
    if not path.exists():
        raise CchcError(t("sources.file.gone", file=path.name))
    digest = sha256_file(path)
    rules, layouts = CountingRules.load(), load_layouts()
    known = [
        row
        for source in COLUMNS
        if (row := store.one("sources.landing", landing_id=_landing_id(source, digest))) is not None
    ]
    if known:
        _remove_original(instance, path)
        return _landing(known[0], new=False)
    incoming = instance.data / "nguon" / "goc"
    kept = enter(path, incoming, layouts, rules)
    source = kept.match.layout.source
    landing_id = _landing_id(source, digest)
    folder = exports_dir(instance, source)
    parquet, quarantine = folder / "nhan" / f"{landing_id}.parquet", folder / "cach-ly" / f"{landing_id}.csv"
    with connect() as connection:
        typed = type_rows(connection, kept.path, kept.match, units, received_at.astimezone(TZ).date(), rules)
        if typed.read != kept.rows:  # a defect of ours: no row may vanish between door and table
            raise CchcError(t("sources.file.rows_lost", file=path.name, read=kept.rows, typed=typed.read))
        write_accepted(connection, source, parquet)
    if typed.refused:
        write_atomic(quarantine, quarantine_csv(kept.match, typed.refused))
    row = {
        "landing_id": landing_id,
        "source": source,
        "layout": kept.match.layout.layout,
        "file_name": path.name,
        "file_sha256": digest,
        "received_at": to_text(received_at),
        "rows_read": typed.read,
        "rows_accepted": typed.accepted,
        "rows_quarantined": len(typed.refused),
        "parquet_path": str(parquet.relative_to(instance.data)),
        "quarantine_path": str(quarantine.relative_to(instance.data)) if typed.refused else None,
        "kept_path": str(kept.path.relative_to(instance.data)),
        "dropped_columns": json.dumps([*kept.match.personal, *kept.match.unknown], ensure_ascii=False),
    }
    with store.write() as transaction:
        new = transaction.execute("sources.add_landing", **row) == 1
    _remove_original(instance, path)
    log.info("landed %s: %d read, %d quarantined", landing_id, typed.read, len(typed.refused))
    return _landing(row, new=new)


def quarantine_csv(match: Match, refused: Sequence[Refused]) -> bytes:
    """The refused rows with number, reasons and the kept cells under the export's own headers.

    With a BOM, so that Excel reads the Vietnamese letters.
    """
    columns = [column.name for column in COLUMNS[match.layout.source] if column.name in match.positions]
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(
        [t("sources.quarantine.row"), t("sources.quarantine.reasons"), *map(match.title, columns)]
    )
    for row in refused:
        writer.writerow([row.row, "; ".join(row.reasons), *(row.cells[name] for name in columns)])
    return buffer.getvalue().encode("utf-8-sig")


def _landing_id(source: str, digest: str) -> str:
    return f"{source}-{digest[:20]}"


def _landing(row: Row, *, new: bool) -> Landing:
    names = ("landing_id", "source", "layout", "rows_read", "rows_accepted", "rows_quarantined")
    return Landing(**{name: row[name] for name in names}, new=new)


def _remove_original(instance: Instance, path: Path) -> None:
    if path.resolve().is_relative_to(instance.export_drop.resolve()):
        path.unlink(missing_ok=True)
