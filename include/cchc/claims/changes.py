"""Changes: a step up or down against the figure that it is a step from, whatever stands between them.

A sentence is read as figures that are values, of now or of before, and as steps between two of them. A step that any
two of its values make is right. It is wrong only when one value is named as the earlier one, and one is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cchc.claims.flat import words_of
from cchc.claims.judging import HUNDRED, share_verdict
from cchc.claims.kinds import ClaimKind
from cchc.claims.passage import Passage
from cchc.claims.quantities import NO_NOUN, TIME
from cchc.claims.tokens import Sort, Token
from cchc.indicators import format_number
from cchc.severity import Severity
from cchc.texts import t

_SAYS_CHANGE = re.compile(
    r"\b(?:tang|giam|hon|gap|vuot|nang|ha)\b|\b(?:tu|so voi)\s+[^.;]{0,30}[0-9]|\bbang\s+[0-9,]+\s+lan\b"
)
_BEFORE = (
    r"(?:cung ky|(?:nam|ky|quy|thang) truoc|nam ngoai|truoc do|truoc (?:khi )?(?:sap|hop|thang|thoi)|dau nam)"
)
_AGAINST = re.compile(rf"\bso (?:voi|cung)\b|\b{_BEFORE}|\bnam\s+(20[0-9]{{2}})\b|\bquy\s+[ivx]+\b")
# What may stand between the words of comparison and the value that is compared with.
_NOT_THE_VALUE = re.compile(r",|;|\.\s|\)|\b(?:da|dang|tang|giam|tinh|tren|hon|trong do|gom)\b")
_PLAN = re.compile(r"\bso (?:voi )?(?:ke hoach|chi tieu|du toan|muc tieu)[^,;.]{0,40}$")
_UP = r"tang|nang|vuot|(?:cao|nhieu|lon|dai|nhanh) hon|them"
_DOWN = r"giam|ha|(?:thap|it|nho|ngan) hon|bot"
_STEP = re.compile(
    rf"\b(?:(?P<up>{_UP})|(?P<down>{_DOWN})|gap|bang(?=\s*$)|hon(?=[a-z\s]{{3,}}20[0-9]{{2}}|\s+{_BEFORE}))"
    r"(?P<to>\s+(?:len|xuong))?(?P<rest>(?:\s+(?!tu\b|len\b|xuong\b|con\b)(?:[a-z]+|20[0-9]{2}|9|6)){0,9})\s*$"
)
_SAME_STEP = re.compile(
    r"(?:[a-z\s]{0,24}\(|[a-z\s,%]{0,24}\b(?:tuong (?:ung|duong)|tuc|ung voi)\b)"
    r"(?:\s+(?:voi|la|tang|giam|muc)){0,3}\s*$"
)
_AND_STEP = re.compile(r"\s*(?:va|,)\s*(?:tang|giam)?\s*$")
_NO_STEP = re.compile(r"\b(?:cuong|chi phi|thoi gian|nhe|thieu|bot thu|tren|duoi|hon|khoang|du|lan)\b")
_RANK = re.compile(r"\b(?:hang|vi tri|vi thu|xep|dung)(?:\s+thu)?\s*:?\s*$|\bthu\s*$")
_RANKS = re.compile(r"\s{0,3}(?:bac|hang|vi tri|thu hang|thu bac)\b")
_WRITTEN = re.compile("tăng|giảm|tăng|giảm")
_POINTS = re.compile(r"\s{0,3}diem\s+(?:%|phan tram)")
_TIMES = re.compile(r"\s{0,3}lan\b")
_FROM = re.compile(r"\btu\s+(?!(?:phap|van|nhan|lieu|chu|duy)\b)(?:muc|hang|vi tri|thu hang|[a-z]+\s+)?\s*$")
_REACHED = re.compile(r"\b(?P<up>len|thanh)|\b(?:xuong|con)\b")
_BRACKETS = re.compile(r"\([^()]{0,400}\)")
_PEOPLE = words_of("nguoi can cong vien dong ca nhan luot")
_UNIT = re.compile(r"\s*([a-z]+)")
_NO_SUBJECT = words_of("so tong ty le tang giam muc nay do cua va voi la them hon cao thap nhieu it")
_PART = re.compile(r"\btrong (?:do|so)\b|\bgom\b|\brieng\b|\bchia\b")
_FAR, _MOST = 140, 40  # letters, figures of a sentence


@dataclass(slots=True)
class _Value:
    """A figure of a sentence. gap: the words up to it. sort: `%`, `rank` or `` for what is counted."""

    token: Token
    gap: str
    sort: str
    unit: str
    before: bool = False
    year: int = 0  # that alone makes it one of before
    step: str = ""  # up, down or any
    pair: tuple[_Value, _Value] | None = None  # the values that a step is right of
    told: bool = True  # that it is a step, not what was reached ('nâng lên 95%')


def check_changes(passage: Passage, tolerance: Decimal) -> None:
    flat = passage.flat
    before: list[tuple[int, int, Sequence[Token]]] = []  # sentences of the same block, without a change
    block = -1
    for start, end, tokens in passage.sentences_with_figures():
        at = passage.block_at(start)
        before, block = (before if at == block else []), at
        told = tokens[-_MOST:]
        if _SAYS_CHANGE.search(flat, start, end):
            every = list(_values(passage, start, end, told))
            ahead = [one for sentence in before[-3:] for one in _values(passage, *sentence)][-10:]
            _marked(passage, every)
            for place, one in enumerate(every):
                if one.step:
                    _judge(passage, every, place, ahead, tolerance)
                elif one.before and place + 1 < len(every):
                    _from_to(passage, one, every[place + 1])
        before.append((start, end, told[-10:]))


def _values(passage: Passage, start: int, end: int, tokens: Sequence[Token]) -> Iterator[_Value]:
    flat, place = passage.flat, start
    for one in tokens:
        if one.sort not in (Sort.NUMBER, Sort.PERCENT, Sort.FRACTION) or TIME.match(flat, one.end):
            continue
        gap = flat[place : one.start]
        rank = bool(_RANK.search(gap[-24:]))
        if one.sort is Sort.NUMBER and not (rank or gap.endswith("tang ") or passage.is_count(one)):
            continue  # 'tang' is a floor, too
        unit = _UNIT.match(flat, one.end, min(end, one.end + 24))
        sort = "%" if one.sort is Sort.PERCENT else "rank" if rank else ""
        yield _Value(one, gap, sort, unit[1] if unit and unit[1] not in NO_NOUN else "")
        place = one.end


def _marked(passage: Passage, every: Sequence[_Value]) -> None:
    """Tell which values are of before, and which figures are steps."""
    flat = passage.flat
    previous: _Value | None = None
    for one in every:
        after = one.token.end
        told = None if one.token.sort is Sort.FRACTION else _STEP.search(one.gap[-90:])
        written = passage.text[max(0, one.token.start - 90) : one.token.start].lower()
        if (
            told
            and passage.accented
            and told[0].startswith(("tang", "giam"))
            and not _WRITTEN.search(written)
        ):
            told = None  # 'giám định 25 vụ', 'trao tặng 12 suất'
        if told and not _NO_STEP.search(told["rest"]) and not _NOT_THE_VALUE.search(told["rest"]):
            one.step = "up" if told["up"] else "down" if told["down"] else "any"
            one.told = not told["to"]
        elif (
            previous
            and previous.step
            and (
                (_SAME_STEP.fullmatch(one.gap) and not _AGAINST.search(one.gap) and one.sort != previous.sort)
                or (_AND_STEP.fullmatch(one.gap) and _RANKS.match(flat, after))
            )
        ):
            one.step, one.told = previous.step, previous.told
        elif not told and _FROM.search(one.gap):
            one.before = True
        else:
            match = next(reversed(list(_AGAINST.finditer(one.gap[-100:]))), None)
            tail = one.gap[-100:][match.end() :] if match else ""
            opened = previous is not None and previous.step and re.fullmatch(r"[a-z\s]{0,20}\(\s*", one.gap)
            one.year = int(match[1] or 0) if match else 0
            one.before = bool(
                (match and not _NOT_THE_VALUE.search(tail)) or _PLAN.search(one.gap)
                or (previous is not None and opened and _AGAINST.search(previous.gap[-90:]))
            )  # fmt: skip
        if told and told[0].startswith("bang") and not _TIMES.match(flat, after):
            one.step = ""
        if one.step and _RANKS.match(flat, after):
            one.sort = "rank"
        elif one.step and _POINTS.match(flat, after):
            one.sort = "%"
        elif one.step and _TIMES.match(flat, after):
            one.sort = "times"
        previous = one
    years = [one.year for one in every if one.before and one.year]
    for one in every:
        # 'Năm 2025 đạt a, tăng b so với năm 2024 (c)': the earlier year is the one of before.
        if (
            one.before
            and one.year
            and (one.year > min(years) or (len(years) == 1 and _sure_of_another(every, one)))
        ):
            one.before = False


def _sure_of_another(every: Sequence[_Value], one: _Value) -> bool:
    return not re.search(r"\b(?:so voi|hon)\b", one.gap[-100:]) and any(
        two.before and two is not one for two in every
    )


def _readings(one: _Value) -> tuple[Decimal, ...]:
    return one.token.values[:1] if one.unit in _COUNTED else one.token.values


_COUNTED = words_of("ho van thu nguoi nhiem don luot truong can cong")


def _fits(step: _Value, now: Decimal, before: Decimal, sort: str, tolerance: Decimal) -> bool:
    token, off = step.token, abs(now - before)
    allowed = tolerance if sort == "%" else Decimal(0)
    if step.sort == "times":
        return bool(before) and abs(now / before - token.value) < Decimal("0.051")
    if (token.sort is Sort.NUMBER or sort == "%") and any(
        abs(value - off) <= allowed for value in token.values
    ):
        return True
    if token.sort is Sort.PERCENT and before:
        return share_verdict(token.value, token.decimals, off * HUNDRED / before, tolerance) != "wrong"
    return False


def _judge(
    passage: Passage, every: Sequence[_Value], place: int, ahead: Sequence[_Value], tolerance: Decimal
) -> None:
    step = every[place]
    sorts = {"rank": ("rank",), "times": ("", "%")}.get(step.sort, ("%", "") if step.sort == "%" else ("",))
    if step.sort == "%" and step.token.sort is Sort.NUMBER:
        sorts = ("%",)
    near = [one for one in every if abs(one.token.start - step.token.start) < 400]
    held = [one for one in near if not one.step and one.sort in sorts]
    values = [*ahead, *held]
    now, before = _pair(passage, every, step, held)
    if now is None and before is not None:
        now = _spoken_of(step, before, ahead)
    if (
        now and before and step.sort != "rank" and _backwards(step, now, before)
        and any(_fits(step, a, b, now.sort, tolerance) for a in _readings(now) for b in _readings(before))
    ):  # fmt: skip
        return _say_direction(passage, step.step, now, before)
    for one in values:
        for two in values:
            if one.sort != two.sort or one.step or two.step:
                continue
            others = _readings(two) if one is not two else one.token.bottoms
            if any(_fits(step, a, b, one.sort, tolerance) for a in _readings(one) for b in others):
                step.pair = (one, two)
                return passage.right(ClaimKind.CHANGE, *_span(step, *(v for v in (one, two) if v in held)))
    chained = every[place - 1].pair if place and _SAME_STEP.fullmatch(step.gap) else None
    if chained and not step.sort and now is None:
        now, before = chained  # 'tăng 19,6%, tương ứng 607 hồ sơ': of the same two values
    if before is None:
        return _possible(passage, every, place)
    if not step.told:
        return None
    if now is None:
        return _of_step(passage, every, place, before, tolerance)
    if _backwards(step, now, before) and step.sort != "rank":
        return _say_direction(passage, step.step, now, before)
    a, b = now.token.value, before.token.value
    if step.sort == "times":
        right, shown = (a / b, format_number(a / b, 2)) if b else (Decimal(0), "")
    elif step.token.sort is Sort.PERCENT and now.sort != "%":
        right, shown = (abs(a - b) * HUNDRED / b, "") if b else (Decimal(0), "")
        shown = f"{format_number(right, 2)}%"
    else:
        right = abs(a - b)
        shown = format_number(right)
    if right:
        _say(passage, step, now, before, right, shown)
    return None


def _pair(
    passage: Passage, every: Sequence[_Value], step: _Value, held: Sequence[_Value]
) -> tuple[_Value | None, _Value | None]:
    """The value of now and the one of before that a step is told of; None where none or several could be meant."""
    flat, at = passage.flat, step.token.start
    near = [one for one in held if one.before and abs(one.token.start - at) < _FAR]
    olds = [one for one in near if ";" not in _between(flat, one, step)]
    behind = [one for one in olds if one.token.start > at]
    before = behind[0] if behind else olds[-1] if olds else None
    if before is None:
        return None, None
    among = [one for one in every if one.step and at < one.token.start < before.token.start]
    steps = [one for one in among if one.sort == step.sort]
    if steps and before in behind:
        return None, None  # the comparison is a later step's
    now = None
    news = [one for one in held if not one.before and one.sort == before.sort]
    for one in reversed([one for one in news if one.token.start < at]):
        between = _BRACKETS.sub("", flat[one.token.end : at])
        if between.count(")") > between.count("("):
            continue  # inside a bracket that is closed
        if len(between) > _FAR or ";" in between or _PART.search(between) or re.search(r"\.\s", between):
            break
        now = one
        break
    if now is None and before in behind:
        # Told behind it: 'giảm 17 hồ sơ (từ 43 hồ sơ xuống 26 hồ sơ)'.
        later = [one for one in every if one.token.start > before.token.start]
        now = later[0] if later and _FROM.search(before.gap) and _REACHED.search(later[0].gap) else None
    elif now is None:
        later = [one for one in news if one.token.start > before.token.end]
        now = later[0] if len(later) == 1 and later[0].token.start < at else None
    if now is not None and _PART.search(_between(flat, now, step)):
        return None, None
    return now, before


def _spoken_of(step: _Value, before: _Value, ahead: Sequence[_Value]) -> _Value | None:
    """The value of an earlier sentence that the words before a step name again: 'Thu 18,7 tỷ. ... số thu tăng'."""
    subject = frozenset(step.gap.rpartition(",")[2].split()) - _NO_SUBJECT
    named = [
        one for one in ahead
        if one.sort == before.sort and not one.step and _kin(one, before) and subject & frozenset(one.gap.split()[-5:])
    ]  # fmt: skip
    return named[0] if len(named) == 1 else None


def _between(flat: str, one: _Value, two: _Value) -> str:
    first, second = sorted((one.token.start, two.token.start))
    return flat[first:second]


def _backwards(step: _Value, now: _Value, before: _Value) -> bool:
    if step.step not in ("up", "down"):
        return False
    rises = {a > b for a in _readings(now) for b in _readings(before) if a != b}
    return rises == {step.step != "up"}


def _of_step(
    passage: Passage, every: Sequence[_Value], place: int, before: _Value, tolerance: Decimal
) -> None:
    """'So với năm trước (10.400), tăng 2.080, tương ứng 20%': a step in percent of another one."""
    step = every[place]
    own = every[place - 1] if place and every[place - 1].step else None
    base = before.token.value
    if own is None or before.sort or not base or own.sort == step.sort or "rank" in (own.sort, step.sort):
        return
    share, count = (step, own) if step.sort else (own, step)
    if share.token.sort is not Sort.PERCENT or count.token.sort is not Sort.NUMBER:
        return
    right = count.token.value * HUNDRED / base
    if share_verdict(share.token.value, share.token.decimals, right, tolerance) != "wrong":
        passage.right(ClaimKind.CHANGE, *_span(step, own, before))
    elif step is share:
        _say(passage, step, own, before, right, f"{format_number(right, 2)}%")
    else:
        right = (base * share.token.value / HUNDRED).quantize(Decimal(1))
        if right:
            _say(passage, step, own, before, right, format_number(right))


def _possible(passage: Passage, every: Sequence[_Value], place: int) -> None:
    """A change against a figure that is not here: whether any whole figure makes it, 'tăng 9,3%' to 3 has none."""
    step = every[place]
    now = every[place - 1] if place else None
    if now is None or now.sort or now.step or step.token.sort is not Sort.PERCENT or now.unit not in _COUNTED:
        return
    unit, sign = Decimal(1).scaleb(-step.token.decimals), -1 if step.step == "down" else 1
    factors = [1 + sign * share / HUNDRED for share in (step.token.value - unit, step.token.value + unit)]
    if min(factors) > 0 and _AGAINST.match(passage.flat[step.token.end : step.token.end + 30].strip()):
        bounds = [now.token.value / factor for factor in factors]
        if int(max(bounds)) >= min(bounds):
            passage.right(ClaimKind.CHANGE, now.token.start, step.token.end)


def _from_to(passage: Passage, one: _Value, two: _Value) -> None:
    """'giảm từ 15 ngày xuống 10 ngày': the direction alone."""
    match = _REACHED.search(two.gap)
    if (
        not match
        or len(two.gap) > 40
        or one.sort != two.sort
        or one.sort == "rank"
        or not _FROM.search(one.gap)
    ):
        return
    if one.unit and two.unit and not _kin(one, two):
        return
    way = "up" if match["up"] else "down"
    if one.token.value == two.token.value or (
        match[0] == "con" and not re.search(r"\bgiam\b", one.gap[-40:])
    ):
        return
    if (two.token.value > one.token.value) == (way == "up"):
        passage.right(ClaimKind.CHANGE, one.token.start, two.token.end)
    else:
        _say_direction(passage, way, two, one)


def _kin(one: _Value, two: _Value) -> bool:
    return one.unit == two.unit or not one.unit or not two.unit or {one.unit, two.unit} <= _PEOPLE


def _span(*every: _Value) -> tuple[int, int]:
    return min(one.token.start for one in every), max(one.token.end for one in every)


def _say_direction(passage: Passage, way: str, now: _Value, before: _Value) -> None:
    word = "tang" if way == "up" else "giam"
    span = _span(now, before)
    passage.say(
        ClaimKind.CHANGE, Severity.ERROR, *span, stated=passage.quoted(*span), expected=t(f"claims.not_{word}"),
        message=t("claims.change_direction", word=t(f"claims.word_{word}"),
                  current=passage.quoted(now.token.start, now.token.end),
                  previous=passage.quoted(before.token.start, before.token.end)),
    )  # fmt: skip


def _say(passage: Passage, step: _Value, now: _Value, before: _Value, right: Decimal, shown: str) -> None:
    """A step of another size than its values allow may be a step of something else."""
    token = step.token
    if not _kin(now, before) and step.sort != "rank":
        return
    close = Decimal("0.5") <= token.value / right <= 2
    written = passage.quoted(token.start, token.end)
    passage.say(
        ClaimKind.CHANGE, Severity.ERROR if close else Severity.WARNING, *_span(step, now, before), stated=written,
        expected=shown,
        message=t("claims.change", given=written, current=passage.quoted(now.token.start, now.token.end),
                  previous=passage.quoted(before.token.start, before.token.end), right=shown),
    )  # fmt: skip
