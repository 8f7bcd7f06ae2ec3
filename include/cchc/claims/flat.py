"""A text without its accents, letter for letter, so that places in it are places in the text."""

from __future__ import annotations

import re
import unicodedata

from cchc.folding import base_letter, has_unseen, is_unseen

WORD = re.compile(r"[a-z]+")  # of a text without accents


class _Table(dict[int, str]):
    """Character -> the letter it is drawn like, of length one; filled as letters turn up."""

    def __missing__(self, code: int) -> str:
        self[code] = base_letter(chr(code))
        return self[code]


_TABLE = _Table()
# What scanners put in place of other signs.
_TABLE.update({ord("×"): "x", ord("\r"): "\n"})


def plain(text: str) -> str:
    """Lower case without accents, of the same length as the (composed) text: places stay the same."""
    return unicodedata.normalize("NFC", text).translate(_TABLE)


def flattened(text: str) -> tuple[str, list[int] | None]:
    """(plain text, place in it -> place in `text`); None when the places are the same.

    Only a text of decomposed letters (letter and accent apart) or with characters of no width needs a map.
    """
    if unicodedata.is_normalized("NFC", text) and not has_unseen(text):
        return text.translate(_TABLE), None
    letters: list[str] = []
    places: list[int] = []
    start = 0
    for place in range(1, len(text) + 1):
        if place < len(text) and (unicodedata.combining(text[place]) or is_unseen(text[place])):
            continue
        if is_unseen(text[start]):  # only at the beginning: the others hang on the letter before them
            start = place
            continue
        letters.append(unicodedata.normalize("NFC", text[start:place])[0].translate(_TABLE))
        places.append(start)
        start = place
    places.append(len(text))
    return "".join(letters), places


def words_of(text: str) -> frozenset[str]:
    """The words of a list, as it is written in code."""
    return frozenset(text.split())
