"""DuckDB for the exports: a short-lived connection in memory, statements of `include/sql/<folder>/*.sql`."""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cchc.folding import LOOK_ALIKES, UNSEEN
from cchc.store.statements import sections

# What the macros fold texts with, as `cchc.folding` does.
_FOLDING = {
    "unseen": f"[{UNSEEN}]",
    "looks_alike": "[" + "".join(LOOK_ALIKES).replace("\\", "\\\\").replace("]", "\\]") + "]",
    "look_alikes": "".join(LOOK_ALIKES),
    "letters_meant": "".join(LOOK_ALIKES.values()),
}
MEMORY_LIMIT = "640MB"  # what DuckDB does not count, readers and Python, comes on top


class _Database:
    """One database in memory a process: opening one costs 20 ms, a connection to it nothing.

    What a connection makes must be its own: TEMP tables, views, macros and types, and variables.
    """

    def __init__(self) -> None:
        self._inherited: list[Any] = []
        self._begin()
        os.register_at_fork(after_in_child=self._begin)
        atexit.register(self._end)

    def _begin(self) -> None:
        """Nothing is open. What a forked copy of us inherits cannot even be closed: the threads of it are missing."""
        self._inherited.append(getattr(self, "_root", None))
        self._root: Any = None
        self._lock, self._open, self._spill = threading.Lock(), 0, Path()

    @contextmanager
    def connection(self) -> Iterator[Any]:
        with self._lock:
            if not self._open:
                if not self._usable():
                    self._start()
                self._spill.mkdir(0o700)
            self._open += 1
            connection = self._root.cursor()
        try:
            yield connection
        finally:
            connection.close()
            with self._lock:
                self._open -= 1
                if not self._open:
                    self._clear()

    def _end(self) -> None:
        """Closed before Python takes its parts away: what is open then, the library tells as leaked."""
        if self._root is not None and not self._open:
            self._root.close()
            self._root = None

    def _usable(self) -> bool:
        """Not when a fatal error made it refuse everything, nor when temporary files are to lie elsewhere by now."""
        import duckdb

        if self._root is None or self._spill.parent != Path(tempfile.gettempdir()):
            return False
        try:
            self._root.execute("SELECT 1")
        except duckdb.Error:
            return False
        return True

    def _start(self) -> None:
        import duckdb

        self._spill = Path(tempfile.gettempdir()) / f"cchc-{secrets.token_hex(8)}"
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": MEMORY_LIMIT,
            # What does not fit goes into a folder of our own that is gone afterwards; the default is `.tmp` here.
            "temp_directory": str(self._spill),
            "autoinstall_known_extensions": "false",  # the networks are closed
        }
        self._root = duckdb.connect(config=settings)

    def _clear(self) -> None:
        """Nobody works any more: the folder goes, and with what spilled into it the database that owns it."""
        try:
            self._spill.rmdir()
        except OSError:
            self._root.close()
            self._root = None
            shutil.rmtree(self._spill, ignore_errors=True)


_database = _Database()


@contextmanager
def connect() -> Iterator[Any]:
    """A DuckDB connection (imported here: it costs 0.2 s, and most runs do not need it)."""
    with _database.connection() as connection:
        for name, value in _FOLDING.items():
            connection.execute(f"SET VARIABLE {name} = $value", {"value": value})
        yield connection


def quoted(path: Path) -> str:
    """The path as a literal, for statements that take no parameters."""
    return "'" + str(path).replace("'", "''") + "'"


def run(connection: Any, name: str, **values: Any) -> Any:
    """Run the statement `folder/file.section` with its parameters; returns the connection to fetch from."""
    folder, _, rest = name.partition("/")
    file, _, section = rest.partition(".")
    return connection.execute(sections(folder, file)[section], values or None)


def mappings(cursor: Any) -> list[dict[str, Any]]:
    """All rows as mappings."""
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
