"""What an operator does on page 'Đôn đốc': the same acts as `./cchc don-doc`, from a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from cchc import clock
from cchc.chasing import by_hand
from cchc.chasing.holds import HoldKind
from cchc.chasing.more_time import WaitingPlea, decline, grant, waiting_pleas
from cchc.chasing.resending import resend_rung
from cchc.chasing.trial_mail import drop_left, send_left
from cchc.chasing.waiving import waive
from cchc.clock import TZ, vn_date
from cchc.errors import RuleRefused
from cchc.identity import settle
from cchc.obligations import UnprovenFigures, to_chase, unproven_figures
from cchc.run import Run
from cchc.store import upgrade
from cchc.submissions.set_aside import ask_again, dismiss
from cchc.submissions.unproven import confirm, disown
from cchc.texts import t, table, vietnamese_order
from cchc_board.desk import RequestView

CALL, EXTEND, WAIVE, REMIND, AGAIN = "goi", "gia_han", "mien", "nhac", "gui_lai"
GRANT, DECLINE = "dong_y_lui", "khong_lui"
CONFIRM, DISOWN = "xac_thuc", "khong_phai"
SEND_LEFT, DROP_LEFT = "gui_thu_thu", "bo_thu_thu"
READ_AGAIN, LEAVE = "doc_lai", "bo_qua"
LONGEST_TEXT = 500
MOST_REFUSALS = 5  # named one by one in the answer

Fields = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class ActForm:
    """What the form offers and what was typed. units: (code, name, late or not); rounds: (id, title); pleas and
    unproven figures: with the name of the unit."""

    token: str
    units: list[tuple[str, str, bool]]
    rounds: list[tuple[str, str]]
    typed: Fields
    pleas: list[tuple[str, WaitingPlea]]
    unproven: list[tuple[str, UnprovenFigures]]
    problem: str = ""

    def has(self, field: str, value: str) -> bool:
        return value in self.typed.get(field, ())

    def text(self, field: str) -> str:
        return next(iter(self.typed.get(field, ())), "")


def act_form(desk: RequestView, token: str, typed: Fields | None = None, problem: str = "") -> ActForm:
    """Units and rounds with something owed, the late ones first."""
    owed = to_chase(desk.ledger.states(desk.as_of, only_owed=True), desk.units, desk.as_of)
    late = {one.unit_code for one, state in owed if state.current_due_at < desk.as_of}
    codes = {one.unit_code for one, _ in owed}
    units = sorted(
        ((code, desk.unit_name(code), code in late) for code in codes),
        key=lambda u: (not u[2], vietnamese_order(u[1])),
    )
    rounds = [(one, desk.calendar.round(one).title) for one in sorted({one.round_id for one, _ in owed})]
    assert desk.store is not None
    pleas = [
        (desk.unit_name(one.unit_code), one)
        for one in waiting_pleas(Run(desk.store, desk.instance, desk.as_of))
    ]
    unproven = [(desk.unit_name(one.unit_code), one) for one in unproven_figures(desk.store, desk.as_of)]
    return ActForm(token, units, rounds, typed or {}, pleas, unproven, problem)


def perform(desk: RequestView, fields: Fields, actor: str) -> str:
    """Do what the form asks for; returns what to tell. Raises CchcError in words, and then nothing was recorded."""
    kind = _one(fields, "viec")
    acts: dict[str, Callable[[Run, Fields], str]] = {
        CALL: _call,
        EXTEND: _extend,
        WAIVE: _waive,
        REMIND: _remind,
        AGAIN: _send_again,
        GRANT: _grant,
        DECLINE: _decline,
        CONFIRM: _confirm,
        DISOWN: _disown,
        SEND_LEFT: _send_left,
        DROP_LEFT: _drop_left,
        READ_AGAIN: _read_again,
        LEAVE: _leave,
        **{str(hold): _hold for hold in HoldKind},
    }
    if kind not in acts:
        raise RuleRefused("act-needed", t("board.acts.refused.act"))
    assert desk.store is not None
    settle(upgrade(desk.store), desk.instance, clock.now())
    run = Run(desk.store, desk.instance, desk.as_of, _one(fields, "dot") or None, actor=actor)
    if run.round_id:
        run = replace(
            run, round_id=run.round.round_id
        )  # an error that names what to do when there is no such round
    return acts[kind](run, fields)


def _call(run: Run, fields: Fields) -> str:
    return _told(run, by_hand.log_call(run, _named(fields), _text(fields)), "called")


def _extend(run: Run, fields: Fields) -> str:
    _needs_round(run)
    due_at = datetime.combine(_day(fields), by_hand.DUE_HOUR, TZ)
    return _told(run, by_hand.extend(run, _whom(fields), due_at, _text(fields)), "extended")


def _waive(run: Run, fields: Fields) -> str:
    _needs_round(run)
    return _told(run, waive(run, _named(fields), _text(fields)), "waived")


def _hold(run: Run, fields: Fields) -> str:
    kind, last_day = HoldKind(_one(fields, "viec")), _day(fields)
    held = by_hand.hold(run, _named(fields), kind, last_day, _text(fields))
    what = table("chasing.holds")[str(kind)]
    return t("cli.chasing.said.held", count=len(held), what=what, day=vn_date(last_day))


def _remind(run: Run, fields: Fields) -> str:
    mails = by_hand.remind_now(run, _whom(fields)).mails
    return t("cli.chasing.said.reminded", count=mails) if mails else t("cli.chasing.said.nothing_owed")


def _grant(run: Run, fields: Fields) -> str:
    until = _day(fields) if _one(fields, "den") else None
    reason = " ".join(_one(fields, "noi-dung").split())[:LONGEST_TEXT]
    plea = grant(run, _one(fields, "de-nghi"), until, reason)
    return _decided(run, plea, "granted", day=vn_date(until or plea.wanted or run.today))


def _decline(run: Run, fields: Fields) -> str:
    return _decided(run, decline(run, _one(fields, "de-nghi"), _text(fields)), "declined")


def _decided(run: Run, plea: WaitingPlea, key: str, **values: str) -> str:
    unit, title = run.units.get(plea.unit_code).name, run.calendar.round(plea.round_id).title
    return t(f"cli.chasing.said.{key}", unit=unit, round=title, **values)


def _send_again(run: Run, fields: Fields) -> str:
    """The round's request with its forms."""
    _needs_round(run)
    done = resend_rung(run, _whom(fields), None, _text(fields))
    lines = [t("cli.mail.said.sent_again", count=done.mails)]
    if done.waiting:
        lines.append(t("cli.mail.said.still_waiting", count=done.waiting))
    return "\n".join(lines)


