"""A unit's whole file in a scoring round: what happened to it, and how it stands.

Submitted and locked are two facts: what was sent stands in the ledger of obligations, what people and steps did with
the file stands here.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from cchc.clock import END, from_text, to_text
from cchc.errors import RuleRefused
from cchc.files import sha256_bytes
from cchc.obligations import Ledger, Obligation, ObligationState
from cchc.store import Row, Store, Transaction
from cchc.texts import t
from cchc.year import Product


class FileEventKind(StrEnum):
    """What can happen to a unit's file. Those of the round itself have no unit ('')."""

    SHEET_SENT = "sheet_sent"  # the form, or one with other rows after a set was replaced
    EXTENDED = "extended"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    LATE_WAITING = "late_waiting"
    LATE_ACCEPTED = "late_accepted"
    LATE_REFUSED = "late_refused"
    APPRAISAL_1 = "appraisal_1"  # the first appraisal has begun
    GROUP_CONFIRMED = "group_confirmed"
    EXPLANATION_ASKED = "explanation_asked"
    EXPLAINED = "explained"
    NOT_EXPLAINED = "not_explained"
    APPRAISAL_2 = "appraisal_2"
    COUNCIL = "council"
    PUBLISHED = "published"
    OBJECTED = "objected"
    ADJUSTED = "adjusted"
    CLOSED = "closed"
    SET_REPLACED = "set_replaced"
    REOPENED = "reopened"  # a criterion, for another decision
    UNRANKED_DECIDED = "unranked_decided"  # the council ranks a unit of which little is in force


class FileState(StrEnum):
    """Where a unit's file is; the words of the specification."""

    NOT_OPENED = "chua_mo"
    SHEET_SENT = "da_gui_bieu"
    SUBMITTED = "da_nop"
    LOCKED = "khoa"
    APPRAISAL_1 = "tham_dinh_1"
    TO_EXPLAIN = "cho_giai_trinh"
    EXPLAINED = "da_giai_trinh"
    NOT_EXPLAINED = "khong_giai_trinh"
    APPRAISAL_2 = "tham_dinh_2"
    COUNCIL = "hoi_dong"
    PUBLISHED = "cong_bo"
    OBJECTED = "kien_nghi"
    ADJUSTED = "dieu_chinh"
    CLOSED = "dong"


_LEADS_TO = {
    FileEventKind.LOCKED: FileState.LOCKED,
    FileEventKind.APPRAISAL_1: FileState.APPRAISAL_1,
    FileEventKind.EXPLANATION_ASKED: FileState.TO_EXPLAIN,
    FileEventKind.EXPLAINED: FileState.EXPLAINED,
    FileEventKind.NOT_EXPLAINED: FileState.NOT_EXPLAINED,
    FileEventKind.APPRAISAL_2: FileState.APPRAISAL_2,
    FileEventKind.COUNCIL: FileState.COUNCIL,
    FileEventKind.PUBLISHED: FileState.PUBLISHED,
    FileEventKind.OBJECTED: FileState.OBJECTED,
    FileEventKind.ADJUSTED: FileState.ADJUSTED,
    FileEventKind.CLOSED: FileState.CLOSED,
}
_NEEDS_REASON = (FileEventKind.EXTENDED, FileEventKind.UNLOCKED, FileEventKind.LATE_ACCEPTED,
                 FileEventKind.LATE_REFUSED, FileEventKind.SET_REPLACED, FileEventKind.REOPENED)  # fmt: skip
_NEEDS_DOCUMENT = (FileEventKind.UNLOCKED, FileEventKind.SET_REPLACED)


@dataclass(frozen=True)
class FileEvent:
    """A fact about a unit's file, or about the round (unit_code ''). The same words at the same moment are one fact."""

    round_id: str
    unit_code: str
    kind: FileEventKind
    actor: str
    at: datetime
    reason: str | None = None
    document_no: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def event_id(self) -> str:
        said = [
            self.round_id, self.unit_code, str(self.kind), self.actor, to_text(self.at), self.reason,
            self.document_no, dict(self.detail),
        ]  # fmt: skip
        return sha256_bytes(json.dumps(said, ensure_ascii=False, sort_keys=True).encode())[:32]


@dataclass(frozen=True)
class UnitFile:
    """How a unit's file stood. version: how many times it was sent in. due_at: its own, with what it was granted.

    submitted_at: when the version came that counts, else the newest; None while nothing came. locked_at: None while it
    is open (again). late_waiting: a version came after the lock, and nobody has decided about it.
    """

    unit_code: str
    state: FileState
    due_at: datetime | None = None
    submitted_at: datetime | None = None
    version: int = 0
    submission_id: str | None = None
    locked_at: datetime | None = None
    late_waiting: bool = False

    @property
    def is_locked(self) -> bool:
        return self.locked_at is not None


