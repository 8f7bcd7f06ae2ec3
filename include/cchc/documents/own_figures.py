"""What a draft of ours says against its own arithmetic: told to whoever decides on it, and hindering nothing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from cchc.claims import check_text
from cchc.claims.texts import UnreadableDocument, read_document
from cchc.documents.registry import DRAFT, INTERNAL_APPENDIX, DocumentRecord
from cchc.documents.waiting import drafts
from cchc.run import Run
from cchc.severity import Severity
from cchc.texts import t

_READ = frozenset({".docx", ".xlsx"})  # a PDF is one of these, printed
_TOLD = 8  # findings of one document


def contradictions(run: Run) -> list[str]:
    """What the claim checker finds in the documents that the run put before the approvers, each with its place.

    The internal appendix quotes what units wrote, their faults included.
    """
    quoting = f"{INTERNAL_APPENDIX}{DRAFT}"
    return [line for one in drafts(run) if one.kind != quoting for line in _of_document(run, one)]


def _of_document(run: Run, one: DocumentRecord) -> Iterator[str]:
    path = one.kept_at(run.instance)
    if path.suffix not in _READ:
        return
    name = Path(one.file_name).name
    found = _found(path, name)
    for words in found[:_TOLD]:
        yield t("documents.draft_contradicts", file=name, words=words)
    if len(found) > _TOLD:
        yield t("documents.draft_contradicts_more", file=name, count=len(found) - _TOLD)


@lru_cache(maxsize=256)  # what is kept under its hash never changes, and its page is opened again and again
def _found(path: Path, name: str) -> tuple[str, ...]:
    try:
        document = read_document(path.read_bytes(), name)
    except UnreadableDocument as error:
        return (str(error),)
    return tuple(
        f"{document.place(one.start)}: {one.message}"
        for one in check_text(document.text).faults
        if one.severity is not Severity.NOTE
    )
