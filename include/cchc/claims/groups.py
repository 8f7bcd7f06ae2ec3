"""Which figures of a text are told as the parts of which: in brackets, in lists, behind the words that open them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

from cchc.claims import words
from cchc.claims.judging import slipped
from cchc.claims.partitions import NO_LABEL, TIMELY, exhaustive
from cchc.claims.passage import Passage
from cchc.claims.quantities import Quantity, alike, money, same_things
from cchc.claims.tokens import Sort
from cchc.folding import CAPITALS

_SOME_ONLY = re.compile(
    r"\bco\s*$|trong do co\b|chu yeu|nhat la|dien hinh|tieu bieu|noi bat|\brieng\b|ke ca|ca \w+ ky|trong ky|"
    r"luy ke|binh quan|moi\b"
)
_OTHER_ACT = re.compile(
    r"\b(?:(?<!ha )tang|giam(?! (?:dinh|sat|doc|ho)\b)|vuot|so voi|thieu|chenh|dat(?! dai)|"
    r"bang|thoi gian|kinh phi|truoc ngay|them|bot)\b"
)
_COMPARED = re.compile(r"\b(?:tu|so voi)\s+$")
ALTOGETHER = re.compile(
    r"^\s*cong\s*$|\b(?:tong(?:\s+(?:cong|so|la))?|tat ca|cong\s+(?:lai|ca\s+\w+))\s*(?:co|la|:)?\s*$|"
    r"\b(?:cong|tong(?: cong)?|tinh chung|luy ke|ca|chung)\s+(?:ca\s+)?"
    r"(?:(?:[0-9]+|ba|sau|chin) thang|nam|(?:hai|ba|bon) (?:quy|dot|ky))"
    r"(?:\s+(?!20)[a-z0-9]+){0,4}\s*$"
)
_TOGETHER = re.compile(r"\b(?:tuc|tong(?: cong)?|tinh chung|chung|cong)(?: la| co)?\s*$")
_EACH = re.compile(r"\b(?:moi|binh quan|trung binh)\b")
_CAPITAL = re.compile(rf"(?:^|\s)[{CAPITALS}][^\W\d_]*\s[{CAPITALS}]|^[{CAPITALS}]")
_AMONG = re.compile(r"\btrong\s+(?:(?:tong\s+)?so\s+)?$")
_BULLET = re.compile(r"[.;:,]\s+[-+*•]\s[^.;]*$")
_MARK = re.compile(r"(?:^|\s)([-+*•])\s")
_STOP = re.compile(r"\.\s+(?![-+*•\s])")  # the end of a sentence, not of a bullet
_LESS = re.compile(r"(?:\s+[a-z]+){0,3}\s+[-–−]\s+")
_IN_PERIOD = re.compile(
    r"(?:^|[,;:.])[\s*+-]*(?:trong\s+)?"
    r"(?:nam 20[0-9]{2}|[0-9]+ thang|(?:sau|ba|chin) thang|quy [ivx1-4]+|thang [0-9]+)\b[a-z0-9 ]*$"
)
_APART = re.compile(r"\brieng\b")
_OWN_COLON = re.compile(r"(?:\s[a-z]+){1,12}:")  # behind what the whole counts
_LONGEST_LIST = 14
_THE_OTHERS = re.compile(r"\b(?:khac|con lai)\b")
_DIVIDED = re.compile(
    r"\b(?:chia|phan)\s+(?:theo|ra|loai)\b|\btheo\s+(?:tung\s+)?(?:linh vuc|cap|nhom|loai|hinh thuc)|"
    r"\b(?:cu the|gom|trong do|trong so)\b"
)
_HEADED = re.compile(r"(?:^|[.;-])\s*[a-z][a-z\s]{3,40}:[^:]{0,60}$")
_COORDINATED = re.compile(r"[,;]|\bva\b|\s[-+*]\s")
_TELLING = 20  # below it a list that comes near a whole proves nothing
_CLOSE = 2  # what a list that leaves nothing out may be off from the figure just before it
_NEXT = 3  # figures before a list that leaves nothing out
_NEAR = 8  # figures before a list that can be its whole
_ACTS = frozenset({"done", "open", "received"})
_SUB_ROLES = {
    "done": TIMELY,
    "open": frozenset({"open_in", "open_late", "late"}),
    "received": TIMELY
    | {
        "new",
        "carried",
        "online",
        "direct",
        "post",
        "done",
        "open",
        "open_in",
        "open_late",
        "returned",
        "undone",
    },
}


class Tie(IntEnum):
    """How firmly the text ties parts to a whole: some of these ('trong 34 xã, có 30 ...'), some ('trong đó', ':'), a
    bracket of their own, or all of them by word ('gồm', 'còn lại', trước hạn + đúng hạn + quá hạn)."""

    AMONG = 1
    SOME = 2
    BRACKET = 3
    ALL = 4


@dataclass(frozen=True)
class PartGroup:
    whole: Quantity
    parts: tuple[Quantity, ...]
    tie: Tie
    apart: bool = False  # told in another sentence than its parts
    named: bool = False  # each part by a name of its own: 'huyện An Phú 01, huyện Chợ Mới 01'


def groups(passage: Passage, every: Sequence[Quantity], earlier: Sequence[Quantity]) -> Iterator[PartGroup]:
    """Every whole of a block with its parts, those of one part included; earlier: figures of the blocks before."""
    for place, whole in enumerate(every):
        if whole.sort is Sort.PERCENT or whole.approximate:
            continue
        if inside := _bracketed(passage, every, place):
            tie = Tie.SOME if _SOME_ONLY.search(inside[0].gap) else Tie.BRACKET
            yield PartGroup(whole, tuple(inside), Tie.ALL if len(inside) > 1 and _all(whole, inside) else tie)
        fraction = whole.sort is Sort.FRACTION
        together = place >= 2 and (_TOGETHER if fraction else ALTOGETHER).search(whole.before)
        if together and (before := (_fractions if fraction else _summed_up)(every, place)):
            yield PartGroup(whole, tuple(before), Tie.ALL)
        if listed := _listed(every, place):
            yield PartGroup(whole, *listed, named=all(_by_name(passage, one) for one in listed[0]))
        elif elliptic := _elliptic(every, place):
            yield PartGroup(whole, tuple(elliptic), Tie.SOME)
    for place, one in enumerate(every):
        opens = not place or every[place - 1].sentence < one.sentence or ";" in one.gap
        if opens and one.sort is Sort.NUMBER:
            yield from _of_earlier(passage, every, place, earlier)


def _by_name(passage: Passage, one: Quantity) -> bool:
    """Whether a proper name stands before a figure."""
    start = one.start - len(one.before)
    return bool(one.before.strip()) and bool(_CAPITAL.search(passage.text[start : one.start].strip()[:60]))


def _all(whole: Quantity, parts: Sequence[Quantity]) -> bool:
    """Early, on time and late leave nothing out, and neither does what is left."""
    if "con lai" in parts[-1].before:
        return True
    return exhaustive(parts) and (whole.role in ("done", None) or not {one.role for one in parts} <= TIMELY)


def _of_earlier(
    passage: Passage, every: Sequence[Quantity], place: int, earlier: Sequence[Quantity]
) -> Iterator[PartGroup]:
    """A sentence that is nothing but a list, of something that a sentence before it counted."""
    first = every[place]
    own = [one for one in every[place:] if one.sentence == first.sentence]
    parts = [one for one in own if one.depth == first.depth and one.sort is not Sort.PERCENT][:_LONGEST_LIST]
    closed = next((n for n, one in enumerate(parts) if n > 1 and ";" in one.gap), None)
    if closed and not any(";" in one.gap for one in parts[1:closed]):
        parts = parts[:closed]
    if len(parts) < 2 or any(one.sort is not Sort.NUMBER or one.approximate for one in parts):
        return
    for one, two in pairwise(parts):
        gap = _outer(every, one.index, two)
        if (
            not (alike(one, two) or exhaustive(parts))
            or not _COORDINATED.search(gap)
            or words.WITHIN.search(gap)
        ):
            return
    if any(_OTHER_ACT.search(one.before) for one in parts):
        return
    total, values = sum(one.value for one in parts), [one.value for one in parts]
    labelled = bool(_HEADED.search(first.gap))
    kinds = exhaustive(parts) or (
        labelled and bool(_THE_OTHERS.search(f"{parts[-1].before} {parts[-1].after}"))
    )
    behind = [*every[:place][::-1], *reversed(earlier)]
    before = [
        one for nth, one in enumerate(behind)
        if (one.depth == 0 or kinds) and one.sort is not Sort.PERCENT and not one.approximate
        and any(
            abs(total - value) * 10 <= value or (kinds and nth < _NEXT and slipped(value, values))
            or (kinds and labelled and not nth and abs(total - value) <= _CLOSE)
            for value in (one.value, *one.token.bottoms)
        )
    ]  # fmt: skip
    wholes = [one for one in before if all(alike(one, two) for two in parts)]
    if not wholes:
        return
    for one in wholes:
        if total in (*one.token.values, *one.token.bottoms):
            yield PartGroup(one, tuple(parts), Tie.SOME, apart=True)
            return
    label, role = frozenset(_label(first.gap)) - NO_LABEL, parts[0].role
    inside = bool(place) and every[place - 1].sentence == first.sentence  # behind a semicolon
    ahead = every[place - 1]
    nearest_of_all = kinds and labelled and bool(place) and ahead in wholes
    listed = ahead.role in TIMELY or (
        not nearest_of_all and (total < _TELLING or bool(first.depth) or ";" in ahead.gap)
    )
    if inside and listed:
        return  # the middle of a list
    if inside and not kinds:
        return
    # Two parts are told by one slip, too, of figures so large that it is no chance.
    headed = labelled and (len(parts) >= 3 or (total >= _TELLING * 10 and all(one.noun for one in parts)))
    cue = not inside and (headed or bool(_DIVIDED.search(first.gap)))
    nearest = {id(one) for one in behind[:_NEAR]}
    # One that a single slip parts from its list is more likely meant than another that is only near.
    for one in sorted(
        (one for one in wholes if id(one) in nearest), key=lambda one: not slipped(one.value, values)
    ):
        named = not inside and bool(label) and label <= {*one.before.split(), *one.after.split()}
        if not (cue or kinds or named):
            continue
        told = (one.role, None) if not kinds else (one.role, None, "done" if one.role is None else None)
        if named or role in told or role in _SUB_ROLES.get(one.role or "", ()):
            tie = Tie.ALL if kinds or named or headed else Tie.SOME
            yield PartGroup(one, tuple(parts), tie, apart=not (nearest_of_all and one is ahead))
            return


def _label(gap: str) -> list[str]:
    """The words that name what a list is of: 'Đang làm: ...', 'Các hồ sơ đang xử lý gồm ...'."""
    match = re.search(r"([a-z\s]{2,50})(?::|\bgom\b)[^:]{0,60}$", gap)
    return match[1].split() if match else []


def _bracketed(passage: Passage, every: Sequence[Quantity], place: int) -> list[Quantity]:
    """The counts of the bracket that opens right behind a figure's own words."""
    whole, behind = every[place], every[place + 1 : place + 1 + 3 * _LONGEST_LIST]
    first = next((one for one in behind if one.sort is not Sort.PERCENT or one.depth > whole.depth), None)
    if first is None or first.depth != whole.depth + 1 or first.gap.count("(") != 1:
        return []
    ahead = passage.flat[whole.end : first.opened]
    if _OTHER_ACT.search(first.gap) or _COMPARED.search(first.gap):
        return []  # 'giảm 17 hồ sơ (từ 43 hồ sơ xuống 26 hồ sơ)'
    if len(ahead) > 70 or re.search(r"[;.:]\s|[0-9]", ahead) or ")" in ahead:
        return []
    parts = [one for one in behind if one.opened == first.opened and one.sort is Sort.NUMBER]
    return [] if less(parts) else parts[:_LONGEST_LIST]


