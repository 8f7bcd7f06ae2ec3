"""What a claim can be, and what was said about it. The names are stable: people and programs filter by them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cchc.severity import Severity


class ClaimKind(StrEnum):
    """The fixed list of statements that are checked; see `include/texts/claims.yaml`, `kinds`, for their names."""

    PERCENT = "claim_percent"  # a/b beside c %
    PARTS = "claim_parts"  # a total and its parts, also across levels and fractions
    CHANGE = "claim_change"  # up or down by so much against a value that is given
    PER_UNIT = "claim_per_unit"  # so many for each unit, and all of them
    COUNT = "claim_count"  # a count and the list behind it
    OVER = "claim_over"  # a part above its whole, more than 100 % of what cannot exceed it
    ZERO = "claim_zero"  # a percentage of nothing
    DATE = "claim_date"  # a day that no calendar has
    WINDOW_ORDER = "claim_window_order"  # from a later day to an earlier one
    WINDOW = "claim_window"  # figures up to a day after the signing
    DEADLINE = "claim_deadline"  # a task that was due before its document was signed
    DELAY = "claim_delay"  # so many days late or early against the two days
    OTHER_WINDOW = "claim_other_window"  # figures of days outside the round's window
    TWO_DATES = "claim_two_dates"  # one document number with two dates, or with another year than its number
    FUTURE_DOCUMENT = "claim_future_document"  # a document dated after the report
    TABLE = "claim_table"  # text against the appendix
    TABLE_TOTAL = "claim_table_total"  # a table's total against its rows or columns
    TABLE_ROW = "claim_table_row"  # a row that breaks what the other rows of its table keep
    STYLE = "claim_style"  # a cell written in another style than its column
    NUMBERING = "claim_numbering"  # numbers of rows out of order
    TWICE = "claim_twice"  # a figure of the text against its footnote or a table of the document
    TWO_VALUES = "claim_two_values"  # one quantity with two values
    LETTERS = "claim_letters"  # a text in letters of before Unicode: no statement either
    SCANNED = "claim_scanned"  # a text told from pictures of pages: no statement either
    UNREADABLE = "claim_unreadable"  # an attachment without a text: no statement, said on the receipt only


@dataclass(frozen=True)
class ClaimFault:
    """A statement that is wrong (`loi`), probably wrong (`canh_bao`) or worth a look (`luu_y`).

    start, end: character offsets into the text as it was read. stated and expected are words for people.
    """

    kind: ClaimKind
    severity: Severity
    start: int
    end: int
    stated: str
    expected: str
    message: str
    indicator: str | None = None


@dataclass(frozen=True)
class Checked:
    """A statement that was checked. ok: it is right, as far as the text alone can tell."""

    kind: ClaimKind
    start: int
    end: int
    ok: bool


@dataclass(frozen=True)
class FigureCoverage:
    """Of all figures of a text: how many stand in a statement that was judged, right or doubted."""

    figures: int
    right: int
    doubted: int

    @property
    def judged(self) -> int:
        return self.right + self.doubted

    @property
    def percent(self) -> int:
        return self.judged * 100 // self.figures if self.figures else 0


@dataclass(frozen=True)
class Review:
    """A text with what was found in it; faults and statements in the order in which they stand."""

    text: str
    faults: tuple[ClaimFault, ...]
    checked: tuple[Checked, ...]
    coverage: FigureCoverage = FigureCoverage(0, 0, 0)

    def line(self, offset: int) -> int:
        """1-based line of a place."""
        return self.text.count("\n", 0, offset) + 1

    def quote(self, start: int, end: int) -> str:
        return self.text[start:end]

    @property
    def counts(self) -> tuple[int, int, int]:
        """Statements checked, right, and to be looked at again; the last two add up to the first."""
        right = sum(one.ok for one in self.checked)
        return len(self.checked), right, len(self.checked) - right
