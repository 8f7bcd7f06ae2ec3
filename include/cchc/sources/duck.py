"""DuckDB for the exports: a short-lived connection in memory, statements of `include/sql/<folder>/*.sql`."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def connect() -> Iterator[Any]:
    """A DuckDB connection (imported here: it costs 0.2 s, and most runs do not need it)."""
    import duckdb

    with tempfile.TemporaryDirectory(prefix="cchc-") as spill:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": MEMORY_LIMIT,
            # What does not fit goes into a folder of our own that is gone afterwards; the default is `.tmp` here.
            "temp_directory": spill,
            "autoinstall_known_extensions": "false",  # the networks are closed
        }
        connection = duckdb.connect(config=settings)
        for name, value in _FOLDING.items():
            connection.execute(f"SET VARIABLE {name} = $value", {"value": value})
        try:
            yield connection
        finally:
            connection.close()


def run(connection: Any, name: str, **values: Any) -> Any:
    """Run the statement `folder/file.section` with its parameters; returns the connection to fetch from."""
    folder, _, rest = name.partition("/")
    file, _, section = rest.partition(".")
    return connection.execute(sections(folder, file)[section], values or None)


def mappings(cursor: Any) -> list[dict[str, Any]]:
    """All rows as mappings."""
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
