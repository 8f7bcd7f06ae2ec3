"""Obligations and events as rows of the store, and back."""

from __future__ import annotations

import json
from typing import Any

from cchc.clock import from_text, to_text
from cchc.obligations.model import Event, EventKind, Obligation
from cchc.store import Row

_KINDS = {kind.value: kind for kind in EventKind}


def obligation_row(one: Obligation) -> dict[str, Any]:
    return {
        "obligation_id": one.obligation_id,
        "round_id": one.round_id,
        "unit_code": one.unit_code,
        "product": one.product,
        "item": one.item,
        "title": one.title,
        "due_at": to_text(one.due_at),
    }


def obligation_of(row: Row) -> Obligation:
    return Obligation(
        row["obligation_id"], row["round_id"], row["unit_code"], row["product"], row["item"], row["title"],
        from_text(row["due_at"]),
    )  # fmt: skip


def event_row(event: Event, sequence: int) -> dict[str, Any]:
    return {
        "obligation_id": event.obligation_id,
        "seq": sequence,
        "kind": event.kind.value,
        "happened_at": to_text(event.happened_at),
        "recorded_at": to_text(event.recorded_at),
        "actor": event.actor,
        "reason": event.reason,
        "detail": json.dumps(dict(event.detail), ensure_ascii=False, sort_keys=True),
        "event_key": event.event_key,
    }


def event_of(row: Row) -> Event:
    return event_from(
        row["obligation_id"], row["kind"], row["happened_at"], row["recorded_at"], row["actor"], row["reason"],
        row["detail"], row["event_key"],
    )  # fmt: skip


def event_from(
    obligation_id: str,
    kind: str,
    happened_at: str,
    recorded_at: str,
    actor: str,
    reason: str | None,
    detail: str,
    event_key: str,
) -> Event:
    """An event of the values of its row."""
    return Event(
        obligation_id, _KINDS[kind], from_text(happened_at), from_text(recorded_at), actor, reason,
        json.loads(detail) if detail != "{}" else {}, event_key,
    )  # fmt: skip


def as_stored(event: Event) -> Event:
    """The event as it will be read back: local time, whole seconds. What is judged is what is kept."""
    return event_of(event_row(event, 0))
