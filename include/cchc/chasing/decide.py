"""Making today's plan a fact: reminders and their mails in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count

from cchc.chasing.ladder import Ladder
from cchc.chasing.outdated import put_aside_outdated
from cchc.chasing.overdue_list import overdue_list
from cchc.chasing.plan import (
    ByHand,
    ChasingView,
    FormsOf,
    PlannedMail,
    keep_lines,
    mail_of,
    plan,
    trial_mails,
    year_calendar_path,
)
from cchc.clock import from_text, to_text
from cchc.depot import share
from cchc.errors import CchcError, RuleRefused
from cchc.files import write_atomic
from cchc.mail.department import Department
from cchc.mail.mail import DIGEST, REQUEST, Mail, enqueue, relative_to_root
from cchc.obligations import Event, EventKind, Ledger, Obligation, ObligationState
from cchc.run import Run
from cchc.store import Store, Transaction
from cchc.texts import t
from cchc.year.ics import calendar_ics

NO_OCCASION = ""  # by the ladder; a reminder that a person asks for names its occasion
ACTOR = "he-thong"


@dataclass(frozen=True)
class Decision:
    """Mails newly decided, and how many of them hold each rung."""

    mails: int = 0
    by_rung: dict[str, int] = field(default_factory=dict)


def decide(
    desk: ChasingView,
    *,
    rungs: Collection[str] | None = None,
    forms_of: FormsOf | None = None,
    round_id: str | None = None,
    by_hand: ByHand | None = None,
    occasion: str = NO_OCCASION,
) -> Decision:
    """Decide today's reminders and put their mails into the outbox, in one transaction.

    `rungs`: which rungs may be sent; None means every rung, of the opening ones only what whoever opened a round
    could not ask for (see `plan`), and an empty one these requests alone. `round_id` narrows to one round (give it
    when opening one). `forms_of`: the files of a round and unit, for the rungs that send them along. `by_hand`: remind
    these units now, under a name of its own (`occasion`), whatever the ladder says. Nothing on a day off, and nothing
    new when run again. The 'requested' events follow in the ledger's own transactions; what a crash in between leaves
    out is recorded by the next decision.
    """
    if not desk.calendar.working_days.is_working(desk.today):
        return Decision()
    owed = desk.owed()
    put_aside_outdated(desk.store, desk.as_of, {obligation.obligation_id for obligation, _ in owed})
    _free_trials(desk)
    by_rung: Counter[str] = Counter()
    decided: list[PlannedMail] = []
    planned = plan(desk, owed, rungs=rungs, forms_of=forms_of, round_id=round_id, by_hand=by_hand)
    if planned:
        _write_calendar(desk, planned)
        with desk.store.write() as tx:
            decided = [kept for draft in planned if (kept := _keep(tx, desk, draft, occasion))]
            committee = overdue_list(desk, decided)
            if committee:
                enqueue(tx, committee, desk.department)
    for kept in decided:
        by_rung.update({line.rung.code for line in kept.lines if line.rung})
    _record_requests(desk.store, desk.ladder)
    return Decision(len(decided), dict(by_rung))


@dataclass(frozen=True)
class Foreseen:
    """What a daily decision of now would put into the outbox: by unit for people to read, and as mails."""

    planned: list[PlannedMail]
    mails: list[Mail]


def foresee(
    desk: ChasingView, owed: Iterable[tuple[Obligation, ObligationState]], *, forms_of: FormsOf | None
) -> Foreseen:
    """The daily decision about what is `owed` without deciding: the same plan, keys and texts; reading only."""
    drafts = plan(desk, owed, forms_of=forms_of)
    taken = keys_taken(desk.store, [one.thread.key for one in drafts])
    with desk.store.read() as tx:
        keys = (
            _free_key(tx, one.thread.key) if one.thread.key in taken else one.thread.key for one in drafts
        )
        planned = [keep_lines(one, one.lines, key) for one, key in zip(drafts, keys, strict=True)]
    mails = [mail_of(desk, one) for one in planned]
    committee = overdue_list(desk, planned)
    return Foreseen(planned, [*mails, committee] if committee else mails)


def _keep(tx: Transaction, desk: ChasingView, draft: PlannedMail, occasion: str) -> PlannedMail | None:
    """Write one mail and its rungs, without what another worker decided meanwhile; None when all is."""
    key = _free_key(tx, draft.thread.key)
    kept = [
        line
        for line in draft.lines
        if line.rung
        and tx.execute(
            "chasing.insert_reminder",
            obligation_id=line.obligation.obligation_id,
            rung=line.rung.code,
            occasion=occasion,
            as_of=to_text(desk.as_of),
            mail_key=key,
        )
    ]
    if not kept:
        return None
    final = keep_lines(draft, kept, key)
    if not enqueue(tx, mail_of(desk, final), desk.department):
        raise CchcError(t("chasing.key_taken", unit=draft.unit.name))
    return final


def _free_trials(desk: ChasingView) -> None:
    """Once mail is live, rungs that went out under preview or redirect are free again; the mails stay on record."""
    if not trial_mails(desk):
        return
    with desk.store.write() as tx:
        tx.execute("chasing.free_trial_rungs", request=REQUEST, digest=DIGEST)
        tx.execute("chasing.drop_held_trials", request=REQUEST, digest=DIGEST, reason=t("chasing.trial_over"))


def _write_calendar(desk: ChasingView, planned: Sequence[PlannedMail]) -> None:
    """The year's due dates as a file, before the mails that carry it are decided."""
    path = year_calendar_path(desk.instance, desk.today.year)
    name = relative_to_root(desk.instance, path)
    if any(name in one.thread.attachments for one in planned):
        content = calendar_ics(desk.calendar, desk.today.year)
        if not path.exists() or path.read_bytes() != content:
            write_atomic(path, content)
            share(desk.instance, path)


