"""Steps that are killed and repeated; `./cchc thu-thach tat-dot-ngot` is the long campaign over all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from cchc_rehearsal.kills.campaign import campaign
from cchc_rehearsal.kills.holdings import Expected, Holdings
from cchc_rehearsal.kills.year import STEPS

QUICK = ("plan_draft", "plan_issue", "opening", "inspection")  # the first months: quickly prepared
KILLS = 12


@pytest.mark.slow
def test_a_step_that_is_killed_and_repeated_leaves_what_an_undisturbed_one_leaves(tmp_path: Path) -> None:
    tally = campaign(tmp_path, range(KILLS), 20260317, QUICK, lambda *_: None)
    assert tally.broken == []
    assert tally.kills.total() == KILLS, "each within its step"
    assert set(tally.kills) == set(QUICK)
    assert 0 < tally.by_touch < KILLS, "both ways of killing"


def test_every_step_has_a_name_of_its_own_in_the_order_of_the_year() -> None:
    assert len({step.name for step in STEPS}) == len(STEPS)
    assert [step.moment for step in STEPS] == sorted(step.moment for step in STEPS)


def _held(*rows: dict[str, object], **files: str) -> Holdings:
    return Holdings({"cai-dat/mails": rows}, files)


def test_what_is_missing_twice_or_changed_is_found() -> None:
    """Else the campaign would find nothing."""
    one, other = (
        {"mail_key": "a", "kind": "x", "sent_at": "1"},
        {"mail_key": "b", "kind": "x", "sent_at": "1"},
    )
    expected = Expected.of(_held(one, other, tep="1"), _held(one, other, tep="1"))
    assert list(expected.differences(_held(other, one, tep="1"))) == []
    assert [fault for fault, _ in expected.differences(_held(one, tep="1"))] == ["lost"]
    assert [fault for fault, _ in expected.differences(_held(one, other, other, tep="1"))] == ["doubled"]
    assert [fault for fault, _ in expected.differences(_held(one, other, tep="2"))] == ["changed"]
    assert [fault for fault, _ in expected.differences(_held(one, other))] == ["lost"]
    assert [fault for fault, _ in expected.differences(_held(one, other, tep="1", them="1"))] == ["doubled"]
    later = {**one, "sent_at": "2"}
    assert list(expected.differences(_held(later, other, tep="1"))) == [], (
        "sent again when the claim was stale"
    )


def test_what_already_two_undisturbed_runs_have_differently_is_not_compared() -> None:
    first, second = ({"mail_key": "a", "kind": "x", "drawn": drawn} for drawn in "12")
    expected = Expected.of(_held(first, khoa="1"), _held(second, khoa="2"))
    assert list(expected.differences(_held({**first, "drawn": "3"}, khoa="3"))) == []
