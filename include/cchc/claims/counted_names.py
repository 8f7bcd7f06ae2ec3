"""A count and the names that are listed behind it: '05 huyện: An Biên, Giang Thành; Vĩnh Thuận'."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from cchc.claims import words
from cchc.claims.flat import plain
from cchc.claims.kinds import ClaimKind
from cchc.claims.layout import Block
from cchc.claims.passage import Passage
from cchc.claims.quantities import Quantity
from cchc.claims.tokens import Sort
from cchc.folding import CAPITALS
from cchc.indicators import format_number
from cchc.severity import Severity
from cchc.texts import t

_NAMED = re.compile(
    r"\s{0,2}(huyen|xa|phuong|thi tran|dac khu|thanh pho|phong|so|don vi|co quan|truong|trung tam|noi|"
    r"dia phuong|dia ban|tinh|ap|khom|khu pho|to dan pho|buon|lang|thon|linh vuc|quyet dinh|"
    r"don vi su nghiep|phong chuyen mon|ban)\b"
)
_ALL = re.compile(r"(?::|\bgom:?|\bla)\s*$")  # whatever is counted, a list behind it names all
_FIELDS = re.compile(r"\s{0,2}linh vuc\b")
_BODY = re.compile(
    r"^(?:(?:các|những|cac|ông|bà|đồng chí|dong chi)\s+)*"
    r"(?:th[àa]nh ph[ốo]|x[ãa]|ph[ườ]{2}ng|phuong|huy[ệe]n|th[ịi] tr[ấa]n|[đd][ặa]c khu|[ấa]p|kh[óo]m|th[ôo]n|ban|"
    r"s[ởo])?\s*"
)
# Behind the last name: 'và qua báo cáo', 'đã hoàn thành'; and names that are numbers.
_BEYOND = re.compile(
    r"\s(?:và\s+(?!xã|phường|huyện|thị|đặc|ấp|khóm|thôn|va\b)|đã|để|trong|với|được|chưa|vẫn)\s*[a-zđà-ỹ].*$"
)
_NUMBERED = re.compile(
    r"\b(?:[Ấấ]p|[Kk]hóm|[Tt]hôn|[Pp]hường|[Kk]hu phố|[Tt]ổ|[Bb]uôn|[Bb]ản)\s+[0-9]{1,2}\b"
    r"(?:(?:\s*,\s*|\s+và\s+)[0-9]{1,2}\b)*"
)
_DOCUMENT = re.compile(r"(?:va )?(?:[a-z]+ ){1,3}so ")
_OPEN_END = re.compile(r"\.\.|…|v\.v|\bnhu\b")
_OF_MORE = re.compile(r"\btren\s+$")
_PERSON = re.compile(r"(?:các\s+)?(?:ông|bà|đồng chí|đ/c|anh|chị)\s")
_TOLD_OF_ONE = re.compile(r"\([^()]*\)")
_TWO = re.compile(rf"\bvà\s+(?:[^\W\d_{CAPITALS}]+\s+){{0,2}}[{CAPITALS}]")
_LONGEST, _LONGEST_ITEM, MOST = 900, 14, 30
_STOP = re.compile(r"\.(?=\s|$)")
# From a count to its list; a bound may be told between them ('dưới 80 điểm'), or the count stand in brackets.
_NAMES_FROM = re.compile(
    r"(?:[^.;:()0-9]{0,60}?(?:[0-9,]{1,6}\s?(?:%|phan tram|diem\b)[^.;:()0-9]{0,30}|\)[^.;:()0-9]{0,30})?|"
    r"[^.;:()0-9]{0,90})(?::|(?<!\))\(|(?:,|\bdo|\b(?:bao|%|diem))?\s*\b(?:gom|la)\b:?(?:\s+cac\b)?(?: ong, ba:)?)\s*"
)
# Names that hold an 'và' themselves; every other one may join two.
_ONE_NAME = re.compile(
    r"\b(?:hdnd va ubnd|van hoa va (?:the thao|thong tin|du lich)|khoa hoc va cong nghe|tai nguyen va moi truong|"
    r"nong nghiep va (?:moi truong|phat trien)|giao duc va dao tao|ke hoach va dau tu|dan toc va ton giao|"
    r"thong tin va truyen thong|thuong binh va xa hoi)\b"
)


def counted_names(passage: Passage, entries: Sequence[Quantity], block: Block) -> None:
    """A count and what is listed behind it: names, documents, items between semicolons."""
    flat = passage.flat
    for one in entries:
        if (
            one.sort is Sort.PERCENT
            or not 2 <= one.value <= MOST
            or _OF_MORE.search(flat, max(0, one.start - 6), one.start)
        ):
            continue
        opened = _NAMES_FROM.match(flat, one.end, min(block.end, one.end + 120))
        if not opened or words.SOME_OF.search(opened[0]):
            continue
        last = min(block.end, opened.end() + _LONGEST + 1)
        stop = flat.find(")", opened.end(), last) if "(" in opened[0] else -1
        if stop < 0:
            match = _STOP.search(flat, opened.end(), last)
            stop = match.start() if match else last
        if stop - opened.end() <= _LONGEST and not _OPEN_END.search(flat, opened.end(), stop):
            told = listed_names(passage, one, opened.end(), stop)
            if told is not None:
                compare(passage, one, *told)


def listed_names(passage: Passage, one: Quantity, start: int, stop: int) -> tuple[int, int, int] | None:
    """(where a list ends, how many it names at least, at most); None for what is no list of what is counted."""
    listed, value = passage.text[start:stop], int(one.value)
    if not passage.flat.startswith(")", stop):  # what is told of each name
        listed = _TOLD_OF_ONE.sub(lambda inside: " " * len(inside[0]), listed)
    head = listed.partition(";")[0]
    if "," in head and all(map(is_name, _names(head))) and not all(map(is_name, _names(listed))):
        listed, stop = head, start + len(head)  # another clause behind it
    names = _names(listed)
    documents = [token for token in passage.within(start, stop) if token.sort is Sort.DOCUMENT]
    papers = re.split(r"[,;]|\bva (?=(?:[a-z]+ ){1,3}so )", plain(listed.strip()))
    if (
        len(documents) > 1
        and len(documents) == len(papers)
        and all(map(_DOCUMENT.match, map(str.strip, papers)))
    ):
        return stop, len(documents), len(documents)
    for place, name in enumerate(names):
        if name[:1].isupper() and (rest := _BEYOND.search(name)):  # 'A, B, C và qua báo cáo của ...'
            names = [*names[:place], name[: rest.start()]]
            listed = listed[: listed.find(name) + rest.start()]
            stop = start + len(listed)
            break
    digit = re.search(r"[0-9]", _NUMBERED.sub(lambda match: "x" * len(match[0]), listed))
    if digit and (cut := listed.rfind(";", 0, digit.start())) > 0:  # another count behind it
        return listed_names(passage, one, start, start + cut)
    if digit or (len(names) < 2 and not _TWO.search(listed)):
        return None
    if listed.count(";") >= 2 and not passage.flat.startswith(")", stop):
        items = [item for item in listed.split(";") if item.strip()]
        joined = len(re.findall(r"\bva\b", plain(items[-1])))
        if all(len(item.split()) <= _LONGEST_ITEM for item in items) and abs(value - len(items)) <= 2:
            return stop, len(items), len(items) + joined
        return None
    named, fields = (pattern.match(passage.flat, one.end) for pattern in (_NAMED, _FIELDS))
    proper = all(is_name(name) for name in names)
    people = all(map(_PERSON.match, names))  # a bracket may tell only some of other things
    listed_all = proper and one.noun and (people or _ALL.search(passage.flat, one.end, start))
    if not (named or listed_all) or not (proper or (fields and _short(names))):
        return None
    most = len(names) + sum(
        len(re.findall(r"\bva\b", _ONE_NAME.sub("", part)))
        for part in re.split(r"[,;]", passage.flat[start:stop])
    )
    # The name of a field may hold a comma: a longer list proves nothing.
    return (stop, len(names), most) if proper or value > len(names) else None


def _names(listed: str) -> list[str]:
    return [name.strip() for name in re.split(r"[,;]", listed) if name.strip()]


def compare(passage: Passage, one: Quantity, stop: int, least: int, most: int) -> None:
    if least <= one.value <= most:
        return passage.right(ClaimKind.COUNT, one.start, stop)
    expected, given = (
        format_number(Decimal(least if one.value < least else most)),
        passage.quoted(one.start, one.end),
    )
    return passage.say(
        ClaimKind.COUNT, Severity.WARNING, one.start, stop, stated=given, expected=expected,
        message=t("claims.count", given=given, listed=expected),
    )  # fmt: skip


def _short(names: Sequence[str]) -> bool:
    """Whether all can be fields of work, which are written small: 'đất đai', 'bảo trợ xã hội'."""
    return all(len(name.removeprefix("và ").split()) <= 7 for name in names)


def is_name(name: str) -> bool:
    """A proper name: a capital first, a handful of words; the kind of body may stand before it."""
    name = name.removeprefix("và ").removeprefix("va ")
    if _NUMBERED.fullmatch(name) or re.fullmatch(r"[0-9]{1,2}", name):
        return True
    words_ = _BODY.sub("", name).split()
    return 1 <= len(words_) <= 12 and words_[0][:1].isupper()
