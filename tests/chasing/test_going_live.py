"""From trial to live: what went out under preview or redirect is not used up, for no unit has got it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from tests.support.copies import Beginnings
from tests.support.mailing import settle
from typer.testing import CliRunner

from cchc.chasing.effect import round_effect
from cchc.chasing.foreseeing import foresee_day
from cchc.chasing.going_live import requests_to_go, send_requests
from cchc.chasing.ladder import Ladder
from cchc.clock import at
from cchc.mail.department import Department
from cchc.mail.outbox import send_pending
from cchc.obligations import EventKind
from cchc.run import Run
from cchc.stages import chasing, opening

ROUND, UNIT = "2026-Q1", "30760"
TRIALS = ["redirect", "dry_run"]


def day(number: int, hour: int = 8) -> datetime:
    return at(date(2026, 3, number), hour)


def on(run: Run, moment: datetime) -> Run:
    return replace(run, as_of=moment, peer_cache={}, system_cache={})


def live(run: Run, mode: str = "live") -> None:
    settle(
        run.instance, mode, rehearsal=True, redirect_to="thu@nghiem.example" if mode == "redirect" else None
    )


def mails(run: Run, unit: str = UNIT) -> list[dict[str, Any]]:
    with run.store.read() as tx:
        rows = tx.connection.exec_driver_sql("SELECT * FROM mails ORDER BY decided_at, mail_key").mappings()
        return [dict(row) for row in rows if row["unit_code"] == unit]


@pytest.fixture(scope="module")
def beginnings(tmp_path_factory: pytest.TempPathFactory) -> Beginnings:
    return Beginnings(tmp_path_factory.mktemp("thu"))


@pytest.fixture(params=TRIALS)
def tried(
    request: pytest.FixtureRequest, beginnings: Beginnings, province: Any, serve: Any
) -> tuple[Run, Any, Any]:
    """The round was opened and everybody asked, but in a trial; the forms of two units are made."""
    run = replace(province.run, as_of=day(2))
    script, config = serve()

    def make() -> None:
        live(run, request.param)
        opening.request(run)
        send_pending(run.store, run.instance, config, day(2))

    beginnings.of(request.param, run.store, run.instance, make)
    script.taken.clear()
    return run, script, config


def test_the_first_daily_run_after_the_switch_asks_the_units_with_their_forms(tried: Any) -> None:
    run, script, config = tried
    chasing.decide(on(run, day(9)))
    send_pending(run.store, run.instance, config, day(9))
    assert [one["mode"] for one in mails(run)] == [run.instance.settings.mail_mode], (
        "in the trial nothing repeats"
    )
    live(run)
    ahead = {mail.key for mail in foresee_day(on(run, day(10))).mails}
    chasing.decide(on(run, day(10)))
    assert mails(run)[-1]["mail_key"] in ahead, "the preview says what the run does"
    send_pending(run.store, run.instance, config, day(10))
    units = Counter(to for to, _ in script.taken)
    assert units[tuple(run.units.get(UNIT).mailboxes)] == 1
    (content,) = [content for to, content in script.taken if to == tuple(run.units.get(UNIT).mailboxes)]
    assert f"{ROUND}_{UNIT}.xlsx".encode() in content
    assert mails(run)[-1]["kind"] == "yeu_cau"
    assert mails(run)[-1]["in_reply_to"] is None, "no unit has the mail of the trial"
    requested = [
        event for event in run.ledger.history(f"{ROUND}/{UNIT}/bao_cao") if event.kind is EventKind.requested
    ]
    assert len(requested) == 2
    state = run.ledger.state(f"{ROUND}/{UNIT}/bao_cao", day(11))
    assert state is not None and state.requested_at == day(10)
    before = len(mails(run))
    chasing.decide(on(run, day(10, 9)))
    chasing.decide(on(run, day(11)))
    assert len(mails(run)) == before, "asked once"


def test_the_switch_says_how_many_requests_are_to_go_and_sends_them(tried: Any) -> None:
    run, _, config = tried
    assert requests_to_go(on(run, day(10))) == {}, "the trial itself repeats nothing"
    live(run)
    assert requests_to_go(on(run, day(10))) == {ROUND: 2}, "of the units whose forms are made"
    assert requests_to_go(on(run, day(14))) == {ROUND: 2}, "on a day off too"
    assert send_requests(on(run, day(14))) == 0
    assert send_requests(on(run, day(10))) == 2
    assert send_pending(run.store, run.instance, config, day(10)).sent == 2
    assert requests_to_go(on(run, day(10))) == {}
    assert send_requests(on(run, day(10))) == 0


def test_a_unit_that_is_late_by_then_gets_the_overdue_reminder_with_the_form(tried: Any) -> None:
    run, _, config = tried
    for number in (10, 16, 18):  # reminders of the trial
        chasing.decide(on(run, day(number)))
        send_pending(run.store, run.instance, config, day(number))
    live(run)
    assert requests_to_go(on(run, day(19))) == {}
    chasing.decide(on(run, day(19)))
    newest = mails(run)[-1]
    assert newest["subject"].startswith("Quá hạn lần 1")
    assert f"{ROUND}_{UNIT}.xlsx" in newest["attachments"]


def test_a_trial_between_two_times_of_real_mail_repeats_nothing_that_arrived(tried: Any) -> None:
    run, _, config = tried
    live(run)
    send_requests(on(run, day(3)))
    send_pending(run.store, run.instance, config, day(3))
    live(run, "redirect")
    chasing.decide(on(run, day(10)))
    send_pending(run.store, run.instance, config, day(10))
    live(run)
    assert requests_to_go(on(run, day(11))) == {}
    chasing.decide(on(run, day(11)))
    assert [one["kind"] for one in mails(run)].count("yeu_cau") == 2
    assert mails(run)[-1]["subject"].startswith("Nhắc trước hạn lần 1"), (
        "redirected on its day, so still owed"
    )


def test_what_a_trial_sent_counts_in_no_figure_of_reminding(tried: Any) -> None:
    run, _, config = tried
    chasing.decide(on(run, day(10)))
    send_pending(run.store, run.instance, config, day(10))
    live(run)
    chasing.decide(on(run, day(16)))
    found = round_effect(run.store, Ladder.load(), run.units, ROUND, day(16, 9))
    assert [one.rung for one in found.rungs] == [""]


def test_the_command_says_and_asks(tried: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from cchc.cli.thu import app

    run, _, _ = tried
    monkeypatch.setenv("CCHC_HOME", str(run.instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", run.store.url)
    monkeypatch.setattr("cchc.clock.now", lambda: day(10))

    def said(*words: str) -> str:
        asked = ["che-do", *words, "--nguoi", "A", "--ten", Department.load().name]
        result = CliRunner().invoke(app, asked, env={"COLUMNS": "200"})
        assert result.exception is None, result.output
        return " ".join(result.output.split())

    shown = said("live")
    assert "2 đơn vị chưa nhận được thư yêu cầu" in shown
    assert "Chưa gửi" in shown
    count = len(mails(run))
    assert "2 thư yêu cầu đã vào hộp đi" in said("live", "--gui-yeu-cau")
    assert len(mails(run)) == count + 1
    assert "chưa nhận được" not in said("live")
