"""Shares whose words name their base: 'chiếm 9% số đơn đủ điều kiện', 'tỷ lệ trực tuyến trên hồ sơ nhận mới: 72%'.

The figure that is named decides, whatever other figures of the text would make: a share that was wrongly divided is
always right of something else. Of several figures that bear the name any makes it right.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from cchc.claims import words
from cchc.claims.bases import Bases
from cchc.claims.flat import words_of
from cchc.claims.grids import SCALE, FigureTable
from cchc.claims.judging import HUNDRED
from cchc.claims.kinds import ClaimKind
from cchc.claims.passage import Passage
from cchc.claims.quantities import Quantity, money
from cchc.claims.share_claims import ShareClaim
from cchc.claims.tokens import Sort
from cchc.indicators import format_number
from cchc.severity import Severity
from cchc.texts import t

# 'c % (tổng) số Z', 'c % của tổng Z'; with a verb that tells a share also 'c % Z'.
_BEHIND = re.compile(
    r"\s*(?:tren|trong|cua)?\s*(?:tong\s+(?:so\s+)?|so\s+|(?=(?:ke hoach|du toan) [a-z]))(?P<base>[a-z][a-z0-9/ ]+)"
)
_STRAIGHT_BEHIND = re.compile(r"\s*(?:tren|trong|cua)?\s*(?P<base>[a-z]+ [a-z]+ [a-z]+[a-z0-9/ ]*)")
_OF_IT = re.compile(r"\b(?:chiem|bang|tuong (?:duong|ung)(?: voi)?)(?:\s+(?:ty le|khoang))?\s*$")
# 'tỷ lệ A trên (tổng) số Z là c %', 'tỷ lệ A so với Z: c %'.
_BEFORE = re.compile(
    r"\bt[yi] (?:le|trong)\s+(?P<top>[a-z][a-z ]*?)\s+(?:tren|trong|so voi|/)\s+(?:tong\s+)?(?:so\s+)?"
    r"(?P<base>[a-z][a-z ]*?)\s*(?:(?:moi )?chi )?(?:la|dat|chiem|bang|o muc|[:,=])?\s*(?:la|dat|bang|muc)?\s*$"
)
_SUBJECT, _MAKES_UP = (
    re.compile(
        r"(?:^|[,;:.(]\s*|\b(?:trong do|rieng|va)\s+)(?P<top>[a-z][a-z ]*?)\s+(?:chi\s+|da\s+)?"
        rf"(?:{verbs})(?:\s+ty le)?\s*$"
    )
    for verbs in ("chiem|dat|bang", "chiem")
)
_OF_OTHER = re.compile(r"\s*(?:tren|trong|cua|so|tong|ke hoach|chi tieu)\b")
# Whose all of them are: that tells nothing of the text's own figures.
_OWNER = re.compile(
    r"\b(?:cua|toan|ca|trong|tren|tai|thuoc)\s+(?:toan\s+|dia ban\s+)?"
    r"(?:bo|tinh|huyen|xa|phuong|thanh pho|nganh|so|don vi|co quan|nuoc|dia phuong|ky|nam|quy|thang)\b(?:\s+nay)?"
)
_STOP = re.compile(r"\b(?:va|nhung|la|nen|tang|giam|vuot|so voi|chu yeu|bang)\b")
_DENIED = re.compile(r"\b(?:khong|chua|chang|ngoai)\b")
_FILLING = words_of("ty trong nhung cac duoc bi ra di khac loai hien gom thuc")
_OF_SOME = re.compile(r"\b(?:linh vuc|tai|rieng|cap|quy|thang|nam)\b")
_UPWARD = re.compile(r"\btro len\b")
_LEVEL = re.compile(r"\bcap (xa|huyen|tinh|so|bo)\b")
_SCOPES = words_of("ca toan tinh huyen phuong thanh pho nganh nuoc bo don vi hien nam quan ly")
_OPENS = re.compile(r"\b(?:trong|tren)(?: tong)?(?: so)? $")
_OF_THEN = re.compile(r"\b(?:cung ky|so voi|truoc|dau (?:nam|ky)|giua nam|ke hoach|tang|giam)\b")
_AHEAD = 50
_REACH = 90  # letters that say what a share is of
_SENTENCE, _BESIDE = 600, 200  # letters from a whole to its share, from a part to it
_FAR = 6000  # letters between a share and what it is of
_NEAREST = 6  # figures of one name that are tried


@dataclass(frozen=True, slots=True)
class Named:
    """A figure of the text, of a table too, with the words that tell what it is."""

    start: int
    value: Decimal
    told: frozenset[str]
    bare: bool  # without a noun
    denied: bool
    one: Quantity | None
    written: tuple[int, int]
    is_money: bool = False  # then its value is in dong
    above: frozenset[str] = frozenset()  # words of the whole that it is a part of


def _content(text: str) -> frozenset[str]:
    """The words that tell one thing from another; 'cấp xã' is one of them, 'xã' alone is none."""
    return words.content(_LEVEL.sub(r"cap\1", text)) - _FILLING


class FigureNames:
    """The figures of a text by the words that tell them."""

    def __init__(self, bases: Bases, tables: Sequence[FigureTable]) -> None:
        self._by_word: dict[str, list[Named]] = defaultdict(list)
        prose = [_of_prose(one, bases.whole(one.start)) for one in bases.counts]
        tops = [
            replace(one, value=one.one.value * (money(one.one) or 1),
                    told=one.told | _content(bases.passage.flat[one.one.start : one.one.end]))
            for one in prose if one.one is not None and one.one.sort is Sort.FRACTION
        ]  # fmt: skip
        every = [*tops, *prose, *(one for table in tables for one in _of_table(table))]
        for one in sorted(every, key=lambda one: one.start):
            for word in one.told | one.above:
                self._by_word[word].append(one)

    def of(self, name: str, place: int, keep: Callable[[Named], bool] = lambda one: True) -> list[Named]:
        """The figures before a place, else close behind it, the nearest first, whose words say all that a name says."""
        behind = (place, place + _SENTENCE, 1)
        return self._of(name, keep, place - _FAR, place, -1) or self._of(name, keep, *behind)

    def _of(self, name: str, keep: Callable[[Named], bool], start: int, end: int, way: int) -> list[Named]:
        wanted, denied = _content(name), bool(_DENIED.search(name))
        telling = wanted - frozenset(re.findall("[a-z]+", name)[:2]) or wanted
        if not telling:
            return []
        rarest = min(sorted(telling), key=lambda word: len(self._by_word.get(word, ())))
        every = self._by_word.get(rarest, [])
        first, last = (bisect_left(every, place, key=lambda one: one.start) for place in (start, end))
        found: list[Named] = []
        for one in every[first:last][::way]:
            if len(found) >= _NEAREST:
                break
            asked = telling if one.bare else wanted
            if (
                one.denied == denied
                and keep(one)
                and (asked <= one.told or (asked <= one.told | one.above and asked & one.told - one.above))
            ):
                found.append(one)
        return found


def _of_prose(one: Quantity, whole: Quantity | None = None) -> Named:
    value, unit = one.token.bottoms[0] if one.sort is Sort.FRACTION else one.value, money(one)
    text = f"{one.before} {one.after}"
    denied = bool(_DENIED.search(text))
    return Named(
        one.start, value * (unit or 1), _content(text), not one.noun, denied, one, (one.start, one.end), bool(unit),
        _content(f"{whole.before} {whole.after}") if whole else frozenset(),
    )  # fmt: skip


def _of_table(table: FigureTable) -> Iterator[Named]:
    names = [_content(name) for name in table.names]
    for row in table.rows:
        label = _content(table.label(row))
        for column in table.figures:
            cell = row.cells[column]
            if cell.said and cell.value is not None and not cell.percent:
                told = label | names[column]
                value = Decimal(cell.value) / SCALE
                yield Named(
                    cell.start,
                    value,
                    told,
                    True,
                    "khong" in told or "chua" in told,
                    None,
                    (cell.start, cell.end),
                )


def judge_named(bases: Bases, names: FigureNames, claims: Sequence[ShareClaim]) -> list[ShareClaim]:
    """Judge the shares whose words name both figures; returns the others."""
    lists: dict[int, list[Quantity]] = defaultdict(list)
    for one in bases.counts:
        whole = bases.whole(one.start)
        if whole is not None and one.sort is whole.sort is Sort.NUMBER:
            lists[whole.start].append(one)
    closed = [some for some in lists.values() if len(some) > 2]
    return [one for one in claims if not _judged(bases, names, one) and not _of_kinds(bases, closed, one)]


def _of_kinds(bases: Bases, lists: Sequence[Sequence[Quantity]], claim: ShareClaim) -> bool:
    """'giỏi 84, khá 420, trung bình 56; tỷ lệ khá, giỏi đạt 80 %': of several kinds of a list that makes its whole."""
    share = claim.share
    subject = re.split(r"[.;]\s", share.gap[-_REACH:])[-1] if claim.part is None else ""
    of_others = _OF_THEN.search(subject) or _OF_SOME.search(subject)
    said = frozenset[str]() if of_others else _content(subject)
    for parts in lists if said else ():
        whole = bases.whole(parts[0].start)
        if not 0 < share.start - parts[-1].end < _SENTENCE or whole is None:
            continue
        told = _content(f"{whole.before} {whole.after}") | set(parts[0].noun[:1])
        kinds = [_content(f"{one.before} {one.after}") - told for one in parts]
        chosen = [one for one, kind in zip(parts, kinds, strict=True) if kind and kind <= said]
        if _UPWARD.search(subject) and chosen:
            chosen = list(parts[: parts.index(chosen[-1]) + 1])
        if (
            len(chosen) < 2
            or len(set(kinds)) < len(kinds)
            or sum(one.value for one in parts) != whole.value
            or any(bases.right(share, one.value, whole.value) for one in parts)
        ):
            continue
        top = sum((one.value for one in chosen), Decimal(0))
        if bases.verdict(share, top, whole.value) != "wrong":
            bases.prove(claim, chosen[0], whole, whole.value)
        else:
            span = (chosen[0].start, chosen[-1].end)
            _say(
                bases,
                share,
                replace(_of_prose(chosen[0]), value=top, one=None, written=span),
                _of_prose(whole),
            )
        return True
    return False


def judge_listed(bases: Bases, claims: Sequence[ShareClaim]) -> list[ShareClaim]:
    """Judge the shares of a list whose parts make up its whole: each is of that whole; returns the others."""
    lists: dict[tuple[int, int], list[ShareClaim]] = defaultdict(list)
    for one in claims:
        whole = one.wholes.get(one.part.start) if one.part is not None else None
        if (
            whole is not None
            and whole.sort is Sort.NUMBER
            and whole.value > 0
            and not _OF_OTHER.match(one.share.after)
        ):
            lists[one.block, whole.start].append(one)
    done: set[int] = set()
    for some in lists.values():
        told = [(one, one.part) for one in some if one.part is not None]
        whole = some[0].wholes[told[0][1].start]
        odd = [
            (one, part) for one, part in told if bases.verdict(one.share, part.value, whole.value) == "wrong"
        ]
        closed = sum(part.value for _, part in told) == whole.value
        for one, part in odd:
            swapped = next((two for two, other in odd if two is not one and one.share.value != two.share.value
                            and bases.right(one.share, other.value, whole.value)
                            and bases.right(two.share, part.value, whole.value)), None)  # fmt: skip
            stale = (
                closed and len(odd) == 1 and len(told) > 2 and bases.makes(one.share, part.value) is not None
            )
            if swapped is not None or stale:
                done.add(one.share.start)
                _say(bases, one.share, _of_prose(part), _of_prose(whole), swapped.share if swapped else None)
    return [one for one in claims if one.share.start not in done]


def _judged(bases: Bases, names: FigureNames, claim: ShareClaim) -> bool:
    share, part = claim.share, claim.part
    told = _told(bases.passage, share, part)
    if (
        told is None
        or share.value > HUNDRED
        or (part is not None and (part.sort is not Sort.NUMBER or part.approximate))
    ):
        return False
    top_name, base_name = told
    if not base_name:
        return _of_own_whole(bases, names, claim, top_name)
    tops = names.of(top_name, share.start) if top_name else []
    if part is not None and (not top_name or _content(top_name) <= _of_prose(part).told):
        tops = [_of_prose(part)]
    least = min((one.value for one in tops), default=Decimal(0))
    said = f"{top_name} {part.before if part else ''}"

    def is_base(one: Named) -> bool:
        told = not _is_bare(base_name) or _is_all(bases.passage, one, base_name, said)
        return one.value >= least and (told or bool(_opened(bases.passage, share, [one])))

    wholes = names.of(base_name, share.start, is_base)
    wholes = _opened(bases.passage, share, wholes) or wholes
    pairs = [
        (top, base) for top in tops for base in wholes
        if base.value >= top.value > 0 and base.start != top.start and base.is_money == top.is_money
    ]  # fmt: skip
    for top, base in pairs:
        if bases.right(share, top.value, base.value):
            if top.one is not None and base.one is not None:
                bases.prove(claim, top.one, base.one, base.value)
            else:
                bases.passage.right(ClaimKind.PERCENT, share.start, share.end)
            return True
    if not pairs or any(bases.verdict(share, top.value, base.value) != "wrong" for top, base in pairs):
        return False
    _say(bases, share, *pairs[0], alone=part is not None and len({base.value for _, base in pairs}) == 1)
    return True


def _of_own_whole(bases: Bases, names: FigureNames, claim: ShareClaim, name: str) -> bool:
    """'512 nam và 333 nữ; nữ chiếm 39,41%': of the whole that the part was told of."""
    if words.role_of(name) is not None or not _content(name):
        return False
    tops = [one for one in names.of(name, claim.share.start) if claim.share.start - one.start < _SENTENCE]
    pairs = [
        (top, whole)
        for top in tops
        if (whole := bases.whole(top.start)) is not None and whole.value >= top.value > 0
    ]
    if not pairs or len({whole.start for _, whole in pairs}) > 1:
        return False
    verdicts = {bases.verdict(claim.share, top.value, whole.value) for top, whole in pairs}
    if verdicts != {"wrong"}:
        return False
    _say(bases, claim.share, pairs[0][0], _of_prose(pairs[0][1]))
    return True


def _say(
    bases: Bases,
    share: Quantity,
    top: Named,
    base: Named,
    swapped: Quantity | None = None,
    *,
    alone: bool = False,
) -> None:
    passage, own = bases.passage, top.one
    given = passage.quoted(share.start, share.end)
    right = f"{format_number(top.value * HUNDRED / base.value, 2)}%"
    near = own is not None and abs(own.start - share.start) < _BESIDE
    start, end = (
        (min(own.start, share.start), max(own.end, share.end)) if own and near else (share.start, share.end)
    )
    other = bases.makes(share, top.value)
    message = t("claims.named_share", part=passage.quoted(*top.written), base=passage.quoted(*base.written),
                right=right, given=given)  # fmt: skip
    if swapped is not None:
        message = (
            f"{message} {t('claims.swapped', given=given, other=passage.quoted(swapped.start, swapped.end))}"
        )
    elif other is not None:
        message = f"{message} {t('claims.named_other', given=given, other=format_number(other))}"
    sure = share.token.decimals > 0 and (swapped is not None or (alone and other is None))
    passage.say(
        ClaimKind.PERCENT, Severity.ERROR if sure else Severity.WARNING, start, end, stated=given, expected=right,
        message=message,
    )  # fmt: skip


def _told(passage: Passage, share: Quantity, part: Quantity | None) -> tuple[str, str] | None:
    """The names of the part, '' where a figure is it, and of the base."""
    clause = re.split(r"[.;]\s", passage.flat[max(0, share.start - min(160, len(share.gap))) : share.start])[
        -1
    ]
    match = _BEHIND.match(share.after) or (_OF_IT.search(clause) and _STRAIGHT_BEHIND.match(share.after))
    if match:
        subject = _SUBJECT.search(clause)
        top, base = _name(subject["top"]) if subject else "", _name(match["base"])
        return (top, base) if base else None
    match = _BEFORE.search(clause)
    if part is not None:
        return None
    if match is None:
        subject = _MAKES_UP.search(clause)
        return (_name(subject["top"]), "") if subject and not _OF_OTHER.match(share.after) else None
    top, base = _name(match["top"]), _name(match["base"])
    return (top, base) if top and base else None


def _name(text: str) -> str:
    text = _OWNER.sub(" ", _STOP.split(text)[0])
    return re.sub(r"^\s*(?:t[yi] le|tong so|so)\s+", "", text).strip()


def _is_bare(name: str) -> bool:
    """Whether a name is only that of a thing: 'tổng số hồ sơ' can be any of them."""
    return len(re.findall("[a-z]+", name)) <= 2


def _is_all(passage: Passage, one: Named, name: str, said: str) -> bool:
    """Whether a figure is told of all of a thing: of now, outside of brackets, without more words than its part."""
    before = passage.flat[max(0, one.start - _AHEAD) : one.start]
    return (
        one.one is not None and not one.one.depth and not _OF_THEN.search(before)
        and ("tong so" in before[-40:] or one.told <= _SCOPES | _content(f"{name} {said}"))
    )  # fmt: skip


def _opened(passage: Passage, share: Quantity, wholes: Sequence[Named]) -> list[Named]:
    """Those that the share's own sentence tells as its whole: 'Trong 438 thủ tục có ...'."""
    return [
        one for one in wholes
        if one.one is not None and share.start - one.start < _SENTENCE
        and _OPENS.search(passage.flat, max(0, one.start - 20), one.start)
        and not re.search(r"\.\s", passage.flat[one.start : share.start])
    ]  # fmt: skip
