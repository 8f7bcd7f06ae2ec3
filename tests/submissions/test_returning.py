"""Sent back by a person: the version counts no more, the unit is told why and until when, and may come again."""

from __future__ import annotations

from datetime import date

import pytest
from tests.submissions.test_late import lay
from tests.support.province import ROUND, UNIT

from cchc.clock import at
from cchc.errors import RuleRefused
from cchc.submissions import late
from cchc.submissions.kept import latest_values
from cchc.submissions.returning import send_back
from cchc_rehearsal.fill import Answers, fill_workbook

CAME, LOOKED, AGAIN = at(date(2026, 3, 10), 9), at(date(2026, 3, 12), 15), at(date(2026, 3, 17), 8)
SATURDAY = date(2026, 3, 14)


@pytest.fixture
def came(province):
    assert lay(province, province.filled(figure=3), CAME) == {"accepted": 1}
    (row,) = province.submissions()
    return row["submission_id"]


def test_what_is_sent_back_counts_no_more_until_it_comes_again(province, came) -> None:
    due_at = send_back(province.at(LOOKED), came, SATURDAY, "Thiếu số của phòng chuyên môn")
    assert due_at == at(date(2026, 3, 16), 17), "a day off moves on to the next working day"
    state = province.run.ledger.state(f"{ROUND}/{UNIT}/bao_cao", LOOKED)
    assert (state.status, state.fulfilled, state.current_due_at) == ("returned", False, due_at)
    assert UNIT not in latest_values(province.store, ROUND)
    mail = max(province.mails(), key=lambda one: one["as_of"])
    assert "Thiếu số của phòng chuyên môn" in mail["plain"] and "16/03/2026" in mail["plain"]
    assert lay(province, province.filled(figure=5), AGAIN) == {"accepted": 1}
    assert latest_values(province.store, ROUND)[UNIT]["I.1.1"].value == 5


def test_the_word_that_there_is_nothing_to_report_can_be_sent_back(province) -> None:
    nothing = fill_workbook(province.form(), Answers(nothing_to_report=True, document_number="1/BC-UBND"))
    assert lay(province, nothing, CAME) == {"nothing": 1}
    (row,) = province.submissions()
    send_back(province.at(LOOKED), row["submission_id"], SATURDAY, "Kỳ này có phát sinh")
    assert province.status(moment=LOOKED) == "returned"
    assert lay(province, province.filled(figure=5), AGAIN) == {"accepted": 1}
    with pytest.raises(RuleRefused) as refused:
        send_back(province.at(AGAIN), row["submission_id"], date(2026, 3, 20), "Lần nữa")
    assert refused.value.rule == "not-the-last-version"


@pytest.mark.parametrize(
    ("submission", "reason", "due", "rule"),
    [
        ("khong-co", "Thiếu", SATURDAY, "no-such-submission"),
        ("", " ", SATURDAY, "return-needs-reason"),
        ("", "Thiếu", date(2026, 3, 9), "correction-due-must-be-later"),
    ],
)
def test_a_wrong_return_changes_nothing(province, came, submission, reason, due, rule) -> None:
    before = len(province.mails())
    with pytest.raises(RuleRefused) as refused:
        send_back(province.at(LOOKED), submission or came, due, reason)
    assert refused.value.rule == rule
    assert len(province.mails()) == before
    assert latest_values(province.store, ROUND)[UNIT]["I.1.1"].value == 3


def test_once_the_round_is_locked_nothing_is_sent_back(province, came) -> None:
    with province.store.write() as tx:
        late.lock_round(tx, province.at(LOOKED), "1/12/BC-UBND/2026-03-12")
    with pytest.raises(RuleRefused):
        send_back(province.at(AGAIN), came, date(2026, 3, 20), "Thiếu")


def test_an_older_version_is_not_the_one_to_send_back(province, came) -> None:
    lay(province, province.filled(figure=5), LOOKED)
    with pytest.raises(RuleRefused, match="không phải bản gửi sau cùng"):
        send_back(province.at(AGAIN), came, date(2026, 3, 20), "Thiếu")
