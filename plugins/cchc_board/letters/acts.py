"""What is decided on page 'Thư': sending again, giving up, what a trial left, letting all sending rest, and the mail
mode in two steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cchc import clock
from cchc.addresses import check_address
from cchc.chasing.going_live import requests_to_go
from cchc.chasing.resending import resend_mail
from cchc.chasing.trial_mail import drop_left, left_of_trial, send_left
from cchc.errors import CchcError, RuleRefused
from cchc.installing.faults import told_faults
from cchc.installing.readiness import Readiness, readiness
from cchc.mail.mailer import StopCause
from cchc.mail.modes import set_mode
from cchc.mail.resending import leave
from cchc.mail.stops import lift_stop, pause_sending
from cchc.paths import MAIL_MODES
from cchc.run import Run
from cchc.texts import t, table
from cchc_board.actors import Right
from cchc_board.door import BoardAct, FirstStep
from cchc_board.typed import TypedIn

Connections = Callable[[], Mapping[str, str]]


@dataclass(frozen=True)
class ModeSeen:
    """What is looked at before the mail mode is switched. waiting: mails that leave in the new mode at once; left: what
    an installation that goes live still lacks."""

    mode: str
    redirect_to: str
    waiting: int
    left: list[Readiness]


def _send_again(run: Run, typed: TypedIn) -> str:
    return _each(run, typed, resend_mail, "sent_again")


def _give_up(run: Run, typed: TypedIn) -> str:
    def settle(run: Run, key: str, reason: str) -> None:
        leave(run.store, key, run.as_of, actor=run.actor, reason=reason)

    return _each(run, typed, settle, "given_up")


def _each(run: Run, typed: TypedIn, decide: Callable[[Run, str, str], object], done: str) -> str:
    """Decide on every mail that was ticked; one that is refused is told, and keeps no other from its decision."""
    keys, reason = typed.all("khoa"), typed.text()
    if not keys:
        raise RuleRefused("mails-needed", t("board_letters.none_ticked"))
    refused: list[CchcError] = []
    for key in keys:
        try:
            decide(run, key, reason)
        except CchcError as why:
            refused.append(why)
    if len(refused) == len(keys):
        raise refused[0]
    lines = [t(f"board_letters.{done}", count=len(keys) - len(refused))]
    return "\n".join([*lines, *(str(one).splitlines()[0] for one in refused)])


def _pause(run: Run, typed: TypedIn) -> str:
    pause_sending(run.store, run.as_of, actor=run.actor, reason=typed.text())
    return t("cli.mail.said.paused")


def _go_on(run: Run, _typed: TypedIn) -> str:
    stop = lift_stop(run.store, run.as_of, run.actor)
    return t(f"cli.mail.said.{'goes_on_restored' if stop.cause == StopCause.RESTORED else 'goes_on'}")


def _send_left(run: Run, _typed: TypedIn) -> str:
    return t("cli.mail.rest_sent", count=send_left(run))


def _drop_left(run: Run, typed: TypedIn) -> str:
    return t("cli.mail.rest_dropped", count=drop_left(run, typed.text()))


def mode_acts(connections: Connections) -> tuple[BoardAct, ...]:
    """connections: those of Airflow, by id, each with what is wrong in it."""

    def look(run: Run, typed: TypedIn) -> FirstStep:
        mode, target = typed.one("che-do"), typed.one("den")
        if mode not in MAIL_MODES:
            raise RuleRefused("unknown-mode", t("board_letters.mode_needed"))
        target = check_address(target) if mode == "redirect" else ""
        found = readiness(run.instance, connections(), told_faults(), clock.now()) if mode == "live" else []
        left = [one for one in found if not one.done and one.key != "live"]
        waiting = len(run.store.query("chasing.waiting"))
        return FirstStep(ModeSeen(mode, target, waiting, left), [mode, target])

    return (
        BoardAct("xem_che_do", "thu che-do", look, Right.ADMINISTER),
        BoardAct("doi_che_do", "thu che-do", _switch, Right.ADMINISTER),
    )


def _switch(run: Run, typed: TypedIn) -> str:
    """What was looked at, done; for real mail the library asks for the department's name."""
    match typed.kept:
        case [str(mode), str(target)]:
            pass
        case _:
            raise RuleRefused("not-looked-at", t("board_letters.look_first"))
    name = typed.one("ten") or None
    try:
        set_mode(
            run.store,
            run.instance,
            mode,
            actor=run.actor,
            at=run.as_of,
            typed_name=name,
            redirect_to=target or None,
        )
    except OSError as error:
        raise CchcError(
            t(
                "board_letters.mode_not_written",
                file=run.instance.settings_file,
                why=error.strerror or error,
                mode=mode,
            )
        ) from error
    lines = [t("board_letters.mode_set", mode=table("mail.mode.names")[mode])]
    if mode == "live":
        if count := sum(requests_to_go(run).values()):
            lines.append(t("board_letters.requests_to_go", count=count))
        if count := sum(left_of_trial(run).values()):
            lines.append(t("board_letters.trial_left", count=count))
    return "\n".join(lines)


ACTS = (
    BoardAct("gui_lai", "thu gui-lai", _send_again),
    BoardAct("thoi", "thu thoi", _give_up),
    BoardAct("tam_dung", "thu tam-dung", _pause),
    BoardAct("tiep_tuc", "thu tiep-tuc", _go_on),
    BoardAct("gui_thu_thu", "thu che-do", _send_left),
    BoardAct("bo_thu_thu", "thu che-do", _drop_left),
)
