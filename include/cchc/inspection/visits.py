"""Visits: the team at one unit, from the plan to the last order mended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from cchc.clock import TZ, to_text
from cchc.errors import RuleRefused
from cchc.inspection.events import InspectionEvent, Subject, append_events, events_of
from cchc.run import Run
from cchc.store import Store, Transaction
from cchc.texts import t, table


class VisitKind(StrEnum):
    """Why the team goes."""

    PLANNED = "theo_ke_hoach"
    SURPRISE = "dot_xuat"
    TOPICAL = "chuyen_de"


class VisitState(StrEnum):
    """How far a visit has come, in this order; of the minutes one of two."""

    EXPECTED = "du_kien"
    ANNOUNCED = "da_thong_bao"
    OUTLINED = "da_nop_de_cuong"
    HELD = "da_kiem_tra"
    AGREED = "bien_ban_thong_nhat"
    DISAGREED = "bien_ban_khong_thong_nhat"
    CONCLUDED = "da_ket_luan"
    MENDING = "dang_khac_phuc"
    DONE = "xong"


_PLACE = {state: place for place, state in enumerate(VisitState)} | {
    VisitState.DISAGREED: 4,
    VisitState.AGREED: 4,
}
HELD = frozenset(str(state) for state in VisitState if _PLACE[state] >= _PLACE[VisitState.HELD])
MOVED, MINUTES = "doi_lich", (VisitState.AGREED, VisitState.DISAGREED)
LEFT_OUT = "bot"  # what happens to the choice of a unit that a person leaves out


@dataclass(frozen=True)
class Visit:
    """One visit. days: when the team comes; half: `sang`, `chieu` or '' for whole days. minutes: the unit's opinion and
    what else the minutes say. is_dropped: its unit was left out of the year's choice before the team came."""

    visit_id: str
    round_id: str
    unit_code: str
    kind: VisitKind
    state: VisitState = VisitState.EXPECTED
    days: tuple[date, ...] = ()
    half: str = ""
    topics: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    on_paper: bool = False
    made_at: datetime | None = None
    minutes: Mapping[str, object] = field(default_factory=dict)
    history: tuple[InspectionEvent, ...] = ()
    is_dropped: bool = False

    @property
    def is_held(self) -> bool:
        return str(self.state) in HELD

    @property
    def has_minutes(self) -> bool:
        return _PLACE[self.state] >= _PLACE[VisitState.AGREED]

    @property
    def is_concluded(self) -> bool:
        return _PLACE[self.state] >= _PLACE[VisitState.CONCLUDED]

    @property
    def was_told(self) -> bool:
        """Whether its unit knows of it and still waits for the team."""
        return not self.is_held and self.state is not VisitState.EXPECTED

    @property
    def held_on(self) -> date | None:
        """The day on which the team was there: as the minutes say, else as planned, else when it was recorded."""
        if told := self.minutes.get("held_on"):
            return date.fromisoformat(str(told))
        held = next((one for one in self.history if one.kind in HELD), None)
        if held is None:
            return None
        return self.days[0] if self.days else held.at.astimezone(TZ).date()

    @property
    def plan(self) -> dict[str, object]:
        """What is planned of it now, as an event keeps it."""
        return plan_of(PlannedVisit(self.unit_code, self.kind, "", **_planned(self)))

    @property
    def is_secret(self) -> bool:
        """Whether nobody outside the team may know of it: a surprise visit before its minutes."""
        return self.kind is VisitKind.SURPRISE and not self.has_minutes


@dataclass(frozen=True)
class PlannedVisit:
    """What a visit is to be: from the plan, the schedule, or a surprise. source: what makes it, the same is one."""

    unit_code: str
    kind: VisitKind
    source: str
    days: tuple[date, ...] = ()
    half: str = ""
    topics: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    on_paper: bool = False
    reason: str = ""


def surprise_visit(
    run: Run, unit_code: str, day: date | None, reason: str, topics: Sequence[str] = ()
) -> PlannedVisit:
    """A surprise visit as somebody decides on it; the same unit on the same day is the same visit.

    RuleRefused('incomplete-surprise'), and for a unit that is none.
    """
    if not unit_code.strip() or day is None or not reason.strip():
        raise RuleRefused("incomplete-surprise", t("inspection.surprise.incomplete"))
    code = run.units.get(unit_code.strip()).code
    source = f"{run.round.round_id}/{code}/{VisitKind.SURPRISE}/{day.isoformat()}"
    named = tuple(one.strip() for one in topics if one.strip())
    return PlannedVisit(code, VisitKind.SURPRISE, source, (day,), topics=named, reason=reason.strip())


def known_visits(source: Store | Transaction, round_id: str, as_of: datetime | None = None) -> list[Visit]:
    """All visits of a round by their numbers, as known at `as_of` (None: now)."""
    events = events_of(source, round_id, Subject.VISIT, as_of)
    choices = events_of(source, round_id, Subject.CHOICE, as_of)
    left_out = {told[-1].unit_code for told in choices.values() if told[-1].kind == LEFT_OUT}
    rows = source.query("inspection.visits_of_round", round_id=round_id)
    found = [
        fold_visit(
            Visit(row["visit_id"], round_id, row["unit_code"], VisitKind(row["kind"])),
            events.get(row["visit_id"], ()),
        )
        for row in rows
        if as_of is None or row["at"] <= to_text(as_of)
    ]
    return [replace(one, is_dropped=_is_dropped(one, left_out)) for one in found]


def _is_dropped(visit: Visit, left_out: set[str]) -> bool:
    return visit.kind is VisitKind.PLANNED and visit.unit_code in left_out and not visit.is_held


