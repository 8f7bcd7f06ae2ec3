"""Findings of an inspection with the orders to mend them: what the team wrote, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from cchc.clock import from_text, to_text
from cchc.folding import folded
from cchc.inspection.events import InspectionEvent, Subject, append_events, events_of
from cchc.obligations import ObligationState
from cchc.store import Store, Transaction


class FindingKind(StrEnum):
    """What a row of the team's workbook is."""

    DEFICIENCY = "ton_tai"
    REPLY = "tra_loi_kien_nghi"  # an answer to a proposal of the unit: no order to it


class Gravity(StrEnum):
    """How grave a finding is."""

    REMINDER = "nhac_nho"
    ORDINARY = "vua"
    GRAVE = "nang"


class FindingState(StrEnum):
    """How far a finding has come. What of its orders is answered and accepted, their obligations say."""

    RECORDED = "ghi_nhan"
    ISSUED = "da_ban_hanh"
    WITHDRAWN = "da_rut"


@dataclass(frozen=True)
class TeamOrder:
    """One thing that a unit is to do. responsible: a body inside the unit, free text; of an answer to a proposal the
    body that owes it. due: None means the one day of the whole letter."""

    text: str
    responsible: str = ""
    due: date | None = None


@dataclass(frozen=True)
class InspectionFinding:
    """A row of the team's workbook. finding_id: '' until the row was read for the first time.

    Of an answer to the unit's proposal `content` is the proposal, and the only order's text is the answer.
    """

    unit_code: str
    content: str
    orders: tuple[TeamOrder, ...]
    finding_id: str = ""
    topic: str = ""
    severity: Gravity = Gravity.ORDINARY
    evidence: str = ""
    note: str = ""
    kind: FindingKind = FindingKind.DEFICIENCY

    @property
    def words(self) -> tuple[object, ...]:
        """What stands in a letter, once it is issued: nobody changes it by a workbook any more. Blanks, case and the
        way letters are written make no other words."""
        orders = tuple((folded(one.text), folded(one.responsible), one.due) for one in self.orders)
        return (self.unit_code, folded(self.content), orders, self.kind)


@dataclass(frozen=True)
class IssuedOrder:
    """An order as it was issued, with the obligation to answer it. unit_code: who owes it."""

    obligation_id: str
    text: str
    responsible: str
    due_at: datetime
    unit_code: str = ""


@dataclass(frozen=True)
class KnownFinding:
    """A finding with all that happened to it. letter: the document that issued it, by its id.

    number: its place in the letter. withdrawn_by: reason and document of a withdrawal.
    """

    finding: InspectionFinding
    round_id: str
    state: FindingState = FindingState.RECORDED
    orders: tuple[IssuedOrder, ...] = ()
    letter: str = ""
    number: int = 0
    issued_at: datetime | None = None
    visit_id: str = ""
    withdrawn_by: tuple[str, str] = ("", "")
    amended_by: tuple[str, ...] = ()
    letter_label: str = ""
    letter_day: date | None = None
    confirmed: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def finding_id(self) -> str:
        return self.finding.finding_id

    @property
    def unit_code(self) -> str:
        return self.finding.unit_code

    @property
    def is_issued(self) -> bool:
        return self.state is FindingState.ISSUED

    def mended_at(self, states: Mapping[str, ObligationState]) -> datetime | None:
        """When the last of its orders was accepted; None while one is not, and of what owes nothing.

        What was accepted before answers waited for a confirmer counts from its arrival.
        """
        moments = []
        for one in self.orders:
            state = states.get(one.obligation_id)
            if state is None or not state.fulfilled:
                return None
            moments.append(
                self.confirmed.get(one.obligation_id) or state.accepted_came_at or state.fulfilled_at
            )
        return max((moment for moment in moments if moment), default=None)


RECORDED, ISSUED, WITHDRAWN, AMENDED = "ghi", "ban_hanh", "rut", "sua"
CONFIRMED, RETURNED = "chap_nhan", "tra_lai"


def known_findings(
    source: Store | Transaction, round_id: str, as_of: datetime | None = None
) -> list[KnownFinding]:
    """All findings of a round as known at `as_of` (None: now), by their numbers."""
    return [
        found
        for _, events in sorted(events_of(source, round_id, Subject.FINDING, as_of).items())
        if (found := fold_finding(events)) is not None
    ]


