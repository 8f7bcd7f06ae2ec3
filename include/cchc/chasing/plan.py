"""Who would be reminded today, to what end, and why: reading only, so that anybody may look at it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from cchc.chasing.digest import TURNED_BACK, DigestLine, Thread, compose, order
from cchc.chasing.holds import load_holds
from cchc.chasing.ladder import Chased, Ladder, RememberedDays, Rung, Trigger
from cchc.chasing.outdated import Fate, outdated
from cchc.clock import TZ, to_text
from cchc.documents.unit_letters import UnitLetters
from cchc.errors import RuleRefused
from cchc.mail.department import Department
from cchc.mail.mail import DIGEST, REQUEST, Mail, relative_to_root
from cchc.obligations import Event, Ledger, Obligation, ObligationState, to_chase
from cchc.paths import Instance
from cchc.store import Store
from cchc.texts import t
from cchc.units import Unit, UnitRegister
from cchc.year import Calendar, Product

FormsOf = Callable[[str, str], Sequence[Path]]  # (round_id, unit_code) -> files that may be sent along
MOST_BESIDES = 10  # lines about other work in one mail


_FAULTS = 5  # of a file that was turned back


@dataclass(frozen=True)
class ChasingView:
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

    def owed(self) -> list[tuple[Obligation, ObligationState]]:
        """Every obligation that is to be chased as far as is known by now; not yet the orders of a letter that nobody
        has signed."""
        letters = UnitLetters(self.store, self.instance)
        owed = to_chase(Ledger(self.store).states(self.as_of, only_owed=True), self.units, self.as_of)
        return [
            (one, state)
            for one, state in owed
            if one.product != Product.ANSWER or not letters.waits(one.round_id, one.unit_code, one.item)
        ]


@dataclass(frozen=True)
class ByHand:
    """A reminder that a person asks for now: of these units (None: of all), whatever rung they stand on."""

    rung: Rung
    units: frozenset[str] | None = None

    def means(self, obligation: Obligation) -> bool:
        return self.units is None or obligation.unit_code in self.units


@dataclass(frozen=True)
class _Written:
    """Mails that went before: the one that opened a (round, unit), and units written to this year."""

    first: Mapping[tuple[str, str], str]
    this_year: frozenset[str]


@dataclass(frozen=True)
class PlannedMail:
    """One mail that would go out: to whom, for which rungs (`lines`), and what else it mentions."""

    unit: Unit
    lines: tuple[DigestLine, ...]
    also: tuple[DigestLine, ...]
    thread: Thread

    def sternest(self, ladder: Ladder) -> Rung:
        """The highest rung in this mail; it sets the subject and the tone."""
        codes = {line.rung.code for line in self.lines if line.rung}
        return [rung for rung in ladder.rungs if rung.code in codes][-1]


def plan(
    desk: ChasingView,
    owed: Iterable[tuple[Obligation, ObligationState]],
    *,
    rungs: Collection[str] | None = None,
    forms_of: FormsOf | None = None,
    round_id: str | None = None,
    by_hand: ByHand | None = None,
) -> list[PlannedMail]:
    """The mails of today by unit; empty on a day off. See `decide` for the arguments.

    Reminders that wait in the outbox and are outdated count as never sent: the decision puts them aside first.
    """
    if not desk.calendar.working_days.is_working(desk.today):
        return []
    owed = list(owed)
    wanted = _wanted(desk.ladder, rungs)
    days = RememberedDays(desk.calendar.working_days)
    freed = withdrawn_by(desk, owed) | trial_mails(desk)
    sent, holds = _days_sent(desk, owed, freed), load_holds(desk.store, desk.as_of)
    turned_back_at, faulty = _last_turn_backs(desk, owed), _faults(desk.store, owed)
    lines: dict[str, list[DigestLine]] = defaultdict(list)
    for obligation, state in owed:
        turned_back = turned_back_at.get(obligation.obligation_id)
        rung = None
        place = (obligation.unit_code, obligation.round_id)
        if round_id in (None, obligation.round_id):
            if by_hand is not None:
                rung = by_hand.rung if by_hand.means(obligation) else None
            else:
                silent = holds.silences(*place, desk.today)
                known = sent.get(obligation.obligation_id, {})
                chased = _chased(obligation, state, turned_back, known, holds.covered_until(*place))
                among = wanted
                if not rungs and not known:
                    among = among | _requests_left(desk, obligation, state, forms_of)
                # A hold never keeps back the request itself.
                if silent:
                    among = among & desk.ladder.opening_codes
                rung = desk.ladder.due_rung(chased, desk.as_of, days, among)
        reason = turned_back.reason if turned_back else None
        faults = tuple(faulty.get(state.last_submission_id or "", ())) if turned_back else ()
        lines[obligation.unit_code].append(DigestLine(obligation, state, rung, reason, faults))
    written = _Written(first=_first_mails(desk.store, owed, freed), this_year=_written_to(desk, freed))
    planned: list[PlannedMail] = []
    for code in sorted(lines):
        planned += _mails_of(desk, desk.units.get(code), lines[code], written, forms_of, days)
    return planned


def withdrawn_by(desk: ChasingView, owed: Iterable[tuple[Obligation, ObligationState]]) -> frozenset[str]:
    """Keys of the waiting mails that a decision of now withdraws, so that their rungs are free again."""
    still_owed = {obligation.obligation_id for obligation, _ in owed}
    fates = outdated(desk.store, desk.as_of, still_owed)
    return frozenset(key for key, fate in fates.items() if fate is Fate.WITHDRAWN)


def trial_mails(desk: ChasingView) -> frozenset[str]:
    """Keys of the reminders that left under preview or redirect: once mail is live, no unit has got them."""
    if desk.instance.settings.mail_mode != "live":
        return frozenset()
    rows = desk.store.query("chasing.trial_mails", request=REQUEST, digest=DIGEST)
    return frozenset(row["mail_key"] for row in rows)


def mail_of(desk: ChasingView, planned: PlannedMail) -> Mail:
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
    desk: ChasingView,
    unit: Unit,
    lines: Sequence[DigestLine],
    written: _Written,
    forms_of: FormsOf | None,
    days: RememberedDays,
) -> list[PlannedMail]:
    """Opening lines make one mail a round, which starts its thread; everything else is one digest.

    The unit's first mail of the year carries the year's due dates.
    """
    opening: dict[str, list[DigestLine]] = defaultdict(list)
    digest: list[DigestLine] = []
    for line in lines:
        if line.rung and line.rung.trigger is Trigger.OPENING:
            opening[line.obligation.round_id].append(line)
        elif line.rung:
            digest.append(line)
    first_mails = written.first
    day = desk.today.isoformat()
    planned = []
    for round_id in sorted(opening):
        thread = Thread(
            key=f"{unit.code}/{day}/{REQUEST}/{round_id}",
            kind=REQUEST,
            round_id=round_id,
            in_reply_to=_answers([round_id], unit, first_mails),
            attachments=_forms(desk, unit, opening[round_id], forms_of),
        )
        planned.append(PlannedMail(unit, tuple(opening[round_id]), (), thread))
    if digest:
        rounds = list(dict.fromkeys(line.obligation.round_id for line in order(digest)))
        thread = Thread(
            key=f"{unit.code}/{day}/{DIGEST}",
            kind=DIGEST,
            round_id=rounds[0],
            in_reply_to=_answers(rounds, unit, first_mails),
            attachments=_forms(desk, unit, digest, forms_of),
        )
        planned.append(PlannedMail(unit, tuple(digest), _besides(desk, lines, days), thread))
    if planned and unit.code not in written.this_year:
        planned[0] = _with_calendar(desk, planned[0])
    return planned


def _requests_left(
    desk: ChasingView, obligation: Obligation, state: ObligationState, forms_of: FormsOf | None
) -> frozenset[str]:
    """Requests that the daily run makes up for: a round opened on a day off, a plan approved on one.

    Only while they are still true, and once the files that they carry are made.
    """
    if forms_of is None or desk.as_of > state.current_due_at:
        return frozenset()
    if not forms_of(obligation.round_id, obligation.unit_code):
        return frozenset()
    return desk.ladder.opening_codes


def _forms(
    desk: ChasingView, unit: Unit, lines: Sequence[DigestLine], forms_of: FormsOf | None
) -> tuple[str, ...]:
    """The forms of the rounds whose rung sends them along, each file once."""
    if forms_of is None:
        return ()
    rounds = [line.obligation.round_id for line in lines if line.rung and "form" in line.rung.attach]
    files = [path for round_id in dict.fromkeys(rounds) for path in forms_of(round_id, unit.code)]
    return tuple(dict.fromkeys(relative_to_root(desk.instance, path) for path in files))


def year_calendar_path(instance: Instance, year: int) -> Path:
    """Where the .ics of a year's due dates lies; `decide` writes it, many mails carry it."""
    return instance.out / str(year) / f"lich-bao-cao-{year}.ics"


