"""Figures that a person sent back, from the form to the decision: they leave the count at once, the draft that still
holds them is told to whoever decides, and the unit stands among those that owe.

Each step has a day of its own: two versions on the 10th and 11th, sent back on the 12th or after the draft of the 19th
on the 20th, sent again on the 23rd.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from tests.support.province import ROUND, UNIT, Province

from cchc.clock import at
from cchc.documents.waiting import ask_approvers, not_held, withdrawn
from cchc.figures.consolidate import load_consolidation
from cchc.obligations import summarise
from cchc.stages import closing, receiving
from cchc.submissions.kept import latest_values
from cchc.submissions.returning import send_back

FIRST, SECOND = at(date(2026, 3, 10), 9), at(date(2026, 3, 11), 9)
BEFORE, CLOSED, AFTER = at(date(2026, 3, 12), 15), at(date(2026, 3, 19), 9), at(date(2026, 3, 20), 9)
AGAIN = at(date(2026, 3, 23), 9)


def lay(province: Province, figure: int, moment: datetime) -> None:
    run = province.at(moment)
    receiving.pending(run)
    (run.instance.inbox / ROUND / "bieu.xlsx").write_bytes(province.filled(figure=figure))
    assert receiving.receive(run, receiving.pending(run)) == {"accepted": 1}


def sent_back(province: Province, moment: datetime, due: date) -> None:
    state = province.run.ledger.state(f"{ROUND}/{UNIT}/bao_cao", moment)
    assert state is not None and state.last_submission_id
    send_back(province.at(moment), state.last_submission_id, due, "Sai số của phòng chuyên môn")


def figure_in(province: Province, moment: datetime, number: int) -> Any:
    run = province.at(moment)
    line = load_consolidation(run.store, ROUND, number, run.indicators).line("I.1.1")
    return None if line is None else line.value


@pytest.fixture
def twice(province: Province) -> Province:
    lay(province, 3, FIRST)
    lay(province, 5, SECOND)
    return province


def test_sent_back_before_the_closing_no_version_counts_and_the_unit_owes_again(twice: Province) -> None:
    sent_back(twice, BEFORE, date(2026, 3, 16))
    assert UNIT not in latest_values(twice.store, ROUND), "nor the version before it"
    run = twice.at(CLOSED)
    summary = summarise(run.ledger.states(CLOSED, round_id=ROUND), run.units, CLOSED)
    assert (summary.missing, summary.on_time) == (121, 1), "the return does not undo that it had come in time"
    owed = {one.unit_code for one, _ in run.ledger.states(CLOSED, round_id=ROUND, only_owed=True)}
    assert len(owed) == 122 and UNIT in owed
    number = closing.consolidate(run)
    assert figure_in(twice, CLOSED, number) is None, "missing is not nought"


def test_sent_back_after_the_draft_the_approver_is_told_and_the_next_draft_lacks_it(twice: Province) -> None:
    drafted = twice.at(CLOSED)
    closing.draft(drafted, closing.consolidate(drafted))
    assert withdrawn(drafted) == []
    sent_back(twice, AFTER, date(2026, 3, 24))
    name = drafted.units.get(UNIT).name
    (told,) = withdrawn(drafted)
    assert name in told and not_held(drafted) == []
    ask_approvers(twice.at(AFTER), since=CLOSED)
    asked = max(
        (one for one in twice.mails() if one["kind"] == "cho_phe_duyet"), key=lambda one: one["as_of"]
    )
    assert "thôi được tính" in asked["plain"] and name in asked["plain"]
    number = closing.consolidate(twice.at(at(date(2026, 3, 21), 9)))
    assert figure_in(twice, AFTER, number) is None

    lay(twice, 7, AGAIN)
    assert withdrawn(drafted) == [], "what counts now is another figure, and came after the draft"
    (late,) = not_held(drafted)
    assert name in late
