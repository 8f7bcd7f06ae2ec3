"""The operators' mail of the day: counts, late units, whom to call, what did not get through, what to do next."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from email import message_from_bytes, policy
from typing import Any

import pytest

from cchc.chasing import by_hand
from cchc.chasing.day_summary import Trouble, summarise_day
from cchc.clock import at
from cchc.mail.bounces import Bounce, put_bounces
from cchc.mail.counts import outbox_by_state
from cchc.mail.department import Department
from cchc.mail.mail import Mail, enqueue
from cchc.mail.outbox import PREVIEW_FOLDER
from cchc.obligations import Event, EventKind
from cchc.paths import Instance
from cchc.run import Run
from cchc.stages import chasing, opening
from cchc.store import Store
from cchc.texts import t

ROUND, UNIT = "2026-Q1", "30760"


def day(number: int, hour: int = 8) -> datetime:
    return at(date(2026, 3, number), hour)


@pytest.fixture
def run(store: Store, instance: Instance) -> Run:
    """A round in which all but three units have answered."""
    run = Run(store, instance, day(2), ROUND, actor="chuyên viên")
    opening.open_round(run)
    for unit in opening.obliged_units(run, run.round)[:-3]:
        if unit.code != UNIT:
            owed = f"{ROUND}/{unit.code}/bao_cao"
            run.ledger.record(
                Event(owed, EventKind.submitted, day(6), day(6), "thu", detail={"submission_id": "s"})
            )
    return run


def on(run: Run, number: int, hour: int = 8) -> Run:
    return replace(run, as_of=day(number, hour))


def chased_on(run: Run, *days: int) -> None:
    """The days of March on which a rung falls due, so that none is left out."""
    for number in days:
        chasing.decide(on(run, number))
        chasing.send(on(run, number))


def mail_of_the_day(run: Run) -> Any:
    found = [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in (run.instance.root / PREVIEW_FOLDER).glob("*.eml")
    ]
    (mail,) = [one for one in found if "Đôn đốc ngày" in one["Subject"]]
    return mail


def test_the_mail_says_who_is_late_whom_to_call_and_what_is_broken(run: Run) -> None:
    for number in (18, 20):
        chasing.decide(on(run, number))
        chasing.send(on(run, number))
    by_hand.log_call(on(run, 20, 10), [UNIT], "Hẹn mai gửi")
    address = run.units.get(UNIT).mailboxes[0]
    with run.store.write() as tx:
        put_bounces(
            tx, "m", [Bounce(address, UNIT, "5.1.1", "550 User unknown", None, day(20, 9))], day(20, 9)
        )
    now = on(run, 20, 11)
    summary = summarise_day(now)
    assert summary.by_rung == {"Quá hạn lần 2": 4}
    assert len(summary.late) == 4
    assert all(unit.to_call and unit.working_days == 3 for unit in summary.late)
    assert {unit.code: unit.noted for unit in summary.late}[UNIT] == (date(2026, 3, 20),)
    chasing.report(now)
    chasing.report(on(run, 20, 12))
    mail = mail_of_the_day(run)
    assert mail["To"] == ", ".join(Department.load().operators)
    for kind in ("plain", "html"):
        text = mail.get_body((kind,)).get_content()
        for words in (run.units.get(UNIT).name, address, "550 User unknown", "20/03/2026", "./cchc don-doc"):
            assert words in text, (kind, words)


def test_a_mail_that_died_is_told_with_the_servers_words(run: Run) -> None:
    mail = Mail(
        "k", "bien_nhan", day(10), ROUND, UNIT, ("hai, dia-chi@x.example",), (), "Đã nhận", "<p></p>", "x"
    )
    with run.store.write() as tx:
        enqueue(tx, mail)
        tx.connection.exec_driver_sql(
            "UPDATE mails SET state = 'dead', claimed_at = '2026-03-10T08:00:00+07:00',"
            " server_answer = '550 no such user' WHERE mail_key = 'k'"
        )
    (trouble,) = summarise_day(on(run, 10, 9)).troubles
    assert (trouble.state, trouble.words) == ("dead", "550 no such user")
    assert summarise_day(on(run, 25, 9)).troubles == [], "told for a week, not for ever"


def test_nobody_reads_that_all_is_well_above_a_list_of_overdue_units(run: Run) -> None:
    quiet = summarise_day(on(run, 10)).next_steps
    assert len(quiet) == 1 and "không đơn vị nào quá hạn" in quiet[0]
    chased_on(run, 10, 16, 17)
    overdue = summarise_day(on(run, 18))
    assert len(overdue.late) == 4 and not any(unit.to_call for unit in overdue.late)
    assert "4 đơn vị quá hạn, chưa đến bậc phải gọi điện" in overdue.next_steps[0]
    assert not any("Không có việc gấp" in step for step in overdue.next_steps)
    chased_on(run, 18, 20)
    called = summarise_day(on(run, 20, 11)).next_steps
    assert "4 đơn vị cần gọi điện" in called[0] and not any("chưa đến bậc" in step for step in called)


@pytest.mark.parametrize("state", ["failed", "claimed"])
def test_mails_that_go_again_by_themselves_are_told_as_such(run: Run, state: str) -> None:
    summary = replace(summarise_day(on(run, 10)), troubles=[Trouble("Đã nhận", "Sở", state, "451")])
    assert summary.next_steps == [t("chasing.summary.steps.on_the_way", count=1)]


def test_nothing_on_a_day_off_nor_when_all_is_quiet(run: Run) -> None:
    chasing.report(on(run, 3))  # nothing fell due, nobody is late
    chasing.report(on(run, 21))  # a Saturday, with late units
    assert "tong_hop_ngay" not in outbox_by_state(run.store)
    chasing.report(on(run, 23))
    assert sum(outbox_by_state(run.store)["tong_hop_ngay"].values()) == 1


def test_who_is_newly_late_is_named_and_who_was_told_before_is_counted(run: Run) -> None:
    chased_on(run, 10, 16, 17)
    newly = summarise_day(on(run, 18))
    assert len(newly.fresh) == 4 and newly.told_before == []
    chased_on(run, 18, 20)
    called = summarise_day(on(run, 20, 11))
    assert len(called.fresh) == 4, "they came on the call list today"
    chased_on(run, 24)
    month_later = on(run, 31)
    chasing.report(month_later)
    mail = mail_of_the_day(run)
    names = [unit.name for unit in summarise_day(month_later).late]
    for kind in ("plain", "html"):
        text = " ".join(mail.get_body((kind,)).get_content().split())
        assert not [name for name in names if name in text], "the same names every day for months"
        assert (
            "Không có đơn vị mới quá hạn" in text and "cần gọi điện: 4" in text and "10 ngày làm việc" in text
        )