def append_file_events(transaction: Transaction, events: Iterable[FileEvent]) -> int:
    """Add events in the caller's transaction; how many were new. RuleRefused where a reason or the number of the
    document is missing that such an event needs."""
    count = 0
    known = dict[str, list[Row]]()
    for event in events:
        _refuse_bare(event)
        if event.round_id not in known:
            if not transaction.execute("obligations.rounds_lock_one", round_id=event.round_id):
                message = t("obligations.refused.round-not-open", round=event.round_id)
                raise RuleRefused("round-not-open", message)
            known[event.round_id] = transaction.query("scores.file_events_of_round", round_id=event.round_id)
        before = known[event.round_id]
        if any(row["event_id"] == event.event_id for row in before):
            continue
        row = {
            "event_id": event.event_id,
            "round_id": event.round_id,
            "unit_code": event.unit_code,
            "seq": 1 + max((one["seq"] for one in before if one["unit_code"] == event.unit_code), default=0),
            "kind": str(event.kind),
            "actor": event.actor,
            "reason": event.reason,
            "document_no": event.document_no,
            "at": to_text(event.at),
            "detail": json.dumps(dict(event.detail), ensure_ascii=False, sort_keys=True),
        }
        transaction.execute("scores.add_file_event", **row)
        before.append(row)
        count += 1
    return count


def _refuse_bare(event: FileEvent) -> None:
    what = t(f"scores.file_events.{event.kind}")
    if event.kind in _NEEDS_REASON and not (event.reason or "").strip():
        raise RuleRefused("reason-needed", t("scores.file_reason_needed", what=what))
    if event.kind in _NEEDS_DOCUMENT and not (event.document_no or "").strip():
        raise RuleRefused("document-needed", t("scores.file_document_needed", what=what))


def file_events(
    store: Store, round_id: str, unit: str | None = None, as_of: datetime | None = None
) -> list[FileEvent]:
    """Everything that happened in a round (or to one unit's file and to the round), in the order in which it did."""
    moment = to_text(as_of or END)
    return [
        FileEvent(
            row["round_id"], row["unit_code"], FileEventKind(row["kind"]), row["actor"], from_text(row["at"]),
            row["reason"], row["document_no"], json.loads(row["detail"]),
        )
        for row in store.query("scores.file_events_of_round", round_id=round_id)
        if row["at"] <= moment and (unit is None or row["unit_code"] in (unit, ""))
    ]  # fmt: skip


def file_state(store: Store, round_id: str, unit: str, as_of: datetime) -> UnitFile:
    """How the file of one unit stood at a moment."""
    return file_states(store, round_id, as_of, unit=unit).get(unit) or UnitFile(unit, FileState.NOT_OPENED)


def file_states(
    store: Store,
    round_id: str,
    as_of: datetime,
    *,
    unit: str | None = None,
    events: Iterable[FileEvent] | None = None,
) -> dict[str, UnitFile]:
    """The files of all units that owe a self-score in the round (or of one). events: of `file_events`, where they were
    read already."""
    owed = Ledger(store).states(as_of, round_id=round_id, unit_code=unit, product=Product.SELF_SCORE)
    own: defaultdict[str, list[FileEvent]] = defaultdict(list)
    for event in file_events(store, round_id, unit, as_of) if events is None else events:
        own[event.unit_code].append(event)
    whole = own.pop("", [])
    return {
        obligation.unit_code: _file(obligation, state, [*own.get(obligation.unit_code, []), *whole])
        for obligation, state in owed
    }


def _file(obligation: Obligation, state: ObligationState, events: list[FileEvent]) -> UnitFile:
    where = FileState.SUBMITTED if state.submissions else FileState.SHEET_SENT
    before_lock, locked_at, waiting = where, None, False
    for event in sorted(events, key=lambda one: one.at):
        if event.kind is FileEventKind.LOCKED:
            locked_at = event.at
        elif event.kind is FileEventKind.UNLOCKED:
            locked_at, where = None, before_lock
        elif event.kind is FileEventKind.LATE_WAITING:
            waiting = True
        elif event.kind in (FileEventKind.LATE_ACCEPTED, FileEventKind.LATE_REFUSED):
            waiting = False
        where = _LEADS_TO.get(event.kind, where)
    return UnitFile(
        obligation.unit_code,
        where,
        due_at=state.due_at,
        submitted_at=state.accepted_came_at or state.last_submitted_at,
        version=state.submissions,
        submission_id=state.counted_submission_id,
        locked_at=locked_at,
        late_waiting=waiting,
    )
