"""The store that the code of 44b1a2b filled (see `filled_at_0001.md`), on either engine."""

from __future__ import annotations

import lzma
import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from sqlalchemy import MetaData, create_engine

from cchc.store import Store
from cchc.store.migrate import alembic_config

_DUMP = Path(__file__).parent / "filled_at_0001.sql.xz"


def fill(store: Store, folder: Path) -> Store:
    """Make of an empty store the one of 44b1a2b; `folder` is for a file in between."""
    if store.is_sqlite:
        assert store.engine.url.database is not None
        _write_sqlite(Path(store.engine.url.database))
        return store
    copied = folder / "filled.db"
    _write_sqlite(copied)
    with store.write() as tx:
        command.upgrade(alembic_config(tx.connection), "0001")
    source = create_engine(f"sqlite:///{copied}")
    tables = MetaData()
    tables.reflect(store.engine)
    with source.connect() as old, store.write() as tx:
        for table in tables.sorted_tables:
            rows = [dict(row) for row in old.exec_driver_sql(f'SELECT * FROM "{table.name}"').mappings()]
            if rows and table.name != "alembic_version":
                tx.connection.execute(table.insert(), rows)
    source.dispose()
    return store


def _write_sqlite(path: Path) -> None:
    text = lzma.decompress(_DUMP.read_bytes()).decode("utf-8")
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(text)
