"""What operators do besides the ladder: note calls and letters, grant more time, hold reminders, remind now.

Every act is recorded with who, when and why. Units are given by code; None means all whom it can concern.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from cchc.chasing.attachments import forms_of
from cchc.chasing.decide import Decision, decide_reminders
from cchc.chasing.holds import Hold, HoldKind, lift_hold, put_hold
from cchc.chasing.ladder import Ladder, Rung
from cchc.chasing.plan import ByHand
from cchc.clock import TZ, to_text, vn_date, vn_instant
from cchc.errors import RuleRefused
from cchc.mail.mail import Mail, enqueue
from cchc.obligations import Event, EventKind, Obligation, ObligationState, append, to_chase
from cchc.run import Run
from cchc.submissions.replies import tell_decision
from cchc.texts import t
from cchc.year import REPORT_KINDS, Product

Pair = tuple[Obligation, ObligationState]
DUE_HOUR = time(17)  # of a due date that is granted as a day
JUST_NOW = timedelta(
    minutes=10
)  # the same once more within it is a form that was sent twice, or by two people


@dataclass(frozen=True)
class Done:
    """What came of an act: obligations it was recorded for, and why not for others (unit code, words).

    warnings: what whoever acted should know of it.
    """

    recorded: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def log_call(run: Run, unit_codes: Collection[str], note: str) -> Done:
    """Note a call to units about what they owe (in the run's round, or in all); the same words of the same person are
    noted once, however often the form is sent."""
    needs(run.actor, note)

    def event(obligation: Obligation, _state: ObligationState) -> Event:
        call = noted(run, obligation, EventKind.phoned, note)
        for one in run.ledger.history(obligation.obligation_id):
            same = (one.kind, one.actor, one.reason) == (call.kind, call.actor, call.reason)
            if same and timedelta(0) < run.as_of - one.recorded_at < JUST_NOW:
                raise RuleRefused(
                    "just-noted", t("chasing.refused.just_noted", when=vn_instant(one.recorded_at))
                )
        return call

    return record_each(run, owing(run, unit_codes), event)


def log_letter(
    run: Run, unit_codes: Collection[str] | None, number: str, issued_on: date, note: str = ""
) -> Done:
    """Note an official letter to units about what they owe in the run's round; None: to all that are overdue.

    The same letter is noted once for each obligation, whoever notes it.
    """
    needs(run.actor, number)
    words = t("chasing.letter_words", number=number.strip(), day=vn_date(issued_on))
    reason = f"{words}. {note.strip()}" if note.strip() else words
    detail = {"number": number.strip(), "issued_on": issued_on.isoformat()}

    def event(obligation: Obligation, _state: ObligationState) -> Event:
        for one in run.ledger.history(obligation.obligation_id):
            if one.kind is EventKind.letter and detail.items() <= one.detail.items():
                when = vn_instant(one.recorded_at)
                raise RuleRefused("letter-noted", t("chasing.refused.letter_noted", words=words, when=when))
        return noted(run, obligation, EventKind.letter, reason, detail)

    told = owing(run, unit_codes)
    if unit_codes is None:
        told = [one for one in told if one[1].current_due_at < run.as_of]
    return record_each(run, told, event)


def refuse_letter_to_come(run: Run, issued_on: date) -> None:
    """RuleRefused('letter-to-come') for a letter on paper of a day that is still to come, before it is noted."""
    if issued_on > run.today:
        raise RuleRefused("letter-to-come", t("chasing.refused.letter_to_come", day=vn_date(issued_on)))


def extend(
    run: Run, unit_codes: Collection[str] | None, due_at: datetime, reason: str, item: str = ""
) -> Done:
    """Grant more time in the run's round; None: to every unit that still owes. Of several things that a unit owes only
    for `item`, when it is given. Each is told by mail.

    A unit that has more time already keeps it and is told among the refused.
    """
    needs(run.actor, reason)
    if due_at <= run.as_of:
        raise RuleRefused("extension-in-the-past", t("chasing.refused.past", day=vn_date(due_at.date())))
    detail = {"due_at": to_text(due_at)}

    def event(obligation: Obligation, _state: ObligationState) -> Event:
        refuse_self_score(run, obligation)
        return noted(run, obligation, EventKind.extended, reason, detail)

    def told(obligation: Obligation) -> Mail:
        day = vn_date(due_at.astimezone(TZ).date())
        return tell_decision(
            run, obligation.round_id, obligation.unit_code, f"{obligation.obligation_id}:{to_text(run.as_of)}",
            "extending.extended", asks=True, title=obligation.title, day=day, reason=reason.strip(),
        )  # fmt: skip

    done = record_each(run, owing(run, unit_codes, item), event, told)
    done.warnings.extend(_too_long(run, due_at))
    return done


def _too_long(run: Run, due_at: datetime) -> list[str]:
    """What to heed of a due date: a day off, or one beyond the round's own dates."""
    round_, found = run.round, []
    due_on, days = due_at.astimezone(TZ).date(), run.calendar.working_days
    if (why := days.why_off(due_on)) is not None:
        words = {"day": vn_date(due_on), "why": why, "next_day": vn_date(days.next(due_on))}
        found.append(t("chasing.extended.day_off", **words))
    if due_at > round_.closes_at:
        found.append(t("chasing.extended.after_closing", closes=vn_instant(round_.closes_at)))
    if round_.kind in REPORT_KINDS and due_on > round_.province_due_on:
        found.append(t("chasing.extended.after_province", day=vn_date(round_.province_due_on)))
    return found


def refuse_self_score(run: Run, obligation: Obligation) -> None:
    """RuleRefused('secretary-extends'): more time for a self-score is the secretary's to give, by its own command."""
    if obligation.product == Product.SELF_SCORE:
        unit = run.units.get(obligation.unit_code)
        words = {"unit": unit.name, "code": unit.code, "round": obligation.round_id}
        raise RuleRefused("secretary-extends", t("chasing.refused.self_score", **words))


def hold(run: Run, unit_codes: Sequence[str], kind: HoldKind, last_day: date, reason: str) -> list[Hold]:
    """Postpone or mute units up to and with `last_day`; about the run's round, or about everything."""
    holds = [
        Hold(run.units.get(code).code, run.round_id or "", kind, last_day, reason, run.actor, run.as_of)
        for code in unit_codes
    ]
    for one in holds:
        put_hold(run.store, one)
    return holds


def lift(run: Run, unit_codes: Sequence[str], reason: str) -> list[Hold]:
    """End holds today; those that are not there are left out of the answer."""
    needs(run.actor, reason)
    codes = [run.units.get(code).code for code in unit_codes]
    found = (lift_hold(run.store, code, run.round_id or "", run.as_of, reason, run.actor) for code in codes)
    return [one for one in found if one is not None]


def remind_now(run: Run, unit_codes: Collection[str] | None) -> Decision:
    """Put a reminder of everything owed into the outbox now, whatever rung it stands on and whether held or not.

    Whose reminder of the last minutes still waits there gets no second one. Raises RuleRefused('just-reminded') when
    that is all of them, ('day-off'), and ('no-hand-rung') when the ladder has no rung for it.
    """
    needs(run.actor, "-")
    check_working_day(run)
    ladder = Ladder.load()
    if not ladder.by_hand:
        raise RuleRefused("no-hand-rung", t("chasing.refused.no_hand_rung"))
    rung = ladder.by_hand[0]
    return decide_reminders(
        run,
        forms_of=forms_of(run),
        round_id=run.round_id,
        by_hand=ByHand(rung, _not_just_reminded(run, rung, unit_codes)),
        occasion=f"tay/{to_text(run.as_of)}/{run.actor}",
    )


def _not_just_reminded(run: Run, rung: Rung, unit_codes: Collection[str] | None) -> frozenset[str] | None:
    """Units to remind; None: all."""
    since = to_text(run.as_of - JUST_NOW)
    rows = run.store.query("chasing.just_reminded", rung=rung.code, since=since)
    just = {row["unit_code"] for row in rows}
    if unit_codes is None:
        if not just:
            return None
        left = {one.unit_code for one, _ in owing(run, None)} - just
    else:
        left = {run.units.get(code).code for code in unit_codes} - just
    if just and not left:
        raise RuleRefused("just-reminded", t("chasing.refused.just_reminded"))
    return frozenset(left)


def check_working_day(run: Run) -> None:
    """RuleRefused('day-off') on a day on which nobody is written to."""
    days = run.calendar.working_days
    if (why := days.why_off(run.today)) is not None:
        next_day = vn_date(days.add(run.today, 1))
        raise RuleRefused("day-off", t("chasing.refused.day_off", why=why, next_day=next_day))


def owing(run: Run, unit_codes: Collection[str] | None, item: str = "") -> list[Pair]:
    """What the units owe, of several things only `item` when it is given; an error when one of those named owes
    nothing, or not that, so that a slip of the pen is seen."""
    if run.round_id:
        run.calendar.round(run.round_id)  # an error that names the rounds
    owed = run.ledger.states(run.as_of, round_id=run.round_id, only_owed=True)
    owing = to_chase(owed, run.units, run.as_of)
    if unit_codes is not None:
        wanted = {run.units.get(code).code for code in unit_codes}
        for code in sorted(wanted - {obligation.unit_code for obligation, _ in owing}):
            raise RuleRefused(
                "owes-nothing", t("chasing.refused.owes_nothing", unit=run.units.get(code).name)
            )
        owing = [one for one in owing if one[0].unit_code in wanted]
    if not item:
        return owing
    found = [one for one in owing if one[0].item == item]
    others = {one.unit_code for one, _ in owing} - {one.unit_code for one, _ in found}
    if not found or (unit_codes is not None and others):
        known = ", ".join(sorted({one.item for one, _ in owing if one.item})) or t("chasing.refused.no_item")
        names = (
            ", ".join(run.units.get(code).name for code in sorted(others)) if unit_codes else run.round.title
        )
        raise RuleRefused(
            "owes-not-that", t("chasing.refused.owes_not_that", units=names, item=item, known=known)
        )
    return found


def record_each(
    run: Run,
    owing: Sequence[Pair],
    make: Callable[[Obligation, ObligationState], Event],
    told: Callable[[Obligation], Mail] | None = None,
) -> Done:
    """Record an event for each obligation, with the mail that tells its unit, both or neither; what the rules forbid
    for one is told and stops no other."""
    done = Done()
    for obligation, state in owing:
        try:
            with run.store.write() as tx:
                if append(tx, [make(obligation, state)]) and told is not None:
                    enqueue(tx, told(obligation))
        except RuleRefused as refusal:
            done.refused.append((obligation.unit_code, str(refusal)))
        else:
            done.recorded.append(obligation.obligation_id)
    return done


def noted(
    run: Run, obligation: Obligation, kind: EventKind, reason: str, detail: dict[str, str] | None = None
) -> Event:
    """What the run's person did now about an obligation, and why."""
    return Event(
        obligation.obligation_id, kind, run.as_of, run.as_of, run.actor.strip(), reason.strip(), detail or {}
    )


def needs(actor: str, reason: str) -> None:
    """RuleRefused when nobody says who acts, or why."""
    if not actor.strip():
        raise RuleRefused("act-needs-actor", t("chasing.refused.actor"))
    if not reason.strip():
        raise RuleRefused("act-needs-reason", t("chasing.refused.reason"))
