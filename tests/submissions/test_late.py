"""After the lock: what arrives is kept and marked, and only a person makes it count."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.support.province import OTHER, ROUND, UNIT
from typer.testing import CliRunner

from cchc.chasing.day_summary import summarise_day
from cchc.cli import app
from cchc.clock import at
from cchc.errors import RuleRefused
from cchc.obligations import broken_invariants
from cchc.stages import receiving
from cchc.store import fingerprint
from cchc.submissions import late
from cchc.submissions.kept import latest_values, standing
from cchc_rehearsal.fill import Answers, fill_workbook

LOCKED_AT = at(date(2026, 3, 20), 9)
LATER = at(date(2026, 3, 23), 9)
DECIDED = at(date(2026, 3, 24), 9)
OBLIGATION = f"{ROUND}/{UNIT}/bao_cao"


def lay(province, content, moment, name=f"{ROUND}_{UNIT}.xlsx"):
    path = province.instance.inbox / ROUND / name
    run = province.at(moment)
    receiving.pending(run)  # nothing lies there just before
    path.write_bytes(content)
    return receiving.receive(run, receiving.pending(run))


@pytest.fixture
def locked(province):
    """The round was issued; one unit had sent figures before, which count."""
    assert lay(province, province.filled(figure=3), LOCKED_AT - timedelta(days=5)) == {"accepted": 1}
    assert lock(province) == 122
    assert lock(province) == 0
    return province


def lock(province):
    with province.store.write() as tx:
        return late.lock_round(tx, province.at(LOCKED_AT), "1/12/BC-UBND/2026-03-20")


@pytest.fixture
def waiting(locked):
    """A newer version came after the lock; returns its id."""
    assert lay(locked, locked.filled(figure=5), LATER) == {"late": 1}
    (row,) = late.waiting_late(locked.at(LATER))
    return row["submission_id"]


def figure_of(province, unit=UNIT):
    return latest_values(province.store, ROUND)[unit]["I.1.1"].value


def test_what_comes_after_the_lock_is_kept_and_marked_and_does_not_count(locked, waiting) -> None:
    assert [one["outcome"] for one in locked.submissions()] == ["accepted", "kept_late"]
    assert figure_of(locked) == 3
    state = locked.run.ledger.state(OBLIGATION, LATER)
    assert (state.status, state.after_lock, state.fulfilled) == ("submitted", True, True)
    receipt = max(locked.mails(), key=lambda mail: mail["as_of"])
    assert "ĐÃ NHẬN SAU KHI KHÓA SỐ LIỆU" in receipt["plain"]


def test_a_unit_that_was_silent_until_the_lock_has_nothing_that_counts(locked) -> None:
    assert lay(locked, locked.filled(OTHER), LATER, "khac.xlsx") == {"late": 1}
    assert OTHER not in standing(locked.store, ROUND)
    assert locked.run.ledger.state(f"{ROUND}/{OTHER}/bao_cao", LATER).fulfilled is False


def test_who_sent_after_the_lock_is_not_called_late_and_operators_are_told_of_the_file(locked) -> None:
    assert lay(locked, locked.filled(OTHER), LATER, "khac.xlsx") == {"late": 1}
    found = summarise_day(locked.at(LATER))
    assert OTHER not in {one.code for one in found.late} and found.late_files == 1
    assert any("1 bài nộp đến sau khi khóa số liệu" in step for step in found.next_steps)
    state = locked.run.ledger.state(f"{ROUND}/{OTHER}/bao_cao", LATER)
    assert state.awaits_decision and not state.owed


def test_a_day_that_is_run_again_tells_nobody_of_files_that_came_after_it(locked) -> None:
    assert lay(locked, locked.filled(OTHER), LATER, "khac.xlsx") == {"late": 1}
    before = locked.at(LATER - timedelta(minutes=1))
    assert late.waiting_late(before) == []
    assert summarise_day(before).late_files == 0


def test_an_accepted_late_version_counts_and_the_lock_stays(locked, waiting) -> None:
    run = locked.at(DECIDED, actor="Trưởng phòng CCHC")
    assert late.accept_late(run, waiting, "Mất điện ba ngày") is True
    assert late.accept_late(run, waiting, "Mất điện ba ngày") is False
    assert figure_of(locked) == 5
    assert late.waiting_late(run) == []
    state = locked.run.ledger.state(OBLIGATION, DECIDED)
    assert (state.status, state.locked, state.accepted_submission_id) == ("accepted", True, waiting)
    accepted = next(e for e in locked.run.ledger.history(OBLIGATION) if e.reason == "Mất điện ba ngày")
    assert accepted.actor == "Trưởng phòng CCHC"
    told = max(locked.mails(), key=lambda mail: mail["as_of"])
    assert "nay được chấp nhận. Lý do: Mất điện ba ngày" in told["plain"]
    assert list(broken_invariants(locked.run.ledger.get(OBLIGATION), state)) == []
    assert lay(locked, locked.filled(figure=9), DECIDED + timedelta(days=1)) == {"late": 1}, "the lock stays"


def test_a_late_version_that_is_left_stays_kept_and_the_earlier_one_counts(locked, waiting) -> None:
    run = locked.at(DECIDED)
    assert late.leave_late(run, waiting, "Báo cáo tỉnh đã gửi Bộ") is True
    assert late.leave_late(run, waiting, "Báo cáo tỉnh đã gửi Bộ") is False
    assert figure_of(locked) == 3
    assert [one["outcome"] for one in locked.submissions()] == ["accepted", "rejected"]
    with pytest.raises(RuleRefused) as refused:
        late.accept_late(run, waiting, "Đổi ý")
    assert refused.value.rule == "not-late"


def test_a_late_declaration_of_nothing_is_taken_as_such(locked) -> None:
    nothing = fill_workbook(locked.form(OTHER), Answers(nothing_to_report=True))
    assert lay(locked, nothing, LATER, "khac.xlsx") == {"late": 1}
    (row,) = late.waiting_late(locked.at(LATER))
    assert late.accept_late(locked.at(DECIDED), row["submission_id"], "Có lý do")
    state = locked.run.ledger.state(f"{ROUND}/{OTHER}/bao_cao", DECIDED)
    assert (state.status, state.fulfilled_at) == ("nothing_to_report", LATER)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda province, waiting: ("khong/co", "Vì"), "no-such-submission"),
        (lambda province, waiting: (waiting, "  "), "decision-needs-reason"),
    ],
)
def test_a_decision_that_cannot_be_taken_is_refused_and_writes_nothing(locked, waiting, change, rule) -> None:
    submission, reason = change(locked, waiting)
    before = fingerprint(locked.store)
    for decide in (late.accept_late, late.leave_late):
        with pytest.raises(RuleRefused) as refused:
            decide(locked.at(DECIDED), submission, reason)
        assert refused.value.rule == rule
    assert fingerprint(locked.store) == before


def test_a_submission_that_counts_cannot_be_left_out_as_late(locked, waiting) -> None:
    counted = locked.submissions()[0]["submission_id"]
    assert late.accept_late(locked.at(DECIDED), counted, "Vì") is False
    with pytest.raises(RuleRefused) as refused:
        late.leave_late(locked.at(DECIDED), counted, "Vì")
    assert refused.value.rule == "not-late"


def test_only_the_newest_late_version_can_be_accepted(locked, waiting) -> None:
    lay(locked, locked.filled(figure=8), LATER + timedelta(hours=1))
    with pytest.raises(RuleRefused) as refused:
        late.accept_late(locked.at(DECIDED), waiting, "Vì")
    assert refused.value.rule == "not-the-last-version"


def test_an_operator_decides_from_the_command_line(locked, waiting, monkeypatch) -> None:
    monkeypatch.setenv("CCHC_STORE_URL", locked.store.url)
    monkeypatch.setattr("cchc.clock.now", lambda: DECIDED)
    runner = CliRunner()
    assert waiting in runner.invoke(app, ["bai-nop", "cho-quyet-dinh"]).output
    words = ["bai-nop", "nhan", waiting, "--ly-do", "Mất điện", "--nguoi-quyet-dinh", "Trưởng phòng"]
    assert "Đã chấp nhận" in runner.invoke(app, words).output
    assert "không có gì thay đổi" in runner.invoke(app, words).output
    assert "Không có bài nộp muộn" in runner.invoke(app, ["bai-nop", "cho-quyet-dinh"]).output


def test_what_waits_for_a_decision_is_written_as_a_file(locked, waiting, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("CCHC_HOME", str(locked.instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", locked.store.url)
    out = tmp_path / "cho.csv"
    result = CliRunner().invoke(app, ["bai-nop", "cho-quyet-dinh", "--ra", str(out)], catch_exceptions=False)
    assert "Đã ghi 1 dòng" in result.output
    (row,) = out.read_text(encoding="utf-8-sig").splitlines()[1:]
    assert row.startswith(f"{waiting};{locked.run.units.get(UNIT).name};")
