"""Snapshots: what a source told by its cut-off day, frozen once, with the hash of its content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from cchc.clock import from_text, to_text
from cchc.depot import share
from cchc.files import put_in_place, room_for, scratch, sha256_file
from cchc.paths import Instance
from cchc.sources.columns import CATALOGUE, KEYS
from cchc.sources.duck import connect, quoted, run
from cchc.sources.landing import exports_dir
from cchc.store import Row, Store


@dataclass(frozen=True)
class Snapshot:
    """One frozen state. `sha256` is over the bytes of the file; `path` is absolute."""

    snapshot_id: str
    source: str
    cut_off: date
    sha256: str
    path: Path
    row_count: int
    frozen_at: datetime


def freeze_snapshot(
    store: Store, instance: Instance, source: str, cut_off: date, at: datetime
) -> Snapshot | None:
    """Freeze `source` for `cut_off` from the landings received by `at`; None when there is none.

    Of a dossier (document) in several landings the latest stands: by receipt, then by file name (files
    received at one moment are named by their days). Frozen once: a later call returns what was frozen,
    whatever has landed since.
    """
    frozen = find_snapshot(store, instance, source, cut_off)
    if frozen is not None:
        return frozen
    landings = store.query("sources.landings_known", source=source, at=to_text(at))
    if not landings:
        return None
    folder = exports_dir(instance, source) / "chot"
    with room_for(folder), scratch(folder) as temporary, connect() as connection:
        made = temporary / "chup.parquet"
        digest, row_count = merge_landings(connection, instance, source, landings, made)
        path = put_in_place(made, folder / f"{cut_off.isoformat()}-{digest[:12]}.parquet")
    share(instance, path)
    with store.write() as transaction:
        transaction.execute(
            "sources.add_snapshot",
            snapshot_id=f"{source}-{cut_off.isoformat()}",
            source=source,
            cut_off=cut_off.isoformat(),
            frozen_at=to_text(at),
            sha256=digest,
            path=str(path.relative_to(instance.data)),
            row_count=row_count,
        )
    return find_snapshot(store, instance, source, cut_off)


def find_snapshot(store: Store, instance: Instance, source: str, cut_off: date) -> Snapshot | None:
    """The frozen snapshot of a cut-off day, or None."""
    row = store.one("sources.snapshot", source=source, cut_off=cut_off.isoformat())
    if row is None:
        return None
    return Snapshot(
        snapshot_id=row["snapshot_id"],
        source=source,
        cut_off=cut_off,
        sha256=row["sha256"],
        path=instance.data / row["path"],
        row_count=row["row_count"],
        frozen_at=from_text(row["frozen_at"]),
    )


def layouts_in(store: Store, snapshot: Snapshot) -> set[str]:
    """Names of the layouts of the landings that the snapshot rests on."""
    rows = store.query("sources.landings_known", source=snapshot.source, at=to_text(snapshot.frozen_at))
    return {row["layout"] for row in rows}


def merge_landings(
    connection: Any, instance: Instance, source: str, landings: Sequence[Row], path: Path
) -> tuple[str, int]:
    """Write to `path` (Parquet) the newest row of each dossier or document in `landings`.

    The same landings make the same bytes, from two threads on. Of a catalogue the last landing of each layout is the
    whole list. Returns the hash of the file and the number of rows.
    """
    if source == CATALOGUE:
        landings = list({row["layout"]: row for row in landings}.values())
    paths = [str(instance.data / row["parquet_path"]) for row in landings]
    run(
        connection,
        "exports/macros.landings",
        paths=paths,
        landing_ids=[row["landing_id"] for row in landings],
        places=list(range(len(landings))),
    )
    accepted = connection.read_parquet(paths, filename=True).filter("faults IS NULL")
    accepted.project(f"*, {KEYS[source]} AS row_key").create_view("accepted", replace=True)
    if len(landings) == 1:
        values = {"landing_id": landings[0]["landing_id"]}
        row_count = _write(connection, "exports/snapshot.write_one", path, **values)
    else:
        row_count = _write(connection, "exports/snapshot.write", path)
    return sha256_file(path), row_count


def broken_snapshots(store: Store, instance: Instance) -> tuple[int, list[str], list[str]]:
    """How many snapshots there are, and the paths of those whose file is gone, and of those with other content."""
    rows, gone, changed = store.query("sources.snapshots"), [], []
    for row in rows:
        path = instance.data / row["path"]
        if not path.exists():
            gone.append(row["path"])
            continue
        if row["sha256"] != sha256_file(path) and row["sha256"] != _hash_of_rows(path):
            changed.append(row["path"])
    return len(rows), gone, changed


def _hash_of_rows(path: Path) -> str:
    """What stands for a snapshot that was frozen before the bytes of files were hashed: over its rows, in their order.
    A temporary file lies beside it meanwhile; '' for a file that is no Parquet any more."""
    import duckdb

    with scratch(path.parent) as temporary, connect() as connection:
        try:
            connection.execute(f"CREATE OR REPLACE TEMP VIEW latest AS FROM read_parquet({quoted(path)})")
            run(connection, "exports/snapshot.text", path=str(temporary / "noi-dung.csv"))
        except duckdb.Error:
            return ""
        return sha256_file(temporary / "noi-dung.csv")


def _write(connection: Any, statement: str, path: Path, **values: object) -> int:
    """Returns how many rows were written."""
    import duckdb

    values |= {"path": str(path)}
    try:
        (rows,) = run(connection, statement, **values).fetchone()
    except duckdb.OutOfMemoryException:
        # Each thread has memory of its own; one alone gets through tens of millions of rows.
        connection.execute("SET threads = 1")
        try:
            (rows,) = run(connection, statement, **values).fetchone()
        finally:
            connection.execute("RESET threads")
    return int(rows)
