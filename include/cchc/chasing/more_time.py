"""Units that ask for a later due date: what waits for a decision, and the decision, made in one act.

The plea, the extension and the refusal are events of what is owed; the unit is answered in the thread of its mail. A
unit that delivered while it waited for an answer can still be granted the time, with effect from its plea.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from cchc.chasing.by_hand import DUE_HOUR, refuse_self_score
from cchc.clock import TZ, to_text, vn_date, vn_instant
from cchc.errors import RuleRefused
from cchc.mail.mail import Mail, enqueue
from cchc.obligations import Event, EventKind, ObligationState, append, pleaded_due
from cchc.run import Run
from cchc.submissions.replies import reply_mail
from cchc.texts import t


@dataclass(frozen=True)
class WaitingPlea:
    """A plea that nobody has decided on. `wanted`: the day that the unit named, None when it named none.

    delivered_at: when what is owed came nevertheless, too late for `due_at`; None while something is still owed.
    """

    plea_id: str
    unit_code: str
    round_id: str
    obligation_ids: tuple[str, ...]
    wanted: date | None
    due_at: datetime
    asked_at: datetime
    thread: str
    delivered_at: datetime | None = None


def waiting_pleas(run: Run) -> list[WaitingPlea]:
    """Pleas about what is owed still or came too late, oldest first; a later one takes the place of an earlier one."""
    last: dict[tuple[str, str], dict[str, Event]] = {}
    for row in run.store.query("chasing.pleas", as_of=to_text(run.as_of)):
        event = next(
            one for one in run.ledger.history(row["obligation_id"]) if one.event_key == row["event_key"]
        )
        last.setdefault((row["round_id"], row["unit_code"]), {})[event.obligation_id] = event
    found = []
    for (round_id, unit_code), events in last.items():
        found += _still_waiting(run, round_id, unit_code, events)
    return sorted(found, key=lambda one: (one.asked_at, one.plea_id))


def _still_waiting(run: Run, round_id: str, unit_code: str, events: dict[str, Event]) -> list[WaitingPlea]:
    """One at most: none when everything that it is about came in time, or was waived."""
    newest = max(events.values(), key=lambda event: event.happened_at)
    states = {one: run.ledger.state(one, run.as_of) for one in events}
    about = {
        one: (state, due_at)
        for one, state in states.items()
        if state is not None and (due_at := pleaded_due(state, events[one].happened_at)) is not None
    }
    if not about:
        return []
    came = [_came(state, events[one].happened_at) for one, (state, _) in about.items()]
    wanted = str(newest.detail.get("wanted") or "")
    return [
        WaitingPlea(
            plea_id=str(newest.detail["plea"]),
            unit_code=unit_code,
            round_id=round_id,
            obligation_ids=tuple(sorted(about)),
            wanted=date.fromisoformat(wanted) if wanted else None,
            due_at=max(due_at for _, due_at in about.values()),
            asked_at=newest.happened_at,
            thread=str(newest.detail.get("thread") or ""),
            delivered_at=None if None in came else max(filter(None, came)),
        )
    ]


def _came(state: ObligationState, asked_at: datetime) -> datetime | None:
    """When that came which a plea of `asked_at` is about; None while it is owed."""
    if state.fulfilled_at is not None and asked_at < state.fulfilled_at:
        return state.fulfilled_at
    return None if state.owed else state.last_submitted_at


def grant(run: Run, plea_id: str, until: date | None = None, reason: str = "") -> WaitingPlea:
    """Give the unit time up to the day that it named, or up to `until`; it is told.

    What came meanwhile counts against the new due date, as if the answer had been given at once; the event keeps the
    time of the decision and says when the unit had asked.
    """
    plea = _waiting(run, plea_id)
    for one in filter(None, map(run.ledger.get, plea.obligation_ids)):
        refuse_self_score(run, one)
    day = until or plea.wanted
    if day is None:
        raise RuleRefused("plea-needs-day", t("chasing.refused.plea_day", plea=plea_id))
    due_at = datetime.combine(day, DUE_HOUR, TZ)
    if plea.delivered_at is None and due_at <= run.as_of:
        raise RuleRefused("extension-in-the-past", t("chasing.refused.past", day=vn_date(day)))
    if plea.delivered_at is not None and due_at <= plea.due_at:
        raise RuleRefused(
            "extension-must-be-later",
            t("chasing.refused.not_later", day=vn_date(day), due=vn_instant(plea.due_at)),
        )
    why = reason.strip() or t("chasing.more_time.reason")
    words = {"day": vn_date(day)}
    key = "granted"
    if plea.delivered_at is not None:
        key = "granted_after" if plea.delivered_at <= due_at else "granted_too_short"
        words |= {"asked": vn_date(_day(plea.asked_at)), "delivered": vn_instant(plea.delivered_at)}
        why = t("chasing.more_time.reason_after", reason=why, decided=vn_date(run.today), **words)
    detail = {"due_at": to_text(due_at), "plea": plea.plea_id, "asked_at": to_text(plea.asked_at)}
    _decide(run, plea, EventKind.extended, why, detail, lambda: _answer(run, plea, key, **words))
    return plea


def decline(run: Run, plea_id: str, reason: str) -> WaitingPlea:
    """Leave the due date as it is, with a reason that the unit is told."""
    plea = _waiting(run, plea_id)
    if not reason.strip():
        raise RuleRefused("act-needs-reason", t("chasing.refused.reason"))
    key = "declined" if plea.delivered_at is None else "declined_after"
    day = vn_date(_day(plea.due_at))
    _decide(
        run, plea, EventKind.time_declined, reason.strip(), {"plea": plea.plea_id},
        lambda: _answer(run, plea, key, day=day, reason=reason.strip()),
    )  # fmt: skip
    return plea


def _day(moment: datetime) -> date:
    return moment.astimezone(TZ).date()


def _waiting(run: Run, plea_id: str) -> WaitingPlea:
    if not run.actor.strip():
        raise RuleRefused("act-needs-actor", t("chasing.refused.actor"))
    found = next((one for one in waiting_pleas(run) if one.plea_id == plea_id.strip()), None)
    if found is None:
        raise RuleRefused("no-such-plea", t("chasing.refused.no_plea", plea=plea_id))
    return found


def _decide(
    run: Run,
    plea: WaitingPlea,
    kind: EventKind,
    reason: str,
    detail: dict[str, str],
    answer: Callable[[], Mail],
) -> None:
    """The events and the answer, all or none. What was locked since the report came is locked again."""
    actor = run.actor.strip()
    events = []
    for one in plea.obligation_ids:
        state = run.ledger.state(one, run.as_of)
        opens = (
            kind is EventKind.extended
            and plea.delivered_at is not None
            and state is not None
            and state.locked
        )
        for step in [EventKind.unlocked, kind, EventKind.locked] if opens else [kind]:
            told = detail if step is kind else {"plea": plea.plea_id}
            events.append(Event(one, step, run.as_of, run.as_of, actor, reason, told))
    with run.store.write() as tx:
        append(tx, events)
        enqueue(tx, answer())


def _answer(run: Run, plea: WaitingPlea, kind: str, **values: str) -> Mail:
    title = run.calendar.round(plea.round_id).title
    return reply_mail(
        key=f"{plea.unit_code}/{plea.plea_id}/{kind}/{to_text(run.as_of)}",
        unit=run.units.get(plea.unit_code),
        address=None,
        subject=t(f"chasing.more_time.{kind}.subject", round=title),
        paragraphs=t(f"chasing.more_time.{kind}.text", round=title, **values).splitlines(),
        as_of=run.as_of,
        thread=plea.thread or None,
        asks_in=plea.round_id if plea.delivered_at is None else None,
    )