def less(parts: Sequence[Quantity]) -> bool:
    """'(1.248,6 - 402,3)': what is taken from what."""
    taken = parts[1:]
    return bool(taken) and all(_LESS.fullmatch(one.gap) for one in taken) and (
        parts[0].value > sum(one.value for one in taken)
    )  # fmt: skip


def _listed(every: Sequence[Quantity], place: int) -> tuple[tuple[Quantity, ...], Tie] | None:
    """The counts behind 'trong đó', 'gồm', ':' that can be parts of a whole, and how they are tied to it."""
    whole = every[place]
    behind = every[place + 1 : place + 1 + 3 * _LONGEST_LIST]
    rest = [one for one in behind if one.depth <= whole.depth and one.sort is not Sort.PERCENT]
    if not rest or rest[0].depth != whole.depth or (rest[0].sort, whole.sort) == (Sort.FRACTION, Sort.NUMBER):
        return None
    opener = _outer(every, place, rest[0])
    within = words.WITHIN.search(opener)
    if within:
        ahead = opener[: within.start()]
        stop = list(_STOP.finditer(ahead))
        if _STOP.search(opener[within.end() :]) or len(ahead) > 130:
            return None
        if stop and len(ahead[stop[-1].end() :].split()) >= 3:
            return None  # 'Trong số hồ sơ đang giải quyết gồm ...' has a subject of its own
        tie = Tie.ALL if words.ALL_OF.search(within[0]) else Tie.SOME
    elif re.search(r"[;.]\s", opener) or len(opener) > 120:
        return None
    elif (
        len(rest) > 1
        and not _IN_PERIOD.search(whole.gap)
        and all(_IN_PERIOD.search(one.gap) and same_things(whole, one) for one in rest[:2])
    ):
        total = sum(one.value for one in rest if _IN_PERIOD.search(one.gap))
        if abs(total - whole.value) * 3 > whole.value:
            return None  # 'có 1.040 thôn, năm 2023 sáp nhập 96 thôn, năm 2024 44 thôn'
        tie = Tie.BRACKET  # 'hai năm 67 sáng kiến, năm 2022 có 29, năm 2023 có 38'
    elif _AMONG.search(whole.before) and (re.search(r"\bco\s*$", opener) or "," in opener):
        tie = Tie.AMONG
    elif (
        re.search(r":\s*(?:[-+*]\s*)?[^:.;]{0,50}$", opener) and not re.search(r",[^:]*:\s*$", opener)
        and (_OWN_COLON.match(opener) or _mark(every, place) != _mark(every, rest[0].index))
    ):  # fmt: skip
        tie = Tie.SOME  # not so 'mầm non: 09 trường, tiểu học: 22 trường'
    else:
        return None
    parts = _run(every, whole, rest)
    if (
        tie is Tie.SOME
        and re.search(r":\s*$", opener)
        and len(parts) > 1
        and re.search(r"\bva\s*$", parts[-1].gap)
    ):
        tie = Tie.BRACKET  # 'a văn bản: b nghị quyết và c quyết định'
    behind = [
        one for one in rest[len(parts) :] if one.sentence == parts[-1].sentence and one.sort is parts[0].sort
    ]
    if behind and tie is not Tie.BRACKET and sum(one.value for one in parts) < whole.value:
        tie = min(tie, Tie.SOME)  # the list may run on behind words that seemed to end it
        for count in range(1, len(behind) + 1):
            if sum(one.value for one in (*parts, *behind[:count])) == whole.value:
                return (*parts, *behind[:count]), tie
        return tuple(parts), tie
    return tuple(parts), Tie.ALL if tie is Tie.ALL or (len(parts) > 1 and _all(whole, parts)) else tie


