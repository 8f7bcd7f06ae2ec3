"""Looking at the whole store: a fingerprint of every row, and a backup."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.engine import make_url

from cchc.errors import CchcError
from cchc.files import sha256_bytes
from cchc.store.engine import Store
from cchc.texts import t


def dump(store: Store) -> dict[str, list[str]]:
    """Every row of every table as text, sorted: two stores with equal dumps hold the same facts."""
    names = [name for name in inspect(store.engine).get_table_names() if name != "alembic_version"]
    with store.read() as tx:
        return {
            name: sorted(repr(tuple(row)) for row in tx.connection.exec_driver_sql(f'SELECT * FROM "{name}"'))  # noqa: S608 - names come from the schema
            for name in sorted(names)
        }


def fingerprint(store: Store) -> str:
    """One hash over `dump`."""
    return sha256_bytes(
        "\n".join(f"{name}:{row}" for name, rows in dump(store).items() for row in rows).encode()
    )


def backup(store: Store, target: Path) -> Path:
    """A consistent copy of the store: a SQLite file, or a dump by `pg_dump` for PostgreSQL.

    Written to a temporary name, then renamed. Raises CchcError when PostgreSQL's tool is not installed.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.tmp")
    temporary.unlink(missing_ok=True)
    url = make_url(store.url)
    if store.is_sqlite:
        with sqlite3.connect(str(url.database)) as source, sqlite3.connect(temporary) as copy:
            source.backup(copy)
        copy.close()
        source.close()
    else:
        tool = shutil.which("pg_dump")
        if tool is None:
            raise CchcError(t("store.no_pg_dump"))
        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        subprocess.run(
            [tool, "--format=custom", f"--file={temporary}", plain], check=True, capture_output=True
        )
    temporary.replace(target)
    return target
