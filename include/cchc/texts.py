"""Vietnamese texts that people read, all in `include/texts/<room>.yaml`; code names them by `room.key`."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

import yaml

from cchc.paths import TEXT_DIR

_ALPHABET = {
    letter: place for place, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz", start=ord("a"))
}
_TONES = {
    tone: place for place, tone in enumerate("\u0300\u0309\u0303\u0301\u0323", start=1)
}  # huyền to nặng
# The parser in C where PyYAML was built with it: every process reads texts, and in Python that takes ten times as long.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# Names under which texts are given how many there are, never a year, a port or another mark.
_COUNTS = frozenset(
    {"cells", "columns", "compared", "count", "done", "figures", "files", "items", "left", "lines", "listed"}
    | {"mails", "rows", "shown", "total", "units"}
)
_PIECES = re.compile(r"\d+|\D")


@cache
def _room(name: str) -> dict[str, Any]:
    data = yaml.load((TEXT_DIR / f"{name}.yaml").read_bytes(), _LOADER) or {}  # noqa: S506 - a safe loader
    if not isinstance(data, dict):
        raise TypeError(f"include/texts/{name}.yaml must be a mapping")
    return data


def t(key: str, /, **values: object) -> str:
    """The text `room.key[.subkey]` with `{placeholders}` filled in.

    A missing key or value is a programming error and raises KeyError, never an English fallback. A brace that
    is meant as such is doubled in the text. What is counted (`count`, `rows`, ...) is written `1.234`, as by `counted`.
    """
    room, _, rest = key.partition(".")
    node: Any = _room(room)
    for part in rest.split("."):
        node = node[part]
    if not isinstance(node, str):
        raise KeyError(key)
    shown = {name: counted(value) if name in _COUNTS else value for name, value in values.items()}
    return node.format(**shown)


def counted(value: object) -> object:
    """A whole number as people write it (`27.554`); anything else as it is. Figures: `indicators.format_number`."""
    return f"{value:,}".replace(",", ".") if type(value) is int else value


def table(key: str) -> dict[str, str]:
    """A whole mapping of texts, e.g. the names of the states."""
    room, _, rest = key.partition(".")
    node: Any = _room(room)
    for part in rest.split(".") if rest else ():
        node = node[part]
    return dict(node)


def bare(sentence: str) -> str:
    """A title without the stop that its writer put behind it: whoever quotes it goes on or sets his own."""
    return sentence.rstrip(" .;,")


def vietnamese_order(name: str) -> tuple[list[tuple[int, int]], list[int], str]:
    """A key that sorts names as a Vietnamese list does.

    The 29 letters in their order (đ after d, ô before ơ), tones only between equal letters, numbers by their value.
    """
    bare, tones = "", []
    for character in unicodedata.normalize("NFC", name.lower()):
        parts = unicodedata.normalize("NFD", character)
        bare += unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES))
        tones += [next((_TONES[part] for part in parts if part in _TONES), 0)]
    letters = [
        (0, int(piece)) if piece.isdecimal() else (1, _ALPHABET.get(piece, ord(piece)))
        for piece in _PIECES.findall(bare)
    ]
    return letters, tones, name
