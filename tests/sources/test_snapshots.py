from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.sources.samples import export, register, row

from cchc.clock import at, to_text
from cchc.files import sha256_bytes, sha256_file
from cchc.paths import Instance
from cchc.sources import Snapshot, freeze_snapshot, land_file, snapshots
from cchc.sources.duck import connect, run
from cchc.store import Store, upgrade

CUT_OFF = date(2026, 3, 14)
EVENING = at(CUT_OFF, 18)


def land(store: Store, instance: Instance, name: str, received: datetime, *rows: dict[str, str]) -> None:
    path = instance.export_drop / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(export(rows))
    land_file(store, instance, path, register(), received)


def freeze(store: Store, instance: Instance, moment: datetime = EVENING) -> Snapshot:
    snapshot = freeze_snapshot(store, instance, "one_stop", CUT_OFF, moment)
    assert snapshot is not None
    return snapshot


def statuses(snapshot: Snapshot) -> list[tuple[str, int]]:
    return duckdb.execute(
        "SELECT dossier_code, status FROM read_parquet(?) ORDER BY ALL", [str(snapshot.path)]
    ).fetchall()


def test_nothing_landed_is_no_snapshot(store: Store, instance: Instance) -> None:
    assert freeze_snapshot(store, instance, "one_stop", CUT_OFF, EVENING) is None


def test_the_latest_export_of_a_dossier_wins_and_the_others_stay(store: Store, instance: Instance) -> None:
    land(
        store,
        instance,
        "a.csv",
        at(date(2026, 3, 6)),
        row("H01-1", Trạng_thái="Được tiếp nhận"),
        row("H01-2"),
    )
    land(store, instance, "b.csv", at(date(2026, 3, 13)), row("H01-1", Trạng_thái="Yêu cầu bổ sung"))
    assert statuses(freeze(store, instance)) == [("H01-1", 5), ("H01-2", 4)]


def test_files_received_at_one_moment_follow_their_names(store: Store, instance: Instance) -> None:
    land(store, instance, "2026-03-13.csv", EVENING, row("H01-1", Trạng_thái="Yêu cầu bổ sung"))
    land(store, instance, "2026-03-06.csv", EVENING, row("H01-1", Trạng_thái="Được tiếp nhận"))
    assert statuses(freeze(store, instance)) == [("H01-1", 5)]


def test_what_arrives_after_the_freeze_does_not_change_it(any_store: Store, instance: Instance) -> None:
    land(any_store, instance, "a.csv", EVENING, row("H01-1"))
    first = freeze(any_store, instance)
    content = first.path.read_bytes()
    land(any_store, instance, "b.csv", at(date(2026, 3, 20)), row("H01-1", Trạng_thái="Dừng xử lý"))
    again = freeze(any_store, instance, at(date(2026, 3, 20)))
    assert again == first
    assert again.path.read_bytes() == content


def test_a_landing_received_later_than_the_run_s_time_is_not_known_to_it(
    store: Store, instance: Instance
) -> None:
    land(store, instance, "a.csv", at(date(2026, 3, 13)), row("H01-1"))
    land(store, instance, "b.csv", at(date(2026, 3, 20)), row("H01-2"))
    assert freeze(store, instance).row_count == 1


@pytest.mark.parametrize("later", [(), (row("H01-2", Trạng_thái="Dừng xử lý"), row("H01-0"))])
def test_the_same_landings_give_the_same_hash_and_other_ones_another(
    tmp_path: Path, later: tuple[dict[str, str], ...]
) -> None:
    hashes = []
    for name, field in (("x", "Hộ tịch"), ("y", "Hộ tịch"), ("z", "Đất đai")):
        instance = Instance(tmp_path / name)
        store = upgrade(Store(instance.store_url))
        land(store, instance, "a.csv", EVENING, row("H01-1", Lĩnh_vực=field), row("H01-2"))
        if later:
            land(store, instance, "b.csv", EVENING, *later)
        snapshot = freeze(store, instance)
        assert snapshot.sha256 == sha256_file(snapshot.path)
        hashes.append(snapshot.sha256)
        store.close()
    assert hashes[0] == hashes[1] != hashes[2]


def test_the_audit_knows_what_an_earlier_version_froze_and_every_byte_of_what_this_one_does(
    store: Store, instance: Instance
) -> None:
    """Earlier snapshots were hashed over their rows, written as CSV in the order of their keys."""
    land(store, instance, "a.csv", EVENING, row("H01-1"), row("H01-2"))
    snapshot, text = freeze(store, instance), instance.root / "dong.csv"
    duckdb.execute(f"COPY (FROM '{snapshot.path}') TO '{text}' (FORMAT csv, HEADER true)")
    path = str(snapshot.path.relative_to(instance.data))
    record(store, date(2025, 12, 14), path, sha256_file(text))
    assert snapshots.broken_snapshots(store, instance) == (2, [], [])
    record(store, date(2025, 6, 14), path, sha256_bytes(b""))
    assert snapshots.broken_snapshots(store, instance) == (3, [], [path])
    snapshot.path.write_bytes(snapshot.path.read_bytes() + b"\n")
    assert snapshots.broken_snapshots(store, instance) == (3, [], [path] * 3)


def record(store: Store, cut_off: date, path: str, sha256: str) -> None:
    with store.write() as transaction:
        transaction.execute(
            "sources.add_snapshot",
            snapshot_id=f"one_stop-{cut_off}",
            source="one_stop",
            cut_off=str(cut_off),
            frozen_at=to_text(EVENING),
            sha256=sha256,
            path=path,
            row_count=2,
        )


@pytest.mark.parametrize("landings", [1, 2])
def test_more_rows_than_all_threads_have_memory_for_are_frozen_by_one(
    store: Store, instance: Instance, monkeypatch: pytest.MonkeyPatch, landings: int
) -> None:
    for number in range(landings):
        land(store, instance, f"{number}.csv", EVENING, row("H01-1"), row(f"H01-2{number}"))
    threads = []

    def too_much_at_once(connection: Any, name: str, **values: Any) -> Any:
        if name.startswith("exports/snapshot.write"):
            threads.append(connection.execute("SELECT current_setting('threads')").fetchone()[0])
            if threads[-1] > 1:
                raise duckdb.OutOfMemoryException
        return run(connection, name, **values)

    monkeypatch.setattr(snapshots, "connect", two_threads)
    monkeypatch.setattr(snapshots, "run", too_much_at_once)
    frozen = [key for key, _ in statuses(freeze(store, instance))]
    assert frozen == ["H01-1", *(f"H01-2{number}" for number in range(landings))]
    assert threads == [2, 1]


@contextmanager
def two_threads() -> Iterator[Any]:
    with connect() as connection:
        connection.execute("SET threads = 2")
        yield connection
