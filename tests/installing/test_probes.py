"""Servers are tried as they are given: a wrong login, a refused sender and a wrong address are told at once."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.mailing import Script, Serve

from cchc.errors import CchcError
from cchc.installing.probes import connections, try_imap, try_smtp
from cchc.installing.questions import Answers
from cchc_rehearsal.dovecot import LOOPBACK, PASSWORD, ImapAccount


def smtp(port: int) -> Answers:
    return {
        "smtp_host": LOOPBACK, "smtp_port": str(port), "smtp_security": "none", "smtp_user": "",
        "mailbox": "cchc@vinhlong.gov.vn",
    }  # fmt: skip


def imap(account: ImapAccount, **changes: str) -> Answers:
    return {
        "imap_host": LOOPBACK, "imap_port": str(account.tls_port), "imap_security": "tls",
        "imap_user": account.user, "ca_file": str(account.cert_file),
    } | changes  # fmt: skip


def test_the_mail_server_is_asked_whether_it_takes_our_sender_and_gets_no_mail(serve: Serve) -> None:
    script, config = serve()
    assert "cchc@vinhlong.gov.vn" in try_smtp(smtp(config.port), None)
    assert script.greetings == 1 and script.taken == []


def test_a_refused_sender_is_told_with_the_server_s_words(serve: Serve) -> None:
    _, config = serve(Script(mail=["553 5.7.1 Sender address rejected: not owned by user"]))
    with pytest.raises(CchcError, match=r"cchc@vinhlong\.gov\.vn.*not owned by user"):
        try_smtp(smtp(config.port), None)


def test_a_server_that_is_not_there_is_told(serve: Serve) -> None:
    with pytest.raises(CchcError, match=r"127\.0\.0\.1:1"):
        try_smtp(smtp(1), None)


def test_the_mailbox_is_entered_and_its_folders_are_made(account: ImapAccount) -> None:
    assert "Da-xu-ly" in try_imap(imap(account), PASSWORD)
    assert account.lying_in("Can-xem-lai") == []


def test_a_wrong_password_of_the_mailbox_is_told_and_not_shown(account: ImapAccount) -> None:
    with pytest.raises(CchcError) as refused:
        try_imap(imap(account), "sai-mat-khau")
    assert "127.0.0.1" in str(refused.value) and "sai-mat-khau" not in str(refused.value)


def test_airflow_is_given_what_the_hooks_read(account: ImapAccount) -> None:
    answers = smtp(2525) | imap(account)
    found: list[dict[str, Any]] = connections(answers, {"smtp": None, "imap": PASSWORD})
    assert [(one["conn_id"], one["conn_type"]) for one in found] == [
        ("cchc_smtp", "cchc_smtp"), ("cchc_imap", "cchc_imap"),
    ]  # fmt: skip
    assert found[0]["extra"]["sender"] == "cchc@vinhlong.gov.vn"
    assert (found[1]["password"], found[1]["login"]) == (PASSWORD, account.user)
    assert connections({"smtp_host": "", "imap_host": ""}, {}) == []
