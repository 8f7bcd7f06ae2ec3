"""Which figures of a text are told as the parts of which: in brackets, in lists, behind the words that open them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from cchc.claims import words
from cchc.claims.passage import Passage
from cchc.claims.quantities import Quantity, alike, same_things
from cchc.claims.tokens import Sort

_SOME_ONLY = re.compile(
    r"\bco\s*$|trong do co\b|chu yeu|nhat la|dien hinh|tieu bieu|noi bat|\brieng\b|ke ca|ca \w+ ky|trong ky|"
    r"luy ke|binh quan|moi\b"
)
_OTHER_ACT = re.compile(
    r"\b(?:tang|giam|vuot|so voi|thieu|chenh|dat|bang|thoi gian|kinh phi|truoc ngay|them|bot)\b"
)
_COMPARED = re.compile(r"\b(?:tu|so voi)\s+$")
_ALTOGETHER = re.compile(r"\b(?:tong\s+(?:cong|so|la)|cong\s+(?:lai|chung|ca\s+\w+))\s*(?:co|la|:)?\s*$")
_AMONG = re.compile(r"\btrong\s+(?:(?:tong\s+)?so\s+)?$")
_BULLET = re.compile(r"[.;:,]\s+[-+*•]\s[^.;]*$")
_STOP = re.compile(r"\.\s+(?![-+*•\s])")  # the end of a sentence, not of a bullet
_LONGEST_LIST = 14
TIMELY = frozenset({"early", "ontime", "early_ontime", "late"})
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


def groups(passage: Passage, every: Sequence[Quantity]) -> Iterator[PartGroup]:
    """Every whole of a block with its parts, those of one part included."""
    for place, whole in enumerate(every):
        if whole.sort is Sort.PERCENT or whole.approximate:
            continue
        if inside := _bracketed(passage, every, place):
            tie = Tie.SOME if _SOME_ONLY.search(inside[0].gap) else Tie.BRACKET
            yield PartGroup(whole, tuple(inside), Tie.ALL if _all(whole, inside) else tie)
        if place >= 2 and _ALTOGETHER.search(whole.before) and (before := _summed_up(every, place)):
            yield PartGroup(whole, tuple(before), Tie.ALL)
        if listed := _listed(every, place):
            yield PartGroup(whole, *listed)


def _all(whole: Quantity, parts: Sequence[Quantity]) -> bool:
    """Early, on time and late leave nothing out, and neither does what is left."""
    roles = {one.role for one in parts}
    told = whole.role in ("done", None) and "late" in roles and bool(roles & {"ontime", "early_ontime"})
    return (told and roles <= TIMELY) or "con lai" in parts[-1].before


def _bracketed(passage: Passage, every: Sequence[Quantity], place: int) -> list[Quantity]:
    """The counts of the bracket that opens right behind a figure's own words."""
    whole, behind = every[place], every[place + 1 :]
    first = next((one for one in behind if one.sort is not Sort.PERCENT or one.depth > whole.depth), None)
    if first is None or first.depth != whole.depth + 1 or first.gap.count("(") != 1:
        return []
    ahead = passage.flat[whole.end : first.opened]
    if _OTHER_ACT.search(first.gap) or _COMPARED.search(first.gap):
        return []  # 'giảm 17 hồ sơ (từ 43 hồ sơ xuống 26 hồ sơ)'
    if len(ahead) > 70 or re.search(r"[;.:]\s|[0-9]", ahead) or ")" in ahead:
        return []
    return [one for one in behind if one.opened == first.opened and one.sort is Sort.NUMBER][:_LONGEST_LIST]


def _listed(every: Sequence[Quantity], place: int) -> tuple[tuple[Quantity, ...], Tie] | None:
    """The counts behind 'trong đó', 'gồm', ':' that can be parts of a whole, and how they are tied to it."""
    whole = every[place]
    rest = [one for one in every[place + 1 :] if one.depth <= whole.depth and one.sort is not Sort.PERCENT]
    if not rest or rest[0].depth != whole.depth or (rest[0].sort, whole.sort) == (Sort.FRACTION, Sort.NUMBER):
        return None
    opener = _outer(every, place, rest[0])
    within = words.WITHIN.search(opener)
    if within:
        if _STOP.search(opener[within.end() :]) or len(opener[: within.start()]) > 130:
            return None
        tie = Tie.ALL if words.ALL_OF.search(within[0]) else Tie.SOME
    elif re.search(r"[;.]\s", opener) or len(opener) > 120:
        return None
    elif _AMONG.search(whole.before) and re.search(r"\bco\s*$", opener):
        tie = Tie.AMONG
    elif re.search(r":\s*(?:[-+*]\s*)?[^:.;]{0,50}$", opener) and not re.search(r",[^:]*:\s*$", opener):
        tie = Tie.SOME  # not so 'mầm non: 09 trường, tiểu học: 22 trường'
    else:
        return None
    parts = _run(every, whole, rest)
    return tuple(parts), Tie.ALL if _all(whole, parts) else tie


def _run(every: Sequence[Quantity], whole: Quantity, rest: Sequence[Quantity]) -> list[Quantity]:
    """The figures of a list as far as it goes: to the end of its sentence, another act, another kind of thing."""
    parts = [rest[0]]
    for one in rest[1:_LONGEST_LIST]:
        gap = _outer(every, parts[-1].index, one)
        if one.depth != whole.depth or one.sort is not rest[0].sort:
            break
        if words.WITHIN.search(gap) or _STOP.search(gap) or _OTHER_ACT.search(one.before):
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
        parts.insert(0, one)
    return parts if "," in whole.gap or ";" in whole.gap else []


def _outer(every: Sequence[Quantity], place: int, one: Quantity) -> str:
    """The words between two figures without what stands in brackets between them."""
    between = "".join(two.gap + ("#" if two is not one else "") for two in every[place + 1 : one.index + 1])
    return re.sub(r"\([^()]{0,400}\)", " ", between)
