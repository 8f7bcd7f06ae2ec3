"""A changed figure that came by mail is shown as unproven until the unit confirms it from its known address."""

from __future__ import annotations

import pytest
from tests.support.letters import OURS, dealt_with
from tests.support.province import MORNING, OTHER, ROUND, UNIT, minutes
from typer.testing import CliRunner

from cchc.cli import app
from cchc.errors import RuleRefused
from cchc.files import sha256_bytes
from cchc.obligations import Event, EventKind, unproven_figures
from cchc.submissions.kept import latest_values
from cchc.submissions.late import accept_late
from cchc.submissions.unproven import confirm, disown

OWED = f"{ROUND}/{UNIT}/bao_cao"


def waiting(province, hours: int = 24) -> set[str]:
    moment = MORNING + minutes(60 * hours)
    return {one.submission_id for one in unproven_figures(province.store, moment, unit_code=UNIT)}


def changed(province, compose, **more) -> str:
    """Two versions of one report; the subject of the answer to the second."""
    dealt_with(province, compose(("a.xlsx", province.filled(figure=3)), message_id="<1@x.example>"))
    assert waiting(province) == set(), "a first version changes nothing"
    second = compose(("b.xlsx", province.filled(figure=5)), message_id="<2@x.example>", **more)
    dealt = dealt_with(province, second, MORNING + minutes(30), authserv_id=OURS if more else None)
    assert dealt.words == ("accepted",)
    return str(dealt.verdicts[0].mails[0].subject)


def reply(province, compose, subject: str, words: str, **more):
    mail = compose(subject=f"Re: {subject}", message_id="<3@x.example>", **more)
    mail.set_content(f"{words}\n> Đề nghị ghi “Xác nhận”\n")
    return dealt_with(province, mail, MORNING + minutes(60))


def test_a_changed_figure_counts_and_is_shown_as_unproven(province, compose) -> None:
    subject = changed(province, compose)
    assert "[XN-" in subject
    assert len(waiting(province)) == 1 and waiting(province, 0) == set(), "not before it came"
    assert latest_values(province.store, ROUND)[UNIT]["I.1.1"].value == 5
    mail = max(province.mails(), key=lambda one: one["as_of"])
    assert "chưa xác thực" in mail["plain"]


@pytest.mark.parametrize("words", ["Xác nhận", "Đơn vị xác nhận số liệu trên.", "Dung a"])
def test_the_unit_confirms_by_answering_its_receipt(province, compose, words) -> None:
    dealt = reply(province, compose, changed(province, compose), words)
    assert dealt.words == ("confirmed",)
    assert waiting(province) == set()


@pytest.mark.parametrize(
    ("words", "more"),
    [
        ("Đơn vị không gửi bản này, không xác nhận", {}),
        ("Số liệu này sai", {}),
        ("Cảm ơn", {}),
        ("Xác nhận", {"Auto_Submitted": "auto-replied"}),
    ],
)
def test_what_is_no_yes_confirms_nothing(province, compose, words, more) -> None:
    reply(province, compose, changed(province, compose), words, **more)
    assert len(waiting(province)) == 1


def test_another_unit_or_a_guessed_code_confirms_nothing(province, compose) -> None:
    subject = changed(province, compose)
    reply(province, compose, subject, "Xác nhận", sender=province.mailbox_of[OTHER])
    guessed = compose(subject="Re: [XN-0123456789]", message_id="<4@x.example>")
    guessed.set_content("Xác nhận")
    dealt_with(province, guessed, MORNING + minutes(90))
    assert len(waiting(province)) == 1


def test_where_our_server_proves_the_sender_nothing_is_doubted(province, compose) -> None:
    proof = {"Authentication_Results": f"{OURS}; dmarc=pass header.from=angiang.example"}
    assert "XN-" not in changed(province, compose, **proof)
    assert waiting(province) == set()


def test_the_same_figures_sent_again_are_no_change(province, compose) -> None:
    dealt_with(province, compose(("a.xlsx", province.filled(figure=3)), message_id="<1@x.example>"))
    again = compose(("b.xlsx", province.filled(figure=3)), message_id="<2@x.example>")
    dealt = dealt_with(province, again, MORNING + minutes(30))
    assert dealt.words == ("again",) and waiting(province) == set()


def test_sent_a_second_time_the_same_doubtful_figures_prove_nothing(province, compose) -> None:
    changed(province, compose)
    again = compose(
        ("c.xlsx", province.filled(figure=5, signed_on=MORNING.date())), message_id="<5@x.example>"
    )
    assert dealt_with(province, again, MORNING + minutes(45)).words == ("accepted",)
    assert len(waiting(province)) == 1


def test_the_figures_of_before_sent_again_end_the_doubt(province, compose) -> None:
    changed(province, compose)
    back = compose(
        ("c.xlsx", province.filled(figure=3, signed_on=MORNING.date())), message_id="<5@x.example>"
    )
    assert dealt_with(province, back, MORNING + minutes(45)).words == ("accepted",)
    assert waiting(province) == set()


