"""Days that do not exist or are of another weekday, windows that run backwards, figures of days after the report."""

from __future__ import annotations

import re
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
# What was done; not so what was only set for a day.
_ACT = r"(?:duoc\s+)?(?!len|xay dung|dang ky|giao|an dinh|chot|thong nhat|bo tri|moi|hen|duoc|gui giay)[a-z]+"
_ON_DAY = re.compile(r"(?:^|[.;\n])\s*[-+*]?\s*(?:vao |trong |sang |chieu )?ngay\s+$")
_WAS_DONE = re.compile(rf"\s*,?(?:\s+[a-z]+){{1,6}}?\s+da\s+{_ACT}")
_DONE_ON = re.compile(rf"\bda\s+{_ACT}[^.;0-9]{{0,20}}(?:[0-9]+ [^.;0-9]{{0,50}}){{0,2}}\bvao\s+ngay\s+$")
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


_WEEKDAYS = {"hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4, "bay": 5} | {
    str(day + 2): day for day in range(6)
}
# 'kỳ họp thứ hai, ngày ...' is an ordinal: only these come before the name of a day.
_WEEKDAY_BEFORE = re.compile(
    r"(?:[,(;:\n]|^|\b(?:vao|sang|chieu|toi|trua|den|tu|truoc|gio|phut|[0-9]h))\s*(?:ngay\s+)?"
    r"(?:thu (hai|ba|tu|nam|sau|bay|[2-7])|chu nhat)\s*[,(]?\s*(?:ngay\s+)?$"
)
_WEEKDAY_AFTER = re.compile(r"\s*[,(]\s*(?:thu (hai|ba|tu|nam|sau|bay|[2-7])|chu nhat)\s*[),;.]")


def weekdays(passage: Passage) -> None:
    """'thứ Hai, ngày 18/4/2025', which is a Friday."""
    flat = passage.flat
    for token in passage.tokens:
        if token.sort is not Sort.DAY or token.day is None:
            continue
        match = _WEEKDAY_BEFORE.search(flat, max(0, token.start - 40), token.start)
        match = match or _WEEKDAY_AFTER.match(flat, token.end)
        if not match:
            continue
        start, end = min(match.start(), token.start), max(match.end(), token.end)
        start += len(flat[start:end]) - len(flat[start:end].lstrip(" ,(;:\n"))
        end -= len(flat[start:end]) - len(flat[start:end].rstrip(" ),;."))
        named = _WEEKDAYS[match[1]] if match[1] else 6
        if named == token.day.weekday():
            passage.right(ClaimKind.DATE, start, end)
            continue
        given, right = (t(f"claims.weekdays.{day}") for day in (named, token.day.weekday()))
        passage.say(
            ClaimKind.DATE, Severity.WARNING, start, end, stated=given, expected=right,
            message=t("claims.weekday", day=vn_date(token.day), given=given, right=right),
        )  # fmt: skip


_SAME_MONTH = re.compile(
    r"\btu\s+(?:ngay\s+)?([0-9]{1,2})(?:[/.]([0-9]{1,2}))?\s*(?:-|den|toi)\s+(?:het\s+)?(?:ngay\s+)?$"
)


def _backwards_in_a_month(passage: Passage) -> None:
    """'từ ngày 28/3 đến ngày 17/3/2025', 'từ 28 đến 17/3/2025'."""
    for token in passage.tokens:
        if token.sort not in (Sort.DAY, Sort.DAY_MONTH):
            continue
        day, month = (
            (token.day.day, token.day.month) if token.day else (int(token.values[0]), int(token.bottoms[0]))
            if token.sort is Sort.DAY_MONTH else (0, 0)
        )  # fmt: skip
        match = _SAME_MONTH.search(passage.flat, max(0, token.start - 45), token.start)
        if not match or month > 12 or not (match[2] is None or int(match[2]) == month):
            continue
        if day < int(match[1]) <= 31:
            first = f"{match[1]}/{month}"
            passage.say(
                ClaimKind.WINDOW_ORDER, Severity.WARNING, match.start(), token.end,
                stated=passage.quoted(match.start(), token.end), expected=t("claims.in_order"),
                message=t("claims.window_order", first=first, last=passage.quoted(token.start, token.end)),
            )  # fmt: skip


def _plausible(written: str) -> bool:
    """Whether only the length of the month is wrong: then nothing else can be meant."""
    day, month, *_ = (int(part) for part in re.findall(r"[0-9]+", written))
    return 1 <= day <= 31 and 1 <= month <= 12


def windows(passage: Passage, bound: date | None, which: str) -> None:
    """'từ ngày ... đến ngày ...': in order, and not beyond the signing where it is a window of figures."""
    _backwards_in_a_month(passage)
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
        if bound and token.day and token.day > bound and _is_done(flat, token):
            passage.say(
                ClaimKind.WINDOW, Severity.WARNING, token.start, token.end, stated=vn_date(token.day),
                expected=vn_date(bound),
                message=t("claims.done_later", done=vn_date(token.day), day=vn_date(bound)),
            )  # fmt: skip
            continue
        before = flat[max(0, token.start - 70) : token.start]
        until = _UNTIL.search(before) or (_BY_THEN.search(before) and _HAPPENED.match(flat, token.end))
        if not token.day or not until:
            continue
        if bound and token.day > bound and _of_figures(passage, token.start, token.end):
            _beyond(passage, token.start, token, bound, which)
        elif not bound or token.day <= bound:
            _other_window(passage, token, token)


def _is_done(flat: str, token: Token) -> bool:
    """'Ngày 25/9/2024, Sở đã tổ chức ...', 'đã mở hai lớp vào ngày 20/10/2024'."""
    before, after = flat[max(0, token.start - 110) : token.start], flat[token.end : token.end + 70]
    told = (_ON_DAY.search(before) and _WAS_DONE.match(after)) or _DONE_ON.search(before)
    return bool(told) and not _AHEAD.search(f"{before[-60:]} {after}")


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
