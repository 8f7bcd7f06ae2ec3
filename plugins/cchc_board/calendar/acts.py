"""What an operator does on page 'Lịch': change a date or a day off after seeing what that moves and whom it touches;
apply the due dates that such a change gives to open rounds."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from cchc import clock
from cchc.errors import RuleRefused
from cchc.obligations.calendar_moves import apply_due_dates, calendar_moves, opened_rounds
from cchc.registers import FileProposal
from cchc.registers.dates import MovedRound, effects, round_date
from cchc.registers.edits import day_off, day_worked, plain_day
from cchc.run import Run
from cchc.texts import t
from cchc_board.door import BoardAct, FirstStep
from cchc_board.registers.proposed import put_seen, sealed
from cchc_board.typed import TypedIn

APPLY = "ap_dung"


def _apply(run: Run, typed: TypedIn) -> str:
    reason, wanted = typed.text(), typed.one("nam")
    year = int(wanted) if re.fullmatch("[0-9]{4}", wanted) else run.today.year
    moves = calendar_moves(opened_rounds(run.store, year, run.as_of), run.calendar, year)
    if not moves.due:
        raise RuleRefused("nothing-moved", t("board_calendar.nothing_to_apply"))
    done = apply_due_dates(run.store, run.calendar, moves, run.as_of, run.actor, reason)
    return "\n".join(
        t(
            f"board_calendar.{'applied' if count else 'applied_to_none'}",
            round=one.title,
            count=count,
            due=clock.vn_instant(one.unit_due_at),
        )
        for one, count in done
    )


@dataclass(frozen=True)
class DateSeen:
    """What the first step shows: the words of the change, and what it means for rounds. act: the second step."""

    act: str
    differences: tuple[str, ...]
    effects: list[MovedRound]


def _seen(run: Run, typed: TypedIn, act: str, proposal: FileProposal) -> FirstStep:
    found = effects(run.store, run.as_of, proposal)
    return FirstStep(DateSeen(act, proposal.differences, found), sealed(proposal, typed.text()))


def _look_at_date(run: Run, typed: TypedIn) -> FirstStep:
    round_id, _, what = typed.one("moc").partition("|")
    if not what:
        raise RuleRefused("date-needed", t("board_calendar.date_needed"))
    typed.text()  # before the files are read: a reason is needed whatever they say
    return _seen(run, typed, "doi_moc", round_date(round_id, what, typed.day("ngay-moi")))


def _look_at_day(run: Run, typed: TypedIn) -> FirstStep:
    kinds: dict[str, Callable[[date, str], FileProposal]] = {
        "nghi": day_off,
        "lam-bu": day_worked,
        "bo": lambda day, _reason: plain_day(day),
    }
    make = kinds.get(typed.one("loai"))
    if make is None:
        raise RuleRefused("kind-needed", t("board_calendar.kind_needed"))
    return _seen(run, typed, "doi_ngay", make(typed.day("ngay-moi"), typed.text()))


ACTS = (
    BoardAct(APPLY, "lich", _apply),
    BoardAct("xem_moc", "danh-muc doi-ngay", _look_at_date),
    BoardAct("doi_moc", "danh-muc doi-ngay", put_seen),
    BoardAct("xem_ngay", "danh-muc ngay", _look_at_day),
    BoardAct("doi_ngay", "danh-muc ngay", put_seen),
)
