"""What reminding achieved, on a round that is written by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from cchc.chasing.effect import round_effect
from cchc.cli import app
from cchc.clock import at

OPENED, DUE = at(date(2026, 3, 2), 7), at(date(2026, 3, 17), 17)


def day(number: int, hour: int = 8) -> datetime:
    return at(date(2026, 3, number), hour)


def test_each_answer_counts_after_the_last_reminder_before_it(world: Any) -> None:
    first, second, third = (world.owe(world.unit(n), DUE, opened=OPENED) for n in range(3))
    waived = world.owe(world.unit(3), DUE, opened=OPENED)
    world.happens(waived, "waived", day(3), reason="Sáp nhập")
    answers = {first: day(5), second: day(11, 10)}
    world.run(day(2), rungs=["yeu_cau"])
    for number in range(3, 19):
        world.run(day(number))
        for obligation_id, when in answers.items():
            if when.date() == date(2026, 3, number):
                world.happens(obligation_id, "submitted", when, submission_id="s")
                world.happens(obligation_id, "accepted", when, submission_id="s")
    found = round_effect(world.store, world.ladder, world.units, "2026-Q1", day(19))
    assert (found.obliged, found.answered, found.unanswered) == (3, 2, 1)
    assert [(one.rung, one.answered, one.median_wait) for one in found.rungs] == [
        ("", 1, None),
        ("nhac_truoc_han_1", 1, timedelta(hours=26)),
        ("nhac_truoc_han_2", 0, None),
        ("ngay_han", 0, None),
        ("qua_han_1", 0, None),
    ]
    assert found.median_wait == timedelta(hours=26)
    assert sum(one.answered for one in found.rungs) + found.unanswered == found.obliged
    assert third


def test_what_was_not_known_then_does_not_count_then(world: Any) -> None:
    owed = world.owe(world.unit(), DUE, opened=OPENED)
    world.run(day(10))
    world.happens(owed, "submitted", day(11), submission_id="s")
    assert round_effect(world.store, world.ladder, world.units, "2026-Q1", day(10, 9)).unanswered == 1
    assert round_effect(world.store, world.ladder, world.units, "2026-Q1", day(12)).unanswered == 0


def test_the_command_prints_shares_and_waits(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCHC_HOME", str(world.instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", world.store.url)
    owed = world.owe(world.unit(), DUE, opened=OPENED)
    world.owe(world.unit(1), DUE, opened=OPENED)
    world.run(day(10))
    world.happens(owed, "submitted", day(11, 10), submission_id="s")
    shown = (
        CliRunner().invoke(app, ["hieu-qua", "2026", "--ngay", "2026-03-20"], env={"COLUMNS": "160"}).output
    )
    for words in ("Báo cáo CCHC quý I năm 2026", "Nhắc trước hạn lần 1", "50,0%", "26 giờ", "Chưa gửi"):
        assert words in shown
