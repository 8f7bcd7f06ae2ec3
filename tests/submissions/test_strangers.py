"""Who is answered, and how often: strangers shortly and once a day, invented ones never, each unit once for a mail."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator

import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest
from tests.support.letters import OURS, dealt_with, sent_to
from tests.support.province import MORNING, OTHER, UNIT, minutes

from cchc.mail.domains import takes_mail
from cchc.submissions import strangers

SCAN = ("a.jpg", b"\xff\xd8\xff anh")


def by_unit(province) -> dict[str, int]:
    found: dict[str, int] = {}
    for mail in province.mails():
        found[mail["unit_code"] or ""] = found.get(mail["unit_code"] or "", 0) + 1
    return found


def test_several_forms_in_one_mail_get_one_answer_that_holds_them_all(province, compose) -> None:
    files = [
        ("bieu.xlsx", province.faulty()),
        ("kia.xlsx", province.filled(OTHER)),
        ("la.xlsx", b"PK\x03\x04 x"),
    ]
    dealt = dealt_with(province, compose(*files))
    assert sorted(dealt.words) == ["refused", "rejected"]
    assert by_unit(province) == {UNIT: 1}
    (mail,) = province.mails()
    assert "mười hai" in mail["plain"] and province.run.units.get(OTHER).name in mail["plain"]
    assert "mười hai" in mail["html"] and mail["plain"].count("\n--\n") == 1
    assert [name for name in json.loads(mail["attachments"]) if "can-xem-lai" in name]


def test_a_strangers_mail_with_two_forms_tells_each_unit_once(province, compose) -> None:
    files = [
        ("a.xlsx", province.filled(figure=1)),
        ("b.xlsx", province.filled(figure=2)),
        ("c.xlsx", province.form(OTHER)),
    ]
    dealt_with(province, compose(*files, sender="la@x.example"))
    assert by_unit(province) == {UNIT: 1, OTHER: 1, "": 1}
    again = compose(("d.xlsx", province.filled(figure=3)), sender="la@x.example", message_id="<2@x.example>")
    dealt_with(province, again, MORNING + minutes(60))
    assert by_unit(province) == {UNIT: 1, OTHER: 1, "": 1}, "a day is long enough for one of each"


def test_an_answer_to_a_stranger_is_short(province, compose) -> None:
    dealt_with(province, compose(SCAN, sender="la@x.example"))
    (mail,) = province.mails()
    assert len(mail["plain"].partition("\n--\n")[0].split()) < 100


def test_many_invented_strangers_get_no_post_office(province, compose, monkeypatch) -> None:
    monkeypatch.setattr(strangers, "MOST_A_DAY", 2)
    for number in range(5):
        mail = compose(SCAN, sender=f"nguoi{number}@x.example", message_id=f"<{number}@x.example>")
        assert dealt_with(province, mail).words == ("stranger",)
    assert by_unit(province) == {"": 2}


@pytest.mark.parametrize("way", ["refused by the server", "reported back"])
def test_whom_an_answer_did_not_reach_gets_no_second_one(province, compose, way) -> None:
    dealt_with(province, compose(SCAN, sender="bia@x.example"))
    (mail,) = province.mails()
    state = "dead" if way == "refused by the server" else "sent"
    with province.store.write() as tx:
        tx.connection.exec_driver_sql(f"UPDATE mails SET state = '{state}', recipients = '[]'")
    if state == "sent":
        report = (
            "From: MAILER-DAEMON@x.example\r\nMessage-ID: <b@x.example>\r\nMIME-Version: 1.0\r\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
            "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
            "Final-Recipient: rfc822; bia@x.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
            f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {mail['message_id']}\r\n\r\n--b--\r\n"
        )
        assert dealt_with(province, report.encode()).words == ("machine",)
    tomorrow = MORNING + minutes(24 * 60)
    dealt_with(province, compose(SCAN, sender="bia@x.example", message_id="<2@x.example>"), tomorrow)
    assert len(province.mails()) == 1


def test_where_our_server_proves_senders_an_unproven_stranger_is_not_answered(province, compose) -> None:
    mail = compose(
        SCAN, sender="la@x.example", Authentication_Results=f"{OURS}; dmarc=fail header.from=x.example"
    )
    dealt = dealt_with(province, mail, authserv_id=OURS)
    assert (dealt.words, dealt.review, dealt.mails) == (("nobody",), True, ())


@pytest.mark.parametrize("message_id", ["<khac@x.example>", ""], ids=["another mail", "no mail"])
def test_a_report_about_a_mail_that_we_did_not_send_blames_no_address(province, message_id) -> None:
    address = province.mailbox_of[UNIT]
    sent_to(province, address)
    report = (
        "From: MAILER-DAEMON@x.example\r\nMessage-ID: <b@x.example>\r\n"
        f"X-Failed-Recipients: {address}\r\nContent-Type: multipart/report; boundary=b\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id}\r\n\r\n--b--\r\n"
    )
    dealt = dealt_with(province, report.encode())
    assert (dealt.words, dealt.bounces, dealt.review) == (("machine",), (), True)


def test_a_report_about_a_mail_to_somebody_else_blames_no_address(province) -> None:
    ours = sent_to(province, province.mailbox_of[OTHER])
    report = (
        "From: MAILER-DAEMON@x.example\r\nMessage-ID: <b@x.example>\r\n"
        f"X-Failed-Recipients: {province.mailbox_of[UNIT]}\r\nContent-Type: multipart/report; boundary=b\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {ours}\r\n\r\n--b--\r\n"
    )
    assert dealt_with(province, report.encode()).bounces == ()


class _Names(socketserver.BaseRequestHandler):
    """Knows a few domains."""

    def handle(self) -> None:
        raw, sock = self.request
        question = dns.message.from_wire(raw)
        name, kind = str(question.question[0].name).lower(), question.question[0].rdtype
        answer = dns.message.make_response(question)
        records = {
            ("co-thu.vn.", dns.rdatatype.MX): "10 mx.co-thu.vn.",
            ("khong-thu.vn.", dns.rdatatype.MX): "0 .",
            ("chi-web.vn.", dns.rdatatype.A): "192.0.2.1",
        }
        if found := records.get((name, kind)):
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", dns.rdatatype.to_text(kind), found))
        elif name == "hong.vn.":
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif name not in {known for known, _ in records}:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        sock.sendto(answer.to_wire(), self.client_address)


@pytest.fixture
def resolver() -> Iterator[dns.resolver.Resolver]:
    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), _Names) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        found = dns.resolver.Resolver(configure=False)
        found.nameservers, found.port = ["127.0.0.1"], server.server_address[1]
        yield found
        server.shutdown()


@pytest.mark.parametrize(
    ("domain", "takes"),
    [
        ("co-thu.vn", True), ("chi-web.vn", True), ("khong-thu.vn", False), ("bia-dat.vn", False),
        ("hong.vn", None), ("x.example", False), ("may.local", False), ("khong-cham", False),
    ],
)  # fmt: skip
def test_an_invented_domain_is_told_from_one_that_takes_mail(resolver, domain, takes) -> None:
    assert takes_mail(domain, resolver) is takes


def test_in_live_mail_an_invented_stranger_is_not_answered(province, compose, monkeypatch) -> None:
    monkeypatch.setattr(strangers, "is_real", lambda _settings: True)
    for domain, count in (("bia.example", 0), ("co-thu.vn", 1)):
        monkeypatch.setattr(strangers, "takes_mail", lambda asked: asked == "co-thu.vn")
        dealt_with(province, compose(SCAN, sender=f"a@{domain}", message_id=f"<{domain}@x.example>"))
        assert len(province.mails()) == count
