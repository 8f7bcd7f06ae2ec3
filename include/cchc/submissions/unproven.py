"""Figures that changed by a mail whose sender nobody proves: what is in doubt, and how the doubt ends.

What the doubt means is one rule, in `obligations.proof`. It ends by the unit's yes from its known address, with a code
that only that mailbox was told, or by a person who has asked the unit and says what it answered.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from cchc.clock import to_text, vn_instant
from cchc.errors import RuleRefused
from cchc.files import sha256_bytes
from cchc.folding import loose
from cchc.form_key import form_key
from cchc.mail.mail import Mail, enqueue
from cchc.mail.resending import check_said
from cchc.obligations import (
    Event,
    EventKind,
    UnprovenFigures,
    append,
    doubted,
    last_proven,
    unproven_figures,
)
from cchc.paths import Instance
from cchc.run import Run
from cchc.submissions.arrivals import Arrival, Channel
from cchc.submissions.kept import SubmissionOutcome, put_outcome, submission, submission_id_of
from cchc.submissions.replies import tell_decision
from cchc.texts import t
from cchc.units import Unit
from cchc.workbooks.forms import FilledForm
from cchc.year import Product

_CODE = re.compile(r"\bXN-([0-9A-F]{10})\b")
_YES = re.compile(r"\b(xac nhan|dung|chinh xac|dong y)\b")
_ABOUT_A_VERSION = (EventKind.submitted, EventKind.accepted)
_NO = re.compile(r"\b(khong|chua|sai|nham|tu choi)\b")


def doubt(run: Run, filled: FilledForm, arrival: Arrival, obligation_id: str) -> Event | None:
    """The event that a version changed figures and came from an unproven sender; None when it did not."""
    if arrival.channel is not Channel.MAILBOX or arrival.proven:
        return None
    changed = _changed(run, filled, obligation_id)
    if not changed:
        return None
    submission_id = submission_id_of(obligation_id, arrival.content)
    return Event(
        obligation_id=obligation_id,
        kind=EventKind.figures_unproven,
        happened_at=arrival.received_at,
        recorded_at=run.as_of,
        actor=run.actor,
        reason=t("submissions.unproven.reason", count=len(changed), names=", ".join(changed[:10])),
        detail={"submission_id": submission_id},
        key=f"{obligation_id}:{EventKind.figures_unproven}:{submission_id}",
    )


def _changed(run: Run, filled: FilledForm, obligation_id: str) -> list[str]:
    """Indicators whose value differs from the last version beyond doubt; none when there was none."""
    if filled.identity.form != Product.REPORT:
        return []
    proven = _last_proven(run, obligation_id)
    if proven is None:
        return []
    rows = run.store.query("submissions.values_of_submission", submission_id=proven)
    old = {row["indicator"]: Decimal(row["value"]) for row in rows}
    new = {code: figure.value for code, figure in filled.figures.items() if figure.value is not None}
    return sorted(code for code in new.keys() | old.keys() if new.get(code) != old.get(code))


def _last_proven(run: Run, obligation_id: str) -> str | None:
    obligation = run.ledger.get(obligation_id)
    if obligation is None:
        return None
    return last_proven(obligation, run.ledger.history(obligation_id), run.as_of)


def code_of(instance: Instance, submission_id: str) -> str:
    """What the receipt tells the registered mailbox, and nobody can guess."""
    found = hmac.new(form_key(instance), f"xac-nhan/{submission_id}".encode(), hashlib.sha256)
    return f"XN-{found.hexdigest()[:10].upper()}"


def confirmations(run: Run, units: Sequence[Unit], words: str, received_at: datetime) -> tuple[Event, ...]:
    """What a unit confirms in words: the code of our receipt in its subject, a yes and no no in what it writes."""
    codes = set(_CODE.findall(words))
    said = loose(words.partition("\n")[2])
    if not codes or not _YES.search(said) or _NO.search(said):
        return ()
    return tuple(
        _confirmed(run, obligation_id, submission_id, min(received_at, run.as_of), None)
        for unit in units
        for obligation_id, submission_id in _doubted_of(run, unit.code)
        if code_of(run.instance, submission_id)[3:] in codes
    )


def confirm(run: Run, submission_id: str, reason: str) -> UnprovenFigures:
    """A person has asked the unit, by telephone for example, and it said yes; the unit hears that by its known address.

    Raises RuleRefused when nobody or no reason is named, or when that submission is not in doubt.
    """
    found = _to_settle(run, submission_id, reason)
    event = _confirmed(run, found.obligation_id, submission_id, run.as_of, reason.strip())
    with run.store.write() as tx:
        append(tx, [event])
        enqueue(tx, _told(run, found, "confirmed"))
    return found


def disown(run: Run, submission_id: str, reason: str) -> UnprovenFigures:
    """The unit said that it did not send this: the last version beyond doubt counts again, and the unit is told.

    Raises RuleRefused as `confirm` does.
    """
    found = _to_settle(run, submission_id, reason)
    state = run.ledger.state(found.obligation_id, run.as_of)
    proven = _last_proven(run, found.obligation_id)
    kept = submission(run.store, run.instance, proven or "")
    assert state is not None and kept is not None, "what is in doubt differs from a version that counted"
    arrived = min(kept.received_at, run.as_of)
    # Laid before us again at the instant of its arrival, because only what lies before us can be accepted.
    steps = [(EventKind.submitted, arrived), (EventKind.accepted, run.as_of)]
    if state.locked:
        steps = [(EventKind.unlocked, run.as_of), *steps, (EventKind.locked, run.as_of)]
    events = [
        Event(
            found.obligation_id, kind, moment, run.as_of, run.actor.strip(), reason.strip(),
            {"submission_id": kept.submission_id} if kind in _ABOUT_A_VERSION else {},
            key=f"{found.obligation_id}:{kind}:khong-phai:{submission_id}",
        )
        for kind, moment in steps
    ]  # fmt: skip
    with run.store.write() as tx:
        append(tx, events)
        put_outcome(tx, submission_id, SubmissionOutcome.REJECTED)
        enqueue(tx, _told(run, found, "disowned"))
    return found


def _to_settle(run: Run, submission_id: str, reason: str) -> UnprovenFigures:
    check_said(run.actor, reason)
    known = unproven_figures(run.store, run.as_of)
    found = next((one for one in known if one.submission_id == submission_id.strip()), None)
    if found is None:
        raise RuleRefused("not-in-doubt", t("submissions.unproven.not_in_doubt", submission=submission_id))
    return found


def _confirmed(
    run: Run, obligation_id: str, submission_id: str, moment: datetime, reason: str | None
) -> Event:
    return Event(
        obligation_id=obligation_id,
        kind=EventKind.figures_confirmed,
        happened_at=moment,
        recorded_at=run.as_of,
        actor=run.actor.strip(),
        reason=reason,
        detail={"submission_id": submission_id},
        key=f"{obligation_id}:{EventKind.figures_confirmed}:{sha256_bytes(submission_id.encode())[:16]}",
    )


def _doubted_of(run: Run, unit_code: str) -> list[tuple[str, str]]:
    """(obligation, submission) of everything in doubt, also of what came after a lock and does not count yet."""
    owed = run.store.query(
        "obligations.doubted", round_id=None, unit_code=unit_code, known_by=to_text(run.as_of)
    )
    return [
        (row["obligation_id"], submission_id)
        for row in owed
        for submission_id in sorted(doubted(run.ledger.history(row["obligation_id"]), run.as_of))
    ]


def _told(run: Run, found: UnprovenFigures, key: str) -> Mail:
    return tell_decision(
        run,
        found.round_id,
        found.unit_code,
        found.submission_id,
        f"unproven.{key}",
        asks=False,
        round=run.calendar.round(found.round_id).title,
        moment=vn_instant(found.since),
    )
