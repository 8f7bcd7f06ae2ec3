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


# '4 812', '1 386,4', '12 345 678'; in rows of numbers a space may stand between two of them.
_APART = re.compile(
    r"(?<![\w.,/-])(?<![0-9] )[1-9][0-9]{0,2}(?: [0-9]{3})+(?:,[0-9]{1,2})?(?![\w/-]|[.,][0-9])(?! [0-9])"
)
_IN_PROSE = re.compile(r"\s(?!tháng|năm|quý)[^\W\d_]{2}")
_MARKED_THOUSANDS = re.compile(r"[0-9][.,][0-9]{3}(?![0-9])")
_HABIT = 3  # numbers in prose that show how somebody writes thousands


def plain(text: str) -> str:
    """Lower case without accents, of the same length as the (composed) text: places stay the same."""
    return unicodedata.normalize("NFC", text).translate(_TABLE)


def flattened(text: str) -> tuple[str, list[int] | None]:
    """(plain text, place in it -> place in `text`); None when the places are the same.

    Only a text of decomposed letters (letter and accent apart), with characters of no width, or with spaces between
    thousands needs a map: those spaces are left out.
    """
    joined = _spaces_in_numbers(text)
    if not joined and unicodedata.is_normalized("NFC", text) and not has_unseen(text):
        return text.translate(_TABLE), None
    letters: list[str] = []
    places: list[int] = []
    start = 0
    for place in range(1, len(text) + 1):
        if place < len(text) and (unicodedata.combining(text[place]) or is_unseen(text[place])):
            continue
        # Without width only at the beginning: the others hang on the letter before them.
        if start in joined or is_unseen(text[start]):
            start = place
            continue
        letters.append(unicodedata.normalize("NFC", text[start:place])[0].translate(_TABLE))
        places.append(start)
        start = place
    places.append(len(text))
    return "".join(letters), places


def _spaces_in_numbers(text: str) -> frozenset[int]:
    """Places of the spaces that part thousands, in a text that parts them so and in no other way."""
    found = list(_APART.finditer(text))
    if sum(_IN_PROSE.match(text, one.end()) is not None for one in found) < _HABIT:
        return frozenset()
    if _MARKED_THOUSANDS.search(text):
        return frozenset()
    return frozenset(place for one in found for place in range(one.start(), one.end()) if text[place] == " ")


def words_of(text: str) -> frozenset[str]:
    """The words of a list, as it is written in code."""
    return frozenset(text.split())
