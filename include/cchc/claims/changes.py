"""Changes: a step up or down against the figure that it is a step from, whatever stands between them.

A sentence is read as figures that are values, of now or of before, and as steps between two of them. A step that any
two of its values make is right. It is wrong only when one value is named as the earlier one, and one is left.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from decimal import Decimal

from cchc.claims.flat import words_of
from cchc.claims.further import step_of_further
from cchc.claims.judging import HUNDRED, one_slip, share_slip, share_verdict
from cchc.claims.kinds import ClaimKind
from cchc.claims.passage import Passage
from cchc.claims.quantities import Quantity, Read
from cchc.claims.steps import AGAINST, FROM, SAME_STEP, Value, mark_steps, span_of, values_of
from cchc.claims.tokens import Sort, Token
from cchc.indicators import format_number
from cchc.severity import Severity
from cchc.texts import t

_SAYS_CHANGE = re.compile(
    r"\b(?:tang|giam|chenh|hon|gap|vuot|nang|ha)\b|\b(?:tu|so voi)\s+[^.;]{0,30}[0-9]|\bbang\s+[0-9,]+\s+lan\b"
)
_EARLIER = re.compile(r"\bso voi (?:cung ky|(?:quy|thang|nam|ky)\b)")
_REACHED = re.compile(r"\b(?<!\btro )(?:(?P<up>len|thanh)|xuong\b)|\bcon\b")  # 'từ 90% trở lên' tells a bound
_BRACKETS = re.compile(r"\([^()]{0,400}\)")
_PEOPLE = words_of("nguoi can cong vien dong ca nhan luot")
_NO_SUBJECT = words_of("so tong ty le tang giam muc nay do cua va voi la them hon cao thap nhieu it")
_PART = re.compile(r"\btrong (?:do|so)\b|\bgom\b|\brieng\b|\bchia\b")
_FAR, _MOST, _FURTHER = 140, 40, 60  # letters, figures of a sentence, figures further up
_TELLING = 20  # below it every number is one slip from every other


def check_changes(passage: Passage, read: Sequence[Read], tolerance: Decimal) -> None:
    flat = passage.flat
    counts = [one for block in read for one in block.every if one.sort is Sort.NUMBER and not one.approximate]
    starts = [one.start for one in counts]
    before: list[tuple[int, int, Sequence[Token]]] = []  # sentences of the same block, without a change
    block = -1
    for start, end, tokens in passage.sentences_with_figures():
        at = passage.block_at(start)
        before, block = (before if at == block else []), at
        told = tokens[-_MOST:]
        if _SAYS_CHANGE.search(flat, start, end):
            every = list(values_of(passage, start, end, told))
            ahead = [one for sentence in before[-3:] for one in values_of(passage, *sentence)][-10:]
            mark_steps(passage, every)
            for place, one in enumerate(every):
                at = bisect_left(starts, one.token.start)
                if one.step:
                    _judge(passage, every, place, ahead, counts[max(0, at - _FURTHER) : at], tolerance)
                elif one.before and place + 1 < len(every):
                    _from_to(passage, one, every[place + 1])
        before.append((start, end, told[-10:]))


def _readings(one: Value) -> tuple[Decimal, ...]:
    return one.token.values[:1] if one.unit in _COUNTED else one.token.values


_COUNTED = words_of("ho van thu nguoi nhiem don luot truong can cong")


def _fits(step: Value, now: Decimal, before: Decimal, sort: str, tolerance: Decimal) -> bool:
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
    passage: Passage, every: Sequence[Value], place: int, ahead: Sequence[Value], further: Sequence[Quantity],
    tolerance: Decimal,
) -> None:  # fmt: skip
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
        return say_direction(passage, step.step, now, before)
    if now and before and FROM.search(before.gap) and _REACHED.search(now.gap):
        values, news = [before], [now]  # any other two may make a round share by chance
    else:
        news = values
    for one in news:
        for two in values:
            if one.sort != two.sort or one.step or two.step:
                continue
            if one.before and not two.before and step.token.sort is Sort.PERCENT:
                continue  # a share of the value of now is none of that before
            others = _readings(two) if one is not two else one.token.bottoms
            if any(_fits(step, a, b, one.sort, tolerance) for a in _readings(one) for b in others):
                step.pair = (one, two)
                if (
                    two is before
                    and now is None
                    and "so voi" in two.gap
                    and _backwards(step, one, two)
                    and step.sort != "rank"
                ):
                    return say_direction(passage, step.step, one, two, span=span_of(step, two))
                return passage.right(ClaimKind.CHANGE, *span_of(step, *(v for v in (one, two) if v in held)))
    chained = every[place - 1].pair if place and SAME_STEP.fullmatch(step.gap) else None
    if chained and not step.sort and now is None:
        now, before = chained  # 'tăng 19,6%, tương ứng 607 hồ sơ': of the same two values
    if before is None:
        if step.step == "any" and "chenh" in step.gap:
            last = [one for one in values if one.token.start < step.token.start and kin(one, step)][-2:]
            right = abs(last[0].token.value - last[1].token.value) if len(last) == 2 else Decimal(0)
            if right and step.token.value >= _TELLING and one_slip(int(step.token.value), int(right)):
                _say(passage, step, last[1], last[0], right, format_number(right))
        elif not _of_step(passage, every, place, held, tolerance):
            _possible(passage, every, place)
        return None
    if not step.told:
        return None
    if now is None:
        if not _of_step(passage, every, place, [before], tolerance):
            step_of_further(passage, step, before, further)
        return None
    if _backwards(step, now, before) and step.sort != "rank":
        return say_direction(passage, step.step, now, before)
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
    passage: Passage, every: Sequence[Value], step: Value, held: Sequence[Value]
) -> tuple[Value | None, Value | None]:
    """The value of now and the one of before that a step is told of; None where none or several could be meant."""
    flat, at = passage.flat, step.token.start
    last = [one for one in held if one.token.start < at][-2:]
    reached = len(last) == 2 and last[0].before and _REACHED.search(last[1].gap[-40:])
    between = _between(flat, last[1], step) if reached else ""
    if reached and at - last[1].token.end < _FAR and not (_PART.search(between) or _of_another(between)):
        return last[1], last[0]  # 'giảm từ 20 ngày xuống 14 ngày (giảm 30%)'
    near = [one for one in held if one.before and abs(one.token.start - at) < _FAR]
    olds = [one for one in near if ";" not in _between(flat, one, step)]
    if not olds and len(near) == 1 and near[0].token.start < at:
        olds = [] if _of_another(_between(flat, near[0], step)) else near
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
    earlier = [one for one in news if one.token.start < at]
    if before.unit and any(one.unit == before.unit for one in earlier):
        earlier = [one for one in earlier if one.unit == before.unit]
    for one in reversed(earlier):
        between = _BRACKETS.sub("", flat[one.token.end : at])
        if between.count(")") > between.count("("):
            continue  # inside a bracket that is closed
        if len(between) > _FAR or ";" in between or _PART.search(between) or re.search(r"\.\s", between):
            break
        now = one
        break
    if now is None and len(news) == 1 and news[0].token.start < at and kin(news[0], before):
        now = news[0]
    elif now is None and before in behind:
        # Told behind it: 'giảm 17 hồ sơ (từ 43 hồ sơ xuống 26 hồ sơ)'.
        later = [one for one in every if one.token.start > before.token.start]
        now = later[0] if later and _REACHED.search(later[0].gap[-40:]) else None
    elif now is None:
        later = [one for one in news if one.token.start > before.token.end]
        now = later[0] if len(later) == 1 and later[0].token.start < at else None
    if now is not None and _PART.search(_between(flat, now, step)):
        return None, None
    return now, before


def _spoken_of(step: Value, before: Value, ahead: Sequence[Value]) -> Value | None:
    """The value of an earlier sentence that the words before a step name again: 'Thu 18,7 tỷ. ... số thu tăng'."""
    subject = frozenset(step.gap.rpartition(",")[2].split()) - _NO_SUBJECT
    named = [
        one for one in ahead
        if one.sort == before.sort and not one.step and kin(one, before) and subject & frozenset(one.gap.split()[-5:])
    ]  # fmt: skip
    return named[0] if len(named) == 1 else None


def _of_another(between: str) -> bool:
    """'từ 68 phòng còn 59 phòng; số phó trưởng phòng giảm ...': a clause with a subject of its own."""
    _, mark, clause = between.rpartition(";")
    return bool(mark) and len([word for word in clause.split() if word not in _NO_SUBJECT]) > 1


def _between(flat: str, one: Value, two: Value) -> str:
    first, second = sorted((one.token.start, two.token.start))
    return flat[first:second]


def _backwards(step: Value, now: Value, before: Value) -> bool:
    if step.step not in ("up", "down"):
        return False
    rises = {a > b for a in _readings(now) for b in _readings(before) if a != b}
    return rises == {step.step != "up"}


def _of_step(
    passage: Passage, every: Sequence[Value], place: int, bases: Sequence[Value], tolerance: Decimal
) -> bool:
    """'So với năm trước (10.400), tăng 2.080, tương ứng 20%': a share of a step; returns whether it was judged."""
    step = every[place]
    own = every[place - 1] if place and every[place - 1].step else None
    if own is None:
        own = next(
            (one for one in reversed(every[:place]) if one.step and one.token.sort is Sort.NUMBER), None
        )
    if own is None or own.sort == step.sort or "rank" in (own.sort, step.sort):
        return False
    apart = _BRACKETS.sub("", passage.flat[own.token.end : step.token.start])
    among = [one for one in every if own.token.start < one.token.start < step.token.start]
    if ";" in apart or any(
        not (one.step or one.before) and one.gap.count("(") <= one.gap.count(")") for one in among
    ):
        return False  # of something else
    share, count = (step, own) if step.sort else (own, step)
    if share.token.sort is not Sort.PERCENT or count.token.sort is not Sort.NUMBER:
        return False
    given, decimals = share.token.value, share.token.decimals
    if not any(one.before for one in bases) and (
        judged := _of_now(passage, every, share, count, step, tolerance)
    ):
        return judged
    bases = [one for one in bases if one.token.value and not one.sort]
    for base in bases:
        right = count.token.value * HUNDRED / base.token.value
        if share_verdict(given, decimals, right, tolerance) != "wrong":
            passage.right(ClaimKind.CHANGE, *span_of(step, own, base))
            return True
    named = [one for one in bases if one.before]
    slips = [
        one for one in bases if decimals and share_slip(given, decimals, count.token.value, one.token.value)
    ]
    for base in (named or slips)[:1]:
        right = count.token.value * HUNDRED / base.token.value
        if step is share:
            _say(passage, step, own, base, right, f"{format_number(right, 2)}%")
            return True
        right = (base.token.value * given / HUNDRED).quantize(Decimal(1))
        if right:
            _say(passage, step, own, base, right, format_number(right))
            return True
    return False


def _of_now(
    passage: Passage, every: Sequence[Value], share: Value, count: Value, step: Value, tolerance: Decimal
) -> bool:
    """'455 doanh nghiệp, tăng 43 so với tháng 8, tăng 10,44%': what was before is what is now less the step."""
    ahead = [one for one in every if one.token.start < count.token.start and not one.step and not one.sort]
    if not ahead or count.step not in ("up", "down") or not kin(ahead[-1], count):
        return False
    now, off = ahead[-1].token.value, count.token.value
    base = now - off if count.step == "up" else now + off
    told = passage.flat[ahead[-1].token.end : max(share.token.end, count.token.end) + 30]
    if base <= 0 or ahead[-1].before or ";" in told or not _EARLIER.search(told):
        return False
    given, decimals, right = share.token.value, share.token.decimals, off * HUNDRED / base
    if share_verdict(given, decimals, right, tolerance) != "wrong":
        passage.right(ClaimKind.CHANGE, *span_of(share, count, ahead[-1]))
        return True
    of_now = now and share_verdict(given, decimals, off * HUNDRED / now, tolerance) == "right"
    if not of_now and not share_slip(given, decimals, off, base):
        return False
    written, shown = passage.quoted(step.token.start, step.token.end), f"{format_number(right, 2)}%"
    passage.say(
        ClaimKind.CHANGE, Severity.WARNING, *span_of(share, count), stated=written, expected=shown,
        message=t("claims.change", given=written, current=passage.quoted(ahead[-1].token.start, ahead[-1].token.end),
                  previous=format_number(base), right=shown),
    )  # fmt: skip
    return True


def _possible(passage: Passage, every: Sequence[Value], place: int) -> None:
    """A change against a figure that is not here: whether any whole figure makes it, 'tăng 9,3%' to 3 has none."""
    step = every[place]
    now = every[place - 1] if place else None
    if now is None or now.sort or now.step or step.token.sort is not Sort.PERCENT or now.unit not in _COUNTED:
        return
    unit, sign = Decimal(1).scaleb(-step.token.decimals), -1 if step.step == "down" else 1
    factors = [1 + sign * share / HUNDRED for share in (step.token.value - unit, step.token.value + unit)]
    if min(factors) > 0 and AGAINST.match(passage.flat[step.token.end : step.token.end + 30].strip()):
        bounds = [now.token.value / factor for factor in factors]
        if int(max(bounds)) >= min(bounds):
            passage.right(ClaimKind.CHANGE, now.token.start, step.token.end)


def _from_to(passage: Passage, one: Value, two: Value) -> None:
    """'giảm từ 15 ngày xuống 10 ngày': the direction alone."""
    match = _REACHED.search(two.gap)
    if (
        not match
        or len(two.gap) > 40
        or one.sort != two.sort
        or one.sort == "rank"
        or not FROM.search(one.gap)
    ):
        return
    if one.unit and two.unit and not kin(one, two):
        return
    way = "up" if match["up"] else "down"
    if one.token.value == two.token.value or (
        match[0] == "con" and not re.search(r"\bgiam\b", one.gap[-40:])
    ):
        return
    if (two.token.value > one.token.value) == (way == "up"):
        passage.right(ClaimKind.CHANGE, one.token.start, two.token.end)
    else:
        say_direction(passage, way, two, one)


def kin(one: Value, two: Value) -> bool:
    return one.unit == two.unit or not one.unit or not two.unit or {one.unit, two.unit} <= _PEOPLE


def say_direction(
    passage: Passage, way: str, now: Value, before: Value, *, span: tuple[int, int] | None = None
) -> None:
    word = "tang" if way == "up" else "giam"
    span = span or span_of(now, before)
    passage.say(
        ClaimKind.CHANGE, Severity.ERROR, *span, stated=passage.quoted(*span), expected=t(f"claims.not_{word}"),
        message=t("claims.change_direction", word=t(f"claims.word_{word}"),
                  current=passage.quoted(now.token.start, now.token.end),
                  previous=passage.quoted(before.token.start, before.token.end)),
    )  # fmt: skip


def _say(passage: Passage, step: Value, now: Value, before: Value, right: Decimal, shown: str) -> None:
    """A step of another size than its values allow may be a step of something else."""
    token = step.token
    if not kin(now, before) and step.sort != "rank":
        return
    close = Decimal("0.5") <= token.value / right <= 2
    here = [one for one in (now, before) if not re.search(r"\.\s", _between(passage.flat, one, step))]
    written = passage.quoted(token.start, token.end)
    passage.say(
        ClaimKind.CHANGE, Severity.ERROR if close else Severity.WARNING, *span_of(step, *here), stated=written,
        expected=shown,
        message=t("claims.change", given=written, current=passage.quoted(now.token.start, now.token.end),
                  previous=passage.quoted(before.token.start, before.token.end), right=shown),
    )  # fmt: skip