def _elliptic(every: Sequence[Quantity], place: int) -> list[Quantity]:
    """'rà soát 64 văn bản, bãi bỏ 11, sửa đổi 19, giữ nguyên 34 văn bản': things that only the last of them names."""
    whole, parts = every[place], list[Quantity]()
    for one in every[place + 1 : place + 1 + _LONGEST_LIST]:
        if one.sort is not Sort.NUMBER or one.depth != whole.depth or one.approximate:
            break
        if not re.search(r",|\bva\b", one.gap) or _STOP.search(one.gap) or _OTHER_ACT.search(one.before):
            break
        parts.append(one)
        if one.noun:
            break
    elliptic = whole.sort is Sort.NUMBER and len(parts) >= 3 and not any(one.noun for one in parts[:-1])
    return (
        parts
        if elliptic and alike(whole, parts[-1]) and whole.noun and all(one.before.strip() for one in parts)
        else []
    )


def _mark(every: Sequence[Quantity], place: int) -> str | int:
    """The bullet of the line that a figure stands on; its own place where there is none."""
    for at in range(place, -1, -1):
        if marks := _MARK.findall(every[at].gap):
            return str(marks[-1])
    return place


def _run(every: Sequence[Quantity], whole: Quantity, rest: Sequence[Quantity]) -> list[Quantity]:
    """The figures of a list as far as it goes: to the end of its sentence, another act, another kind of thing."""
    parts = [rest[0]]
    own = _mark(every, whole.index) if not _BULLET.search(_outer(every, whole.index, rest[0])) else None
    for one in rest[1:_LONGEST_LIST]:
        gap = _outer(every, parts[-1].index, one)
        if own in _MARK.findall(gap):
            break  # the next bullet is no part of this one
        if one.depth != whole.depth or one.sort is not rest[0].sort:
            break
        if (
            words.WITHIN.search(gap)
            or _STOP.search(gap)
            or _OTHER_ACT.search(one.before)
            or _APART.search(gap)
        ):
            break
        if (
            one.sort is Sort.NUMBER
            and ";" in gap
            and len(parts) >= 2
            and ";" not in _outer(every, parts[-2].index, parts[-1])
        ):
            break
        if re.search(r";\s*(?:da|dang|con|den nay)\b", gap) and parts[-1].role not in _ACTS:
            break
        if same_things(whole, parts[0]) and not alike(whole, one):
            break
        parts.append(one)
    if any(_BULLET.search(one.gap) for one in parts[1:]):
        parts = [
            one for one in parts if one is parts[0] or _BULLET.search(one.gap)
        ]  # the first of each bullet
    sub = _SUB_ROLES.get(whole.role or "")
    if sub and parts[0].role in sub:
        parts = parts[
            : next((n for n, one in enumerate(parts) if one.role and one.role not in sub), len(parts))
        ]
    return parts