def _with_calendar(desk: ChasingView, planned: PlannedMail) -> PlannedMail:
    if not any(line.rung and "calendar" in line.rung.attach for line in planned.lines):
        return planned
    path = relative_to_root(desk.instance, year_calendar_path(desk.instance, desk.today.year))
    thread = replace(planned.thread, attachments=(*planned.thread.attachments, path))
    return replace(planned, thread=thread)


def _besides(desk: ChasingView, lines: Sequence[DigestLine], days: RememberedDays) -> tuple[DigestLine, ...]:
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
    obligation: Obligation,
    state: ObligationState,
    turned_back: Event | None,
    sent: Mapping[str, date],
    covered_until: date | None,
) -> Chased:
    return Chased(
        product=obligation.product,
        due_at=state.current_due_at,
        never_answered=state.status == "open",
        # Counted from the day it was recorded, which is when the unit was told.
        turned_back_on=turned_back.recorded_at.astimezone(TZ).date() if turned_back else None,
        sent=sent,
        covered_until=covered_until,
    )


def _faults(store: Store, owed: Iterable[tuple[Obligation, ObligationState]]) -> dict[str, list[str]]:
    """By submission the cells that turned it back, the first few: what exactly is to be mended."""
    ids = {state.last_submission_id or "" for _, state in owed if state.status in TURNED_BACK}
    found: dict[str, list[str]] = defaultdict(list)
    for row in store.query("chasing.errors_of_submissions", submissions=sorted(ids)):
        told = found[row["submission_id"]]
        if len(told) < _FAULTS:
            words = row["message"].rstrip(" .")
            told.append(t("chasing.missing.cell", sheet=row["sheet"], cell=row["cell"], message=words))
    return found


