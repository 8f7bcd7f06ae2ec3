"""Mở lại, gửi lại biểu: the secretary opens a unit's file again; units whose rows changed get their form anew."""

from __future__ import annotations

from datetime import datetime, timedelta

from cchc.clock import TZ, at, to_text, vn_instant
from cchc.criteria import Appraisers
from cchc.errors import RuleRefused
from cchc.mail.resending import GONE, find_mail, send_again
from cchc.obligations import Event, EventKind, append
from cchc.run import Run
from cchc.scores import FileEvent, FileEventKind, append_file_events, file_events, file_states
from cchc.scoring.roles import Act, Roles
from cchc.stages.score_opening import write_forms
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


def send_changed_forms(run: Run, reason: str) -> list[str]:
    """Write the forms anew of units for which another set has changed rows since they got theirs, and send each with
    the request that the unit had; codes of these units. Again: none."""
    round_id = run.round.round_id
    due: dict[str, list[str]] = {}
    for event in file_events(run.store, round_id, as_of=run.as_of):
        if event.unit_code and event.kind is FileEventKind.SET_REPLACED:
            due.setdefault(event.unit_code, []).extend(event.detail.get("changed", []))
        elif event.kind is FileEventKind.SHEET_SENT and "changed" in event.detail:
            due.pop(event.unit_code, None)
    if not due:
        return []
    write_forms(
        run, [run.units.get(code) for code in due], {code: sorted(set(rows)) for code, rows in due.items()}
    )
    owed = {f"{round_id}/{code}/{Product.SELF_SCORE}" for code in due}
    with run.store.write() as tx:
        for row in tx.query("chasing.all_reminders"):
            if row["obligation_id"] in owed and row["rung"] == "yeu_cau":
                mail = find_mail(tx, row["mail_key"])
                if mail["state"] in GONE:  # one that still waits carries the new form by itself
                    send_again(tx, mail, run.as_of, actor=run.actor, reason=reason)
    return sorted(due)
