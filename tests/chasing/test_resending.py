"""Operators send again: a mail, a rung, a round, with what it carries; recorded on what is owed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from tests.support.mailing import settle
from typer.testing import CliRunner

from cchc.chasing import by_hand
from cchc.chasing.resending import resend_mail, resend_rung
from cchc.clock import at
from cchc.errors import CchcError, RuleRefused
from cchc.mail.outbox import send_pending
from cchc.mail.resending import held_mails, leave
from cchc.obligations import Event, EventKind
from cchc.run import Run
from cchc.stages import chasing, opening
from cchc.store import Store

ROUND, UNIT, OTHER = "2026-Q1", "30760", "30292"
FORM = f"{ROUND}_{UNIT}.xlsx"


def day(number: int, hour: int = 8) -> datetime:
    return at(date(2026, 3, number), hour)


@pytest.fixture
def run(province: Any) -> Run:
    """The forms of two units are made; everybody is asked on the opening day."""
    settle(province.instance, "live", rehearsal=True)
    run = replace(province.run, as_of=day(2), actor="chuyên viên A")
    opening.request(run)
    return run


def on(run: Run, moment: datetime) -> Run:
    return replace(run, as_of=moment, peer_cache={}, system_cache={})


def mails(run: Run, unit: str = UNIT) -> list[dict[str, Any]]:
    with run.store.read() as tx:
        rows = tx.connection.exec_driver_sql("SELECT * FROM mails ORDER BY decided_at, mail_key").mappings()
        return [dict(row) for row in rows if row["unit_code"] == unit]


def resent(run: Run, unit: str = UNIT) -> list[Any]:
    history = run.ledger.history(f"{ROUND}/{unit}/bao_cao")
    return [event for event in history if event.kind is EventKind.resent]


def test_a_dead_request_goes_again_as_it_was_with_its_form_to_the_mended_address(
    run: Run, serve: Any, own_addresses: Any
) -> None:
    script, config = serve()
    (request,) = mails(run)
    (address,) = json.loads(request["recipients"])
    script.rcpt[address] = "550 5.1.1 no such user"
    send_pending(run.store, run.instance, config, run.as_of)
    assert mails(run)[0]["state"] == "dead"
    register = own_addresses / "units.csv"
    mended = run.units.get(UNIT).mailboxes[0]
    register.write_text(
        register.read_text(encoding="utf-8").replace(mended, "moi@angiang.mau-thu.vn"), encoding="utf-8"
    )
    later = Run(run.store, run.instance, day(3), ROUND, actor="chuyên viên A")
    new = later.units.get(UNIT).mailboxes[0]
    assert resend_mail(later, request["mail_key"], "đã hỏi địa chỉ mới").mails == 1
    assert send_pending(run.store, run.instance, config, day(3)).sent == 1
    assert script.taken[-1][0] == (new,)
    assert FORM.encode() in script.taken[-1][1]
    assert request["message_id"].encode() in script.taken[-1][1]
    (event,) = resent(later)
    assert (event.actor, event.reason, event.detail["mail_key"]) == (
        "chuyên viên A", "đã hỏi địa chỉ mới", request["mail_key"],
    )  # fmt: skip


def test_a_mail_that_did_leave_goes_again_under_an_identity_of_its_own(run: Run, serve: Any) -> None:
    script, config = serve()
    send_pending(run.store, run.instance, config, run.as_of)
    (request,) = mails(run)
    resend_mail(on(run, day(9)), request["mail_key"], "đơn vị báo mất thư")
    assert send_pending(run.store, run.instance, config, day(9)).sent == 1
    first, again = mails(run)
    assert first["message_id"] != again["message_id"]
    assert FORM in again["attachments"]
    assert FORM.encode() in script.taken[-1][1]


def test_a_receipt_goes_again_too(run: Run, serve: Any, make_mail: Any, put: Any) -> None:
    _, config = serve()
    put(make_mail("bien-nhan/1"))
    send_pending(run.store, run.instance, config, run.as_of)
    resend_mail(on(run, day(10)), "bien-nhan/1", "đơn vị báo mất thư")
    assert send_pending(run.store, run.instance, config, day(10)).sent == 1


def test_a_round_goes_again_to_whoever_still_owes_and_not_twice_to_whom_it_still_waits_for(
    run: Run, serve: Any
) -> None:
    script, config = serve()
    first = resend_rung(on(run, day(3)), None, None, "máy chủ hỏng")
    assert first.mails == 0
    assert first.waiting == 122
    send_pending(run.store, run.instance, config, day(3))
    assert len(script.taken) == 122
    again = resend_rung(on(run, day(4)), None, None, "máy chủ hỏng")
    assert (again.mails, again.waiting) == (122, 0)
    assert send_pending(run.store, run.instance, config, day(4)).sent == 122


def test_a_rung_goes_again_to_chosen_units_with_the_form(run: Run, serve: Any) -> None:
    _, config = serve()
    send_pending(run.store, run.instance, config, run.as_of)
    late = on(run, at(date(2026, 3, 18), 8))
    chasing.decide(late)
    send_pending(run.store, run.instance, config, late.as_of)
    count = len(mails(run))
    assert resend_rung(on(run, at(date(2026, 3, 19), 9)), [UNIT], "qua_han_1", "gửi lại").mails == 1
    found = mails(run)
    assert len(found) == count + 1
    assert FORM in found[-1]["attachments"]
    assert "Quá hạn lần 1" in found[-1]["subject"]
    assert len(resent(run)) == 1
    assert resent(run, OTHER) == []


def test_reminders_offer_the_form_again_from_the_first_overdue_one_on(run: Run, serve: Any) -> None:
    _, config = serve()
    send_pending(run.store, run.instance, config, run.as_of)
    for number in (10, 18, 20, 24):
        chasing.decide(on(run, day(number)))
        send_pending(run.store, run.instance, config, day(number))
    carried = {one["subject"].partition(":")[0]: FORM in one["attachments"] for one in mails(run)}
    assert {rung for rung, has in carried.items() if has} >= {
        "Quá hạn lần 1", "Quá hạn lần 2", "Quá hạn lần 3",
    }  # fmt: skip
    assert not any(carried[rung] for rung in carried if rung.startswith("Nhắc trước hạn"))
    by_hand.remind_now(on(run, at(date(2026, 4, 2), 9)), [UNIT])
    assert FORM in mails(run)[-1]["attachments"]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"actor": " "}, "act-needs-actor"),
        ({"reason": " "}, "act-needs-reason"),
        ({"key": "khong-co"}, "unknown-mail"),
        ({}, "still-waiting"),
    ],
)
def test_what_cannot_be_sent_again_is_refused_and_nothing_changes(
    run: Run, change: dict[str, str], rule: str
) -> None:
    before = mails(run)
    key = change.get("key", before[0]["mail_key"])
    with pytest.raises(RuleRefused) as refused:
        resend_mail(replace(run, actor=change.get("actor", "A")), key, change.get("reason", "lý do"))
    assert refused.value.rule == rule
    assert mails(run) == before


def test_a_unit_that_answered_is_sent_nothing_again(run: Run, serve: Any, province: Any) -> None:
    _, config = serve()
    send_pending(run.store, run.instance, config, run.as_of)
    (request,) = mails(run)
    run.ledger.record(
        Event(f"{ROUND}/{UNIT}/bao_cao", EventKind.nothing_to_report, day(3), day(3), "A", "không phát sinh")
    )
    with pytest.raises(RuleRefused) as refused:
        resend_mail(on(run, day(4)), request["mail_key"], "gửi lại")
    assert refused.value.rule == "owes-nothing"
    with pytest.raises(RuleRefused) as refused:
        resend_rung(on(run, day(4)), [UNIT], None, "gửi lại")
    assert refused.value.rule == "owes-nothing"


def test_a_mail_of_unknown_fate_is_settled_by_a_person(run: Run, store: Store) -> None:
    (request,) = mails(run)
    with store.write() as tx:
        tx.connection.exec_driver_sql(
            "UPDATE mails SET state = 'held', claimed_at = decided_at WHERE unit_code IN ('30760', '30292')"
        )
    assert len(held_mails(store)) == 2
    leave(store, request["mail_key"], day(3), actor="A", reason="đơn vị đã có thư")
    assert mails(run)[0]["state"] == "dead"
    with pytest.raises(RuleRefused, match="không chờ ai"):
        leave(store, request["mail_key"], day(3), actor="A", reason="lần nữa")
    (other,) = mails(run, OTHER)
    resend_mail(on(run, day(3)), other["mail_key"], "đơn vị chưa có thư")
    assert mails(run, OTHER)[0]["state"] == "decided"
    assert held_mails(store) == []


def test_the_command_line_asks_for_a_mail_or_a_round_and_for_whom(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cchc.cli import app

    monkeypatch.setenv("CCHC_HOME", str(run.instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", run.store.url)
    monkeypatch.setattr("cchc.clock.now", lambda: day(3))

    def said(*words: str) -> str:
        result = CliRunner().invoke(app, ["thu", *words], env={"COLUMNS": "200"})
        if isinstance(result.exception, CchcError):
            return str(result.exception)
        return " ".join(result.output.split())

    assert "--dot" in said("gui-lai", "--ly-do", "x")
    assert "--tat-ca" in said("gui-lai", "--dot", ROUND, "--ly-do", "x", "--nguoi", "A")
    assert "122 đơn vị không gửi lại" in said(
        "gui-lai", "--dot", ROUND, "--tat-ca", "--ly-do", "x", "--nguoi", "A"
    )
    with run.store.write() as tx:
        tx.connection.exec_driver_sql("UPDATE mails SET state = 'held' WHERE unit_code IN ('30760', '30292')")
    key = mails(run)[0]["mail_key"]
    assert key in said("xem", "--ngay", "2026-03-03")
    assert "1 thư gửi lại" in said("gui-lai", key, "--ly-do", "x", "--nguoi", "A")
    assert "không gửi lại" in said("thoi", mails(run, OTHER)[0]["mail_key"], "--ly-do", "x", "--nguoi", "A")
    assert "không bị dừng" in said("tiep-tuc", "--nguoi", "A")
