"""The day at a glance for operators: what went out, who is late, whom to call, what is broken; as a mail and a page."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from cchc.chasing.forecast import foretell
from cchc.chasing.holds import Hold, load_holds
from cchc.chasing.ladder import Ladder
from cchc.chasing.left_out import LeftOut, left_out
from cchc.chasing.letters import late
from cchc.chasing.more_time import waiting_pleas
from cchc.chasing.trial_mail import left_of_trial
from cchc.clock import TZ, at, from_text, to_text, vn_date
from cchc.documents.handing_out import NotReached, not_reached
from cchc.documents.signed_copies import unsigned
from cchc.documents.waiting import undecided
from cchc.mail.bounces import Bounce, bad_addresses
from cchc.mail.department import Department
from cchc.mail.mail import SUMMARY, Mail, enqueue
from cchc.mail.render import render_pair
from cchc.mail.stops import current_stop
from cchc.obligations import lateness, unproven_figures
from cchc.run import Run
from cchc.submissions.late import waiting_late
from cchc.submissions.set_aside import SetAside, waiting
from cchc.texts import bare, t, table, vietnamese_order
from cchc.year import REPORT_KINDS

LONGEST_LIST = 60
CALLS = 10  # as many as one officer can make in a morning
SOON = 10  # working days before a due date in which it is worth calling ahead


@dataclass(frozen=True)
class LateUnit:
    """A unit with what it owes overdue. `noted`: days of calls and letters noted so far.

    `fresh`: something of it went overdue, or came on the call list, since the working day before.
    """

    code: str
    name: str
    titles: tuple[str, ...]
    working_days: int
    to_call: bool
    noted: tuple[date, ...]
    fresh: bool = False


@dataclass(frozen=True)
class LikelyLate:
    """A unit worth calling before it is late, and why."""

    name: str
    title: str
    percent: int
    late_before: int
    rounds_before: int


@dataclass(frozen=True)
class Trouble:
    """A mail that did not get through; `state`: dead, failed (tried again), claimed (nobody knows yet), held."""

    subject: str
    unit: str
    state: str
    words: str


@dataclass(frozen=True)
class DaySummary:
    """Everything as of one moment. `by_rung`: reminders decided today, by the rung's name."""

    day: date
    by_rung: dict[str, int]
    late: list[LateUnit]
    likely: list[LikelyLate]
    troubles: list[Trouble]
    bounced: list[tuple[str, Bounce]]
    holds: list[tuple[str, Hold]]
    waiting: list[tuple[str, datetime]]
    not_reached: list[NotReached]
    pleas: int = 0  # for a later due date, that wait for a decision
    late_files: int = 0  # came after the lock, and nobody has decided on them
    unproven: int = 0  # units with figures that changed by mail and nobody confirmed
    trial: Mapping[str, int] = field(default_factory=dict)  # mails of a trial that are still to go, by kind
    stopped: str = ""  # why nothing is sent for a while
    to_review: tuple[SetAside, ...] = ()
    left_out: tuple[LeftOut, ...] = ()  # of days on which nobody decided
    unsigned: int = 0  # documents that wait for their signed copy before they are sent

    @property
    def fresh(self) -> list[LateUnit]:
        """Those of `late` of which the mail of the working day before could not tell."""
        return [unit for unit in self.late if unit.fresh]

    @property
    def told_before(self) -> list[LateUnit]:
        return [unit for unit in self.late if not unit.fresh]

    @property
    def next_steps(self) -> list[str]:
        """What to do, the most urgent first; never empty. Nothing that is listed as overdue or on its way goes without
        a word, be it that nobody has to do anything."""
        to_call = sum(unit.to_call for unit in self.late)
        dead, held = (sum(one.state == state for one in self.troubles) for state in ("dead", "held"))
        on_the_way = len(self.troubles) - dead - held
        steps = [
            (len({one.unit for one in self.left_out}), "left_out"),
            (len(self.bounced), "bounced"), (held, "held"), (dead, "dead"), (to_call, "call"), (self.pleas, "pleas"),
            (self.late_files, "late_files"),
            (self.unproven, "unproven"), (len(self.to_review), "review"), (len(self.waiting), "approve"),
            (self.unsigned, "unsigned"), (len(self.not_reached), "not_reached"), (sum(self.trial.values()), "trial"),
            (len(self.late) - to_call, "overdue"), (len(self.likely), "call_ahead"), (on_the_way, "on_the_way"),
        ]  # fmt: skip
        found = [t(f"chasing.summary.steps.{name}", count=count) for count, name in steps if count]
        return [*([self.stopped] if self.stopped else []), *found] or [t("chasing.summary.steps.none")]


