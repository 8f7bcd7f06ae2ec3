"""Where the department's own words stand in the report: before what the program tells of their section."""

from __future__ import annotations

from collections.abc import Mapping

from cchc.documents.blocks import OwnPlace
from cchc.documents.own_words import OwnWords
from cchc.workbooks.outline import load_outline


def own_places(words: Mapping[str, OwnWords]) -> dict[str, OwnPlace]:
    """By the insert of the report's template; a section without words has its place too. words: by section."""
    return {
        f"muc_{one.code}": OwnPlace(one.code, words[one.code].paragraphs if one.code in words else ())
        for one in load_outline()
    }
