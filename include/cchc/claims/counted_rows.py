"""How many rows of a table pass a mark, reach a plan, have something or nothing, as its text counts them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from cchc.claims.flat import WORD, words_of
from cchc.claims.grids import SCALE, FigureTable, Row, words_of_column, words_of_row
from cchc.claims.kinds import ClaimKind
from cchc.claims.named_cells import (
    GENERIC,
    LEAST,
    WEAK,
    Names,
    apart,
    body_rows,
    named_columns,
    scaled,
    spelled,
    telling,
)
from cchc.claims.passage import Passage
from cchc.claims.tokens import Sort, Token
from cchc.severity import Severity
from cchc.texts import t

CLAUSE = re.compile(r"[;:(]\s|,\s+(?=\w{1,9} nhat\b)|(?<!\btp)(?<!\btx)(?<!\btt)(?<!\b[hpx])\.\s|\n")
ANOTHER_TIME = re.compile(
    r"\bnam (?:(?:19|20)[0-9]{2}|truoc|ngoai)\b|\b(?:cung|trong) ky\b|\bquy (?:[ivx]+|truoc)\b|"
    r"\bthang (?:[0-9]+|truoc)\b|\btoan quoc\b|\bca nuoc\b"
)
_FIGURES = (Sort.NUMBER, Sort.PERCENT)
_LESS = re.compile(
    r"\b(?:duoi|thap hon|nho hon|it hon|chua (?:dat|den|toi)|khong (?:dat|den|toi)|<)\s*(?:muc\s+)?$"
)
_MORE = re.compile(r"\b(?:tren|vuot|cao hon|lon hon|hon|nhieu hon|>|tu|dat(?: tu)?)\s*(?:muc\s+)?$")
_AND_MORE = re.compile(r"\s*(?:[a-z]+\s+){0,3}(?:tro len)\b")
_RANGE = re.compile(r"\s*(?:den|-|–)\s*(?:duoi\s+)?[0-9]")
_BODY = re.compile(
    r"\s*(?:/\s*[0-9]+\s*)?(don vi|co quan|dia phuong|so\b|xa\b|phuong\b|huyen|thi xa|thanh pho|linh vuc|nganh|phong\b|"
    r"tinh\b|thon\b|ap\b|truong\b|bo\b|cuc\b|chi cuc)(?:, [a-z ]{2,12}?(?=,| co| con| khong| chua| hoan| dat| vuot))?"
)
_ALL = re.compile(r"\b(?:tat ca|toan bo|100%|cac|moi)\b[^.;]{0,60}\bdeu\b")
_NONE_OF = re.compile(r"\bkhong (?:co|con)\s+(?:mot\s+)?(?:[a-z]+\s+){1,3}nao\b")
# What a body did, without a mark: it has something of the column, nothing of it, as much as was planned.
_HAS = re.compile(
    r"\s+(?P<none>khong |chua )?(?:de |de xay ra |con |co |phat sinh |xay ra )+(?P<of>[a-z ]{3,60})"
)
_REACHED = re.compile(r"\s+(?:da )?(?:hoan thanh|dat|vuot)[a-z ]{0,16} (?:ke hoach|chi tieu|du toan|kh|dt)\b")
_PLAN, _OF_PLAN = (
    re.compile(r"\b(?:ke hoach|kh|chi tieu|du toan|dt|duoc giao)\b"),
    re.compile(r"\bthuc hien|\bth\b"),
)
_MARKED = re.compile(r"\b(?:ty le|tren|duoi|tu|vuot|hon|dat)\b")
_ENDS = re.compile(r"[,.;:(\n]|\s(?:nhung|vi|nen|gom|trong ky|de nghi|can)\b")
_CAME = words_of("nhan tiep")
_AUXILIARY = words_of("phat sinh khong chua con nao van bi xay ra de nhan tiep")
_NEAR = 4000  # letters between a claim and the table that it is about
_ALL_ROWS = -1


@dataclass(frozen=True)
class _Claim:
    """wanted: how many rows, or all of them. passes: a value without, and with the mark itself.

    said: words that can name the column, each more only where those before name none.
    """

    wanted: int
    of: int
    kind: str
    span: tuple[int, int]
    said: Sequence[str]
    shares: bool | None
    passes: Callable[[int, bool], bool]
    end: int
    plan: bool = False
    whole: bool = False  # every word of `said` is to be one of the table's


def counted_rows(passage: Passage, names: Names, start: int, end: int) -> None:
    for one in (*_with_mark(passage, start, end), *_without(passage, start, end)):
        behind = 0 if one.whole else 20
        if not ANOTHER_TIME.search(passage.flat, one.span[0], one.span[1] + behind):
            _judge(passage, names, one)


def clause_start(flat: str, start: int, place: int) -> int:
    """Where the clause of a place begins."""
    return max((match.end() for match in CLAUSE.finditer(flat, start, place)), default=start)


def _count(flat: str, one: Token) -> tuple[int, int, str] | None:
    """(how many, of how many, of what)."""
    body = _BODY.match(flat, one.end) if one.sort in (Sort.NUMBER, Sort.FRACTION) else None
    if body is None:
        return None
    return int(one.value), int(one.bottom) if one.sort is Sort.FRACTION else 0, body[1].split()[0]


def _with_mark(passage: Passage, start: int, end: int) -> Iterator[_Claim]:
    """'Có 05 xã có tỷ lệ hồ sơ trực tuyến dưới 50 %', 'không đơn vị nào dưới ...', 'tất cả đều đạt ...'."""
    flat, every = passage.flat, passage.within(start, end)
    for place, mark in enumerate(every):
        before = flat[max(start, mark.start - 24) : mark.start]
        less, more = bool(_LESS.search(before)), _MORE.search(before)
        if mark.sort not in _FIGURES or not (less or more) or _RANGE.match(flat, mark.end):
            continue
        whole = mark.sort is Sort.PERCENT and mark.value == 100
        if more and more[0].split()[0] in ("tu", "dat") and not (_AND_MORE.match(flat, mark.end) or whole):
            continue
        begin, bound = clause_start(flat, start, mark.start), scaled(mark.value)
        counts = [one for one in every[:place] if one.start >= begin and _count(flat, one)]
        count = counts[-1] if counts else None
        none = _NONE_OF.search(flat, begin, mark.start)
        if count is None and not none and not _ALL.search(flat, begin, mark.start):
            continue
        wanted, of, kind = (count and _count(flat, count)) or (0 if none else _ALL_ROWS, 0, "")
        ahead = passage.flat[passage.blocks[passage.block_at(start)].start : start]
        # 'Không đạt từ 6 hồ sơ trở lên': what is counted names the measure only where the words before do not.
        said = (
            flat[count.end if count else begin : mark.start],
            flat[mark.end : mark.end + 20],
            ahead[-160:],
        )
        yield _Claim(
            wanted, of, kind, (count.start if count else begin, mark.end), said,
            True if mark.sort is Sort.PERCENT else None,
            partial(_beyond, bound, less), end,
        )  # fmt: skip


def _beyond(bound: int, less: bool, value: int, with_bound: bool) -> bool:
    return (value < bound if less else value > bound) or (with_bound and value == bound)


def _without(passage: Passage, start: int, end: int) -> Iterator[_Claim]:
    """'Có 04 sở còn hồ sơ quá hạn', '03 xã không phát sinh đơn', '06/08 huyện hoàn thành và vượt kế hoạch'."""
    flat, every = passage.flat, passage.within(start, end)
    for place, one in enumerate(every):
        count, body = _count(flat, one), _BODY.match(flat, one.end)
        if count is None or body is None:
            continue
        stop = every[place + 1].start if place + 1 < len(every) else end
        ends = _ENDS.search(flat, body.end(), stop)
        stop = ends.start() if ends else stop
        has, reached = _HAS.match(flat, body.end(), stop), _REACHED.match(flat, body.end(), stop)
        span = (one.start, stop)
        if reached:
            said = (flat[body.end() : stop],)
            yield _Claim(*count, span, said, True, lambda value, _: value >= 100 * SCALE, end, plan=True)
        elif has and not _MARKED.search(has["of"]):
            none, said = bool(has["none"]), (has[0],)
            passes = (lambda value, _: value == 0) if none else (lambda value, _: value > 0)
            yield _Claim(*count, span, said, False, passes, end, whole=True)


def _judge(passage: Passage, names: Names, claim: _Claim) -> None:
    flat = passage.flat
    listed = names.inside(flat, claim.span[1], min(claim.end, claim.span[1] + 400))
    verdicts: list[tuple[FigureTable, int, int, int, list[Row]]] = []
    for grid in names.near(claim.span[0] - _NEAR, claim.span[1] + _NEAR):
        rows = body_rows(grid)
        own = [row for row in rows if grid.label(row).split()[:1] == [claim.kind]]
        rows = own if len(own) > 1 else rows
        if claim.of and claim.of != len(rows):
            continue
        column = _column(grid, claim, any(one.grid is grid for found in listed for one in found.rows))
        if column is None:
            continue
        values = [(value, row) for row in rows if (value := _value(grid, row, column, claim)) is not None]
        wide = [row for value, row in values if claim.passes(value, True)]
        strict = sum(claim.passes(value, False) for value, _ in values)
        verdicts.append((grid, column, strict, len(wide), [row for _, row in values if row not in wide]))
    if any(
        not rest if claim.wanted == _ALL_ROWS else strict <= claim.wanted <= wide
        for _, _, strict, wide, rest in verdicts
    ):
        passage.right(ClaimKind.TABLE, *claim.span)
    elif len(verdicts) == 1:
        grid, column, passing, _, rest = verdicts[0]
        every = claim.wanted == _ALL_ROWS
        exact = words_of_row(passage, grid, rest[0]) if every else str(passing)
        passage.say(
            ClaimKind.TABLE, Severity.WARNING, *claim.span, stated=passage.quoted(*claim.span), expected=exact,
            message=t("claims.not_all_rows" if every else "claims.rows_counted",
                      column=words_of_column(passage, grid, column), right=exact,
                      line=passage.lined.count("\n", 0, grid.rows[0].start) + 1),
        )  # fmt: skip


def _column(grid: FigureTable, claim: _Claim, listed: bool) -> int | None:
    """The column that a claim is about; listed: rows of this table are named behind it."""
    if claim.plan:
        shares = [one for one in grid.figures if grid.is_share(one) and _PLAN.search(grid.names[one])]
        return shares[0] if len(shares) == 1 else None
    if claim.whole:
        return _last_named(grid, claim)
    said = frozenset[str]()
    for text in claim.said:
        said |= frozenset(spelled(WORD.findall(text)))
        columns = named_columns(grid, said, shares=claim.shares, text=" ".join(claim.said))
        if columns and (claim.of or len(telling(grid, columns[0])) >= LEAST):
            break
    else:
        if not (claim.of or listed):
            return None
        columns = [one for one in grid.figures if grid.is_share(one) is bool(claim.shares)]
    return columns[0] if len(columns) == 1 else None


def _last_named(grid: FigureTable, claim: _Claim) -> int | None:
    """Of 'hồ sơ đang giải quyết đã quá hạn' the column 'Quá hạn'; none when other words say of which of them."""
    words = spelled(WORD.findall(claim.said[0]))
    said = frozenset(words) | (_CAME if {"phat", "sinh"} <= set(words) else frozenset())
    if said - frozenset(spelled(WORD.findall(" ".join(grid.names)))) - WEAK - GENERIC - _AUXILIARY:
        return None
    last: dict[int, int] = {}
    for column in grid.figures:
        own = telling(grid, column)
        if len(own) >= LEAST and own <= said and not grid.is_share(column):
            last[column] = max((at for at, word in enumerate(words) if word in own), default=-1)
    columns = apart(grid, [one for one in last if last[one] == max(last.values())], claim.said[0])
    return columns[0] if len(columns) == 1 else None


def _value(grid: FigureTable, row: Row, column: int, claim: _Claim) -> int | None:
    """The value of a row; of a plan's share what its own two columns make it."""
    if claim.plan:
        counts = [one for one in grid.figures if not grid.is_share(one)]
        plan = [one for one in counts if _PLAN.search(grid.names[one])]
        done = [one for one in counts if one not in plan and _OF_PLAN.search(grid.names[one])]
        if len(plan) == len(done) == 1 and (of := row.cells[plan[0]].value):
            return (row.cells[done[0]].value or 0) * 100 * SCALE // of
    return row.cells[column].value
