"""Changes between values that were told before by their periods: 'Năm 2022 là a. Năm 2023 tăng b, tương ứng c %'.

Only where one figure is told of the period that is compared with, and one of the period that is spoken of.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cchc.claims.changes import kin, say_direction
from cchc.claims.judging import HUNDRED, share_verdict
from cchc.claims.kinds import ClaimKind
from cchc.claims.passage import Passage
from cchc.claims.quantities import Quantity, Read
from cchc.claims.steps import SAME_STEP, Value, mark_steps, values_of
from cchc.claims.tokens import Sort
from cchc.indicators import format_number
from cchc.severity import Severity
from cchc.texts import t

_PERIOD = re.compile(
    r"\b(?P<part>(?:quy [ivx]+|(?:[369]|ba|sau|chin) thang(?: dau nam)?|thang [0-9]{1,2}),? (?=nam 20))?(?:cung ky )?"
    r"(?:nam (?P<year>20[0-9]{2})|(?P<ago>(?:nam|quy|thang|ky) (?:truoc|ngoai)\b|cung ky\b)"
    r"|(?P<now>(?:nam|quy|thang|ky) nay)\b|(?P<round>(?:dot|vong|lan) [0-9]{1,2}))"
)
_AGAINST = re.compile(
    r"\bso (?:voi|cung)(?: muc| so| ty le)?(?: cua)?\s+$|\blan(?: so)?(?: ty le)?(?: cua)?\s+$|\bhon\s+$"
)
_TIMES = re.compile(r"\bgap\s+(?:(?P<more>hon|tren)|(?P<less>gan)|(?P<about>khoang|chung))?\s*$")
_TIMES_OF = re.compile(r"\s+lan\b")
_CLAUSE = re.compile(r"[;.]\s")
_WINDOW = 10  # sentences in which a period's value is looked for
_NEAR = 30  # letters between a period and its value
_LATER = 60  # letters behind a step in which its comparison stands
_FIGURES = 60  # figures around a step
_WIDE = Decimal("0.2")  # of a time that 'khoảng' and 'gấp' may be off
_SAYS = re.compile(r"\b(?:tang|giam|gap|vuot)\b")


@dataclass(frozen=True)
class PeriodValue:
    """A value with the period that it is told of, '' where none is named; at: its sentence."""

    value: Value
    period: str
    at: int


def check_periods(passage: Passage, tolerance: Decimal) -> None:
    """Judge each step against the values of its periods, and each share of a change against both of its values."""
    told: deque[PeriodValue] = deque(maxlen=_WINDOW * 6)
    for at, (start, end, tokens) in enumerate(passage.sentences_with_figures()):
        every = list(values_of(passage, start, end, tokens[-40:]))
        if not every:
            continue
        mark_steps(passage, every)
        while told and at - told[0].at > _WINDOW:
            told.popleft()
        told.extend(PeriodValue(one, _period(passage, one, start), at) for one in every if not one.step)
        if not _SAYS.search(passage.flat, start, end):
            continue
        for place, one in enumerate(every):
            of_times = _TIMES_OF.match(passage.flat, one.token.end) and _TIMES.search(one.gap[-30:])
            if of_times:
                _judge_times(passage, one, of_times, told, start)
            elif one.step in ("up", "down") and one.told:
                _judge(passage, every, place, told, start, tolerance)


def _key(match: re.Match[str]) -> str:
    if match["now"]:
        return "now"
    if match["round"]:
        return match["round"]
    part = (match["part"] or "").strip(" ,")
    return f"{part} {match['year'] or 'ago'}".strip()


def _mentions(text: str) -> Iterator[tuple[re.Match[str], bool]]:
    """The periods of a text, and whether each is one that something is compared with."""
    for match in _PERIOD.finditer(text):
        yield match, bool(_AGAINST.search(text, max(0, match.start() - _NEAR), match.start()))


def _period(passage: Passage, one: Value, start: int) -> str:
    text = passage.flat[start : one.token.start]
    own = ""
    for match, against in _mentions(text):
        tail = text[match.end() :]
        beside = len(tail) <= _NEAR and not re.search(r"[,;0-9]|\b(?:da|dang)\b", tail)
        if beside or not against:
            own = _key(match)
    return own


def _periods_of_step(passage: Passage, one: Value, start: int) -> tuple[str, str]:
    """(the period that is spoken of, the one compared with) of a step."""
    ahead = passage.flat[start : one.token.start]
    now = before = last = ""
    for match, against in _mentions(ahead):
        if against:
            before = _key(match)
        else:
            now, last = _key(match), now
            if last[-4:] > now[-4:] and now[-4:].isdigit():  # 'năm 2024 là a, năm 2023 là b, tăng c'
                now, before = last, now
    behind = _CLAUSE.split(passage.flat[one.token.end : one.token.end + _LATER])[0]
    later = next((match for match, against in _mentions(behind) if against), None)
    if later is not None:
        before = _key(later)
    if not before and now == "ago":  # 'năm nay a, cùng kỳ b, tăng c': of the one told first
        now, before = "", "ago"
    if not before and now[-4:].isdigit() and one.sort != "rank":
        before = f"{now[:-4]}{int(now[-4:]) - 1}"
    return now, before


def _of(told: Sequence[PeriodValue], period: str, unit: Value, sort: str) -> list[Value]:
    return [
        one.value
        for one in told
        if one.period == period
        and one.value.sort == sort
        and one.value.token.sort is not Sort.FRACTION
        and kin(one.value, unit)
    ]


def _judge(
    passage: Passage,
    every: Sequence[Value],
    place: int,
    told: Sequence[PeriodValue],
    start: int,
    tolerance: Decimal,
) -> None:
    step = every[place]
    now, before = _periods_of_step(passage, step, start)
    if not before or now == before:
        return
    percent = step.token.sort is Sort.PERCENT
    sort = "" if percent else step.sort
    up = (step.step == "up") != (step.sort == "rank")  # the first rank is the highest
    olds = [one for one in _of(told, before, step, sort) if one is not step]
    news = (
        [one for one in _of(told, now, step, sort) if one is not step]
        if now
        else _first_of(every, step, olds) or _of_subject(told, step)
    )
    if percent and any(one.sort == "%" and not one.step for one in every):
        return  # the points between two shares, as often
    own = _own_count(every, place)
    if len({one.token.value for one in olds}) != 1 or not olds[0].token.value:
        return
    old, base, given = olds[0], olds[0].token.value, step.token.value
    news = [one for one in news if one.token.start < step.token.start]
    if own is not None and percent:
        offs = {
            own.token.value,
            *(abs(one.value.token.value - base) for one in told if one.value.sort == sort),
        }
    elif len({one.token.value for one in news}) == 1:
        new = news[0].token.value
        offs = {abs(new - base)}
        if (new > base) != up and new != base and _fits(step, abs(new - base), base, tolerance):
            say_direction(passage, step.step, news[0], old, span=(step.token.start, step.token.end))
            return
    else:
        return
    if any(_fits(step, off, base, tolerance) for off in offs):
        return
    off = own.token.value if own is not None and percent else offs.pop()
    right = off * HUNDRED / base if percent else off
    if not right or not Decimal("0.3") <= given / right <= 3:
        return
    _say(
        passage,
        step,
        old,
        news[0] if news else own or old,
        f"{format_number(right, 2)}%" if percent else format_number(right),
    )


def _of_subject(told: Sequence[PeriodValue], step: Value) -> list[Value]:
    """'Tỷ lệ không đạt: 10,2 %. Đợt 1 là 15 %. So với đợt 1, tỷ lệ không đạt giảm 4,8 điểm': of the same words."""
    words = [word for word in step.gap.rpartition(",")[2].split()[:-1] if word.isalpha()]
    lead = " ".join(words)
    return [
        one.value for one in told
        if len(words) > 1 and not one.period and one.value.sort == step.sort
        and one.value.gap.rstrip(" :").endswith(lead)
    ]  # fmt: skip


def _first_of(every: Sequence[Value], step: Value, olds: Sequence[Value]) -> list[Value]:
    """The one other value of the sentence, of the same things."""
    ahead = [one for one in every if one.token.start < step.token.start and not one.step and one not in olds]
    return ahead if len(ahead) == 1 and len(olds) == 1 and olds[0] in every and kin(ahead[0], olds[0]) else []


def _fits(step: Value, off: Decimal, base: Decimal, tolerance: Decimal) -> bool:
    token = step.token
    if token.sort is Sort.PERCENT:
        return share_verdict(token.value, token.decimals, off * HUNDRED / base, tolerance) != "wrong"
    return any(abs(value - off) <= tolerance for value in token.values)


def _own_count(every: Sequence[Value], place: int) -> Value | None:
    """'tăng 24.892 hồ sơ, tương ứng tăng 18,9%': the count that a share is told with."""
    step = every[place]
    if not place or step.token.sort is not Sort.PERCENT:
        return None
    one = every[place - 1]
    beside = SAME_STEP.fullmatch(step.gap) or re.fullmatch(
        r"[a-z ]{0,24}[,(]? ?(?:tuong (?:ung|duong)|bang|tuc)?[a-z ]{0,12}", step.gap
    )
    return (
        one if beside and one.step == step.step and one.token.sort is Sort.NUMBER and not one.sort else None
    )


def _judge_times(
    passage: Passage, one: Value, how: re.Match[str], told: Sequence[PeriodValue], start: int
) -> None:
    """'tỷ lệ này của năm 2024 gấp hơn ba lần năm 2022'."""
    now, before = _periods_of_step(passage, one, start)
    if not before or now == before:
        return
    for sort in ("%", ""):
        olds, news = (
            {two.value.token.value: two.value for two in told
             if two.period == period and two.value.sort == sort and two.value is not one}
            for period in (before, now)
        )  # fmt: skip
        if len(olds) == len(news) == 1 and all(olds):
            (old,), (new,) = olds.values(), news.values()
            ratio, given = new.token.value / old.token.value, one.token.value
            if how["more"]:
                right = given <= ratio < given + 1
            elif how["less"]:
                right = given - 1 < ratio <= given
            else:
                right = abs(ratio - given) <= _WIDE
            if right:
                passage.right(ClaimKind.CHANGE, one.token.start, one.token.end)
            elif kin(old, new):
                _say(passage, one, old, new, format_number(ratio, 2))
            return


def _say(passage: Passage, step: Value, old: Value, new: Value, right: str) -> None:
    given = passage.quoted(step.token.start, step.token.end)
    passage.say(
        ClaimKind.CHANGE, Severity.WARNING, step.token.start, step.token.end, stated=given, expected=right,
        message=t("claims.change_of_periods", given=given, right=right,
                  current=passage.quoted(new.token.start, new.token.end),
                  previous=passage.quoted(old.token.start, old.token.end)),
    )  # fmt: skip


def check_new_bases(passage: Passage, read: Sequence[Read]) -> None:
    """'giảm 60 đơn vị, còn 259; giảm 23,17%': a share of the value that came out, while the earlier one is told."""
    every = [one for block in read for one in block.every if not one.approximate]
    for at, share in enumerate(every):
        if share.sort is not Sort.PERCENT or not _STEPPED.search(share.gap[-60:]):
            continue
        near = [one for one in every[max(0, at - _FIGURES) : at + 4] if one.sort is Sort.NUMBER]
        if not share.token.decimals:  # a round share is near many
            near = [one for one in near if 0 < share.start - one.start < _SAME]
        values = {one.value: one for one in near}
        way = _STEPPED.findall(share.gap[-60:])[-1]
        for step in near:
            if (
                not _STEPPED.search(step.before)
                or _STEPPED.findall(step.before)[-1] != way
                or step.value < _FEW
            ):
                continue
            new = _new_base(share, step, values, 1 if way == "tang" else -1)
            if new is not None:
                _say_new_base(
                    passage, share, step, new, values[new.value - step.value * (1 if way == "tang" else -1)]
                )
                break


_STEPPED = re.compile(r"\b(tang|giam)\b")
_FEW = 10
_SAME = 160  # letters


def _new_base(share: Quantity, step: Quantity, values: dict[Decimal, Quantity], sign: int) -> Quantity | None:
    for value, one in values.items():
        old = value - sign * step.value
        if old in values and value > 0 and old > 0 and step.value not in (old, value):
            decimals, close = share.token.decimals, Decimal(0)
            of_old = share_verdict(share.value, decimals, step.value * HUNDRED / old, close)
            of_new = share_verdict(share.value, decimals, step.value * HUNDRED / value, close)
            if of_old == "wrong" and of_new == "right":
                return one
    return None


def _say_new_base(passage: Passage, share: Quantity, step: Quantity, new: Quantity, old: Quantity) -> None:
    given = passage.quoted(share.start, share.end)
    right = f"{format_number(step.value * HUNDRED / old.value, 2)}%"
    passage.say(
        ClaimKind.CHANGE, Severity.WARNING, share.start, share.end, stated=given, expected=right,
        message=t("claims.change_of_new", given=given, right=right, step=passage.quoted(step.start, step.end),
                  new=passage.quoted(new.start, new.end), old=passage.quoted(old.start, old.end)),
    )  # fmt: skip
