"""'Xin lùi hạn': a unit asks in words for a later due date; that becomes events on what it owes, and a person decides.

Only the day that is asked for is kept, never the words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cchc.clock import TZ, vn_date
from cchc.errors import RuleRefused
from cchc.files import sha256_bytes
from cchc.folding import loose
from cchc.mail.incoming import Letter
from cchc.mail.mail import Mail, enqueue
from cchc.obligations import Event, EventKind, Obligation, ObligationState, append
from cchc.run import Run
from cchc.submissions.arrivals import Arrival, Verdict
from cchc.submissions.receipt import request_of
from cchc.submissions.replies import reply_mail
from cchc.texts import t
from cchc.units import Unit
from cchc.workbooks.forms import FilledForm
from cchc.year import Product

FURTHEST = timedelta(days=120)  # a day beyond it is a slip of the pen, or about something else
_ASKS = re.compile(
    r"\b(lui (lai )?(thoi )?(han|gian|ngay)|gia han|gian han|(keo dai|them) thoi (han|gian)|(hoan|doi) (thoi )?han|"
    r"(nop|gui|bao cao) (cham|muon|tre)|cham (nop|gui)|lui (viec |lich )?(nop|gui|bao cao))\b"
)
_PLEADS = re.compile(r"\b(xin|de nghi|kinh (de nghi|mong)|cho phep|mong|duoc|dang ky|cho)\b")
_REPLIES = re.compile(r"^\s*((re|fw|fwd|tl|tr|trả lời|chuyển tiếp)\s*:\s*)+", re.IGNORECASE)
_DAY = re.compile(
    r"\b(\d{1,2})\s*(?:[/.-]|tháng)\s*(\d{1,2})(?:\s*(?:[/.-]|năm)\s*(\d{4}))?\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Plea:
    """A unit's wish for more time for what it owes in a round. `wanted`: the day it names, None when it names none."""

    unit: Unit
    round_id: str
    wanted: date | None
    due_at: datetime
    events: tuple[Event, ...]


def asks_for_time(words: str) -> bool:
    """Whether a mail pleads for a later due date. What a subject repeats of ours in a reply does not count."""
    subject, _, text = words.partition("\n")
    said = [loose(line) for line in ("" if _REPLIES.match(subject) else subject, *text.splitlines())]
    whole = " ".join(said)
    return any(
        _PLEADS.search(whole[max(0, found.start() - 120) : found.end() + 20])
        for found in _ASKS.finditer(whole)
    )


def day_asked(words: str, due_on: date) -> date | None:
    """The last day named that lies behind the due date, and not too far."""
    return max(_days(words, due_on), default=None)


def _days(words: str, due_on: date) -> Iterator[date]:
    for found in _DAY.finditer(words):
        try:
            day = date(int(found[3] or due_on.year), int(found[2]), int(found[1]))
            if day < due_on and not found[3]:
                day = day.replace(year=due_on.year + 1)
        except ValueError:
            continue
        if due_on < day <= due_on + FURTHEST:
            yield day


def plea_of(run: Run, letter: Letter, units: Sequence[Unit], received_at: datetime) -> Plea | None:
    """The plea of a letter without a form; None when it is none, or when nothing is owed for which time could be given.

    It concerns the round whose mail it answers, else the one that is due first.
    """
    if not asks_for_time(letter.words):
        return None
    codes = {unit.code: unit for unit in units}
    owed = [pair for code in codes for pair in may_be_given_time(run, code)]
    about = _answered(run, letter)
    chosen = [pair for pair in owed if (pair[0].round_id, pair[0].unit_code) == about]
    if not chosen and owed:
        first = min(owed, key=lambda pair: (pair[1].current_due_at, pair[0].round_id))[0]
        chosen = [pair for pair in owed if _place(pair[0]) == _place(first)]
    if not chosen:
        return None
    due_at = max(state.current_due_at for _, state in chosen)
    wanted = day_asked(letter.words, due_at.astimezone(TZ).date())
    moment = min(received_at, run.as_of)
    said = _Said(letter.mark, letter.thread or "", wanted, moment)
    events = tuple(_event(run, said, pair) for pair in chosen)
    return Plea(codes[chosen[0][0].unit_code], chosen[0][0].round_id, wanted, due_at, events)


def may_be_given_time(run: Run, unit_code: str) -> list[tuple[Obligation, ObligationState]]:
    """What a unit owes and may ask more time for."""
    return [
        pair
        for pair in run.ledger.states(run.as_of, unit_code=unit_code, only_owed=True)
        if not pair[1].locked and pair[0].product != Product.ANSWER
    ]


