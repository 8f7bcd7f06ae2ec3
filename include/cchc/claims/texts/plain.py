"""Text files in the encodings that Vietnamese offices use."""

from __future__ import annotations

import codecs
import re
import unicodedata

from cchc.claims.texts.refused import UnreadableDocument
from cchc.old_letters import recognised

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Words with accents that stand in every report: a wrong table of letters does not produce them.
_COMMON = re.compile(
    r"\b(?:của|được|thực|hiện|các|năm|hành|chính|công|thủ|tục|hồ|sơ|tỉnh|xã|và|đã|giải|quyết|tiếp|nhận)\b"
)
_LOOKED_AT = 20_000  # letters, to tell a table
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def text_of(content: bytes, name: str) -> str:
    """The text: UTF-8, UTF-16, UTF-32 or Windows-1258, line ends as `\\n`. Raises UnreadableDocument."""
    text = _decoded(content, name).replace("\r\n", "\n").replace("\r", "\n")
    if len(_BINARY.findall(text[:100_000])) > len(text[:100_000]) // 200:
        raise UnreadableDocument("not_text", name)
    return text


def _decoded(content: bytes, name: str) -> str:
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return _by(content, encoding, name)
    sample = content[:4000]
    zeros = sample.count(0)
    if zeros > len(sample) // 10:
        # UTF-16 without its mark: spaces and line ends have their zero first or second.
        little = sum(sample[place] == 0 for place in range(1, len(sample), 2))
        return _by(content, "utf-16-le" if little * 2 > zeros else "utf-16-be", name)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        text = unicodedata.normalize("NFC", content.decode("cp1258"))
    except UnicodeDecodeError:
        text = ""
    old = recognised(content.decode("latin-1"))
    sure = old.table is not None and not old.doubtful
    # Some words are the same bytes in two tables (`chính` in VNI): the table that makes more words is the right one.
    common = _common(text)
    if common * 400 >= len(text[:_LOOKED_AT]) > 0 and not (sure and _common(old.text) > common):
        return text
    if not sure:
        raise UnreadableDocument("encoding", name)
    return content.decode("latin-1")


def _common(text: str) -> int:
    return len(_COMMON.findall(text[:_LOOKED_AT].lower()))


def _by(content: bytes, encoding: str, name: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise UnreadableDocument("encoding", name) from None
