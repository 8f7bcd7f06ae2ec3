"""A draft that an official edited in Word, beside the draft as it was made: what became of figures and bookmarks.

A figure of the text is a link to its row of the appendix, which is a bookmark; the link's name says which figure it is
after any editing, by Word and LibreOffice alike.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from lxml import etree

from cchc.documents.word_own import own_words_in
from cchc.errors import RuleRefused
from cchc.files import freeze_zip
from cchc.texts import t

# Word's own marks of a place (where the cursor was, headings of a list of contents) are none of ours.
_WORDS_OWN = re.compile(r"_|OLE_LINK")
_NUMBER = re.compile(r"\d[\d.,]*\d|\d")
MOST_NAMED = 20
UNWRITTEN_STYLE = "Chỗ cần viết"  # of what is still to be written, which only a draft shows
BODY_STYLE = "Nội dung"


@dataclass(frozen=True)
class ChangedFigure:
    """A figure of the text or of a row of the appendix that is another now. place: the words that stand before it."""

    place: str
    before: str
    after: str

    def __str__(self) -> str:
        return t("documents.edited.changed_figure", place=self.place, before=self.before, after=self.after)


@dataclass(frozen=True)
class Edits:
    """What editing did.

    changed: figures; lost: bookmarks that are gone, with the words at their place; left_out: linked figures that the
    text names no more; added: numbers that no part of the draft had; paragraphs: how many are new or reworded; removed:
    how many of the draft are gone or reworded.
    """

    changed: tuple[ChangedFigure, ...]
    lost: tuple[str, ...]
    left_out: tuple[str, ...]
    added: tuple[str, ...]
    paragraphs: int
    removed: int


def edits(draft: bytes, edited: bytes, name: str) -> Edits:
    """Compare an edited file with the draft that it began as. Raises RuleRefused('no-docx')."""
    before, after = _opened(draft, name), _opened(edited, name)
    linked, now = _linked(before), _linked(after)
    changed, left_out = [], []
    for anchor, texts in linked.items():
        gone, new = (
            Counter(texts) - Counter(now.get(anchor, ())),
            Counter(now.get(anchor, ())) - Counter(texts),
        )
        pairs, others = list(new.elements()), list(gone.elements())
        for place, text in enumerate(pairs):
            old = others[place] if place < len(others) else texts[0]
            changed.append(ChangedFigure(_place(before, anchor), old, text))
        left_out += others[len(pairs) :]
    changed += _changed_cells(before, after)
    marks, kept = _bookmarks(before), _bookmarks(after)
    lost = [f"{name} ({marks[name]})" if marks[name] else name for name in marks if name not in kept]
    own, theirs = Counter(_paragraphs(before)), Counter(_paragraphs(after))
    old_numbers = {one for text in own for one in _NUMBER.findall(text)}
    told = {one.after for one in changed}
    added = dict.fromkeys(
        one
        for text in (theirs - own)
        for one in _NUMBER.findall(text)
        if one not in old_numbers and one not in told
    )
    return Edits(
        tuple(changed),
        tuple(lost),
        tuple(left_out),
        tuple(added),
        (theirs - own).total(),
        (own - theirs).total(),
    )


def own_words_between(draft: bytes, edited: bytes, name: str) -> dict[str, str]:
    """See `own_words_in`. Raises RuleRefused('no-docx')."""
    return own_words_in(_opened(draft, name), _opened(edited, name))


def as_issued(edited: bytes, draft: bytes, issued: bytes, marks: tuple[str, ...]) -> bytes:
    """The edited file with what an issue writes: number and day wherever the draft left room for them, the words at the
    top of each page, no paragraph that only a draft shows.

    draft, issued: the same document as our own builder makes it before and after. marks: texts of which a paragraph
    that the issue writes holds one (number and symbol, day). Raises RuleRefused('head-lost') when there is no place for
    the number left.
    """
    before, after, target = (_opened(one, "") for one in (draft, issued, edited))
    written = _written(list(_paragraphs(before)), list(_paragraphs(after)), marks)
    todos, is_todo, found = set(_todos(before)), _todo_style(target), 0
    body = next((one.style_id for one in target.styles if one.name == BODY_STYLE), None)
    for paragraph in list(_all(target.element.body, "w:p")):
        text = _text(paragraph)
        if text in written:
            _write(paragraph, written[text])
            found += marks[0] in written[text]
        elif text in todos and is_todo(paragraph):
            paragraph.getparent().remove(paragraph)
        elif body and is_todo(paragraph):  # what was to be written was written in its place
            paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}").set(qn("w:val"), body)
    if not found:
        raise RuleRefused("head-lost", t("documents.edited.head-lost", number=marks[0]))
    _drop_empty_headings(before, after, target)
    _stamp(before, after, target)
    properties, theirs = target.core_properties, after.core_properties
    for key in ("title", "author", "last_modified_by", "comments", "created", "modified"):
        setattr(properties, key, getattr(theirs, key))
    buffer = io.BytesIO()
    target.save(buffer)
    return freeze_zip(buffer.getvalue())


def _drop_empty_headings(before: Any, after: Any, target: Any) -> None:
    """A heading that only a draft has, to ask for words, goes when nobody wrote any below it."""
    todos, kept = set(_todos(before)), set(_paragraphs(after))
    own = [text for text in _paragraphs(before) if text not in todos]
    headings = {one.text for one in before.paragraphs if (one.style.name or "").startswith("Heading")}
    heads = {_plain(text) for text in headings} - kept
    empty = {text: following for text, following in pairwise(own) if text in heads}
    there = [one for one in _all(target.element.body, "w:p") if _text(one)]
    for paragraph, following in pairwise(there):
        if empty.get(_text(paragraph)) == _text(following):
            paragraph.getparent().remove(paragraph)


def has_room_for_number(edited: bytes, number_line: str) -> bool:
    """Whether the paragraph is still there into which an issue writes its number."""
    return _plain(number_line) in set(_paragraphs(_opened(edited, "")))


def _written(before: list[str], after: list[str], marks: tuple[str, ...]) -> dict[str, str]:
    """Paragraph of the draft -> what the issue makes of it, where that is number or day."""
    from difflib import SequenceMatcher

    found: dict[str, str] = {}
    kept = set(after)
    for tag, low, high, first, last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "replace":
            continue
        new = [text for text in after[first:last] if any(mark in text for mark in marks)]
        old = [text for text in before[low:high] if text not in kept]
        for text in new:
            if (best := min(old, key=lambda one: _distance(one, text), default=None)) is not None:
                found[best] = text
                old.remove(best)
    return found


def _distance(one: str, other: str) -> float:
    from rapidfuzz.distance import Levenshtein

    return float(Levenshtein.normalized_distance(one, other))


def _stamp(before: Any, after: Any, target: Any) -> None:
    """The words at the top of each page of a draft become those of an issue, or go."""
    old, new = (one.core_properties.comments for one in (before, after))
    if not old or old == new:
        return
    for section in target.sections:
        for header in (section.header, section.first_page_header):
            for paragraph in list(_all(header._element, "w:p")):
                if _text(paragraph) != old:
                    continue
                if new or len(list(_all(header._element, "w:p"))) == 1:
                    _write(paragraph, new)
                else:
                    paragraph.getparent().remove(paragraph)


def _opened(content: bytes, name: str) -> Any:
    try:
        return Document(io.BytesIO(content))
    except (PackageNotFoundError, KeyError, ValueError, zipfile.BadZipFile, etree.LxmlError) as error:
        raise RuleRefused("no-docx", t("documents.edited.no-docx", file=name)) from error


def _all(element: Any, tag: str) -> Iterator[Any]:
    yield from element.iter(qn(tag))


def _text(element: Any) -> str:
    return _plain("".join(node.text or "" for node in _all(element, "w:t")))


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _paragraphs(document: Any) -> Iterator[str]:
    yield from filter(None, (_text(one) for one in _all(document.element.body, "w:p")))


def _linked(document: Any) -> dict[str, list[str]]:
    """Anchor -> texts of its links, in their order. A link that an editor cut in two beside itself is one."""
    found: dict[str, list[str]] = {}
    for paragraph in _all(document.element.body, "w:p"):
        before = None
        for child in paragraph:
            anchor = child.get(qn("w:anchor")) if child.tag == qn("w:hyperlink") else None
            if anchor is None:
                before = before if child.tag != qn("w:r") else None
                continue
            text = "".join(node.text or "" for node in _all(child, "w:t"))
            if anchor == before:
                found[anchor][-1] += text
            elif text:
                found.setdefault(anchor, []).append(text)
            before = anchor
    return {anchor: [_plain(text) for text in texts] for anchor, texts in found.items()}


def _bookmarks(document: Any) -> dict[str, str]:
    """Name -> the words of its paragraph."""
    return {
        name: _text(_paragraph_of(one))[:60]
        for one in _all(document.element.body, "w:bookmarkStart")
        if (name := str(one.get(qn("w:name")))) and not _WORDS_OWN.match(name)
    }


def _paragraph_of(element: Any) -> Any:
    while element.tag not in (qn("w:p"), qn("w:body")):
        element = element.getparent()
    return element if element.tag == qn("w:p") else etree.Element("none")


def _rows(document: Any) -> dict[str, list[str]]:
    """Bookmark -> cells of the row of a table in which it stands."""
    found = {}
    for row in _all(document.element.body, "w:tr"):
        cells = [_text(cell) for cell in row.iterchildren(qn("w:tc"))]
        for mark in _all(row, "w:bookmarkStart"):
            found[str(mark.get(qn("w:name")))] = cells
    return found


def _changed_cells(before: Any, after: Any) -> Iterator[ChangedFigure]:
    now = _rows(after)
    for name, cells in _rows(before).items():
        theirs = now.get(name, [])
        for old, new in zip(cells, theirs, strict=False):
            if old != new and _NUMBER.search(old):
                yield ChangedFigure(next((cell for cell in cells[1:] if cell), name), old, new)


def _place(document: Any, anchor: str) -> str:
    """What a figure is about: the words of its row of the appendix."""
    cells = _rows(document).get(anchor)
    if cells:
        return next((cell for cell in cells[1:] if not _NUMBER.fullmatch(cell)), anchor)
    return anchor


def _todo_style(document: Any) -> Callable[[Any], bool]:
    """Whether a paragraph is of those that only a draft shows; editors keep a style's name, not its id."""
    ids = {one.style_id for one in document.styles if one.name == UNWRITTEN_STYLE}

    def is_todo(paragraph: Any) -> bool:
        style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        return style is not None and style.get(qn("w:val")) in ids

    return is_todo


def _todos(document: Any) -> Iterator[str]:
    is_todo = _todo_style(document)
    yield from (_text(one) for one in _all(document.element.body, "w:p") if is_todo(one))


def _write(paragraph: Any, text: str) -> None:
    """Other words in the look of the first ones."""
    nodes = list(_all(paragraph, "w:t"))
    for place, node in enumerate(nodes):
        node.text = text if place == 0 else ""
        node.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