def fold_finding(events: Sequence[InspectionEvent]) -> KnownFinding | None:
    """A finding from its events; None before it was recorded."""
    known: KnownFinding | None = None
    for event in events:
        if event.kind == RECORDED:
            finding = finding_from(event.unit_code, event.subject_id, event.payload)
            known = replace(known, finding=finding) if known else KnownFinding(finding, event.round_id)
            known = replace(known, visit_id=str(event.payload.get("visit_id") or known.visit_id))
        elif known is None:
            continue
        elif event.kind == ISSUED:
            day = event.payload.get("issued_on")
            known = replace(
                known,
                state=FindingState.ISSUED,
                orders=_issued_orders(event),
                letter=str(event.payload.get("letter") or ""),
                letter_label=str(event.payload.get("label") or ""),
                letter_day=date.fromisoformat(day) if day else event.at.date(),
                number=int(event.payload.get("number") or 0),
                issued_at=event.at,
            )
        elif event.kind == AMENDED:
            finding = finding_from(event.unit_code, event.subject_id, event.payload)
            texts = [one.text for one in finding.orders]
            orders = tuple(replace(one, text=text) for one, text in zip(known.orders, texts, strict=False))
            known = replace(
                known,
                finding=finding,
                orders=orders or known.orders,
                amended_by=(*known.amended_by, str(event.document_no or "")),
            )
        elif event.kind == CONFIRMED:
            known = replace(
                known, confirmed={**known.confirmed, str(event.payload["obligation_id"]): event.at}
            )
        elif event.kind == WITHDRAWN:
            known = replace(
                known,
                state=FindingState.WITHDRAWN,
                withdrawn_by=(str(event.reason or ""), str(event.document_no or "")),
            )
    return known


def _issued_orders(event: InspectionEvent) -> tuple[IssuedOrder, ...]:
    return tuple(
        IssuedOrder(
            str(one["obligation_id"]),
            str(one["text"]),
            str(one.get("responsible") or ""),
            from_text(str(one["due_at"])),
            str(one.get("unit_code") or event.unit_code),
        )
        for one in event.payload["orders"]
    )


def payload_of(finding: InspectionFinding) -> dict[str, Any]:
    """A row as an event keeps it."""
    return {
        "content": finding.content,
        "orders": [
            {
                "text": one.text,
                "responsible": one.responsible,
                "due": one.due.isoformat() if one.due else None,
            }
            for one in finding.orders
        ],
        "topic": finding.topic,
        "severity": str(finding.severity),
        "evidence": finding.evidence,
        "note": finding.note,
        "kind": str(finding.kind),
    }


def finding_from(unit_code: str, finding_id: str, payload: Mapping[str, Any]) -> InspectionFinding:
    """The row that an event keeps."""
    orders = tuple(
        TeamOrder(
            str(one["text"]),
            str(one.get("responsible") or ""),
            date.fromisoformat(one["due"]) if one.get("due") else None,
        )
        for one in payload["orders"]
    )
    return InspectionFinding(
        unit_code,
        str(payload["content"]),
        orders,
        finding_id,
        str(payload.get("topic") or ""),
        Gravity(payload.get("severity") or Gravity.ORDINARY),
        str(payload.get("evidence") or ""),
        str(payload.get("note") or ""),
        FindingKind(payload.get("kind") or FindingKind.DEFICIENCY),
    )


def give_ids(
    tx: Transaction,
    round_id: str,
    year: int,
    rows: Iterable[tuple[str, InspectionFinding]],
    *,
    actor: str,
    at: datetime,
) -> list[InspectionFinding]:
    """The rows (source, row) with the numbers of findings, new ones for those that have none; nothing gets a number
    twice, and a number that was given is never given again.

    source: the file and the row of it in which a row without a number was read; read again before its number reached
    the workbook, it has the same.
    """
    tx.execute("obligations.rounds_lock_one", round_id=round_id)
    known = {
        row["source"]: row["finding_id"]
        for row in tx.query("inspection.findings_of_round", round_id=round_id)
    }
    last = max((int(one.rpartition("-")[2]) for one in known.values()), default=0)
    numbered = []
    for source, row in rows:
        finding_id = row.finding_id or known.get(source)
        if not finding_id:
            last += 1
            finding_id = f"KT{year % 100:02d}-{last:04d}"
            values = {"finding_id": finding_id, "round_id": round_id, "unit_code": row.unit_code}
            tx.execute("inspection.add_finding", **values, source=source, actor=actor, at=to_text(at))
            known[source] = finding_id
        numbered.append(replace(row, finding_id=finding_id))
    return numbered


def record_words(
    tx: Transaction,
    round_id: str,
    found: Iterable[InspectionFinding],
    visits: Mapping[str, str],
    *,
    actor: str,
    at: datetime,
) -> int:
    """Keep what the rows say, where it is new; returns how many events were written. visits: finding -> its visit.

    Of what was issued the words stand as they are; what was withdrawn stays so.
    """
    standing, events = {one.finding_id: one for one in known_findings(tx, round_id)}, []
    for one in found:
        known = standing.get(one.finding_id)
        if known is not None and known.state is FindingState.WITHDRAWN:
            continue
        if known is not None and known.is_issued:
            one = replace(one, content=known.finding.content, orders=known.finding.orders)
        if known is not None and known.finding == one:
            continue
        visit = known.visit_id if known else visits.get(one.finding_id, "")
        payload = {**payload_of(one), "visit_id": visit}
        events.append(
            InspectionEvent(
                Subject.FINDING, one.finding_id, round_id, one.unit_code, RECORDED, actor, at, payload=payload
            )
        )
    return append_events(tx, events)
