"""Sức khỏe: what is wrong with the installation now, and what to do; the same for board, program and monitor."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from functools import cached_property

from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError

from cchc.audit import last_proof
from cchc.clock import TZ, from_text, to_text, vn_instant
from cchc.documents.waiting import undecided
from cchc.errors import CchcError
from cchc.identity import mismatch
from cchc.installing.readiness import last_backup
from cchc.mail.bounces import bad_addresses
from cchc.mail.counts import outbox_by_state
from cchc.mail.department import Department
from cchc.mail.mailer import StopCause
from cchc.mail.stops import current_stop
from cchc.obligations import RoundState
from cchc.run import Run
from cchc.submissions.set_aside import waiting
from cchc.texts import t
from cchc.watching.limits import FULL_SHARE, GB, Limits
from cchc.year import REPORT_KINDS

FIRST_LOOK, LAST_LOOK = time(7), time(17, 30)
"""Of a working day, by `dags/tiep_nhan_bao_cao.py`."""
BETWEEN_LOOKS = timedelta(minutes=30)
OPENS_WITHIN = timedelta(hours=2)
FROZEN_WITHIN = timedelta(days=2)


class State(StrEnum):
    """How a part of the installation is; worse ones later."""

    WELL = "well"
    LOOK = "look"  # works, and somebody should look at it
    BROKEN = "broken"  # something people rely on does not happen

    @property
    def rank(self) -> int:
        return list(type(self)).index(self)


@dataclass(frozen=True)
class Health:
    """One line. `what` is wrong (or well), `how` it is mended; neither names a unit."""

    key: str
    state: State
    what: str
    how: str = ""

    @property
    def title(self) -> str:
        return t(f"watching.lines.{self.key}.title")


@dataclass(frozen=True)
class _Seen:
    run: Run

    @cached_property
    def limits(self) -> Limits:
        return Limits.load()

    @cached_property
    def rounds(self) -> Mapping[str, RoundState]:
        """Those open by now, as they stand."""
        return self.run.rounds.states(self.now)

    @property
    def now(self) -> datetime:
        return self.run.as_of


_Found = tuple[State, str] | None
_EMPTY = State.LOOK, t("watching.nothing_recorded")


def health(run: Run | None, parts: Mapping[str, str | None] | None = None) -> list[Health]:
    """Every line, in the order in which one would look.

    run: None while nothing was ever recorded. parts: Airflow's, by name, as its own health page tells them (`healthy`,
    `unhealthy`; None: not started); None when Airflow does not answer, {} when nobody asked.
    """
    found = _parts(parts)
    if run is None:
        return [*found, Health("store", *_EMPTY, how=t("watching.lines.store.how"))]
    seen = _Seen(run)
    store = _line("store", _store, seen)
    if store.state is not State.WELL:  # nothing else can be seen then
        return [*found, store, _line("disk", _disk, seen)]
    return [*found, store, *(_line(key, look, seen) for key, look in _LINES.items())]


def worst(lines: list[Health]) -> State:
    """The state of the whole."""
    return max((line.state for line in lines), key=lambda state: state.rank, default=State.WELL)


def _line(key: str, look: Callable[[_Seen], _Found], seen: _Seen) -> Health:
    try:
        found = look(seen)
    except (SQLAlchemyError, OSError) as error:  # its words may hold values: the kind alone is told
        found = State.BROKEN, t("watching.not_seen", kind=type(error).__name__)
    except CchcError as error:
        found = State.BROKEN, str(error).splitlines()[0]
    if found is None:
        return Health(key, State.WELL, t(f"watching.lines.{key}.well"))
    return Health(key, *found, how=t(f"watching.lines.{key}.how", root=seen.run.instance.root))


def _parts(parts: Mapping[str, str | None] | None) -> list[Health]:
    if parts is None:
        return [Health("airflow", State.BROKEN, t("watching.no_answer"), t("watching.lines.airflow.how"))]
    if not parts:
        return []
    ill = [name for name, status in sorted(parts.items()) if status != "healthy"]
    if not ill:
        return [Health("airflow", State.WELL, t("watching.lines.airflow.well"))]
    words = t("watching.ill_parts", names=", ".join(ill))
    return [Health("airflow", State.BROKEN, words, t("watching.lines.airflow.how"))]


def _store(seen: _Seen) -> _Found:
    return None if inspect(seen.run.store.engine).has_table("rounds") else _EMPTY


def _disk(seen: _Seen) -> _Found:
    free, wanted = shutil.disk_usage(seen.run.instance.root).free, seen.limits.free_bytes
    if free >= wanted:
        return None
    state = State.BROKEN if free < wanted / FULL_SHARE else State.LOOK
    return state, t(
        "watching.disk", free=f"{free / GB:.1f}".replace(".", ","), wanted=seen.limits.free_disk_gb
    )


def _intake(seen: _Seen) -> _Found:
    """Whether somebody looks into the inbox of the open rounds as often as the Dag should."""
    opened = {one for one, state in seen.rounds.items() if not state.over}
    looks = [
        from_text(row["looked_at"])
        for row in seen.run.store.query("submissions.folder_looks")
        if row["round_id"] in opened
    ]
    last = max(looks, default=None)
    if last is None or last >= _due_look(seen) - BETWEEN_LOOKS:
        return None
    return State.BROKEN, t("watching.intake", since=vn_instant(last))


def _due_look(seen: _Seen) -> datetime:
    """The newest moment, so long ago that a look at it would be recorded, at which the Dag looks."""
    moment = (seen.now - seen.limits.unread).astimezone(TZ)
    days = seen.run.calendar.working_days
    if days.is_working(moment.date()) and moment.time() >= FIRST_LOOK:
        return min(moment, datetime.combine(moment.date(), LAST_LOOK, TZ))
    return datetime.combine(days.previous(moment.date() - timedelta(days=1)), LAST_LOOK, TZ)


def _unopened(seen: _Seen) -> _Found:
    """Rounds that should be open; a department may keep its plan or its scores elsewhere, never its reports."""
    known = seen.rounds
    year = seen.now.astimezone(TZ).year
    due = [
        one
        for of_year in (year - 1, year)  # the scores of a year are settled in the next one
        for one in seen.run.calendar.rounds(of_year)
        if one.opens_at + OPENS_WITHIN < seen.now < one.closes_at and one.round_id not in known
    ]
    if not due:
        return None
    state = State.BROKEN if any(one.kind in REPORT_KINDS for one in due) else State.LOOK
    return state, t("watching.unopened", rounds=", ".join(one.round_id for one in due))


def _frozen(seen: _Seen) -> _Found:
    """Open report rounds whose cut-off is over, and whose figures were not frozen."""
    missing = []
    for round_id, state in seen.rounds.items():
        round_ = seen.run.calendar.round(round_id)
        if state.over or round_.kind not in REPORT_KINDS or round_.window is None:
            continue
        last = round_.window.last
        frozen = seen.run.store.one(
            "stages.figures_frozen", round_id=round_id, cut_off=last.isoformat(), as_of=to_text(seen.now)
        )
        if frozen is None and seen.run.today > last + FROZEN_WITHIN:
            missing.append(round_id)
    return (State.LOOK, t("watching.not_frozen", rounds=", ".join(missing))) if missing else None


def _stopped(seen: _Seen) -> _Found:
    stop = current_stop(seen.run.store, seen.now)
    if stop is not None and stop.cause == StopCause.PAUSED:
        return State.LOOK, t("watching.paused", actor=stop.actor, since=vn_instant(stop.stopped_at))
    return (State.BROKEN, t("watching.stopped", until=vn_instant(stop.rest_until))) if stop else None


def _unsent(seen: _Seen) -> _Found:
    oldest = seen.run.store.query("watching.oldest_unsent")[0]["decided_at"]
    if oldest is None or from_text(oldest) >= seen.now - seen.limits.unsent:
        return None
    return State.BROKEN, t("watching.unsent", since=vn_instant(from_text(oldest)))


def _undelivered(seen: _Seen) -> _Found:
    states = outbox_by_state(seen.run.store).values()
    held = sum(one.get("held", 0) for one in states)
    bad = len(bad_addresses(seen.run.store, seen.now))
    return (State.LOOK, t("watching.undelivered", held=held, bad=bad)) if held or bad else None


def _set_aside(seen: _Seen) -> _Found:
    count = len(waiting(seen.run.store, seen.now))
    return (State.LOOK, t("watching.set_aside", count=count)) if count else None


def _decisions(seen: _Seen) -> _Found:
    days, working = Department.load().decision_days, seen.run.calendar.working_days
    late = [
        one
        for one in undecided(seen.run)
        if working.between(one.since.astimezone(TZ).date(), seen.run.today) > days
    ]
    return (State.LOOK, t("watching.decisions", count=len(late), days=days)) if late else None


def _backup(seen: _Seen) -> _Found:
    last = last_backup(seen.run.instance)
    if last is None:
        return State.LOOK, t("watching.no_backup")
    return (
        None
        if last > seen.now - seen.limits.backup
        else (State.LOOK, t("watching.backup", since=vn_instant(last)))
    )


def _audit(seen: _Seen) -> _Found:
    """What the last audit found; the limit is that of backups, which are taken after it."""
    last = last_proof(seen.run)
    if last.audited_at is None:
        return State.LOOK, t("watching.no_audit")
    when = vn_instant(last.audited_at)
    if last.damages:
        return State.BROKEN, t("watching.audit_failed", when=when, count=last.damages)
    return (
        None
        if last.audited_at > seen.now - seen.limits.backup
        else (State.LOOK, t("watching.audit_old", when=when))
    )


def _identity(seen: _Seen) -> _Found:
    words = mismatch(seen.run.store, seen.run.instance)
    return (State.BROKEN, words) if words else None


_LINES: dict[str, Callable[[_Seen], _Found]] = {
    "identity": _identity,
    "disk": _disk,
    "unopened": _unopened,
    "intake": _intake,
    "frozen": _frozen,
    "stopped": _stopped,
    "unsent": _unsent,
    "undelivered": _undelivered,
    "set_aside": _set_aside,
    "decisions": _decisions,
    "backup": _backup,
    "audit": _audit,
}
