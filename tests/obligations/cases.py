"""Short ways to say what happens to an obligation: days count from the opening of the round."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from cchc.clock import at, to_text
from cchc.obligations import Event, EventKind, Obligation, ObligationState, fold
from cchc.units import UnitRegister

NO_UNITS = UnitRegister([])  # for what does not depend on what becomes of units
OPENING = at(date(2026, 3, 2), 8)
DUE_DAY = 15
DUE = at(date(2026, 3, 17), 17)
OWED = Obligation("2026-Q1/30292/bao_cao", "2026-Q1", "30292", "bao_cao", "", "Báo cáo Quý I", DUE)


def day(number: float) -> datetime:
    """08:00 of the day that comes `number` days after the opening; parts of a day are hours."""
    return OPENING + timedelta(days=number)


def event(
    kind: str,
    happened: float,
    *,
    learned: float | None = None,
    reason: str | None = None,
    due: float | datetime | None = None,
    file: str | None = None,
    key: str = "",
    detail: Mapping[str, Any] | None = None,
) -> Event:
    """An event on day `happened`, recorded on day `learned` (the same day by default)."""
    details = dict(detail or {})
    if due is not None:
        details["due_at"] = to_text(due if isinstance(due, datetime) else day(due))
    if file is not None:
        details["submission_id"] = file
    return Event(
        OWED.obligation_id,
        EventKind(kind),
        day(happened),
        day(happened if learned is None else learned),
        "thu",
        reason,
        details,
        key,
    )


def after(*events: Event, obligation: Obligation = OWED) -> ObligationState:
    """The state after an opening on day 0 and `events` in the order given."""
    return fold(obligation, [replace(event("opened", 0), obligation_id=obligation.obligation_id), *events])


def submit(happened: float, file: str = "a", **more: Any) -> Event:
    return event("submitted", happened, file=file, **more)


def accept(happened: float, file: str = "a", **more: Any) -> Event:
    return event("accepted", happened, file=file, **more)


def reject(happened: float, file: str = "a", **more: Any) -> Event:
    return event("rejected", happened, file=file, reason="sai số liệu", **more)


def give_back(happened: float, due: float, **more: Any) -> Event:
    return event("returned", happened, due=due, reason="thiếu phụ lục", **more)


def extend(happened: float, due: float, **more: Any) -> Event:
    return event("extended", happened, due=due, reason="bão số 3", **more)


def reschedule_to(happened: float, due: float | datetime) -> Event:
    return event("rescheduled", happened, due=due, reason="nghỉ bù")


def earlier(happened: float, file: str = "a", reason: str = "giấy giao nhận") -> Event:
    """A person's word on day 20 that a file had come before we saw it."""
    return event("received_earlier", happened, learned=20, reason=reason, file=file)


def waive(happened: float) -> Event:
    return event("waived", happened, reason="giải thể")
