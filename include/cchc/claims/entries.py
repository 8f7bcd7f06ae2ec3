"""Counts of a block with what they count, what became of it, and the brackets in which they stand."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from cchc.claims import words
from cchc.claims.layout import Block
from cchc.claims.passage import Passage
from cchc.claims.tokens import Sort, Token

_STOP = re.compile(r"[,;.()\[\]]|\s[-+*]\s|\n\s*[-+*]|\bva\b(?=[^0-9]{0,12}[0-9])")
_SPECIFIC = frozenset(
    {"early", "early_ontime", "ontime", "late", "open", "undone", "open_in", "open_late", "returned"}
    | {"online", "direct", "post"}
)
_PERCENT_GAP = 60
_PAIRS_BEFORE = 60  # brackets of a block that are looked at: nobody opens more inside one
_NEAREST = 12
_IN_BRACKETS = re.compile(r"\([^()]{0,400}\)")
_OWN_BRACKET = re.compile(r"\s*(?:chiem|dat)?\s*(?:t[yi] le)?\s*:?\s*")
_MARK = re.compile(r"[,;.()\n]")
_PARTED = re.compile(r"[.;]\s|[0-9]")


@dataclass(slots=True)
class CountEntry:
    """A count, or the top of a fraction, with its role; `opened` is the place of the bracket around it, or -1."""

    token: Token
    role: str | None
    opened: int
    noun: str
    before: str
    percent: Token | None = None
    base: Decimal | None = None
    approximate: bool = False
    loose: bool = False  # the percentage beside it may be the share of something else

    @property
    def value(self) -> Decimal:
        return self.token.value


def entries_of(passage: Passage, block: Block) -> list[CountEntry]:
    """Counts of a block, in order. Percentages are attached to the count that they follow."""
    every = passage.within(block.start, block.end)
    if not every:
        return []
    pairs = sorted(passage.brackets_of(block.start, block.end))
    found: list[CountEntry] = []
    flat = passage.flat
    for place, token in enumerate(every):
        if token.sort is Sort.PERCENT:
            _attach(passage, found, token, pairs)
            continue
        if token.sort is Sort.FRACTION or passage.is_count(token):
            since = every[place - 1].end if place else block.start
            until = every[place + 1].start if place + 1 < len(every) else block.end
            before, after, stopped = _around(flat, token, since, until)
            following = every[place + 1] if place + 1 < len(every) else None
            if until - token.end < 70 and (following is None or following.sort is Sort.PERCENT):
                stopped = True
            noun = words.NOUN.match(flat, token.end)
            found.append(
                CountEntry(
                    token, _role(before, after, stopped), _innermost(pairs, token.start), noun[1] if noun else "",
                    before, base=token.bottom if token.sort is Sort.FRACTION else None,
                    approximate=bool(re.search(r"(?:khoang|gan|hon|tren|duoi|them)\s*$", before)),
                )
            )  # fmt: skip
    return found


def _around(flat: str, token: Token, since: int, until: int) -> tuple[str, str, bool]:
    """Words before and behind a figure up to the next mark; the third value says that a mark ends the latter."""
    before = flat[max(since, token.start - 90) : token.start]
    cut = 0
    while stop := _STOP.search(before, cut):
        cut = stop.end()
    after = flat[token.end : min(until, token.end + 70)]
    stop = _STOP.search(after)
    return before[cut:], after[: stop.start()] if stop else after, bool(stop)


def _role(before: str, after: str, stopped: bool) -> str | None:
    first = words.role_of(before)
    if not stopped and first is not None:
        return first
    second = words.role_of(after) if stopped else None
    if first is None:
        return second
    if first in ("done", "received", "open") and second in _SPECIFIC:
        return "open_late" if first == "open" and second == "late" else second
    return first


def _innermost(pairs: Sequence[tuple[int, int]], place: int) -> int:
    after = bisect_left(pairs, (place,))
    for opened, closed in reversed(pairs[max(0, after - _PAIRS_BEFORE) : after]):
        if closed > place:
            return opened
    return -1


def _attach(
    passage: Passage, found: list[CountEntry], percent: Token, pairs: Sequence[tuple[int, int]]
) -> None:
    """Give a percentage to the count that it is the share of: the last one outside closed brackets."""
    opened = _innermost(pairs, percent.start)
    for entry in reversed(found[-_NEAREST:]):
        if entry.opened == opened:
            between = _IN_BRACKETS.sub(" ", passage.flat[entry.token.end : percent.start])
            linked = words.LINKED.search(between) is not None
        elif opened > entry.token.end and _OWN_BRACKET.fullmatch(passage.flat[opened + 1 : percent.start]):
            # 'đúng hạn 32 hồ sơ (5,65%)': a bracket of its own.
            between, linked = passage.flat[entry.token.end : opened], True
        else:
            continue
        if linked and entry.percent is None and _next_to(passage, between, percent):
            entry.percent = percent
            said = words.role_of(between)
            following = words.role_of(
                _MARK.split(passage.flat[percent.end : percent.end + 24], maxsplit=1)[0]
            )
            entry.loose = said not in (None, entry.role) or following not in (None, entry.role)
        return


def _next_to(passage: Passage, between: str, percent: Token) -> bool:
    """Whether the words between a count and a percentage keep them together."""
    if (
        len(between) > _PERCENT_GAP
        or words.APART.search(between)
        or _PARTED.search(words.LABELLED.sub("", between))
    ):
        return False
    return not words.AGAINST_OTHER.match(passage.flat, percent.end)


def bracketed(entries: Sequence[CountEntry]) -> list[tuple[CountEntry, list[CountEntry]]]:
    """The counts of each bracket with the count right before it."""
    groups: dict[int, list[CountEntry]] = {}
    parents: dict[int, CountEntry] = {}
    for place, entry in enumerate(entries):
        if entry.opened < 0:
            continue
        if entry.opened not in groups and place:
            parents[entry.opened] = entries[place - 1]
        groups.setdefault(entry.opened, []).append(entry)
    return [(parents[opened], children) for opened, children in groups.items() if opened in parents]
