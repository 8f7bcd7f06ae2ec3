"""'Xin lùi hạn': a unit asks in words for a later due date; that becomes events on what it owes, and a person decides.

Only the day that is asked for is kept, never the words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cchc.clock import TZ, vn_date
from cchc.files import sha256_bytes
from cchc.folding import loose
from cchc.mail.incoming import Letter
from cchc.obligations import Event, EventKind, Obligation, ObligationState
from cchc.run import Run
from cchc.submissions.arrivals import Arrival, Verdict
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
    owed = [
        pair
        for code in codes
        for pair in run.ledger.states(run.as_of, unit_code=code, only_owed=True)
        if not pair[1].locked and pair[0].product != Product.ANSWER
    ]
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
    events = tuple(_event(run, letter, pair, wanted, moment) for pair in chosen)
    return Plea(codes[chosen[0][0].unit_code], chosen[0][0].round_id, wanted, due_at, events)


def _place(obligation: Obligation) -> tuple[str, str]:
    return obligation.round_id, obligation.unit_code


def _answered(run: Run, letter: Letter) -> tuple[str, str] | None:
    """(round, unit) of the latest mail of ours in the thread."""
    for message_id in (letter.thread or "").split():
        row = run.store.one("submissions.mail_by_message_id", message_id=message_id)
        if row is not None and row["round_id"] and row["unit_code"]:
            return row["round_id"], row["unit_code"]
    return None


def _event(
    run: Run, letter: Letter, pair: tuple[Obligation, ObligationState], wanted: date | None, moment: datetime
) -> Event:
    obligation, _ = pair
    return Event(
        obligation_id=obligation.obligation_id,
        kind=EventKind.time_asked,
        happened_at=moment,
        recorded_at=run.as_of,
        actor=run.actor,
        detail={
            "plea": letter.mark[:10],
            "wanted": wanted.isoformat() if wanted else "",
            "thread": letter.thread or "",
        },
        key=f"{obligation.obligation_id}:{EventKind.time_asked}:{letter.mark}",
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
    )
    return Verdict("plea", arrival, filled, mails=(mail,), pleas=asked)
