from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from cchc.clock import at
from cchc.documents.approval_mail import OpenDecision, approval_mail
from cchc.mail.department import Department
from cchc.mail.mail import enqueue


@pytest.fixture
def ask(world: Any) -> Any:
    def make(day: date, hour: int = 8) -> bool:
        decision = OpenDecision(
            round_id="2026-Q1",
            kind="bao_cao",
            subject_id="bao-cao/1",
            title="Dự thảo Báo cáo CCHC quý I năm 2026",
            since=at(date(2026, 3, 19), 10),
            facts=[("Đơn vị đã báo cáo", "118/122")],
        )
        mail = approval_mail(world.instance, decision, at(day, hour), world.calendar.working_days)
        if mail is None:
            return False
        with world.store.write() as tx:
            return enqueue(tx, mail)

    return make


def test_approvers_are_asked_once_each_working_day(world: Any, ask: Any) -> None:
    assert [ask(date(2026, 3, day)) for day in (19, 20, 21, 22, 23)] == [True, True, False, False, True]
    assert not ask(date(2026, 3, 23), 15)
    rows = [
        world.store.one("mail.mail", mail_key=row["mail_key"]) for row in world.store.query("chasing.waiting")
    ]
    assert len(rows) == 3
    assert "đã 2 ngày làm việc" in rows[-1]["plain"]
    assert "118/122" in rows[-1]["html"]
    assert all(one.mailbox in rows[0]["recipients"] for one in Department.load().approvers_of("bao_cao"))


def test_only_who_may_decide_on_this_kind_of_document_is_asked(
    world: Any, ask: Any, change_config: Callable[[str, str, str], None]
) -> None:
    other = "  pho: {name: Phó Giám đốc, role: user, mailbox: pho@sonoivu.angiang.example}\n  van-hanh:"
    change_config("department.yaml", "  van-hanh:", other)
    change_config("department.yaml", "bao_cao: [lanh-dao]", "bao_cao: [pho]")
    assert ask(date(2026, 3, 19))
    (row,) = world.store.query("chasing.waiting")
    mail = world.store.one("mail.mail", mail_key=row["mail_key"])
    assert json.loads(mail["recipients"]) == ["pho@sonoivu.angiang.example"]
