"""What operators do besides the ladder, through the library and through `./cchc don-doc`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from cchc.chasing import by_hand
from cchc.chasing.holds import HoldKind, load_holds
from cchc.cli.don_doc import app
from cchc.clock import at
from cchc.errors import CchcError, RuleRefused
from cchc.obligations import EventKind, Obligation
from cchc.paths import Instance
from cchc.run import Run
from cchc.stages import chasing, opening
from cchc.store import Store

ROUND, UNIT, OTHER, THIRD = "2026-Q1", "30760", "30292", "30301"


def day(number: int, hour: int = 8) -> datetime:
    return at(date(2026, 3, number), hour)


@pytest.fixture
def run(store: Store, instance: Instance) -> Run:
    instance.root.mkdir(parents=True, exist_ok=True)
    run = Run(store, instance, day(2), ROUND, actor="chuyên viên A")
    opening.open_round(run)
    return run


def on(run: Run, number: int, hour: int = 9) -> Run:
    return replace(run, as_of=day(number, hour))


def last_event(run: Run, unit: str = UNIT) -> Any:
    return run.ledger.history(f"{ROUND}/{unit}/bao_cao")[-1]


def test_calls_and_letters_are_kept_with_who_when_and_what(run: Run) -> None:
    assert by_hand.log_call(on(run, 18), [UNIT], "Hẹn chiều mai gửi").recorded == [f"{ROUND}/{UNIT}/bao_cao"]
    event = last_event(run)
    assert (event.kind, event.actor, event.reason) == (EventKind.phoned, "chuyên viên A", "Hẹn chiều mai gửi")
    done = by_hand.log_letter(on(run, 24), None, "123/SNV-CCHC", date(2026, 3, 24))
    assert len(done.recorded) == len(opening.obliged_units(run, run.round))
    assert last_event(run, OTHER).reason == "Công văn số 123/SNV-CCHC ngày 24/03/2026"
    assert by_hand.log_letter(on(run, 10), None, "1/SNV", date(2026, 3, 10)).recorded == [], (
        "nobody is late yet"
    )


def test_one_unit_or_all_get_more_time_and_who_has_more_keeps_it(run: Run) -> None:
    by_hand.extend(on(run, 16), [UNIT], day(31, 17), "Thiên tai")
    done = by_hand.extend(on(run, 16, 10), None, day(25, 17), "Phần mềm một cửa hỏng")
    assert [unit for unit, _ in done.refused] == [UNIT]
    due = {
        obligation.unit_code: state.current_due_at
        for obligation, state in run.ledger.states(day(17), round_id=ROUND)
    }
    assert due.pop(UNIT) == day(31, 17)
    assert set(due.values()) == {day(25, 17)}
    chasing.decide(on(run, 18, 8))
    rungs = {row["rung"] for row in run.store.query("chasing.all_reminders")}
    assert "qua_han_1" not in rungs


def test_more_time_for_one_of_several_things_moves_that_alone_and_a_slip_names_what_is_owed(run: Run) -> None:
    tasks = [
        Obligation(f"{ROUND}/{UNIT}/nhiem_vu/{code}", ROUND, UNIT, "nhiem_vu", code, code, day(10))
        for code in ("NV1", "NV2")
    ]
    run.ledger.open(tasks, day(3), "x")
    done = by_hand.extend(on(run, 5), [UNIT], day(31, 17), "Chờ tỉnh", "NV2")
    assert done.recorded == [f"{ROUND}/{UNIT}/nhiem_vu/NV2"]
    for units in ([UNIT], None):
        with pytest.raises(RuleRefused, match=r"không nợ việc “NV9” ở đợt này.*NV1, NV2"):
            by_hand.extend(on(run, 5), units, day(31, 17), "Nhầm", "NV9")
    with pytest.raises(RuleRefused, match="không nợ việc “NV1”"):
        by_hand.extend(on(run, 5), [UNIT, OTHER], day(31, 17), "Nhầm đơn vị", "NV1")


def test_remind_now_goes_to_one_some_or_all_and_again_when_asked_again(run: Run) -> None:
    everyone = len(opening.obliged_units(run, run.round))
    assert by_hand.remind_now(on(run, 5), [UNIT]).mails == 1
    assert by_hand.remind_now(on(run, 5, 10), [UNIT, OTHER]).mails == 2
    assert by_hand.remind_now(on(run, 5, 11), None).mails == everyone
    chasing.send(on(run, 5, 11))
    with pytest.raises(RuleRefused, match="thứ Bảy"):
        by_hand.remind_now(on(run, 7), None)


def test_a_hold_is_recorded_for_the_round_or_for_everything_and_lifted(run: Run) -> None:
    by_hand.hold(on(run, 9), [UNIT], HoldKind.MUTED, date(2026, 3, 31), "Sáp nhập")
    by_hand.hold(replace(on(run, 9), round_id=None), [OTHER], HoldKind.POSTPONED, date(2026, 3, 20), "Bão")
    holds = load_holds(run.store, day(9, 10))
    assert holds.silences(UNIT, ROUND, date(2026, 3, 10))
    assert not holds.silences(UNIT, "2026-CD", date(2026, 3, 10))
    assert holds.silences(OTHER, "2026-CD", date(2026, 3, 20))
    assert not holds.silences(OTHER, ROUND, date(2026, 3, 21))
    assert len(by_hand.lift(on(run, 10), [UNIT, OTHER], "Xong")) == 1, "the other one is about all rounds"


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda run: by_hand.log_call(run, [UNIT], " "), "--noi-dung"),
        (lambda run: by_hand.log_call(replace(run, actor=""), [UNIT], "x"), "--nguoi"),
        (lambda run: by_hand.log_call(run, ["99999"], "x"), "99999"),
        (lambda run: by_hand.extend(run, [UNIT], day(2, 17), "x"), "đã qua"),
        (lambda run: by_hand.extend(replace(run, round_id="2026-XX"), [UNIT], day(20), "x"), "2026-XX"),
    ],
)
def test_a_slip_of_the_pen_is_one_clear_error_and_nothing_is_recorded(run: Run, act: Any, words: str) -> None:
    before = len(run.ledger.history(f"{ROUND}/{UNIT}/bao_cao"))
    with pytest.raises(CchcError, match=words):
        act(on(run, 9))
    assert len(run.ledger.history(f"{ROUND}/{UNIT}/bao_cao")) == before


@pytest.fixture
def command(run: Run, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("CCHC_HOME", str(run.instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", run.store.url)
    monkeypatch.setattr("cchc.clock.now", lambda: day(10, 9))

    def call(*words: str) -> str:
        result = CliRunner().invoke(app, list(words), env={"COLUMNS": "200", "CCHC_USER": "chị B"})
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return " ".join(result.output.split())

    return call


def test_the_commands_say_what_they_did(command: Any, run: Run) -> None:
    assert "1 nghĩa vụ" in command("goi", UNIT, "--noi-dung", "Đã hẹn")
    assert last_event(run).actor == "chị B"
    assert "1 nghĩa vụ" in command("gia-han", UNIT, "--dot", ROUND, "--den", "25/03/2026", "--ly-do", "Bão")
    assert run.ledger.state(f"{ROUND}/{UNIT}/bao_cao", day(11)).due_at == day(25, 17)  # type: ignore[union-attr]
    assert "đến hết ngày 20/03/2026" in command("tat", OTHER, "--den", "2026-03-20", "--ly-do", "Bão")
    assert "Từ hôm nay nhắc lại 1" in command("nhac-lai", OTHER, "--ly-do", "Xong")
    assert "1 thư nhắc" in command("nhac", UNIT)
    assert "Không có địa chỉ nào" in command("dia-chi")
    noted = command("cong-van", UNIT, "--dot", ROUND, "--so", "1/SNV", "--ngay", "09/03/2026")
    assert "1 nghĩa vụ" in noted


def test_all_is_never_meant_by_forgetting_to_name_anybody(command: Any, run: Run) -> None:
    for words in (["nhac"], ["nhac", UNIT, "--tat-ca"]):
        with pytest.raises(CchcError, match="--tat-ca"):
            command(*words)
    with pytest.raises(CchcError, match="mã đơn vị"):
        command("goi", "--noi-dung", "x")
    assert run.store.query("chasing.all_reminders") == []


def test_a_form_that_is_sent_twice_writes_to_nobody_twice_and_notes_a_call_once(run: Run) -> None:
    """By one person's second click, or by two who do the same; an hour later it is meant."""
    soon = replace(on(run, 5), as_of=on(run, 5).as_of + timedelta(seconds=3))
    by_hand.remind_now(on(run, 5), [UNIT])
    for again in (soon, replace(soon, actor="người khác")):
        with pytest.raises(RuleRefused, match="vừa được đưa vào hộp đi"):
            by_hand.remind_now(again, [UNIT])
        assert by_hand.remind_now(again, [UNIT, OTHER] if again is soon else [OTHER, THIRD]).mails == 1
    by_hand.log_call(on(run, 6), [UNIT], "Đã gọi")
    again = replace(on(run, 6), as_of=on(run, 6).as_of + timedelta(seconds=3))
    done = by_hand.log_call(again, [UNIT], "Đã gọi")
    assert not done.recorded and "Vừa ghi đúng lời này" in done.refused[0][1]
    for meant in (replace(again, actor="người khác"), on(run, 6, 10)):
        assert by_hand.log_call(meant, [UNIT], "Đã gọi").recorded
    assert by_hand.log_call(again, [UNIT], "Gọi lại, gặp chánh văn phòng").recorded
