"""What changes of a visit before the team comes: its days, its members, or that it falls away; its unit is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from cchc.clock import vn_instant
from cchc.errors import RuleRefused
from cchc.files import remove
from cchc.inspection.choices import ByPerson, needs_reason, removal_of
from cchc.inspection.events import InspectionEvent, append_events
from cchc.inspection.outline import due_of_outline, outline_path
from cchc.inspection.roles import refuse_team
from cchc.inspection.team import InspectionTeam
from cchc.inspection.visit_papers import members_text, minutes_paper, notice, when_of
from cchc.inspection.visits import (
    MOVED,
    PlannedVisit,
    Visit,
    VisitKind,
    VisitState,
    known_visits,
    plan_of,
    visit_event,
    visit_of,
)
from cchc.mail.mail import Mail, enqueue
from cchc.obligations import Event, EventKind, append
from cchc.run import Run
from cchc.submissions.replies import reply_mail
from cchc.texts import t, table
from cchc.year import Product

BY_SCHEDULE = "lich"  # in the payload of a change: what a line of the schedule says of the visit


def reschedule(
    run: Run,
    visit_id: str,
    said: ByPerson,
    *,
    days: Sequence[date] = (),
    half: str | None = None,
    members: Sequence[str] = (),
) -> bool:
    """Other days or members for a visit that was not held; what is not given stays. False when nothing is another.

    Its unit, where it knows of the visit, has a notice anew and a mail. RuleRefused('reason-needed'),
    ('no-such-visit'), ('visit-order') of one that was held or fell away, ('past-day'), ('not-of-team'), ('own-unit').
    """
    needs_reason(said)
    visit = visit_of(run, visit_id.strip().upper())
    changed = replace(
        visit,
        days=tuple(days) or visit.days,
        half=visit.half if half is None else half,
        members=tuple(members) or visit.members,
    )
    if any(one < run.today for one in days):
        raise RuleRefused("past-day", t("inspection.past_day", visit=visit.visit_id))
    team = InspectionTeam.of_year(run.round.year)
    for account in members:
        if account not in {one.account for one in team.everyone}:
            raise RuleRefused("not-of-team", t("inspection.roles.not_of_team", actor=account))
    refuse_team(team, [changed], run.units)
    return change(replace(run, actor=said.actor), visit, changed, said.reason.strip())


def change(
    run: Run, visit: Visit, changed: Visit, reason: str, line: dict[str, object] | None = None
) -> bool:
    """Record what is planned of a visit now, and tell its unit if it was told before; line: of the schedule."""
    if visit.is_held or visit.is_dropped:
        states = table("inspection.visit_state")
        state = t("inspection.dropped") if visit.is_dropped else states[visit.state]
        raise RuleRefused("visit-order", t("inspection.visit_held", visit=visit.visit_id, state=state))
    if changed.plan == visit.plan and line is None:
        return False
    payload = changed.plan | ({BY_SCHEDULE: line} if line is not None else {})
    event = visit_event(run, visit.visit_id, visit.unit_code, MOVED, payload, reason=reason)
    mails = []
    if visit.was_told and changed.plan != visit.plan:
        # Papers first: the same ones are made again by whoever repeats this.
        team = InspectionTeam.of_year(run.round.year)
        notice(run, changed, team, vn_instant(due_of_outline(run, changed)))
        minutes_paper(run, changed, team)
        told = {"when": when_of(run, changed), "members": members_text(team, changed)}
        mails = [_mail(run, visit, "moved", event, **told)]
    return _record(run, [event], mails=mails)


def follow_schedule(run: Run, visit: Visit, planned: PlannedVisit) -> bool:
    """Take over what the line of the schedule says, where the line is another than it was when it was last read."""
    line = plan_of(planned)
    if line == _line_before(visit) or visit.is_dropped:
        return False
    changed = replace(
        visit,
        days=planned.days or visit.days,
        half=planned.half if planned.days else visit.half,
        topics=planned.topics or visit.topics,
        members=planned.members or visit.members,
        on_paper=planned.on_paper,
    )
    return change(run, visit, changed, t("inspection.by_schedule"), line)


def _line_before(visit: Visit) -> object:
    told = [one for one in visit.history if one.kind == MOVED and BY_SCHEDULE in one.payload]
    return told[-1].payload[BY_SCHEDULE] if told else dict(visit.history[0].payload)


def leave_out(run: Run, unit_code: str, said: ByPerson) -> bool:
    """Leave a unit out of the year's choice; False when it is out already. Its outline is owed no longer, and it is
    told where it knows of its visit. RuleRefused as of `removal_of`."""
    removal = removal_of(run, unit_code, said)
    if removal is None:
        return False
    own = replace(run, actor=said.actor)
    told = [
        one
        for one in known_visits(run.store, run.round.round_id)
        if one.unit_code == unit_code and one.was_told and one.kind is VisitKind.PLANNED
    ]
    mails = [_mail(own, one, "dropped", removal) for one in told]
    # Taken in again, it is told again.
    back = [
        visit_event(own, one.visit_id, one.unit_code, str(VisitState.EXPECTED), {}, reason=removal.reason)
        for one in told
    ]
    done = _record(own, [removal, *back], waived=_outlines(own, told), mails=mails)
    for one in told:
        remove(outline_path(run, one))
    return done


def _outlines(run: Run, visits: Iterable[Visit]) -> list[Event]:
    mine = tuple(f"{one.visit_id}." for one in visits)
    found = run.ledger.states(run.as_of, round_id=run.round.round_id, product=Product.OUTLINE)
    return [
        Event(
            one.obligation_id, EventKind.waived, run.as_of, run.as_of, run.actor, t("inspection.dropped"),
            key=f"{one.obligation_id}:waived:bot:{run.as_of.isoformat()}",
        )
        for one, state in found
        if mine and one.item.startswith(mine) and state.owed
    ]  # fmt: skip


def _record(
    run: Run, events: Sequence[InspectionEvent], waived: Sequence[Event] = (), mails: Sequence[Mail] = ()
) -> bool:
    with run.store.write() as tx:
        append(tx, waived)
        new = append_events(tx, events)
        for one in mails if new else ():
            enqueue(tx, one)
    return new > 0


def _mail(run: Run, visit: Visit, words: str, event: InspectionEvent, **values: str) -> Mail:
    values |= {"reason": event.reason or "", "visit": visit.visit_id, "year": str(run.round.year)}
    return reply_mail(
        key=f"{visit.round_id}/{visit.visit_id}/{words}/{event.event_id}",
        unit=run.units.get(visit.unit_code),
        address=None,
        subject=t(f"inspection.told.{words}.subject", **values),
        paragraphs=t(f"inspection.told.{words}.text", **values).splitlines(),
        as_of=run.as_of,
        thread=None,
        asks_in=None,
    )
