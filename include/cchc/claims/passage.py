"""A text laid out for the rules: its figures, blocks, sentences and brackets, with what it is judged against."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from cchc.claims import words
from cchc.claims.flat import flattened
from cchc.claims.kinds import Checked, ClaimFault, ClaimKind
from cchc.claims.layout import Block, blocks, brackets, sentence_ends
from cchc.claims.tokens import Sort, Token, tokens
from cchc.severity import Severity
from cchc.year import Window

_BEFORE_DAY = re.compile(r"(?:ng[a-z]{1,2}|tu|den|va|,|;|-|het)\s{0,3}$")
_ADJACENT = re.compile(r"\s{0,2}:?[ \t]{1,2}[0-9]")
_OUT_OF = re.compile(
    r"\s*([a-z]*)[a-z ]{0,30}(?:/|\b(?:tren|trong(?= (?:tong |so )))\s+"
    r"(?:(tong\s+)(?:[a-z]+\s+)?)?(?:(?:so|ke hoach(?: [a-z]+)?|du toan)\s+)?)"
)
_OF_MONEY = re.compile(r"\s*(?:ty|trieu|dong(?! chi))\b")
_AND_LABEL, _ENDS_LABEL = re.compile(r"\s*,\s*|\s+va\s+"), re.compile(r"\s*(?:[,.;)]|va\b|$)")
_THING = re.compile(r"\s*([a-z]+)")
_TOLD_COUNT = re.compile(r"h[ae]n\s*:$")  # 'đúng hạn: 1990' is no year
_BULLETS = frozenset("-+*•●▪◦=")
_LONGEST_LIST = 6000
_ACCENTS = 120  # letters around a figure that show whether accents are written
_FAR = 400  # letters of a bracket before its end
_INDENT = 60  # the widest indent of a line
_FIGURE_AT_END = re.compile(r"[0-9](?: [a-z]+){0,4}$")
_ALONE = re.compile(r"\s*\n|\s*$")


@dataclass(frozen=True)
class Known:
    """What is known beside the text: day of signing, else of receipt; the round's window; the report's appendix."""

    signed_on: date | None = None
    received_on: date | None = None
    window: Window | None = None
    figures: Mapping[str, Decimal] = field(default_factory=dict)


class Passage:
    """A text with its figures. Places in it are those of the plain text; `place` turns them into the text's own."""

    def __init__(self, text: str, known: Known | None = None) -> None:
        self.original = text
        self.known = known or Known()
        # `lined` keeps the lines of the page; in `flat` those inside a block are spaces.
        self.lined, self._places = flattened(text)
        # Letter for letter like both, with its capitals.
        self.text = text if self._places is None else _composed(text, self._places)
        self._counts: dict[int, bool] = {}
        self.faults: list[ClaimFault] = []
        self.checked: list[Checked] = []

    def accented(self, place: int) -> bool:
        """Whether the text around a place is written with accents, so that 'nam' is no 'năm'."""
        return not self.text[max(0, place - _ACCENTS) : place + _ACCENTS].isascii()

    def place(self, offset: int) -> int:
        return offset if self._places is None else self._places[offset]

    @cached_property
    def flat(self) -> str:
        pieces, place = [], 0
        for block in self.blocks:
            pieces.append(self.lined[place : block.start])
            pieces.append(self.lined[block.start : block.end].replace("\n", " "))
            place = block.end
        return "".join((*pieces, self.lined[place:]))

    @cached_property
    def blocks(self) -> list[Block]:
        return blocks(self.text)

    @cached_property
    def tokens(self) -> list[Token]:
        """The figures, days and months told from fractions, page numbers left out."""
        found: list[Token] = []
        for token in tokens(self.flat, self.text):
            if token.sort is Sort.FRACTION:
                previous = found[-1] if found else None
                self._as_day(token, previous)
            elif token.sort is Sort.NUMBER and self._page_number(token):
                continue
            elif token.sort is Sort.NUMBER and found and self._parted_fraction(found[-1], token):
                first = found.pop()
                token = Token(Sort.FRACTION, first.start, token.end, first.values, token.values)
            found.append(token)
        return found

    def _parted_fraction(self, first: Token, second: Token) -> bool:
        """'15 nhiệm vụ/20 nhiệm vụ', '4.550 trên tổng số 4.600 hồ sơ': a fraction with words inside."""
        if first.sort is not Sort.NUMBER or second.start - first.end > 44:
            return False
        match = _OUT_OF.fullmatch(self.flat, first.end, second.start)
        if match is None or (first.value > second.value and "/" not in match[0]):
            return False
        below = _THING.match(self.flat, second.end)
        same = bool(below and below[1] == match[1])
        return not match[1] or same or (bool(match[2]) and not _OF_MONEY.match(match[0]))

    def _page_number(self, token: Token) -> bool:
        return (
            token.end - token.start <= 3
            and self._first_on_line(token.start)
            and bool(_ALONE.match(self.lined, token.end))
        )

    def _first_on_line(self, place: int) -> bool:
        """Whether nothing but white space stands before a place on its line; a line may be all of the text."""
        before = self.lined[max(0, place - _INDENT) : place]
        line = before.rpartition("\n")[2]
        return not line.strip() and (len(line) < len(before) or place <= _INDENT)

    def _as_day(self, token: Token, previous: Token | None) -> None:
        """A fraction that is a day and a month ('ngày 13/10', '28/01; 09/3') or a month and a year."""
        top, bottom = token.value, token.bottom
        before = self.flat[max(0, token.start - 8) : token.start]
        month_year = 1990 <= bottom <= 2100 and 1 <= top <= 12 and not words.NOUN.match(self.flat, token.end)
        if month_year or (bottom <= 12 and top <= 31 and re.search(r"\bng[a-z]{1,2}\s{1,3}$", before)):
            token.sort = Sort.DAY_MONTH
        elif bottom <= 12 and top <= 31 and previous and previous.sort in (Sort.DAY_MONTH, Sort.DAY):
            between = self.flat[previous.end : token.start]
            if len(between) <= 12 and re.fullmatch(r"\s*(?:[,;]|va|den|-|den ngay|va ngay)\s*", between):
                token.sort = Sort.DAY_MONTH
        elif (
            bottom <= 12
            and top <= 31
            and _BEFORE_DAY.search(before)
            and re.search(r"\b(?:tu|den|het)\s+$", before)
        ):
            token.sort = Sort.DAY_MONTH

    @cached_property
    def starts(self) -> list[int]:
        return [token.start for token in self.tokens]

    def within(self, start: int, end: int) -> list[Token]:
        """Figures that begin in the range."""
        return self.tokens[bisect_left(self.starts, start) : bisect_left(self.starts, end)]

    @cached_property
    def _block_starts(self) -> list[int]:
        return [block.start for block in self.blocks]

    def block_at(self, offset: int) -> int:
        """Index of the block at a place; -1 before the first."""
        return bisect_right(self._block_starts, offset) - 1

    @cached_property
    def lists(self) -> list[Block]:
        """Blocks but table rows; one that ends in a colon or 'trong đó' together with the bullets behind it."""
        found: list[Block] = []
        for block in self.blocks:
            last = found[-1] if found else None
            if block.marker == "row":
                found.append(block)
                continue
            if (
                last
                and block.marker in _BULLETS
                and last.marker != "row"
                and block.end - last.start < _LONGEST_LIST
            ):
                opening = self.flat[max(last.start, last.end - 30) : last.end].rstrip()
                goes_on = last.marker.startswith("list") and (
                    last.marker == f"list{block.marker}" or opening.endswith((":", "trong do"))
                )
                opens = block.marker != last.marker and (
                    opening.endswith((":", ",", "trong do")) or _FIGURE_AT_END.search(opening)
                )
                if goes_on or opens:
                    found[-1] = Block(
                        last.start, block.end, last.marker if goes_on else f"list{block.marker}"
                    )
                    continue
            found.append(block)
        return [block for block in found if block.marker != "row"]

    def sentences_of(self, block: Block) -> list[tuple[int, int]]:
        """Sentences of a block, as (start, end)."""
        found, start = [], block.start
        for end in (*sentence_ends(self.text, self.flat, block.start, block.end), block.end):
            if end > start:
                found.append((start, end))
            start = end
        return found

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """Sentences of all blocks but table rows, as (start, end)."""
        found = []
        for block in self.blocks:
            if block.marker == "row":
                continue
            found += self.sentences_of(block)
        return found

    def sentences_with_figures(self) -> Iterator[tuple[int, int, list[Token]]]:
        place, every, starts = 0, self.tokens, self.starts
        for start, end in self.sentences:
            if place >= len(every):
                return
            if starts[place] >= end:
                continue
            first = place = bisect_left(starts, start, place)
            while place < len(every) and starts[place] < end:
                place += 1
            if place > first:
                yield start, end, every[first:place]

    def brackets_of(self, start: int, end: int) -> list[tuple[int, int]]:
        return brackets(self.flat, start, end)

    def is_count(self, token: Token) -> bool:
        """Whether a number counts something: no year, no label, no enumeration, no mark of a footnote."""
        if token.start not in self._counts:
            self._counts[token.start] = self._is_count(token)
        return self._counts[token.start]

    def _is_count(self, token: Token) -> bool:
        if token.sort is not Sort.NUMBER:
            return False
        flat, start, end = self.flat, token.start, token.end
        before, after = flat[max(0, start - 2) : start], flat[end : end + 2]
        if end - start <= 3 and before[-1:] in "([" and after[:1] in ")]" and before[-1:] and after[:1]:
            return False
        around = flat[max(0, start - _FAR) : start]
        if after[:1] == ")" and around.rfind("(") <= around.rfind(")"):
            return False  # 'a) ... 8)': no bracket is open
        if end - start == 4 and 1990 <= token.value <= 2100 and "." not in flat[start:end]:
            around = flat[max(0, start - 9) : start].rstrip()
            if around.endswith(("nam", "-", "/", "doan", "nim", "ndm")):
                return False
            if not words.NOUN.match(flat, end) and not _TOLD_COUNT.search(around):
                return False
        if after[:1] in "/-" and after[1:2].isalnum():
            return False
        if end - start > 8 and flat[start:end].isdigit():
            return False  # a telephone number
        if _ADJACENT.match(flat, end):
            return False  # cells of a table on one line, or a scanner's '13' for 'là'
        if before[-1:] in "-/" and before[:1].isalnum():
            return False
        if self._first_on_line(start):
            # An enumerated heading ('2. Cải cách'), or a footnote ('14 Báo cáo số ...').
            if after[:1] in (".", ")") and after[1:2] == " ":
                return False
            following = self.text[end : end + 2].strip()
            if following[:1].isupper() and end - start <= 2 and flat[start] != "0":
                return False
        if words.is_label(flat, start, self.text if self.accented(start) else flat):
            return False
        return not (end - start <= 2 and self._another_of_labels(token))

    def _another_of_labels(self, token: Token) -> bool:
        """'các ấp 1, 3, 4 và 6': what goes on behind a label is one, too."""
        at = bisect_left(self.starts, token.start) - 1
        before = self.tokens[at] if at >= 0 else None
        return (
            before is not None and before.end - before.start <= 2 and before.sort is Sort.NUMBER
            and bool(_AND_LABEL.fullmatch(self.flat, before.end, token.start))
            and bool(_ENDS_LABEL.match(self.flat, token.end)) and not self.is_count(before)
        )  # fmt: skip

    def quoted(self, start: int, end: int) -> str:
        """The text's own words of a place, on one line."""
        return " ".join(self.text[max(0, start) : end].split())

    def say(
        self, kind: ClaimKind, severity: Severity, start: int, end: int, *, stated: str, expected: str, message: str,
        indicator: str | None = None,
    ) -> None:  # fmt: skip
        """Note a fault. `luu_y` says that a statement is right with a remark; the others that it is not."""
        start, end = self.place(start), self.place(end)
        self.faults.append(ClaimFault(kind, severity, start, end, stated, expected, message, indicator))
        self.checked.append(Checked(kind, start, end, severity == Severity.NOTE))

    def right(self, kind: ClaimKind, start: int, end: int) -> None:
        """Note a statement that was checked and is right."""
        self.checked.append(Checked(kind, self.place(start), self.place(end), True))


def _composed(text: str, places: list[int]) -> str:
    return "".join(unicodedata.normalize("NFC", text[a:b])[0] for a, b in pairwise(places))
