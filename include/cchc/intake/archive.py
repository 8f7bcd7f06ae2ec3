"""Keeping what units sent: the file under its hash, its figures and texts, and what the checks said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from cchc.clock import from_text, to_text
from cchc.files import keep_by_content, sha256_bytes
from cchc.intake.forms import FORM_VERSION, Figure, FilledForm, Finding, Form
from cchc.paths import Instance
from cchc.store import Row, Store

FOLDER = "bai-nop"
_FOR_EVER = "9999-12-31T00:00:00+07:00"
_SUFFIXES = (".xlsx", ".ods", ".xls", ".xlsb")


class Outcome(StrEnum):
    """What became of a submission. `kept_late` came after locking: kept, and an operator decides."""

    ACCEPTED = "accepted"
    WITH_WARNINGS = "accepted_with_warnings"
    REJECTED = "rejected"
    KEPT_LATE = "kept_late"


COUNTED = (Outcome.ACCEPTED, Outcome.WITH_WARNINGS)


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


def submission_id_of(obligation_id: str, content: bytes) -> str:
    """The same file sent for the same obligation is the same submission, however often it comes."""
    return f"{obligation_id}/{sha256_bytes(content)[:16]}"


def keep_submission(
    store: Store,
    instance: Instance,
    obligation_id: str,
    content: bytes,
    file_name: str,
    received_at: datetime,
    recorded_at: datetime,
    channel: str,
    filled: FilledForm | None,
    findings: Iterable[Finding],
    outcome: str,
) -> str:
    """Keep a received file and everything read out of it, in one transaction; returns the submission's id.

    `filled` is None for a file that could not be read. Keeping the same file for the same obligation again
    changes nothing, not even its outcome (see `change_outcome`). Cells left blank make no row.
    """
    suffix = Path(file_name).suffix.lower()
    digest, path = keep_by_content(instance.data / FOLDER, content, suffix if suffix in _SUFFIXES else ".bin")
    submission_id = submission_id_of(obligation_id, content)
    with store.write() as transaction:
        added = transaction.execute(
            "intake.insert_submission",
            submission_id=submission_id,
            obligation_id=obligation_id,
            received_at=to_text(received_at),
            recorded_at=to_text(recorded_at),
            channel=channel,
            file_name=Path(file_name).name,
            file_sha256=digest,
            stored_path=path.relative_to(instance.data).as_posix(),
            form_version=filled.identity.version if filled else FORM_VERSION,
            outcome=str(outcome),
        )
        if not added:
            return submission_id
        if filled:
            given = [f for f in filled.figures.values() if f.given or f.raw or f.explanation or f.evidence]
            transaction.execute_many("intake.insert_value", [_value_row(submission_id, f) for f in given])
            transaction.execute_many(
                "intake.insert_narrative",
                [
                    {"submission_id": submission_id, "section": section, "content": text}
                    for section, text in filled.narratives.items()
                ],
            )
        transaction.execute_many(
            "intake.insert_finding",
            [
                {"submission_id": submission_id, "seq": number, **finding.__dict__}
                for number, finding in enumerate(findings, start=1)
            ],
        )
    return submission_id


def change_outcome(store: Store, submission_id: str, outcome: str) -> bool:
    """An operator's later decision on a kept file; False when it is that already."""
    with store.write() as transaction:
        changed = transaction.execute(
            "intake.change_outcome", submission_id=submission_id, outcome=str(outcome)
        )
    return changed > 0


def submission(store: Store, instance: Instance, submission_id: str) -> Submission | None:
    """One kept file, or None."""
    row = store.one("intake.submission", submission_id=submission_id)
    return _submission(row, instance) if row else None


def submissions_of(store: Store, instance: Instance, obligation_id: str) -> list[Submission]:
    """Every version that came for an obligation, oldest first."""
    rows = store.query("intake.submissions_of_obligation", obligation_id=obligation_id)
    return [_submission(row, instance) for row in rows]


def findings_of(store: Store, submission_id: str) -> list[Finding]:
    """What the checks said about a kept file, in their order."""
    names = Finding.__dataclass_fields__
    rows = store.query("intake.findings_of_submission", submission_id=submission_id)
    return [Finding(**{name: row[name] for name in names}) for row in rows]


def standing(
    store: Store,
    round_id: str,
    *,
    product: str = Form.REPORT.value,
    accepted_only: bool = True,
    as_of: datetime | None = None,
) -> dict[str, str]:
    """unit code -> id of the submission that counts: the last one that was not returned afterwards, as known
    at `as_of` (None: now). `accepted_only` leaves out refused ones and those that came after locking."""
    rows = store.query(
        "intake.standing_submissions",
        round_id=round_id,
        product=product,
        known_by=to_text(as_of) if as_of else _FOR_EVER,
    )
    return {
        row["unit_code"]: row["submission_id"]
        for row in rows
        if not accepted_only or row["outcome"] in COUNTED
    }


def latest_values(
    store: Store, round_id: str, *, accepted_only: bool = True, as_of: datetime | None = None
) -> dict[str, dict[str, Figure]]:
    """unit code -> indicator -> figure, out of the submission that counts (see `standing`).

    Every figure carries the id of its submission and its cell. A unit without such a submission, and an
    indicator left blank, are absent: missing is not zero.
    """
    chosen = standing(store, round_id, accepted_only=accepted_only, as_of=as_of)
    unit_of = {submission_id: unit for unit, submission_id in chosen.items()}
    found: dict[str, dict[str, Figure]] = {unit: {} for unit in chosen}
    for row in store.query("intake.values_of_round", round_id=round_id, product=Form.REPORT.value):
        unit = unit_of.get(row["submission_id"])
        if unit is not None:
            found[unit][row["indicator"]] = _figure(row)
    return found


def latest_narratives(
    store: Store, round_id: str, *, accepted_only: bool = True, as_of: datetime | None = None
) -> dict[str, dict[str, str]]:
    """unit code -> section -> text, out of the submission that counts."""
    chosen = standing(store, round_id, accepted_only=accepted_only, as_of=as_of)
    unit_of = {submission_id: unit for unit, submission_id in chosen.items()}
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for row in store.query("intake.narratives_of_round", round_id=round_id, product=Form.REPORT.value):
        unit = unit_of.get(row["submission_id"])
        if unit is not None:
            found[unit][row["section"]] = row["content"]
    return dict(found)


def numbers_of(figures: Mapping[str, Figure]) -> dict[str, Decimal]:
    """indicator -> value of the figures that have one: what a later form shows as 'kỳ trước'."""
    return {code: figure.value for code, figure in figures.items() if figure.value is not None}


def _value_row(submission_id: str, figure: Figure) -> dict[str, str | None]:
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


def _figure(row: Row) -> Figure:
    return Figure(
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


def _decimal_text(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


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
    )
