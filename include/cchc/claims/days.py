"""Days that do not exist, windows that run backwards, and figures of days after the report."""

from __future__ import annotations

import re
from bisect import bisect_left
from datetime import date
from itertools import pairwise

from cchc.claims.kinds import ClaimKind
from cchc.claims.passage import Passage
from cchc.claims.tokens import Sort, Token
from cchc.clock import vn_date
from cchc.severity import Severity
from cchc.texts import t

_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_TO = re.compile(r"\s*,?\s*(?:d[e]n|toi|-)\s+(?:h[e]t\s+)?(?:ng[a-z]{1,2}\s+)?|\s*-\s*")
_FROM = re.compile(r"\bt[a-z]{1,2}\s+(?:ng[a-z]{1,2}\s+)?$")
_UNTIL = re.compile(
    r"(?:tinh|ke|luy ke|so lieu|chot)[^.;0-9]{0,40}?(?:d[e]n|toi)\s+(?:h[e]t\s+)?(?:ng[a-z]{1,2}\s+)?$"
)
_BY_THEN = re.compile(r"(?:^|[.;,\n]\s*)(?:d[e]n|toi)\s+(?:h[e]t\s+)?ng[a-z]{1,2}\s+$")
_HAPPENED = re.compile(r"\s*,?(?:\s+[a-z]+){0,6}?\s+(?:da|co)\s+[^.;]{0,20}?[0-9]")
_DATA = re.compile(
    r"t[il]?[e]p nhan|giai quyet|ky bao cao|so lieu|ky so lieu|\bda\b|ket qua thuc hien|\bbao cao\b|"
    r"chot|thong ke|tong so|ho so|phat hanh|ban hanh"
)
# Words that make days the period of a report's figures, and those that make it another one's.
_PERIOD = re.compile(
    r"so lieu|ky bao cao|trong ky|ho so|t[il]?[e]p nhan|giai quyet|tong so|\bchot\b|thong ke|phat hanh|van ban d"
)
_COMPARED = re.compile(
    r"cung ky|ky truoc|nam truoc|so voi|nam ngoai|quy truoc|luy ke|hieu luc|nhiem ky|giai doan|ke tu|thanh lap|"
    r"quyet dinh|nghi quyet|ke hoach|dot \w+ diem|kiem tra"
)
_AHEAD = re.compile(
    r"du kien|\bse\b|phan dau|thoi han|hieu luc|nhiem ky|giai doan|trien khai tu|tuyen dung|"
    r"hoan thanh truoc|ke hoach thuc hien|phuong huong|thoi gian (?:to chuc|thuc hien|nghi)|"
    r"cham nhat|truoc ng"
)


def impossible_days(passage: Passage) -> None:
    """31/06/2022, 30/2, 'ngày 31 tháng 4 năm 2025'."""
    flat = passage.flat
    for token in passage.tokens:
        if token.sort is Sort.DAY:
            if token.day is not None:
                continue
            named = re.search(
                r"(?:ng[a-z]{1,2}|d[e]n|t[u]|h[e]t)\s*$", flat[max(0, token.start - 8) : token.start]
            )
            severity = Severity.ERROR if named or _plausible(token.name) else Severity.WARNING
        elif token.sort is Sort.DAY_MONTH and token.bottom <= 12:
            if token.bottom >= 1 and 1 <= token.value <= _LONGEST[int(token.bottom) - 1]:
                continue
            if not re.search(r"\bng[a-z]{1,2}\s*$", flat[max(0, token.start - 6) : token.start]):
                continue
            severity = Severity.ERROR
        else:
            continue
        written = passage.quoted(token.start, token.end)
        passage.say(
            ClaimKind.DATE, severity, token.start, token.end, stated=written, expected=t("claims.real_day"),
            message=t("claims.day", day=written),
        )  # fmt: skip


def _plausible(written: str) -> bool:
    """Whether only the length of the month is wrong: then nothing else can be meant."""
    day, month, *_ = (int(part) for part in re.findall(r"[0-9]+", written))
    return 1 <= day <= 31 and 1 <= month <= 12


