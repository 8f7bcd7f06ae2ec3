"""Events of points: what was said of one criterion of one unit, by whom, when and why. Added to, never changed."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cached_property

from cchc.clock import from_text, to_text
from cchc.criteria import CriteriaSet, Points
from cchc.errors import RuleRefused
from cchc.files import sha256_bytes
from cchc.indicators import format_number
from cchc.scores.sets import sets_by_version
from cchc.store import Row, Store, Transaction
from cchc.texts import t


class Stage(StrEnum):
    """Who speaks, in the order in which one word goes before another."""

    CLAIM = "tu_cham"
    COMPUTED = "tinh"
    FIRST = "tham_dinh_1"
    SECOND = "tham_dinh_2"
    COUNCIL = "hoi_dong"
    OBJECTION = "kien_nghi"


BY_PEOPLE = (Stage.FIRST, Stage.SECOND, Stage.COUNCIL, Stage.OBJECTION)
"""Stages that decide. A claim and a computed value alone never do."""


@dataclass(frozen=True)
class NumberUsed:
    """A number behind points: the name of the input as the set writes it, its value (None: there is none), and where
    it comes from (a submission, a snapshot, an obligation, a form) with the hash of that."""

    name: str
    value: Decimal | None
    origin: str
    sha256: str = ""


@dataclass(frozen=True)
class ScoreEvent:
    """One word on one criterion of one unit. points None: unknown, unless `dropped` (out of the maximum).

    basis: in Vietnamese, on what it rests. `prior_event_id` is given by `append`; the id follows from the rest, so that
    the same word said twice is one.
    """

    round_id: str
    unit_code: str
    criterion: str
    set_version: str
    stage: Stage
    points: Decimal | None
    dropped: bool
    basis: str
    actor: str
    at: datetime
    numbers: tuple[NumberUsed, ...] = ()
    reason: str | None = None
    document_no: str | None = None
    prior_event_id: str | None = None

    @cached_property
    def event_id(self) -> str:
        said = [
            self.round_id, self.unit_code, self.criterion, self.set_version, str(self.stage), _text(self.points),
            self.dropped, self.basis, numbers_text(self.numbers), self.reason, self.document_no, self.actor,
            to_text(self.at),
        ]  # fmt: skip
        return sha256_bytes(json.dumps(said, ensure_ascii=False).encode())[:32]

    @property
    def worth(self) -> Points:
        return Points(self.points, self.dropped)


def numbers_text(numbers: Iterable[NumberUsed]) -> str:
    """The numbers as they are kept (JSON)."""
    rows = [
        {"name": one.name, "value": _text(one.value), "origin": one.origin, "sha256": one.sha256}
        for one in numbers
    ]
    return json.dumps(rows, ensure_ascii=False)


def append(transaction: Transaction, events: Iterable[ScoreEvent]) -> int:
    """Add events in the caller's transaction; how many were new. The same event again is none.

    Raises RuleRefused (and the transaction must be given up) when a decision has no reason, when points lie outside of
    what the criterion allows, or when the set of that version was never pinned or has no such criterion for anybody.
    """
    by_round: defaultdict[str, list[ScoreEvent]] = defaultdict(list)
    for event in events:
        by_round[event.round_id].append(event)
    count = 0
    for round_id in sorted(by_round):
        # One writer of a round at a time: the sequence of a unit's events has no gap and no fork.
        if not transaction.execute("obligations.rounds_lock_one", round_id=round_id):
            raise RuleRefused("round-not-open", t("obligations.refused.round-not-open", round=round_id))
        sets = sets_by_version(transaction, round_id)
        count += _append(transaction, round_id, by_round[round_id], sets)
    return count


def _append(
    tx: Transaction, round_id: str, events: Sequence[ScoreEvent], sets: dict[str, CriteriaSet]
) -> int:
    known, last, seq = set[str](), dict[tuple[str, str], str](), dict[str, int]()
    for unit in sorted({event.unit_code for event in events}):
        rows = tx.query("scores.last_events", round_id=round_id, unit_code=unit)
        known |= {row["event_id"] for row in rows}
        last |= {(unit, row["criterion"]): row["event_id"] for row in rows}
        seq[unit] = int(rows[-1]["seq"]) if rows else 0
    new = []
    for event in events:
        if event.event_id in known:
            continue
        refuse_wrong(event, sets)
        key = (event.unit_code, event.criterion)
        seq[event.unit_code] += 1
        new.append(_row(event, seq[event.unit_code], last.get(key)))
        last[key] = event.event_id
        known.add(event.event_id)
    tx.execute_many("scores.add_event", new)
    return len(new)


def refuse_wrong(event: ScoreEvent, sets: dict[str, CriteriaSet]) -> None:
    """RuleRefused when the event cannot stand by its own set."""
    if event.stage in BY_PEOPLE and not (event.reason or "").strip():
        raise RuleRefused(
            "reason-needed",
            t("scores.reason_needed", criterion=event.criterion, stage=t(f"scores.stages.{event.stage}")),
        )
    if event.set_version not in sets:
        raise RuleRefused(
            "not-pinned", t("scores.not_pinned", version=event.set_version, round=event.round_id)
        )
    row = next((one for one in sets[event.set_version].rows if one.code == event.criterion), None)
    if row is None:
        raise RuleRefused(
            "no-such-criterion",
            t("scores.no_such_criterion", criterion=event.criterion, version=event.set_version),
        )
    if event.points is None:
        return
    low, high = sorted((Decimal(0), row.max_points))
    if event.dropped or not low <= event.points <= high:
        raise RuleRefused(
            "points-out-of-range",
            t(
                "scores.out_of_range", criterion=event.criterion, unit=event.unit_code,
                found=format_number(event.points), low=format_number(low), high=format_number(high),
            ),
        )  # fmt: skip


def history(store: Store, round_id: str, unit: str, criterion: str) -> list[ScoreEvent]:
    """Everything that was said of one criterion of one unit, in the order in which it was."""
    rows = store.query("scores.events_of_criterion", round_id=round_id, unit_code=unit, criterion=criterion)
    return [event_of(row) for row in rows]


def event_of(row: Row) -> ScoreEvent:
    """A row of score_events. An id that does not follow from the row is the audit's affair."""
    return ScoreEvent(
        row["round_id"], row["unit_code"], row["criterion"], row["set_version"], Stage(row["stage"]),
        _number(row["points"]), bool(row["dropped"]), row["basis"], row["actor"], from_text(row["at"]),
        numbers_of(row["numbers_json"]), row["reason"], row["document_no"], row["prior_event_id"],
    )  # fmt: skip


def numbers_of(text: str) -> tuple[NumberUsed, ...]:
    """What `numbers_text` wrote."""
    if text == "[]":
        return ()
    return tuple(
        NumberUsed(one["name"], _number(one["value"]), one["origin"], one["sha256"])
        for one in json.loads(text)
    )


def _row(event: ScoreEvent, seq: int, prior: str | None) -> dict[str, object]:
    return {
        "event_id": event.event_id,
        "round_id": event.round_id,
        "unit_code": event.unit_code,
        "seq": seq,
        "criterion": event.criterion,
        "set_version": event.set_version,
        "stage": str(event.stage),
        "points": _text(event.points),
        "dropped": int(event.dropped),
        "basis": event.basis,
        "numbers_json": numbers_text(event.numbers),
        "reason": event.reason,
        "document_no": event.document_no,
        "actor": event.actor,
        "at": to_text(event.at),
        "prior_event_id": prior,
    }


def _text(value: Decimal | None) -> str | None:
    """Plain digits: 2.50 and 2.5 are one number and so one event."""
    if value is None:
        return None
    try:
        plain = format(value.normalize(), "f")
    except InvalidOperation:
        return format(value, "f")
    return plain


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
