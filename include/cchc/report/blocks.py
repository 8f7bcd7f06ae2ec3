"""What a document consists of, and the small line language in which document templates are written.

A template is plain text that an official can edit. One line is one paragraph:

    # I. ĐỀ MỤC        heading, first level (## and ### below it)
    - nội dung         item of a list (+ for the second level)
    > nội dung         centred line in italics (a note, a source)
    = nội dung         centred line in bold
    **chữ đậm**        bold inside a line; *chữ nghiêng* italics
    @can_cu nội dung   basis ("Căn cứ ...") in italics
    @dieu Điều 1.|nội dung   an article: bold label, then the text
    @bang ten          a table, a picture or a group of paragraphs that the program makes
    @ngang / @doc      a landscape section begins / back to portrait
    @phu_luc PHỤ LỤC I|TÊN PHỤ LỤC   an appendix on a new page
    @cho_viet nội dung a place that only a person can fill; stands in drafts, never in an issued document
    @ky                the signature block with 'Nơi nhận'
    anything else      a justified paragraph with its first line indented

Lines of the head: `@loai` (type of document), `@trich_yeu` (subject, `|` breaks the line),
`@kinh_gui` (addressees come from configuration when the line is empty).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cchc.errors import CchcError
from cchc.report.places import LINK, Anchor
from cchc.texts import t

# Marks a literal character inside a value, so that a unit's text can never be read as markup.
_LITERAL = "\ue000"
_SPECIAL = "*#-+=>@"
_INLINE = re.compile(r"\*\*(.+?)\*\*|\*(.+?)\*")


@dataclass(frozen=True)
class Run:
    """A piece of a line in one style; with `target` a link to that place of the document."""

    text: str
    bold: bool = False
    italic: bool = False
    target: Anchor | None = None


@dataclass(frozen=True)
class Paragraph:
    """One line. `style`: body, item, subitem, note, basis, todo, centre, heading1..heading3."""

    runs: tuple[Run, ...]
    style: str = "body"
    anchor: Anchor | None = None

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class Column:
    """A column of a table: heading, width in millimetres, alignment left | center | right."""

    title: str
    width_mm: float
    align: str = "left"


@dataclass(frozen=True)
class Table:
    """A table with a repeated header row. A row of one cell spans all columns (a group heading).

    `anchors`: places that links of the text name, by row; -1 is the header row.
    """

    columns: tuple[Column, ...]
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


@dataclass(frozen=True)
class Section:
    """From here on the page lies landscape or stands portrait."""

    landscape: bool


@dataclass(frozen=True)
class Appendix:
    """A new page headed by an appendix label and a title."""

    label: str
    title: str


@dataclass(frozen=True)
class Signature:
    """The block with recipients and the signer."""


@dataclass(frozen=True)
class Head:
    """Type of document, subject and addressees; None where the template has no such line."""

    kind: str | None = None
    subject: str | None = None
    addressed: bool = False


Block = Paragraph | Table | Picture | Section | Appendix | Signature


def literal(text: str) -> str:
    """The text with every character that the line language reads marked as a plain one."""
    return "".join(_LITERAL + char if char in _SPECIAL else char for char in text)


def parse(source: str, inserts: Mapping[str, Sequence[Block]], name: str) -> tuple[Head, list[Block]]:
    """Blocks of a rendered template.

    Args:
        inserts: what `@bang <key>` stands for.
        name: of the template, for errors.
    Raises:
        CchcError: an unknown line command or insert, with the template's name and the line.
    """
    kind = subject = None
    addressed = False
    blocks: list[Block] = []
    for raw in source.splitlines():
        line = raw.strip()
        if not line:
            continue
        command, _, rest = line.partition(" ")
        rest = rest.strip()
        if not line.startswith("@"):
            blocks.append(_paragraph(line))
        elif command == "@loai":
            kind = plain(rest)
        elif command == "@trich_yeu":
            subject = "\n".join(plain(part) for part in rest.split("|"))
        elif command == "@kinh_gui":
            addressed = True
        elif command == "@can_cu":
            blocks.append(Paragraph(runs(rest), "basis"))
        elif command == "@cho_viet":
            blocks.append(Paragraph(runs(f"[{rest}]"), "todo"))
        elif command == "@dieu":
            label, _, text = rest.partition("|")
            blocks.append(Paragraph((Run(plain(label) + " ", bold=True), *runs(text.strip())), "body"))
        elif command in ("@ngang", "@doc"):
            blocks.append(Section(command == "@ngang"))
        elif command == "@phu_luc":
            label, _, title = rest.partition("|")
            blocks.append(Appendix(plain(label), plain(title)))
        elif command == "@ky":
            blocks.append(Signature())
        elif command == "@bang" and rest in inserts:
            blocks.extend(inserts[rest])
        elif command == "@bang":
            raise CchcError(
                t("report.template.unknown_insert", name=name, line=line, known=", ".join(sorted(inserts)))
            )
        else:
            raise CchcError(t("report.template.unknown_command", name=name, line=line))
    return Head(kind, subject, addressed), blocks


_STYLES = {
    "###": "heading3",
    "##": "heading2",
    "#": "heading1",
    "=": "centre",
    "-": "item",
    "+": "subitem",
    ">": "note",
}


def _paragraph(line: str) -> Paragraph:
    mark, _, rest = line.partition(" ")
    style = _STYLES.get(mark)
    return Paragraph(runs(rest.strip()), style) if style else Paragraph(runs(line), "body")


def runs(text: str) -> tuple[Run, ...]:
    """Pieces of a line with `**bold**` and `*italic*` applied; marked characters stay plain."""
    hidden = re.sub(_LITERAL + r"(.)", lambda match: chr(0xE100 + _SPECIAL.index(match.group(1))), text)
    found: list[Run] = []
    end = 0
    for match in _INLINE.finditer(hidden):
        found += linked_runs(_shown(hidden[end : match.start()]))
        words = _shown(match.group(1) or match.group(2))
        found += linked_runs(words, bold=bool(match.group(1)), italic=bool(match.group(2)))
        end = match.end()
    return (*found, *linked_runs(_shown(hidden[end:])))


def linked_runs(text: str, *, bold: bool = False, italic: bool = False) -> list[Run]:
    """The pieces of a text with the links in it (`places.link`), all in one style."""
    found: list[Run] = []
    end = 0
    for match in LINK.finditer(text):
        name, place, words = match.groups()
        found.append(Run(text[end : match.start()], bold, italic))
        found.append(Run(words, bold, italic, Anchor(name, place)))
        end = match.end()
    found.append(Run(text[end:], bold, italic))
    return [run for run in found if run.text]


def plain(text: str) -> str:
    """The text without any markup."""
    return "".join(run.text for run in runs(text.strip()))


def _shown(text: str) -> str:
    return "".join(
        _SPECIAL[ord(char) - 0xE100] if 0xE100 <= ord(char) < 0xE100 + len(_SPECIAL) else char
        for char in text
    )
