"""A store of the first schema, filled with the rows of a store of today."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from sqlalchemy import inspect, text

from cchc.files import make_folder
from cchc.store import Store
from cchc.store.migrate import alembic_config

FIRST = "0001"


def make_old(store: Store, target: Path) -> None:
    """Write at `target` (SQLite) what a store of the first schema holds of `store`: its tables, with their columns."""
    make_folder(target.parent)
    old = Store(f"sqlite:///{target}")
    try:
        with old.write() as tx:
            command.upgrade(alembic_config(tx.connection), FIRST)
        with store.read() as source, old.write() as tx:
            schema = inspect(tx.connection)
            tx.connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            for table in schema.get_table_names():
                if table == "alembic_version":
                    continue
                columns = [one["name"] for one in schema.get_columns(table)]
                names = ", ".join(columns)
                rows = source.connection.execute(text(f"SELECT {names} FROM {table}")).mappings().all()  # noqa: S608 - names of the schema
                if rows:
                    values = ", ".join(f":{name}" for name in columns)
                    tx.connection.execute(
                        text(f"INSERT INTO {table} ({names}) VALUES ({values})"),  # noqa: S608 - as above
                        [dict(row) for row in rows],
                    )
    finally:
        old.close()
