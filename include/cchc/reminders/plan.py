"""Who would be reminded today, to what end, and why: reading only, so that anybody may look at it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from cchc.clock import TZ
from cchc.errors import RuleRefused
from cchc.obligations import Event, Ledger, Obligation, State
from cchc.paths import Instance
from cchc.reminders.department import Department
from cchc.reminders.digest import TURNED_BACK, Line, Thread, compose, effective_due, order
from cchc.reminders.ladder import Chased, Ladder, Rung, Trigger
from cchc.reminders.mail import DIGEST, REQUEST, Mail, relative_to_root
from cchc.reminders.working_days import RememberedDays
from cchc.store import Store
from cchc.texts import t
from cchc.units import Unit, UnitRegister
from cchc.year import Calendar

MOST_BESIDES = 10  # lines about other work in one mail


@dataclass(frozen=True)
class Desk:
    """Everything a decision looks at."""

    store: Store
    calendar: Calendar
    units: UnitRegister
    ladder: Ladder
    instance: Instance
    department: Department
    as_of: datetime

    @property
    def today(self) -> date:
        return self.as_of.astimezone(TZ).date()

    def owed(self) -> list[tuple[Obligation, State]]:
        """Every obligation that is owed as far as is known by now."""
        return Ledger(self.store).states(self.as_of, only_owed=True)


@dataclass(frozen=True)
class Planned:
    """One mail that would go out: to whom, for which rungs (`lines`), and what else it mentions."""

    unit: Unit
    lines: tuple[Line, ...]
    also: tuple[Line, ...]
    thread: Thread

    def sternest(self, ladder: Ladder) -> Rung:
        """The highest rung in this mail; it sets the subject and the tone."""
        codes = {line.rung.code for line in self.lines if line.rung}
        return [rung for rung in ladder.rungs if rung.code in codes][-1]


def plan(
    desk: Desk,
    owed: Iterable[tuple[Obligation, State]],
    *,
    rungs: Collection[str] | None = None,
    attachments: Mapping[str, Sequence[Path]] | None = None,
    round_id: str | None = None,
) -> list[Planned]:
    """The mails of today by unit; empty on a day off. See `decide` for the arguments."""
    if not desk.calendar.working_days.is_working(desk.today):
        return []
    wanted = _wanted(desk.ladder, rungs)
    days = RememberedDays(desk.calendar.working_days)
    sent = _days_sent(desk.store)
    valid = {unit.code: unit for unit in desk.units.on(desk.today)}
    lines: dict[str, list[Line]] = defaultdict(list)
    for obligation, state in owed:
        if obligation.unit_code not in valid:
            continue
        turned_back = _last_turn_back(desk, obligation) if state.status in TURNED_BACK else None
        rung = None
        if round_id in (None, obligation.round_id):
            chased = _chased(obligation, state, turned_back, sent.get(obligation.obligation_id, {}))
            rung = desk.ladder.due_rung(chased, desk.as_of, days, wanted)
        reason = turned_back.reason if turned_back else None
        lines[obligation.unit_code].append(Line(obligation, state, rung, reason))
    first_mails = _first_mails(desk.store)
    planned: list[Planned] = []
    for code in sorted(lines):
        planned += _mails_of(
            desk, valid[code], lines[code], first_mails, (attachments or {}).get(code, ()), days
        )
    return planned


def mail_of(desk: Desk, planned: Planned) -> Mail:
    """The mail of a plan, with its texts."""
    return compose(
        planned.unit,
        planned.lines,
        planned.also,
        thread=planned.thread,
        sternest=planned.sternest(desk.ladder),
        department=desk.department,
        working_days=desk.calendar.working_days,
        as_of=desk.as_of,
    )


def _mails_of(
    desk: Desk,
    unit: Unit,
    lines: Sequence[Line],
    first_mails: Mapping[tuple[str, str], str],
    files: Sequence[Path],
    days: RememberedDays,
) -> list[Planned]:
    """Opening lines make one mail a round, which starts its thread; everything else is one digest."""
    opening: dict[str, list[Line]] = defaultdict(list)
    digest: list[Line] = []
    for line in lines:
        if line.rung and line.rung.trigger is Trigger.OPENING:
            opening[line.obligation.round_id].append(line)
        elif line.rung:
            digest.append(line)
    attached = tuple(relative_to_root(desk.instance, path) for path in files)
    day = desk.today.isoformat()
    planned = []
    for round_id in sorted(opening):
        thread = Thread(
            key=f"{unit.code}/{day}/{REQUEST}/{round_id}",
            kind=REQUEST,
            round_id=round_id,
            in_reply_to=_answers([round_id], unit, first_mails),
            attachments=attached,
        )
        planned.append(Planned(unit, tuple(opening[round_id]), (), thread))
    if digest:
        rounds = list(dict.fromkeys(line.obligation.round_id for line in order(digest)))
        thread = Thread(
            key=f"{unit.code}/{day}/{DIGEST}",
            kind=DIGEST,
            round_id=rounds[0],
            in_reply_to=_answers(rounds, unit, first_mails),
            attachments=() if opening else attached,
        )
        planned.append(Planned(unit, tuple(digest), _besides(desk, lines, days), thread))
    return planned


def _besides(desk: Desk, lines: Sequence[Line], days: RememberedDays) -> tuple[Line, ...]:
    """What the unit owes besides: overdue already, or due within the ladder's horizon."""
    horizon = days.add(desk.today, desk.ladder.also_within_working_days)
    near = [line for line in lines if line.rung is None and line.due_at.astimezone(TZ).date() <= horizon]
    near.sort(key=lambda line: (line.due_at, line.obligation.obligation_id))
    return tuple(near[:MOST_BESIDES])


