"""What units say about their points: explanations after a decision, objections after the publication."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from cchc.clock import from_text, to_text
from cchc.errors import RuleRefused
from cchc.files import sha256_bytes
from cchc.store import Row, Store, Transaction
from cchc.texts import t

AGREES, EXPLAINS = "dong_y", "giai_trinh"


@dataclass(frozen=True)
class UnitExplanation:
    """A unit's word on a decision; round_no tells a second one from the first. stance: AGREES or EXPLAINS."""

    round_id: str
    unit_code: str
    criterion: str
    round_no: int
    stance: str
    text: str
    evidence_ids: tuple[str, ...]
    actor: str
    at: datetime


@dataclass(frozen=True)
class Objection:
    """A unit's objection to a published criterion, and what was decided about it (None: nothing yet)."""

    round_id: str
    unit_code: str
    criterion: str
    text: str
    received_at: datetime
    evidence_ids: tuple[str, ...] = ()
    decision: str | None = None
    points: Decimal | None = None
    document_no: str | None = None
    reason: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None

    @property
    def objection_id(self) -> str:
        said = (self.round_id, self.unit_code, self.criterion, self.text, to_text(self.received_at))
        return sha256_bytes(json.dumps(said, ensure_ascii=False).encode())[:16]


def put_explanations(transaction: Transaction, said: Iterable[UnitExplanation]) -> int:
    """Keep explanations; the same text again is none. `round_no` 0 stands for the next one. How many were new."""
    count = 0
    for one in said:
        rows = transaction.query(
            "scores.explanations_of_round", round_id=one.round_id, unit_code=one.unit_code
        )
        own = [row for row in rows if row["criterion"] == one.criterion]
        content = {"stance": one.stance, "text": one.text, "evidence_ids": json.dumps(one.evidence_ids)}
        if own and all(own[-1][key] == value for key, value in content.items()):
            continue
        transaction.execute(
            "scores.add_explanation",
            round_id=one.round_id,
            unit_code=one.unit_code,
            criterion=one.criterion,
            round_no=one.round_no or len(own) + 1,
            actor=one.actor,
            at=to_text(one.at),
            **content,
        )
        count += 1
    return count


def put_explanation(transaction: Transaction, said: UnitExplanation) -> bool:
    """One of `put_explanations`."""
    return put_explanations(transaction, [said]) == 1


def explanations_of(
    store: Store, round_id: str, among: Collection[str] | None = None
) -> list[UnitExplanation]:
    """Explanations of a round, or of some units, each criterion's in their order."""
    if among is None:
        rows = store.query("scores.explanations_of_round", round_id=round_id, unit_code=None)
    else:
        rows = store.query("scores.explanations_of_units", round_id=round_id, units=sorted(among))
    return [
        UnitExplanation(
            row["round_id"], row["unit_code"], row["criterion"], row["round_no"], row["stance"], row["text"],
            tuple(json.loads(row["evidence_ids"])), row["actor"], from_text(row["at"]),
        )
        for row in rows
    ]  # fmt: skip


def put_objection(transaction: Transaction, objection: Objection) -> bool:
    """Keep an objection as it came; False when it is there already."""
    return bool(
        transaction.execute(
            "scores.add_objection",
            objection_id=objection.objection_id,
            round_id=objection.round_id,
            unit_code=objection.unit_code,
            criterion=objection.criterion,
            text=objection.text,
            evidence_ids=json.dumps(objection.evidence_ids),
            received_at=to_text(objection.received_at),
        )
    )


def put_objection_decision(
    transaction: Transaction,
    objection_id: str,
    decision: str,
    *,
    points: Decimal | None,
    document_no: str | None,
    reason: str,
    actor: str,
    at: datetime,
) -> None:
    """What was decided about an objection; a later decision counts. RuleRefused without a reason."""
    if not reason.strip():
        raise RuleRefused("reason-needed", t("scores.objection_needs_reason"))
    before = transaction.query("scores.decisions_of_objection", objection_id=objection_id)
    transaction.execute(
        "scores.decide_objection",
        objection_id=objection_id,
        seq=len(before) + 1,
        decision=decision,
        points=None if points is None else format(points, "f"),
        document_no=document_no,
        reason=reason,
        actor=actor,
        at=to_text(at),
    )


def objections_of(store: Store, round_id: str, unit: str | None = None) -> list[Objection]:
    """Objections of a round, or of one unit, oldest first, each with its last decision."""
    rows = store.query("scores.objections_of_round", round_id=round_id, unit_code=unit)
    return [_objection(row) for row in rows]


def _objection(row: Row) -> Objection:
    return Objection(
        row["round_id"], row["unit_code"], row["criterion"], row["text"], from_text(row["received_at"]),
        tuple(json.loads(row["evidence_ids"])), row["decision"],
        None if row["points"] is None else Decimal(row["points"]), row["document_no"], row["reason"], row["actor"],
        None if row["at"] is None else from_text(row["at"]),
    )  # fmt: skip
