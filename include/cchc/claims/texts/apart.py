"""A PDF of a stranger is read in a process with limits: what its library unfolds, nobody can see before."""

from __future__ import annotations

from pathlib import PurePath

from cchc.claims.texts.read import DocumentText, is_pdf, read_document
from cchc.claims.texts.refused import UnreadableDocument
from cchc.isolation.limits import ReadingLimits

# A text layer of 2,000 pages is read within seconds; what takes longest is to tell the letters of a scan.
LIMITS = ReadingLimits(seconds=300, processor_seconds=30, memory=1024 * 1024 * 1024)


def read_apart(content: bytes, name: str) -> DocumentText:
    """`read_document`, of a PDF in a process of its own. Raises UnreadableDocument too when that broke the process;
    other kinds are bounded before they are unfolded, and read here."""
    if not is_pdf(content):
        return read_document(content, name)
    from cchc.isolation.outcome import ItemFailed
    from cchc.isolation.session import Session

    with Session(LIMITS, _ready, prepare=_loaded) as session:
        try:
            found: DocumentText = session.ask(_read, content, name)
        except ItemFailed:
            raise UnreadableDocument("too_heavy", PurePath(name).name) from None
    return found


def _loaded() -> None:
    """Once for all readers."""
    import pypdfium2  # noqa: F401 - readers are forked from here, with it


def _ready() -> None:
    """Readers need nothing of the installation."""


def _read(_: None, content: bytes, name: str) -> DocumentText:
    return read_document(content, name)
