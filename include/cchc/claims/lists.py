"""Totals with the list of their parts: in brackets, behind 'gồm' and 'trong đó', in the bullets below, by level."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import accumulate, pairwise

from cchc.claims import words
from cchc.claims.entries import CountEntry, bracketed
from cchc.claims.kinds import ClaimKind
from cchc.claims.layout import Block
from cchc.claims.passage import Passage
from cchc.claims.status import say_sum
from cchc.indicators import format_number
from cchc.severity import Severity
from cchc.texts import t

# Kinds of parts that make up a whole between them: two or more of one set are taken for all of it.
_SETS = tuple(
    re.compile(pattern)
    for pattern in (
        r"c[a-z{]{1,2}p\s+t[i]nh|c[a-z{]{1,2}p\s+huy[ae]n|c[a-z{]{1,2}p\s+x[ae]\b",
        r"m[a-z]{1,2}c\s+d[o06]\s*[234]|toan\s+trinh|mot\s+phan|cung\s+cap\s+thong\s+tin",
        r"truc\s+tuyen|truc\s+tiep|buu\s+chinh|bcci",
        r"van\s+ban\s+giay|dien\s+tu",
        r"\bnam\b|\bnu\b",
    )
)
_LIST_GAP = 70
_MOST = 40  # parts of one list
_NOT_PARTS = re.compile(
    r"tang|giam|so voi|cung ky|truoc do|con lai|chi tieu|ke hoach|vuot|tu\s+\d|binh quan|trung binh|"
    r"moi\s+\w+\s*$"
)

# A comma inside what is one part.
_ONE_PART = re.compile(r",\s+(?:bo sung|thay the|bai bo|kien nghi|phan anh|cong chuc|vien chuc|dac khu)\b")
_MONEY = re.compile(r"trieu|ty\b|dong\b")
_REST = re.compile(r"con\s+lai")
_AMONG = re.compile(r"\btrong\s+(?:tong\s+)?(?:so\s+)?$")
_OTHERS = re.compile(r"^[^,;.0-9]{0,30}\b(?:khac|con lai)\b")
_THERE_ARE = re.compile(r",\s*(?:thi\s+)?(?:co|gom)\s+$")


def check_lists(passage: Passage, start: int, end: int, entries: Sequence[CountEntry]) -> None:
    """Brackets and 'gồm' lists of one block whose parts have no status role."""
    _brackets(passage, start, end, entries)
    _behind_words(passage, start, end, entries)


def _brackets(passage: Passage, start: int, end: int, entries: Sequence[CountEntry]) -> None:
    closing = dict(passage.brackets_of(start, end))
    for whole, children in bracketed(entries):
        opened = children[0].opened
        closed = closing[opened]
        if not 2 <= len(children) <= _MOST:
            continue
        between = passage.flat[whole.token.end : opened]
        if len(between) > _LIST_GAP or "(" in between or re.search(r"[;:]|\.\s*\S", between):
            continue
        if any(
            one.role in ("early", "ontime", "early_ontime", "late", "open", "open_in", "open_late")
            for one in children
        ):
            continue
        if not _apart(passage, children):
            continue
        inside = passage.flat[opened:closed]
        _judge(passage, whole, children, inside, closed, tight=True)


def _behind_words(passage: Passage, start: int, end: int, entries: Sequence[CountEntry]) -> None:
    """'Tổng số 255 thủ tục, trong đó: 97 ...; 24 ... và 134 ...' within one block."""
    flat = passage.flat
    for place, whole in enumerate(entries[:-1]):
        follower = entries[place + 1]
        if whole.base not in (None, whole.value) or whole.opened != follower.opened:
            continue
        gap_end = follower.token.start
        between = flat[whole.token.end : gap_end]
        if len(between) > 160:
            continue
        match = words.WITHIN.search(between) or _among(flat, whole, between)
        if not match or re.search(r"[;]", between[: match.start()]) or "(" in between[: match.start()]:
            continue
        if re.search(r"\.\s", between[match.end() :]):
            continue
        stop = _list_end(passage, whole.token.end + match.end(), end)
        children = [
            one
            for one in entries[place + 1 : place + 2 + 2 * _MOST]
            if one.token.start < stop and one.opened == whole.opened
        ]
        children = _top_level(passage, children, whole)
        if match.re is _THERE_ARE and not _all_of(passage, whole, children):
            continue
        if 2 <= len(children) <= _MOST and _apart(passage, children):
            if any(
                one.role in ("early", "ontime", "late", "open", "open_in", "open_late", "done")
                for one in children
                if not (one is children[-1] and _REST.search(one.before))
            ):
                continue
            inside = flat[whole.token.end : stop]
            _judge(passage, whole, children, inside, stop, tight=bool(words.ALL_OF.search(match[0])))


def _among(flat: str, whole: CountEntry, between: str) -> re.Match[str] | None:
    """'Trong 98 hồ sơ quá hạn, có 61 ..., 25 ... và 12 hồ sơ khác'."""
    if not _AMONG.search(flat, max(0, whole.token.start - 20), whole.token.start):
        return None
    return _THERE_ARE.search(between)


def _all_of(passage: Passage, whole: CountEntry, children: Sequence[CountEntry]) -> bool:
    """Whether a list behind 'có' claims to be whole: its last part is the others, or it is too long already."""
    if not children:
        return False
    last = passage.flat[children[-1].token.end : children[-1].token.end + 40]
    return bool(_OTHERS.search(last)) or sum(one.value for one in children) > whole.value


def _list_end(passage: Passage, start: int, end: int) -> int:
    """Where a list ends: at the first full stop behind it."""
    match = re.compile(r"\.\s").search(passage.flat, start, end)
    return match.start() if match else end


def _top_level(passage: Passage, children: list[CountEntry], whole: CountEntry) -> list[CountEntry]:
    """Parts, without the parts of parts that a second 'trong đó' opens."""
    kept: list[CountEntry] = []
    closed_until = -1
    for one in children:
        if one.token.start < closed_until:
            continue
        before = passage.flat[(kept[-1].token.end if kept else whole.token.end) : one.token.start]
        if kept and words.WITHIN.search(before):
            following = passage.flat.find(";", one.token.start)
            if following < 0:
                break
            closed_until = following
            continue
        kept.append(one)
    return kept


def _apart(passage: Passage, children: Sequence[CountEntry]) -> bool:
    """Whether a mark or 'và' stands between all parts, and none is a change or a fraction."""
    for one, two in pairwise(children):
        between = passage.flat[one.token.end : two.token.start]
        between = re.sub(r"\([^()]*\)", " ", between)
        if not re.search(r"[,;+]|\bva\b|\n", between) or re.search(r"\.\s+(?!trong)", between):
            return False
    # The last part may be called the rest of the whole.
    told = [*(one.before for one in children[:-1]), _REST.sub("", children[-1].before)]
    return not any(
        _NOT_PARTS.search(before) or one.approximate or one.base is not None
        for before, one in zip(told, children, strict=True)
    )


def _judge(
    passage: Passage, whole: CountEntry, children: Sequence[CountEntry], inside: str, end: int, *, tight: bool
) -> None:
    """Compare; what may be an incomplete list is left alone."""
    values = [one.value for one in children]
    summed = sum(values, Decimal(0))
    wholes = {*whole.token.values, *(() if whole.base is None else (whole.base,))}
    last = max(one.token.end for one in children)
    if summed in wholes:
        passage.right(ClaimKind.PARTS, whole.token.start, last)
        return
    if whole.approximate or whole.base not in (None, whole.value) or re.search(r"\.\.\.|v\.v|…|nhu:", inside):
        return
    if any(total in wholes for total in accumulate(values[:-1])):
        return  # the first parts are the whole; what follows is said beside it
    inside = _ONE_PART.sub("", inside)
    same_noun = bool(whole.noun) and all(not one.noun or _alike(one.noun, whole.noun) for one in children)
    complete = _complete_set(children, passage)
    off = abs(summed - whole.value)
    named = all(one.noun for one in children)
    allowed = (
        max(Decimal(2), whole.value / _NEAR_NAMED)
        if tight and named
        else max(Decimal(1), whole.value / _NEAR)
    )
    near = off <= allowed and max(values) <= summed
    near = near and (tight or max(values) <= whole.value)
    unnumbered = tight and re.search(r"[,;]\s+(?!va\b)[^,;0-9()]{3,}(?=[,;]|$)", inside)
    if complete and near:
        severity = Severity.ERROR
    elif near and same_noun and not unnumbered and len(values) >= 2 and (tight or len(values) >= 3):
        severity = Severity.WARNING
    elif _MONEY.match(whole.noun) and summed > whole.value and near and same_noun:
        severity = Severity.WARNING  # money has one source: parts above the whole cannot overlap
    else:
        return
    say_sum(passage, whole.token, (whole.token.start, last), whole.value, values, severity)


# Nouns that count parts of one whole under different names.
_CLASSES = tuple(
    re.compile(pattern)
    for pattern in (
        r"can bo|cong chuc|vien chuc|cong dan|nguoi|luot|truong hop|d/c|dong chi|"
        r"hoc vien|chuyen vien|lanh dao|.* si$|dai hoc",
        r"don vi|co quan|xa$|phuong|thi tran|dac khu|huyen|thanh pho|phong|ban$|trung tam|truong|to chuc|ca nhan|doanh",
        r"van ban|vb|vbqppl|quyet dinh|ke hoach|nghi quyet|cong van|bao cao|thong bao|chi thi|to trinh|giay",
        r"ho so|h. s.|hs|don|phieu|y kien|kien nghi|phan anh",
        r"tin|bai",
    )
)
_NEAR, _NEAR_NAMED = 8, 2  # a sum that is off by more than this part of the total is another matter


def _alike(one: str, two: str) -> bool:
    """Whether two nouns can count parts of one whole."""
    return one == two or any(kind.match(one) and kind.match(two) for kind in _CLASSES)


def _complete_set(children: Sequence[CountEntry], passage: Passage) -> bool:
    for pattern in _SETS:
        names = []
        for place, one in enumerate(children):
            until = children[place + 1].token.start if place + 1 < len(children) else one.token.end + 40
            match = pattern.search(one.before) or pattern.search(passage.flat[one.token.end : until])
            names.append(match[0] if match else None)
        if None not in names and len(set(names)) == len(names):
            return True
    return False


def check_levels(passage: Passage, gathered: Sequence[tuple[int, str, Sequence[CountEntry]]]) -> None:
    """A total's counts against those of the bullets below it, level by level.

    gathered: (block's index, marker, top-level entries) of blocks in their order.
    """
    for place, (index, marker, entries) in enumerate(gathered):
        block = passage.blocks[index]
        text = passage.flat[block.start : block.end].rstrip()
        if not entries or not (text.endswith(":") or words.WITHIN.search(text[-60:])):
            continue
        below: list[tuple[str, Block, Sequence[CountEntry]]] = []
        for other_index, other_marker, other in gathered[place + 1 : place + 1 + _MOST]:
            if other_index != index + 1 + len(below) or other_marker in (
                marker if marker != "" else "none",
                "",
                "row",
                "head",
                "number",
                "roman",
            ):
                break
            if below and other_marker != below[0][0]:
                break
            below.append((other_marker, passage.blocks[other_index], other))
        if len(below) >= 2:
            _compare_levels(passage, entries, [(one, found) for _, one, found in below])


def _compare_levels(
    passage: Passage, whole: Sequence[CountEntry], below: Sequence[tuple[Block, Sequence[CountEntry]]]
) -> None:
    by_role = [_roles(entries) for _, entries in below]
    leading = [passage.flat[block.start : block.start + 60] for block, _ in below]
    level = all(words.LEVEL.search(words_) for words_ in leading)
    if not level:
        _single_counts(passage, whole, by_role, below)
        return
    for role, total in _roles(whole).items():
        found = [roles.get(role) for roles in by_role]
        if role == "" or any(one is None for one in found):
            continue
        parts = [one for one in found if one is not None]
        summed = sum((one.value for one in parts), Decimal(0))
        end = parts[-1].token.end
        if summed == total.value:
            passage.right(ClaimKind.PARTS, total.token.start, end)
        elif not total.approximate:
            say_sum(
                passage, total.token, (total.token.start, end), total.value,
                [one.value for one in parts], Severity.ERROR if _distinct_levels(leading) else Severity.WARNING,
            )  # fmt: skip


def _distinct_levels(leading: Sequence[str]) -> bool:
    names = [match[0] for match in (words.LEVEL.search(one) for one in leading) if match]
    return len(set(names)) == len(leading) and any("x" in name for name in names)


def _roles(entries: Sequence[CountEntry]) -> dict[str, CountEntry]:
    found: dict[str, CountEntry] = {}
    for one in entries:
        role = "received" if one.role == "new" else one.role or ""
        # 'chưa đến hạn' below is what 'đang giải quyết' is above.
        found.setdefault(role, one)
    return found


def _single_counts(
    passage: Passage,
    whole: Sequence[CountEntry],
    below: Sequence[dict[str, CountEntry]],
    blocks: Sequence[tuple[Block, Sequence[CountEntry]]],
) -> None:
    """'Đã giao 43 biên chế, gồm:' with one count in each bullet."""
    total = whole[-1]
    firsts = [entries[0] for _, entries in blocks if entries]
    if len(firsts) != len(blocks) or any(len(entries) != 1 for _, entries in blocks):
        return
    block = passage.blocks[passage.block_at(total.token.start)]
    tail = passage.flat[total.token.end : block.end]
    if not words.ALL_OF.search(tail) and not words.WITHIN.search(tail):
        return
    sums = {
        sum((one.value for one in firsts), Decimal(0)),
        sum((one.base or one.value for one in firsts), Decimal(0)),
    }
    wholes = {*total.token.values, *(() if total.base is None else (total.base,))}
    end = firsts[-1].token.end
    if sums & wholes:
        passage.right(ClaimKind.PARTS, total.token.start, end)
        return
    near = any(abs(one - total.value) <= max(Decimal(1), total.value / 10) for one in sums)
    if near and words.ALL_OF.search(tail) and not total.approximate and not any(one.base for one in firsts):
        say_sum(
            passage, total.token, (total.token.start, end), total.value,
            [one.value for one in firsts], Severity.WARNING,
        )  # fmt: skip


def fraction_parts(passage: Passage, start: int, end: int, entries: Sequence[CountEntry]) -> None:
    """'toàn huyện 423/5.723 ... Trong đó, cấp huyện 04/592, 83/270; cấp xã ...': tops and bottoms both add up."""
    flat = passage.flat
    fractions = [one for one in entries if one.base is not None and one.opened < 0]
    for place, whole in enumerate(fractions):
        following = flat[whole.token.end : whole.token.end + 90]
        match = re.search(r"tr\s?[a-z0-9]{0,3}ng\s+d[o06eb]\b|cu\s+the", following)
        if not match or re.search(r"[0-9]{1,3}\s?/", following[: match.start()]):
            continue
        listed = fractions[place + 1 : place + 1 + _MOST]
        if len(listed) < 2:
            continue
        tops = sum((one.value for one in listed), Decimal(0))
        bottoms = sum((one.base or Decimal(0) for one in listed), Decimal(0))
        last = listed[-1].token.end
        same_bottom = all(one.base == whole.base for one in listed)
        if same_bottom and tops != whole.value:
            return
        levels = set(words.LEVEL.findall(flat[whole.token.end + match.end() : listed[-1].token.start]))
        if len(listed) < 3 and len(levels) < 2:
            continue
        if tops == whole.value and (same_bottom or bottoms == whole.base):
            passage.right(ClaimKind.PARTS, whole.token.start, last)
            return
        near = all(
            abs(given - right) * 7 <= right
            for given, right in ((tops, whole.value), (bottoms, whole.base or tops))
        )
        if len(levels) < 2 and not near:
            return
        given, right = (
            passage.quoted(whole.token.start, whole.token.end),
            f"{format_number(tops)}/{format_number(bottoms)}",
        )
        passage.say(
            ClaimKind.PARTS, Severity.ERROR if len(levels) > 1 else Severity.WARNING, whole.token.start, last,
            stated=given, expected=right,
            message=t("claims.fraction_parts", given=given, right=right, count=len(listed)),
        )  # fmt: skip
        return