def open_visits(visits: Iterable[Visit]) -> list[Visit]:
    """Those that anybody may know of, and that take place."""
    return [one for one in visits if not one.is_secret and not one.is_dropped]


def fold_visit(visit: Visit, events: Sequence[InspectionEvent]) -> Visit:
    """A visit after its events."""
    for event in events:
        told = event.payload
        if "days" in told:
            visit = replace(
                visit,
                days=tuple(date.fromisoformat(day) for day in told["days"]),
                half=str(told.get("half") or ""),
                topics=tuple(told.get("topics") or visit.topics),
                members=tuple(told.get("members") or visit.members),
                on_paper=bool(told.get("on_paper", visit.on_paper)),
            )
        if event.kind in (*map(str, MINUTES),):
            visit = replace(visit, minutes=dict(told))
        if event.kind != MOVED:
            visit = replace(visit, state=VisitState(event.kind))
        visit = replace(visit, made_at=visit.made_at or event.at, history=(*visit.history, event))
    return visit


def make_visits(run: Run, planned: Iterable[PlannedVisit]) -> list[str]:
    """Give each visit its number, and what is planned of it; one that was made stays. Returns the numbers.

    A surprise visit begins as held: nothing of it is recorded before the team is there.
    """
    round_id, made = run.round.round_id, []
    with run.store.write() as tx:
        tx.execute("obligations.rounds_lock_one", round_id=round_id)
        rows = tx.query("inspection.visits_of_round", round_id=round_id)
        known = {row["source"]: row["visit_id"] for row in rows}
        last = max((int(one.rpartition("-C")[2]) for one in known.values()), default=0)
        for one in planned:
            visit_id = known.get(one.source)
            if visit_id is None:
                last += 1
                visit_id = known[one.source] = f"KT{run.round.year % 100:02d}-C{last:02d}"
                values = {
                    "visit_id": visit_id,
                    "round_id": round_id,
                    "unit_code": one.unit_code,
                    "kind": one.kind,
                }
                tx.execute(
                    "inspection.add_visit",
                    **values,
                    source=one.source,
                    actor=run.actor,
                    at=to_text(run.as_of),
                )
                first = VisitState.HELD if one.kind is VisitKind.SURPRISE else VisitState.EXPECTED
                made_as = visit_event(
                    run,
                    visit_id,
                    one.unit_code,
                    str(first),
                    plan_of(one),
                    reason=one.reason or None,
                    key="lap",
                )
                append_events(tx, [made_as])
            made.append(visit_id)
    return made


def _planned(visit: Visit) -> dict[str, Any]:
    return {name: getattr(visit, name) for name in ("days", "half", "topics", "members", "on_paper")}


def plan_of(one: PlannedVisit) -> dict[str, object]:
    """What is planned of a visit, as an event keeps it."""
    return {
        "days": [day.isoformat() for day in one.days], "half": one.half, "topics": list(one.topics),
        "members": list(one.members), "on_paper": one.on_paper,
    }  # fmt: skip


def advance(run: Run, visit: Visit, state: VisitState, payload: Mapping[str, object] | None = None) -> bool:
    """Record that a visit has come so far; False when it had already.

    RuleRefused('visit-order') when it is further, or when a step before is missing that must not be.
    """
    with run.store.write() as tx:
        return advance_in(tx, run, visit, state, payload)


def advance_in(
    tx: Transaction, run: Run, visit: Visit, state: VisitState, payload: Mapping[str, object] | None = None
) -> bool:
    """`advance` in the caller's transaction."""
    now = next(one for one in known_visits(tx, visit.round_id) if one.visit_id == visit.visit_id)
    if now.state is state:
        return False
    too_early = state in (*MINUTES, VisitState.CONCLUDED) and not now.is_held
    if _PLACE[state] <= _PLACE[now.state] or too_early:
        names = table("inspection.visit_state")
        words = t("inspection.visit_order", visit=visit.visit_id, state=names[now.state], wanted=names[state])
        raise RuleRefused("visit-order", words)
    before = sum(
        one.kind == state for one in now.history
    )  # told again, where the unit was left out and taken in anew
    key = f"{state}:{before}" if before else str(state)
    event = visit_event(run, visit.visit_id, visit.unit_code, str(state), payload or {}, key=key)
    return append_events(tx, [event]) == 1


def correct_minutes(
    tx: Transaction, run: Run, visit: Visit, *, agreed: bool, payload: Mapping[str, object]
) -> bool:
    """Minutes that the team wrote anew, while no conclusion stands on them. RuleRefused('concluded-already')."""
    if visit.is_concluded:
        raise RuleRefused("concluded-already", t("inspection.minutes_concluded", visit=visit.visit_id))
    kind = VisitState.AGREED if agreed else VisitState.DISAGREED
    return append_events(tx, [visit_event(run, visit.visit_id, visit.unit_code, str(kind), payload)]) == 1


def visit_of(run: Run, visit_id: str) -> Visit:
    """The visit of this number in the run's round. RuleRefused('no-such-visit')."""
    for one in known_visits(run.store, run.round.round_id):
        if one.visit_id == visit_id:
            return one
    raise RuleRefused("no-such-visit", t("inspection.no_such_visit", id=visit_id, round=run.round.round_id))


def visit_event(
    run: Run,
    visit_id: str,
    unit_code: str,
    kind: str,
    payload: Mapping[str, object],
    *,
    reason: str | None = None,
    key: str = "",
) -> InspectionEvent:
    """Something that happened to a visit, at the run's moment and by its actor."""
    return InspectionEvent(
        Subject.VISIT, visit_id, run.round.round_id, unit_code, kind, run.actor, run.as_of, reason,
        payload=payload, key=key,
    )  # fmt: skip