def _confirm(run: Run, fields: Fields) -> str:
    found = confirm(run, _one(fields, "bai-nop"), _text(fields))
    return t("cli.late.confirmed", unit=run.units.get(found.unit_code).name)


def _disown(run: Run, fields: Fields) -> str:
    found = disown(run, _one(fields, "bai-nop"), _text(fields))
    return t("cli.late.disowned", unit=run.units.get(found.unit_code).name)


def _send_left(run: Run, _fields: Fields) -> str:
    return t("cli.mail.rest_sent", count=send_left(run))


def _drop_left(run: Run, fields: Fields) -> str:
    return t("cli.mail.rest_dropped", count=drop_left(run, _text(fields)))


def _needs_round(run: Run) -> None:
    if not run.round_id:
        raise RuleRefused("round-needed", t("board.acts.refused.round"))


def _read_again(run: Run, fields: Fields) -> str:
    reason = _text(fields)
    found = [ask_again(run, item, reason) for item in _items(fields)]
    return "\n".join(t("cli.review.again", item=one.item_id, name=one.name) for one in found)


def _leave(run: Run, fields: Fields) -> str:
    reason = _text(fields)
    found = [dismiss(run, item, reason) for item in _items(fields)]
    return "\n".join(
        t("cli.review.dismissed", item=one.item_id, name=one.name, held=one.held_in) for one in found
    )


def _items(fields: Fields) -> list[str]:
    items = [item.strip() for item in fields.get("muc", ()) if item.strip()]
    if not items:
        raise RuleRefused("items-needed", t("board.acts.refused.items"))
    return list(dict.fromkeys(items))


def _told(run: Run, done: by_hand.Done, key: str) -> str:
    lines = [t(f"cli.chasing.said.{key}", count=len(done.recorded))]
    for code, why in done.refused[:MOST_REFUSALS]:
        lines.append(t("cli.chasing.said.refused", unit=run.units.get(code).name, why=why))
    if len(done.refused) > MOST_REFUSALS:
        lines.append(t("board.acts.more_refused", count=len(done.refused) - MOST_REFUSALS))
    return "\n".join(lines)


def _one(fields: Fields, name: str) -> str:
    return next(iter(fields.get(name, ())), "").strip()


def _named(fields: Fields) -> list[str]:
    codes = [code.strip() for code in fields.get("don-vi", ()) if code.strip()]
    if not codes or fields.get("tat-ca"):
        raise RuleRefused("units-needed", t("board.acts.refused.units"))
    return list(dict.fromkeys(codes))


def _whom(fields: Fields) -> list[str] | None:
    """Codes, or None for all; never all by forgetting to choose anybody, and never both."""
    codes = [code for code in fields.get("don-vi", ()) if code.strip()]
    if bool(codes) == bool(fields.get("tat-ca")):
        raise RuleRefused("units-or-all", t("board.acts.refused.units_or_all"))
    return _named(fields) if codes else None


def _text(fields: Fields) -> str:
    found = " ".join(_one(fields, "noi-dung").split())
    if not found:
        raise RuleRefused("text-needed", t("board.acts.refused.text"))
    if len(found) > LONGEST_TEXT:
        raise RuleRefused("text-too-long", t("board.acts.refused.long", most=LONGEST_TEXT, count=len(found)))
    return found


def _day(fields: Fields) -> date:
    return day_of(_one(fields, "den"))


def day_of(found: str) -> date:
    """From a browser's date field; one without such a field sends what people type. RuleRefused('bad-day')."""
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            day = datetime.strptime(found, form).replace(tzinfo=TZ).date()
        except ValueError:
            continue
        if 2016 <= day.year <= 2044:
            return day
    raise RuleRefused("bad-day", t("board.acts.refused.day", found=found or t("board.acts.refused.no_day")))
