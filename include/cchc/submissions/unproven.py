"""Figures that changed by a mail whose sender nobody proves: they count, and are shown as 'chưa xác nhận'.

The unit confirms them from its known address, with a code that only that mailbox was told.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from cchc.files import sha256_bytes
from cchc.folding import loose
from cchc.obligations import Event, EventKind
from cchc.paths import Instance
from cchc.run import Run
from cchc.submissions.arrivals import Arrival, Channel
from cchc.submissions.kept import latest_values, submission_id_of
from cchc.texts import t
from cchc.units import Unit
from cchc.workbooks.forms import FilledForm
from cchc.workbooks.signing import form_key
from cchc.year import Product

_CODE = re.compile(r"\bXN-([0-9A-F]{10})\b")
_YES = re.compile(r"\b(xac nhan|dung|chinh xac|dong y)\b")
_NO = re.compile(r"\b(khong|chua|sai|nham|tu choi)\b")


def doubt(run: Run, filled: FilledForm, arrival: Arrival, obligation_id: str) -> Event | None:
    """The event that a version which counts changed figures and came from an unproven sender; None when it did not."""
    if arrival.channel is not Channel.MAILBOX or arrival.proven:
        return None
    changed = _changed(run, filled)
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


def _changed(run: Run, filled: FilledForm) -> list[str]:
    """Indicators whose value differs from the version that counted before; none when there was none."""
    identity = filled.identity
    if identity.form != Product.REPORT:
        return []
    before = latest_values(run.store, identity.round_id).get(identity.unit_code)
    if before is None:
        return []
    new = {code: figure.value for code, figure in filled.figures.items() if figure.value is not None}
    old = {code: figure.value for code, figure in before.items() if figure.value is not None}
    return sorted(code for code in new.keys() | old.keys() if new.get(code) != old.get(code))


def code_of(instance: Instance, submission_id: str) -> str:
    """What the receipt tells the registered mailbox, and nobody can guess."""
    found = hmac.new(form_key(instance), f"xac-nhan/{submission_id}".encode(), hashlib.sha256)
    return f"XN-{found.hexdigest()[:10].upper()}"


def still_unproven(history: Iterable[Event], as_of: datetime) -> set[str]:
    """Submissions of an obligation that wait for the unit's word; a version that came later takes their place."""
    waiting: set[str] = set()
    for event in history:
        if event.recorded_at > as_of:
            continue
        about = str(event.detail.get("submission_id") or "")
        if event.kind is EventKind.figures_unproven:
            waiting.add(about)
        elif event.kind is EventKind.figures_confirmed:
            waiting.discard(about)
        elif event.kind in (EventKind.accepted, EventKind.nothing_to_report, EventKind.returned):
            waiting.clear()
    return waiting


def confirmations(run: Run, units: Sequence[Unit], words: str, received_at: datetime) -> tuple[Event, ...]:
    """What a unit confirms in words: the code of our receipt in its subject, a yes and no no in what it writes."""
    codes = set(_CODE.findall(words))
    said = loose(words.partition("\n")[2])
    if not codes or not _YES.search(said) or _NO.search(said):
        return ()
    return tuple(
        Event(
            obligation_id=obligation_id,
            kind=EventKind.figures_confirmed,
            happened_at=min(received_at, run.as_of),
            recorded_at=run.as_of,
            actor=run.actor,
            detail={"submission_id": submission_id},
            key=f"{obligation_id}:{EventKind.figures_confirmed}:{sha256_bytes(submission_id.encode())[:16]}",
        )
        for unit in units
        for obligation_id, submission_id in _waiting_of(run, unit.code)
        if code_of(run.instance, submission_id)[3:] in codes
    )


def _waiting_of(run: Run, unit_code: str) -> list[tuple[str, str]]:
    rows = run.store.query("submissions.unproven_obligations", unit_code=unit_code)
    return [
        (row["obligation_id"], submission_id)
        for row in rows
        for submission_id in sorted(still_unproven(run.ledger.history(row["obligation_id"]), run.as_of))
    ]


def unproven_units(run: Run) -> list[str]:
    """Codes of units with figures that nobody confirmed, each once."""
    rows = run.store.query("submissions.unproven_obligations", unit_code=None)
    return sorted(
        {
            row["unit_code"]
            for row in rows
            if still_unproven(run.ledger.history(row["obligation_id"]), run.as_of)
        }
    )
