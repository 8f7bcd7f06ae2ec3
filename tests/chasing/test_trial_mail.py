"""What a trial sent besides requests and reminders has reached nobody: it is told, and sent or left by a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from tests.support.copies import Beginnings
from tests.support.letters import dealt_with
from tests.support.mailing import settle
from tests.support.province import MORNING, ROUND, UNIT
from typer.testing import CliRunner

from cchc.chasing.day_summary import summarise_day
from cchc.chasing.trial_mail import drop_left, left_of_trial, send_left
from cchc.clock import at
from cchc.errors import RuleRefused
from cchc.mail.department import Department
from cchc.mail.mail import (
    APPROVAL,
    FAILURE,
    ISSUED,
    OVERDUE_LIST,
    RECEIPT,
    REPLY,
    SUMMARY,
    URGING,
    Mail,
    enqueue,
)
from cchc.mail.outbox import send_pending
from cchc.obligations import Event, EventKind
from cchc.run import Run

LIVE = at(date(2026, 3, 20), 9)


def switch(run: Run, mode: str) -> None:
    to = "thu@nghiem.example" if mode == "redirect" else None
    settle(run.instance, mode, rehearsal=True, redirect_to=to)


def put(run: Run, kind: str, key: str, moment: datetime = MORNING, **more: Any) -> None:
    values = {"round_id": ROUND, "unit_code": None, "recipients": ("noi-nhan@angiang.example",)} | more
    mail = Mail(f"{kind}/{key}", kind, moment, copies=(), subject=key, html="<p></p>", plain="x", **values)
    with run.store.write() as tx:
        assert enqueue(tx, mail)


@pytest.fixture(scope="module")
def beginnings(tmp_path_factory: pytest.TempPathFactory) -> Beginnings:
    return Beginnings(tmp_path_factory.mktemp("thu"))


@pytest.fixture(params=["redirect", "dry_run"])
def tried(
    request: pytest.FixtureRequest, beginnings: Beginnings, province: Any, compose: Any, serve: Any
) -> tuple[Run, Any, Any]:
    """A trial: a unit's form was answered twice, a letter and a document went out, and mails of the day."""
    run = replace(province.run, as_of=LIVE, actor="chuyên viên", peer_cache={}, system_cache={})
    script, config = serve()

    def make() -> None:
        switch(run, request.param)
        for number, (figure, moment) in enumerate(((3, MORNING), (4, at(date(2026, 3, 10), 9)))):
            mail = compose(
                (f"{number}.xlsx", province.filled(figure=figure)), message_id=f"<{number}@x.example>"
            )
            dealt_with(province, mail, moment)
        put(run, REPLY, "tra-loi", unit_code=UNIT)
        put(run, REPLY, "nguoi-la")
        put(run, URGING, "cu")
        put(run, URGING, "moi", at(date(2026, 3, 19), 9))
        put(run, ISSUED, "van-ban", round_id="2025-NAM")
        for kind in (APPROVAL, SUMMARY, FAILURE, OVERDUE_LIST):
            put(run, kind, "trong-ngay", LIVE)
        send_pending(run.store, run.instance, config, LIVE)

    beginnings.of(request.param, run.store, run.instance, make)
    script.taken.clear()
    return run, script, config


def test_what_lasts_is_counted_once_mail_is_live_and_the_newest_of_its_kind_alone(tried: Any) -> None:
    run, _, _ = tried
    assert left_of_trial(run) == {}, "the trial itself repeats nothing"
    switch(run, "live")
    assert left_of_trial(run) == {RECEIPT: 1, REPLY: 1, URGING: 1, ISSUED: 1}
    assert "4 thư của thời gian thử" in "\n".join(summarise_day(run).next_steps)


def test_confirmed_they_go_once_to_the_addresses_of_today(tried: Any) -> None:
    run, script, config = tried
    switch(run, "live")
    assert send_left(run) == 4
    assert send_pending(run.store, run.instance, config, LIVE).sent == 4
    units = [to for to, _ in script.taken if to == tuple(run.units.get(UNIT).mailboxes)]
    assert len(units) == 2, "receipt and answer"
    assert all(b"CHUY" not in content for _, content in script.taken), "without the tags of the trial"
    assert left_of_trial(run) == {}
    with pytest.raises(RuleRefused, match="Không còn thư nào"):
        send_left(run)
    acts = run.store.engine.connect().exec_driver_sql("SELECT actor, reason FROM mail_acts").all()
    assert len(acts) == 4 and {one[0] for one in acts} == {"chuyên viên"}


def test_left_for_a_reason_they_are_told_no_more_and_stay_on_record(tried: Any) -> None:
    run, script, config = tried
    switch(run, "live")
    with pytest.raises(RuleRefused):
        drop_left(run, " ")
    assert drop_left(run, "Biểu thử") == 4
    assert left_of_trial(run) == {} and send_pending(run.store, run.instance, config, LIVE).sent == 0
    assert script.taken == [] and summarise_day(run).trial == {}


def test_sent_again_under_redirect_they_have_still_reached_nobody(tried: Any) -> None:
    run, _, config = tried
    switch(run, "live")
    send_left(run)
    switch(run, "redirect")
    send_pending(run.store, run.instance, config, LIVE)
    switch(run, "live")
    assert left_of_trial(run) == {RECEIPT: 1, REPLY: 1, URGING: 1, ISSUED: 1}


def test_a_letter_about_units_that_have_answered_since_is_not_told(tried: Any) -> None:
    run, _, _ = tried
    switch(run, "live")
    for obligation, _ in run.ledger.states(LIVE, round_id=ROUND, only_owed=True):
        owed = obligation.obligation_id
        run.ledger.record(Event(owed, EventKind.nothing_to_report, MORNING, MORNING, "thu"))
    assert URGING not in left_of_trial(run)


def test_the_switch_says_what_is_left_and_sends_or_leaves_it(
    tried: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cchc.cli.thu import app

    run, _, _ = tried
    monkeypatch.setenv("CCHC_HOME", str(run.instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", run.store.url)
    monkeypatch.setattr("cchc.clock.now", lambda: LIVE)

    def said(*words: str) -> str:
        asked = ["che-do", "live", *words, "--nguoi", "A", "--ten", Department.load().name]
        result = CliRunner().invoke(app, asked, env={"COLUMNS": "200"})
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return " ".join(result.output.split())

    shown = said()
    assert (
        "Còn 4 thư của thời gian thử" in shown and "giấy báo nhận 1" in shown and "--gui-thu-con-lai" in shown
    )
    with pytest.raises(RuleRefused):
        said("--bo-thu-con-lai")
    assert "4 thư của thời gian thử đã vào hộp đi" in said("--gui-thu-con-lai")
    assert "thời gian thử mà nơi nhận chưa có" not in said()
