"""Statements of a migration's SQL file, one by one: drivers differ in taking several at once."""

from __future__ import annotations

import re

from cchc.paths import SQL_DIR


def statements_of(name: str) -> list[str]:
    """Statements of `include/sql/migrations/<name>.sql`, without comments. No literal there holds `;`."""
    content = (SQL_DIR / "migrations" / f"{name}.sql").read_text(encoding="utf-8")
    without_comments = re.sub(r"^\s*--.*$", "", content, flags=re.MULTILINE)
    return [part.strip() for part in without_comments.split(";") if part.strip()]
