"""Vietnamese in the letter tables of before Unicode: recognised, turned into Unicode when that is sure.

Text of old documents is pasted with the codes that only its font (.VnTime, VNI-Times) showed as Vietnamese. No mark
says so; what tells is that its words cannot be Vietnamese as they stand and all become so under one table.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

from cchc.syllables import is_syllable
from cchc.texts import t


class Letters(StrEnum):
    """How a text was written, or which table it was wrongly read with."""

    TCVN3 = "tcvn3"
    VNI = "vni"
    WINDOWS = "windows_1258"
    UTF8 = "utf_8"
    VIQR = "viqr"

    @property
    def known_as(self) -> str:
        """As people know it."""
        return t(f"old_letters.names.{self}")


@dataclass(frozen=True)
class Recognised:
    """A text in Unicode. `table`: what it was turned from; `doubtful`: it is written in one, and not surely."""

    text: str
    table: Letters | None = None
    doubtful: bool = False


@dataclass(frozen=True)
class _Weight:
    """Distinct words that a table changes: those made Vietnamese, those that were and still are, all of them.

    `signs`: distinct letters that are not ASCII in the words made Vietnamese.
    """

    gained: int
    kept: int
    changed: int
    signs: int

    def sound(self, share: float) -> bool:
        return self.gained + self.kept >= share * self.changed


_TCVN3 = dict(
    zip(
        "µ¶·¸¹¨»¼½¾Æ©ÇÈÉÊË®ÌÎÏÐÑªÒÓÔÕÖ×ØÜÝÞßáâãä«åæçèé¬êëìíîïñòóô\u00adõö÷øùúûüýþ¡¢£¤¥¦§",
        "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵĂÂÊÔƠƯĐ",
        strict=True,
    )
)
_MARKS = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_ROOF = {"â": "", "á": "\u0301", "à": "\u0300", "å": "\u0309", "ã": "\u0303", "ä": "\u0323"}
_BREVE = {"ê": "", "é": "\u0301", "è": "\u0300", "ú": "\u0309", "ü": "\u0303", "ë": "\u0323"}


def _vni() -> dict[str, str]:
    table = {"ñ": "đ", "ô": "ơ", "ö": "ư", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
    table |= {base + sign: letter + tone for (base, letter), (sign, tone) in product(
        (*((one, one) for one in "aeouy"), ("ô", "ơ"), ("ö", "ư")), _MARKS.items())}  # fmt: skip
    table |= {base + sign: letter + tone for (base, letter), (sign, tone) in product(
        (("a", "â"), ("e", "ê"), ("o", "ô")), _ROOF.items())}  # fmt: skip
    table |= {"a" + sign: "ă" + tone for sign, tone in _BREVE.items()}
    capital = {old.upper(): new.upper() for old, new in table.items()}
    mixed = {old[0].upper() + old[1:]: new.upper() for old, new in table.items() if len(old) > 1}
    return {old: unicodedata.normalize("NFC", new) for old, new in (table | mixed | capital).items()}


_VNI = _vni()
_VNI_LETTER = re.compile("|".join(sorted(_VNI, key=len, reverse=True)))
_VIQR_SHAPES = {"a^": "â", "e^": "ê", "o^": "ô", "a(": "ă", "o+": "ơ", "u+": "ư", "dd": "đ"}
_VIQR_TONES = {"'": "\u0301", "`": "\u0300", "?": "\u0309", "~": "\u0303", ".": "\u0323"}
_VIQR_LETTER = re.compile(r"(?i)dd|([aeo]\^|a\(|[ou][+*]|[aeiouy])(['`?~.])?")
_VIQR_PROOF = re.compile(r"(?i)[aeo]\^|a\([a-z'`?~.]|[ou]\+[a-z'`?~.]")
_ODD = re.compile(
    "[\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
    "|[A-Za-z][\\^(+]"
)
_WORD = re.compile(r"[^\s!-/:-@\[-`{-~]+")
_UTF8_WORD = re.compile(r"[^\t\n\r !-/:-@\[-`{-~]+")  # a blank that does not break is a part of 'à'
# What each table has of letters: a sign beyond them parts two words.
_RUN = {
    Letters.TCVN3: re.compile("[ -~\u00a1-\u00ff]+"),
    Letters.VNI: re.compile("[ -~\u00a1-\u00ff]+"),
    Letters.VIQR: re.compile("[ -~]+"),
}
_VIQR_WORD = re.compile(r"[A-Za-z][A-Za-z^(+*'`?~.]*")
_VIQR_SIGNS = frozenset("^(+*'`?~.")
_PROOF = re.compile(f"{_VIQR_PROOF.pattern}|Ã\u00a0")  # in words that are plain themselves
_ABBREVIATION = re.compile("[A-ZĐ]{2,6}")
_UNIT_OF_MEASURE = re.compile("µ[A-Za-z]")  # micrometres and the like
_ASCII = re.compile("[\x00-\x7f]+")
_TCVN3_LETTERS = str.maketrans(_TCVN3)
_NO_TCVN3 = re.compile(
    f"[^\x00-\u00ff]|[{''.join(one for one in map(chr, range(0x80, 0x100)) if one.isalpha() and one not in _TCVN3)}]"
)
# What Windows-1252 shows as a letter -> its byte; what it leaves open stands for itself, and nothing else is a byte.
_OPEN = bytes([0x81, 0x8D, 0x8F, 0x90, 0x9D])
_BYTES = dict.fromkeys(range(0x80, 0xA0), 0x100) | {code: code for code in _OPEN}
_BYTES |= {ord(bytes([code]).decode("cp1252")): code for code in range(0x80, 0x100) if code not in _OPEN}
_FEW, _MANY, _KEPT = 2, 8, 3


def recognised(text: str, *, prose: bool = True) -> Recognised:
    """The text in Unicode, and what it was written in. Lines that are Unicode already stay as they are.

    `prose`: it has sentences; the cells of a list do not end in full stops.
    """
    if not _ODD.search(text):
        return Recognised(text)
    if all(map(_is_plain, _WORD.findall(text))) and not _PROOF.search(text):
        return Recognised(text)
    lines = text.splitlines()
    best, weight, others = _best(lines)
    if not weight.gained:
        # Lines that are Unicode as well: what single words of them are cannot be sure.
        best, weight, _ = _best([" ".join(_WORD.findall(line)) for line in lines], apart=True)
        mixed = min(weight.gained, weight.signs) > _FEW and weight.sound(0.9)
        return Recognised(text, best, doubtful=True) if mixed else Recognised(text)
    if not weight.sound(0.9 if weight.changed < _MANY else 0.8):
        return Recognised(text)
    unclear = others * 2 > weight.gained or (prose and best is Letters.VIQR and _viqr_is_open(text))
    if not unclear and min(weight.gained, weight.signs) >= _FEW and weight.kept <= _KEPT * weight.gained:
        turned = _turned(text, best)
        if turned is not None:
            return Recognised(turned, best)
    return Recognised(text, best, doubtful=True)


def _best(lines: Sequence[str], *, apart: bool = False) -> tuple[Letters, _Weight, int]:
    """The table under which most becomes Vietnamese, and how many words the next best makes so."""
    weights = {table: _weight(lines, table, apart=apart) for table in Letters}
    best = max(
        weights, key=lambda table: 2 * weights[table].gained + weights[table].kept - weights[table].changed
    )
    return best, weights[best], max(weights[table].gained for table in Letters if table is not best)


def readings(text: str) -> Iterator[tuple[str, Letters]]:
    """What a short text would be under each table that fits it: a list of words may know one of them."""
    for table in Letters:
        decoded = _DECODERS[table](text)
        if decoded is not None and decoded != text:
            yield decoded, table


def _weight(lines: Sequence[str], table: Letters, *, apart: bool) -> _Weight:
    """`apart`: of the words that are not plain; otherwise lines with letters of Unicode are passed over."""
    decode = _DECODERS[table]
    found = {Letters.VIQR: _VIQR_WORD, Letters.UTF8: _UTF8_WORD}.get(table, _WORD)
    gained = kept = changed = 0
    signs: set[str] = set()
    fitting = [line for line in lines if apart or _decoded_line(line, table) is not None]
    run = None if apart else _RUN.get(table)
    pieces = [piece for line in fitting for piece in (run.findall(line) if run else [line])]
    for word in {word for piece in pieces for word in found.findall(piece)}:
        if word.isascii() is not (table is Letters.VIQR) or _UNIT_OF_MEASURE.fullmatch(word):
            continue
        if apart and not word.isascii() and _is_plain(word):
            continue
        if table is Letters.VIQR and not _VIQR_PROOF.search(word):
            continue
        decoded = decode(word)
        if decoded == word or not any(map(str.isalpha, word)):
            continue
        if decoded is None or _ABBREVIATION.fullmatch(decoded):  # of another table, or Unicode already
            continue
        changed += 1
        if is_syllable(decoded.strip(".?'")):
            before = is_syllable(unicodedata.normalize("NFC", word))
            gained, kept = gained + (not before), kept + before
            signs |= set() if before else {sign for sign in word if not sign.isascii() or sign in _VIQR_SIGNS}
    return _Weight(gained, kept, changed, len(signs))


def _is_plain(word: str) -> bool:
    """Whether nothing about a word is odd: most are, and then no table needs to be tried."""
    return word.isascii() or is_syllable(unicodedata.normalize("NFC", word))


def turned(text: str, table: Letters, *, mixed: bool = False) -> str:
    """A text that is known to be of a table; with `mixed` only when it cannot be Vietnamese as it stands."""
    decoded = _decoded_line(text, table)
    if decoded is None or (mixed and all(map(_is_plain, _WORD.findall(text)))):
        return text
    return decoded


def _turned(text: str, table: Letters) -> str | None:
    """The text under the table, lines of Unicode left alone; None when one line has both, whose words may be either."""
    decode = _DECODERS[table]
    lines = re.split(r"(\r\n|[\n\r])", text)
    decoded = [_decoded_line(line, table) for line in lines]
    if None not in decoded:  # all of it is of the table, whatever single words look like
        return "".join(line for line in decoded if line is not None)
    out = []
    for line, new in zip(lines, decoded, strict=True):
        changed = [
            word for word in _WORD.findall(line) if not _is_plain(word) and is_syllable(decode(word) or "")
        ]
        if changed and new is None:
            return None
        out.append(new if changed and new is not None else line)
    return "".join(out)


def _decoded_line(line: str, table: Letters) -> str | None:
    """None for a line with letters that the table has not; other signs, such as a dash, are of no table."""
    run = _RUN.get(table)
    if run is None:
        return _DECODERS[table](line)
    if any(map(str.isalpha, run.sub("", line))):
        return None
    pieces = {piece: _DECODERS[table](piece) for piece in run.findall(line)}
    return None if None in pieces.values() else run.sub(lambda piece: pieces[piece[0]] or "", line)


def _of_tcvn3(text: str) -> str | None:
    return None if _NO_TCVN3.search(text) else text.translate(_TCVN3_LETTERS)


def _of_vni(text: str) -> str | None:
    if any(map(str.isalpha, _ASCII.sub("", _VNI_LETTER.sub("", text)))):
        return None
    return _VNI_LETTER.sub(lambda found: _VNI[found[0]], text)


def _of_windows(text: str) -> str | None:
    try:
        decoded = unicodedata.normalize("NFC", text.encode("cp1252").decode("cp1258"))
    except UnicodeError:
        return None
    return None if any(map(unicodedata.combining, decoded)) else decoded


def _of_utf8(text: str) -> str | None:
    try:
        return unicodedata.normalize("NFC", text.translate(_BYTES).encode("latin-1").decode("utf-8"))
    except UnicodeError:
        return None


def _of_viqr(text: str) -> str | None:
    return _VIQR_WORD.sub(_viqr_word, text) if text.isascii() else None


def _viqr_word(found: re.Match[str]) -> str:
    """The word; what follows its tone is a full stop or the like (RFC 1456). What is no word stays: dd/mm."""
    written = found[0]
    for end in range(len(written), len(written.rstrip(".?'")) - 1, -1):
        decoded = unicodedata.normalize("NFC", _VIQR_LETTER.sub(_viqr_letter, written[:end]))
        if is_syllable(decoded):
            return decoded + written[end:]
    return written


def _viqr_is_open(text: str) -> bool:
    """Whether a dot or question mark may be a tone as well as the end of a sentence: 'ly' do.'"""
    for found in _VIQR_WORD.finditer(text):
        bare = found[0].rstrip(".?")
        ended = text[found.end() :].lstrip(" ")[:1]
        if (
            len(found[0]) == len(bare) + 1
            and bare.isalpha()
            and (not ended or ended.isupper() or ended == "\n")
        ):
            return True
    return False


def _viqr_letter(found: re.Match[str]) -> str:
    written, shape, tone = found[0], found[1] or found[0], found[2] or ""
    letter = _VIQR_SHAPES.get(shape.lower().replace("*", "+"), shape)
    return (letter.upper() if written[0].isupper() else letter) + _VIQR_TONES.get(tone, "")


_DECODERS: dict[Letters, Callable[[str], str | None]] = {
    Letters.TCVN3: _of_tcvn3,
    Letters.VNI: _of_vni,
    Letters.WINDOWS: _of_windows,
    Letters.UTF8: _of_utf8,
    Letters.VIQR: _of_viqr,
}
