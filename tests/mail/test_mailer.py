"""Each trap of yagmail against a real server on this machine."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from cchc.errors import RuleRefused
from cchc.mail.mailer import AccountRefused, Mailer, MailOutcome, MailServerDown, StopCause
from cchc.mail.message import Envelope
from cchc.mail.server import SmtpConfig

Serve = Callable[..., Any]
PASSWORD = "Mat-khau-rat-bi-mat-8431"


def envelope(*recipients: str, content: bytes = b"Subject: thu\r\n\r\nXin chao\r\n") -> Envelope:
    return Envelope("cchc@sonoivu.angiang.example", recipients or ("a@b.example",), content, {})


def test_a_plain_server_without_login_takes_a_mail(serve: Serve) -> None:
    script, config = serve()
    with Mailer(config) as mailer:
        answer = mailer.send(envelope())
    assert answer.outcome is MailOutcome.SENT
    assert script.taken == [(("a@b.example",), b"Subject: thu\r\n\r\nXin chao\r\n")]


def test_one_login_serves_the_whole_batch(serve: Serve) -> None:
    script, config = serve()
    with Mailer(config) as mailer:
        for _ in range(20):
            assert mailer.send(envelope()).outcome is MailOutcome.SENT
    assert script.greetings == 1
    assert len(script.taken) == 20


def test_a_refused_recipient_is_named_and_the_other_is_served(serve: Serve) -> None:
    script, config = serve()
    script.rcpt["hong@b.example"] = "550 5.1.1 no such mailbox"
    with Mailer(config) as mailer:
        answer = mailer.send(envelope("a@b.example", "hong@b.example"))
    assert answer.outcome is MailOutcome.SENT
    assert answer.taken == ("a@b.example",)
    assert "hong@b.example: 550 5.1.1 no such mailbox" in answer.words


def test_a_recipient_refused_for_now_makes_the_mail_wait_and_tells_who_has_it(serve: Serve) -> None:
    script, config = serve()
    script.rcpt["day@b.example"] = "451 4.7.1 greylisted"
    with Mailer(config) as mailer:
        answer = mailer.send(envelope("a@b.example", "day@b.example"))
    assert answer.outcome is MailOutcome.TEMPORARY
    assert answer.taken == ("a@b.example",)


@pytest.mark.parametrize(
    ("words", "outcome", "stop"),
    [
        ("451 4.3.0 try later", MailOutcome.TEMPORARY, StopCause.BUSY),
        ("452 4.3.1 insufficient system storage", MailOutcome.TEMPORARY, StopCause.LIMIT),
        ("550 5.4.5 Daily user sending limit exceeded", MailOutcome.TEMPORARY, StopCause.LIMIT),
        ("554 5.7.1 spam", MailOutcome.TEMPORARY, StopCause.ACCOUNT),
        ("530 5.7.0 Authentication required", MailOutcome.TEMPORARY, StopCause.ACCOUNT),
        ("552 5.3.4 Message size exceeds fixed limit", MailOutcome.PERSON, None),
        ("550 5.1.1 user unknown", MailOutcome.PERMANENT, None),
        ("554 Transaction failed", MailOutcome.TEMPORARY, None),
    ],
)
def test_the_answer_to_the_whole_mail_says_what_it_is_about(
    serve: Serve, words: str, outcome: MailOutcome, stop: StopCause | None
) -> None:
    script, config = serve()
    script.data.append(words)
    with Mailer(config) as mailer:
        answer = mailer.send(envelope())
        assert mailer.send(envelope()).outcome is MailOutcome.SENT
    assert (answer.outcome, answer.stop, answer.words) == (outcome, stop, words)


def test_an_address_that_is_refused_with_the_whole_mail_ends_it_for_none_of_several(serve: Serve) -> None:
    script, config = serve()
    script.data.append("550 5.1.1 user unknown")
    with Mailer(config) as mailer:
        assert mailer.send(envelope("a@b.example", "c@b.example")).outcome is MailOutcome.PERSON


def test_a_recipient_over_the_limit_rests_alone_while_others_of_the_mail_are_served(serve: Serve) -> None:
    script, config = serve()
    script.rcpt["c@b.example"] = "452 4.5.3 Too many recipients"
    with Mailer(config) as mailer:
        answer = mailer.send(envelope("a@b.example", "c@b.example"))
    assert (answer.outcome, answer.stop, answer.taken) == (MailOutcome.TEMPORARY, None, ("a@b.example",))


def test_a_slow_answer_is_waited_for_longer_than_the_connection(serve: Serve) -> None:
    script, config = serve()
    script.delay = 0.6
    with Mailer(config, timeout_seconds=0.2, answer_seconds=10) as mailer:
        assert mailer.send(envelope()).outcome is MailOutcome.SENT
    assert len(script.taken) == 1


def test_an_answer_that_comes_too_late_is_unknown_and_ends_the_batch(serve: Serve) -> None:
    script, config = serve()
    script.delay = 0.8
    with Mailer(config, answer_seconds=0.2) as mailer:
        answer = mailer.send(envelope())
    assert (answer.outcome, answer.stop) == (MailOutcome.UNKNOWN, StopCause.UNKNOWN)


def test_a_line_that_breaks_before_the_mail_was_handed_over_is_surely_no_copy(serve: Serve) -> None:
    script, config = serve()
    script.hang_up_at_rcpt = 2
    with Mailer(config) as mailer:
        answer = mailer.send(envelope())
        assert (answer.outcome, answer.stop) == (MailOutcome.TEMPORARY, StopCause.BUSY)
        assert mailer.send(envelope()).outcome is MailOutcome.SENT
    assert len(script.taken) == 1


def test_a_mail_with_lines_that_begin_with_a_dot_arrives_as_it_was(serve: Serve) -> None:
    script, config = serve()
    content = b"Subject: thu\r\n\r\n.dau\r\n..hai\r\n.\r\nhet"
    with Mailer(config) as mailer:
        mailer.send(envelope(content=content))
    assert script.taken[0][1] == content + b"\r\n"


def test_a_line_that_breaks_after_the_mail_was_taken_is_unknown_and_never_sent_twice_by_itself(
    serve: Serve,
) -> None:
    script, config = serve()
    script.hang_up_after_taking = 1
    with Mailer(config) as mailer:
        answer = mailer.send(envelope())
        assert answer.outcome is MailOutcome.UNKNOWN
        assert len(script.taken) == 1
        assert mailer.send(envelope()).outcome is MailOutcome.SENT
    assert script.greetings == 2


def test_a_server_that_wants_a_new_connection_gets_one_and_the_mail_goes(serve: Serve) -> None:
    script, config = serve()
    script.mail += ["250 OK", "421 4.7.0 too many messages on this connection"]
    with Mailer(config) as mailer:
        assert mailer.send(envelope()).outcome is MailOutcome.SENT
        assert mailer.send(envelope()).outcome is MailOutcome.SENT
    assert len(script.taken) == 2
    assert script.greetings == 2


def test_a_refused_sender_stops_the_batch_instead_of_killing_every_mail(serve: Serve) -> None:
    script, config = serve()
    script.mail.append("550 5.7.60 not allowed to send as this address")
    with Mailer(config) as mailer, pytest.raises(AccountRefused, match="not allowed to send"):
        mailer.send(envelope())


def test_an_idle_line_that_was_cut_is_opened_again_without_cost_to_the_mail(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    script, config = serve(timeout=0.3)
    monkeypatch.setattr("cchc.mail.mailer.IDLE_SECONDS", 0.0)
    with Mailer(config) as mailer:
        assert mailer.send(envelope()).outcome is MailOutcome.SENT
        threading.Event().wait(0.8)
        assert mailer.send(envelope()).outcome is MailOutcome.SENT
    assert script.greetings == 2


def test_a_certificate_nobody_vouches_for_is_refused(serve: Serve, certificate: Any) -> None:
    script, config = serve(security="tls", ssl_context=certificate.context())
    with pytest.raises(MailServerDown, match="CERTIFICATE_VERIFY_FAILED"), Mailer(config):
        pass
    assert not script.taken


def test_a_certificate_of_the_offices_own_authority_is_accepted(serve: Serve, certificate: Any) -> None:
    script, config = serve(
        security="tls", ssl_context=certificate.context(), ca_file=str(certificate.cert_file)
    )
    with Mailer(config) as mailer:
        assert mailer.send(envelope()).outcome is MailOutcome.SENT
    assert script.taken


def test_starttls_verifies_too(serve: Serve, certificate: Any) -> None:
    options = {"security": "starttls", "tls_context": certificate.context(), "require_starttls": True}
    _, config = serve(**options)
    with pytest.raises(MailServerDown, match="CERTIFICATE_VERIFY_FAILED"), Mailer(config):
        pass
    script, trusting = serve(**options, ca_file=str(certificate.cert_file))
    with Mailer(trusting) as mailer:
        assert mailer.send(envelope()).outcome is MailOutcome.SENT
    assert script.taken


def test_a_server_without_starttls_gets_nothing_in_the_clear(serve: Serve) -> None:
    script, config = serve(security="starttls")
    with pytest.raises(MailServerDown), Mailer(config):
        pass
    assert not script.taken


def test_a_user_name_without_a_domain_is_sent_as_it_is(serve: Serve) -> None:
    seen: list[tuple[bytes, bytes]] = []

    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        seen.append((data.login, data.password))
        return AuthResult(success=True)

    _, config = serve(
        user="cchc", password=PASSWORD, authenticator=check, auth_required=True, auth_require_tls=False
    )
    with Mailer(config) as mailer:
        assert mailer.send(envelope()).outcome is MailOutcome.SENT
    assert seen == [(b"cchc", PASSWORD.encode())]


def test_a_wrong_password_is_told_without_the_password(
    serve: Serve, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=False, handled=False, message=f"535 wrong: {data.password.decode()}")

    _, config = serve(
        user="cchc", password=PASSWORD, authenticator=check, auth_required=True, auth_require_tls=False
    )
    caplog.set_level(logging.DEBUG)
    with pytest.raises(AccountRefused) as down, Mailer(config):
        pass
    captured = capfd.readouterr()
    ours = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("mail."))
    for text in (str(down.value), repr(config), repr(down.value), ours, captured.out, captured.err):
        assert PASSWORD not in text
    assert down.value.__cause__ is None


def test_a_server_that_never_answers_is_given_up_after_the_timeout() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        config = SmtpConfig("127.0.0.1", silent.getsockname()[1], None, None, "none", "a@b.example")
        with pytest.raises(MailServerDown), Mailer(config, timeout_seconds=1):
            pass


def test_an_unreachable_server_is_one_clear_error() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (
        pytest.raises(MailServerDown, match=f"127.0.0.1:{port}"),
        Mailer(SmtpConfig("127.0.0.1", port, None, None, "none", "a@b.example")),
    ):
        pass


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"security": "ssl"}, "smtp-security"),
        ({"user": "cchc"}, "smtp-password"),
        ({"sender": "không phải địa chỉ"}, "bad-address"),
    ],
)
def test_a_wrong_server_description_is_refused_at_once(change: dict[str, Any], rule: str) -> None:
    values: dict[str, Any] = {
        "host": "mail.example",
        "port": 25,
        "user": None,
        "password": None,
        "security": "none",
        "sender": "a@b.example",
    }
    with pytest.raises(RuleRefused) as refusal:
        SmtpConfig(**(values | change))
    assert refusal.value.rule == rule
