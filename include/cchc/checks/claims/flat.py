"""A text without its accents, letter for letter, so that places in it are places in the text."""

from __future__ import annotations

import unicodedata


class _Table(dict[int, str]):
    """Character -> lower-case base letter, of length one; filled as letters turn up."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        base = unicodedata.normalize("NFD", character)[0].lower()
        if character in "đĐðÐ":
            base = "d"
        elif character in "\u00a0\u2002\u2003\u2007\u2009\u202f\u3000":
            base = " "
        elif 0xFF01 <= code <= 0xFF5E:  # full-width forms
            base = chr(code - 0xFEE0).lower()
        elif character in "\u2010\u2011\u2012\u2013\u2014\u2212":
            base = "-"
        self[code] = base if len(base) == 1 else character
        return base


_TABLE = _Table()
# Letters of the same shape that scanners put in place of Vietnamese ones.
_TABLE.update({ord("×"): "x", ord("∕"): "/", ord("⁄"): "/", ord("％"): "%", ord("\r"): "\n"})


def plain(text: str) -> str:
    """Lower case without accents, of the same length as the (composed) text: places stay the same."""
    return unicodedata.normalize("NFC", text).translate(_TABLE)


def flattened(text: str) -> tuple[str, list[int] | None]:
    """(plain text, place in it -> place in `text`); None when the places are the same.

    Only a text of decomposed letters (letter and accent apart) needs a map.
    """
    if unicodedata.is_normalized("NFC", text):
        return text.translate(_TABLE), None
    letters: list[str] = []
    places: list[int] = []
    start = 0
    for place in range(1, len(text) + 1):
        if place < len(text) and unicodedata.combining(text[place]):
            continue
        letters.append(unicodedata.normalize("NFC", text[start:place])[0].translate(_TABLE))
        places.append(start)
        start = place
    places.append(len(text))
    return "".join(letters), places
