from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest

from cchc.chasing.decide import Decision
from cchc.chasing.sending import send_current
from cchc.clock import at
from cchc.errors import RuleRefused
from cchc.mail.counts import sent_by_rung
from cchc.obligations import EventKind
from cchc.store import Store
from cchc.units import UnitRegister
from cchc.year.ics import calendar_ics

DECIDING = import_module("cchc.chasing.decide")  # the package's name `decide` is the function


OPENED = at(date(2026, 3, 2), 7)


DUE = at(date(2026, 3, 17), 17)


def day(number: int, month: int = 3, hour: int = 8) -> datetime:
    return at(date(2026, month, number), hour)


def mails(store: Store, kind: str | None = None) -> list[dict[str, Any]]:
    rows = store.query("chasing.waiting")
    found = [dict(store.one("mail.mail", mail_key=row["mail_key"]) or {}) for row in rows]
    return [mail for mail in found if kind in (None, mail["kind"])]


@pytest.fixture
def mail_server(world: Any, serve: Any, set_to: Any) -> tuple[Any, Any, Any]:
    """The server's script, how to reach it, and the world's installation with its mail switched on."""
    script, config = serve()
    return script, config, set_to(world.instance, "live", rehearsal=True)


def run_days(world: Any, first: date, last: date, skip: tuple[date, ...] = ()) -> dict[str, Decision]:
    found = {}
    for n in range((last - first).days + 1):
        today = first + timedelta(days=n)
        if today not in skip:
            found[today.isoformat()] = world.run(at(today, 8))
    return found


def test_a_silent_unit_gets_each_rung_once_on_its_day(world: Any) -> None:
    owed = world.owe(world.unit(), DUE, opened=OPENED)
    assert world.run(day(2), rungs=["yeu_cau"], round_id="2026-Q1").by_rung == {"yeu_cau": 1}
    run_days(world, date(2026, 3, 2), date(2026, 4, 10))
    assert world.rungs() == {
        (owed, "yeu_cau"): "2026-03-02",
        (owed, "nhac_truoc_han_1"): "2026-03-10",
        (owed, "nhac_truoc_han_2"): "2026-03-16",
        (owed, "ngay_han"): "2026-03-17",
        (owed, "qua_han_1"): "2026-03-18",
        (owed, "qua_han_2"): "2026-03-20",
        (owed, "qua_han_3"): "2026-03-24",
    }


def test_deciding_twice_changes_no_row(world: Any) -> None:
    world.owe(world.unit(), DUE, opened=OPENED)
    first = world.decide(day(10))
    before = (mails(world.store), world.rungs(), world.ledger.history(f"2026-Q1/{world.unit()}/bao_cao"))
    assert first.mails == 1
    assert world.decide(day(10)) == Decision()
    assert world.decide(day(10, hour=15)) == Decision()
    after = (mails(world.store), world.rungs(), world.ledger.history(f"2026-Q1/{world.unit()}/bao_cao"))
    assert after == before


def test_the_daily_run_never_sends_a_request_without_the_form_that_it_asks_back(
    world: Any,
) -> None:
    world.owe(world.unit(), DUE, opened=OPENED)
    assert world.decide(day(2)) == Decision()
    assert world.decide(day(2), forms_of=lambda _round, _unit: []) == Decision()


def test_the_daily_run_makes_up_for_a_request_that_nobody_could_send(world: Any) -> None:
    form = world.instance.round_out("2026-Q1") / "bieu-mau" / f"2026-Q1_{world.unit()}.xlsx"
    owed = world.owe(world.unit(), DUE, opened=OPENED)
    assert world.decide(day(7), rungs=["yeu_cau"]) == Decision(), "a Saturday"
    assert world.decide(day(9), forms_of=lambda _round, _unit: [form]).by_rung == {"yeu_cau": 1}
    assert world.decide(day(9, hour=9), forms_of=lambda _round, _unit: [form]) == Decision()
    state = world.ledger.state(owed, day(10))
    assert state.requested_at == day(9)
    (mail,) = mails(world.store)
    assert form.name in mail["attachments"]


def test_a_request_is_not_made_up_for_once_its_due_date_is_over(world: Any) -> None:
    world.owe(world.unit(), DUE, opened=OPENED)
    form = world.instance.round_out("2026-Q1") / "bieu-mau" / "a.xlsx"
    assert world.decide(day(18), forms_of=lambda _round, _unit: [form]).by_rung == {"qua_han_1": 1}


