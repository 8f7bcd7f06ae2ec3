"""Which of what counts changed figures by a mail whose sender nobody proves: the one rule for whoever shows figures.

Such a version counts, for the unit may well have sent it, and carries the mark 'chưa xác thực' until the unit says yes
from its known address or a person confirms it. What is compared with is the last version beyond doubt, so the same
figures sent a second time prove nothing; a version that does not count any more is no matter of doubt.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cchc.clock import to_text
from cchc.obligations.counted import counted
from cchc.obligations.fold import fold
from cchc.obligations.model import Event, EventKind, Obligation
from cchc.obligations.rows import event_of, obligation_of
from cchc.store import Store


@dataclass(frozen=True)
class UnprovenFigures:
    """Figures of a unit that count and are not proven; `since`: when they came, `what`: which ones, in words."""

    obligation_id: str
    round_id: str
    unit_code: str
    submission_id: str
    since: datetime
    what: str


def doubted(history: Iterable[Event], as_of: datetime) -> dict[str, Event]:
    """Submissions that nobody has confirmed by then, counting or not, each with the event that says why."""
    found: dict[str, Event] = {}
    for event in history:
        about = str(event.detail.get("submission_id") or "")
        if event.recorded_at > as_of:
            continue
        if event.kind is EventKind.figures_unproven:
            found[about] = event
        elif event.kind is EventKind.figures_confirmed:
            found.pop(about, None)
    return found


def last_proven(obligation: Obligation, history: Iterable[Event], as_of: datetime) -> str | None:
    """The submission beyond doubt that counted last, whether it was returned since or not; None without one.

    An older version that was accepted after a newer one, and so did not count, is none.
    """
    known = [event for event in history if event.recorded_at <= as_of]
    in_doubt = doubted(known, as_of)
    spans = counted(obligation, known)
    return next((one.submission_id for one in reversed(spans) if one.submission_id not in in_doubt), None)


def unproven_figures(
    store: Store,
    counted_at: datetime,
    *,
    round_id: str | None = None,
    unit_code: str | None = None,
    known_by: datetime | None = None,
) -> list[UnprovenFigures]:
    """What counted at `counted_at` and was still in doubt by `known_by` (None: by then), oldest first."""
    known_by = known_by or counted_at
    selection = {"round_id": round_id, "unit_code": unit_code, "known_by": to_text(known_by)}
    found = []
    with store.read() as tx:
        for row in tx.query("obligations.doubted", **selection):
            obligation = obligation_of(row)
            rows = tx.query("obligations.events_of_one", obligation_id=obligation.obligation_id)
            history = [event_of(one) for one in rows]
            state = fold(obligation, [event for event in history if event.recorded_at <= counted_at])
            why = doubted(history, known_by).get(state.counted_submission_id or "")
            if why is not None:
                found.append(
                    UnprovenFigures(
                        obligation.obligation_id,
                        obligation.round_id,
                        obligation.unit_code,
                        str(why.detail["submission_id"]),
                        why.happened_at,
                        why.reason or "",
                    )
                )
    return sorted(found, key=lambda one: (one.since, one.obligation_id))
