"""What a filled workbook says, whatever file it came in: identity, figures, texts, answers, problems."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from cchc.errors import CchcError, RuleRefused
from cchc.indicators.numbers import is_given
from cchc.severity import Severity
from cchc.texts import t, table
from cchc.workbooks.shown import Shown, ShownBy, Stance

FORM_VERSION = "2"
READABLE_VERSIONS = ("1", FORM_VERSION)  # forms that were sent out before still come back
_CHECKSUM_PREFIX = "cchc-bieu"


class NotAForm(CchcError):  # says what the file is, as RuleRefused does
    """The file is no workbook of ours, or one that cannot be read. The message is Vietnamese."""


@dataclass(frozen=True)
class Identity:
    """Whose workbook this is; it stands in a very hidden sheet.

    `layout` is a short hash over the rows that the form asks for, so that a form made from another list of
    indicators is recognised. `unit_name` and `round_title` only serve messages.
    """

    form: str
    unit_code: str
    round_id: str
    version: str = FORM_VERSION
    layout: str = ""
    unit_name: str = ""
    round_title: str = ""

    @property
    def checksum(self) -> str:
        """16 hex digits over everything that decides; guards against slips, not against forgery."""
        parts = (_CHECKSUM_PREFIX, self.form, self.unit_code, self.round_id, self.version, self.layout)
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]

    def signature(self, key: bytes) -> str:
        """32 hex digits that only the installation with this key can make (HMAC-SHA-256, cut)."""
        return hmac.new(key, f"{_CHECKSUM_PREFIX}|{self.checksum}".encode(), hashlib.sha256).hexdigest()[:32]

    def signed_with(self, key: bytes, signature: str) -> bool:
        return hmac.compare_digest(self.signature(key).encode(), signature.encode())

    @property
    def title(self) -> str:
        """E.g. `Biểu báo cáo của Phường Rạch Giá (30760), đợt Báo cáo quý I năm 2026 (2026-Q1)`."""
        return t(
            "workbooks.identity.title",
            form=table("workbooks.form_names").get(self.form, self.form),
            unit=self.unit_name or self.unit_code,
            code=self.unit_code,
            round=self.round_title or self.round_id,
            round_id=self.round_id,
        )


def require_identity(found: Identity, expected: Identity) -> None:
    """Raise RuleRefused when the workbook belongs to another form, round or unit than the one awaited.

    Rules: `wrong-form`, `wrong-round`, `wrong-unit`; the message names what was found and what is awaited.
    """
    for rule, field_name in (
        ("wrong-form", "form"),
        ("wrong-round", "round_id"),
        ("wrong-unit", "unit_code"),
    ):
        if getattr(found, field_name) != getattr(expected, field_name):
            key = "workbooks.identity." + rule.replace("-", "_")
            raise RuleRefused(rule, t(key, found=found.title, expected=expected.title))


@dataclass(frozen=True)
class ReportedFigure:
    """One row of the statistics sheet as the unit filled it in. None means 'not given', never 0.

    `raw` is the cell as typed. `value` of a percent is in percent points (0..100); when the unit gave the
    parts it follows from them. Yes/no and lists carry the option's number. `typed` says that the value was
    entered, not derived from the parts or carried over. `nothing` says that its section was declared 'không phát
    sinh'. `submission_id` is set on figures that come out of the store.

    `shown` is what the form shows instead of asking; a system's figure that nobody disputed has no `value` here.
    `changed` is what stands now in the locked cell `shown_cell`, where that is something else; `reason_cell` is where a
    reason belongs.
    """

    indicator: str
    raw: str | None = None
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    explanation: str | None = None
    evidence: str | None = None
    cell: str = ""
    typed: bool = True
    submission_id: str | None = None
    nothing: bool = False
    shown: Shown | None = None
    shown_cell: str = ""
    reason_cell: str = ""
    changed: str | None = None

    @property
    def from_system(self) -> bool:
        """Whether a system states the figure, now or later, and the unit was not asked for it."""
        return self.shown is not None and self.shown.by is ShownBy.SYSTEM

    @property
    def stance(self) -> Stance | None:
        """What the unit did with the figure that it was shown; None when it was shown none."""
        if self.shown is None or not self.shown.known:
            return None
        if self.from_system:
            return Stance.DISPUTED if self.given else Stance.CONFIRMED
        return Stance.REPLACED if self.typed and self.given else Stance.CONFIRMED

    @property
    def disputed(self) -> bool:
        """Whether the unit wrote another figure than the system's that it was shown."""
        return self.stance is Stance.DISPUTED

    @property
    def given(self) -> bool:
        """Whether the unit gave a figure at all: '-' means not given, an explanation alone is none."""
        if any(part is not None for part in (self.value, self.numerator, self.denominator)):
            return True
        return is_given(self.raw)


