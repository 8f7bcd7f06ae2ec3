"""The text layer of a PDF; where it has none, what can be told of its pages."""

from __future__ import annotations

from dataclasses import dataclass

import pypdfium2

from cchc.claims.texts import scanned
from cchc.claims.texts.refused import UnreadableDocument

MAX_PAGES = 2_000
# A page that was scanned holds no letters, or only the stamp of a digital signature.
_LETTERS_OF_A_PAGE = 100
_PASSWORD = "password"  # noqa: S105 - a word in the library's message, not a secret


@dataclass(frozen=True)
class Pages:
    """text: lines of all pages, pages parted by a blank line. told: of a scan, how many of how many pages were told."""

    text: str
    told: tuple[int, int] | None = None


def text_of(content: bytes, name: str) -> str:
    """The text layer alone; a scan is refused."""
    return pages_of(content, name, tell=False).text


def pages_of(content: bytes, name: str, *, tell: bool = True) -> Pages:
    """Raises UnreadableDocument; `scan` when no page holds text and none could be told."""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        reason = "protected" if _PASSWORD in str(error).lower() else "damaged"
        raise UnreadableDocument(reason, name) from None
    try:
        pages = len(document)
        if pages > MAX_PAGES:
            raise UnreadableDocument("too_many_pages", name, limit=MAX_PAGES)
        texts = [_page(document, number) for number in range(pages)]
        letters = sum(map(len, texts))
        if letters < 60 * pages and not any(len(text.strip()) > _LETTERS_OF_A_PAGE for text in texts):
            if tell and not scanned.available():
                raise UnreadableDocument("scan_untold", name)
            told = scanned.pages_of(document) if tell else []
            if not any(len(text.strip()) > _LETTERS_OF_A_PAGE for text in told):
                raise UnreadableDocument("scan", name)
            return Pages("\n\n".join(told), (len(told), pages))
    except pypdfium2.PdfiumError:
        raise UnreadableDocument("damaged", name) from None
    finally:
        document.close()
    return Pages("\n\n".join(texts))


def _page(document: pypdfium2.PdfDocument, number: int) -> str:
    page = document[number]
    layer = page.get_textpage()
    try:
        text: str = layer.get_text_range()
    finally:
        layer.close()
        page.close()
    # The library marks a hyphen at the end of a line with U+FFFE, and ends lines as Windows does.
    return (
        text.replace("\r\n", "\n")
        .replace("\r", "\n")
        .replace("\ufffe", "-")
        .replace("\x02", "-")
        .replace("\x00", "")
    )