def keys_taken(store: Store, keys: Collection[str]) -> set[str]:
    """Those of the keys under which there is a mail."""
    return {row["mail_key"] for row in store.query("chasing.mails_that_exist", mails=sorted(keys))}


def _free_key(tx: Transaction, base: str) -> str:
    """`base`, or `base/2` and so on when something more fell due on a day whose mail is decided already."""
    for number in count(1):
        key = base if number == 1 else f"{base}/{number}"
        if tx.one("chasing.mail_exists", mail_key=key) is None:
            return key
    raise AssertionError("count never ends")


def _record_requests(store: Store, ladder: Ladder) -> None:
    """A 'requested' event for each opening mail that has none yet: when it was decided, under a fixed key."""
    ledger, events = Ledger(store), []
    for rung in sorted(ladder.opening_codes):
        for row in store.query("chasing.requests_without_event", rung=rung):
            decided_at = from_text(row["as_of"])
            events.append(
                Event(
                    obligation_id=row["obligation_id"],
                    kind=EventKind.requested,
                    happened_at=decided_at,
                    recorded_at=decided_at,
                    actor=ACTOR,
                    detail={"mail_key": row["mail_key"]} | ({"after_trial": True} if row["earlier"] else {}),
                    # The request of a trial is another fact.
                    key=f"{row['obligation_id']}:requested:{row['mail_key'] if row['earlier'] else rung}",
                )
            )
    try:
        ledger.record_many(events)
    except RuleRefused:
        for event in events:
            with suppress(RuleRefused):  # waived meanwhile: nothing is asked of that unit any more
                ledger.record(event)


def decide_reminders(
    run: Run,
    *,
    rungs: Collection[str] | None = None,
    forms_of: FormsOf | None = None,
    round_id: str | None = None,
    by_hand: ByHand | None = None,
    occasion: str = "",
) -> Decision:
    """`cchc.chasing.decide` for the run's day, register, calendar and the ladder in force."""
    desk = ChasingView(
        run.store, run.calendar, run.units, Ladder.load(), run.instance, Department.load(), run.as_of
    )
    return decide(desk, rungs=rungs, forms_of=forms_of, round_id=round_id, by_hand=by_hand, occasion=occasion)
