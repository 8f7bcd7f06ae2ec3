"""Looking at the whole store: a fingerprint of every row, and a backup."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, inspect
from sqlalchemy.engine import make_url

from cchc.errors import CchcError
from cchc.files import put_in_place, sha256_bytes
from cchc.store.engine import Store
from cchc.texts import t


def dump(store: Store) -> dict[str, list[str]]:
    """Every row of every table as text, sorted, all of one moment.

    Two stores with equal dumps hold the same facts, whichever engine they are on.
    """
    with store.read() as tx:
        names = sorted(inspect(tx.connection).get_table_names())
        return {
            name: sorted(repr(tuple(row)) for row in tx.connection.exec_driver_sql(f'SELECT * FROM "{name}"'))  # noqa: S608 - names come from the schema
            for name in names
            if name != "alembic_version"
        }


def fingerprint(store: Store) -> str:
    """One hash over `dump`: equal before and after something that changed no row."""
    lines = (f"{name}:{row}" for name, rows in dump(store).items() for row in rows)
    return sha256_bytes("\n".join(lines).encode())


def backup(store: Store, target: Path) -> Path:
    """A consistent copy of the store, taken while others work on it; replaces `target` when it is whole.

    A SQLite file by SQLite's own backup, or a dump in the custom format of `pg_dump` (to be read back by
    `pg_restore`). Raises CchcError when PostgreSQL's tool is not installed or fails.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.tmp")
    temporary.unlink(missing_ok=True)
    url = make_url(store.url)
    try:
        if store.is_sqlite:
            _copy_sqlite(Path(str(url.database)), temporary)
        else:
            _dump_postgresql(url, temporary)
        put_in_place(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
    return target


def _copy_sqlite(database: Path, target: Path) -> None:
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        # One file that is whole by itself, without a write-ahead log beside it.
        copy.execute("PRAGMA journal_mode = DELETE")


def _dump_postgresql(url: URL, target: Path) -> None:
    tool = shutil.which("pg_dump")
    if tool is None:
        raise CchcError(t("store.no_pg_dump"))
    # The password goes through the environment: arguments can be read by everybody on the machine.
    environment = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
    # `set(password=None)` would mean 'leave it as it is'.
    address = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
    command = [tool, "--format=custom", f"--file={target}", address.render_as_string(hide_password=False)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CchcError(t("store.pg_dump_failed", answer=done.stderr.strip()))
