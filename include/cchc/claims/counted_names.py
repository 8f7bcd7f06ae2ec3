"""A count and the names that are listed behind it: '05 huyện: An Biên, Giang Thành; Vĩnh Thuận'."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from cchc.claims.kinds import ClaimKind
from cchc.claims.passage import Passage
from cchc.claims.quantities import Quantity
from cchc.claims.tokens import Sort
from cchc.indicators import format_number
from cchc.severity import Severity
from cchc.texts import t

_NAMED = re.compile(
    r"\s{0,2}(huyen|xa|phuong|thi tran|dac khu|thanh pho|phong|so|don vi|co quan|truong|trung tam|"
    r"linh vuc|quyet dinh|don vi su nghiep|phong chuyen mon|ban)\b"
)
_FIELDS = re.compile(r"\s{0,2}linh vuc\b")
_BODY = re.compile(
    r"^(?:x[ãa]|ph[ườ]{2}ng|phuong|huy[ệe]n|th[ịi] tr[ấa]n|[đd][ặa]c khu|[ấa]p|kh[óo]m|ban)\s+"
)
# Words that announce a part of what was counted.
_SOME = re.compile(
    r"trong\s+do|chu\s+yeu|nhat\s+la|tap\s+trung|dien\s+hinh|tieu\s+bieu|\bnhu\b|noi\s+bat|rieng"
)
_STOP = re.compile(r"\.(?=\s|$)")
_NAMES_FROM = re.compile(
    r"[^.;:()0-9]{0,60}?(?::|\()\s*|[^.;:()0-9]{0,90}?,\s*(?:bao\s+)?gom:?\s*|"
    r"[^.;:()0-9,]{0,60}?\bla:?\s+"
)
# Names that hold an 'và' themselves; every other one may join two.
_ONE_NAME = re.compile(
    r"\b(?:hdnd va ubnd|van hoa va (?:the thao|thong tin|du lich)|khoa hoc va cong nghe|tai nguyen va moi truong|"
    r"nong nghiep va (?:moi truong|phat trien)|giao duc va dao tao|ke hoach va dau tu|dan toc va ton giao|"
    r"thong tin va truyen thong|thuong binh va xa hoi)\b"
)


def counted_names(passage: Passage, entries: Sequence[Quantity], end: int) -> None:
    """'05 huyện: An Biên, Giang Thành; Vĩnh Thuận': a count and the names behind it."""
    flat = passage.flat
    for one in entries:
        value = one.value
        if one.sort is not Sort.NUMBER or not 2 <= value <= 30 or not _NAMED.match(flat, one.token.end):
            continue
        opened = _NAMES_FROM.match(flat, one.token.end, min(end, one.token.end + 120))
        if not opened or _SOME.search(opened[0]):
            continue
        stop = (
            flat.find(")", opened.end(), end)
            if flat[opened.end() - 1 : opened.end()] == "(" or "(" in opened[0]
            else -1
        )
        if stop < 0:
            match = _STOP.search(flat, opened.end(), end)
            stop = match.start() if match else end
        listed = passage.text[opened.end() : stop]
        if (
            len(listed) > 900
            or any(letter.isdigit() for letter in listed)
            or re.search(r"\.\.|…|v\.v", listed)
        ):
            continue
        names = [name.strip() for name in re.split(r"[,;]", listed) if name.strip()]
        proper = all(_is_name(name) for name in names)
        if len(names) < 2 or not (proper or (_FIELDS.match(flat, one.token.end) and _short(names))):
            continue
        most = len(names) + sum(
            len(re.findall(r"\bva\b", _ONE_NAME.sub("", part)))
            for part in re.split(r"[,;]", flat[opened.end() : stop])
        )
        if len(names) <= value <= most:
            passage.right(ClaimKind.COUNT, one.token.start, stop)
        elif proper or most < value:  # the name of a field may hold a comma: a longer list proves nothing
            expected = format_number(Decimal(len(names) if value < len(names) else most))
            passage.say(
                ClaimKind.COUNT, Severity.WARNING, one.token.start, stop, stated=passage.quoted(one.token.start,
                one.token.end),
                expected=expected,
                message=t("claims.count", given=passage.quoted(one.token.start, one.token.end), listed=expected),
            )  # fmt: skip


def _short(names: Sequence[str]) -> bool:
    """Whether all can be fields of work, which are written small: 'đất đai', 'bảo trợ xã hội'."""
    return all(len(name.removeprefix("và ").split()) <= 7 for name in names)


def _is_name(name: str) -> bool:
    """A proper name: a capital first, a handful of words; the kind of body may stand before it."""
    words_ = _BODY.sub("", name.removeprefix("và ").removeprefix("va ")).split()
    return 1 <= len(words_) <= 12 and words_[0][:1].isupper()
