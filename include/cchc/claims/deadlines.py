"""Tasks that were due before the document that sets them, or before the day from which their time runs."""

from __future__ import annotations

import re
from bisect import bisect_left
from calendar import monthrange
from datetime import date, timedelta

from cchc.claims.kinds import ClaimKind
from cchc.claims.passage import Passage
from cchc.claims.tokens import Sort, Token
from cchc.clock import vn_date
from cchc.severity import Severity
from cchc.texts import t

_DUE = re.compile(
    r"\b(?:truoc|(?:cham|muon) nhat(?: la| den| vao)?|han (?:cuoi|chot|hoan thanh|nop|gui)(?: la)?|thoi han(?: den)?:?|"
    r"khong (?:qua|muon hon)|(?:xong|hoan thanh)(?: vao| trong)?|(?:xong |tu nay )(?:cho )?den)"
    r"\s+(?:het\s+)?(?:\(?ngay\s+)?$"
)
_PERIOD_DUE = re.compile(
    r"\b(?:xong|hoan thanh|trinh|ban hanh|gui|bao cao|khac phuc|trien khai|to chuc)\b[^.;\n]{0,40}?"
    r"\b(?:trong|truoc|het)\s+(?:thang\s+([0-9]{1,2})|quy\s+(iv|i{1,3}|[1-4]))\s*(?:/|nam)\s*(20[0-9]{2})"
)
# Documents that tell people what to do; a report mostly tells what was done.
_SETS_TASKS = re.compile(
    r"(?:^|\n)[ \t*#]*((?:ke hoach|cong van|chuong trinh|thong bao|ket luan|chi thi|cong dien|(?:bai )?phat bieu|"
    r"to trinh|de an|huong dan|quyet dinh|bien ban|y kien ket luan)\b[^\n]{0,90})"
)
_TASKS_AHEAD = re.compile(
    r"\b(?:phuong huong|nhiem vu\b|ke hoach (?:thang|quy|nam)\b|viec trong tam|thoi gian toi|to chuc thuc hien|"
    r"yeu cau|kien nghi|de nghi|giao viec|lo trinh|bien phap khac phuc|"
    r"(?:giai phap|viec)\b.*\b(?:cuoi nam|sap toi|toi))"
)
_SETS_OUT = re.compile(
    r"\W*(?:[0-9ivx]{1,3}[.)]\s*)?(?:ke hoach|phuong huong|nhiem vu)[^:.\n]{0,60}?\b(?:[0-9]|[ivx]+\b|cuoi nam|toi\b)"
)
# The document's own task, wherever it stands.
_OF_THIS = re.compile(
    r"\b(?:ket luan|ke hoach|chi thi|cong van|thong bao|quyet dinh|chuong trinh|huong dan|van ban|de an) nay\b"
)
_ORDERS = re.compile(
    r"\W*(?:[0-9a-z]{1,4}[.)]\s*)?(?:giao|yeu cau|de nghi|kien nghi|thong nhat giao|sau (?:hoi nghi|cuoc hop|phien hop|"
    r"buoi lam viec) nay|thoi gian toi|tu nay den)\b(?! thong| luu)"
)
_ASKS = re.compile(r"[,:]\s*(?:de nghi|yeu cau|kien nghi|giao|thong nhat giao)\s(?!ket|quyet)")
_RESULTS = re.compile(r"\b(?:ket qua|danh gia|tinh hinh)\b")
_PAST = re.compile(
    r"\bda\b|\btheo\s+(?:quyet dinh|ke hoach|nghi quyet)|\bso voi\b|\bthanh lap\b|\bban hanh ngay\b|\bneu tren\b|"
    r"\b(?:sinh|cap|hinh thanh|tuyen dung|hieu luc|giai quyet)\s+truoc\s|\bqua han\b|"
    r"\bduoc (?:giao|thanh lap|tiep nhan|cap)\b|\bphat sinh\b|\btiep nhan\b"
)
_AS_SET = re.compile(
    r"\s*,?\s*(?:theo|tai|cua)\s+(?:quyet dinh|ke hoach|nghi quyet|cong van|thong bao)\s+so\b"
)
_SOON = timedelta(days=60)  # a day without its year, so far back at most, is of this year
_MONTHS = {"i": 3, "ii": 6, "iii": 9, "iv": 12, "1": 3, "2": 6, "3": 9, "4": 12}


