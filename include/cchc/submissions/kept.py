"""What units sent, as it was kept: versions, findings, and the figures and texts that count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from cchc.clock import from_text, to_text
from cchc.depot import keep, kept_content
from cchc.files import sha256_bytes
from cchc.paths import Instance
from cchc.store import Row, Store, Transaction
from cchc.workbooks.forms import FORM_VERSION, CheckFinding, FilledForm, ReportedFigure
from cchc.year import Product

_FOR_EVER = "9999-12-31T00:00:00+07:00"


class SubmissionOutcome(StrEnum):
    """What became of a submission. `kept_late` came after locking: kept, and an operator decides; `to_confirm` says
    what was mended: a person accepts or returns it."""

    ACCEPTED = "accepted"
    WITH_WARNINGS = "accepted_with_warnings"
    REJECTED = "rejected"
    NOTHING = "nothing"
    KEPT_LATE = "kept_late"
    TO_CONFIRM = "to_confirm"


@dataclass(frozen=True)
class Submission:
    """One kept file version; `path` is absolute."""

    submission_id: str
    obligation_id: str
    received_at: datetime
    recorded_at: datetime
    channel: str
    file_name: str
    file_sha256: str
    path: Path
    form_version: str
    outcome: str
    sender_unit: str | None = None

    def content(self, instance: Instance) -> bytes:
        """What came. CchcError when it is gone."""
        return kept_content(instance, self.path, self.file_sha256, self.file_name)


def change_outcome(store: Store, submission_id: str, outcome: str) -> bool:
    """What is shown of a kept file after an operator's later decision; False when it is that already.

    Whether it counts is a matter of the ledger's events and of nothing else.
    """
    with store.write() as transaction:
        return put_outcome(transaction, submission_id, outcome)


def put_outcome(transaction: Transaction, submission_id: str, outcome: str) -> bool:
    """The same inside a transaction of the caller's."""
    changed = transaction.execute(
        "submissions.change_outcome", submission_id=submission_id, outcome=str(outcome)
    )
    return changed > 0


def submission(store: Store, instance: Instance, submission_id: str) -> Submission | None:
    """One kept file, or None."""
    row = store.one("submissions.submission", submission_id=submission_id)
    return _submission(row, instance) if row else None


def submissions_of(store: Store, instance: Instance, obligation_id: str) -> list[Submission]:
    """Every version that came for an obligation, oldest first."""
    rows = store.query("submissions.submissions_of_obligation", obligation_id=obligation_id)
    return [_submission(row, instance) for row in rows]


def findings_of(store: Store, submission_id: str) -> list[CheckFinding]:
    """What the checks said about a kept file, in their order."""
    return findings_of_all(store, [submission_id])[submission_id]


def findings_of_all(store: Store, submission_ids: Collection[str]) -> dict[str, list[CheckFinding]]:
    """`findings_of` of each of these files; one statement."""
    found: dict[str, list[CheckFinding]] = {one: [] for one in submission_ids}
    names = CheckFinding.__dataclass_fields__
    for row in store.query("submissions.findings_of_submissions", submissions=sorted(found)):
        found[row["submission_id"]].append(CheckFinding(**{name: row[name] for name in names}))
    return found


def standing(
    store: Store, round_id: str, *, product: str = Product.REPORT, as_of: datetime | None = None
) -> dict[str, str]:
    """unit code -> id of the submission that counted for the ledger at `as_of` (None: now); see
    `ObligationState.counted_submission_id`."""
    rows = store.query(
        "submissions.standing_submissions",
        round_id=round_id,
        product=product,
        known_by=to_text(as_of) if as_of else _FOR_EVER,
    )
    return {row["unit_code"]: row["submission_id"] for row in rows}


def latest_values(
    store: Store, round_id: str, *, as_of: datetime | None = None
) -> dict[str, dict[str, ReportedFigure]]:
    """unit code -> indicator -> figure, out of the submission that counts (see `standing`).

    Every figure carries the id of its submission and its cell. A unit without such a submission, and an
    indicator left blank, are absent: missing is not zero.
    """
    chosen = standing(store, round_id, as_of=as_of)
    unit_of = {submission_id: unit for unit, submission_id in chosen.items()}
    found: dict[str, dict[str, ReportedFigure]] = {unit: {} for unit in chosen}
    for row in store.query("submissions.values_of_round", round_id=round_id, product=Product.REPORT):
        unit = unit_of.get(row["submission_id"])
        if unit is not None:
            found[unit][row["indicator"]] = _figure(row)
    return found


