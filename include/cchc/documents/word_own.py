"""The department's own words in a Word document: where they stand, and where an official wrote some in an edited file.

The heading of each section is a bookmark (`muc_<section>`), which editors keep. Own words have a style of their own; a
new paragraph under such a heading is own words too, whatever style its author chose.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import nsdecls, qn
from lxml import etree

from cchc.documents.blocks import OwnPlace, Paragraph, TextRun
from cchc.documents.places import Anchor
from cchc.documents.word_styles import OWN_STYLE
from cchc.documents.word_xml import STYLE_IDS, block_paragraph, bookmark_xml

MARK = "muc_"
_REWORDED = (
    0.5  # of the letters; a new paragraph that is nearer to one that is gone is that one, written anew
)


def place_own_words(paragraph: Any, own: OwnPlace, ids: Iterator[int]) -> list[Any]:
    """The elements of the words that stand before the insert at `paragraph`; marks the heading of their section, and
    takes away what asks for them to be written."""
    heading = _heading_of(paragraph)
    if heading is not None:
        mark = bookmark_xml(Anchor(f"{MARK}{own.section}", ""), ids)
        properties = heading.find(qn("w:pPr"))
        at = 0 if properties is None else heading.index(properties) + 1
        for offset, one in enumerate(next(elements_of(f"<w:p>{mark}</w:p>"))):
            heading.insert(at + offset, one)
    if own.paragraphs:
        before = paragraph.getprevious()
        while before is not None and before is not heading:
            asking, before = before, before.getprevious()
            if style_of(asking) == STYLE_IDS["todo"]:
                asking.getparent().remove(asking)
    written = (block_paragraph(Paragraph((TextRun(text),), "own"), ids) for text in own.paragraphs)
    return [element for one in written for element in elements_of(one)]


def _heading_of(paragraph: Any) -> Any:
    """The heading above; where another section stands between, the line before the insert. None at the very top."""
    nearest, one = None, paragraph.getprevious()
    while one is not None:
        if one.tag == qn("w:p") and _text(one):
            nearest = one if nearest is None else nearest
            if _section_of(one):
                return nearest
            if (style_of(one) or "").startswith("Heading"):
                return one
        one = one.getprevious()
    return nearest


def elements_of(xml: str) -> Iterator[Any]:
    """The elements of some WordprocessingML."""
    root = etree.fromstring(f"<w:body {nsdecls('w', 'r', 'wp', 'a', 'pic')}>{xml}</w:body>")
    # A copy has its namespaces with it. What is taken away from the parent that declares them is given new ones node by
    # node, which takes lxml the square of the nodes: 0.42 s for a table of 800 rows, where a copy takes 0.02.
    yield from map(deepcopy, root)


def style_of(paragraph: Any) -> str | None:
    """The id of a paragraph's style."""
    style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    return None if style is None else style.get(qn("w:val"))


@dataclass(frozen=True)
class _Line:
    text: str
    own: bool
    linked: bool  # holds a figure of the appendix


def own_words_in(draft: Any, edited: Any) -> dict[str, str]:
    """Text by section, one line a paragraph, of the sections whose own words an official changed; '' of those whose
    words are gone. draft, edited: documents of python-docx, the file as it was made and as it came back."""
    before, after = _lines(draft), _lines(edited)
    everything = Counter(line.text for lines in before.values() for line in lines)
    found = {}
    for section in before:
        was, now = before[section], after.get(section, [])
        gone = list((Counter(one.text for one in was) - Counter(one.text for one in now)).elements())
        told = Counter(one.text for one in was if not one.own)
        words = []
        for line in now:
            if line.own:
                words.append(line.text)
            elif told[line.text]:
                told[line.text] -= 1
            elif not (line.linked or line.text in everything or _is_reworded(line.text, gone)):
                words.append(line.text)
        if words != [one.text for one in was if one.own]:
            found[section] = "\n".join(words)
    return found


def _is_reworded(text: str, gone: list[str]) -> bool:
    from rapidfuzz.distance import Levenshtein

    distances = [float(Levenshtein.normalized_distance(one, text)) for one in gone]
    if not distances or min(distances) > _REWORDED:
        return False
    gone.pop(distances.index(min(distances)))
    return True


def _lines(document: Any) -> dict[str, list[_Line]]:
    """The paragraphs between the heading of each section and the next heading, tables left aside."""
    names = {one.style_id: one.name for one in document.styles}
    found: dict[str, list[_Line]] = {}
    section = ""
    for one in document.element.body.iterchildren(qn("w:p")):
        style, text = names.get(style_of(one) or "", "") or "", _text(one)
        if own := _section_of(one):
            section = own
            found.setdefault(section, [])
        elif style.casefold().startswith("heading"):
            section = ""
        elif section and text:
            linked = any(link.get(qn("w:anchor")) for link in one.iter(qn("w:hyperlink")))
            found[section].append(_Line(text, style == OWN_STYLE, linked))
    return found


def _section_of(paragraph: Any) -> str:
    """The section whose heading it is, the last one of several; empty for any other paragraph."""
    names = [str(mark.get(qn("w:name"))) for mark in paragraph.iter(qn("w:bookmarkStart"))]
    return next((name.removeprefix(MARK) for name in reversed(names) if name.startswith(MARK)), "")


def _text(paragraph: Any) -> str:
    return " ".join("".join(node.text or "" for node in paragraph.iter(qn("w:t"))).split())
