"""Gia hạn, mở lại, gửi lại biểu: the secretary gives a unit more time, or opens its locked file again; units whose rows
changed get their form anew."""

from __future__ import annotations

from datetime import datetime, timedelta

from cchc.clock import TZ, at, to_text, vn_instant
from cchc.criteria import Appraisers
from cchc.criteria.sets import code_order
from cchc.errors import RuleRefused
from cchc.mail.mail import Mail, enqueue, relative_to_root
from cchc.obligations import Event, EventKind, append
from cchc.run import Run
from cchc.scores import (
    FileEvent,
    FileEventKind,
    UnitFile,
    append_file_events,
    file_events,
    file_states,
    pinned,
    set_among,
)
from cchc.scoring.replaced_mail import replaced_mail
from cchc.scoring.roles import Act, Roles
from cchc.stages.score_opening import form_path, write_forms
from cchc.submissions.replies import reply_mail
from cchc.texts import t
from cchc.year import Product

_DAYS, _HOUR = 2, 17  # how long a file stays open where nobody says until when


def extend(run: Run, unit_code: str, until: datetime, reason: str) -> bool:
    """Give a unit more time for its self-score, with a reason; it is told. False when it has just that time already.

    For the secretary alone, before the file is locked: it locks when the time is over. RuleRefused for anybody else,
    without a reason, for a moment that is past or not later than the unit's own, for a file that came, or that is
    locked: it is opened again, by a document.
    """
    Roles(Appraisers.load(), run.units).may(run.actor, Act.EXTEND)
    file, name = _file_of(run, unit_code), run.units.get(unit_code).name
    due_at = file.due_at or run.round.unit_due_at
    if file.is_locked:
        raise RuleRefused("locked", t("stages.scores.locked_already", unit=name))
    if until == due_at and until > run.round.unit_due_at:
        return False
    _must_lie_ahead(run, until)
    if until <= due_at:
        words = t("stages.scores.not_later", unit=name, until=vn_instant(until), due=vn_instant(due_at))
        raise RuleRefused("not-later", words)
    round_id, detail = run.round.round_id, {"due_at": to_text(until)}
    with run.store.write() as tx:
        event = FileEvent(
            round_id, unit_code, FileEventKind.EXTENDED, run.actor, run.as_of, reason.strip(),
            detail={"until": to_text(until), "before": to_text(due_at)},
        )  # fmt: skip
        append_file_events(tx, [event])
        obligation_id = f"{round_id}/{unit_code}/{Product.SELF_SCORE}"
        append(
            tx, [Event(obligation_id, EventKind.extended, run.as_of, run.as_of, run.actor, reason, detail)]
        )
        enqueue(tx, _told(run, unit_code, "extended", until, reason, ""))
    return True


def unlock(
    run: Run, unit_code: str, reason: str, document_no: str, until: datetime | None = None
) -> datetime | None:
    """Open a unit's file again until a moment, which is returned; None when it is open. For the secretary alone.

    Without a moment: to the end of the second working day. RuleRefused for anybody else, without reason or number of
    the document, for a unit that owes no self-score, or for a moment that is past. It locks again by itself.
    """
    Roles(Appraisers.load(), run.units).may(run.actor, Act.UNLOCK)
    round_ = run.round
    file = _file_of(run, unit_code)
    until = until or _usual_end(run)
    _must_lie_ahead(run, until)
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
        enqueue(tx, _told(run, unit_code, "unlocked", until, reason, document_no))
    return until


def _file_of(run: Run, unit_code: str) -> UnitFile:
    file = file_states(run.store, run.round.round_id, run.as_of, unit=unit_code).get(unit_code)
    if file is None:
        raise RuleRefused("not-obliged", t("stages.scores.no_file", unit=unit_code, round=run.round.title))
    return file


def _must_lie_ahead(run: Run, until: datetime) -> None:
    if until <= run.as_of:
        raise RuleRefused("past-moment", t("stages.scores.until_past", until=vn_instant(until)))


def _told(run: Run, unit_code: str, what: str, until: datetime, reason: str, document_no: str) -> Mail:
    """The mail with which a unit hears of it."""
    words = {"round": run.round.title, "until": vn_instant(until), "reason": reason.strip()}
    text = t(f"stages.scores.{what}_mail.text", document=document_no.strip(), **words)
    return reply_mail(
        key=f"{run.round.round_id}/{unit_code}/{what}/{to_text(run.as_of)}",
        unit=run.units.get(unit_code),
        address=None,
        subject=t(f"stages.scores.{what}_mail.subject", **words),
        paragraphs=text.splitlines(),
        as_of=run.as_of,
        thread=None,
        asks_in=run.round.round_id,
    )


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