def _summed_up(every: Sequence[Quantity], place: int) -> list[Quantity]:
    """'a công chức, b viên chức và c người khác, tổng cộng n người': the counts of the sentence before their sum."""
    whole = every[place]
    parts: list[Quantity] = []
    for one in reversed(every[:place]):
        if one.sentence != whole.sentence or one.sort is not Sort.NUMBER or one.depth != whole.depth:
            break
        if _EACH.search(one.gap):
            return []
        if money(whole) and one.noun and not money(one):
            continue
        parts.insert(0, one)
        if ";" in one.gap and ";" not in whole.gap:
            break
    if len(parts) > 2 and parts[0].value in (whole.value, sum(one.value for one in parts[1:])):
        del parts[0]  # 'Trong 58 thủ tục, a ..., b ..., cộng 58': the whole is told in front, too
    return parts if "," in whole.gap or ";" in whole.gap else []


def _fractions(every: Sequence[Quantity], place: int) -> list[Quantity]:
    """'21/22 sở và 11/11 huyện, tức 33/33 đơn vị': the fractions before it whose wholes are its whole."""
    parts: list[Quantity] = []
    for one in reversed(every[:place]):
        if one.sentence != every[place].sentence or one.sort is not Sort.FRACTION:
            break
        parts.insert(0, one)
        if len(parts) > 1 and sum(two.token.bottom for two in parts) == every[place].token.bottom:
            return parts
    return []


def _outer(every: Sequence[Quantity], place: int, one: Quantity) -> str:
    """The words between two figures without what stands in brackets between them."""
    between = "".join(two.gap + ("#" if two is not one else "") for two in every[place + 1 : one.index + 1])
    return re.sub(r"\([^()]{0,400}\)", " ", between)