def summarise_day(run: Run) -> DaySummary:
    """What is known at the run's moment; reading only."""
    troubled = run.store.query(
        "chasing.troubled_mails", since=to_text(run.as_of - timedelta(days=7)), as_of=to_text(run.as_of)
    )
    return DaySummary(
        day=run.today,
        by_rung=reminded_today(run),
        late=late_units(run),
        likely=likely_late(run),
        troubles=[
            Trouble(row["subject"], _name(run, row["unit_code"]), row["state"], row["server_answer"] or "")
            for row in troubled
            if row["kind"] != SUMMARY
        ],
        bounced=[(_name(run, one.unit_code), one) for one in bad_addresses(run.store, run.as_of)],
        holds=[
            (_name(run, one.unit_code), one) for one in load_holds(run.store, run.as_of).active(run.today)
        ],
        waiting=[(run.calendar.round(one.round_id).title, one.since) for one in undecided(run)],
        not_reached=not_reached(run),
        pleas=len(waiting_pleas(run)),
        late_files=len(waiting_late(run)),
        unproven=len({one.unit_code for one in unproven_figures(run.store, run.as_of)}),
        trial=left_of_trial(run),
        to_review=tuple(waiting(run.store, run.as_of)),
        left_out=tuple(left_out(run)),
        unsigned=len(unsigned(run)),
        stopped=stop.told if (stop := current_stop(run.store, run.as_of)) else "",
    )


def enqueue_summary(run: Run) -> bool:
    """Put the day's summary for operators into the outbox, once a day; nothing on a day off or when all is quiet."""
    if not run.calendar.working_days.is_working(run.today):
        return False
    found, department = summarise_day(run), Department.load()
    if not any(
        (
            found.by_rung,
            found.late,
            found.troubles,
            found.bounced,
            found.waiting,
            found.pleas,
            found.late_files,
            found.unproven,
            found.not_reached,
            found.trial,
            found.left_out,
            found.stopped,
            found.to_review,
            found.unsigned,
        )
    ):
        return False
    html, plain = render_pair(
        "summary",
        department=department,
        as_of=run.as_of,
        summary=found,
        states=table("chasing.summary.states"),
        holds=table("chasing.holds"),
        channels=table("submissions.set_aside.channels"),
        most=LONGEST_LIST,
    )
    mail = Mail(
        key=f"{SUMMARY}/{run.today.isoformat()}",
        kind=SUMMARY,
        as_of=run.as_of,
        round_id=None,
        unit_code=None,
        recipients=department.operators,
        copies=(),
        subject=t("chasing.summary.subject", day=vn_date(run.today), late=len(found.late)),
        html=html,
        plain=plain,
    )
    with run.store.write() as tx:
        return enqueue(tx, mail, department)


def reminded_today(run: Run) -> dict[str, int]:
    """Reminders decided on the run's day, by the rung's name."""
    names = {rung.code: rung.name for rung in Ladder.load().rungs}
    rows = run.store.query(
        "chasing.reminders_of_day", day_start=to_text(at(run.today)), as_of=to_text(run.as_of)
    )
    return dict(
        Counter(names.get(str(row["rung"]), str(row["rung"])) for row in rows if row["state"] != "withdrawn")
    )


def late_units(run: Run) -> list[LateUnit]:
    """Units that are overdue, the longest first. On the call list: those whose last rung asks for a call."""
    by_phone = {rung.code for rung in Ladder.load().rungs if "phone" in rung.channels}
    as_of = to_text(run.as_of)
    asked = {
        row["obligation_id"]
        for rung in by_phone
        for row in run.store.query("chasing.reminded_by", rung=rung, as_of=as_of)
    }
    called_today = {
        row["obligation_id"]
        for row in run.store.query("chasing.reminders_of_day", day_start=to_text(at(run.today)), as_of=as_of)
        if row["rung"] in by_phone
    }
    noted: dict[str, list[date]] = defaultdict(list)
    for row in run.store.query("chasing.contacts", as_of=as_of):
        noted[row["obligation_id"]].append(from_text(row["happened_at"]).date())
    found: dict[str, LateUnit] = {}
    for obligation, state in late(run):
        gone = lateness(
            replace(state, fulfilled_at=None, due_at=state.current_due_at),
            run.as_of,
            run.calendar.working_days,
        )
        known = found.get(obligation.unit_code)
        call = obligation.obligation_id in asked
        found[obligation.unit_code] = LateUnit(
            obligation.unit_code,
            _name(run, obligation.unit_code),
            (*(known.titles if known else ()), bare(obligation.title)),
            max(gone.working_days, known.working_days if known else 0),
            call or bool(known and known.to_call),
            (*(known.noted if known else ()), *noted[obligation.obligation_id]),
            gone.working_days <= 1 or obligation.obligation_id in called_today or bool(known and known.fresh),
        )
    return sorted(
        found.values(), key=lambda unit: (not unit.to_call, -unit.working_days, vietnamese_order(unit.name))
    )


def likely_late(run: Run) -> list[LikelyLate]:
    """Of the report rounds that fall due soon, the units that the past says to call first."""
    horizon = run.calendar.working_days.add(run.today, SOON)
    found = []
    for row in run.rounds.all():
        round_ = run.calendar.round(row["round_id"])
        due_on = round_.unit_due_at.astimezone(TZ).date()
        if round_.kind not in REPORT_KINDS or not run.today <= due_on <= horizon:
            continue
        for one in foretell(run.store, run.calendar, run.units, run.as_of, round_.round_id)[:CALLS]:
            found.append(
                LikelyLate(
                    _name(run, one.unit_code),
                    round_.title,
                    round(100 * one.chance),
                    one.late_before,
                    one.rounds_before,
                )
            )
    return found


def _name(run: Run, code: str | None) -> str:
    if code is None:
        return t("chasing.summary.department")
    return run.units.get(code).name if code in run.units else code
