"""Which round of reports a page of indicators shows."""

from __future__ import annotations

from cchc.errors import CchcError
from cchc.run import Run
from cchc.texts import t
from cchc.year import REPORT_KINDS, Round
from cchc_board.door import Asked

ROUND = "dot"


def chosen_run(asked: Asked) -> tuple[Run, list[Round]]:
    """The run in the round of the address, by default the one that was opened last; and all that there are to choose
    from, the newest first. CchcError while no round of reports is open, and for one that is not."""
    run = asked.run()
    states = run.rounds.states(asked.desk.as_of)
    ids = [row["round_id"] for row in run.rounds.all() if row["kind"] in REPORT_KINDS]
    rounds = [asked.desk.calendar.round(one) for one in reversed(ids) if one in states]
    if not rounds:
        raise CchcError(t("board_indicators.no_round"))
    wanted = asked.query.get(ROUND, "")[:20]
    found = next((one for one in rounds if one.round_id == wanted), None if wanted else rounds[0])
    if found is None:
        known = ", ".join(one.round_id for one in rounds)
        raise CchcError(t("board_indicators.unknown_round", round=wanted, known=known))
    return asked.run(found.round_id), rounds


def asking(run: Run, rounds: list[Round], code: str) -> list[Round]:
    """Those of the rounds that ask for the indicator."""
    return [
        one
        for one in rounds
        if any(each.code == code for each in run.indicators.in_round(one.reference_day, one.kind))
    ]
