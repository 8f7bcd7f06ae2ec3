"""Statements of a migration's SQL files, one by one: drivers differ in taking several at once."""

from __future__ import annotations

import re

from cchc.paths import SQL_DIR


def statements_of(name: str) -> list[str]:
    """Statements of the files of `include/sql/migrations/<name>`, file by file in their order, without comments.

    No literal there holds `;`.
    """
    files = sorted((SQL_DIR / "migrations" / name).glob("*.sql"))
    if not files:
        raise FileNotFoundError(SQL_DIR / "migrations" / name)
    content = "\n".join(file.read_text(encoding="utf-8") for file in files)
    without_comments = re.sub(r"^\s*--.*$", "", content, flags=re.MULTILINE)
    return [part.strip() for part in without_comments.split(";") if part.strip()]