def test_nothing_on_a_day_off(world: Any) -> None:
    world.owe(world.unit(), at(date(2026, 3, 13), 17), opened=OPENED)
    for today in (14, 15):
        assert world.decide(day(today)) == Decision()
        assert world.decide(day(today), rungs=["yeu_cau"]) == Decision()
    assert world.decide(day(16)).by_rung == {"qua_han_1": 1}


@pytest.mark.parametrize("verdict", [None, "accepted"])
def test_nothing_after_the_unit_has_submitted_whether_or_not_it_is_accepted_yet(
    world: Any, verdict: str | None
) -> None:
    owed = world.owe(world.unit(), DUE, opened=OPENED)
    world.happens(owed, "submitted", day(9, hour=10), submission_id="s1")
    if verdict:
        world.happens(owed, verdict, day(9, hour=11), submission_id="s1")
    assert not any(
        decision.mails for decision in run_days(world, date(2026, 3, 10), date(2026, 4, 1)).values()
    )


def test_nothing_when_there_is_nothing_to_report_or_the_unit_is_waived(world: Any) -> None:
    nothing = world.owe(world.unit(0), DUE, opened=OPENED)
    waived = world.owe(world.unit(1), DUE, opened=OPENED)
    world.happens(nothing, "nothing_to_report", day(9, hour=10))
    world.happens(waived, "waived", day(9, hour=10), reason="Đơn vị mới thành lập")
    assert not any(
        decision.mails for decision in run_days(world, date(2026, 3, 10), date(2026, 4, 1)).values()
    )


def test_a_submission_learned_later_does_not_rewrite_what_was_right_that_morning(world: Any) -> None:
    owed = world.owe(world.unit(), DUE, opened=OPENED)
    assert world.decide(day(10)).mails == 1
    world.happens(owed, "submitted", day(10, hour=9), submission_id="s1")
    assert world.decide(day(16)).mails == 0


def test_an_extended_unit_follows_its_new_due_date(world: Any) -> None:
    extended = world.owe(world.unit(0), DUE, opened=OPENED)
    other = world.owe(world.unit(1), DUE, opened=OPENED)
    world.happens(
        extended, "extended", day(9, hour=10), reason="Mất điện", due_at="2026-03-31T17:00:00+07:00"
    )
    run_days(world, date(2026, 3, 9), date(2026, 4, 20))
    rungs = world.rungs()
    assert rungs[other, "qua_han_1"] == "2026-03-18"
    assert rungs[extended, "nhac_truoc_han_1"] == "2026-03-24"
    assert rungs[extended, "nhac_truoc_han_2"] == "2026-03-30"
    assert rungs[extended, "qua_han_1"] == "2026-04-01"


def test_a_rejected_report_is_asked_for_again_on_the_next_working_day(world: Any) -> None:
    owed = world.owe(world.unit(), DUE, opened=OPENED)
    world.decide(day(2), rungs=["yeu_cau"])
    world.happens(owed, "submitted", day(6, hour=9), submission_id="s1")
    world.happens(owed, "rejected", day(6, hour=9), reason="3 ô sai", submission_id="s1")
    assert world.decide(day(6, hour=16)) == Decision()
    assert world.decide(day(9)).by_rung == {"da_tra_lai": 1}
    (mail,) = mails(world.store, "don_doc")
    assert "3 ô sai" in mail["plain"]
    assert "3 ô sai" in mail["html"]


def test_a_unit_that_is_no_longer_valid_is_left_alone(world: Any) -> None:
    closed, other = world.unit(0), world.unit(1)
    world.owe(closed, DUE, opened=OPENED)
    world.owe(other, DUE, opened=OPENED)
    world.units = UnitRegister(
        [replace(one, valid_to=date(2026, 3, 9)) if one.code == closed else one for one in world.units.all]
    )
    assert world.decide(day(10)).mails == 1
    assert [mail["unit_code"] for mail in mails(world.store)] == [other]


