"""Where the department's own words stand in the report: before what the program tells of their section."""

from __future__ import annotations

from collections.abc import Mapping

from cchc.documents.blocks import OwnPlace
from cchc.documents.own_words import OwnWords, every_section

_INSERTS = {"danh_gia": "danh_gia_dat"}  # a section that no unit is asked about


def own_places(words: Mapping[str, OwnWords]) -> dict[str, OwnPlace]:
    """By the insert of the report's template; a section without words has its place too. words: by section."""
    return {
        _INSERTS.get(code, f"muc_{code}"): OwnPlace(code, words[code].paragraphs if code in words else ())
        for code in every_section()
    }