def deadlines(passage: Passage, signed: date | None) -> None:
    """'hoàn thành trước ngày 15/01' in a plan of the 20th: what is still to be done cannot have been due."""
    if signed is None:
        return
    flat, plan = passage.flat, _sets_tasks(passage)
    heads = [
        block.start for block in passage.blocks
        if block.marker in ("number", "letter", "roman", "head", "") and block.end - block.start < 120
    ]  # fmt: skip
    due = [
        (token.start, token.end, day) for token in passage.tokens
        if token.sort in (Sort.DAY, Sort.DAY_MONTH)
        and _DUE.search(flat, max(0, token.start - 40), token.start)
        and (day := _day(token, signed))
    ]  # fmt: skip
    for match in _PERIOD_DUE.finditer(flat):
        month = int(match[1]) if match[1] else _MONTHS[match[2]]
        if 1 <= month <= 12:
            due.append(
                (match.start(), match.end(), date(int(match[3]), month, monthrange(int(match[3]), month)[1]))
            )
    for start, end, day in due:
        own = passage.blocks[passage.block_at(start)].start
        sentence = max(own, *(flat.rfind(mark, own, start) + 1 for mark in ("\n", ". ", "; ")))
        place = bisect_left(heads, own)  # a task is no head, whatever it speaks of
        ahead = (
            bool(_SETS_OUT.match(flat, own) or _ORDERS.match(flat, own) or _ORDERS.match(flat, sentence))
            or bool(_OF_THIS.search(flat, sentence, start) or _ASKS.search(flat, sentence, start))
            or _ahead(flat, heads[max(0, place - 8) : place], plan)
        )  # fmt: skip
        if not ahead or _PAST.search(flat, sentence, start) or _AS_SET.match(flat, end):
            continue
        if day >= signed:
            passage.right(ClaimKind.DEADLINE, start, end)
            continue
        passage.say(
            ClaimKind.DEADLINE, Severity.WARNING, start, end, stated=passage.quoted(start, end),
            expected=t("claims.not_before"),
            message=t("claims.deadline", due=passage.quoted(start, end), day=vn_date(signed)),
        )  # fmt: skip


_RESULT = re.compile(
    r"\b(?:bao cao|tong hop|gui|trinh|hop|cong bo)\b[^.;]{0,40}?\b(?:ket qua|tong ket|ket luan)\b"
)
_OF_PERIOD = re.compile(r"\b(?:quy|thang|hang|dinh ky|so ket|tien do|dot)\b|\.\s")
_UNTIL = re.compile(r"\s*(?:den|-)\s+(?:het\s+)?(?:ngay\s+)?")


def results(passage: Passage) -> None:
    """'kiểm tra từ ngày 10/6 đến ngày 20/6, báo cáo kết quả trước ngày 15/6': told before it is over."""
    flat = passage.flat
    days = [one for one in passage.tokens if one.sort is Sort.DAY and one.day]
    for first, last, due in zip(days, days[1:], days[2:], strict=False):
        if first.day is None or last.day is None or due.day is None or not first.day <= last.day:
            continue
        over = _UNTIL.fullmatch(flat, first.end, last.start) and due.start - last.end < _SENTENCE
        if not over or "\n" in flat[last.end : due.start] or not _RESULT.search(flat, last.end, due.start):
            continue
        if not _DUE.search(flat, max(0, due.start - 40), due.start) or _OF_PERIOD.search(
            flat, last.end, due.start
        ):
            continue
        if due.day >= last.day:
            passage.right(ClaimKind.DEADLINE, due.start, due.end)
            continue
        passage.say(
            ClaimKind.DEADLINE, Severity.WARNING, due.start, due.end, stated=vn_date(due.day),
            expected=t("claims.not_before_end", last=vn_date(last.day)),
            message=t("claims.result_before_end", due=vn_date(due.day), last=vn_date(last.day)),
        )  # fmt: skip


def _day(token: Token, signed: date) -> date | None:
    """The day that is meant; one without its year only where it is shortly before the signing."""
    if token.sort is Sort.DAY:
        return token.day
    try:
        day = date(signed.year, int(token.bottom), int(token.value))
    except ValueError:
        return None
    return day if day >= signed - _SOON else None


def _sets_tasks(passage: Passage) -> bool:
    """Whether the title, alone on its line or in capitals, is that of a document that sets tasks."""
    for match in _SETS_TASKS.finditer(passage.lined[:_HEAD]):
        line = passage.text[match.start(1) : match.end(1)].strip(" \t*")
        if line.isupper() or len(line.split()) <= 2:
            return True
    return False


def _ahead(flat: str, heads: list[int], plan: bool) -> bool:
    """Whether the nearest head that says so speaks of what is to come; in a plan everything does but its review."""
    for start in reversed(heads):
        line = flat[start : start + 120].split("\n")[0]
        if _RESULTS.search(line):
            return False
        if _TASKS_AHEAD.search(line):
            return True
    return plan


_WITHIN_DAYS = re.compile(
    r"\btrong\s+(?:thoi han\s+|thoi gian\s+|vong\s+)?(?:khong qua\s+)?([0-9]{1,3})\s+ngay(?:\s+lam viec)?"
    r",?\s+(?:ke\s+)?tu\s+(?:ngay\s+)?"
)
_IN_FORCE = re.compile(r"\bco hieu luc\b[^.;\n]{0,40}?\b(?:ke\s+)?tu\s+(?:ngay\s+)?$")
_FROM_FORCE = re.compile(r"[^.;,\n]{0,60}\bco hieu luc\b")
_FROM_SIGNING = re.compile(r"[^.;,\n]{0,40}\b(?:ky|ban hanh)\b")
_SENTENCE = 260  # letters behind the number of days in which the day itself may be told


