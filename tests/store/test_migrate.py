"""Migrations: one line of history, nothing changes the second time, processes may migrate at once."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import inspect
from sqlalchemy.exc import DBAPIError

from cchc.errors import CchcError
from cchc.store import Store, fingerprint, upgrade
from cchc.store.migrate import MIGRATIONS, heads
from cchc.store.statements import statements_of


def tables(store: Store) -> set[str]:
    return set(inspect(store.engine).get_table_names())


def schema(store: Store) -> dict[str, list[tuple[str, str, bool]]]:
    found = inspect(store.engine)
    return {
        name: [
            (column["name"], str(column["type"]), column["nullable"]) for column in found.get_columns(name)
        ]
        for name in sorted(tables(store))
    }


def test_the_history_of_migrations_has_one_head() -> None:
    assert len(heads()) == 1


def test_every_migration_has_its_folder_of_sql_and_the_other_way_round() -> None:
    from cchc.paths import SQL_DIR

    assert {path.stem for path in (MIGRATIONS / "versions").glob("*.py")} == {
        path.stem for path in (SQL_DIR / "migrations").iterdir()
    }


def test_an_empty_store_gets_every_table_of_the_files(empty_store: Store) -> None:
    assert tables(empty_store) == set()
    upgrade(empty_store)
    created = {
        one.split()[2] for one in statements_of("0001_ledger") if one.upper().startswith("CREATE TABLE")
    }
    assert created
    assert created <= tables(empty_store)


def test_upgrading_again_changes_nothing(empty_store: Store) -> None:
    upgrade(empty_store)
    before = fingerprint(empty_store), schema(empty_store)
    upgrade(empty_store)
    assert (fingerprint(empty_store), schema(empty_store)) == before


def test_several_may_upgrade_a_new_store_at_once(empty_store: Store) -> None:
    faults: list[BaseException] = []

    def migrate() -> None:
        own = Store(empty_store.url)
        try:
            upgrade(own)
        except BaseException as error:
            faults.append(error)
        finally:
            own.close()

    threads = [threading.Thread(target=migrate) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert "obligations" in tables(empty_store)


def test_a_migration_that_fails_leaves_the_store_as_it_was(
    empty_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cchc.store import statements

    whole = statements_of("0001_ledger")
    (tmp_path / "migrations" / "0001_ledger").mkdir(parents=True)
    half = ";\n".join([*whole[:5], "CREATE TABLE"])
    (tmp_path / "migrations" / "0001_ledger" / "10.sql").write_text(half, encoding="utf-8")
    monkeypatch.setattr(statements, "SQL_DIR", tmp_path)
    with pytest.raises(DBAPIError):
        upgrade(empty_store)
    assert tables(empty_store) == set()
    monkeypatch.undo()
    assert "obligations" in tables(upgrade(empty_store))


def test_a_store_newer_than_the_program_is_refused_in_words(any_store: Store) -> None:
    with any_store.write() as tx:
        tx.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(CchcError, match="bản chương trình mới hơn"):
        upgrade(any_store)
