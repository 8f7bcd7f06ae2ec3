"""What an operator does about units that owe something, and about what came from them: the acts of `./cchc don-doc`,
on the pages 'Hôm nay', of a round and of a unit."""

from __future__ import annotations

from datetime import datetime

from cchc.chasing import by_hand
from cchc.chasing.holds import HoldKind
from cchc.chasing.more_time import WaitingPlea, decline, grant
from cchc.chasing.resending import resend_rung
from cchc.chasing.waiving import waive
from cchc.clock import TZ, vn_date
from cchc.errors import RuleRefused
from cchc.run import Run
from cchc.submissions.set_aside import ask_again, dismiss
from cchc.submissions.unproven import confirm, disown
from cchc.texts import t, table
from cchc_board.door import BoardAct
from cchc_board.typed import TypedIn

CALL, EXTEND, WAIVE, REMIND, AGAIN = "goi", "gia_han", "mien", "nhac", "gui_lai"
EVERY_ITEM = "*"
GRANT, DECLINE = "dong_y_lui", "khong_lui"
CONFIRM, DISOWN = "xac_thuc", "khong_phai"
READ_AGAIN, LEAVE = "doc_lai", "bo_qua"
MOST_REFUSALS = 5  # named one by one in the answer


def _call(run: Run, typed: TypedIn) -> str:
    return told(run, by_hand.log_call(run, typed.units(), typed.text()), "called")


def _extend(run: Run, typed: TypedIn) -> str:
    _needs_round(run)
    due_at = datetime.combine(typed.day(), by_hand.DUE_HOUR, TZ)
    reason, units = typed.text(), typed.units_or_all()
    return told(run, by_hand.extend(run, units, due_at, reason, _item(run, typed)), "extended")


def _waive(run: Run, typed: TypedIn) -> str:
    _needs_round(run)
    return told(run, waive(run, typed.units(), typed.text(), _item(run, typed)), "waived")


def _item(run: Run, typed: TypedIn) -> str:
    """Which one of several things that a unit owes an act is about; '' for all of them. RuleRefused('which-needed')
    where that was asked and not said."""
    chosen = typed.one("ma-viec")
    if chosen or not typed.has("ma-viec", ""):
        return "" if chosen == EVERY_ITEM else chosen
    if (count := len(by_hand.owing(run, typed.units()))) > 1:
        raise RuleRefused("which-needed", t("board.acts.refused.which", count=count))
    return ""


def _hold(run: Run, typed: TypedIn) -> str:
    kind, last_day = HoldKind(typed.one("viec")), typed.day()
    held = by_hand.hold(run, typed.units(), kind, last_day, typed.text())
    what = table("chasing.holds")[str(kind)]
    return t("cli.chasing.said.held", count=len(held), what=what, day=vn_date(last_day))


def _remind(run: Run, typed: TypedIn) -> str:
    mails = by_hand.remind_now(run, typed.units_or_all()).mails
    return t("cli.chasing.said.reminded", count=mails) if mails else t("cli.chasing.said.nothing_owed")


def _grant(run: Run, typed: TypedIn) -> str:
    until = typed.day() if typed.one("den") else None
    reason = typed.text_if_any()
    plea = grant(run, typed.one("de-nghi"), until, reason)
    return _decided(run, plea, "granted", day=vn_date(until or plea.wanted or run.today))


def _decline(run: Run, typed: TypedIn) -> str:
    return _decided(run, decline(run, typed.one("de-nghi"), typed.text()), "declined")


def _decided(run: Run, plea: WaitingPlea, key: str, **values: str) -> str:
    unit, title = run.units.get(plea.unit_code).name, run.calendar.round(plea.round_id).title
    return t(f"cli.chasing.said.{key}", unit=unit, round=title, **values)


def _send_again(run: Run, typed: TypedIn) -> str:
    """The round's request with its forms."""
    _needs_round(run)
    done = resend_rung(run, typed.units_or_all(), None, typed.text())
    lines = [t("cli.mail.said.sent_again", count=done.mails)]
    if done.waiting:
        lines.append(t("cli.mail.said.still_waiting", count=done.waiting))
    return "\n".join(lines)


def _confirm(run: Run, typed: TypedIn) -> str:
    found = confirm(run, typed.one("bai-nop"), typed.text())
    return t("cli.late.confirmed", unit=run.units.get(found.unit_code).name)


def _disown(run: Run, typed: TypedIn) -> str:
    found = disown(run, typed.one("bai-nop"), typed.text())
    return t("cli.late.disowned", unit=run.units.get(found.unit_code).name)


def _needs_round(run: Run) -> None:
    if not run.round_id:
        raise RuleRefused("round-needed", t("board.acts.refused.round"))


def _read_again(run: Run, typed: TypedIn) -> str:
    reason = typed.text()
    found = [ask_again(run, item, reason) for item in _items(typed)]
    return "\n".join(t("cli.review.again", item=one.item_id, name=one.name) for one in found)


def _leave(run: Run, typed: TypedIn) -> str:
    reason = typed.text()
    found = [dismiss(run, item, reason) for item in _items(typed)]
    return "\n".join(
        t("cli.review.dismissed", item=one.item_id, name=one.name, held=one.held_in) for one in found
    )


def _items(typed: TypedIn) -> list[str]:
    items = typed.all("muc")
    if not items:
        raise RuleRefused("items-needed", t("board.acts.refused.items"))
    return items


def told(run: Run, done: by_hand.Done, key: str) -> str:
    """What was done to units, those that were refused, and what to heed."""
    said = key if done.recorded or not done.refused else "none_recorded"
    lines = [t(f"cli.chasing.said.{said}", count=len(done.recorded))]
    for code, why in done.refused[:MOST_REFUSALS]:
        lines.append(t("cli.chasing.said.refused", unit=run.units.get(code).name, why=why))
    if len(done.refused) > MOST_REFUSALS:
        lines.append(t("board.acts.more_refused", count=len(done.refused) - MOST_REFUSALS))
    return "\n".join([*lines, *done.warnings])


# By which field the acts name units: as such, by a plea or a file of theirs.
_UNITS, _PLEA, _FILE = ("don-vi",), ("de-nghi",), ("bai-nop",)

# The act, its word in the form, and the command that does the same.
ACTS = (
    BoardAct(CALL, "don-doc goi", _call, about=_UNITS),
    BoardAct(EXTEND, "don-doc gia-han", _extend, about=_UNITS),
    BoardAct(WAIVE, "don-doc mien", _waive, about=_UNITS),
    BoardAct(REMIND, "don-doc nhac", _remind, about=_UNITS),
    BoardAct(AGAIN, "thu gui-lai", _send_again, about=_UNITS),
    BoardAct(GRANT, "don-doc lui-han", _grant, about=_PLEA),
    BoardAct(DECLINE, "don-doc lui-han", _decline, about=_PLEA),
    BoardAct(CONFIRM, "bai-nop xac-thuc", _confirm, about=_FILE),
    BoardAct(DISOWN, "bai-nop khong-phai", _disown, about=_FILE),
    BoardAct(READ_AGAIN, "can-xem-lai thu-lai", _read_again),
    BoardAct(LEAVE, "can-xem-lai bo-qua", _leave),
    BoardAct(HoldKind.POSTPONED, "don-doc hoan", _hold, about=_UNITS),
    BoardAct(HoldKind.MUTED, "don-doc tat", _hold, about=_UNITS),
)
