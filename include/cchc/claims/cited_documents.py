"""Documents named by number and symbol: one number with two dates, another year than its number's, the future."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from cchc.claims.flat import plain, words_of
from cchc.claims.kinds import ClaimKind
from cchc.claims.passage import Passage
from cchc.claims.tokens import Sort, Token
from cchc.clock import vn_date
from cchc.severity import Severity
from cchc.texts import t

# Between a number and its day: nothing; or the body that issued it, when the words say that it did so on that day.
_TO_DAY = re.compile(
    r"\s*,?\s*(?:\(\s*|(?:duoc\s+)?(?:k[yi]|ban hanh|cong bo|de)\s+)*\s*(?:ng[a-z]{0,2}\s+|(?<=\())"
    r"|\s*,?\s*(?:\(?\s*c[a-z]{1,2}\s+)(?:[^\d.;:()\n](?!\b(?:ve|theo|da)\b)){2,60}?"
    r"(?:\s*,?\s+(?:duoc\s+)?(?:k[yi]|ban hanh|cong bo)(?:\s+ban hanh)?)?\s+ng[a-z]{0,2}\s+"
)
_AUTHORITY = re.compile(
    r"(?:c[a-z]{1,2}\s+)?(?:chu tich\s+)?(?:ubnd|u[a-z]\s+b[a-z]n\s+nh[a-z]{1,2}n\s+d[a-z]{1,3}n|hdnd|"
    r"hoi dong nhan dan|[a-z]{2,4}\s+uy)\s+"
    r"(t[i]nh|huy[a-z]{1,2}n|x[ae]\b|phuong|thi xa|thi tran|thanh pho|quan|dac khu)|"
    r"\bc(?!(?:o|ac|hi|ap|ho|on|an)\b)[a-z]{1,2}\s+(?:(?:bo truong|giam doc|thu truong)\s+(?=(?:bo|so)\b))?"
    r"(chinh ph[a-z]|thu tuong|bo(?= truong\b)|bo\s+[a-z]+\s+[a-z]+|so\s+[a-z]+\s+[a-z]+|van phong)"
)
# Two words of a name with capitals, as in "xã Mỹ Phước"; names of one word are left out of it.
_NAME = re.compile(r"\s+([^\W\d_]\w*\s+[^\W\d_]\w*)")
_STOPWORDS = words_of(
    "ve viec cua va thuc hien ban hanh trien khai cong tac tren dia uy nhan dan huyen tinh xa nam ubnd cac"
)
_ONLY_ONE = ("tinh", "chinh ph", "thu tuong", "bo ", "so ", "van phong")
_ENOUGH = 6  # dates that bear each other out
_MOST_DATES = 9  # of one document that are told
_FAR_AHEAD = 75  # days; a lone date so far behind all others of a report is doubted


@dataclass(frozen=True)
class Cited:
    """A document as cited once: its day stands right behind its number."""

    name: Token
    day: Token
    authority: str
    subject: frozenset[str]

    @property
    def date(self) -> date:
        assert self.day.day is not None
        return self.day.day


def cited(passage: Passage) -> list[Cited]:
    found: list[Cited] = []
    every = passage.tokens
    for token, follower in pairwise(every):
        if token.sort is not Sort.DOCUMENT or follower.sort is not Sort.DAY or follower.day is None:
            continue
        if follower.start - token.end > 90 or not _TO_DAY.fullmatch(passage.flat[token.end : follower.start]):
            continue
        after = passage.flat[follower.end : follower.end + 90]
        between = _AUTHORITY.search(passage.flat[token.end : follower.start])
        start, match = (token.end, between) if between else (follower.end, _AUTHORITY.search(after[:60]))
        subject = re.search(r"\bv[e]\b(?:\s+viec)?\s+(.{5,90})", after, re.DOTALL)
        content = frozenset(
            word
            for word in (subject[1].split() if subject else ())
            if len(word) > 2 and word not in _STOPWORDS
        )
        found.append(Cited(token, follower, _authority(passage, start, match), content))
    return found


def _authority(passage: Passage, start: int, match: re.Match[str] | None) -> str:
    """The body that issued a document: its level and, where it is given, its name."""
    if match is None:
        return ""
    level = " ".join((match[1] or match[2]).split())
    name = _NAME.match(passage.text, start + match.end())
    capitals = passage.text != passage.flat
    if not match[1] or not name or (capitals and not all(word[:1].isupper() for word in name[1].split())):
        return level
    return f"{level} {plain(' '.join(name[1].split()))}"


def check_documents(passage: Passage, bound: date | None, which: str) -> None:
    """All citations of a report against each other, against their own numbers and against the day of signing."""
    every = cited(passage)
    twins = _two_dates(passage, every)
    later = {id(one) for one in every if bound and one.date > bound}
    sure = len(later) <= 3
    for one in every:
        name = passage.quoted(one.name.start, one.name.end)
        start, end = one.name.start, one.day.end
        if one.name.year is not None and one.name.year != one.date.year:
            passage.say(
                ClaimKind.TWO_DATES, Severity.ERROR, start, end, stated=vn_date(one.date), expected=str(one.name.year),
                message=t("claims.other_year", name=name, year=one.name.year, day=vn_date(one.date)),
            )  # fmt: skip
        elif id(one) in later and bound:
            passage.say(
                ClaimKind.FUTURE_DOCUMENT, Severity.ERROR if sure and which == "signed" else Severity.WARNING, start,
                end,
                stated=vn_date(one.date), expected=vn_date(bound),
                message=t(f"claims.future_{which}", name=name, day=vn_date(one.date), bound=vn_date(bound)),
            )  # fmt: skip
        elif id(one) not in twins:
            passage.right(ClaimKind.TWO_DATES, start, end)
    if bound is None:
        _alone_in_future(passage, every, twins)


def _two_dates(passage: Passage, every: list[Cited]) -> set[int]:
    """Notes documents with two dates; returns the ids of the citations concerned."""
    by_name: dict[str, list[Cited]] = {}
    for one in every:
        if "-" in one.name.name:  # '3/BC' names no body: any of them has one
            by_name.setdefault(one.name.name, []).append(one)
    noted: set[int] = set()
    for same in by_name.values():
        first = same[0]
        by_day: dict[date, Cited] = {}
        for other in same:
            by_day.setdefault(other.date, other)
        # Against the citation that stands first.
        for two in list(by_day.values())[1:_MOST_DATES]:
            one = first
            severity = _severity(one, two)
            if severity is None:
                continue
            noted |= {id(each) for each in same if each.date in (one.date, two.date)}
            _say_two(passage, two, one, severity)
            # Either can be the wrong one, unless others bear the first out.
            if sum(each.date == one.date for each in same) == 1:
                _say_two(passage, one, two, Severity.WARNING)
    return noted


def _say_two(passage: Passage, here: Cited, there: Cited, severity: Severity) -> None:
    passage.say(
        ClaimKind.TWO_DATES, severity, here.name.start, here.day.end, stated=vn_date(here.date),
        expected=vn_date(there.date),
        message=t("claims.two_dates", name=passage.quoted(here.name.start, here.name.end), here=vn_date(here.date),
                  there=vn_date(there.date), line=passage.lined.count("\n", 0, there.name.start) + 1),
    )  # fmt: skip


def _severity(one: Cited, two: Cited) -> Severity | None:
    """How sure it is that two citations mean one document. Numbers begin anew every year and at every authority."""
    if one.authority and two.authority and not _same_authority(one.authority, two.authority):
        return None
    same_authority = bool(one.authority and two.authority)
    one_sided = bool(one.authority) != bool(two.authority)
    shared = one.subject & two.subject
    alike = bool(shared) and len(shared) * 2 >= min(len(one.subject), len(two.subject))
    if one.date.year == two.date.year:
        # Of communes and districts there are many: without their names they may be two.
        one_body = same_authority and (one.authority.startswith(_ONLY_ONE) or " " in one.authority)
        sure = (alike and (one_body or not one.authority)) or (one_body and not (one.subject and two.subject))
        return Severity.ERROR if sure and not one_sided else Severity.WARNING
    if (one.date.day, one.date.month) == (two.date.day, two.date.month):
        small = int(one.name.name.split("/")[0]) <= 10
        return None if small or (one.date.day, one.date.month) == (1, 1) else Severity.WARNING
    near = two.name.start - one.name.end < 1200
    return Severity.WARNING if near and same_authority and int(one.name.name.split("/")[0]) > 20 else None


def _same_authority(one: str, two: str) -> bool:
    """Whether two names can be one body: 'xa' is any commune, 'xa my phuoc' that one."""
    return one == two or one.startswith(two + " ") or two.startswith(one + " ")


def _alone_in_future(passage: Passage, every: list[Cited], twins: set[int]) -> None:
    """Without a day of signing: a document far behind all other dates, which also has an earlier date elsewhere."""
    trusted = {one.date for one in every if id(one) not in twins}
    if len(trusted) < _ENOUGH:
        return
    last = max(trusted)
    for one in every:
        if id(one) not in twins or (one.date - last).days < _FAR_AHEAD:
            continue
        elder = [other.date for other in every if other.name.name == one.name.name and other.date <= last]
        if elder:
            name = passage.quoted(one.name.start, one.name.end)
            passage.say(
                ClaimKind.FUTURE_DOCUMENT, Severity.ERROR, one.name.start, one.day.end, stated=vn_date(one.date),
                expected=vn_date(elder[0]),
                message=t("claims.future_other", name=name, day=vn_date(one.date), last=vn_date(last)),
            )  # fmt: skip