def ask_for_time(run: Run, unit: Unit, wanted: date) -> Mail:
    """The plea of a unit that names its day on its page: events and the answer to a letter that says the same.

    The same wish on one day is one. Returns the answer. RuleRefused('owes-nothing') when nothing of the run's round is
    owed for which time could be given, ('bad-day') for a day that is not later than the due date or too far from it.
    """
    round_ = run.round
    chosen = [one for one in may_be_given_time(run, unit.code) if one[0].round_id == round_.round_id]
    if not chosen:
        raise RuleRefused("owes-nothing", t("submissions.by_link.no_time", round=round_.title))
    due_at = max(state.current_due_at for _, state in chosen)
    due_on = due_at.astimezone(TZ).date()
    if not due_on < wanted <= due_on + FURTHEST:
        words = {"day": vn_date(wanted), "due": vn_date(due_on), "last": vn_date(due_on + FURTHEST)}
        raise RuleRefused("bad-day", t("submissions.by_link.bad_day", **words))
    mark = sha256_bytes(f"{round_.round_id}/{unit.code}/{wanted}/{run.today}".encode())
    thread = request_of(run.store, round_.round_id, unit.code)
    said = _Said(mark, thread or "", wanted, run.as_of)
    words = {"round": round_.title, "day": vn_date(due_on)}
    mail = reply_mail(
        key=f"{unit.code}/{mark[:16]}/xin-lui-han",
        unit=unit,
        address=None,
        subject=t("submissions.mailbox.replies.plea.subject", **words),
        paragraphs=t("submissions.mailbox.replies.plea.text", **words).splitlines(),
        as_of=run.as_of,
        thread=thread,
        asks_in=None,
    )
    events = [_event(run, said, pair) for pair in chosen]
    new = [
        one
        for one in events
        if one.event_key not in {known.event_key for known in run.ledger.history(one.obligation_id)}
    ]
    with run.store.write() as tx:
        if append(tx, new):
            enqueue(tx, mail)
    return mail


def _place(obligation: Obligation) -> tuple[str, str]:
    return obligation.round_id, obligation.unit_code


def _answered(run: Run, letter: Letter) -> tuple[str, str] | None:
    """(round, unit) of the latest mail of ours in the thread."""
    for message_id in (letter.thread or "").split():
        row = run.store.one("submissions.mail_by_message_id", message_id=message_id)
        if row is not None and row["round_id"] and row["unit_code"]:
            return row["round_id"], row["unit_code"]
    return None


@dataclass(frozen=True)
class _Said:
    """A plea as it was made. mark: tells pleas apart; thread: the Message-IDs that an answer stands under."""

    mark: str
    thread: str
    wanted: date | None
    moment: datetime


def _event(run: Run, said: _Said, pair: tuple[Obligation, ObligationState]) -> Event:
    obligation, _ = pair
    return Event(
        obligation_id=obligation.obligation_id,
        kind=EventKind.time_asked,
        happened_at=said.moment,
        recorded_at=run.as_of,
        actor=run.actor,
        detail={
            "plea": said.mark[:10],
            "wanted": said.wanted.isoformat() if said.wanted else "",
            "thread": said.thread,
        },
        key=f"{obligation.obligation_id}:{EventKind.time_asked}:{said.mark}",
    )


def pleas_of_rows(run: Run, filled: FilledForm, arrival: Arrival) -> tuple[Event, ...]:
    """Rows of an item form with a note and nothing done ('chưa xong, xin đến ...'): each a plea for what it owes."""
    digest, moment, found = sha256_bytes(arrival.content), min(arrival.received_at, run.as_of), []
    for item in filled.items:
        if item.given or not item.note:
            continue
        known, state = run.ledger.get(item.obligation_id), run.ledger.state(item.obligation_id, run.as_of)
        if known is None or state is None or not state.owed or known.unit_code != filled.identity.unit_code:
            continue
        wanted = day_asked(item.note, state.current_due_at.astimezone(TZ).date())
        found.append(
            Event(
                item.obligation_id, EventKind.time_asked, moment, run.as_of, run.actor,
                detail={
                    "plea": digest[:10], "wanted": wanted.isoformat() if wanted else "", "thread": arrival.thread or "",
                },
                key=f"{item.obligation_id}:{EventKind.time_asked}:{digest}",
            )
        )  # fmt: skip
    return tuple(found)


def only_pleas(run: Run, filled: FilledForm, arrival: Arrival, asked: tuple[Event, ...]) -> Verdict:
    """Of a form with nothing but pleas; the unit is answered in the words of a plea by letter."""
    states = [run.ledger.state(one.obligation_id, run.as_of) for one in asked]
    due = min(state.current_due_at for state in states if state)
    words = {"round": filled.identity.round_title, "day": vn_date(due.astimezone(TZ).date())}
    mail = reply_mail(
        key=f"{filled.identity.unit_code}/{sha256_bytes(arrival.content)[:16]}/xin-lui-han",
        unit=run.units.get(filled.identity.unit_code),
        address=None,
        subject=t("submissions.mailbox.replies.plea.subject", **words),
        paragraphs=t("submissions.mailbox.replies.plea.text", **words).splitlines(),
        as_of=run.as_of,
        thread=arrival.thread,
        asks_in=None,
    )
    return Verdict("plea", arrival, filled, mails=(mail,), pleas=asked)
