"""Documents as a round's and a unit's page list them: by what they are, with number and day; the file's name beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from cchc.clock import TZ, from_text, vn_date
from cchc.documents.registry import DRAFT
from cchc.store import Row
from cchc.texts import t, table


@dataclass(frozen=True)
class ListedPaper:
    """One document. what: what it is, its number and day, in words; file: its name without folders."""

    document_id: str
    what: str
    file: str


def listed(rows: Sequence[Row]) -> list[ListedPaper]:
    """What is numbered before what is not, by kind."""
    ordered = sorted(rows, key=lambda row: (row["number"] is None, row["kind"]))
    return [
        ListedPaper(row["document_id"], _what(row), PurePosixPath(row["file_name"]).name) for row in ordered
    ]


def without_settled_drafts(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """(the others, drafts of which the document was issued): a draft that is newer than the last issue still counts."""
    issued: dict[str, str] = {}
    for row in rows:
        if row["number"]:
            issued[row["kind"]] = max(row["made_at"], issued.get(row["kind"], ""))
    settled = [
        row
        for row in rows
        if DRAFT in row["kind"] and row["made_at"] <= issued.get(row["kind"].replace(DRAFT, ""), "")
    ]
    return [row for row in rows if row not in settled], settled


def _what(row: Row) -> str:
    kind = table("board.document_kinds").get(row["kind"], t("board.other_document"))
    if row["number"]:
        day = vn_date(date.fromisoformat(row["issued_on"])) if row["issued_on"] else ""
        return " · ".join(part for part in (kind, f"{row['number']}/{row['symbol']}", day) if part)
    if DRAFT in row["kind"] and row["draft"]:
        return f"{kind} · {t('board.draft_mark', draft=row['draft'])}"
    return f"{kind} · {t('board.made_on', day=vn_date(from_text(row['made_at']).astimezone(TZ).date()))}"
