"""The fingerprint notices every change of a row; a backup is whole and can be read back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import make_url

from cchc.errors import CchcError
from cchc.store import (
    Store,
    check_copy,
    copy_database,
    dump,
    fingerprint,
    is_empty_database,
    restore_database,
    upgrade,
)

ROUND = {
    "year": 2026,
    "kind": "Q1",
    "title": "Báo cáo Quý I",
    "opens_at": "2026-03-02T08:00:00+07:00",
    "window_first": None,
    "window_last": None,
    "unit_due_at": "2026-03-17T17:00:00+07:00",
    "province_due_on": "2026-03-20",
    "closes_at": "2026-03-19T08:00:00+07:00",
}


def add_round(store: Store, round_id: str) -> None:
    with store.write() as tx:
        tx.execute("obligations.rounds_add", round_id=round_id, **ROUND)


def test_the_fingerprint_changes_with_a_row_and_not_with_a_look(any_store: Store) -> None:
    empty = fingerprint(any_store)
    assert fingerprint(any_store) == empty
    add_round(any_store, "2026-Q1")
    one = fingerprint(any_store)
    assert one != empty
    with any_store.write() as tx:
        tx.connection.exec_driver_sql("UPDATE rounds SET title = 'khác'")
    assert fingerprint(any_store) not in (empty, one)


def test_the_order_of_writing_and_the_engine_do_not_matter(new_store: Callable[[str], Store]) -> None:
    stores = [new_store("sqlite"), new_store("sqlite"), new_store("postgresql")]
    for store, names in zip(
        stores, (["2026-Q1", "2026-Q3"], ["2026-Q3", "2026-Q1"], ["2026-Q3", "2026-Q1"]), strict=True
    ):
        for name in names:
            add_round(store, name)
    assert len({fingerprint(store) for store in stores}) == 1
    assert len(dump(stores[0])["rounds"]) == 2


def test_a_dump_names_every_table_of_ours_and_no_other(any_store: Store) -> None:
    names = set(dump(any_store))
    assert {"rounds", "obligations", "obligation_events", "mails", "submissions"} <= names
    assert "alembic_version" not in names


def test_a_backup_of_sqlite_is_a_store_of_its_own(store: Store, tmp_path: Path) -> None:
    add_round(store, "2026-Q1")
    target = copy_database(store.url, tmp_path / "sao-luu" / "so-cai.db")
    copy = Store(f"sqlite:///{target}")
    assert fingerprint(copy) == fingerprint(store)
    assert fingerprint(upgrade(copy)) == fingerprint(store)
    copy.close()
    assert [path.name for path in target.parent.iterdir()] == ["so-cai.db"]


def test_a_backup_taken_while_somebody_writes_holds_what_was_committed(store: Store, tmp_path: Path) -> None:
    add_round(store, "2026-Q1")
    with store.write() as tx:
        tx.execute("obligations.rounds_add", round_id="2026-Q3", **ROUND)
        target = copy_database(store.url, tmp_path / "so-cai.db")
    with sqlite3.connect(target) as copy:
        assert copy.execute("SELECT round_id FROM rounds").fetchall() == [("2026-Q1",)]
    copy.close()


def test_a_backup_replaces_the_one_before(store: Store, tmp_path: Path) -> None:
    target = tmp_path / "so-cai.db"
    target.write_bytes(b"old")
    copy_database(store.url, target)
    assert target.read_bytes().startswith(b"SQLite format 3")


def test_postgresql_without_its_tool_says_what_to_do(
    postgres_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CchcError, match="pg_dump"):
        copy_database(postgres_store.url, tmp_path / "so-cai.dump")
    assert list(tmp_path.glob("*so-cai*")) == []


def test_a_backup_of_postgresql_can_be_restored(
    postgres_store: Store, empty_postgres: Store, postgres_tools: Path, tmp_path: Path
) -> None:
    add_round(postgres_store, "2026-Q1")
    target = copy_database(postgres_store.url, tmp_path / "so-cai.dump")
    check_copy(target, "postgresql")
    assert is_empty_database(empty_postgres.url)
    restore_database(target, empty_postgres.url)
    assert not is_empty_database(empty_postgres.url)
    assert fingerprint(empty_postgres) == fingerprint(postgres_store)


def test_a_backup_that_fails_keeps_the_one_before_and_hides_the_password(
    postgres_store: Store, postgres_tools: Path, tmp_path: Path
) -> None:
    target = tmp_path / "so-cai.dump"
    target.write_bytes(b"before")
    gone = make_url(postgres_store.url).set(database="khong_co", password="bi-mat")
    with pytest.raises(CchcError, match="khong_co") as refusal:
        copy_database(gone.render_as_string(hide_password=False), target)
    assert "bi-mat" not in str(refusal.value)
    assert target.read_bytes() == b"before"
    assert [path.name for path in tmp_path.iterdir()] == ["so-cai.dump"]


def test_a_copy_that_nobody_could_restore_is_told(store: Store, tmp_path: Path, postgres_tools: Path) -> None:
    for engine in ("sqlite", "postgresql"):
        (tmp_path / "hong").write_bytes(
            b"PGDMP" if engine == "postgresql" else b"SQLite format 3\0" + b"x" * 5000
        )
        with pytest.raises(CchcError, match="bị hỏng"):
            check_copy(tmp_path / "hong", engine)
    check_copy(copy_database(store.url, tmp_path / "tot"), "sqlite")
