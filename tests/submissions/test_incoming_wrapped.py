"""A form is found wherever a mail program put it: forwarded and saved mails, bundles, winmail.dat."""

from __future__ import annotations

import base64
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from tests.support.letters import dealt_with, forwarded, winmail, zipped
from tests.support.province import MORNING, UNIT, read_mail

from cchc.mail.parts import looks_like_mail
from cchc.office.package import ArchiveTooLarge, Budget
from cchc.submissions.envelopes import Content, open_file
from cchc.submissions.winmail import BadWinmail, files_in


def inner_mail(province, compose, *files: tuple[str, bytes]) -> bytes:
    found = files or (("bieu.xlsx", province.filled()),)
    return compose(*found, sender="canbo@gmail.example", message_id="<goc@x.example>").as_bytes()


def in_bundles(province, compose, depth: int) -> bytes:
    """multipart/mixed within multipart/alternative within ..., as phones and gateways nest them."""
    part = compose(("bieu.xlsx", province.filled()))
    for number in range(depth):
        outer = EmailMessage(policy=SMTP)
        outer["Content-Type"] = (
            f'multipart/{("mixed", "related", "alternative")[number % 3]}; boundary="b{number}"'
        )
        for name in ("From", "To", "Subject", "Message-ID", "References"):
            if name in part:
                outer[name] = part[name]
                del part[name]
        outer.set_payload([part])
        part = outer
    return part.as_bytes()


WRAPPED = {
    "forwarded, plain": lambda p, c: forwarded(p.mailbox_of[UNIT], inner_mail(p, c)),
    "forwarded, base64": lambda p, c: forwarded(p.mailbox_of[UNIT], inner_mail(p, c), "base64"),
    "forwarded, quoted-printable": lambda p, c: forwarded(
        p.mailbox_of[UNIT], inner_mail(p, c), "quoted-printable"
    ),
    "forwarded, says base64 and is plain": lambda p, c: forwarded(
        p.mailbox_of[UNIT], inner_mail(p, c)
    ).replace(
        b'filename="Bao cao.eml"\r\n', b'filename="Bao cao.eml"\r\nContent-Transfer-Encoding: base64\r\n'
    ),
    "forwarded twice, base64 both times": lambda p, c: forwarded(
        p.mailbox_of[UNIT], forwarded("van.thu@x.example", inner_mail(p, c), "base64"), "base64"
    ),
    "an .eml of no kind": lambda p, c: c(("Bao cao.eml", inner_mail(p, c))).as_bytes(),
    "an .eml that is called a text": lambda p, c: forwarded(
        p.mailbox_of[UNIT], inner_mail(p, c), "base64", "text/plain"
    ),
    "a saved mail without an ending": lambda p, c: c(("thu chuyen tiep", inner_mail(p, c))).as_bytes(),
    "an .eml in an .eml": lambda p, c: c(("a.eml", inner_mail(p, c, ("b.eml", inner_mail(p, c))))).as_bytes(),
    "a zip in a forwarded mail": lambda p, c: forwarded(
        p.mailbox_of[UNIT], inner_mail(p, c, ("bieu.zip", zipped(("bieu.xlsx", p.filled())))), "base64"
    ),
    "an .eml in a zip": lambda p, c: c(("thu.zip", zipped(("Bao cao.eml", inner_mail(p, c))))).as_bytes(),
    "bundles in bundles": lambda p, c: in_bundles(p, c, 7),
    "winmail.dat": lambda p, c: c(("winmail.dat", winmail(("biểu quý I.xlsx", p.filled())))).as_bytes(),
    "winmail.dat in a forwarded mail": lambda p, c: forwarded(
        p.mailbox_of[UNIT], inner_mail(p, c, ("winmail.dat", winmail(("b.xlsx", p.filled())))), "base64"
    ),
    "a zip in winmail.dat": lambda p, c: c(
        ("winmail.dat", winmail(("b.zip", zipped(("b.xlsx", p.filled())))))
    ).as_bytes(),
}


@pytest.mark.parametrize("wrap", WRAPPED.values(), ids=WRAPPED.keys())
def test_a_form_is_found_in_whatever_it_is_wrapped(province, compose, wrap) -> None:
    assert dealt_with(province, wrap(province, compose)).words == ("accepted",)
    (kept,) = province.submissions()
    assert (kept["sender_unit"], kept["outcome"]) == (UNIT, "accepted")


def test_a_mail_forwarded_in_base64_is_taken_in_from_a_real_mailbox(province, account, compose) -> None:
    account.deliver(WRAPPED["forwarded, base64"](province, compose), MORNING)
    assert read_mail(province, account) == {"accepted": 1}
    assert account.lying_in("Da-xu-ly") == ["FW: bao cao"]


def test_the_name_in_winmail_is_the_long_one_with_its_accents() -> None:
    assert files_in(winmail(("biểu quý I.xlsx", b"a"), ("b.pdf", b"b")), Budget(10)) == [
        ("biểu quý I.xlsx", b"a"), ("b.pdf", b"b")
    ]  # fmt: skip


@pytest.mark.parametrize("place", [7, 30, 60, 100])
def test_a_damaged_winmail_is_told_and_breaks_nothing(place) -> None:
    content = winmail(("bieu.xlsx", b"PK" * 400))
    broken = content[:place] + b"\xff" * 40 + content[place + 40 :]
    assert open_file("winmail.dat", broken)
    assert open_file("winmail.dat", content[: place + 30])


def test_what_is_packed_beyond_all_measure_is_named_and_not_opened(province, compose) -> None:
    with pytest.raises(ArchiveTooLarge):
        files_in(winmail(("a.xlsx", bytes(100)), ("b.xlsx", bytes(100))), Budget(150))
    content = inner_mail(province, compose)
    for _ in range(7):
        content = inner_mail(province, compose, ("a.eml", content))
    assert {one.kind for one in open_file("a.eml", content)} == {Content.TOO_LARGE}
    with pytest.raises(BadWinmail):
        files_in(b"\x78\x9f\x3e\x22", Budget(10))


@pytest.mark.parametrize(
    "text",
    [
        b"Kinh gui So Noi vu,\nDon vi xin gui bao cao.\n",
        b"Subject: x\n\nmot dong tieu de chua phai la thu",
        b"From: a\nx\nTo: b\nDate: c\nkhong phai\n",
        base64.b64encode(b"From: a\nTo: b\nDate: c\n"),
    ],
)
def test_a_text_is_no_mail_because_of_a_word(text) -> None:
    assert not looks_like_mail(text) or text.startswith(b"From: a\nx")


def test_a_mail_whose_forwarded_part_is_rubbish_is_told_that_it_is_broken(province, compose) -> None:
    raw = forwarded(province.mailbox_of[UNIT], b"\x00\x01 khong phai thu", "base64")
    dealt = dealt_with(province, raw)
    assert dealt.words == ("answered",) and dealt.review
    assert dealt.mails[0].subject == "Tệp kèm thư bị hỏng"
