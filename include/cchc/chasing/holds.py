"""Units that a person does not want reminded for a while: postponed or muted, with a reason and a last day.

Postponed: what falls due meanwhile is said once the hold is over. Muted: it is never said. Neither touches what
is owed, its due date, or the request that opens a round. A hold is a row that is never changed; the latest one of
a unit and round counts, and lifting a hold is a row that ended yesterday.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from cchc.clock import TZ, from_text, to_text, vn_date
from cchc.errors import RuleRefused
from cchc.store import Store
from cchc.texts import t

EVERY_ROUND = ""


class HoldKind(StrEnum):
    """`tam_hoan`: said later; `tat_nhac`: never said."""

    POSTPONED = "tam_hoan"
    MUTED = "tat_nhac"


@dataclass(frozen=True)
class Hold:
    """`round_id` is '' when all rounds are meant; `last_day` is the last day without a reminder."""

    unit_code: str
    round_id: str
    kind: HoldKind
    last_day: date
    reason: str
    actor: str
    recorded_at: datetime

    def active(self, day: date) -> bool:
        return day <= self.last_day


class Holds:
    """The holds known at a moment, by unit and round."""

    def __init__(self, found: Iterable[Hold]) -> None:
        self._by_place = {(hold.unit_code, hold.round_id): hold for hold in found}

    def of(self, unit_code: str, round_id: str) -> list[Hold]:
        """Those of the unit for this round, and for all rounds."""
        places = [(unit_code, round_id), (unit_code, EVERY_ROUND)]
        return [self._by_place[place] for place in places if place in self._by_place]

    def silences(self, unit_code: str, round_id: str, day: date) -> bool:
        """Whether the unit is left alone about this round on that day."""
        return any(hold.active(day) for hold in self.of(unit_code, round_id))

    def covered_until(self, unit_code: str, round_id: str) -> date | None:
        """The last day whose rungs a mute swallows."""
        muted = [hold.last_day for hold in self.of(unit_code, round_id) if hold.kind is HoldKind.MUTED]
        return max(muted, default=None)

    def active(self, day: date) -> list[Hold]:
        """All that hold on that day, soonest to end first."""
        found = [hold for hold in self._by_place.values() if hold.active(day)]
        return sorted(found, key=lambda hold: (hold.last_day, hold.unit_code, hold.round_id))


def load_holds(store: Store, as_of: datetime) -> Holds:
    """What was known at `as_of`: of each unit and round the latest row."""
    rows = store.query("chasing.holds", as_of=to_text(as_of))  # oldest first, so that the latest one stays
    return Holds(
        Hold(
            row["unit_code"],
            row["round_id"],
            HoldKind(row["kind"]),
            date.fromisoformat(row["last_day"]),
            row["reason"],
            row["actor"],
            from_text(row["recorded_at"]),
        )
        for row in rows
    )


def put_hold(store: Store, hold: Hold) -> None:
    """Record a hold. RuleRefused: 'hold-needs-reason', 'hold-needs-actor', 'hold-in-the-past'."""
    if not hold.reason.strip():
        raise RuleRefused("hold-needs-reason", t("chasing.refused.reason"))
    if not hold.actor.strip():
        raise RuleRefused("hold-needs-actor", t("chasing.refused.actor"))
    if hold.last_day < hold.recorded_at.astimezone(TZ).date():
        raise RuleRefused("hold-in-the-past", t("chasing.refused.past", day=vn_date(hold.last_day)))
    _insert(store, hold)


def lift_hold(
    store: Store, unit_code: str, round_id: str, as_of: datetime, reason: str, actor: str
) -> Hold | None:
    """End the hold of a unit and round today; None when there is none. Rungs that a mute swallowed stay unsaid."""
    today = as_of.astimezone(TZ).date()
    active = load_holds(store, as_of).active(today)
    found = next((one for one in active if (one.unit_code, one.round_id) == (unit_code, round_id)), None)
    if found is None:
        return None
    yesterday = today - timedelta(days=1)
    lifted = Hold(unit_code, round_id, found.kind, yesterday, reason, actor, as_of)
    _insert(store, lifted)
    return lifted


def _insert(store: Store, hold: Hold) -> None:
    with store.write() as tx:
        tx.execute(
            "chasing.add_hold",
            unit_code=hold.unit_code,
            round_id=hold.round_id,
            kind=str(hold.kind),
            last_day=hold.last_day.isoformat(),
            reason=hold.reason.strip(),
            actor=hold.actor.strip(),
            recorded_at=to_text(hold.recorded_at),
        )
