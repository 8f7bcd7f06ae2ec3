"""What the program puts into a document: paragraphs, tables, pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cchc.documents.places import LINK, Anchor


@dataclass(frozen=True)
class TextRun:
    """A piece of a line in one style; with `target` a link to that place of the document."""

    text: str
    bold: bool = False
    italic: bool = False
    target: Anchor | None = None


@dataclass(frozen=True)
class Paragraph:
    """One line. `style`: body, lead (keeps with next), item, subitem, note, basis, todo, own, centre, heading1..3."""

    runs: tuple[TextRun, ...]
    style: str = "body"
    anchor: Anchor | None = None

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class TableColumn:
    """A column of a table: heading, width in millimetres, alignment left | center | right."""

    title: str
    width_mm: float
    align: str = "left"


_ALIGN = {"^": "center", ">": "right", "": "left"}


def columns_of(heads: Mapping[str, str], widths: str) -> tuple[TableColumn, ...]:
    """Columns from `number:10^ unit:62 value:24>`: name in `heads`, width in mm, `^` centred, `>` right, else left."""
    found = []
    for part in widths.split():
        name, _, size = part.partition(":")
        width = size.rstrip("^>")
        found.append(TableColumn(heads[name], float(width), _ALIGN[size.removeprefix(width)]))
    return tuple(found)


@dataclass(frozen=True)
class DocumentTable:
    """A table with a repeated header row. A row of one cell spans all columns (a group heading).

    `anchors`: places that links of the text name, by row; -1 is the header row.
    """

    columns: tuple[TableColumn, ...]
    rows: Sequence[Sequence[str]]
    small: bool = False
    bold_rows: frozenset[int] = frozenset()
    anchors: Mapping[int, Anchor] = field(default_factory=dict)


@dataclass(frozen=True)
class Picture:
    """A picture across the page with its caption; `alt` describes it for people who cannot see it."""

    png: bytes
    caption: str
    alt: str
    width_mm: float = 160.0


Block = Paragraph | DocumentTable | Picture


@dataclass(frozen=True)
class OwnPlace:
    """Where the department's own words of a section stand (before an insert), and the paragraphs that there are."""

    section: str
    paragraphs: Sequence[str] = ()


def linked_runs(text: str, *, bold: bool = False, italic: bool = False) -> list[TextRun]:
    """The pieces of a text with the links in it (`places.link`), all in one style."""
    found: list[TextRun] = []
    end = 0
    for match in LINK.finditer(text):
        name, place, words = match.groups()
        found.append(TextRun(text[end : match.start()], bold, italic))
        found.append(TextRun(words, bold, italic, Anchor(name, place)))
        end = match.end()
    found.append(TextRun(text[end:], bold, italic))
    return [run for run in found if run.text]
