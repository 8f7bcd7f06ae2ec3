"""One way in for every document: by what it is, not by what its name says."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import islice
from pathlib import PurePath

from cchc.claims.kinds import ClaimKind
from cchc.claims.texts import pdf, plain, word
from cchc.claims.texts.places import Part, PartKind
from cchc.claims.texts.refused import UnreadableDocument
from cchc.indicators import format_number
from cchc.office.kinds import OLE
from cchc.office.package import MOST_PARTS, ArchiveTooLarge, BadArchive, Package
from cchc.office.sheets import cell_name
from cchc.old_letters import Letters, recognised
from cchc.texts import t

MAX_BYTES = 60 * 1024 * 1024
MAX_LETTERS = 30_000_000
MAX_FIGURES = 200_000  # each costs some 60 microseconds, a percentage among hundreds a millisecond
_LINE_END = re.compile("\n")
_FIGURE = re.compile(r"[0-9]+(?:[.,][0-9]+)*")


@dataclass(frozen=True)
class DocumentText:
    """The text of a document. Paragraphs and table rows are lines, cells are parted by tabs.

    format: docx, xlsx, pdf or txt. Headers, footers and notes of a docx stand behind its body. `letters`: the table of
    before Unicode that the text was turned from; when that is not sure (`doubtful`) it stands as it was. `told`: of a
    scan, how many of how many pages tesseract read. `parts`: its pages, sheets, tables, sections.
    """

    name: str
    format: str
    text: str
    parts: tuple[Part, ...]
    letters: Letters | None = None
    doubtful: bool = False
    told: tuple[int, int] | None = None

    def place(self, start: int) -> str:
        """Where a place of the text is, as people find it."""
        line = bisect_left(self._ends, start) + 1
        part = self.parts[bisect_right(self.parts, line, key=lambda one: one.line) - 1]
        column = self.text.count("\t", self._ends[line - 2] + 1 if line > 1 else 0, start)
        row = max(line - part.line, 0)
        # No other kind of document has cells by name.
        cell = cell_name(row, column) if part.kind is PartKind.SHEET else ""
        return t(f"claims.places.{part.kind}", name=part.name, line=line, row=row + 1, cell=cell)

    @cached_property
    def _ends(self) -> list[int]:
        return [match.start() for match in _LINE_END.finditer(self.text)]

    @property
    def remark_kind(self) -> ClaimKind:
        return ClaimKind.LETTERS if self.told is None else ClaimKind.SCANNED

    @property
    def remark(self) -> str | None:
        """What to tell of the letters."""
        if self.told is not None:
            return t("claims.scanned", file=self.name, told=self.told[0], pages=self.told[1])
        if self.letters is None:
            return None
        key = "doubtful" if self.doubtful else "converted"
        return t(f"claims.letters.{key}", file=self.name, table=self.letters.known_as)


def _of_archive(content: bytes, name: str) -> tuple[str, str, tuple[Part, ...]]:
    """A Word file or a workbook, by what is inside."""
    try:
        names = Package.names_in(content)
    except BadArchive:
        names = set()
    except ArchiveTooLarge:
        raise UnreadableDocument("too_many_parts", name, limit=format_number(Decimal(MOST_PARTS))) from None
    if "xl/workbook.xml" in {one.lower() for one in names}:
        from cchc.claims.texts import sheets

        return "xlsx", *sheets.text_of(content, name)
    return "docx", *word.text_of(content, name)


def is_pdf(content: bytes) -> bool:
    """As readers of PDF see it: something may stand before the mark."""
    return b"%PDF-" in content[:1024]


def read_document(content: bytes, name: str) -> DocumentText:
    """The text of a file. Raises UnreadableDocument: empty, damaged, protected, too large, a scan, another kind."""
    file_name = PurePath(name).name
    suffix = PurePath(name).suffix.lower()
    if not content:
        raise UnreadableDocument("empty", file_name)
    if len(content) > MAX_BYTES:
        raise UnreadableDocument("too_large", file_name, limit=MAX_BYTES // (1024 * 1024))
    if content[:4] == OLE[:4]:
        raise UnreadableDocument("old_word" if suffix == ".doc" else "protected", file_name)
    told = None
    if is_pdf(content):
        pages = pdf.pages_of(content, file_name)
        kind, text, parts, told = "pdf", pages.text, pages.parts, pages.told
    elif content[:2] == b"PK":
        kind, text, parts = _of_archive(content, file_name)
    elif suffix in (".docx", ".docm", ".pdf"):
        raise UnreadableDocument("damaged", file_name)
    else:
        kind, text, parts = "txt", plain.text_of(content, file_name), (Part(1, PartKind.LINES),)
    if len(text) > MAX_LETTERS:
        raise UnreadableDocument("too_long", file_name, limit=MAX_LETTERS // 1_000_000)
    if sum(1 for _ in islice(_FIGURE.finditer(text), MAX_FIGURES + 1)) > MAX_FIGURES:
        raise UnreadableDocument("too_many_figures", file_name, limit=format_number(Decimal(MAX_FIGURES)))
    if not text.strip():
        raise UnreadableDocument("scan" if kind == "pdf" else "empty", file_name)
    found = recognised(text)
    # A soft hyphen is a letter of TCVN3, and nothing anywhere else.
    shown = found.text.replace("\u00ad", "")
    return DocumentText(file_name, kind, shown, parts, found.table, found.doubtful, told)
