"""Reports of mail servers about mails of ours, as Postfix, Exchange and Exim write them."""

from __future__ import annotations

from email import message_from_string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc.mail.delivery_report import delivery_failures

OURS = "<cchc.0123456789abcdef@sonoivu.angiang.example>"


def report(*groups: str, original: str = f"Message-ID: {OURS}\nSubject: thu\n") -> str:
    fields = "\n\n".join(["Reporting-MTA: dns; mx.angiang.example", *groups])
    return f"""From: MAILER-DAEMON@mx.angiang.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

This is the mail system at host mx.

--b
Content-Type: message/delivery-status

{fields}

--b
Content-Type: text/rfc822-headers

{original}
--b--
"""


def group(address: str, action: str = "failed", status: str = "5.1.1", **more: str) -> str:
    lines = [f"Final-Recipient: rfc822; {address}", f"Action: {action}", f"Status: {status}"]
    return "\n".join([*lines, *(f"{name.replace('_', '-')}: {value}" for name, value in more.items())])


def test_a_report_names_each_address_that_failed_with_the_servers_words_and_our_mail() -> None:
    said = "smtp; 550 5.1.1 <Xa.A@angiang.example>: User unknown"
    found = delivery_failures(
        message_from_string(
            report(group("Xa.A@angiang.example", Diagnostic_Code=said), group("xa-b@angiang.example"))
        )
    )
    assert [(one.address, one.status, one.message_id) for one in found] == [
        ("xa.a@angiang.example", "5.1.1", OURS),
        ("xa-b@angiang.example", "5.1.1", OURS),
    ]
    assert found[0].words == "550 5.1.1 <Xa.A@angiang.example>: User unknown"


@pytest.mark.parametrize(
    "harmless",
    [
        group("a@b.example", action="delayed", status="4.4.1"),
        group("a@b.example", action="relayed", status="2.0.0"),
        group("a@b.example", action="delivered", status="2.1.5"),
        group("a@b.example", action="failed", status="4.2.2"),
        "Action: failed",
    ],
)
def test_delays_and_good_news_are_no_failure(harmless: str) -> None:
    assert delivery_failures(message_from_string(report(harmless))) == ()


def test_the_address_we_wrote_to_counts_when_a_server_forwarded() -> None:
    forwarded = group("noi-bo@may.example", Original_Recipient="rfc822; xa-a@angiang.example")
    (found,) = delivery_failures(message_from_string(report(forwarded)))
    assert found.address == "xa-a@angiang.example"


@pytest.mark.parametrize(
    "fields",
    [
        group("xa-a@angiang.example", action="failed (no such user)"),
        group("xa-a@angiang.example", action="error"),
        "Final-Recipient: utf-8; xa-a@angiang.example\nAction: failed\nStatus: 5.1.1",
        "Final-Recipient: <xa-a@angiang.example>\nAction: Failed\nStatus: 5.1.1",
        "Final-Recipient: xa-a@angiang.example\nAction: failed\nStatus: 5.1.1",
    ],
)
def test_what_servers_write_beside_the_standard_is_a_failure_too(fields: str) -> None:
    (found,) = delivery_failures(message_from_string(report(fields)))
    assert (found.address, found.status, found.message_id) == ("xa-a@angiang.example", "5.1.1", OURS)


def test_exims_header_is_understood() -> None:
    raw = "From: mailer-daemon@mx.example\nX-Failed-Recipients: a@b.example,\n  c@d.example\n\nText"
    assert [one.address for one in delivery_failures(message_from_string(raw))] == [
        "a@b.example",
        "c@d.example",
    ]


@given(st.text(max_size=200))
def test_garbage_is_never_an_error(garbage: str) -> None:
    for raw in (garbage, report(garbage), report(group(garbage), original=garbage)):
        for one in delivery_failures(message_from_string(raw)):
            assert "\n" not in one.words
