"""A person answers a letter: whom the answer may reach, that it stands in the thread, and that it is given once."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.letters import sent_to
from tests.support.mailing import settle
from tests.support.province import MORNING, OTHER, UNIT, Province, read_mail
from typer.testing import CliRunner

from cchc.cli import airflow_connections, app
from cchc.errors import CchcError, RuleRefused
from cchc.mail.department import Department
from cchc.mail.mail import one_line
from cchc.mail.outbox import preview_path, send_pending
from cchc.run import Run
from cchc.stages.showing import shown_text
from cchc.submissions.arrivals import Channel
from cchc.submissions.set_aside import SetAside, dismiss, put, story, waiting
from cchc.submissions.written_answers import as_mail, send_answer
from cchc.submissions.written_answers import compose as compose_answer
from cchc_rehearsal.dovecot import ImapAccount

STRANGER = ("la@x.example", "Thư lạ: bấm vào http://x.example", "<1@x.example>")
LATER = MORNING + timedelta(hours=1)


@pytest.fixture
def item(province: Province) -> SetAside:
    one = SetAside(Channel.MAILBOX, "hop/7/1", "Thư", "Can-xem-lai", MORNING, "Hỏi.", file_sha256="a" * 64)
    put(province.at(MORNING), [one])
    return one


@pytest.fixture
def officer(province: Province) -> Run:
    return province.at(LATER, actor="an")


def of_unit(province: Province, subject: str = "Hỏi biểu 02") -> tuple[str, str, str]:
    return province.mailbox_of[UNIT], subject, "<hoi-1@xa.example> <cchc.1@x.example>"


def test_the_sender_is_answered_in_the_thread_from_the_departments_address(
    province: Province, officer: Run, item: SetAside
) -> None:
    settle(province.instance, "dry_run")
    written = compose_answer(
        officer, item.item_id, of_unit(province), "Biểu 02 để trống.\r\n\r\nHạn giữ nguyên."
    )
    sent = send_answer(officer, written)
    assert sent.recipients == (province.mailbox_of[UNIT],) and sent.unit_code == UNIT
    send_pending(province.store, province.instance, None, LATER)
    row = province.store.one("mail.mail", mail_key=sent.key)
    assert row is not None
    message = message_from_bytes(
        preview_path(province.instance, row["message_id"]).read_bytes(), policy=policy.default
    )
    assert message["In-Reply-To"] == "<hoi-1@xa.example>"
    assert message["References"] == "<cchc.1@x.example> <hoi-1@xa.example>"
    assert message["Reply-To"] == Department.load().reply_to
    assert message["Subject"].endswith("Re: Hỏi biểu 02")
    words = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]  # it has a plain part
    assert "Biểu 02 để trống.\n\nHạn giữ nguyên." in words.replace("\r\n", "\n")
    assert Department.load().contact.phone in words


def test_who_answered_and_when_stands_with_the_thing_and_in_the_units_time_line(
    province: Province, officer: Run, item: SetAside
) -> None:
    written = compose_answer(officer, item.item_id, of_unit(province), "Được.")
    mail = send_answer(officer, written)
    last = story(province.store, item.item_id)[1][-1]
    assert (last.kind, last.actor, last.at) == ("settled", "an", LATER)
    assert province.mailbox_of[UNIT] in last.reason and waiting(province.store) == []
    (row, *_) = province.store.query(
        "board.mails_of_unit", unit_code=UNIT, as_of="9999", most=3, reply="tra_loi_thu"
    )
    assert (row["mail_key"], row["answered_by"]) == (mail.key, "an")


def test_of_two_who_answer_at_once_one_is_refused(officer: Run, province: Province, item: SetAside) -> None:
    written = compose_answer(officer, item.item_id, of_unit(province), "Được.")
    send_answer(officer, written)
    before = len(province.mails())
    with pytest.raises(RuleRefused) as refused:
        send_answer(officer, written)
    assert refused.value.rule == "nothing-waits" and len(province.mails()) == before


def test_a_stranger_is_never_written_to_and_nothing_of_the_letter_is_repeated(
    province: Province, officer: Run, item: SetAside
) -> None:
    with pytest.raises(RuleRefused) as refused:
        compose_answer(officer, item.item_id, STRANGER, "Được.")
    assert refused.value.rule == "answer-needs-unit"
    mail = send_answer(officer, compose_answer(officer, item.item_id, STRANGER, "Được.", OTHER))
    assert mail.recipients == (province.mailbox_of[OTHER],)
    assert "x.example" not in mail.subject + mail.plain + mail.html


def test_a_strangers_letter_in_our_thread_is_answered_to_that_unit(
    province: Province, officer: Run, item: SetAside
) -> None:
    letter = ("la@x.example", "Re: yêu cầu", f"<1@x.example> {sent_to(province, province.mailbox_of[UNIT])}")
    assert compose_answer(officer, item.item_id, letter, "Được.").recipients == (province.mailbox_of[UNIT],)


def test_the_departments_own_people_are_answered(officer: Run, item: SetAside) -> None:
    own = Department.load().operators[0]
    mail = as_mail(officer, compose_answer(officer, item.item_id, (own, "Nghỉ", "<2@x.example>"), "Được."))
    assert mail.recipients == (own,) and mail.unit_code is None and "Kính gửi: Ông/Bà" in mail.plain


@pytest.mark.parametrize(
    ("letter", "text", "rule"),
    [
        (("", "", ""), "Được.", "no-letter"),
        (STRANGER, " \n ", "answer-needs-text"),
        (STRANGER, "ạ" * 4001, "answer-too-long"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_words(
    officer: Run, item: SetAside, letter: tuple[str, str, str], text: str, rule: str
) -> None:
    with pytest.raises(RuleRefused) as refused:
        compose_answer(officer, item.item_id, letter, text)
    assert refused.value.rule == rule


def test_what_was_settled_or_mended_meanwhile_is_not_sent(
    province: Province, officer: Run, item: SetAside
) -> None:
    written = compose_answer(officer, item.item_id, of_unit(province), "Được.")
    moved = type(written)(**{**written.__dict__, "recipients": ("cu@xa.example",)})
    with pytest.raises(RuleRefused, match="Địa chỉ nhận vừa đổi"):
        send_answer(officer, moved)
    dismiss(officer, item.item_id, "không cần")
    with pytest.raises(RuleRefused) as refused:
        send_answer(officer, written)
    assert refused.value.rule == "nothing-waits"


@given(subject=st.text(max_size=80), text=st.text(max_size=80))
def test_no_header_begins_in_what_somebody_typed(subject: str, text: str) -> None:
    assert "\n" not in one_line(subject) and "\r" not in one_line(f"{subject}\r\nBcc: {text}")


def test_a_letter_with_line_ends_in_its_subject_gives_one_header(
    province: Province, officer: Run, item: SetAside
) -> None:
    letter = of_unit(province, "Hỏi\r\nBcc: la@x.example\r\n\r\nx")
    mail = as_mail(officer, compose_answer(officer, item.item_id, letter, "Được.\r\nBcc: la@x.example"))
    assert "\n" not in mail.subject and mail.recipients == (province.mailbox_of[UNIT],)


def test_the_command_shows_the_mail_and_sends_it_when_that_is_agreed_to(
    province: Province, item: SetAside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCHC_HOME", str(province.instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", province.store.url)
    monkeypatch.setattr("cchc.clock.now", lambda: LATER)
    asked: list[str] = []

    def from_mailbox(_instance: object, item_id: str) -> tuple[str, str, str]:
        asked.append(item_id)
        return of_unit(province)

    monkeypatch.setattr(airflow_connections, "letter_set_aside", from_mailbox)
    text, runner = tmp_path / "tra-loi.txt", CliRunner()
    given = ["can-xem-lai", "tra-loi", item.item_id, str(text), "--nguoi-quyet-dinh", "an"]
    assert isinstance(runner.invoke(app, given).exception, CchcError), "no such file"
    text.write_text("Biểu 02 để trống.\n", encoding="utf-8")
    looked = runner.invoke(app, given)
    assert looked.exit_code == 1 and "--dong-y" in looked.output
    for words in (province.mailbox_of[UNIT], "Re: Hỏi biểu 02", "Biểu 02 để trống."):
        assert words in looked.output
    assert len(waiting(province.store)) == 1
    done = runner.invoke(app, [*given, "--dong-y"])
    assert done.exit_code == 0 and "hộp đi" in done.output, done.output
    assert waiting(province.store) == [] and asked == [item.item_id] * 2


def test_a_question_of_a_unit_waits_for_a_person_who_reads_and_answers_it(
    province: Province, account: ImapAccount, compose: Any
) -> None:
    """The machine's answer promises that somebody looks."""
    mail = compose()
    mail.set_content("Kính gửi Sở, biểu 02 có phải điền không?")
    account.deliver(mail.as_bytes(), MORNING)
    assert read_mail(province, account) == {"answered": 1}
    (item,) = waiting(province.store)
    assert "câu hỏi" in item.reason and item.held_in == "Can-xem-lai"
    officer = province.at(LATER, actor="an")
    shown = shown_text(officer, item, account.config())
    assert "biểu 02" in shown.text
    sent = send_answer(officer, compose_answer(officer, item.item_id, shown.letter, "Không phải."))
    assert (
        sent.recipients == (province.mailbox_of[UNIT],) and sent.in_reply_to.split()[0] == mail["Message-ID"]
    )
    assert read_mail(province, account, LATER) == {} and waiting(province.store) == []
