"""All or none ('100 % hồ sơ đúng hạn', '18/18 xã đã ...', 'không có ... nào') against some that are told elsewhere."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cchc.claims.flat import WORD, plain, words_of
from cchc.claims.grids import FigureTable
from cchc.claims.judging import HUNDRED
from cchc.claims.kinds import ClaimKind
from cchc.claims.passage import Passage
from cchc.claims.quantities import Read, kind_of, one_kind
from cchc.claims.tokens import Sort
from cchc.claims.words import UNIT_NAME
from cchc.severity import Severity
from cchc.texts import t

_ALL = re.compile(
    r"\b(?:tat ca|toan bo)(?: (?:cac|so)| [0-9]+)?\b|\b(?P<none>khong (?:co|con|de|phat sinh|xay ra))\b"
)
# One word for what is said in several, its denial told as one: 'quá hạn' is 'chưa đúng hạn'.
_SAME = tuple(
    (re.compile(rf"\b(?:{said})\b"), word)
    for said, word in (
        (r"(?:dung|truoc)(?: (?:va|,|hoac) (?:dung|truoc|som))?(?: thoi)? han|dung hen", "dunghan"),
        (r"(?:qua|tre|cham|lo)(?: thoi)? han|tre hen", "chua dunghan"),
        (r"vang(?: mat)?", "chua mat"),
        (r"ky so", "kyso"),
    )
)
_DENIED = re.compile(r"\b(?:chua|khong)\b")
_OPEN = re.compile(r"\b(?:dang|con lai|chua (?:giai quyet|den))\b(?=.*dunghan)")
_REACHES = re.compile(r"^[^a-z]*(?:ty le )?((?: ?[a-z]+){3,}?)\s+(?:deu )?(?:dat|la|bang)\s*$")
_ENDS, _BRACKETS = (
    re.compile(r"[.;:!?](?=\s|$)|\n|,(?= (?:dat|chiem|bang|trong do|tang|giam|tap trung|nhung|con)\b)"),
    re.compile(r"\([^()]*\)"),
)
_UP_TO = re.compile(r"[^.,;:!?\n]*")
_OTHER_TIME = re.compile(
    r"\b(?:cung ky|(?:nam|ky|quy|thang) truoc|so voi|truoc (?:day|do|khi)|den nay|hien nay|"
    r"sau (?:khi|do|kiem tra)|khac phuc)\b"
)
_GOAL = re.compile(
    r"\b(?:bao dam|dam bao|phan dau|muc tieu|chi tieu|quyet tam|tiep tuc|yeu cau|de nghi|nham|giu|phai|se|huong toi|"
    r"ke hoach|nhiem vu|du kien|toi thieu|tru|ngoai tru|neu)\b"
)
_SCOPED = re.compile(
    r"\b(?:cap (?:tinh|huyen|xa|so|phong|tren|duoi|co so)|linh vuc|rieng|doi voi|thuoc|"
    r"thang|quy|ngay|dot|nhom|khoi|truong hop nay)\b"
)
_NEUTRAL = words_of(
    "cac so nhung da deu duoc co bi la va cua cho trong tren tai theo ve nao mot con van hien nay ky nam tong ca nguoi "
    "viec voi o do de can cong chuc vien lao dong thi khong chua them den ra tu het tat toan bo dan to "
    "hien cung ty le quy dinh phat sinh"
)
_OF_FILES = words_of("giai quyet tra ket qua xu ly tiep nhan thu tuc hanh chinh dunghan")
_FAR = 20_000  # letters between all of them and some
_ROUNDED = 200  # a part this near is 100 % when rounded
_SURE = 4  # words that two share whatever they count
_REACH, _TOLD = 110, 60  # letters of a clause, of it as a message tells it


@dataclass(frozen=True)
class _Said:
    start: int
    end: int
    thing: str
    words: frozenset[str]
    none: bool = False
    act: str = ""  # of some that did not: what they did not do


def check_all(passage: Passage, read: Sequence[Read], tables: Sequence[FigureTable]) -> None:
    claims = [*_of_words(passage), *_of_figures(passage, read)]
    if not claims:
        return
    by_word: dict[str, list[_Said]] = defaultdict(list)
    for said in sorted((*_some(passage, read), *_named(passage)), key=lambda said: said.start):
        for word in said.words:
            by_word[word].append(said)
    late = next(_late_of_tables(tables), None)
    for one in claims:
        here = _sentence(passage, one.start)
        some = sorted(
            {two for word in one.words for two in _near(by_word.get(word, ()), one.start)},
            key=lambda two: two.start,
        )
        other = next((two for two in some if not here[0] <= two.start < here[1] and _against(one, two)), None)
        place = (other.start, other.end) if other else late if "dunghan" in one.words <= _OF_FILES else None
        if place is None:
            continue
        given, told = passage.quoted(one.start, one.end), passage.quoted(*place)
        passage.say(
            ClaimKind.TWO_VALUES, Severity.WARNING, one.start, one.end, stated=given, expected=told,
            message=t("claims.not_all", given=given, some=told, line=passage.lined.count("\n", 0, place[0]) + 1),
        )  # fmt: skip


def _near(some: Sequence[_Said], place: int) -> Sequence[_Said]:
    first, last = (bisect_left(some, at, key=lambda said: said.start) for at in (place - _FAR, place + _FAR))
    return some[first:last]


def _against(one: _Said, some: _Said) -> bool:
    shared = len(one.words & some.words) + ("kyso" in one.words & some.words)
    if some.act and some.act not in one.words:
        return False
    if one.none != some.none or not (one_kind(one.thing, some.thing) or shared >= _SURE):
        return False
    if "dunghan" in one.words:
        return one.words <= _OF_FILES and "dunghan" in some.words
    if one.none:
        return shared > 1 and shared * 4 >= 3 * len(one.words)
    most, fewer = len(one.words), min(len(one.words), len(some.words))
    return shared > 1 and shared * 3 >= 2 * fewer and (shared > 2 or shared * 3 >= 2 * most)


def _sentence(passage: Passage, place: int) -> tuple[int, int]:
    at = bisect_right(passage.sentences, (place, len(passage.flat))) - 1
    return passage.sentences[max(0, at)]


def _predicate(text: str) -> str:
    for said, word in _SAME:
        text = said.sub(word, text)
    return text


def _clause(passage: Passage, start: int) -> str:
    text = _BRACKETS.sub(" ", passage.flat[start : start + _REACH])
    ends = _ENDS.search(text)
    return _predicate(re.split(r"[0-9(]", text[: ends.start()] if ends else text)[0])


def _content(text: str, noun: Sequence[str] = ()) -> frozenset[str]:
    return frozenset(WORD.findall(text)) - _NEUTRAL - frozenset(noun)


def _of_words(passage: Passage) -> Iterator[_Said]:
    """'tất cả hồ sơ đều ...', 'không có công chức nào bị ...'."""
    for start, end in passage.sentences:
        for match in _ALL.finditer(passage.flat, start, end):
            clause = _clause(passage, match.end())
            noun = WORD.findall(clause)[:2]
            if len(noun) < 2 or _elsewhere(passage, start, match.start(), clause):
                continue
            wished = match["none"] == "khong de" and not passage.flat[start : match.start()].strip(" -+*\n")
            late = "chua dunghan" in clause
            if wished or (match["none"] and _DENIED.search(clause) and not late):
                continue
            stop = min(end, match.end() + len(clause))
            words = _content(clause, noun)
            yield _Said(match.start(), stop, kind_of(tuple(noun)), words, bool(match["none"]) and not late)


def _of_figures(passage: Passage, read: Sequence[Read]) -> Iterator[_Said]:
    """'100 % hồ sơ ...', '18/18 xã ...'."""
    for block in read:
        for one in block.every:
            share = one.sort is Sort.PERCENT and one.value == HUNDRED
            if not share and not (one.sort is Sort.FRACTION and one.value == one.token.bottom):
                continue
            clause, start = _clause(passage, one.end), _sentence(passage, one.start)[0]
            if share and len(WORD.findall(clause)) < 2 and (told := _REACHES.search(one.before)):
                clause = _predicate(told[1])  # 'hồ sơ giải quyết đúng hạn đạt 100 %'
            noun = WORD.findall(clause)[:2]
            if len(noun) == 2 and not (
                _DENIED.search(clause) or _elsewhere(passage, start, one.start, clause)
            ):
                yield _Said(one.start, one.end, kind_of(tuple(noun)), _content(clause, noun))


def _elsewhere(passage: Passage, start: int, place: int, clause: str) -> bool:
    """Whether it is of another time, of a part only, or still to be reached."""
    before = passage.flat[max(start, place - _REACH) : place]
    behind = _UP_TO.match(passage.flat, place)  # 'không có hồ sơ quá hạn (UBND xã ...)'
    named = UNIT_NAME.search(passage.text, max(start, place - _REACH), behind.end() if behind else place)
    return bool(named) or any(
        words.search(text) for words in (_GOAL, _OTHER_TIME, _SCOPED) for text in (before, clause[:60])
    )


def _some(passage: Passage, read: Sequence[Read]) -> Iterator[_Said]:
    """Figures of some that did not, of a fraction or a part that did, of some that did."""
    for block in read:
        for one in block.every:
            if one.sort is Sort.PERCENT or not one.value or one.approximate or not one.noun:
                continue
            ahead = passage.flat[max(_sentence(passage, one.start)[0], one.start - _REACH) : one.start]
            clause = _clause(passage, one.end)
            told = _predicate(f"{one.before[-60:]} {clause}")
            if _OTHER_TIME.search(told) or _GOAL.search(ahead) or _OPEN.search(told):
                continue
            whole = block.wholes.get(one.start)
            of = one.token.bottom if one.sort is Sort.FRACTION else whole.value if whole else one.value
            denied = _DENIED.search(told)
            words = _content(told[denied.start() :] if denied else told, one.noun)
            said = (one.start, one.end + min(len(clause.rstrip()), _TOLD), kind_of(one.noun), words)
            if denied or one.value * _ROUNDED < of * (_ROUNDED - 1):
                yield _Said(*said, act=_act(told[denied.end() :]) if denied else "")
            if not denied:
                yield _Said(*said, none=True)


def _named(passage: Passage) -> Iterator[_Said]:
    """'xã An Hòa và xã Bình Sơn chưa niêm yết ...': one that did not, by its name."""
    for start, end in passage.sentences:
        denied = _DENIED.search(passage.flat, start, end)
        name = UNIT_NAME.search(passage.text, start + 1, denied.start()) if denied else None
        if denied and name and not _OTHER_TIME.search(passage.flat, start, end):
            clause = _clause(passage, denied.end())
            yield _Said(
                name.start(),
                denied.end() + min(len(clause.rstrip()), _TOLD),
                plain(name[1]),
                _content(clause),
                act=_act(clause),
            )


def _act(denied: str) -> str:
    """The word that is denied: 'chưa được niêm yết'."""
    return next((word for word in WORD.findall(denied) if word not in _NEUTRAL), "")


def _late_of_tables(tables: Sequence[FigureTable]) -> Iterator[tuple[int, int]]:
    for table in tables:
        for column in table.figures:
            name = _predicate(table.names[column])
            if (
                "chua dunghan" not in name
                or table.is_share(column)
                or _OTHER_TIME.search(name)
                or "dang" in name
            ):
                continue
            for row in table.rows:
                cell = row.cells[column]
                if table.is_total(row) and cell.value:
                    yield cell.start, cell.end
