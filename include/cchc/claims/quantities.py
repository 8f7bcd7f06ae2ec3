"""Quantities of prose: what each figure counts, what became of it, and how it hangs together with those around it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from cchc.claims import words
from cchc.claims.flat import WORD, words_of
from cchc.claims.layout import Block
from cchc.claims.passage import Passage
from cchc.claims.tokens import Sort, Token
from cchc.indicators import format_number

# Where the words of one figure end and those of the next begin.
_EDGE = re.compile(
    r"[,;:()]|\.\s|\s[-+*]\s|\b(?:trong\s+(?:do|so\s+(?:do|nay))|(?:bao\s+)?gom|chia\s+ra|cu\s+the)\b|\bva\s*$|\bla\s*$|\bco\s*$"
)
TIME = re.compile(
    r"\s{1,2}(?:(?:thang|nam|gio|phut|tuan)\b(?!\s+sinh)|tuoi\b)|\s+(?:den|toi)\s+[0-9]{1,2}\s+tuoi"
)
_LEVEL = re.compile(r"\b(?:muc(?: do)?|cap|dieu|khoan|hang|vi tri|xep thu|hang thu)\s+$")
_MOST = 160
_AROUND = 400  # letters around the quantities of a piece
_BOUND = re.compile(r"\b(?:duoi|tren|qua|sau|hon|[0-9]+ den)\s+$")
_DAYS, _TO_DAYS = re.compile(r"\s+ngay\b"), re.compile(r"\s+den\s+[0-9]+\s+ngay\b")
_BRACKET = re.compile(r"[()]")
_BENT = re.compile(r"\s*h[a-z0-9]{1,2}\s+s[a-z0-9]{1,2}\b")  # 'hồ sơ' as scanners leave it
_APPROXIMATE = re.compile(
    r"\b(?:khoang|gan|tren|(?<!ket )(?<!ly )hon|duoi|uoc|"
    r"it nhat|toi thieu|toi da|xap xi|khong qua|binh quan|trung binh|du kien)\s*$"
)
# Words between a figure and the thing that is counted, and those that no thing begins with.
_NOUNS = frozenset(("co quan", "co so", "de an", "de tai", "nam gioi", "do an"))
_FILLING = frozenset(("luot", "cac", "bo", "loai"))
NO_NOUN = words_of(
    "da dang duoc co con va voi trong tai tren theo la den tu cho do so tang giam dat chiem nay khong "
    "len xuong chua sau truoc dung qua tre bang de thi nam duoi ve cua hien thuoc khi nen nhu tuong lan"
)


@dataclass(slots=True, eq=False)  # each is itself alone
class Quantity:
    """A figure of a block.

    before, after: the words up to its neighbours. noun: the first two syllables of what is counted, () when it is left
    out. role: what became of it, see `words.ROLES`. depth, opened: brackets around it, the place of the innermost.
    gap: everything between the figure before it and this one.
    """

    token: Token
    index: int
    gap: str
    sentence: int
    depth: int
    opened: int
    before: str = ""
    after: str = ""
    noun: tuple[str, ...] = ()
    role: str | None = None
    approximate: bool = False
    times: bool = False  # 'lượt': of something, or of what was counted before
    unit: str = ""  # of money, where the value is told in another than it is written in

    value: Decimal = field(init=False)
    start: int = field(init=False)
    end: int = field(init=False)
    sort: Sort = field(init=False)

    def __post_init__(self) -> None:
        token = self.token
        self.value, self.start, self.end, self.sort = token.values[0], token.start, token.end, token.sort


@dataclass(frozen=True)
class Read:
    """A block with its quantities. wholes: of each part, by its place; held, told: places in sums that hold, or not."""

    block: Block
    every: list[Quantity]
    wholes: dict[int, Quantity] = field(default_factory=dict)
    held: set[int] = field(default_factory=set)
    told: set[int] = field(default_factory=set)

    @property
    def span(self) -> tuple[int, int]:
        """The text of these quantities and a little around them: a block of thousands is read in pieces."""
        return (
            max(self.block.start, self.every[0].start - _AROUND), min(self.block.end, self.every[-1].end + _AROUND)
        )  # fmt: skip


def quantities(passage: Passage, block: Block) -> list[Quantity]:
    """Counts, fractions and percentages of a block, in their order; labels, years and days are none."""
    flat, found = passage.flat, list[Quantity]()
    opened: list[int] = []
    inside = passage.within(block.start, block.end)
    if not inside:
        return []
    ends, sentence = [end for start, end in passage.sentences_of(block)], 0
    last = block.start
    for token in inside:
        if token.sort is Sort.NUMBER:
            if not passage.is_count(token):
                continue
            if is_time(passage, token) or _clock(flat, token) or _bounds_days(flat, token):
                continue
        elif token.sort is Sort.FRACTION:
            if _LEVEL.search(flat, max(0, token.start - 12), token.start):
                continue  # 'mức 2/1.800 công dân'
        elif token.sort is not Sort.PERCENT:
            continue
        gap = flat[last : token.start]
        if "(" in gap or ")" in gap:
            for match in _BRACKET.finditer(gap):
                if match[0] == "(":
                    opened.append(last + match.start())
                elif opened:
                    opened.pop()
        while sentence < len(ends) - 1 and ends[sentence] <= token.start:
            sentence += 1
        found.append(Quantity(token, len(found), gap, sentence, len(opened), opened[-1] if opened else -1))
        last = token.end
    if found:
        _worded(found, flat[last : min(block.end, last + 120)])
        _in_one_unit(found)
    return found


def pieces(every: list[Quantity]) -> Iterator[list[Quantity]]:
    """The quantities of a block, no more at once than people write into one: a block of thousands is no prose."""
    for start in range(0, len(every), _MOST):
        piece = every[start : start + _MOST]
        for index, one in enumerate(piece):
            one.index = index
        yield piece


def is_time(passage: Passage, token: Token) -> bool:
    """Whether a number counts years, months, hours or an age; 'nam' may be men where no accents tell."""
    match = TIME.match(passage.flat, token.end)
    if match is None or not passage.accented(token.start) or match[0].strip() != "nam":
        return match is not None
    return (
        "ă" in passage.text[token.end : token.end + 6].lower()
        or not passage.text[token.end : match.end()].isascii()
    )


def _bounds_days(flat: str, token: Token) -> bool:
    """'quá hạn dưới 10 ngày', 'từ 10 đến 30 ngày': no days are counted."""
    bound = _BOUND.search(flat, max(0, token.start - 12), token.start)
    return bool((bound and _DAYS.match(flat, token.end)) or _TO_DAYS.match(flat, token.end))


def _clock(flat: str, token: Token) -> bool:
    """'03:51:50': figures on both sides of a colon."""
    before, after = flat[max(0, token.start - 2) : token.start], flat[token.end : token.end + 2]
    return (after[:1] == ":" and after[1:].isdigit()) or (before[1:] == ":" and before[:1].isdigit())


def _worded(found: Sequence[Quantity], rest: str) -> None:
    """Give each figure its words."""
    for place, one in enumerate(found):
        gap = one.gap
        edges = (
            [match.span() for match in _EDGE.finditer(gap)]
            if len(gap) < 700
            else [match.span() for match in _EDGE.finditer(gap[-300:])]
        )
        shift = len(gap) - 300 if len(gap) >= 700 else 0
        previous = found[place - 1] if place else None
        if edges:
            before = gap[edges[-1][1] + shift :]
            if not before.strip() and (
                gap[edges[-1][0] + shift] in ":(" or gap[edges[-1][0] + shift :].startswith(("la", "gom"))
            ):
                # A label in front of its figure: 'Số hồ sơ đã giải quyết: 548'.
                start = edges[-2][1] + shift if len(edges) > 1 else 0
                before = gap[start : edges[-1][0] + shift] if gap[edges[-1][0] + shift] != "(" else ""
            if previous is not None:
                _follow(previous, gap[: edges[0][0] + shift])
        else:
            before = gap
            if previous is not None:
                syllables = list(WORD.finditer(gap))
                cut = syllables[1].end() if len(syllables) > 2 else len(gap)
                _follow(previous, gap)
                before = gap[cut:]
        one.before = before[-90:]
        one.approximate = bool(_APPROXIMATE.search(one.before))
    edge = _EDGE.search(rest)
    _follow(found[-1], rest[: edge.start()] if edge else rest)
    for one in found:
        if one.sort is not Sort.PERCENT:
            one.role = words.role_of(one.before) or words.role_of(one.after)


def _follow(one: Quantity, after: str) -> None:
    one.after = after[:70]
    syllables = WORD.findall(after[:40])
    one.times = syllables[:1] == ["luot"]
    while syllables and syllables[0] in _FILLING and len(syllables) > 1:
        if syllables[0] == "luot" and not words.NOUN.match(" ".join(syllables[1:])):
            break  # 'lượt hài lòng' counts times
        if syllables[1] in NO_NOUN and " ".join(syllables[1:3]) not in _NOUNS:
            break  # '17 bộ có điểm tăng'
        syllables.pop(0)
    thing = syllables[:1] and (syllables[0] not in NO_NOUN or " ".join(syllables[:2]) in _NOUNS)
    if thing and after.lstrip()[:1] not in "[%":
        one.noun = ("ho", "so") if _BENT.match(after) else tuple(syllables[:2])


_SAME = {"hs": "ho", "vb": "van", "tthc": "thu", "vbqppl": "van", "dvc": "dich"}
_PEOPLE = frozenset(
    (
        "can bo",
        "cong chuc",
        "vien chuc",
        "bien che",
        "dong chi",
        "ca nhan",
        "lao dong",
        "lanh dao",
        "nhan khau",
        "hoc sinh",
        "thanh vien",
        "cong dan",
        "nguoi dan",
    )
)


def _thing(noun: tuple[str, ...]) -> str:
    return "nguoi" if " ".join(noun) in _PEOPLE else _SAME.get(noun[0], noun[0])


def thing(one: Quantity) -> str:
    """What a figure counts, by one word for all that count the same; '' when it says nothing of it."""
    return _thing(one.noun) if one.noun else ""


# 'Giảm còn 99 đơn vị, trong đó 89 xã': bodies by their own names.
_ANY_BODY = frozenset(("don vi", "co quan", "dia phuong"))
_BODIES = words_of("xa phuong huyen dac thi so phong truong ban")

_DOCUMENTS = frozenset(
    (
        "nghi quyet",
        "quyet dinh",
        "chi thi",
        "ke hoach",
        "cong van",
        "bao cao",
        "thong bao",
        "to trinh",
        "nghi dinh",
    )
)

_MONEY = {"ty": 1_000_000_000, "trieu": 1_000_000, "nghin": 1_000, "ngan": 1_000}
_SMALL_DONG = 1_000_000
_TO_MILLIONS = {"ty": Decimal(1_000), "trieu": Decimal(1), "dong": Decimal("0.000001")}


def money(one: Quantity) -> int:
    """How many dong its unit is; 0 for what is no money."""
    return _MONEY.get(one.noun[0], 0) if one.noun else 0


def _in_one_unit(found: Sequence[Quantity]) -> None:
    """Money of a block that is told in several units, in millions throughout."""
    units = {one.noun[0] for one in found if one.noun and one.noun[0] in _TO_MILLIONS}
    small = any(one.noun[:1] == ("dong",) and one.value < _SMALL_DONG for one in found)
    if len(units) < 2 and (units != {"dong"} or small):
        return
    for one in found:
        scale = _TO_MILLIONS.get(one.noun[0]) if one.noun and one.noun[1:] != ("chi",) else None
        if scale and one.sort is Sort.NUMBER:
            one.token = replace(one.token, values=tuple(_short(value * scale) for value in one.token.values))
            one.value, one.noun, one.unit = one.token.value, ("trieu", "dong"), " triệu đồng"


def _short(value: Decimal) -> Decimal:
    whole = value.to_integral_value()
    return whole if whole == value else value.normalize()


def told(value: Decimal, *like: Quantity) -> str:
    """A value that was made of others, with their unit where it is not the one that they are written in."""
    return format_number(value) + next((one.unit for one in like if one.unit), "")


_UNIT = re.compile(r"\s{0,2}(?:ty|trieu|dong)(?:\s{1,2}dong)?\b")


def shown(passage: Passage, one: Quantity) -> str:
    """A figure as it is written, with its unit where others of its block have another one."""
    unit = _UNIT.match(passage.flat, one.end) if one.unit else None
    return passage.quoted(one.start, unit.end() if unit else one.end)


def kind_of(noun: tuple[str, ...]) -> str:
    """What is counted, by one word; 'body' for what may be any of them."""
    return "body" if " ".join(noun[:2]) in _ANY_BODY else _thing(noun[:2])


def one_kind(one: str, two: str) -> bool:
    return one == two or any(a == "body" and b in _BODIES for a, b in ((one, two), (two, one)))


def is_people(one: Quantity) -> bool:
    return thing(one) == "nguoi"


def alike(one: Quantity, two: Quantity) -> bool:
    """Whether two figures can count the same things: their nouns begin alike, or one has none."""
    if not one.noun or not two.noun:
        return True
    if one.times and two.times and "luot" in (one.noun[0], two.noun[0]):
        return True
    first, second = _thing(one.noun), _thing(two.noun)
    return first == second or any(
        (" ".join(some.noun) in _ANY_BODY and other in _BODIES)
        or (" ".join(some.noun) == "van ban" and " ".join(kind.noun) in _DOCUMENTS)
        for some, kind, other in ((one, two, second), (two, one, first))
    )


def same_things(one: Quantity, two: Quantity) -> bool:
    """As `alike`, with both nouns written."""
    return bool(one.noun and two.noun) and alike(one, two)
