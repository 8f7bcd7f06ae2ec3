"""What a refusal is about, from replies as servers word them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc.mail.refusals import About, Refusal, SmtpStep

LIMITS = [
    (
        SmtpStep.CONTENT,
        550,
        "5.4.5 Daily user sending limit exceeded. For more information go to support - gsmtp",
    ),
    (SmtpStep.RECIPIENT, 550, "5.4.5 Daily sending quota exceeded"),
    (SmtpStep.SENDER, 452, "4.5.3 Too many messages, try again later"),
    (SmtpStep.RECIPIENT, 452, "4.5.3 Your message has too many recipients"),
    (
        SmtpStep.CONTENT,
        550,
        "5.1.90 Your message can't be sent because you've reached your daily limit for recipients",
    ),
    (SmtpStep.RECIPIENT, 554, "5.2.2 Submission quota exceeded for sender cchc@x.example"),
    (SmtpStep.RECIPIENT, 450, "4.7.1 Error: too much mail from 203.0.113.7, rate limit exceeded"),
    (SmtpStep.CONTENT, 552, "Outgoing message quota exceeded"),
    (SmtpStep.SENDER, 550, "You have exceeded your hourly sending limit (200)"),
    (SmtpStep.RECIPIENT, 550, "5.7.1 Sender's rate limit of 100 messages per hour exceeded"),
    (SmtpStep.RECIPIENT, 421, "4.7.0 Try again later, closing connection"),
    (
        SmtpStep.CONTENT,
        554,
        "5.7.232 Message can't be submitted: tenant exceeded its threshold, too many messages",
    ),
    (SmtpStep.SENDER, 550, "Tài khoản đã vượt quá hạn mức gửi thư trong ngày"),
]
ACCOUNTS = [
    (SmtpStep.LOGIN, 535, "5.7.8 Username and Password not accepted"),
    (SmtpStep.SENDER, 530, "5.7.0 Must issue a STARTTLS command first"),
    (SmtpStep.SENDER, 550, "5.7.60 SMTP; Client does not have permissions to send as this sender"),
    (
        SmtpStep.RECIPIENT,
        553,
        "5.7.1 <cchc@x.example>: Sender address rejected: not owned by user a@x.example",
    ),
    (SmtpStep.RECIPIENT, 554, "5.7.1 <xa@y.example>: Relay access denied"),
    (
        SmtpStep.RECIPIENT,
        554,
        "5.7.1 Service unavailable; Client host [203.0.113.7] blocked using zen.example",
    ),
    (SmtpStep.RECIPIENT, 550, "5.1.8 Access denied, bad outbound sender"),
    (SmtpStep.RECIPIENT, 530, "5.5.1 Authentication Required"),
    (SmtpStep.CONTENT, 554, "5.7.1 Message rejected as spam by content filter"),
    (SmtpStep.CONTENT, 550, "5.7.26 This mail is unauthenticated: SPF, DKIM did not pass"),
    (SmtpStep.CONTENT, 554, "5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException"),
    (SmtpStep.CONTENT, 550, "Message blocked by policy"),
    (SmtpStep.SENDER, 554, "no"),
]
RECIPIENTS = [
    (
        SmtpStep.RECIPIENT,
        550,
        "5.1.1 <xa@y.example>: Recipient address rejected: User unknown in virtual mailbox table",
    ),
    (
        SmtpStep.RECIPIENT,
        550,
        "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
    ),
    (SmtpStep.RECIPIENT, 550, "No such user here"),
    (SmtpStep.RECIPIENT, 553, "sorry, that recipient does not exist"),
    (SmtpStep.RECIPIENT, 550, "5.2.1 The email account that you tried to reach is disabled"),
    (SmtpStep.RECIPIENT, 552, "5.2.2 mailbox full, quota exceeded"),
    (SmtpStep.RECIPIENT, 452, "4.2.2 The email account that you tried to reach is over quota"),
    (
        SmtpStep.RECIPIENT,
        450,
        "4.2.1 The user you are trying to contact is receiving mail at a rate that is too high",
    ),
    (SmtpStep.RECIPIENT, 550, "5.4.1 Recipient address rejected: Access denied"),
    (SmtpStep.RECIPIENT, 550, "5.1.2 Host or domain name not found"),
    (SmtpStep.CONTENT, 550, "5.1.1 user unknown"),
    (SmtpStep.RECIPIENT, 550, "5.7.1 Recipient address rejected: User unknown"),
]
MAILS = [
    (SmtpStep.CONTENT, 552, "5.3.4 Message size exceeds fixed maximum message size"),
    (SmtpStep.SENDER, 552, "5.3.4 Message too big for system"),
    (SmtpStep.CONTENT, 554, "5.6.0 Corrupt message content"),
    (SmtpStep.CONTENT, 552, "5.2.3 Message length exceeds administrative limit"),
]
UNCLEAR = [
    (SmtpStep.CONTENT, 554, "Transaction failed"),
    (SmtpStep.CONTENT, 451, "4.3.0 Temporary lookup failure"),
    (SmtpStep.RECIPIENT, 450, "4.7.1 <xa@y.example>: Greylisted, see http://greylisting.example"),
    (SmtpStep.RECIPIENT, 550, "rejected"),
]
ALL = [
    (about, *one)
    for about, found in (
        (About.LIMIT, LIMITS),
        (About.ACCOUNT, ACCOUNTS),
        (About.RECIPIENT, RECIPIENTS),
        (About.MAIL, MAILS),
        (About.UNCLEAR, UNCLEAR),
    )
    for one in found
]


@pytest.mark.parametrize(("about", "step", "code", "words"), ALL, ids=lambda one: str(one)[:40])
def test_a_refusal_is_about_what_the_server_says(about: About, step: SmtpStep, code: int, words: str) -> None:
    assert Refusal(step, code, words).about is about


@given(
    st.sampled_from(ALL),
    st.sampled_from(["", " (in reply to end of DATA command)", " [Q3XabC]"]),
    st.booleans(),
)
def test_case_line_breaks_and_a_servers_tail_change_nothing(
    one: tuple[About, SmtpStep, int, str], tail: str, shouted: bool
) -> None:
    about, step, code, words = one
    text = (words.upper() if shouted else words).replace(" ", "\n", 1) + tail
    assert Refusal(step, code, text).about is about


@given(st.sampled_from(list(SmtpStep)), st.integers(400, 599), st.text(max_size=80))
def test_no_reply_of_any_server_breaks_the_judgement(step: SmtpStep, code: int, words: str) -> None:
    assert Refusal(step, code, words).about in About


@given(st.sampled_from([SmtpStep.SENDER, SmtpStep.LOGIN]), st.integers(400, 599), st.text(max_size=80))
def test_nothing_said_before_a_recipient_was_named_is_about_one(
    step: SmtpStep, code: int, words: str
) -> None:
    assert Refusal(step, code, words).about is not About.RECIPIENT
