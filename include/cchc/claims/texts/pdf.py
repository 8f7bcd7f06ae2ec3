"""The text layer of a PDF; where it has none, what can be told of its pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import pypdfium2

from cchc.claims.texts import scanned
from cchc.claims.texts.places import Part, PartKind
from cchc.claims.texts.refused import UnreadableDocument

MAX_PAGES = 2_000
# A page that was scanned holds no letters, or only the stamp of a digital signature.
_LETTERS_OF_A_PAGE = 100
_BETWEEN = "\n\n"
_GAP = re.compile(r"(?<=\S) +(?=\S)")
_WIDE = 1.5  # heights of a line: blanks of justified lines stay below
_PASSWORD = "password"  # noqa: S105 - a word in the library's message, not a secret


@dataclass(frozen=True)
class Pages:
    """texts: of each page; text: their lines, pages parted by a blank line. told: of a scan, how many of how many."""

    texts: Sequence[str]
    told: tuple[int, int] | None = None

    @property
    def text(self) -> str:
        return _BETWEEN.join(self.texts)

    @property
    def parts(self) -> tuple[Part, ...]:
        """Where each page begins."""
        starts = accumulate((f"{text}{_BETWEEN}".count("\n") for text in self.texts), initial=1)
        pages = zip(range(1, len(self.texts) + 1), starts, strict=False)
        return tuple(Part(line, PartKind.PAGE, str(page)) for page, line in pages)


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
            return Pages(told, (len(told), pages))
    except pypdfium2.PdfiumError:
        raise UnreadableDocument("damaged", name) from None
    finally:
        document.close()
    return Pages(texts)


def _page(document: pypdfium2.PdfDocument, number: int) -> str:
    page = document[number]
    layer = page.get_textpage()
    try:
        text = _in_cells(layer)
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


def _in_cells(layer: pypdfium2.PdfTextPage) -> str:
    """The text of a page; where a gap in a line is wide, a tab parts two cells.

    Without them the figures of a row, and those of the next, would be read as one sentence.
    """
    text: str = layer.get_text_range()
    if layer.count_chars() != len(text):  # letters beyond the first 65,536 are counted twice
        return text
    letters = list(text)
    for gap in _GAP.finditer(text):
        before, behind = (layer.get_charbox(at, loose=True) for at in (gap.start() - 1, gap.end()))
        height = max(before[3] - before[1], behind[3] - behind[1])
        if behind[0] - before[2] > _WIDE * height > 0:
            letters[gap.start()] = "\t"
    return "".join(letters).replace("\t ", "\t")
