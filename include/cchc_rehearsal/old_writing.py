"""Vietnamese written in the tables of before Unicode, made independently of the tables that read it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

TONES = {"\u0300": "ø`", "\u0309": "û?", "\u0303": "õ~", "\u0301": "ù'", "\u0323": "ï."}
# One letter after the other as the standard lists them (TCVN 5712, third table).
_UNICODE = "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵĂÂÊÔƠƯĐ"
_CODES = (
    "b5b6b7b8b9a8bbbcbdbec6a9c7c8c9cacbaecccecfd0d1aad2d3d4d5d6d7d8dcdddedfe1e2e3e4abe5e6e7e8e9acea"
    "ebecedeeeff1f2f3f4adf5f6f7f8f9fafbfcfdfea1a2a3a4a5a6a7"
)
_TCVN3 = dict(zip(_UNICODE, bytes.fromhex(_CODES).decode("latin-1"), strict=True))
_SHAPED = ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323")  # no tone, sắc, huyền, hỏi, ngã, nặng
_VNI_SHAPES = {
    "\u0302": dict(zip(_SHAPED, "âáàåãä", strict=True)),
    "\u0306": dict(zip(_SHAPED, "êéèúüë", strict=True)),
}
_VNI_I = {"ì": "ì", "ỉ": "æ", "ĩ": "ó", "í": "í", "ị": "ò", "ỵ": "î", "đ": "ñ"}
_VIQR_SHAPES = {"\u0302": "^", "\u0306": "(", "\u031b": "+"}


def _parts(letter: str) -> tuple[str, str, str]:
    """Base letter, mark of its shape, tone."""
    base, *marks = list(unicodedata.normalize("NFD", letter))
    tone = next((mark for mark in marks if mark in TONES), "")
    return base, next((mark for mark in marks if mark not in TONES), ""), tone


def tcvn3(text: str) -> str:
    """What a document in .VnTime holds; it has no capital letters with tones."""
    return "".join(_TCVN3.get(letter) or _TCVN3.get(letter.lower()) or letter for letter in text)


def vni(text: str) -> str:
    return "".join(map(_vni_letter, text))


def _vni_letter(letter: str) -> str:
    low = letter.lower()
    base, shape, tone = _parts(low)
    if low in _VNI_I:
        out = _VNI_I[low]
    elif shape in _VNI_SHAPES:
        out = base + _VNI_SHAPES[shape][tone]
    else:
        out = ({"o": "ô", "u": "ö"}[base] if shape else base) + (TONES[tone][0] if tone else "")
    return out.upper() if letter.isupper() else out


def viqr(text: str) -> str:
    return "".join(map(_viqr_letter, text))


def _viqr_letter(letter: str) -> str:
    if letter in "đĐ":
        return "dd" if letter == "đ" else "DD"
    base, shape, tone = _parts(letter)
    return base + _VIQR_SHAPES.get(shape, "") + (TONES[tone][1] if tone else "")


def windows_1258_as_1252(text: str) -> str:
    out = ""
    for letter in text:
        base, shape, tone = _parts(letter)
        whole = unicodedata.normalize("NFC", base + shape) + tone
        out += (letter if letter.lower() in "àáâèéêíóôùú" else whole).encode("cp1258").decode("cp1252")
    return out


def utf_8_as_1252(text: str) -> str:
    """As browsers and office programs do it: the five codes that Windows-1252 leaves open stay as they are."""
    return "".join(
        chr(byte) if byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else bytes([byte]).decode("cp1252")
        for byte in text.encode()
    )


WAYS: dict[str, Callable[[str], str]] = {
    "tcvn3": tcvn3,
    "vni": vni,
    "viqr": viqr,
    "windows_1258": windows_1258_as_1252,
    "utf_8": utf_8_as_1252,
}