def windows(passage: Passage, bound: date | None, which: str) -> None:
    """'từ ngày ... đến ngày ...': in order, and not beyond the signing where it is a window of figures."""
    flat, days = passage.flat, [one for one in passage.tokens if one.sort is Sort.DAY]
    for first, last in pairwise(days):
        between = flat[first.end : min(last.start, first.end + 30)]
        if last.start - first.end > 30 or not _TO.fullmatch(between) or first.day is None or last.day is None:
            continue
        opened = _FROM.search(flat[max(0, first.start - 12) : first.start])
        if not opened and not between.strip().startswith(("den", "-", "toi")):
            continue
        if first.day > last.day:
            if opened:
                written = passage.quoted(first.start, last.end)
                passage.say(
                    ClaimKind.WINDOW_ORDER, Severity.ERROR, first.start, last.end, stated=written,
                    expected=t("claims.in_order"),
                    message=t("claims.window_order", first=vn_date(first.day), last=vn_date(last.day)),
                )  # fmt: skip
        elif not opened:
            continue
        elif bound and first.day <= bound < last.day and _of_figures(passage, first.start, last.end):
            _beyond(passage, first.start, last, bound, which)
        elif not _other_window(passage, first, last):
            passage.right(ClaimKind.WINDOW, first.start, last.end)
    for token in days:
        before = flat[max(0, token.start - 70) : token.start]
        until = _UNTIL.search(before) or (_BY_THEN.search(before) and _HAPPENED.match(flat, token.end))
        if not token.day or not until:
            continue
        if bound and token.day > bound and _of_figures(passage, token.start, token.end):
            _beyond(passage, token.start, token, bound, which)
        elif not bound or token.day <= bound:
            _other_window(passage, token, token)


def _other_window(passage: Passage, first: Token, last: Token) -> bool:
    """Say it when these are days of figures, and some of them outside the round's window.

    A period inside the window is fine, and so is one that a figure is only compared with.
    """
    window = passage.known.window
    if window is None or first.day is None or last.day is None:
        return False
    if window.first <= first.day and last.day <= window.last:
        return False
    flat, before = passage.flat, max(0, first.start - 90)
    sentence = max(before, *(flat.rfind(end, before, first.start) for end in ("\n", ". ")))
    around = flat[sentence : last.end + 60]
    if (
        not _PERIOD.search(around)
        or _COMPARED.search(around)
        or not _of_figures(passage, first.start, last.end)
    ):
        return False
    start, wanted = first.start, f"{vn_date(window.first)} - {vn_date(window.last)}"
    passage.say(
        ClaimKind.OTHER_WINDOW, Severity.WARNING, start, last.end, stated=passage.quoted(start, last.end),
        expected=wanted,
        message=t("claims.other_window", first=vn_date(window.first), last=vn_date(window.last)),
    )  # fmt: skip
    return True


def _of_figures(passage: Passage, start: int, end: int) -> bool:
    flat = passage.flat
    around = flat[max(0, start - 110) : end + 130]
    near = flat[max(0, start - 60) : start].rpartition(". ")[2] + flat[start : end + 60].partition(". ")[0]
    return bool(_DATA.search(around)) and not _AHEAD.search(near)


def _beyond(passage: Passage, start: int, last: Token, bound: date, which: str) -> None:
    if last.day is None:
        return
    passage.say(
        ClaimKind.WINDOW, Severity.WARNING, start, last.end, stated=passage.quoted(start, last.end),
        expected=vn_date(bound),
        message=t(f"claims.window_{which}", last=vn_date(last.day), day=vn_date(bound)),
    )  # fmt: skip


