"""The whole of a database at once: a fingerprint of every row, a copy, and a copy put back."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, create_engine, inspect
from sqlalchemy.engine import make_url

from cchc.errors import CchcError
from cchc.files import put_in_place, scratch, sha256_bytes
from cchc.store.engine import Store
from cchc.texts import t

_BOOKKEEPING = ("alembic_version", "chain", "chain_head")  # how the facts came, not what they are


def dump(store: Store) -> dict[str, list[str]]:
    """Every row of every table but those of the chain as text, sorted, all of one moment.

    Two stores with equal dumps hold the same facts, whichever engine they are on.
    """
    return {
        name: sorted(repr(tuple(row.values())) for row in rows) for name, rows in rows_by_table(store).items()
    }


def rows_by_table(store: Store) -> dict[str, list[dict[str, object]]]:
    """The rows of which `dump` is made, as column -> value."""
    with store.read() as tx:
        names = sorted(inspect(tx.connection).get_table_names())
        return {
            name: [dict(row) for row in tx.connection.exec_driver_sql(f'SELECT * FROM "{name}"').mappings()]  # noqa: S608 - names come from the schema
            for name in names
            if name not in _BOOKKEEPING
        }


def fingerprint(store: Store) -> str:
    """One hash over `dump`: equal before and after something that changed no row."""
    lines = (f"{name}:{row}" for name, rows in dump(store).items() for row in rows)
    return sha256_bytes("\n".join(lines).encode())


def copy_database(url: str, target: Path) -> Path:
    """A consistent copy of a database, ours or Airflow's, taken while others work on it; replaces `target` when whole.

    A SQLite file by SQLite's own backup, or a dump in the custom format of `pg_dump` (to be read back by
    `pg_restore`). Raises CchcError when PostgreSQL's tool is not installed or fails.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.tmp")
    temporary.unlink(missing_ok=True)
    parsed = make_url(url)
    try:
        if parsed.get_backend_name() == "sqlite":
            _copy_sqlite(Path(str(parsed.database)), temporary)
        else:
            _run_tool("pg_dump", parsed, "--format=custom", f"--file={temporary}")
        put_in_place(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
    return target


def check_copy(copy: Path, engine: str) -> None:
    """Look whether a copy can be read through; CchcError when it cannot."""
    if engine == "sqlite":
        try:
            with closing(sqlite3.connect(f"file:{copy}?mode=ro", uri=True)) as database:
                found = [str(row[0]) for row in database.execute("PRAGMA integrity_check(20)")]
        except sqlite3.DatabaseError as error:
            found = [str(error)]
        if found != ["ok"]:
            raise CchcError(t("store.copy_damaged", name=copy.name, words="; ".join(found)[:500]))
        return
    _contents(copy)


def is_empty_database(url: str) -> bool:
    """Whether no table stands in it; of SQLite also when there is no file."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and not Path(str(parsed.database)).exists():
        return True
    engine = create_engine(url)
    try:
        return not inspect(engine).get_table_names()
    finally:
        engine.dispose()


def restore_database(copy: Path, url: str) -> None:
    """Put a copy into an empty database, all of it or nothing. CchcError when PostgreSQL's tool is missing or fails."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        target = Path(str(parsed.database))
        target.parent.mkdir(parents=True, exist_ok=True)
        put_in_place(copy, target)
        return
    with scratch(copy.parent) as folder:
        chosen = folder / "muc-luc"
        chosen.write_text(_without_extensions(copy), encoding="utf-8")
        words = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
        _run_tool("pg_restore", parsed, *words, f"--use-list={chosen}", copy)


def _without_extensions(copy: Path) -> str:
    """The contents of a dump but for extensions (amcheck): only the database's administrator may make those."""
    lines = _contents(copy).splitlines(keepends=True)
    return "".join(one for one in lines if " EXTENSION - " not in one and " - EXTENSION " not in one)


def _contents(copy: Path) -> str:
    """What a dump of PostgreSQL says that it holds. CchcError when it cannot be read."""
    done = subprocess.run(
        [_tool("pg_restore"), "--list", str(copy)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CchcError(t("store.copy_damaged", name=copy.name, words=done.stderr.strip()[:500]))
    return done.stdout


def _copy_sqlite(database: Path, target: Path) -> None:
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(target)) as copy:
        try:
            source.backup(copy)
            # One file that is whole by itself, without a write-ahead log beside it.
            copy.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.DatabaseError as error:
            raise CchcError(t("store.copy_damaged", name=database.name, words=error)) from error


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise CchcError(t("store.no_tool", tool=name))
    return found


def _run_tool(name: str, url: URL, *words: str | Path) -> None:
    # The password goes through the environment: arguments can be read by everybody on the machine.
    environment = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
    # `set(password=None)` would mean 'leave it as it is'.
    address = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
    reached = f"--dbname={address.render_as_string(hide_password=False)}"
    command = [_tool(name), reached, *map(str, words)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CchcError(t("store.tool_failed", tool=name, answer=done.stderr.strip()))
