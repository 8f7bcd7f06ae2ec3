"""Named SQL statements, and those of a migration: every file of `include/sql` is read here.

A file `include/sql/<folder>/<file>.sql` holds sections headed `-- name: <statement>`.
"""

from __future__ import annotations

import re
from functools import cache

from sqlalchemy import String, TextClause, bindparam, text

from cchc.paths import SQL_DIR

_HEADING = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)
_LIST = re.compile(r"\bIN :(\w+)")
_COMMENT = re.compile(r"^\s*--.*$", re.MULTILINE)


@cache
def statement(name: str) -> TextClause:
    """The statement `room.name` of the store. KeyError when the room or the section does not exist.

    A value behind `IN` is a list of texts, which may be empty.
    """
    room, _, section = name.partition(".")
    try:
        found = sections("store", room)[section]
        return text(found).bindparams(
            *(bindparam(one, type_=String(), expanding=True) for one in set(_LIST.findall(found)))
        )
    except (FileNotFoundError, KeyError):
        raise KeyError(f"no statement {name!r} in include/sql/store") from None


def statement_names() -> list[str]:
    """Every `room.name` there is, in order."""
    rooms = sorted(path.stem for path in (SQL_DIR / "store").glob("*.sql"))
    return [f"{room}.{section}" for room in rooms for section in sections("store", room)]


@cache
def sections(folder: str, file: str) -> dict[str, str]:
    """Statements of a file by name. ValueError when a name stands there twice: the first would never run."""
    parts = _HEADING.split((SQL_DIR / folder / f"{file}.sql").read_text(encoding="utf-8"))
    names = parts[1::2]
    if len(set(names)) < len(names):
        raise ValueError(f"include/sql/{folder}/{file}.sql has two statements of one name")
    return dict(zip(names, (part.strip().rstrip(";") for part in parts[2::2]), strict=True))


def statements_of(migration: str) -> list[str]:
    """Statements of the files of `include/sql/migrations/<migration>`, file by file in their order, one by one.

    Drivers differ in taking several at once. Comments are left out, and no literal there holds `;`.
    """
    folder = SQL_DIR / "migrations" / migration
    files = sorted(folder.glob("*.sql"))
    if not files:
        raise FileNotFoundError(folder)
    content = "\n".join(file.read_text(encoding="utf-8") for file in files)
    return [part.strip() for part in _COMMENT.sub("", content).split(";") if part.strip()]