def declared_nothing(
    store: Store, round_id: str, *, as_of: datetime | None = None
) -> dict[str, frozenset[str]]:
    """unit code -> sections of the figures that it declared 'không phát sinh', out of the submission that counts."""
    chosen = standing(store, round_id, as_of=as_of)
    unit_of = {submission_id: unit for unit, submission_id in chosen.items()}
    found: dict[str, set[str]] = defaultdict(set)
    for row in store.query("submissions.nothing_of_round", round_id=round_id, product=Product.REPORT):
        unit = unit_of.get(row["submission_id"])
        if unit is not None:
            found[unit].add(row["section"])
    return {unit: frozenset(sections) for unit, sections in found.items()}


def latest_narratives(
    store: Store, round_id: str, *, as_of: datetime | None = None
) -> dict[str, dict[str, str]]:
    """unit code -> section -> text, out of the submission that counts."""
    chosen = standing(store, round_id, as_of=as_of)
    unit_of = {submission_id: unit for unit, submission_id in chosen.items()}
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for row in store.query("submissions.narratives_of_round", round_id=round_id, product=Product.REPORT):
        unit = unit_of.get(row["submission_id"])
        if unit is not None:
            found[unit][row["section"]] = row["content"]
    return dict(found)


def latest_numbers(
    store: Store, round_id: str, *, unit: str | None = None, as_of: datetime | None = None
) -> dict[str, dict[str, Decimal]]:
    """unit code -> indicator -> value, of one unit or of all; only figures that have one (see `latest_values`)."""
    found: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for row in store.query(
        "submissions.numbers_of_round",
        round_id=round_id,
        product=Product.REPORT,
        known_by=to_text(as_of) if as_of else _FOR_EVER,
        unit_code=unit,
    ):
        found[row["unit_code"]][row["indicator"]] = Decimal(row["value"])
    return dict(found)


def _figure(row: Row) -> ReportedFigure:
    return ReportedFigure(
        indicator=row["indicator"],
        raw=row["raw"],
        value=_decimal(row["value"]),
        numerator=_decimal(row["numerator"]),
        denominator=_decimal(row["denominator"]),
        explanation=row["explanation"],
        evidence=row["evidence"],
        cell=row["cell"],
        submission_id=row["submission_id"],
    )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _submission(row: Row, instance: Instance) -> Submission:
    return Submission(
        submission_id=row["submission_id"],
        obligation_id=row["obligation_id"],
        received_at=from_text(row["received_at"]),
        recorded_at=from_text(row["recorded_at"]),
        channel=row["channel"],
        file_name=row["file_name"],
        file_sha256=row["file_sha256"],
        path=instance.data / row["stored_path"],
        form_version=row["form_version"],
        outcome=row["outcome"],
        sender_unit=row["sender_unit"],
    )


FOLDER = "bai-nop"
_SUFFIXES = (".xlsx", ".ods", ".xls", ".xlsb")
ENCLOSED = (".docx", ".pdf", ".txt")  # documents that are kept beside a submission


@dataclass(frozen=True)
class Enclosure:
    """A file as it came, such as a document beside a submission. `name` as the unit called it, without any path."""

    name: str
    content: bytes


def submission_id_of(obligation_id: str, content: bytes) -> str:
    """The same file sent for the same obligation is the same submission, however often it comes."""
    return f"{obligation_id}/{sha256_bytes(content)[:16]}"


@dataclass(frozen=True)
class ReceivedSubmission:
    """A file as it came for one obligation, and what became of it.

    `filled` is None for a file that could not be read.
    """

    obligation_id: str
    content: bytes = field(repr=False)
    file_name: str
    received_at: datetime
    recorded_at: datetime
    channel: str
    filled: FilledForm | None
    findings: Sequence[CheckFinding]
    outcome: str
    sender_unit: str | None = None
    enclosures: Sequence[Enclosure] = ()


