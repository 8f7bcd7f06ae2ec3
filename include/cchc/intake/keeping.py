"""Keeping what a unit sent: the file under its hash, its figures and texts, what the checks said, what came with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from cchc.clock import to_text
from cchc.files import keep_by_content, sha256_bytes
from cchc.intake.forms import FORM_VERSION, Figure, FilledForm, Finding
from cchc.paths import Instance
from cchc.store import Transaction

FOLDER = "bai-nop"
_SUFFIXES = (".xlsx", ".ods", ".xls", ".xlsb")
ENCLOSED = (".docx", ".pdf", ".txt")  # documents that are kept beside a submission


@dataclass(frozen=True)
class Enclosure:
    """A document that came with a submission. `name` as the unit called it, without any path."""

    name: str
    content: bytes


def submission_id_of(obligation_id: str, content: bytes) -> str:
    """The same file sent for the same obligation is the same submission, however often it comes."""
    return f"{obligation_id}/{sha256_bytes(content)[:16]}"


def put_submission(
    transaction: Transaction,
    instance: Instance,
    *,
    obligation_id: str,
    content: bytes,
    file_name: str,
    received_at: datetime,
    recorded_at: datetime,
    channel: str,
    filled: FilledForm | None,
    findings: Iterable[Finding],
    outcome: str,
    sender_unit: str | None = None,
    enclosures: Sequence[Enclosure] = (),
) -> str:
    """Keep a received file and everything read out of it, in the caller's transaction; returns the submission's id.

    `filled` is None for a file that could not be read. Keeping the same file for the same obligation again
    changes nothing, not even its outcome (see `change_outcome`). Cells left blank make no row. The files lie under
    their hash before the transaction commits: a crash leaves at worst a file that no row names.
    """
    suffix = Path(file_name).suffix.lower()
    digest, path = keep_by_content(instance.data / FOLDER, content, suffix if suffix in _SUFFIXES else ".bin")
    submission_id = submission_id_of(obligation_id, content)
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
        sender_unit=sender_unit,
    )
    if not added:
        return submission_id
    if filled:
        _put_contents(transaction, submission_id, filled)
    transaction.execute_many(
        "intake.insert_finding",
        [
            {"submission_id": submission_id, "seq": number, **finding.__dict__}
            for number, finding in enumerate(findings, start=1)
        ],
    )
    _put_enclosures(transaction, instance, submission_id, enclosures)
    return submission_id


def _put_contents(transaction: Transaction, submission_id: str, filled: FilledForm) -> None:
    # A nought typed into a section that was declared 'không phát sinh' repeats the declaration; it is no figure.
    given = [
        f
        for f in filled.figures.values()
        if (f.given or f.raw or f.explanation or f.evidence) and not (f.nothing and not f.value)
    ]
    transaction.execute_many("intake.insert_value", [_value_row(submission_id, f) for f in given])
    transaction.execute_many(
        "intake.insert_narrative",
        [
            {"submission_id": submission_id, "section": section, "content": text}
            for section, text in filled.narratives.items()
        ],
    )
    declared = [("so_lieu", code) for code in filled.nothing_sections]
    declared += [("noi_dung", code) for code in filled.nothing_narratives]
    transaction.execute_many(
        "intake.insert_nothing",
        [{"submission_id": submission_id, "part": part, "section": section} for part, section in declared],
    )


def _put_enclosures(
    transaction: Transaction, instance: Instance, submission_id: str, enclosures: Sequence[Enclosure]
) -> None:
    rows = []
    for number, one in enumerate(enclosures, start=1):
        suffix = Path(one.name).suffix.lower()
        digest, path = keep_by_content(
            instance.data / FOLDER, one.content, suffix if suffix in ENCLOSED else ".bin"
        )
        rows.append(
            {
                "submission_id": submission_id,
                "seq": number,
                "file_name": Path(one.name).name,
                "file_sha256": digest,
                "stored_path": path.relative_to(instance.data).as_posix(),
            }
        )
    transaction.execute_many("intake.insert_enclosure", rows)


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


def _decimal_text(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")
