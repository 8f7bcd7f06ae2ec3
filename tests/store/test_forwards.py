"""Stores in daily use: an old migration never changes, and a filled store of every frozen schema comes forwards."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from tests.store.filled import fill

from cchc.paths import SQL_DIR
from cchc.store import Store, dump, upgrade
from cchc.store.migrate import heads

FROZEN = {"0001_ledger": "1c53756cbc03393294f695b1c3a4deac2240ad654b9484529ef134dbfc4ca737"}


@pytest.fixture
def filled(empty_store: Store, tmp_path: Path) -> Store:
    """The store of 44b1a2b, once on SQLite and once on PostgreSQL."""
    return fill(empty_store, tmp_path)


def content_hash(migration: str) -> str:
    files = sorted((SQL_DIR / "migrations" / migration).iterdir())
    parts = (f"{file.name}\n{file.read_text(encoding='utf-8')}" for file in files)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@pytest.mark.parametrize("migration", FROZEN)
def test_a_migration_that_stores_have_run_stays_as_it_was(migration: str) -> None:
    assert content_hash(migration) == FROZEN[migration], (
        f"{migration} has run on stores in daily use and never runs there again: what it says now would hold for new "
        "stores only. Put it back (git log -- include/sql/migrations) and write the change as a new migration."
    )


def test_a_filled_store_comes_forwards_and_keeps_every_row(filled: Store) -> None:
    before = dump(filled)
    assert len(before["obligation_events"]) > 300
    assert len(before["submissions"]) == 30
    upgrade(filled)
    after = dump(filled)
    assert {name: after[name] for name in before} == before
    with filled.read() as tx:
        assert [
            str(one) for one in tx.connection.exec_driver_sql("SELECT * FROM alembic_version").scalars()
        ] == heads()


def test_the_two_engines_hold_the_same_store_after_it_came_forwards(
    empty_sqlite: Store, empty_postgres: Store, tmp_path: Path
) -> None:
    one, other = (dump(upgrade(fill(store, tmp_path))) for store in (empty_sqlite, empty_postgres))
    assert one == other