def put_submission(transaction: Transaction, instance: Instance, received: ReceivedSubmission) -> str:
    """Keep a received file and everything read out of it, in the caller's transaction; returns the submission's id.

    Keeping the same file for the same obligation again
    changes nothing, not even its outcome (see `change_outcome`). Cells left blank make no row. The files lie under
    their hash before the transaction commits: a crash leaves at worst a file that no row names.
    """
    filled, suffix = received.filled, Path(received.file_name).suffix.lower()
    digest, path = keep(instance, FOLDER, received.content, suffix if suffix in _SUFFIXES else ".bin")
    submission_id = submission_id_of(received.obligation_id, received.content)
    added = transaction.execute(
        "submissions.insert_submission",
        submission_id=submission_id,
        obligation_id=received.obligation_id,
        received_at=to_text(received.received_at),
        recorded_at=to_text(received.recorded_at),
        channel=received.channel,
        file_name=Path(received.file_name).name,
        file_sha256=digest,
        stored_path=path.relative_to(instance.data).as_posix(),
        form_version=filled.identity.version if filled else FORM_VERSION,
        outcome=str(received.outcome),
        sender_unit=received.sender_unit,
    )
    if not added:
        return submission_id
    if filled:
        _put_contents(transaction, submission_id, filled)
    transaction.execute_many(
        "submissions.insert_finding",
        [
            {"submission_id": submission_id, "seq": number, **finding.__dict__}
            for number, finding in enumerate(received.findings, start=1)
        ],
    )
    _put_enclosures(transaction, instance, submission_id, received.enclosures)
    return submission_id


def _put_contents(transaction: Transaction, submission_id: str, filled: FilledForm) -> None:
    # A nought typed into a section that was declared 'không phát sinh' repeats the declaration; it is no figure.
    given = [
        f
        for f in filled.figures.values()
        if (f.given or f.raw or f.explanation or f.evidence) and not (f.nothing and not f.value)
    ]
    transaction.execute_many("submissions.insert_value", [_value_row(submission_id, f) for f in given])
    if not filled.nothing_to_report:
        shown = [f for f in filled.figures.values() if f.stance is not None and not f.nothing]
        transaction.execute_many("submissions.insert_shown", [_shown_row(submission_id, f) for f in shown])
    transaction.execute_many(
        "submissions.insert_narrative",
        [
            {"submission_id": submission_id, "section": section, "content": text}
            for section, text in filled.narratives.items()
        ],
    )
    declared = [("so_lieu", code) for code in filled.nothing_sections]
    declared += [("noi_dung", code) for code in filled.nothing_narratives]
    transaction.execute_many(
        "submissions.insert_nothing",
        [{"submission_id": submission_id, "part": part, "section": section} for part, section in declared],
    )


def _put_enclosures(
    transaction: Transaction, instance: Instance, submission_id: str, enclosures: Sequence[Enclosure]
) -> None:
    rows = []
    for number, one in enumerate(enclosures, start=1):
        suffix = Path(one.name).suffix.lower()
        digest, path = keep(instance, FOLDER, one.content, suffix if suffix in ENCLOSED else ".bin")
        rows.append(
            {
                "submission_id": submission_id,
                "seq": number,
                "file_name": Path(one.name).name,
                "file_sha256": digest,
                "stored_path": path.relative_to(instance.data).as_posix(),
            }
        )
    transaction.execute_many("submissions.insert_enclosure", rows)


def _value_row(submission_id: str, figure: ReportedFigure) -> dict[str, str | None]:
    return {
        "submission_id": submission_id,
        "indicator": figure.indicator,
        "raw": figure.raw,
        "value": _decimal_text(figure.value),
        "numerator": _decimal_text(figure.numerator),
        "denominator": _decimal_text(figure.denominator),
        "explanation": figure.explanation,
        "evidence": figure.evidence,
        "cell": figure.cell,
    }


def _shown_row(submission_id: str, figure: ReportedFigure) -> dict[str, str | None]:
    assert figure.shown is not None
    return {
        "submission_id": submission_id,
        "indicator": figure.indicator,
        "shown_by": figure.shown.by,
        "stance": figure.stance,
        "value": _decimal_text(figure.shown.value),
        "numerator": _decimal_text(figure.shown.numerator),
        "denominator": _decimal_text(figure.shown.denominator),
    }


def _decimal_text(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")
