"""How many days late or early something came, held against the two days that its sentence gives."""

from __future__ import annotations

import re
from bisect import bisect_left
from datetime import timedelta

from cchc.claims.kinds import ClaimKind
from cchc.claims.passage import Passage
from cchc.claims.tokens import Sort
from cchc.clock import vn_date
from cchc.severity import Severity
from cchc.texts import t

_TOLD = re.compile(r"\b(?:cham|tre|muon|(som))\s+(?:h[ae]n\s+)?([0-9]{1,3})\s+ngay\b(?!\s+lam viec)")
_DUE = re.compile(r"\b(?:h[ae]n|truoc|(?:cham|muon) nhat)\b[a-z ]{0,16}$")
_CAME = re.compile(
    r"\b(?:gui|nop|den|toi|moi|tra|xong|hoan thanh|trinh|ban hanh|phat hanh|nhan duoc|vao)\s+(?:[a-z]+\s+){0,3}$"
)
_STOP = re.compile(r"[.;]\s|\n")
_NEAR = 40  # letters before a day that tell what it is
_SENTENCE = 240  # letters to either side


def days_late(passage: Passage) -> None:
    """'hạn 10/6/2026, đến 14/6/2026 mới gửi, chậm 04 ngày'. Fewer days than between them may be working days."""
    flat, days = passage.flat, [one for one in passage.tokens if one.sort is Sort.DAY and one.day]
    starts = [one.start for one in days]
    for match in _TOLD.finditer(flat):
        first = max(0, match.start() - _SENTENCE)
        for stop in _STOP.finditer(flat, first, match.start()):
            first = stop.end()
        end = _STOP.search(flat, match.end(), match.end() + _SENTENCE)
        near = days[
            bisect_left(starts, first) : bisect_left(starts, end.start() if end else match.end() + _SENTENCE)
        ]
        due = [one for one in near if _DUE.search(flat, max(first, one.start - _NEAR), one.start)]
        came = [
            one
            for one in near
            if one not in due and _CAME.search(flat, max(first, one.start - _NEAR), one.start)
        ]
        if len(near) != 2 or len(due) != 1 or len(came) != 1 or not due[0].day or not came[0].day:
            continue
        early, late = (came[0].day, due[0].day) if match[1] else (due[0].day, came[0].day)
        right, told = (late - early).days, int(match[2])
        working = sum((early + timedelta(days=n)).weekday() < 5 for n in range(1, right + 1))
        told_as = passage.quoted(match.start(), match.end())
        span = min(match.start(), near[0].start), max(match.end(), near[1].end)
        if told == right:
            passage.right(ClaimKind.DELAY, *span)
        elif right < 0:
            passage.say(
                ClaimKind.DELAY, Severity.ERROR, *span, stated=told_as, expected=vn_date(due[0].day),
                message=t("claims.delay_turned", due=vn_date(due[0].day), came=vn_date(came[0].day), told=told_as),
            )  # fmt: skip
        elif not working <= told < right:
            passage.say(
                ClaimKind.DELAY, Severity.ERROR if told > right else Severity.WARNING, *span, stated=match[2],
                expected=str(right),
                message=t("claims.days_late", first=vn_date(early), last=vn_date(late), count=right, told=told),
            )  # fmt: skip
