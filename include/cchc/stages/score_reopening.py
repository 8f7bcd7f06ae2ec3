"""Mở lại, gửi lại biểu: the secretary opens a unit's file again; units whose rows changed get their form anew."""

from __future__ import annotations

from datetime import datetime, timedelta

from cchc.clock import TZ, at, to_text, vn_instant
from cchc.criteria import Appraisers
from cchc.criteria.sets import code_order
from cchc.errors import RuleRefused
from cchc.mail.mail import enqueue, relative_to_root
from cchc.obligations import Event, EventKind, append
from cchc.run import Run
from cchc.scores import (
    FileEvent,
    FileEventKind,
    append_file_events,
    file_events,
    file_states,
    pinned,
    set_among,
)
from cchc.scoring.replaced_mail import replaced_mail
from cchc.scoring.roles import Act, Roles
from cchc.stages.score_opening import form_path, write_forms
from cchc.texts import t
from cchc.year import Product

_DAYS, _HOUR = 2, 17  # how long a file stays open where nobody says until when


def unlock(
    run: Run, unit_code: str, reason: str, document_no: str, until: datetime | None = None
) -> datetime | None:
    """Open a unit's file again until a moment, which is returned; None when it is open. For the secretary alone.

    Without a moment: to the end of the second working day. RuleRefused for anybody else, without reason or number of
    the document, for a unit that owes no self-score, or for a moment that is past. It locks again by itself.
    """
    Roles(Appraisers.load(), run.units).may(run.actor, Act.UNLOCK)
    round_ = run.round
    file = file_states(run.store, round_.round_id, run.as_of, unit=unit_code).get(unit_code)
    if file is None:
        raise RuleRefused("not-obliged", t("stages.scores.no_file", unit=unit_code, round=round_.title))
    until = until or _usual_end(run)
    if until <= run.as_of:
        raise RuleRefused("past-moment", t("stages.scores.until_past", until=vn_instant(until)))
    if not file.is_locked:
        return None
    obligation_id = f"{round_.round_id}/{unit_code}/{Product.SELF_SCORE}"
    with run.store.write() as tx:
        event = FileEvent(
            round_.round_id, unit_code, FileEventKind.UNLOCKED, run.actor, run.as_of, reason, document_no,
            {"until": to_text(until)},
        )  # fmt: skip
        append_file_events(tx, [event])
        append(tx, [Event(obligation_id, EventKind.unlocked, run.as_of, run.as_of, run.actor, reason)])
    return until


def _usual_end(run: Run) -> datetime:
    day, left = run.as_of.astimezone(TZ).date(), _DAYS
    while left:
        day += timedelta(days=1)
        left -= run.calendar.working_days.is_working(day)
    return at(day, _HOUR)


def send_changed_forms(run: Run) -> list[str]:
    """Write the forms anew of units for which another set has changed rows since they got theirs, and send each with
    the rows that changed; codes of these units. Again: none. A unit whose file is locked gets none: it could not hand
    it in."""
    round_id = run.round.round_id
    due: dict[str, list[FileEvent]] = {}
    for event in file_events(run.store, round_id, as_of=run.as_of):
        if event.unit_code and event.kind is FileEventKind.SET_REPLACED:
            due.setdefault(event.unit_code, []).append(event)
        elif event.kind is FileEventKind.SHEET_SENT and "changed" in event.detail:
            due.pop(event.unit_code, None)
    files = file_states(run.store, round_id, run.as_of)
    open_ones = {code: due[code] for code in due if code in files and not files[code].is_locked}
    if not open_ones:
        return []
    sets = pinned(run.store, round_id)
    rows = {
        code: sorted({row for event in events for row in event.detail["changed"]}, key=code_order)
        for code, events in open_ones.items()
    }
    # The mails first: their keys keep them from going twice, and what they carry is written before they leave.
    with run.store.write() as tx:
        for code, events in open_ones.items():
            unit, scored = run.units.get(code), set_among(sets, round_id, code)
            form = relative_to_root(run.instance, form_path(run, unit))
            mail = replaced_mail(run, unit, scored, rows[code], events[-1].document_no or "", form)
            if mail.recipients:
                enqueue(tx, mail)
    write_forms(run, [run.units.get(code) for code in open_ones], rows)
    return sorted(open_ones)