def spans_of_days(passage: Passage, signed: date | None) -> None:
    """'trong thời hạn 30 ngày kể từ ngày có hiệu lực, hoàn thành trước ngày ...': the day lies within the days."""
    flat, days = passage.flat, [one for one in passage.tokens if one.sort is Sort.DAY and one.day]
    starts = [one.start for one in days]
    force = next((one.day for one in days if _IN_FORCE.search(flat, max(0, one.start - 70), one.start)), None)
    for match in _WITHIN_DAYS.finditer(flat):
        stop = match.end() + _SENTENCE
        stop = min(
            (at for end in (". ", "\n", ";") if (at := flat.find(end, match.end(), stop)) >= 0), default=stop
        )
        told = days[bisect_left(starts, match.end()) : bisect_left(starts, stop)]
        opens = None
        if told and told[0].start == match.end():
            opens, told = told[0].day, told[1:]
        elif _FROM_FORCE.match(flat, match.end(), stop):
            opens = force
        elif _FROM_SIGNING.match(flat, match.end(), stop):
            opens = signed
        due = next((one for one in told if _DUE.search(flat, max(0, one.start - 40), one.start)), None)
        if opens is None or due is None or due.day is None:
            continue
        latest = opens + timedelta(days=2 * int(match[1]) + 7)  # working days are more, and holidays
        if opens <= due.day <= latest:
            passage.right(ClaimKind.DEADLINE, match.start(), due.end)
            continue
        passage.say(
            ClaimKind.DEADLINE, Severity.WARNING, match.start(), due.end, stated=vn_date(due.day),
            expected=t("claims.within_days", first=vn_date(opens), count=match[1]),
            message=t("claims.span_of_days", due=vn_date(due.day), first=vn_date(opens), count=match[1]),
        )  # fmt: skip


_DATE = (
    r"ng[a-z]{1,2}\s+([0-9]{1,2})(?:\s+th[a-z]{1,4}\s+|\s?[/.-]\s?)([0-9]{1,2})(?:\s+n[a-z]{1,3}\s+|\s?[/.-]\s?)"
    r"((?:19|20)[0-9]{2})"
)
_PLACE_LINE = re.compile(
    r"(?:^|\n|\t|\|| {2}|\*)\s{0,9}[*_]{0,4}"
    # The number on the same line. What is taken is not given back: a line may be blanks throughout.
    r"(?:s[a-z0-9]{1,2}\s*+:?\s*+[0-9. ]*+(?:\s?/?\s?[a-z0-9&/-]++\s++|(?<=\s)))?"
    rf"[^\n\t,.:;0-9]{{2,32}},\s*{_DATE}[^\S\n\t]*+[*_|]*+[^\S\n\t]*+(?=\n|$|\t)"
)
# The day on a line of its own or in brackets, with the number or not; the day of the meeting, of what this belongs to.
_DAY_LINE = re.compile(
    rf"(?:^|\n)[ \t*_(]*(?:so\s*:?\s*[0-9]+\s?/[a-z0-9/-]+\s*,?\s*|(?:bao cao|thong bao|ban hanh|ky)\s+)?{_DATE}"
    r"[ \t*_)]*(?=\n|$|,\s*so\b)"
)
_OF_MEETING = re.compile(
    rf"(?:^|\n)[ \t*_(]*(?:(?:thoi gian\s*:|kem theo\b)[^\n]{{0,140}}?{_DATE}|"
    rf"hom nay,?\s+{_DATE}|(?:tai\s+)?(?:hoi nghi|phien hop|cuoc hop|hop)\b[^\n]{{0,140}}?{_DATE}[ \t*_)]*(?=\n|$))"
)
_STAMP = re.compile(r"thoi gian ky\s*:?\s*([0-9]{1,2})[./-]([0-9]{1,2})[./-]((?:19|20)[0-9]{2})")
_HEAD, _TITLE = 3500, 900


def signing_day(flat: str) -> date | None:
    """The day of a document: its line 'Nơi, ngày ... tháng ... năm ...', its digital stamp, or its meeting's."""
    for match in (
        _PLACE_LINE.search(flat[:_HEAD]), _STAMP.search(flat), _DAY_LINE.search(flat[:_TITLE]),
        _OF_MEETING.search(flat[:_TITLE]),
    ):  # fmt: skip
        if match:
            try:
                day, month, year = (one for one in match.groups() if one)
                return date(int(year), int(month), int(day))
            except ValueError:
                continue
    return None
