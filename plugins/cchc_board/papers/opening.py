"""Which documents somebody may open: letters to units that the person looks after, and what the province issued."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Response

from cchc.documents.book import Paper, PaperState, book_of
from cchc.documents.registry import FOLDER, INTERNAL
from cchc.errors import CchcError
from cchc.run import Run
from cchc.texts import t
from cchc_board.answers import kept_file
from cchc_board.desk import RequestView

# Went out to everybody of its 'Nơi nhận'. Drafts and papers of the department's own tell of every unit.
OUT = frozenset({PaperState.SIGNED, PaperState.ISSUED, PaperState.REPLACED})


def papers_seen(desk: RequestView, year: int) -> list[Paper]:
    """The year's book as far as the viewer may open it, the newest papers first."""
    if desk.store is None:
        return []
    papers = book_of(Run(desk.store, desk.instance, desk.as_of), year)
    return papers if desk.scope is None else [one for one in papers if _is_open(desk, one)]


def _is_open(desk: RequestView, one: Paper) -> bool:
    unit = one.record.unit_code
    return desk.sees(unit) if unit else one.state in OUT and one.record.kind not in INTERNAL


def opener(desk: RequestView, round_id: str) -> Callable[[str], bool]:
    """Whether the viewer may open a document of the round, by its id."""
    if desk.scope is None:
        return lambda _document_id: True
    seen = {
        file.document_id
        for one in papers_seen(desk, desk.calendar.round(round_id).year)
        for file in (one.record, one.pdf, one.signed)
        if file is not None
    }
    return seen.__contains__


def document_file(desk: RequestView, document_id: str) -> Response:
    """A document that was made, from the folder where nothing is rewritten. One that is not the viewer's is answered
    as one that there is not."""
    row = desk.store.one("board.document", document_id=document_id) if desk.store else None
    if row is None or not opener(desk, str(row["round_id"]))(document_id):
        raise CchcError(t("board.no_document"))
    digest, suffix = str(row["file_sha256"]), "." + str(row["file_name"]).rpartition(".")[2]
    path = desk.instance.data / FOLDER / digest[:2] / f"{digest}{suffix}"
    return kept_file(desk, path, str(row["file_name"]))
