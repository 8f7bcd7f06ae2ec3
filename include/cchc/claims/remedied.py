"""What was found, what of it was put right, and what remains: 'phát hiện 14 trường hợp, đã khắc phục 12, còn 02'."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import chain, combinations

from cchc.claims import words
from cchc.claims.entries import CountEntry
from cchc.claims.kinds import ClaimKind
from cchc.claims.passage import Passage
from cchc.claims.percents import exact_share, judge, shown_share
from cchc.claims.records import OPEN
from cchc.claims.status import say_sum
from cchc.indicators import format_number
from cchc.severity import Severity
from cchc.texts import t

# Also as scanners bend them: 'ph6t hi{n', 'kh6c ph1,1c' loses its comma to the rule and is left alone.
_FOUND = re.compile(r"\bph[a-z0-9{]{1,2}t\s+hi[a-z0-9{]{1,2}n\b|\bchi\s+ra\b|\bneu\s+ra\b")
_WANTING = re.compile(
    r"\s{0,3}(?:noi dung\s+|van de\s+|diem\s+)?"
    r"(?:kien nghi|ton tai|han che|sai pham|sai sot|vi pham|thieu sot|khuyet diem|phan anh)\b"
)
_ASSIGNED = re.compile(r"\b(?:duoc\s+)?giao\b|\bbien\s+che\b")
_PRESENT = re.compile(r"\b(?:co\s+mat|hien\s+co|da\s+tuyen|da\s+su\s+dung)\b")
_AGAINST = re.compile(r"[^.;,()0-9]{0,30}\bso\s+voi\b")
_SHORT = re.compile(r"\b(?:con\s+)?(?:thieu|chua\s+tuyen|chua\s+su\s+dung)\s*(?:la|:)?\s*$")
_REMEDIED = re.compile(
    r"\b(?:kh[a-z0-9{]{1,2}c\s+ph[a-z0-9{]{1,2}c|chan\s+chinh|thu\s+hoi|kiem\s+diem|tra\s+loi|"
    r"(?:thuc\s+hien|xu\s+ly|giai\s+quyet|hoan\s+thanh)(?=\s+(?:xong|duoc)?\s*(?:duoc)?\s*$))"
)
_NOT_YET = re.compile(r"\b(?:chua|khong|dang|phai|se|can)\s+(?:\w+\s+){0,2}$")
_REMAINING = re.compile(
    r"\bc[o06]n\s*(?:lai|ton|phai\s+[a-z]+(?:\s+[a-z]+)?|chua\s+[a-z]+(?:\s+[a-z]+)?)?\s*(?:la|:)?\s*$"
)
_GOES_ON = re.compile(r"\s*(?:$|[,;.()]|(?:dang|chua|tiep|se|do|phai|va)\b)")
_PLACE = re.compile(r"\b(?:tai|o|thuoc|cua|doi voi|trong)\s*$")
_OTHER_TIME = re.compile(
    r"\b(?:(?:trong|het|ca)\s+(?:ky|quy|thang|nam|dot)|(?:ky|quy|thang|nam|dot)\s+(?:nay|truoc|sau)|nam\s+20[0-9]{2}|"
    r"cac\s+(?:ky|nam|dot)|luy\s+ke|buoc\s+dau|yeu\s+cau|lap\s+lai|phat\s+sinh|moi|them|khac(?!\s+phuc))\b"
)
_ADDED = re.compile(r"\b(?:them|luy\s+ke|bo\s+sung)\b")
_CLAUSE = re.compile(r"[.;,()]")
_HEAD = re.compile(r"\s{0,3}([a-z]+)")
_WORDS_BETWEEN = 160  # characters between two of the three figures
_WORDS_BEHIND = 60
_NEAR = 4  # a gap above this part of what was found is another matter
_EXTRAS = 4  # other counts of the sentence that are tried as further parts


def check_remedied(
    passage: Passage, entries: Sequence[CountEntry], tolerance: Decimal, noted: set[int]
) -> None:
    """Found = put right + remaining, and posts assigned = filled + short, sentence by sentence; the share beside it.

    noted: places of percentages that are accounted for; those judged here are added.
    """
    outer = [one for one in entries if one.opened < 0]
    for place, left in enumerate(outer):
        short = _SHORT.search(left.before) and not _AGAINST.match(passage.flat, left.token.end)
        if place < 2 or left.approximate or not (short or _REMAINING.search(left.before)):
            continue
        before = outer[max(0, place - 2 - _EXTRAS) : place]
        if _full_stop(passage, before[0], left):
            before = [one for one in before if not _full_stop(passage, one, left)]
        done = next((one for one in reversed(before) if (_is_present if short else _is_remedied)(one)), None)
        if done is None:
            continue
        first = reversed(before[: before.index(done)])
        found = next(
            (one for one in first if (_is_assigned(one) if short else _is_found(passage, one))), None
        )
        if found is None or not _one_matter(passage, found, done, left):
            continue
        if found.role in ("received", "new") and done.role == "done" and left.role in OPEN:
            continue  # a record of files or tasks: its own rule
        others = [one for one in before[before.index(found) + 1 :] if one is not done]
        since, until = found.token.start, left.token.end + _WORDS_BEHIND
        others += [one for one in entries if one.opened >= 0 and since < one.token.start < until]
        _judge(passage, found, done, left, others, tolerance, noted)


def _is_assigned(one: CountEntry) -> bool:
    return bool(_ASSIGNED.search(one.before)) and not one.approximate and one.base is None


def _is_present(one: CountEntry) -> bool:
    return bool(_PRESENT.search(one.before)) and not one.approximate


def _full_stop(passage: Passage, one: CountEntry, two: CountEntry) -> bool:
    return bool(re.search(r"\.\s|\n\s*\n", passage.flat[one.token.end : two.token.start]))


def _is_found(passage: Passage, one: CountEntry) -> bool:
    if one.approximate or one.base is not None or words.role_of(one.before) == "carried":
        return False
    # 'phát hiện sai phạm với số tiền 1.250 triệu đồng': the words may stand before a mark or behind the figure.
    return bool(_FOUND.search(one.before) or _WANTING.match(passage.flat, one.token.end))


def _is_remedied(one: CountEntry) -> bool:
    match = _REMEDIED.search(one.before)
    return match is not None and not one.approximate and not _NOT_YET.search(one.before[: match.start()])


def _one_matter(passage: Passage, found: CountEntry, done: CountEntry, left: CountEntry) -> bool:
    """Whether the three figures can count one thing: the same words behind each, or none."""
    flat = passage.flat
    if (
        left.token.start - done.token.end > _WORDS_BETWEEN
        or done.token.start - found.token.end > _WORDS_BETWEEN
    ):
        return False
    if left.base is not None or (done.base is not None and done.base != found.value):
        return False
    first, second, third = (_head(flat, one) for one in (found, done, left))
    return second in (None, first or second) and third in (None, first or second)


def _head(flat: str, one: CountEntry) -> str | None:
    """The first word of what is counted; None when the figure stands alone."""
    if _GOES_ON.match(flat, one.token.end):
        return None
    match = _HEAD.match(flat, one.token.end)
    return match[1] if match else None


def _judge(
    passage: Passage, found: CountEntry, done: CountEntry, left: CountEntry, others: Sequence[CountEntry],
    tolerance: Decimal, noted: set[int],
) -> None:  # fmt: skip
    start, end = found.token.start, left.token.end
    if done.value + left.value == found.value:
        passage.right(ClaimKind.PARTS, start, end)
        percent = done.percent
        if percent is not None and percent.start not in noted and done.base is None and not done.loose:
            noted.add(percent.start)
            _share(passage, found, done, tolerance)
        return
    off = abs(found.value - done.value - left.value)
    if _explained(off, others) or _of_other_times(passage, found, left):
        return
    # All put right and something left, or a gap that is no slip of a figure: something else is meant.
    if max(done.value, left.value) < found.value and off <= max(Decimal(2), found.value / _NEAR):
        sure = _FOUND.search(found.before) and not others and done.value + left.value > found.value
        say_sum(
            passage, found.token, (start, end), found.value, [done.value, left.value],
            Severity.ERROR if sure else Severity.WARNING,
        )  # fmt: skip


def _of_other_times(passage: Passage, found: CountEntry, left: CountEntry) -> bool:
    """Whether one of the figures is said to be of another time, or not of what was found."""
    said = (
        passage.flat[found.token.end : left.token.end]
        + _CLAUSE.split(passage.flat[left.token.end : left.token.end + 60], maxsplit=1)[0]
    )
    return bool(_OTHER_TIME.search(said) or _ADDED.search(found.before))


def _explained(off: Decimal, others: Sequence[CountEntry]) -> bool:
    """Whether other counts of the sentence make the sum right: 'đang khắc phục 02', 'kỳ trước chuyển sang 03'."""
    some = chain.from_iterable(combinations(others, size) for size in range(1, len(others) + 1))
    return any(sum((one.value for one in chosen), Decimal(0)) == off for chosen in some)


def _share(passage: Passage, found: CountEntry, done: CountEntry, tolerance: Decimal) -> None:
    percent = done.percent
    if percent is None or not found.value or words.AGAINST_PLAN.match(passage.flat, percent.end):
        return
    exact = exact_share(done.value, found.value)
    verdict = judge(percent.value, percent.decimals, exact, tolerance)
    start, end = done.token.start, percent.end
    if verdict != "wrong":
        passage.right(ClaimKind.PERCENT, start, end)
    else:
        written = passage.quoted(percent.start, percent.end)
        passage.say(
            ClaimKind.PERCENT, Severity.ERROR, start, end, stated=written, expected=shown_share(exact),
            message=t("claims.percent", fraction=f"{format_number(done.value)}/{format_number(found.value)}",
                      given=written, right=shown_share(exact)),
        )  # fmt: skip
