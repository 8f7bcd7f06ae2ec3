"""When two texts are the same: the one place that says so, for cells, sheets, headings, words, names and subjects.

People type the same word in many ways that look alike: composed or decomposed letters, Ð of Iceland for Đ, a
Cyrillic о, full-width letters of an input method, blanks that do not break, characters of no width. Whoever compares
texts takes `folded` (accents count) or `loose` (they do not); whoever keeps a text takes `visible`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_SHAPES = "\u0302\u0306\u031b"  # marks that make another letter: â, ă, ơ; the other marks are tones
# Signs drawn like one of ours, looked up before the case is dropped: only the capital of the Cyrillic En is an H.
_DRAWN_ALIKE = {
    "Đ": "\u00d0\u0189\u018b",
    "đ": "\u00f0\u018c\u0256\u0257",
    "A": "\u0410\u0391", "B": "\u0412\u0392", "C": "\u0421\u03f9", "E": "\u0415\u0395", "G": "\u050c",
    "H": "\u041d\u0397", "I": "\u0406\u0399\u04c0", "J": "\u0408", "K": "\u041a\u039a", "M": "\u041c\u039c",
    "N": "\u039d", "O": "\u041e\u039f", "P": "\u0420\u03a1", "Q": "\u051a", "S": "\u0405", "T": "\u0422\u03a4",
    "V": "\u0474", "W": "\u051c", "X": "\u0425\u03a7", "Y": "\u04ae\u03a5",
    "a": "\u0430\u0251\u03b1", "c": "\u0441\u03f2", "d": "\u0501", "e": "\u0435", "g": "\u0261", "h": "\u04bb",
    "i": "\u0456\u0131\u03b9", "j": "\u0458", "k": "\u03ba", "l": "\u04cf", "o": "\u043e\u03bf", "p": "\u0440\u03c1",
    "q": "\u051b", "s": "\u0455", "u": "\u03c5", "v": "\u0475\u03bd", "w": "\u051d", "x": "\u0445", "y": "\u0443\u04af",
    "-": "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63",
    "'": "\u2018\u2019\u201b\u2032\u02bc\u00b4`",
    '"': "\u201c\u201d\u201e\u2033\u00ab\u00bb",
    "/": "\u2044\u2215",
    "\u0306": "\u030c",  # ă written with a caron
}  # fmt: skip
LOOK_ALIKES = {other: letter for letter, others in _DRAWN_ALIKE.items() for other in others}
LOOK_ALIKES |= {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}  # full-width forms
_TABLE = str.maketrans(LOOK_ALIKES)
# What is not seen: control characters but for those that part words, marks of direction, joiners, soft hyphens.
UNSEEN = (
    "\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
)
# Inside the brackets of a pattern: Unicode puts small letters between the capitals, 'À-Ỹ' takes 'đ' and 'ố' too.
CAPITALS = "A-Z" + "".join(
    chr(code) for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)) if chr(code).isupper()
)
_UNSEEN = re.compile(f"[\x00{UNSEEN}]")
BLANKS = " \t\r\n"  # around a text they mean nothing
SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"  # of other widths, or ones that do not break a line
WRAPPED = '="([^"]*)"|\'([^\']*)'
_SPACE = re.compile(f"[{SPACES}]")
_WRAPPED = re.compile(WRAPPED, re.DOTALL)
_CLUSTER = re.compile("[\u0300-\u036f]{2,}")
_NOT_WORD = re.compile(r"[^0-9a-z]+")


def visible(text: str) -> str:
    """The text as it is seen, to be kept and shown: composed letters, plain blanks, nothing without width."""
    if text.isascii() and text.isprintable():
        return text
    return unicodedata.normalize("NFC", _SPACE.sub(" ", _UNSEEN.sub("", text)))


def cell_text(text: str) -> str:
    """`visible` without blanks around it and without what keeps a spreadsheet from reading a text as a number.

    Software writes ="0123" or '0123. The expression `cchc.sources.tables.base.trimmed` does the same in DuckDB.
    """
    bare = visible(text).strip(BLANKS)
    wrapped = _WRAPPED.fullmatch(bare)
    return (wrapped[1] or wrapped[2] or "").strip(BLANKS) if wrapped else bare


@lru_cache(maxsize=65536)
def folded(text: str) -> str:
    """One spelling for all texts that look the same but for their case and blanks; accents count."""
    apart = unicodedata.normalize("NFD", visible(text)).translate(_TABLE)
    # A tone typed before the mark that shapes its letter looks no other.
    apart = _CLUSTER.sub(lambda marks: "".join(sorted(marks[0], key=_is_tone)), apart)
    return " ".join(unicodedata.normalize("NFC", apart).casefold().split())


@lru_cache(maxsize=65536)
def loose(text: str) -> str:
    """`folded` without accents and signs: 'UBND  Xã A-B' -> 'ubnd xa a b'.

    Two names that differ only in accents become one here, so a match must be checked for being the only one. The
    macro `plain` does the same in DuckDB.
    """
    return _NOT_WORD.sub(
        " ", _bare(_UNSEEN.sub("", text)).translate(_TABLE).lower().replace("đ", "d")
    ).strip()


def without_accents(text: str) -> str:
    """The bare letters, case and signs as they are: 'Đặng' -> 'Dang'."""
    return _bare(text).replace("đ", "d").replace("Đ", "D")


def base_letter(character: str) -> str:
    """The letter that one character is drawn like, in lower case and without accents; always one character."""
    if _SPACE.fullmatch(character):
        return " "
    first = unicodedata.normalize("NFD", character)[0].translate(_TABLE)
    base = without_accents(first).lower()
    return base if len(base) == 1 else character


def is_unseen(character: str) -> bool:
    """Whether a character has no width: nothing that is compared may depend on it."""
    return _UNSEEN.fullmatch(character) is not None


def has_unseen(text: str) -> bool:
    return _UNSEEN.search(text) is not None


def _bare(text: str) -> str:
    apart = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in apart if not unicodedata.category(letter).startswith("M"))


def _is_tone(mark: str) -> bool:
    return mark not in _SHAPES