def _last_turn_backs(
    desk: ChasingView, owed: Iterable[tuple[Obligation, ObligationState]]
) -> dict[str, Event]:
    """By obligation the return or rejection that is still open; the state knows that there is one, not when it was."""
    ids = [one.obligation_id for one, state in owed if state.status in TURNED_BACK]
    return {
        event.obligation_id: event
        for event in Ledger(desk.store).histories(ids)
        if event.kind.value in TURNED_BACK and event.recorded_at <= desk.as_of
    }


def _wanted(ladder: Ladder, rungs: Collection[str] | None) -> frozenset[str]:
    if rungs is None:
        return ladder.daily_codes
    for code in rungs:
        if code not in ladder.codes:
            raise RuleRefused(
                "unknown-rung", t("chasing.unknown_rung", rung=code, known=", ".join(ladder.codes))
            )
    return frozenset(rungs)


def _days_sent(
    desk: ChasingView, owed: Sequence[tuple[Obligation, ObligationState]], freed: Collection[str]
) -> dict[str, dict[str, date]]:
    """Day on which each rung was decided by now, by obligation that is owed and rung; without those of the mails
    `freed`."""
    sent: dict[str, dict[str, date]] = defaultdict(dict)
    as_of = to_text(desk.as_of)
    ids = sorted({one.obligation_id for one, _ in owed})
    with desk.store.read() as tx:
        for row in tx.each("chasing.reminders_of", obligations=ids):
            if row["mail_key"] in freed or row["as_of"] > as_of:
                continue
            day = date.fromisoformat(row["as_of"][:10])  # instants are kept in local time
            known = sent[row["obligation_id"]]
            known[row["rung"]] = max(day, known.get(row["rung"], day))
    return sent


def _first_mails(
    store: Store, owed: Sequence[tuple[Obligation, ObligationState]], freed: Collection[str]
) -> dict[tuple[str, str], str]:
    """Message-ID of the mail that opened a unit's thread, by round in which something is owed and unit; without the
    mails `freed`."""
    rounds = sorted({one.round_id for one, _ in owed})
    with store.read() as tx:  # latest first, so that the earliest one stays
        rows = tx.each("chasing.first_mails_of_rounds", request=REQUEST, rounds=rounds)
        return {
            (row["round_id"], row["unit_code"]): row["message_id"]
            for row in rows
            if row["mail_key"] not in freed
        }


def _written_to(desk: ChasingView, freed: Collection[str]) -> frozenset[str]:
    """Units that were written to before in this calendar year; the mails `freed` never left."""
    year = desk.today.year
    rows = desk.store.query(
        "chasing.written_to",
        request=REQUEST,
        digest=DIGEST,
        first=f"{year}-01-01",
        after_last=f"{year + 1}-01-01",
    )
    return frozenset(row["unit_code"] for row in rows if row["mail_key"] not in freed)


def keep_lines(planned: PlannedMail, kept: Sequence[DigestLine], key: str) -> PlannedMail:
    """The same mail with fewer lines, under the key it finally gets."""
    return replace(planned, lines=tuple(kept), thread=replace(planned.thread, key=key))
