"""The shared fixtures themselves: both engines are real and each test has its own store."""

from __future__ import annotations

from collections.abc import Callable

from cchc.paths import Instance, current_instance
from cchc.store import Store

NewStore = Callable[[str], Store]


def test_any_store_is_migrated_and_empty(any_store: Store) -> None:
    assert any_store.query("obligations.rounds_selected", year=None) == []


def test_postgresql_is_really_postgresql(new_store: NewStore) -> None:
    store = new_store("postgresql")
    assert store.url.startswith("postgresql+psycopg://")
    with store.engine.connect() as connection:
        assert "PostgreSQL" in connection.exec_driver_sql("SELECT version()").scalar_one()


def test_two_stores_of_one_test_do_not_share_rows(new_store: NewStore) -> None:
    for engine in ("sqlite", "postgresql"):
        first, second = new_store(engine), new_store(engine)
        assert first.url != second.url


def test_the_instance_keeps_its_store_inside_its_own_folder(instance: Instance) -> None:
    assert str(instance.root) in instance.store_url
    assert current_instance() == instance
    assert instance.settings.mail_mode == "dry_run"
