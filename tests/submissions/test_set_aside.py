"""Cần xem lại: kept, named, told once, listed, read again at a person's wish as of when it came, never lost."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.submissions.test_inbox import PowerCut, put, received, standing
from tests.support.bad_readers import BAD, SECRET, deal_badly, judge_badly
from tests.support.province import MORNING, ROUND, UNIT, read_mail
from typer.testing import CliRunner

from cchc.chasing.day_summary import enqueue_summary, summarise_day
from cchc.cli import app
from cchc.clock import at, to_text
from cchc.errors import RuleRefused
from cchc.stages import receiving
from cchc.submissions import inbox
from cchc.submissions.set_aside import ask_again, dismiss, waiting

LATER = MORNING + timedelta(hours=1)


@pytest.fixture
def bad(monkeypatch):
    """Whatever is read breaks its reader, until the returned function is called."""
    monkeypatch.setattr(receiving, "judge_file", judge_badly)
    monkeypatch.setattr(receiving, "deal_with_mail", deal_badly)
    monkeypatch.setenv(BAD, "")
    return lambda: monkeypatch.delenv(BAD)


@pytest.fixture
def one(province, bad):
    """A file that was set aside; the cause is mended since."""
    put(province.instance.inbox / ROUND / "b.xlsx", province.filled())
    assert received(province) == {"set_aside": 1}
    bad()
    (found,) = waiting(province.store)
    return found


def alarms(province) -> list[str]:
    return [mail["plain"] for mail in province.mails() if "/can-xem-lai/" in mail["mail_key"]]


def test_a_thing_set_aside_is_listed_with_where_it_lies(province, one) -> None:
    assert (province.instance.root / one.held_in).is_file()
    assert (one.name, one.channel, one.received_at) == ("b.xlsx", "thu-muc", MORNING)
    assert one.fault.startswith("ZeroDivisionError in")


def test_it_is_read_again_as_of_the_moment_at_which_it_came(province, one) -> None:
    ask_again(province.at(LATER, actor="an"), one.item_id, "đã sửa lỗi")
    assert [found.wanted for found in waiting(province.store)] == [True]

    assert received(province, LATER + timedelta(minutes=30)) == {"accepted": 1}
    assert province.submissions()[0]["received_at"] == "2026-03-10T09:00:00+07:00"
    assert waiting(province.store) == []
    assert not [path for path in (province.instance.inbox / inbox.REVIEW).rglob("*") if path.is_file()]


def test_what_breaks_again_is_the_same_thing_and_is_told_again(province, one, monkeypatch) -> None:
    monkeypatch.setenv(BAD, "")
    ask_again(province.at(LATER), one.item_id, "thử lại")
    assert received(province, LATER + timedelta(minutes=30)) == {"set_aside": 1}
    (found,) = waiting(province.store)
    assert (found.item_id, found.received_at, found.wanted) == (one.item_id, MORNING, False)
    assert len(alarms(province)) == 2


def test_it_may_be_put_back_by_hand_as_well(province, one) -> None:
    (province.instance.root / one.held_in).replace(province.instance.inbox / ROUND / "b.xlsx")
    assert received(province, LATER) == {"accepted": 1}
    assert waiting(province.store) == []


@pytest.mark.parametrize("way", ["at a person's wish", "by hand"])
def test_what_may_have_come_in_time_is_on_time_although_it_was_set_aside_first(
    province, bad, way: str
) -> None:
    due = at(date(2026, 3, 17), 17)
    received(province, due - timedelta(hours=1))
    put(province.instance.inbox / ROUND / "b.xlsx", province.filled())
    assert received(province, due + timedelta(minutes=30)) == {"set_aside": 1}
    (found,) = waiting(province.store)
    bad()
    week = due + timedelta(days=7)
    if way == "by hand":
        (province.instance.root / found.held_in).replace(province.instance.inbox / ROUND / "b.xlsx")
    else:
        ask_again(province.at(week), found.item_id, "đã sửa")
    assert received(province, week) == {"accepted": 1}
    assert standing(province, week) == "on_time"
    assert province.submissions()[0]["received_at"] == to_text(due + timedelta(minutes=30))


@pytest.mark.parametrize("name", [b"bi\xebu.xlsx", ("ạ" * 80).encode()], ids=["not UTF-8", "240 bytes"])
def test_a_name_that_cannot_be_shown_does_not_lose_what_is_set_aside(province, bad, name: bytes) -> None:
    put(Path(os.fsdecode(os.fsencode(province.instance.inbox / ROUND) + b"/" + name)), province.filled())
    assert received(province) == {"set_aside": 1}
    received(province, LATER)
    (found,) = waiting(province.store)
    assert (province.instance.root / found.held_in).is_file()
    bad()
    ask_again(province.at(LATER), found.item_id, "đã sửa")
    assert received(province, LATER + timedelta(minutes=30)) == {"accepted": 1}
    assert waiting(province.store) == []


@pytest.mark.parametrize("name", [b"b.xlsx", b"bi\xebu.xlsx"])
def test_what_somebody_put_into_the_folder_for_review_is_listed(province, name: bytes) -> None:
    put(Path(os.fsdecode(os.fsencode(province.instance.inbox / inbox.REVIEW / ROUND) + b"/" + name)), b"x")
    for minutes in (0, 30, 60):
        received(province, MORNING + timedelta(minutes=minutes))
        (found,) = waiting(province.store)
        assert found.received_at == MORNING
        assert (province.instance.root / found.held_in).is_file()


def test_what_is_dismissed_waits_no_longer_and_stays_kept(province, one) -> None:
    dismiss(province.at(LATER), one.item_id, "đơn vị đã gửi lại")
    assert waiting(province.store) == []
    assert received(province, LATER + timedelta(minutes=30)) == {}
    assert (province.instance.root / one.held_in).is_file()
    assert waiting(province.store) == [], "what was dismissed does not come back by itself"


@pytest.mark.parametrize("act", [ask_again, dismiss])
def test_a_decision_needs_a_reason_and_something_that_waits(province, one, act) -> None:
    run = province.at(LATER)
    for item, reason, rule in (
        (one.item_id, " ", "decision-needs-reason"),
        ("khong-co", "x", "nothing-waits"),
    ):
        with pytest.raises(RuleRefused) as refused:
            act(run, item, reason)
        assert refused.value.rule == rule


def test_two_files_of_one_name_are_both_kept(province, bad) -> None:
    for number, content in enumerate([province.filled(figure=3), province.filled(figure=4)]):
        put(province.instance.inbox / ROUND / "b.xlsx", content)
        received(province, MORNING + timedelta(minutes=30 * number))
    found = waiting(province.store)
    assert len(found) == 2
    assert len({(province.instance.root / one.held_in).read_bytes() for one in found}) == 2
    bad()
    for one in found:
        ask_again(province.at(LATER), one.item_id, "x")
    assert sum(received(province, LATER + timedelta(minutes=30)).values()) == 2


def test_what_a_broken_off_run_left_for_review_is_found(province, bad, monkeypatch) -> None:
    put(province.instance.inbox / ROUND / "b.xlsx", province.filled())

    def power_cut(*_: object) -> None:
        raise PowerCut

    with monkeypatch.context() as broken:
        broken.setattr(receiving, "put", power_cut)
        with pytest.raises(PowerCut):
            received(province)
    assert waiting(province.store) == []
    received(province, LATER)
    (found,) = waiting(province.store)
    assert found.received_at == MORNING
    assert found.reason.startswith("Gặp lỗi chưa lường trước")
    bad()
    ask_again(province.at(LATER), found.item_id, "x")
    assert received(province, LATER + timedelta(minutes=30)) == {"accepted": 1}


def test_a_mail_is_read_again_at_a_persons_wish(province, account, compose, bad) -> None:
    account.deliver(compose(("bieu.xlsx", province.filled())).as_bytes(), MORNING)
    assert read_mail(province, account) == {"set_aside": 1}
    (found,) = waiting(province.store)
    assert (found.channel, found.held_in) == ("hop-thu", "Can-xem-lai")
    assert "ZeroDivisionError" in found.fault and SECRET not in found.fault
    assert len(account.lying_in("Can-xem-lai")) == 1
    bad()
    assert read_mail(province, account, LATER) == {}
    ask_again(province.at(LATER), found.item_id, "đã sửa lỗi")

    assert read_mail(province, account, LATER + timedelta(minutes=30)) == {"accepted": 1}
    assert province.submissions()[0]["received_at"] == "2026-03-10T09:00:00+07:00"
    assert waiting(province.store) == []
    assert account.lying_in("Can-xem-lai") == []


def test_of_two_copies_of_a_mail_that_are_read_again_one_is_answered(province, account, compose, bad) -> None:
    raw = compose(("bieu.xlsx", province.filled())).as_bytes()
    for _ in range(2):
        account.deliver(raw, MORNING)
    read_mail(province, account)
    bad()
    for one in waiting(province.store):
        ask_again(province.at(LATER), one.item_id, "đã sửa lỗi")
    before = len(province.mails())
    assert read_mail(province, account, LATER + timedelta(minutes=30)) == {"accepted": 1, "repeated": 1}
    assert len(province.mails()) == before + 1
    assert waiting(province.store) == []


def test_what_another_reader_stored_in_between_counts_once_and_is_answered_once(
    province, account, compose, monkeypatch
) -> None:
    real, calls = receiving._store, list[bool]()

    def twice(*given, **named):
        calls.extend(real(*given, **named) for _ in range(2))  # the other reader is a moment ahead
        return calls[-1]

    monkeypatch.setattr(receiving, "_store", twice)
    account.deliver(compose(("bieu.xlsx", province.filled())).as_bytes(), MORNING)
    before = len(province.mails())
    assert read_mail(province, account) == {"repeated": 1}
    assert calls == [True, False]
    assert len(province.submissions()) == 1
    assert len(province.mails()) == before + 1


def test_a_copy_that_is_taken_in_settles_the_one_that_broke_its_reader(
    province, account, compose, bad
) -> None:
    raw = compose(("bieu.xlsx", province.filled())).as_bytes()
    account.deliver(raw, MORNING)
    read_mail(province, account)
    assert len(waiting(province.store)) == 1
    bad()
    account.deliver(raw, LATER)
    assert read_mail(province, account, LATER) == {"accepted": 1}
    assert waiting(province.store) == []


def test_a_copy_of_what_was_answered_is_not_answered_when_it_is_read_again(
    province, account, compose, bad, monkeypatch
) -> None:
    raw = compose(("bieu.xlsx", province.filled())).as_bytes()
    bad()
    account.deliver(raw, MORNING)
    assert read_mail(province, account) == {"accepted": 1}
    monkeypatch.setenv(BAD, "")
    account.deliver(raw, LATER)
    assert read_mail(province, account, LATER) == {"set_aside": 1}
    monkeypatch.delenv(BAD)
    (broken,) = waiting(province.store)
    answered = len(province.mails())
    ask_again(province.at(LATER), broken.item_id, "đã sửa lỗi")
    assert read_mail(province, account, LATER + timedelta(minutes=30)) == {"repeated": 1}
    assert len(province.mails()) == answered
    assert waiting(province.store) == []


def test_a_mail_that_breaks_again_is_the_same_thing_and_is_read_no_further_time(
    province, account, compose, bad
) -> None:
    account.deliver(compose(("bieu.xlsx", province.filled())).as_bytes(), MORNING)
    read_mail(province, account)
    (first,) = waiting(province.store)
    ask_again(province.at(LATER), first.item_id, "thử lại")
    assert read_mail(province, account, LATER + timedelta(minutes=30)) == {"set_aside": 1}
    (found,) = waiting(province.store)
    assert (found.item_id, found.received_at, found.wanted) == (first.item_id, MORNING, False)
    assert len(alarms(province)) == 2
    assert read_mail(province, account, LATER + timedelta(minutes=60)) == {}
    assert len(alarms(province)) == 2


def test_the_days_summary_and_its_mail_name_what_waits(province, one) -> None:
    run = province.at(LATER)
    summary = summarise_day(run)
    assert [found.item_id for found in summary.to_review] == [one.item_id]
    assert any("cần xem lại" in step for step in summary.next_steps)
    assert enqueue_summary(run)
    (mail,) = [mail for mail in province.mails() if mail["kind"] == "tong_hop_ngay"]
    for part in ("plain", "html"):
        assert one.item_id in mail[part]
        assert "b.xlsx" in mail[part]


def test_the_command_line_lists_and_acts(province, one, monkeypatch) -> None:
    monkeypatch.setenv("CCHC_HOME", str(province.instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", province.store.url)
    monkeypatch.setattr("cchc.clock.now", lambda: LATER)
    runner = CliRunner()
    listed = runner.invoke(app, ["can-xem-lai"])
    assert one.item_id in listed.output
    assert "b.xlsx" in listed.output
    done = runner.invoke(
        app, ["can-xem-lai", "thu-lai", one.item_id, "--ly-do", "đã sửa", "--nguoi-quyet-dinh", "an"]
    )
    assert "sẽ được đọc lại" in done.output
    assert received(province, LATER + timedelta(minutes=30)) == {"accepted": 1}
    assert "Không có gì cần xem lại" in runner.invoke(app, ["can-xem-lai"]).output
    assert province.status(UNIT) == "accepted"
