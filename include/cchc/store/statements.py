"""Named SQL statements: `include/sql/store/<room>.sql` holds sections headed `-- name: <statement>`."""

from __future__ import annotations

import re
from functools import cache

from sqlalchemy import TextClause, text

from cchc.paths import SQL_DIR

_HEADING = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)


@cache
def statement(name: str) -> TextClause:
    """The statement `room.name`. KeyError when the room or the section does not exist."""
    room, _, section = name.partition(".")
    try:
        return text(_sections(room)[section])
    except (FileNotFoundError, KeyError):
        raise KeyError(f"no statement {name!r} in include/sql/store") from None


def statement_names() -> list[str]:
    """Every `room.name` there is, in order."""
    rooms = sorted(path.stem for path in (SQL_DIR / "store").glob("*.sql"))
    return [f"{room}.{section}" for room in rooms for section in _sections(room)]


@cache
def _sections(room: str) -> dict[str, str]:
    """Statements of a room by name. ValueError when a name stands there twice: the first would never run."""
    content = (SQL_DIR / "store" / f"{room}.sql").read_text(encoding="utf-8")
    parts = _HEADING.split(content)
    names = parts[1::2]
    if len(set(names)) < len(names):
        raise ValueError(f"include/sql/store/{room}.sql has two statements of one name")
    return dict(zip(names, (part.strip().rstrip(";") for part in parts[2::2]), strict=True))
