"""A report that the checks refused is taken in as it is by an operator: with a reason, once, and only the last one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.support.province import MORNING, ROUND, UNIT

from cchc.clock import at
from cchc.errors import RuleRefused
from cchc.obligations import broken_invariants
from cchc.stages import receiving
from cchc.store import fingerprint
from cchc.submissions.entering import accept_as_found
from cchc.submissions.kept import latest_values

DECIDED = MORNING + timedelta(days=3)
REASON = "Báo cáo giấy đã ký, giữ nguyên số liệu"
OBLIGATION = f"{ROUND}/{UNIT}/bao_cao"


def lay(province, content, moment):
    path = province.instance.inbox / ROUND / f"{ROUND}_{UNIT}.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    run = province.at(moment)
    return receiving.receive(run, receiving.pending(run))


@pytest.fixture
def refused(province):
    """The id of a submission that the checks refused."""
    assert lay(province, province.faulty(), MORNING) == {"rejected": 1}
    (kept,) = province.submissions()
    return kept["submission_id"]


def test_it_counts_as_arrived_and_the_refusal_stays_in_the_history(province, refused) -> None:
    assert accept_as_found(province.at(DECIDED), refused, REASON)
    state = province.run.ledger.state(OBLIGATION, DECIDED)
    assert (state.status, state.accepted_submission_id) == ("accepted", refused)
    assert [one["outcome"] for one in province.submissions()] == ["accepted_with_warnings"]
    history = province.run.ledger.history(OBLIGATION)
    assert [event.kind for event in history][-4:] == ["submitted", "rejected", "submitted", "accepted"]
    assert history[-1].reason == REASON
    assert history[-2].happened_at == MORNING
    assert broken_invariants(province.run.ledger.get(OBLIGATION), state) == []


def test_a_second_time_changes_nothing(province, refused) -> None:
    accept_as_found(province.at(DECIDED), refused, REASON)
    before = fingerprint(province.store)
    assert accept_as_found(province.at(DECIDED + timedelta(days=1)), refused, "Lý do khác") is False
    assert fingerprint(province.store) == before


def test_an_attempt_that_died_between_ledger_and_outcome_is_mended(province, refused, monkeypatch) -> None:
    def power_cut(*_arguments: object) -> bool:
        raise OSError("mất điện")

    with monkeypatch.context() as broken:
        broken.setattr("cchc.submissions.entering.change_outcome", power_cut)
        with pytest.raises(OSError, match="mất điện"):
            accept_as_found(province.at(DECIDED), refused, REASON)
    assert province.submissions()[0]["outcome"] == "rejected"
    assert accept_as_found(province.at(DECIDED), refused, REASON)
    assert province.submissions()[0]["outcome"] == "accepted_with_warnings"


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_without_a_reason_it_is_refused(province, refused, reason) -> None:
    before = fingerprint(province.store)
    with pytest.raises(RuleRefused, match="phải ghi lý do") as caught:
        accept_as_found(province.at(DECIDED), refused, reason)
    assert caught.value.rule == "acceptance-needs-reason"
    assert fingerprint(province.store) == before


def test_an_unknown_submission_is_refused(province) -> None:
    with pytest.raises(RuleRefused, match="khong-co") as caught:
        accept_as_found(province.at(DECIDED), "khong-co", REASON)
    assert caught.value.rule == "no-such-submission"


def test_only_the_last_version_can_be_taken_in(province, refused) -> None:
    assert lay(province, province.filled(figure=5), MORNING + timedelta(hours=2)) == {"accepted": 1}
    before = fingerprint(province.store)
    with pytest.raises(RuleRefused, match="không phải bản gửi sau cùng") as caught:
        accept_as_found(province.at(DECIDED), refused, REASON)
    assert caught.value.rule == "not-the-last-version"
    assert fingerprint(province.store) == before
    assert latest_values(province.store, ROUND)[UNIT]["I.1.1"].value == 5


def test_on_a_day_before_it_came_it_is_not_known(province, refused) -> None:
    with pytest.raises(RuleRefused) as caught:
        accept_as_found(province.at(at(date(2026, 3, 5), 9)), refused, REASON)
    assert caught.value.rule == "not-the-last-version"