def test_one_digest_holds_all_rungs_of_a_unit_and_day(world: Any) -> None:
    unit = world.unit()
    world.owe(unit, DUE, opened=OPENED, title="Báo cáo quý I")
    world.owe(
        unit,
        at(date(2026, 3, 11), 17),
        opened=OPENED,
        product="tu_cham",
        round_id="2026-CD",
        title="Tự chấm điểm",
    )
    world.owe(
        unit,
        at(date(2026, 3, 9), 17),
        opened=OPENED,
        product="nhiem_vu",
        round_id="2026-KH",
        item="1",
        title="Việc A",
    )
    world.owe(
        unit,
        at(date(2026, 3, 19), 17),
        opened=OPENED,
        product="tra_loi",
        round_id="2026-KT",
        item="1",
        title="Trả lời B",
    )
    decision = world.decide(day(10))
    assert decision.mails == 1
    assert decision.by_rung == {"nhac_truoc_han_1": 1, "nhac_truoc_han_2": 1, "qua_han_1": 1}
    (mail,) = mails(world.store)
    for title in ("Báo cáo quý I", "Tự chấm điểm", "Việc A", "Trả lời B"):
        assert title in mail["plain"]
    assert mail["plain"].index("Trả lời B") > mail["plain"].index("VIỆC KHÁC")
    assert mail["subject"].startswith("Quá hạn lần 1: 3 việc cải cách hành chính")


def test_what_falls_due_later_the_same_day_makes_its_own_mail(world: Any) -> None:
    unit = world.unit()
    world.owe(unit, DUE, opened=OPENED)
    assert world.decide(day(10)).mails == 1
    world.owe(unit, DUE, opened=day(10, hour=9), product="tra_loi", round_id="2026-KT", item="1")
    assert world.decide(day(10, hour=10)).mails == 1
    assert sorted(mail["mail_key"] for mail in mails(world.store)) == [
        f"{unit}/2026-03-10/don_doc",
        f"{unit}/2026-03-10/don_doc/2",
    ]


def test_a_request_carries_the_units_own_file_and_starts_the_thread(world: Any) -> None:
    unit = world.unit()
    owed = world.owe(unit, DUE, opened=OPENED)
    form = world.instance.round_out("2026-Q1") / "bieu-mau" / f"2026-Q1_{unit}.xlsx"
    form.parent.mkdir(parents=True)
    form.write_bytes(b"PK")
    world.decide(
        day(2),
        rungs=["yeu_cau"],
        forms_of=lambda round_id, code: [form] if code == unit else [],
        round_id="2026-Q1",
    )
    world.decide(day(10))
    (request,), (digest,) = mails(world.store, "yeu_cau"), mails(world.store, "don_doc")
    assert json.loads(request["attachments"]) == [
        f"ket-qua/2026/2026-Q1/bieu-mau/2026-Q1_{unit}.xlsx",
        "ket-qua/2026/lich-bao-cao-2026.ics",
    ]
    assert json.loads(digest["attachments"]) == [], "the year's dates go with its first mail only"
    dates = (world.instance.root / "ket-qua/2026/lich-bao-cao-2026.ics").read_bytes()
    assert dates == calendar_ics(world.calendar, 2026)
    assert request["in_reply_to"] is None
    assert digest["in_reply_to"] == request["message_id"]
    assert [event.kind for event in world.ledger.history(owed)] == [EventKind.opened, EventKind.requested]
    assert world.ledger.state(owed, day(2)).requested_at == day(2)


def test_a_request_goes_only_to_the_round_that_is_opened(world: Any) -> None:
    unit = world.unit()
    world.owe(unit, DUE, opened=OPENED)
    world.owe(
        unit, at(date(2026, 12, 31), 17), opened=OPENED, product="nhiem_vu", round_id="2026-KH", item="1"
    )
    assert world.decide(day(2), rungs=["yeu_cau"], round_id="2026-Q1").mails == 1
    assert [mail["round_id"] for mail in mails(world.store)] == ["2026-Q1"]


