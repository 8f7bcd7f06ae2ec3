"""One quantity told again with another value: where a text sums itself up, or comes back to what it has counted.

Two figures are one quantity when the same thing is counted, the same words tell what became of it, and no word of
either parts them that does not stand around the other as well. Of several such figures with several values none is
held against another: they are of bodies or periods that the words do not name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import takewhile

from cchc.claims import words
from cchc.claims.flat import WORD, words_of
from cchc.claims.judging import one_slip
from cchc.claims.kinds import ClaimKind
from cchc.claims.left import LEFT_OVER
from cchc.claims.passage import Passage
from cchc.claims.quantities import Quantity, Read, money, thing
from cchc.claims.tokens import Sort
from cchc.severity import Severity
from cchc.texts import t

# Not so what is to be done: plans count anew.
_SUMMING_UP = re.compile(
    r"\b(?:han che|ton tai|khuyet diem|uu diem|danh gia|ket luan|nhan xet|bai hoc|nguyen nhan)\b"
)
_AGAIN = re.compile(
    r"\b(?:mot lan nua|nhu (?:da|vay|tren)|(?:neu|noi|ke) tren|da neu|nhin chung|tom lai|tren day|vua qua|hom nay|"
    r"nhu the|(?:noi|gop) lai)\b"
)
_OTHER_TIME = re.compile(
    r"\b(?:cung ky|so voi|(?:nam|ky|quy|thang) truoc|nam ngoai|truoc (?:day|do|khi)|"
    r"tang|giam|vuot|ke hoach giao|phan dau|luy ke|du kien|den nam|muc tieu)\b"
)
_EDGES = re.compile(r"[.;:()](?=\s|[a-z]|$)")
_POINTER = re.compile(
    r"\b(?:nhu |da |duoc )*(?:neu|trinh bay|bao cao) (?:o|tai|trong|tren)\b(?: (?:phan|muc|diem)\b.*)?"
)
_AND = re.compile(r"\bva\s*$")  # what stands before it is told of the figure before
_IN_PERIOD = re.compile(r"\b(?:trong|dau|cuoi|het) ky\b|\bky (?:bao cao|nay)\b")
_NEUTRAL = words_of(
    "con van nam quy trong de co bi duoc nay xay ra so phai nhung mot cac viec da dang tai va cua cho voi la do tu "
    "den o theo tren duoi cung thi ma khi nhu ve tinh toan dia ban huyen xa phuong don vi tong hien dang ngay thang "
    "chiem bang chi ty le dat dong trieu uoc khoang luong deu rieng phat boi rang song nen neu sau chua het lai qua "
    "cong tac thuc hien nhin chung"
)
_PARTING = re.compile(
    r"\bcap\s+(?:tinh|huyen|xa|so|phong|thon)\b|\b(?:quy|thang)\s+[ivx0-9]+\b|\bnam\s+(?:20[0-9]{2}|truoc|sau|toi)|"
    r"\b(?:dau|cuoi)\s+(?:nam|ky|quy)|\btrong do\b|\brieng\b|\bbinh quan\b"
)
_POLES = words_of("khong chua dung sai truoc qua dat tot kha cao thap mot phan nam nu hop le")
_ANYBODY = frozenset(("received", "new", "carried", "open", "open_in", "online", "direct", "post"))
_CLASSIFIERS = words_of("vu cuoc ca truong luot chiec con buoi lop ban cap doi")
_CAME = re.compile(r"\b(?:tiep nhan|(?<!ca )nhan (?:moi|duoc)|tong so|phat sinh|giao|phai)\b")
_OF_ROLES = words_of("giai quyet xu ly hoan thanh tra ket qua")
_TELLING = frozenset(("late", "open_late"))
_REACH, _CONTEXT, _FAR, _MOST = 90, 420, 60, 200
_NEXT_CLAUSE = re.compile(
    r"\s*(?:nguyen nhan|chu yeu|do\b|vi\b|gay|lam\b|anh huong|tap trung|da\b|dang\b|chua\b|con\b|nhat la|nhu\b|trong\b)"
)
_ENOUGH_WORDS = 4  # behind a figure that name a thing and what became of it
_LONG_NAME = 4  # words that name a thing alone
_MEASURED = ("%", "dong")
_LABEL, _SURE = 3, 100  # words that name a share or money; below it a slip proves nothing
_LEAD = 130  # letters before it
_FACTOR = 3  # what is so many times another is of another scope


@dataclass(slots=True)
class _Told:
    one: Quantity
    value: Decimal  # of money in dong
    block: int
    held: bool
    thing: str
    role: str | None
    said: frozenset[str]
    run: tuple[str, ...]  # the words behind it
    parting: frozenset[str]
    around: frozenset[str]
    parted: frozenset[str]  # what parts figures, around it
    of: Decimal | None  # the whole that it is of
    again: bool
    part: bool


def check_retold(passage: Passage, read: Sequence[Read]) -> None:
    by_thing: dict[str, list[_Told]] = {}
    for told in _all(passage, read):
        same = by_thing.setdefault(told.thing, [])
        if told.again and not told.part:
            _judge(passage, told, same)
        if len(same) < _MOST:
            same.append(told)


def _all(passage: Passage, read: Sequence[Read]) -> Iterator[_Told]:
    heading, summing = frozenset[str](), False
    flat, place = passage.flat, 0
    for nth, block in enumerate(read):
        start, end = block.span
        while place < len(passage.blocks) and passage.blocks[place].start <= start:
            here = passage.blocks[place]
            line = flat[here.start : min(here.end, here.start + 90)]
            if here.marker in ("roman", "number", "head") or passage.text[here.start : here.end].isupper():
                title = re.split(r"[.:](?=\s|$)", line[3:], maxsplit=1)[0]
                if here.marker == "roman" or len(line) < 80:
                    summing = bool(_SUMMING_UP.search(line))
                heading = frozenset(WORD.findall(title))
            place += 1
        opening = block.block.marker in ("roman", "number", "letter") and bool(
            _SUMMING_UP.search(re.split(r"[.:](?=\s)", flat[start + 3 : start + 60], maxsplit=1)[0])
        )
        for one in block.every:
            unit = 1 if one.sort is Sort.PERCENT else money(one)
            if (one.approximate and not unit) or one.value < 2:
                continue
            whole = block.wholes.get(one.start) if not unit else None
            counted = (
                _MEASURED[unit > 1] if unit else thing(one) or (thing(whole) if whole is not None else "")
            )
            if not counted or _OTHER_TIME.search(one.gap[-60:]):
                continue
            before, after = _clause(passage, block, one)
            if unit:  # what has a share, or costs so much, is told before the figure of its own
                after = after if unit == 1 else ""
                before = re.split(r"[.;]\s", flat[max(block.block.start, one.start - _LEAD) : one.start])[-1]
            every = _POINTER.sub(" ", _IN_PERIOD.sub(" ", f"{before} {after}"))
            left = LEFT_OVER.search(f"{one.gap[-40:]} | {before} | {after}") and _role(every) not in _TELLING
            each = "mỗi" in passage.text[max(start, one.start - _REACH // 2) : one.start].lower()  # no 'mới'
            if left or each or _OTHER_TIME.search(f"{before} | {after}"):
                continue
            named = one.noun[:1] if one.noun[:1] and one.noun[0] in _CLASSIFIERS else one.noun
            said = frozenset(WORD.findall(every)) - frozenset(named) - _NEUTRAL
            context = flat[max(start, one.start - _CONTEXT) : min(end, one.end + _CONTEXT)]
            sentence = flat[max(block.block.start, one.start - 160) : one.end + 60]
            of = one.token.bottom if one.sort is Sort.FRACTION else whole.value if whole is not None else None
            yield _Told(
                one, one.value * (unit or 1), nth, one.start in block.held, counted, _role(every), said,
                tuple(WORD.findall(after)), frozenset(_PARTING.findall(every)),
                heading | frozenset(WORD.findall(context)), frozenset(_PARTING.findall(context)), of,
                summing or opening or one.sort is Sort.FRACTION or bool(_AGAIN.search(sentence)), whole is not None,
            )  # fmt: skip


def _role(text: str) -> str | None:
    role = words.role_of(text)
    return role if role != "received" or _CAME.search(text) else None  # 'nhãn hàng', 'nguyên nhân'


def _clause(passage: Passage, block: Read, one: Quantity) -> tuple[str, str]:
    """The words before and behind a figure up to the next one, or to the end of what is said of it."""
    flat, every = passage.flat, block.every
    low = max(block.block.start, one.start - _REACH, every[one.index - 1].end if one.index else 0)
    high = min(block.block.end, one.end + _REACH)
    near = every[one.index + 1].start if one.index + 1 < len(every) else high
    before, after = flat[low : one.start], flat[one.end : min(high, near)]
    before = _EDGES.split(before.rstrip(": "))[-1]
    before = "" if _AND.search(before) else before.rpartition(",")[2]
    ends = _EDGES.search(after)
    after = after[: ends.start()] if ends else after
    first, _, rest = after.partition(",")
    if (near < high and not ends) or len(first.split()) >= _ENOUGH_WORDS or _NEXT_CLAUSE.match(rest):
        after = first  # not so 'công chức, viên chức bị xử lý'
    return before, after


def _judge(passage: Passage, told: _Told, before: Sequence[_Told]) -> None:
    if told.role in _ANYBODY and told.thing not in _MEASURED:
        return None
    same = [
        other for other in before
        if other.role == told.role and other.block != told.block
        and told.one.start - other.one.start > _FAR and _is_one(other, told)
    ]  # fmt: skip
    if not same:
        return None
    one = told.one
    if any(_agrees(told, other) for other in same):
        return passage.right(ClaimKind.TWO_VALUES, one.start, one.end)
    slips = [other for other in same if one.value >= _SURE and one_slip(int(one.value), int(other.one.value))]
    if len({other.value for other in same}) > 1:
        same = slips  # of several values the one that a slip of the hand explains
    if len({other.value for other in same}) != 1:
        return None
    first = next((other for other in same if other.held), same[0])
    if not first.value <= told.value * _FACTOR <= first.value * _FACTOR**2:
        return None
    given, expected = passage.quoted(one.start, one.end), passage.quoted(first.one.start, first.one.end)
    return passage.say(
        ClaimKind.TWO_VALUES, Severity.WARNING, one.start, one.end, stated=given, expected=expected,
        message=t("claims.retold", given=given, first=passage.quoted(first.one.start, first.one.end),
                  line=passage.lined.count("\n", 0, first.one.start) + 1),
    )  # fmt: skip


def _agrees(one: _Told, two: _Told) -> bool:
    """Whether two figures say the same; money and shares may be told less exactly the second time."""
    if one.thing not in _MEASURED:
        return one.one.value == two.one.value
    rough = one.value / 20 if one.one.approximate or two.one.approximate else Decimal(0)
    steps = [
        told.value / told.one.value * Decimal(1).scaleb(min(0, _exponent(told.one.value)))
        for told in (one, two)
    ]
    return abs(one.value - two.value) <= max(rough, *steps)


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _is_one(first: _Told, second: _Told) -> bool:
    """Whether two figures are one quantity."""
    if first.parting - second.parted or second.parting - first.parted:
        return False
    if first.thing in _MEASURED:
        telling, apart = len(first.said & second.said - _OF_ROLES), first.said ^ second.said
        around = first.around & second.said | second.around & first.said
        return telling >= _LABEL and not apart & _POLES and len(apart - around) <= telling - _LABEL
    if first.role in _ANYBODY:
        return False  # every body receives, solves and has something open
    of_one = second.one.sort is Sort.FRACTION
    if first.role != second.role or (of_one and (first.of != second.of or first.role is None)):
        return False
    if first.one.sort is not second.one.sort and not of_one:
        return False
    same = sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first.run, second.run, strict=False))
    )
    if same >= _LONG_NAME and not first.part and not second.one.depth:
        return True  # 'tập thể và cá nhân'
    shared, apart = first.said & second.said, first.said ^ second.said
    telling = len(shared - _OF_ROLES)
    enough = telling >= 2 and len(shared) * 4 >= 3 * min(len(first.said), len(second.said))
    if not (enough or first.role in _TELLING or of_one or (telling and not apart)):
        return False
    around = first.around & second.said | second.around & first.said
    return not apart & _POLES and len(apart - around) <= (telling >= 2)
