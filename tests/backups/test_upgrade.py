"""An upgrade and its way back, as the handbook says: a set of before, the new program, and the set restored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from tests.conftest import PostgresServer
from tests.store.filled import fill

from cchc.backups import Shelf
from cchc.backups.restoring import end_restore
from cchc.backups.restoring import restore as begin_restore
from cchc.backups.taking import take
from cchc.clock import at
from cchc.errors import CchcError
from cchc.paths import Instance
from cchc.stages.restoring import Request, bring_back
from cchc.store import Store, dump, upgrade
from cchc.store.migrate import heads

NIGHT = at(date(2026, 6, 1), 6)


@pytest.fixture
def old(empty_store: Store, tmp_path: Path, postgres_tools: Path) -> Store:
    """The filled store of 44b1a2b, once on SQLite and once on PostgreSQL."""
    assert postgres_tools.is_dir()
    return fill(empty_store, tmp_path)


@pytest.fixture
def before(old: Store, instance: Instance) -> Path:
    """The set that was taken before the upgrade."""
    instance.root.mkdir(parents=True, exist_ok=True)
    return Path(Shelf.of(instance).address) / take(old, instance, NIGHT, audited=True).note.name


@pytest.fixture
def place(
    old: Store, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Instance]:
    """An empty folder and an empty database of the same kind."""
    found = Instance(tmp_path / "noi-moi")
    monkeypatch.setenv("CCHC_HOME", str(found.root))
    if old.is_sqlite:
        yield found
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create()
    monkeypatch.setenv("CCHC_STORE_URL", url)
    yield found
    server.drop(url)


def version(store: Store) -> list[str]:
    with store.read() as tx:
        return [
            str(one)
            for one in tx.connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars()
        ]


def test_the_way_back_gives_the_old_program_its_own_store(old: Store, before: Path, place: Instance) -> None:
    rows = dump(old)
    upgrade(old)
    assert version(old) == heads()
    begin_restore(before, place)
    end_restore(place)
    again = Store(place.store_url)
    assert version(again) == ["0001"]
    assert dump(again) == rows
    again.close()


def test_a_set_of_before_an_upgrade_comes_forwards_when_the_new_program_restores_it(
    old: Store, before: Path, place: Instance
) -> None:
    rows = dump(old)
    store = bring_back(Request(before), place, NIGHT, "Lan").store
    assert version(store) == heads()
    after = dump(store)
    assert {name: after[name] for name in rows} == rows
    assert len(after["counted_submissions"]) > 10
    store.close()


def test_the_old_program_refuses_the_upgraded_store_and_says_what_to_do(store: Store) -> None:
    with store.write() as tx:
        tx.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(CchcError, match="bản chương trình mới hơn"):
        upgrade(store)
