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


@cache
def _sections(room: str) -> dict[str, str]:
    content = (SQL_DIR / "store" / f"{room}.sql").read_text(encoding="utf-8")
    parts = _HEADING.split(content)
    return dict(zip(parts[1::2], (part.strip().rstrip(";") for part in parts[2::2]), strict=True))
