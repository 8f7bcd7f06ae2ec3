"""Where in a document a place of its text is, told so that a person finds it: page, cell, row of a table, section."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

_HEADING = re.compile(
    r"[#*\s]{0,8}((?:(?:phần|phụ lục|chương)\s|[IVX]{1,5}[.)]\s|\d{1,2}(?:\.\d{1,2}){0,3}[.)]\s).{2,100}?)[#*\s]*",
    re.IGNORECASE,
)
_SENTENCE = (".", ";", ",", ":", "?")


class PartKind(StrEnum):
    """What a part of a document is; `claims.places` has its words."""

    LINES = "lines"
    PAGE = "page"
    SHEET = "sheet"
    TABLE = "table"
    NOTE = "note"
    PARAGRAPHS = "paragraphs"
    SECTION = "section"


@dataclass(frozen=True)
class Part:
    """A part of a text from its line `line` (1-based) on to the next one. name: what people call it."""

    line: int
    kind: PartKind
    name: str = ""


class TableLine(str):
    """A line that is a row of a table. number: 1 for the table's first."""

    number: int

    @classmethod
    def of(cls, text: str, number: int) -> TableLine:
        row = cls(text)
        row.number = number
        return row


def parts_of(lines: Sequence[str], notes_from: int) -> Iterator[Part]:
    """The parts of a Word file: tables by number, notes, and what stands under each heading."""
    section, tables, in_table = Part(1, PartKind.PARAGRAPHS), 0, False
    yield section
    for number, line in enumerate(lines, 1):
        if isinstance(line, TableLine):
            if line.number == 1:
                tables += 1
                yield Part(number, PartKind.TABLE, str(tables))
            in_table = True
            continue
        heading = _HEADING.fullmatch(line) if len(line) < 120 and not line.endswith(_SENTENCE) else None
        if number > notes_from and line.startswith("["):
            yield Part(number, PartKind.NOTE, line[1:].partition("]")[0])
        elif heading:
            section = Part(number, PartKind.SECTION, " ".join(heading[1].split()))
            yield section
        elif in_table:
            yield Part(number, section.kind, section.name)
        in_table = False
