"""What units sent, as it was kept: versions, findings, and the figures and texts that count."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from cchc.clock import from_text, to_text
from cchc.intake.forms import Figure, Finding
from cchc.paths import Instance
from cchc.store import Row, Store, Transaction
from cchc.year import Product

_FOR_EVER = "9999-12-31T00:00:00+07:00"


class Outcome(StrEnum):
    """What became of a submission. `kept_late` came after locking: kept, and an operator decides."""

    ACCEPTED = "accepted"
    WITH_WARNINGS = "accepted_with_warnings"
    REJECTED = "rejected"
    NOTHING = "nothing"
    KEPT_LATE = "kept_late"


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


def change_outcome(store: Store, submission_id: str, outcome: str) -> bool:
    """What is shown of a kept file after an operator's later decision; False when it is that already.

    Whether it counts is a matter of the ledger's events and of nothing else.
    """
    with store.write() as transaction:
        return put_outcome(transaction, submission_id, outcome)


def put_outcome(transaction: Transaction, submission_id: str, outcome: str) -> bool:
    """The same inside a transaction of the caller's."""
    changed = transaction.execute("intake.change_outcome", submission_id=submission_id, outcome=str(outcome))
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
    store: Store, round_id: str, *, product: str = Product.REPORT, as_of: datetime | None = None
) -> dict[str, str]:
    """unit code -> id of the submission that counted for the ledger at `as_of` (None: now); see
    `State.counted_submission_id`."""
    rows = store.query(
        "intake.standing_submissions",
        round_id=round_id,
        product=product,
        known_by=to_text(as_of) if as_of else _FOR_EVER,
    )
    return {row["unit_code"]: row["submission_id"] for row in rows}


def latest_values(
    store: Store, round_id: str, *, as_of: datetime | None = None
) -> dict[str, dict[str, Figure]]:
    """unit code -> indicator -> figure, out of the submission that counts (see `standing`).

    Every figure carries the id of its submission and its cell. A unit without such a submission, and an
    indicator left blank, are absent: missing is not zero.
    """
    chosen = standing(store, round_id, as_of=as_of)
    unit_of = {submission_id: unit for unit, submission_id in chosen.items()}
    found: dict[str, dict[str, Figure]] = {unit: {} for unit in chosen}
    for row in store.query("intake.values_of_round", round_id=round_id, product=Product.REPORT):
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
    for row in store.query("intake.nothing_of_round", round_id=round_id, product=Product.REPORT):
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
    for row in store.query("intake.narratives_of_round", round_id=round_id, product=Product.REPORT):
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
        "intake.numbers_of_round",
        round_id=round_id,
        product=Product.REPORT,
        known_by=to_text(as_of) if as_of else _FOR_EVER,
        unit_code=unit,
    ):
        found[row["unit_code"]][row["indicator"]] = Decimal(row["value"])
    return dict(found)


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