@dataclass(frozen=True)
class Item:
    """One obligation that an item workbook asks about."""

    obligation_id: str
    title: str
    detail: str
    due_at: datetime


@dataclass(frozen=True)
class FilledItem:
    """A unit's answer to one obligation: the product or remedy, its document, its day, a note.

    `key` is the short code that the row shows; `cell` is where the result stands.
    """

    obligation_id: str
    result: str | None = None
    document: str | None = None
    done_on: date | None = None
    note: str | None = None
    cell: str = ""
    key: str = ""

    @property
    def given(self) -> bool:
        return bool(self.result or self.document or self.done_on)


@dataclass(frozen=True)
class FilledScore:
    """A unit's own points for one criterion, as the form asks for it; `max_points` is negative for a penalty.

    chosen: the option, worth chosen_points, where one is chosen. evidence: the names of its rows of evidence, None
    without any; evidence_name: what proves the points, evidence_needed whether it must be there (bat_buoc, or
    giai_trinh_thay: an explanation will do).
    """

    criterion: str
    self_points: Decimal | None = None
    explanation: str | None = None
    evidence: str | None = None
    cell: str = ""
    max_points: Decimal | None = None
    chosen: str | None = None
    chosen_points: Decimal | None = None
    is_claimable: bool = True
    evidence_needed: str = ""
    evidence_name: str = ""


@dataclass(frozen=True)
class FilledEvidence:
    """A row of sheet 'Minh chứng': a file's name or a link, for one criterion. `row` as people count it."""

    criterion: str
    name: str
    document: str = ""
    day: date | None = None
    summary: str = ""
    cell: str = ""
    row: int = 0


@dataclass(frozen=True)
class FilledExplanation:
    """What a unit says about one decision on its points. stance: dong_y, giai_trinh, or None: it says nothing."""

    criterion: str
    stance: str | None = None
    text: str | None = None
    evidence: str | None = None
    cell: str = ""
    text_cell: str = ""


@dataclass(frozen=True)
class Problem:
    """A cell that could not be read as what it should hold."""

    sheet: str
    cell: str
    indicator: str | None
    raw: str | None
    message: str


@dataclass(frozen=True)
class CheckFinding:
    """One thing that a rule says about a workbook. Severity: loi (blocks), canh_bao, luu_y."""

    rule: str
    severity: str
    sheet: str
    cell: str
    indicator: str | None
    found: str | None
    expected: str | None
    message: str


@dataclass(frozen=True)
class FilledForm:
    """Everything that was read out of one workbook.

    `signed`: whether this installation made the form; None when nobody asked. `nothing_sections` and
    `nothing_narratives` are the sections declared 'không phát sinh', with the cells of their boxes. `remarks`: cells
    that were read, though otherwise than they stand.
    """

    identity: Identity
    file_name: str
    figures: dict[str, ReportedFigure] = field(default_factory=dict)
    narratives: dict[str, str] = field(default_factory=dict)
    narrative_cells: dict[str, str] = field(default_factory=dict)
    nothing_to_report: bool = False
    nothing_cell: str = ""
    nothing_sections: dict[str, str] = field(default_factory=dict)
    nothing_narratives: dict[str, str] = field(default_factory=dict)
    signed: bool | None = None
    document_number: str | None = None
    signed_on: date | None = None
    signed_cell: str = ""
    items: list[FilledItem] = field(default_factory=list)
    scores: list[FilledScore] = field(default_factory=list)
    explanations: list[FilledExplanation] = field(default_factory=list)
    evidence: list[FilledEvidence] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)


__all__ = ["CheckFinding", "blocking", "worst_first"]


def blocking(findings: Iterable[CheckFinding]) -> bool:
    """Whether a submission with these findings is refused: only Severity.ERROR refuses."""
    return any(finding.severity == Severity.ERROR for finding in findings)


def worst_first(findings: Iterable[CheckFinding]) -> list[CheckFinding]:
    """Ordered by severity; the order inside one severity (that of the sheet) stays."""
    return sorted(findings, key=lambda finding: Severity(finding.severity).rank)
