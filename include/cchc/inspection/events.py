"""Everything that happens to a chosen unit, a visit or a finding: events that are only added, read back in order."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from cchc.clock import from_text, to_text
from cchc.files import sha256_bytes
from cchc.store import Row, Store, Transaction


class Subject(StrEnum):
    """What an event is about."""

    CHOICE = "lua_chon"  # `<round>/<unit>`
    VISIT = "cuoc_kiem_tra"  # `KT26-C01`
    FINDING = "ton_tai"  # `KT26-0001`


@dataclass(frozen=True)
class InspectionEvent:
    """A fact: what, who, why, by which document, when. payload: what the kind of event needs, as JSON holds it.

    key: the same key is the same fact; by default what happened to whom, when and with what words.
    """

    subject: Subject
    subject_id: str
    round_id: str
    unit_code: str
    kind: str
    actor: str
    at: datetime
    reason: str | None = None
    document_no: str | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)
    key: str = ""

    @property
    def event_id(self) -> str:
        parts = self.key or _json([self.at.isoformat(), self.reason, self.document_no, dict(self.payload)])
        return sha256_bytes(f"{self.subject}|{self.subject_id}|{self.kind}|{parts}".encode())[:32]


def append_events(tx: Transaction, events: Iterable[InspectionEvent]) -> int:
    """Add events; returns how many are new. The same one again changes nothing."""
    new = 0
    for event in events:
        # Two writers of one round queue up here, and cannot take the same place.
        tx.execute("obligations.rounds_lock_one", round_id=event.round_id)
        if tx.one("inspection.event", event_id=event.event_id) is not None:
            continue
        own = {"subject": event.subject, "subject_id": event.subject_id}
        known = tx.query("inspection.events_of_subject", **own)
        tx.execute(
            "inspection.add_event",
            event_id=event.event_id,
            seq=len(known) + 1,
            round_id=event.round_id,
            unit_code=event.unit_code,
            kind=event.kind,
            actor=event.actor,
            reason=event.reason,
            document_no=event.document_no,
            at=to_text(event.at),
            payload_json=_json(dict(event.payload)),
            **own,
        )
        new += 1
    return new


def record_events(store: Store, events: Iterable[InspectionEvent]) -> int:
    """`append_events` in a transaction of its own."""
    with store.write() as tx:
        return append_events(tx, events)


def events_of(
    source: Store | Transaction, round_id: str, subject: Subject, as_of: datetime | None = None
) -> dict[str, list[InspectionEvent]]:
    """The events of all subjects of a kind in a round, by subject, in their order. as_of: as known then."""
    found: dict[str, list[InspectionEvent]] = defaultdict(list)
    for row in source.query("inspection.events_of_round", round_id=round_id, subject=subject):
        event = _event(row)
        if as_of is None or event.at <= as_of:
            found[event.subject_id].append(event)
    return dict(found)


def _event(row: Row) -> InspectionEvent:
    return InspectionEvent(
        Subject(row["subject"]), row["subject_id"], row["round_id"], row["unit_code"], row["kind"], row["actor"],
        from_text(row["at"]), row["reason"], row["document_no"], json.loads(row["payload_json"]),
    )  # fmt: skip


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