_DUE = re.compile(
    r"\b(?:truoc|(?:cham|muon) nhat(?: la)?|han (?:cuoi|chot|hoan thanh)(?: la)?|thoi han:?)"
    r"\s+(?:het\s+)?(?:ngay\s+)?$"
)
_SETS_TASKS = re.compile(r"\n[ \t*#]*(?:ke hoach|cong van|chuong trinh)[ \t*]*\n")
_TASKS_AHEAD = re.compile(
    r"\b(?:phuong huong|nhiem vu\b|ke hoach (?:thang|quy|nam)\b|viec trong tam|thoi gian toi|to chuc thuc hien)"
)
_SETS_OUT = re.compile(
    r"\W*(?:[0-9ivx]{1,3}[.)]\s*)?(?:ke hoach|phuong huong|nhiem vu) (?:nam |thang |quy )?[0-9]"
)
_RESULTS = re.compile(r"\b(?:ket qua|danh gia|tinh hinh)\b")
_PAST = re.compile(
    r"\bda\b|\btheo\s+(?:quyet dinh|ke hoach|nghi quyet)|\bso voi\b|\bthanh lap\b|\bban hanh ngay\b|\bneu tren\b"
)


def deadlines(passage: Passage, signed: date | None) -> None:
    """'hoàn thành trước ngày 15/01' in a plan of the 20th: what is still to be done cannot have been due."""
    if signed is None:
        return
    flat, plan = passage.flat, _SETS_TASKS.search(passage.lined[:_HEAD])
    heads = [
        block.start for block in passage.blocks
        if block.marker in ("number", "roman", "head", "") and block.end - block.start < 120
    ]  # fmt: skip
    for token in passage.tokens:
        if (
            token.sort is not Sort.DAY
            or token.day is None
            or not _DUE.search(flat, max(0, token.start - 40), token.start)
        ):
            continue
        place = bisect_left(heads, token.start)
        own = passage.blocks[passage.block_at(token.start)].start
        ahead = bool(_SETS_OUT.match(flat, own)) or _ahead(flat, heads[max(0, place - 8) : place], bool(plan))
        start = max(flat.rfind("\n", 0, token.start), flat.rfind(". ", 0, token.start)) + 1
        if not ahead or _PAST.search(flat, start, token.start):
            continue
        if token.day >= signed:
            passage.right(ClaimKind.DEADLINE, token.start, token.end)
            continue
        passage.say(
            ClaimKind.DEADLINE, Severity.WARNING, token.start, token.end, stated=passage.quoted(token.start, token.end),
            expected=t("claims.not_before"),
            message=t("claims.deadline", due=vn_date(token.day), day=vn_date(signed)),
        )  # fmt: skip


def _ahead(flat: str, heads: list[int], plan: bool) -> bool:
    """Whether the nearest head that says so speaks of what is to come; in a plan everything does but its review."""
    for start in reversed(heads):
        line = flat[start : start + 120].split("\n")[0]
        if _RESULTS.search(line):
            return False
        if _TASKS_AHEAD.search(line):
            return True
    return plan


_PLACE_LINE = re.compile(
    r"(?:^|\n|\t|\|| {2}|\*)\s{0,9}[*_]{0,4}"
    r"(?:s[a-z0-9]{1,2}\s*:?\s*[0-9. ]*\s?/?\s?[a-z0-9&/-]*\s+)?"  # the number on the same line
    r"[^\n\t,.:;0-9]{2,32},\s*ng[a-z]{1,2}\s+([0-9]{1,2})\s+th[a-z]{1,4}\s+([0-9]{1,2})\s+n[a-z]{1,3}\s+"
    r"((?:19|20)[0-9]{2})\s*[*_|]*\s*(?=\n|$|\t)"
)
_STAMP = re.compile(r"thoi gian ky\s*:?\s*([0-9]{1,2})[./-]([0-9]{1,2})[./-]((?:19|20)[0-9]{2})")
_HEAD = 3500


def signing_day(flat: str) -> date | None:
    """The day on which a report was signed: its line 'Nơi, ngày ... tháng ... năm ...', else its digital signature."""
    for match in (_PLACE_LINE.search(flat[:_HEAD]), _STAMP.search(flat)):
        if match:
            try:
                return date(int(match[3]), int(match[2]), int(match[1]))
            except ValueError:
                continue
    return None