def _answers(
    rounds: Sequence[str], unit: Unit, first_mails: Mapping[tuple[str, str], str]
) -> tuple[str, ...]:
    return tuple(
        first_mails[round_id, unit.code] for round_id in rounds if (round_id, unit.code) in first_mails
    )


def _chased(
    obligation: Obligation, state: State, turned_back: Event | None, sent: Mapping[str, date]
) -> Chased:
    return Chased(
        product=obligation.product,
        due_at=effective_due(state),
        never_answered=state.status == "open",
        # Counted from the day it was recorded, which is when the unit was told.
        turned_back_on=turned_back.recorded_at.astimezone(TZ).date() if turned_back else None,
        sent=sent,
    )


def _last_turn_back(desk: Desk, obligation: Obligation) -> Event | None:
    """The return or rejection that is still open; the state knows that there is one, not when it was."""
    events = [
        event
        for event in Ledger(desk.store).history(obligation.obligation_id)
        if event.kind.value in TURNED_BACK and event.recorded_at <= desk.as_of
    ]
    return events[-1] if events else None


def _wanted(ladder: Ladder, rungs: Collection[str] | None) -> frozenset[str]:
    if rungs is None:
        return ladder.daily_codes
    for code in rungs:
        if code not in ladder.codes:
            raise RuleRefused(
                "unknown-rung", t("reminders.unknown_rung", rung=code, known=", ".join(ladder.codes))
            )
    return frozenset(rungs)


def _days_sent(store: Store) -> dict[str, dict[str, date]]:
    """Day on which each rung was decided, by obligation and rung."""
    sent: dict[str, dict[str, date]] = defaultdict(dict)
    for row in store.query("reminders.all_reminders"):
        day = date.fromisoformat(row["as_of"][:10])  # instants are kept in local time
        known = sent[row["obligation_id"]]
        known[row["rung"]] = max(day, known.get(row["rung"], day))
    return sent


def _first_mails(store: Store) -> dict[tuple[str, str], str]:
    """Message-ID of the mail that opened a unit's thread, by round and unit."""
    rows = store.query(
        "reminders.first_mails_of_rounds", request=REQUEST
    )  # latest first, so that the earliest one stays
    return {(row["round_id"], row["unit_code"]): row["message_id"] for row in rows}


def keep_lines(planned: Planned, kept: Sequence[Line], key: str) -> Planned:
    """The same mail with fewer lines, under the key it finally gets."""
    return replace(planned, lines=tuple(kept), thread=replace(planned.thread, key=key))
