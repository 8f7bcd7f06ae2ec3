"""Blocks of a text: paragraphs, bullets and table rows, put together again where a page or a line broke them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MARKER = re.compile(
    r"[ \t]{0,20}(?:(?P<bullet>[-+*•●▪◦*=])\s?(?=\S)|(?P<number>\d{1,2}(?:\.\d{1,2}){0,3}[.)])\s|(?P<letter>[a-zđ]\))\s"
    r"|(?P<roman>[ivx]{1,5}[.)])\s|(?P<head>#{1,6})\s)",
    re.IGNORECASE,
)
# Words and at least three figures behind them: a row of a table, when others of its kind stand around it.
NUMBERS_BEHIND = re.compile(
    r"(?P<tt>\d{1,3}[.)]?[ ]++)?(?P<words>[^\d|\n%;:()]{2,80}?)[ ]++"
    r"(?P<behind>(?:(?:\d[\d.,]{0,14}%?|-)[ ]++){2,30}(?:\d[\d.,]{0,14}%?|-))"
)
_PAGE = re.compile(r"\s*(?:trang\s*|-\s*)?\d{1,3}(?:\s*/\s*\d{1,3})?\s*-?\s*", re.IGNORECASE)
_BRACKET = re.compile(r"[()]")
_SHORTENED = frozenset(("tp", "tx", "tt", "gs", "ts", "bs"))
_ENDS = (".", ";", ":", "!", "?", "…")
_LONGEST_BRACKET = 800  # characters; a bracket that stays open longer is a slip
_WIDEST = 130  # characters of a line of a page
_WRAPPED_FROM = 45  # a line this long that ends without a mark has been broken by the page, not by the writer


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, bullet or row from `start` to `end`. marker: its bullet, '' for plain text, 'row' for a table's."""

    start: int
    end: int
    marker: str


@dataclass(slots=True)
class _Line:
    start: int
    text: str
    marker: str
    page: bool


def blocks(text: str) -> list[Block]:
    """Blocks in their order; blank lines and page numbers between the halves of one are inside it."""
    found: list[Block] = []
    start = end = -1
    marker, previous, gap = "", "", False
    opened = 0  # brackets that wait for their end
    place = 0
    lines = text.split("\n")
    in_table = _rows_of_numbers(lines)
    for number, raw in enumerate(lines):
        line_start, place = place, place + len(raw) + 1
        stripped = raw.strip()
        if not stripped or _PAGE.fullmatch(stripped):
            gap = True
            continue
        this = "row" if number in in_table else _marker(raw, stripped)
        if not gap and "|" in stripped and (marker == "row" or _beside_rows(lines, number)):
            this = "row"  # a cell that goes on in the next line
        inside = opened > 0 and line_start - start <= _LONGEST_BRACKET and not gap and not this
        if start >= 0 and (inside or _goes_on(previous, stripped, this, marker, gap)):
            end = line_start + len(raw)
        else:
            if start >= 0:
                found.append(Block(start, end, marker))
            start, end, marker = line_start, line_start + len(raw), this
            opened = 0
        opened = max(0, opened + stripped.count("(") - stripped.count(")"))
        previous, gap = stripped, False
    if start >= 0:
        found.append(Block(start, end, marker))
    return found


def _beside_rows(lines: list[str], number: int) -> bool:
    """Whether the line behind one with a single mark goes on with a row."""
    return number + 1 < len(lines) and lines[number + 1].count("|") >= 2


def _rows_of_numbers(lines: list[str]) -> set[int]:
    """Lines of at least three together that end in as many figures: a table without marks, as a page leaves it."""
    found, run, wrapped, columns = set[int](), list[int](), list[int](), 0
    for number, raw in enumerate(lines):
        line = raw.strip()
        if not line:
            continue
        match = NUMBERS_BEHIND.fullmatch(line) if line[-1] in "0123456789%-" and " " in line else None
        behind = len(match["behind"].split()) if match else 0
        if (
            run
            and not behind
            and run[-1] == number - 1
            and len(line) < _WRAPPED_FROM
            and not line.endswith(_ENDS)
        ):
            wrapped.append(number)  # the rest of a label, or the first half of the next one
            continue
        if not behind or (run and behind != columns):
            run, wrapped = [], []
        if behind:
            run.append(number)
            columns = behind
            if len(run) >= 3:
                found.update(run[-3:])
                found.update(wrapped)
                wrapped = []
    return found


def _marker(raw: str, stripped: str) -> str:
    if "\t" in raw.strip("\n ") and "\t" in stripped:
        return "row"
    if stripped.count("|") >= 2:
        return "row"
    match = _MARKER.match(raw)
    if not match:
        return ""
    if match["bullet"]:
        return match["bullet"]
    return next(name for name in ("number", "letter", "roman", "head") if match[name])


def _goes_on(previous: str, line: str, marker: str, before: str, gap: bool) -> bool:
    """Whether a line belongs to the block before it."""
    if marker or before == "row" or before == "head":
        return False
    first = line[0]
    if previous.endswith(_ENDS):
        # Lines of a page: the sentence ended at the edge, the paragraph did not.
        edge = not gap and _WRAPPED_FROM <= len(previous) <= _WIDEST
        return edge and (first.islower() or (first.isdigit() and previous.endswith((":", ";"))))
    if gap:
        return first.islower() or previous.endswith((",", "(", "-"))
    return first.islower() or first.isdigit() or first == "(" or len(previous) >= _WRAPPED_FROM


def sentence_ends(text: str, flat: str, start: int, end: int) -> list[int]:
    """Places behind the full stops of a block; abbreviations and numbers hold none."""
    ends = []
    place = flat.find(".", start, end)
    while place >= 0:
        following = flat[place + 1 : place + 3]
        if following[:1].isspace():
            after = place + 1
            while after < end and text[after].isspace():
                after += 1
            word = flat.rfind(" ", start, place) + 1
            if (
                after < end
                and (text[after].isupper() or text[after] in '-+*“"(')
                and (
                    place - word > 2
                    or (word > start + 4 and flat[word:place].isdigit())
                    or (
                        flat[word:place] not in _SHORTENED
                        and (
                            (word > start + 4 and text[word - 2].islower())
                            or (place - word == 2 and text[word].islower())
                        )
                    )
                )
            ):
                ends.append(place + 1)
        place = flat.find(".", place + 1, end)
    return ends


def brackets(flat: str, start: int, end: int) -> list[tuple[int, int]]:
    """Pairs of round brackets of a block as (place of '(', place of ')'), the inner ones first."""
    pairs, open_at = [], []
    if flat.find("(", start, end) < 0:
        return []
    for match in _BRACKET.finditer(flat, start, end):
        if match[0] == "(":
            open_at.append(match.start())
        elif open_at:
            pairs.append((open_at.pop(), match.start()))
    return pairs
