"""Links inside a document: a figure in the text names the place in the appendix where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cchc.documents.text import clean

# Characters that no text of ours or of a unit can hold (`documents.text.clean` drops them) mark a link inside a text.
OPEN, PLACE, TEXT, CLOSE = "\ue010", "\ue011", "\ue012", "\ue013"
LINK = re.compile(f"{OPEN}([^{PLACE}]*){PLACE}([^{TEXT}]*){TEXT}([^{CLOSE}]*){CLOSE}")


@dataclass(frozen=True)
class Anchor:
    """A place in the report's appendix: `name` of its bookmark, `place` in words (with the row of the xlsx)."""

    name: str
    place: str


class Linked(str):
    """A text that holds links; what stands in it was cleaned when it was made."""


def link(anchor: Anchor, text: str) -> str:
    """The text as a link to the anchor, to be put into any sentence."""
    return f"{OPEN}{anchor.name}{PLACE}{clean(anchor.place)}{TEXT}{clean(text)}{CLOSE}"


def without_links(text: str) -> str:
    """The words alone."""
    return LINK.sub(lambda found: found.group(3), text)
