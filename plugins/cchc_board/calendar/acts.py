"""What an operator does on page 'Lịch': apply the due dates that an edit of the calendar gives to open rounds."""

from __future__ import annotations

import re

from cchc import clock
from cchc.errors import RuleRefused
from cchc.obligations.calendar_moves import apply_due_dates, calendar_moves, opened_rounds
from cchc.run import Run
from cchc.texts import t
from cchc_board.door import BoardAct
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


ACTS = (BoardAct(APPLY, "lich", _apply),)