def test_a_crash_between_the_decision_and_its_events_is_mended_by_the_next_run(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    owed = world.owe(world.unit(), DUE, opened=OPENED)
    with monkeypatch.context() as patch:
        patch.setattr(DECIDING, "_record_requests", lambda *_: None)
        world.decide(day(2), rungs=["yeu_cau"])
    assert len(world.ledger.history(owed)) == 1
    assert world.decide(day(3)) == Decision()
    last = world.ledger.history(owed)[-1]
    assert (last.kind, last.happened_at) == (EventKind.requested, day(2))


def test_a_crash_inside_the_decision_leaves_nothing_behind(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        world.owe(world.unit(number), DUE, opened=OPENED)
    calls: list[int] = []

    def fail_at_the_third(desk: Any, planned: Any) -> Any:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(desk, planned)

    real = DECIDING.mail_of
    monkeypatch.setattr(DECIDING, "mail_of", fail_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        world.decide(day(10))
    assert world.rungs() == {}
    assert mails(world.store) == []
    monkeypatch.undo()
    assert world.decide(day(10)).mails == 3


def test_after_an_outage_nothing_is_sent_late_or_twice(world: Any) -> None:
    owed = world.owe(world.unit(), DUE, opened=OPENED)
    outage = tuple(date(2026, 3, n) for n in range(10, 20))
    run_days(world, date(2026, 3, 2), date(2026, 4, 10), skip=outage)
    assert world.rungs() == {(owed, "qua_han_2"): "2026-03-20", (owed, "qua_han_3"): "2026-03-24"}


def test_a_reminder_that_could_not_be_sent_is_decided_afresh_the_next_day(
    world: Any, mail_server: Any
) -> None:
    owed = world.owe(world.unit(), DUE, opened=OPENED)
    script, config, live = mail_server
    script.data.append("451 try later")
    world.decide(day(10))
    assert send_current(world.store, live, config, day(10)).failed == 1
    assert world.decide(day(11)).by_rung == {"nhac_truoc_han_1": 1}
    assert send_current(world.store, live, config, day(11)).sent == 1
    assert len(script.taken) == 1
    assert world.rungs() == {(owed, "nhac_truoc_han_1"): "2026-03-11"}
    assert sent_by_rung(world.store, 2026) == {"2026-Q1": {"nhac_truoc_han_1": 1}}


def test_a_unit_that_answered_while_the_server_was_down_is_not_reminded(world: Any, mail_server: Any) -> None:
    owed = world.owe(world.unit(), DUE, opened=OPENED)
    script, config, live = mail_server
    world.decide(day(10))
    world.happens(owed, "submitted", day(10, hour=9), submission_id="s1")
    assert send_current(world.store, live, config, day(10, hour=10)).sent == 0
    assert not script.taken


def test_a_reminder_in_flight_when_the_worker_died_is_repeated_as_it_was_or_given_up(
    world: Any, mail_server: Any
) -> None:
    silent = world.owe(world.unit(0), DUE, opened=OPENED)
    answered = world.owe(world.unit(1), DUE, opened=OPENED)
    script, config, live = mail_server
    script.hang_up_after_taking = 2
    world.decide(day(10))
    for minutes in (0, 6):  # the first one ends the batch
        assert send_current(world.store, live, config, day(10) + timedelta(minutes=minutes)).unknown == 1
    world.happens(answered, "submitted", day(10, hour=9), submission_id="s1")
    assert world.decide(day(11)) == Decision()
    assert send_current(world.store, live, config, day(11)).sent == 1
    keys = {world.unit(0): "sent", world.unit(1): "dead"}
    for unit, state in keys.items():
        row = world.store.one("mail.mail", mail_key=f"{unit}/2026-03-10/don_doc")
        assert row["state"] == state
    assert len(script.taken) == 3
    assert world.rungs().keys() == {(silent, "nhac_truoc_han_1"), (answered, "nhac_truoc_han_1")}


def test_the_third_overdue_rung_lists_the_units_for_the_committee(world: Any) -> None:
    for number in range(3):
        world.owe(world.unit(number), DUE, opened=OPENED)
    world.decide(day(24))
    (listed,) = mails(world.store, "danh_sach_qua_han")
    assert json.loads(listed["recipients"]) == ["bcd-cchc@angiang.example"]
    for number in range(3):
        assert world.units.get(world.unit(number)).name in listed["plain"]
    assert world.decide(day(24)) == Decision()
    assert len(mails(world.store, "danh_sach_qua_han")) == 1


def test_an_unknown_rung_is_an_error_that_names_the_known_ones(world: Any) -> None:
    with pytest.raises(RuleRefused, match="qua_han_1"):
        world.decide(day(10), rungs=["qua_han_9"])
