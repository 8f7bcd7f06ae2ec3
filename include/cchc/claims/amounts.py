"""Money told twice, ten, a hundred or a thousand times as much: a unit or a zero has slipped."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from cchc.claims import words
from cchc.claims.flat import words_of
from cchc.claims.grids import SCALE, FigureTable
from cchc.claims.judging import HUNDRED
from cchc.claims.kinds import ClaimKind
from cchc.claims.passage import Passage
from cchc.claims.products import dong_of
from cchc.claims.tokens import Sort, Token
from cchc.indicators import format_number
from cchc.severity import Severity
from cchc.texts import t

_POWERS = (-3, -2, -1, 1, 2, 3)
_TELLING = 3  # digits by which an amount is known again
_AHEAD = 70  # letters that say what an amount is
_SHARED = 2  # words of them that two amounts share
_UNIT_OF_TABLE = re.compile(r"(?:\bdvt\b|don vi(?: tinh)?\b|\()\s*:?\s*(ty|trieu|nghin|ngan)?\s*dong\b")
_PLAN = re.compile(r"\b(?:ke hoach|du toan|chi tieu|tong (?:muc|von|so)|giao)\b")
_OF_PLAN = re.compile(r"\s*(?:so voi\s+)?(?:ke hoach|du toan|chi tieu|tong (?:von|muc|so))\b")
_IS_SHARE = re.compile(
    r"(?:\s(?:ty|trieu|nghin|ngan))?(?:\s?dong)?\s*[,(]?\s*(?:chi\s+)?(?:bang|dat|chiem|tuong duong)\s*"
)
# From an amount to the same one in another unit or in words.
_THE_SAME = re.compile(
    r"(?:\s(?:ty|trieu|nghin|ngan))?(?:\s?dong)?(?:/[a-z]+)?\s*[,(]\s*"
    r"((?:viet )?(?:bang|thanh) chu:?|tuc(?: la)?|tuong duong(?: voi)?|hay(?: la)?)?\s*"
)
_CLOSES = re.compile(r"(?:\s(?:ty|trieu|nghin|ngan))?(?:\s?dong)?(?:/[a-z]+)?\s*\)")
_SAME_WITHIN = 40
_NO_SUBJECT = words_of("duoc dong trieu nghin tong muc hon khoang gan uoc voi tien von nam")
_DONG = {None: 1, "nghin": 1_000, "ngan": 1_000, "trieu": 1_000_000, "ty": 1_000_000_000}


@dataclass(frozen=True)
class Amount:
    """Money of the text in dong; told: the words in front of it; unit: how many dong it is written in; step: of its
    last digit."""

    start: int
    end: int
    value: Decimal
    told: frozenset[str]
    sentence: int
    unit: int
    step: Decimal


def check_amounts(passage: Passage, tables: Sequence[FigureTable]) -> None:
    every = list(_amounts(passage))
    for one, two in pairwise(every):
        _the_same(passage, one, two)
    by_digits: dict[str, list[Amount]] = defaultdict(list)
    for one in every:
        key = _digits(one.value)[:_TELLING]
        if len(_digits(one.value)) < _TELLING:
            continue
        for other in by_digits[key][-4:]:
            if _slipped(one, other):
                _say(passage, one, other)
                break
        by_digits[key].append(one)
    _of_plan(passage, every, [*((one.value, one.start, one.end) for one in every if _is_plan(passage, one)),
                              *_of_tables(passage, tables)])  # fmt: skip


def _amounts(passage: Passage) -> Iterator[Amount]:
    for sentence, (start, _, tokens) in enumerate(passage.sentences_with_figures()):
        for one in tokens:
            unit = dong_of(passage, one) if one.sort is Sort.NUMBER else 0
            if unit and one.value:
                ahead = passage.flat[max(start, one.start - _AHEAD) : one.start]
                told = words.content(ahead) - _NO_SUBJECT
                step = Decimal(unit).scaleb(min(0, int(one.value.as_tuple().exponent)))
                yield Amount(one.start, one.end, one.value * unit, told, sentence, unit, step)


def _the_same(passage: Passage, one: Amount, two: Amount) -> None:
    """'85,6 triệu đồng (85.600.000 đồng)', '45.600.000 đồng (bằng chữ: ...)': one amount in two units."""
    between = passage.flat[one.end : two.start]
    told = _THE_SAME.fullmatch(between) if len(between) <= _SAME_WITHIN else None
    if told is None or not (told[1] or _CLOSES.match(passage.flat, two.end)):
        return
    if abs(one.value - two.value) < max(one.step, two.step):
        passage.right(ClaimKind.TWO_VALUES, one.start, two.end)
    elif told[1] or one.unit != two.unit or passage.flat[two.start].isalpha():
        _say(passage, two, one)


def _digits(value: Decimal) -> str:
    return str(int(value)).rstrip("0")


def _slipped(one: Amount, other: Amount) -> bool:
    """Whether two amounts of one name have the same digits, at another place."""
    if one.sentence == other.sentence or one.value == other.value or len(one.told & other.told) < _SHARED:
        return False
    first, second = _digits(one.value), _digits(other.value)
    fewer = min(len(first), len(second))
    if first[:fewer] != second[:fewer]:
        return False
    ratio = one.value / other.value
    return any(abs(ratio.scaleb(-power) - 1) < Decimal("0.01") for power in _POWERS)


def _say(passage: Passage, one: Amount, other: Amount) -> None:
    given, expected = _written(passage, one), _written(passage, other)
    times = _times(one.value, other.value)
    key = "claims.amount" if times > 1 else "claims.two_values"
    passage.say(
        ClaimKind.TWO_VALUES, Severity.WARNING, one.start, one.end, stated=given, expected=expected,
        message=t(key, one=expected, two=given, times=format_number(times)),
    )  # fmt: skip


def _times(one: Decimal, two: Decimal) -> Decimal:
    return Decimal(10) ** round((max(one, two) / min(one, two)).log10())


def _written(passage: Passage, one: Amount) -> str:
    unit = re.match(r"(?:\s(?:tỷ|tỉ|triệu|nghìn|ngàn|đồng)){0,2}", passage.text[one.end : one.end + 16])
    return passage.quoted(one.start, one.end + (unit.end() if unit else 0))


def _is_plan(passage: Passage, one: Amount) -> bool:
    return bool(_PLAN.search(passage.flat, max(0, one.start - _AHEAD), one.start))


def _of_tables(passage: Passage, tables: Sequence[FigureTable]) -> Iterator[tuple[Decimal, int, int]]:
    """The planned amounts of tables that say their unit."""
    for table in tables:
        start = table.rows[0].start
        above = _UNIT_OF_TABLE.findall(passage.flat[max(0, start - 600) : start])
        for column in table.figures:
            own = _UNIT_OF_TABLE.search(table.names[column])
            if not _PLAN.search(table.names[column]) or not (own or above):
                continue
            unit = _DONG[own[1]] if own else _DONG[above[-1] or None]
            for row in table.rows:
                cell = row.cells[column]
                if cell.said and cell.value:
                    yield Decimal(cell.value) / SCALE * unit, cell.start, cell.end


def _of_plan(passage: Passage, every: Sequence[Amount], plans: Sequence[tuple[Decimal, int, int]]) -> None:
    """'187,4 triệu đồng, bằng 2,32 % kế hoạch', where only billions are that share of the plan."""
    for one in every if plans else ():
        share = _share_behind(passage, one)
        if share is None:
            continue
        least, most = (
            one.value * HUNDRED / (share.value + sign * Decimal(1).scaleb(-share.decimals))
            for sign in (1, -1)
        )
        if any(least <= value <= most for value, *_ in plans):
            continue
        for value, start, end in plans:
            power = next((power for power in (-3, 3) if least <= value.scaleb(power) <= most), None)
            if power is not None:
                given, base = _written(passage, one), passage.quoted(start, end)
                right = format_number(value * share.value / HUNDRED / 1_000_000, 1)
                passage.say(
                    ClaimKind.PERCENT, Severity.WARNING, one.start, share.end, stated=given, expected=right,
                    message=t("claims.amount_of_plan", share=passage.quoted(share.start, share.end), plan=base,
                              right=right, given=given),
                )  # fmt: skip
                break


def _share_behind(passage: Passage, one: Amount) -> Token | None:
    near = [two for two in passage.within(one.end, one.end + 60) if two.start >= one.end]
    if (
        not near
        or near[0].sort is not Sort.PERCENT
        or not near[0].decimals
        or near[0].value <= Decimal("0.1")
    ):
        return None
    between = passage.flat[one.end : near[0].start]
    told = _IS_SHARE.fullmatch(between)
    return near[0] if told and _OF_PLAN.match(passage.flat, near[0].end) else None
