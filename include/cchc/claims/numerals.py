"""Numbers written in words: 'hai mươi mốt', 'mười lăm nghìn', 'bảy cuộc', 'một phần ba'.

Only in text with accents; without them 'ba', 'nam', 'sau', 'tam' are other words as often.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from cchc.claims.flat import words_of
from cchc.claims.words import NOUN

_DIGITS = {
    "không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "nhăm": 5,
    "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9,
}  # fmt: skip
_LEVELS = {"nghìn": 1_000, "ngàn": 1_000, "triệu": 1_000_000, "tỷ": 1_000_000_000, "tỉ": 1_000_000_000}
_S = r"\s{1,3}"
_UNIT = r"(?:một|hai|ba|bốn|năm|sáu|bảy|bẩy|tám|chín)"
_BEHIND_TEN = r"(?:mốt|một|hai|ba|bốn|tư|lăm|nhăm|sáu|bảy|bẩy|tám|chín)"  # 'hai mươi năm' are twenty years
_TENS = rf"(?:mười|{_UNIT}{_S}mươi|{_UNIT}{_S}chục)(?:{_S}{_BEHIND_TEN})?"
_ODD = rf"(?:linh|lẻ){_S}(?:{_TENS}|{_UNIT})"
_HUNDREDS = rf"(?:{_UNIT}|không){_S}trăm(?:{_S}(?:{_TENS}|{_ODD}))?"
_GROUP = rf"(?:{_HUNDREDS}|{_TENS}|{_UNIT})"
_REST = rf"(?:{_HUNDREDS}|{_ODD})"
_THOUSANDS = rf"(?:{_HUNDREDS}|{_TENS}|{_UNIT}){_S}(?:nghìn|ngàn)(?:{_S}{_REST})?"
_MILLIONS = rf"{_GROUP}{_S}(?:tỷ|tỉ){_S}{_GROUP}{_S}triệu"  # of money most often
_WHOLE = rf"(?:(?:{_GROUP}{_S}(?:triệu|tỷ|tỉ){_S}){{0,2}}{_THOUSANDS}|{_MILLIONS}|{_GROUP})"
_POINT = rf"(?:{_S}phẩy{_S}(?P<zeros>(?:không{_S}){{0,2}})(?P<decimals>{_GROUP}))?"
_NUMERAL = re.compile(
    rf"(?<![\w/-])(?:(?P<half>(?:một{_S})?nửa(?!{_S}(?:đầu|cuối|năm|tháng|ngày|đêm|buổi|chừng|vời)))"
    rf"|(?P<top>{_GROUP}){_S}phần{_S}(?P<bottom>{_GROUP}|tư)(?!{_S}[0-9])"
    rf"|(?P<whole>{_WHOLE}){_POINT})(?![\w/-])",
    re.IGNORECASE,
)
_BEGINS = re.compile(r"\b(?:mot|nua|hai|ba|bon|nam|sau|bay|tam|chin|muoi|khong)\b")  # without accents
# Behind these a number is a name ('tháng bảy', 'thứ hai'), or no number that anybody counted ('cả hai', 'vài ba').
_NAMED = re.compile(
    r"\b(?:thứ|tháng|ngày|quý|điều|khoản|mục|chương|phần|lần|khóa|khoá|hạng|bậc|loại|nhóm|mức|độ|đoạn|đợt|vòng|bước"
    r"|tổ|khu|phố|ấp|khóm|lớp|hàng|cả|vài|mấy|dăm|những|trăm|nghìn|ngàn|mươi|phường|quận|đường"
    r"|một|hai|ba|bốn|sáu|bảy|tám|chín)\s{1,3}$",
    re.IGNORECASE,
)
_RANKED = re.compile(r"\b(?:đứng|xếp|từ|lên|xuống|vị trí|hạng)\s{1,3}(?:thứ\s{1,3})?$", re.IGNORECASE)
_YEAR = re.compile(r"\bnăm\s{1,3}$", re.IGNORECASE)
_NEXT = re.compile(r"\s{1,3}(?:\([0-9]+\)\s{0,2})?(\w+)")
_OF = re.compile(r"\s{1,3}(?:trong|trên)\s{1,3}(?:tổng\s{1,3})?số\b")
_ALONE = re.compile(r"\s*\)")
_OPENS = re.compile(r"(?:[.:;!?()*•+“\"-]|^|\n)\s*$")
# Words behind a single number word with which it counts nothing.
_NO_THING = words_of(
    "là cấp bên chiều mặt con không rõ tại bờ miền vế và với của hay hoặc thì mà nếu để được bị đã sẽ đang có "
    "phần rưỡi trăm nghìn ngàn mươi mười chục một hai ba bốn năm sáu bảy tám chín này nhất mai lăm tư mốt"
)
_IN_LIST = re.compile(
    r"(?:[,;:]\s{1,3}|\(|\b(?:và|gồm|trong đó|còn|chỉ|có|thêm|đạt|hạn|thành|trung|vào|nêu|giao|nghị|đề ra|điểm|"
    r"thưởng|hành|chức|xử lý)\s{1,3})$",
    re.IGNORECASE,
)
_NO_ONE = re.compile(r"\bmột\s{1,3}(?:số|bộ phận|phần|vấn đề|nội dung|điểm)\b", re.IGNORECASE)
_OF_YEARS = re.compile(
    r"\b(?:hằng|hàng|từng|mỗi|theo)\s+(?:tháng|quý|kỳ|tuần)(?:,|\s+và)\s+năm\b", re.IGNORECASE
)
_ACCENTS = 120  # letters around a number that show whether accents are written


def numerals(text: str, flat: str) -> Iterator[tuple[int, int, Decimal, Decimal | None]]:
    """(start, end, value, the whole of a fraction). text, flat: as written and without accents, letter for letter."""
    for match in _written(text, flat):
        start, end = match.span()
        if text[max(0, start - _ACCENTS) : end + _ACCENTS].isascii() or not _is_written_small(text, match):
            continue
        if match["half"] or match["bottom"]:
            yield (
                start,
                end,
                Decimal(1) if match["half"] else _value(match["top"]),
                _value(match["bottom"] or "hai"),
            )
        elif _counts(text, flat, match):
            value = _value(match["whole"])
            if match["decimals"]:
                digits = "0" * len(match["zeros"].split()) + str(_value(match["decimals"]))
                value += Decimal(f"0.{digits}")
            elif text[end : end + 9].split() == ["lần", "rưỡi"]:
                value += Decimal("0.5")
            yield start, end, value, None


def _written(text: str, flat: str) -> Iterator[re.Match[str]]:
    """Every number in words, looked for only where one of its first words stands: most words are none."""
    end = 0
    for begins in _BEGINS.finditer(flat):
        if begins.start() >= end and (match := _NUMERAL.match(text, begins.start())):
            end = match.end()
            yield match


def _is_written_small(text: str, match: re.Match[str]) -> bool:
    """Capitals are names ('xã Ba', 'thứ Hai') but at the beginning of a sentence."""
    start = match.start()
    return match[0].islower() or (
        match[0][1:].islower() and bool(_OPENS.search(text, max(0, start - 6), start))
    )


def _counts(text: str, flat: str, match: re.Match[str]) -> bool:
    """Whether a number counts something: one of several words does, a single one only before a thing."""
    start, end = match.span()
    before, words = text[max(0, start - 12) : start], match["whole"].lower().split()
    if (
        _NAMED.search(before) and not (len(words) > 1 and _RANKED.search(text[max(0, start - 20) : start]))
    ) or (before.rstrip().endswith("(") and _ALONE.match(text, end)):
        return False  # '12 (mười hai) đơn vị'
    if _YEAR.search(before) and (len(words) == 1 or _value(match["whole"]) > 1900):
        return False
    following = _NEXT.match(text, end)
    word = following[1].lower() if following else ""
    if word in _DIGITS and word != "năm":
        return False  # 'một nghìn hai', 'hai ba đơn vị'
    if (
        len(words) > 1
        or match["decimals"]
        or (word == "phần" and flat[end : end + 14].split()[1:2] == ["tram"])
    ):
        return True
    if not following:
        return False
    if words[0] in ("một", "năm"):  # an article and a year as often
        told = _IN_LIST.search(before) and NOUN.match(flat, end)
        return bool(told) and not (_NO_ONE if words[0] == "một" else _OF_YEARS).search(
            text[max(0, start - 12) : end + 12]
        )
    return bool(_OF.match(text, end)) or (word not in _NO_THING and word.isalpha() and word.islower())


def _value(written: str) -> Decimal:
    total = group = last = 0
    for word in written.lower().split():
        if word in _LEVELS:
            total, group, last = total + (group + last) * _LEVELS[word], 0, 0
        elif word in ("mươi", "chục", "trăm"):
            group, last = group + last * (100 if word == "trăm" else 10), 0
        elif word == "mười":
            group += 10
        elif word in _DIGITS:
            last = _DIGITS[word]
    return Decimal(total + group + last)
