"""What a person wants no more of a unit, and wants again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from typer.testing import CliRunner

from cchc.chasing.waiving import ask_again, waive
from cchc.cli.don_doc_mien import app
from cchc.clock import at
from cchc.errors import RuleRefused
from cchc.obligations import EventKind, Obligation, obliged, to_chase
from cchc.paths import Instance
from cchc.run import Run
from cchc.stages import opening
from cchc.store import Store
from cchc.submissions.late import lock_round

ROUND, UNIT, OTHER = "2026-Q1", "30760", "30292"


def day(number: int, hour: int = 9) -> datetime:
    return at(date(2026, 3, number), hour)


@pytest.fixture
def run(store: Store, instance: Instance) -> Run:
    instance.root.mkdir(parents=True, exist_ok=True)
    run = Run(store, instance, day(2), ROUND, actor="chuyên viên A")
    opening.open_round(run)
    return replace(run, as_of=day(20))


def chased(run: Run) -> set[str]:
    owed = run.ledger.states(run.as_of, round_id=ROUND, only_owed=True)
    return {one.item or one.unit_code for one, _ in to_chase(owed, run.units, run.as_of)}


def last_event(run: Run, unit: str) -> Any:
    return run.ledger.history(f"{ROUND}/{unit}/bao_cao")[-1]


def test_what_is_waived_is_chased_no_more_and_counts_in_no_denominator(run: Run) -> None:
    everybody = len(chased(run))
    assert waive(run, [UNIT], "Đơn vị giải thể").recorded == [f"{ROUND}/{UNIT}/bao_cao"]
    assert UNIT not in chased(run) and len(chased(run)) == everybody - 1
    assert len(obliged(run.ledger.states(run.as_of, round_id=ROUND), run.units, run.as_of)) == everybody - 1
    event = last_event(run, UNIT)
    assert (event.kind, event.actor, event.reason) == (EventKind.waived, "chuyên viên A", "Đơn vị giải thể")
    later = replace(run, as_of=day(21))
    assert ask_again(later, [UNIT], "Đơn vị vẫn hoạt động").recorded
    assert UNIT in chased(later)


def test_one_of_several_things_that_a_unit_owes_can_be_waived_alone(run: Run) -> None:
    tasks = [
        Obligation(f"{ROUND}/{UNIT}/nhiem_vu/{code}", ROUND, UNIT, "nhiem_vu", code, code, day(10))
        for code in ("NV1", "NV2")
    ]
    run.ledger.open(tasks, day(3), "x")
    waive(run, [UNIT], "Không còn cần", "NV1")
    assert {"NV2", UNIT} <= chased(run) and "NV1" not in chased(run)


def test_what_the_issue_locked_can_still_be_waived(run: Run) -> None:
    with run.store.write() as tx:
        lock_round(tx, run, "1")
    later = replace(run, as_of=day(21))
    assert chased(later) == set()
    assert waive(later, [UNIT], "Không tính là thiếu").recorded
    assert last_event(run, UNIT).kind is EventKind.waived


def test_a_slip_of_the_pen_is_seen_and_nothing_is_recorded(run: Run) -> None:
    with pytest.raises(RuleRefused, match="không có nghĩa vụ nào đã được miễn"):
        ask_again(run, [UNIT], "Nhầm")
    with pytest.raises(RuleRefused, match="--viec"):
        waive(run, [UNIT, OTHER], "Nhầm mã việc", "NV9")
    with pytest.raises(RuleRefused, match="lý do"):
        waive(run, [UNIT], "  ")
    assert last_event(run, UNIT).kind is EventKind.opened


def test_the_commands_waive_and_ask_again(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCHC_HOME", str(run.instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", run.store.url)
    monkeypatch.setattr("cchc.clock.now", lambda: day(20))
    for command, said in (("mien", "Đã miễn 1 nghĩa vụ"), ("mo-lai", "Đã mở lại 1 nghĩa vụ")):
        words = [command, UNIT, "--dot", ROUND, "--ly-do", "Sáp nhập", "--nguoi", "A"]
        result = CliRunner().invoke(app, words)
        assert result.exit_code == 0 and said in result.output, result.output
    assert last_event(run, UNIT).kind is EventKind.opened