def test_a_correction_that_was_asked_for_is_compared_with_what_was_given_back(province, compose) -> None:
    dealt_with(province, compose(("a.xlsx", province.filled(figure=3)), message_id="<1@x.example>"))
    at = MORNING + minutes(10)
    due = {"due_at": "2026-03-20T17:00:00+07:00"}
    province.run.ledger.record(Event(OWED, EventKind.returned, at, at, "thu", "sai", due))
    second = compose(("b.xlsx", province.filled(figure=5)), message_id="<2@x.example>")
    assert dealt_with(province, second, MORNING + minutes(30)).words == ("accepted",)
    assert len(waiting(province)) == 1


def test_a_late_version_that_a_person_accepts_is_in_doubt_all_the_same(province, compose) -> None:
    dealt_with(province, compose(("a.xlsx", province.filled(figure=3)), message_id="<1@x.example>"))
    at = MORNING + minutes(10)
    province.run.ledger.record(Event(OWED, EventKind.locked, at, at, "thu", "phát hành"))
    second = compose(("b.xlsx", province.filled(figure=5)), message_id="<2@x.example>")
    (verdict,) = dealt_with(province, second, MORNING + minutes(30)).verdicts
    assert waiting(province) == set(), "what does not count is no matter of doubt"
    run = province.at(MORNING + minutes(60), actor="chuyên viên")
    accept_late(run, f"{OWED}/{sha256_bytes(verdict.arrival.content)[:16]}", "đồng ý")
    assert len(waiting(province)) == 1


def test_a_person_who_asked_the_unit_confirms_with_name_and_reason(province, compose) -> None:
    changed(province, compose)
    (submission_id,) = waiting(province)
    run = province.at(MORNING + minutes(90), actor="chị Hoa")
    for actor, reason in (("", "đã gọi"), ("chị Hoa", " ")):
        with pytest.raises(RuleRefused):
            confirm(province.at(MORNING + minutes(90), actor=actor), submission_id, reason)
    confirm(run, submission_id, "Chị Lan văn phòng xác nhận qua điện thoại")
    event = province.run.ledger.history(OWED)[-1]
    assert (event.kind, event.actor) == (EventKind.figures_confirmed, "chị Hoa")
    assert "Chị Lan" in event.reason
    assert waiting(province) == set() and len(waiting(province, 1)) == 1, "what was known before stays"
    assert latest_values(province.store, ROUND)[UNIT]["I.1.1"].value == 5
    told = max(province.mails(), key=lambda one: one["as_of"])
    assert province.mailbox_of[UNIT] in told["recipients"] and "qua điện thoại" in told["plain"]
    with pytest.raises(RuleRefused, match="không có số liệu chờ xác thực"):
        confirm(run, submission_id, "lần nữa")


@pytest.mark.parametrize("locked", [False, True])
def test_what_the_unit_did_not_send_counts_no_more_and_the_version_before_does(
    province, compose, locked: bool
) -> None:
    changed(province, compose)
    (submission_id,) = waiting(province)
    at = MORNING + minutes(70)
    if locked:
        province.run.ledger.record(Event(OWED, EventKind.locked, at, at, "thu", "phát hành"))
    disown(province.at(MORNING + minutes(90), actor="chị Hoa"), submission_id, "Đơn vị bảo không gửi")
    assert waiting(province) == set()
    assert latest_values(province.store, ROUND)[UNIT]["I.1.1"].value == 3
    state = province.run.ledger.state(OWED, MORNING + minutes(90))
    assert state is not None and (state.status, state.locked) == ("accepted", locked)
    assert state.fulfilled_at == MORNING, "nobody becomes late by it"
    assert "không được tính nữa" in max(province.mails(), key=lambda one: one["as_of"])["plain"]


def test_the_commands_list_confirm_and_disown(province, compose, monkeypatch) -> None:
    changed(province, compose)
    (submission_id,) = waiting(province)
    monkeypatch.setenv("CCHC_HOME", str(province.instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", province.store.url)
    monkeypatch.setattr("cchc.clock.now", lambda: MORNING + minutes(90))

    def command(*words: str) -> str:
        result = CliRunner().invoke(app, ["bai-nop", *words], env={"COLUMNS": "200"})
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return " ".join(result.output.split())

    listed = command("chua-xac-thuc")
    assert submission_id in listed and "I.1.1" in listed
    by = ("--ly-do", "đã gọi", "--nguoi-quyet-dinh", "chị Hoa")
    assert "dấu “chưa xác thực” được bỏ" in command("xac-thuc", submission_id, *by)
    assert "Không có số liệu nào" in command("chua-xac-thuc")
    with pytest.raises(RuleRefused):
        command("khong-phai", submission_id, *by)
