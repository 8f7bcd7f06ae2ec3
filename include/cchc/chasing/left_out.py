"""What an outage swallowed: reminders of days on which nobody decided, told by the first run after.

Nothing is made up for in silence. Of the rungs that were missed the highest that still tells the truth goes out today
(`Ladder.due_rung`); the others never do, and neither does any to a unit that has answered meanwhile.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from cchc.chasing.attachments import forms_of
from cchc.chasing.ladder import Ladder, RememberedDays, Rung, Trigger
from cchc.chasing.plan import ChasingView, plan
from cchc.clock import TZ, at, from_text, to_text, vn_date
from cchc.mail.department import Department
from cchc.mail.mail import SUMMARY
from cchc.obligations import Ledger, Obligation
from cchc.run import Run
from cchc.texts import t, vietnamese_order

DECIDING_HOUR = 8  # at which dags/don_doc.py decides


@dataclass(frozen=True)
class LeftOut:
    """What one unit was not told in time about one obligation.

    missed: (rung's name, the day on which it was due), oldest first. instead: the rung that goes out today, empty when
    none does; `is_late` when it is one of the missed. `is_owed`: the unit has not answered.
    """

    unit: str
    title: str
    missed: tuple[tuple[str, date], ...]
    instead: str = ""
    is_late: bool = False
    is_owed: bool = True

    @property
    def words(self) -> str:
        """What was missed and what becomes of it, in one sentence."""
        rungs = ", ".join(
            t("chasing.left_out.rung", rung=name, day=vn_date(day)) for name, day in self.missed
        )
        fate = "nothing"
        if self.instead:
            fate = "late" if self.is_late else "instead"
        elif not self.is_owed:
            fate = "answered"
        then = t(f"chasing.left_out.{fate}", rung=self.instead)
        return t("chasing.left_out.line", title=self.title, rungs=rungs, then=then)


@dataclass
class _Missed:
    obligation: Obligation
    rungs: list[tuple[Rung, date]] = field(default_factory=list)


def left_out(run: Run) -> list[LeftOut]:
    """The reminders that nobody decided on their days since the last summary of a day, by unit; reading only.

    Asked of the run's day, before or after its decision. Each missed day is decided once more as it would have been:
    with what was known and what was sent by then. Empty on a day off, and once a summary has told it.
    """
    desk = ChasingView(
        run.store, run.calendar, run.units, Ladder.load(), run.instance, Department.load(), run.as_of
    )
    if not run.calendar.working_days.is_working(run.today):
        return []
    found: dict[str, _Missed] = {}
    for day in _missed_days(desk):
        for obligation, rung in _due_on(desk, run, day):
            missed = found.setdefault(obligation.obligation_id, _Missed(obligation))
            if rung not in [one for one, _ in missed.rungs]:
                missed.rungs.append((rung, day))
    return _told(desk, found) if found else []


def note_of(found: list[LeftOut]) -> str:
    """The words for the run: how many, since when, and each unit."""
    days = [day for one in found for _, day in one.missed]
    head = t(
        "chasing.left_out.note",
        count=len(days),
        units=len({one.unit for one in found}),
        first=vn_date(min(days)),
        last=vn_date(max(days)),
    )
    return "\n".join([head, *(f"- {one.unit}: {one.words}" for one in found)])


def _missed_days(desk: ChasingView) -> Iterator[date]:
    """Working days since the last summary on which a rung of something owed then may have been due."""
    before = to_text(at(desk.today))
    row = desk.store.one("chasing.last_of_kind", kind=SUMMARY, before=before)
    told = from_text(row["as_of"]).astimezone(TZ).date() if row and row["as_of"] else date.min
    working = desk.calendar.working_days
    if told > date.min and working.previous(desk.today - timedelta(days=1)) <= told:
        return  # no working day lies between, and a rung falls due on working days only
    yield from sorted({day for day in _rung_days(desk, told) if told < day < desk.today})


def _rung_days(desk: ChasingView, told: date) -> Iterator[date]:
    """Every day on which the ladder has something to say about what was owed on the day `told` or came up since, and
    the days of requests. Nobody was to be reminded since of what was settled before."""
    ledger, working = Ledger(desk.store), RememberedDays(desk.calendar.working_days)
    since = at(told) if told > date.min else None
    known = ledger.states(desk.as_of) if since is None else ledger.astir(since, desk.as_of)
    for obligation, state in known:
        due_days = {obligation.due_at.astimezone(TZ).date(), state.current_due_at.astimezone(TZ).date()}
        turned_back = state.turned_back_at.astimezone(TZ).date() if state.turned_back_at else None
        for rung in desk.ladder.of(obligation.product):
            anchors = due_days if rung.trigger is Trigger.DUE else set()
            if rung.trigger is Trigger.RETURNED and turned_back:
                anchors = {turned_back}
            if rung.trigger is Trigger.OPENING:
                yield desk.calendar.working_days.next(
                    desk.calendar.round(obligation.round_id).opens_at.date()
                )
            yield from (rung.day(anchor, working) for anchor in anchors)


def _due_on(desk: ChasingView, run: Run, day: date) -> Iterator[tuple[Obligation, Rung]]:
    moment = at(day, DECIDING_HOUR)
    then = replace(desk, as_of=moment)
    for mail in plan(then, then.owed(), forms_of=forms_of(run)):
        yield from ((line.obligation, line.rung) for line in mail.lines if line.rung)


def _told(desk: ChasingView, found: dict[str, _Missed]) -> list[LeftOut]:
    """Without what went out on its day all the same; with what goes out today instead."""
    earlier, today = _decided(desk)
    foreseen = {
        line.obligation.obligation_id: line.rung
        for mail in plan(desk, desk.owed())
        for line in mail.lines
        if line.rung
    }
    owed = {obligation.obligation_id for obligation, _ in desk.owed()}
    told = []
    for key, missed in found.items():
        rungs = [(rung, day) for rung, day in missed.rungs if rung.code not in earlier[key]]
        if not rungs:
            continue
        codes = [code for code in desk.ladder.codes if code in today[key]]
        instead = desk.ladder.rung(codes[-1]) if codes else foreseen.get(key)
        told.append(
            LeftOut(
                desk.units.get(missed.obligation.unit_code).name,
                missed.obligation.title,
                tuple((rung.name, day) for rung, day in rungs),
                instead.name if instead else "",
                instead in [rung for rung, _ in rungs],
                key in owed,
            )
        )
    return sorted(told, key=lambda one: (vietnamese_order(one.unit), one.title))


def _decided(desk: ChasingView) -> tuple[defaultdict[str, set[str]], defaultdict[str, set[str]]]:
    """Rungs by obligation that were decided before today, and today."""
    earlier: defaultdict[str, set[str]] = defaultdict(set)
    today: defaultdict[str, set[str]] = defaultdict(set)
    day_start, as_of = at(desk.today), to_text(desk.as_of)
    for row in desk.store.query("chasing.all_reminders"):
        if row["as_of"] <= as_of:
            wanted = earlier if from_text(row["as_of"]) < day_start else today
            wanted[row["obligation_id"]].add(row["rung"])
    return earlier, today
