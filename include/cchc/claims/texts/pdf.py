"""The text layer of a PDF."""

from __future__ import annotations

import pypdfium2

from cchc.claims.texts.refused import UnreadableDocument

MAX_PAGES = 2_000
# A page that was scanned holds no letters, or only the stamp of a digital signature.
_LETTERS_OF_A_PAGE = 100
_PASSWORD = "password"  # noqa: S105 - a word in the library's message, not a secret


def text_of(content: bytes, name: str) -> str:
    """Lines of all pages, pages parted by a blank line. Raises UnreadableDocument; `scan` when no page holds text."""
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
    except pypdfium2.PdfiumError:
        raise UnreadableDocument("damaged", name) from None
    finally:
        document.close()
    if sum(len(text.strip()) > _LETTERS_OF_A_PAGE for text in texts) == 0 and sum(map(len, texts)) < 60 * len(
        texts
    ):
        raise UnreadableDocument("scan", name)
    return "\n\n".join(texts)


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
