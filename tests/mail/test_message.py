from __future__ import annotations

import email
import re
from collections.abc import Callable
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from typing import Any
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from cchc.clock import at
from cchc.errors import RuleRefused
from cchc.mail.department import Department
from cchc.mail.mail import Mail
from cchc.mail.message import Envelope, _words, build
from cchc.mail.page_links import PageLinks
from cchc.paths import Instance
from cchc.store import Store

Make = Callable[..., Mail]
Build = Callable[..., tuple[Envelope, EmailMessage]]


@pytest.fixture
def built(store: Store, live: Instance, put: Callable[..., None], make_mail: Make) -> Build:
    """Enqueue a mail with these changes and build what goes over the wire."""

    def make(instance: Instance = live, **changes: Any) -> tuple[Envelope, EmailMessage]:
        mail = make_mail(**changes)
        put(mail)
        envelope = build(
            dict(store.one("mail.mail", mail_key=mail.key) or {}),
            instance=instance,
            settings=instance.settings,
            department=Department.load(),
            sender="cchc@sonoivu.angiang.example",
            sent_at=mail.as_of,
            links=PageLinks(store, instance),
        )
        return envelope, email.message_from_bytes(envelope.content, policy=policy.default)  # type: ignore[return-value]

    return make


def test_the_text_part_is_text_and_the_html_part_is_the_html_untouched(built: Build) -> None:
    _, message = built(html="<html><body><!--che-do--><p>một\nhai</p></body></html>", plain="một\nhai")
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().replace("\r\n", "\n").rstrip().endswith("một\nhai")
    assert "<p>một\nhai</p>" in html.get_content().replace("\r\n", "\n")
    assert "một<br>" not in html.get_content()


def test_a_body_that_is_the_path_of_a_file_is_sent_as_text_not_as_that_file(
    built: Build, live: Instance
) -> None:
    secret = live.root / "bi-mat.txt"
    secret.write_text("mật khẩu", encoding="utf-8")
    envelope, message = built(plain=str(secret), html=f"<!--che-do-->{secret}")
    assert not list(message.iter_attachments())
    assert "mật khẩu".encode() not in envelope.content


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("biểu mẫu.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("công văn.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("lich.ics", "text/calendar"),
        ("khac.bin", "application/octet-stream"),
    ],
)
def test_an_attachment_has_its_type_name_and_disposition_whatever_the_system_knows(
    built: Build, live: Instance, monkeypatch: pytest.MonkeyPatch, name: str, kind: str
) -> None:
    monkeypatch.setattr("mimetypes.guess_type", lambda *_, **__: (None, None))
    (live.root / name).write_bytes(b"PK\x03\x04 n\xe1\xbb\x99i dung")
    _, message = built(attachments=(name,))
    (part,) = message.iter_attachments()
    assert part.get_content_type() == kind
    assert part.get_filename() == name
    assert part.get_content_disposition() == "attachment"
    assert part.get_payload(decode=True) == b"PK\x03\x04 n\xe1\xbb\x99i dung"


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("biểu mẫu Đợt 1.xlsx", "bieu-mau-Dot-1.xlsx"),
        ("2026-Q1_30292.xlsx", "2026-Q1_30292.xlsx"),
        ("表格.xlsx", "-.xlsx"),
        ("a." + "x" * 150, "a." + "x" * 18),
        ('a";b=c\\d.docx', "a-b-c-d.docx"),
        ("công văn " + "rất dài " * 20 + ".docx", ("cong-van-" + "rat-dai-" * 20)[:80] + ".docx"),
    ],
)
def test_a_reader_that_knows_no_encoded_names_finds_a_plain_one(
    built: Build, live: Instance, name: str, plain: str
) -> None:
    (live.root / name).write_bytes(b"PK")
    envelope, message = built(attachments=(name,))
    unfolded = envelope.content.replace(b"\r\n ", b" ").decode("ascii")
    (disposition,) = re.findall(r"^Content-Disposition: (.*)$", unfolded.replace("\r\n", "\n"), re.M)
    assert f'; filename="{plain}"' in disposition
    assert f"; filename*=utf-8''{quote(name)}" in disposition
    assert f'; name="{plain}"' in unfolded
    assert len(plain) < 100
    (part,) = message.iter_attachments()
    assert part.get_filename() == name


SUBJECTS = st.lists(
    st.sampled_from(["Đã nhận:", "Báo", "cáo", "CCHC", "(lần 2)", '"quý I"', "50%,", "=?utf-8?q?x?=", "x" * 90]),
    min_size=1, max_size=30,
).map(" ".join)  # fmt: skip


@given(SUBJECTS)
def test_every_reader_shows_the_subject_as_it_was_written(subject: str) -> None:
    raw = (f"Subject: {_words('Subject', subject)}\r\n\r\n").encode("ascii")
    assert email.message_from_bytes(raw, policy=policy.default)["Subject"] == subject
    assert str(make_header(decode_header(email.message_from_bytes(raw)["Subject"]))) == subject


@pytest.mark.parametrize(
    "name",
    ["Sở Nội vụ tỉnh An Giang, bộ phận CCHC", 'Sở "Nội vụ" (thử) <x@y.example>', "So Noi vu", "ở " * 60],
)
def test_the_senders_name_is_shown_whole_and_no_line_is_too_long(
    built: Build, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    department = Department.load().model_copy(update={"sender_name": name})
    monkeypatch.setattr(Department, "load", lambda: department)
    envelope, message = built(subject="Nhắc trước hạn " * 20)
    (sender,) = message["From"].addresses
    shown = str(make_header(decode_header(email.message_from_bytes(envelope.content)["From"])))
    assert shown == f"{name.strip()} <cchc@sonoivu.angiang.example>"
    assert sender.addr_spec == "cchc@sonoivu.angiang.example"
    assert max(map(len, envelope.content.split(b"\r\n"))) <= 78


def test_a_long_message_id_of_another_house_is_repeated_as_it_is(built: Build) -> None:
    foreign = f"<{'a1B2' * 22}@mail.angiang.example>"
    envelope, _ = built(in_reply_to=f"{foreign} <dau@x.example>")
    assert envelope.content.count(foreign.encode()) == 2


def test_two_mails_with_one_subject_have_two_message_ids_and_one_mail_always_the_same(built: Build) -> None:
    _, first = built(key="30292/2026-03-10/don_doc")
    _, second = built(key="30292/2026-03-11/don_doc")
    assert first["Subject"] == second["Subject"]
    assert first["Message-ID"] != second["Message-ID"]
    assert first["Message-ID"].endswith("@sonoivu.angiang.example>")


def test_the_same_mail_has_the_same_bytes_on_every_attempt(
    store: Store, live: Instance, put: Callable[..., None], make_mail: Make
) -> None:
    (live.root / "a.xlsx").write_bytes(b"x" * 5000)
    mail = make_mail(attachments=("a.xlsx",))
    put(mail)
    whole = store.one("mail.mail", mail_key=mail.key)
    assert whole is not None
    builds = {
        build(
            whole,
            instance=live,
            settings=live.settings,
            department=Department.load(),
            sender="a@b.example",
            sent_at=at(mail.as_of.date(), 8),
            links=PageLinks(store, live),
        ).content
        for _ in range(3)
    }
    assert len(builds) == 1


@pytest.mark.parametrize(
    "evil", ["Quý I\r\nBcc: x@y.example", "Quý I\n\nNội dung giả", "Quý I\x00\x0b\u2028Bcc: x@y.example"]
)
def test_no_header_grows_out_of_a_subject(built: Build, evil: str) -> None:
    envelope, message = built(subject=evil)
    assert message["Bcc"] is None
    assert envelope.recipients == ("xa@angiang.example",)
    assert "Quý I" in message["Subject"]


def test_recipients_are_addresses_and_a_bad_one_is_named_apart(built: Build) -> None:
    envelope, message = built(
        recipients=("a@b.example", "hai, dia-chi@b.example"), copies=("c@d.example", "a@b.example")
    )
    assert envelope.recipients == ("a@b.example", "c@d.example")
    assert message["To"] == "a@b.example"
    assert message["Cc"] == "c@d.example"
    assert list(envelope.unusable) == ["hai, dia-chi@b.example"]


def test_an_answer_stands_in_the_thread_of_the_request(built: Build) -> None:
    _, message = built(in_reply_to="<dau@x.example> <hai@x.example>")
    assert message["In-Reply-To"] == "<dau@x.example>"
    assert message["References"] == "<hai@x.example> <dau@x.example>", "the mail that is answered stands last"
    assert message["Auto-Submitted"] == "auto-generated"


def test_redirected_mail_goes_to_one_address_and_names_those_it_was_meant_for(
    built: Build, live: Instance, set_to: Callable[..., Instance]
) -> None:
    instance = set_to(live, "redirect", redirect_to="thu@nghiem.example")
    envelope, message = built(instance, recipients=("a@b.example",), copies=("c@d.example",))
    assert envelope.recipients == ("thu@nghiem.example",)
    assert message["To"] == "thu@nghiem.example"
    assert message["Cc"] is None
    assert message["Subject"].startswith("[CHUYỂN HƯỚNG] ")
    for kind in ("plain", "html"):
        body = message.get_body((kind,))
        assert body is not None
        text = BeautifulSoup(body.get_content(), "html.parser").get_text()
        assert text.index("a@b.example, c@d.example") < text.index("Xin chào")


@pytest.mark.parametrize(
    ("mode", "rehearsal", "tag"),
    [
        ("live", False, "Đã nhận"),
        ("live", True, "[DIỄN TẬP] Đã nhận"),
        ("dry_run", False, "[XEM TRƯỚC] Đã nhận"),
        ("dry_run", True, "[DIỄN TẬP] [XEM TRƯỚC] Đã nhận"),
    ],
)
def test_outside_live_every_subject_says_so(
    built: Build, live: Instance, set_to: Callable[..., Instance], mode: str, rehearsal: bool, tag: str
) -> None:
    _, message = built(set_to(live, mode, rehearsal))
    assert message["Subject"].startswith(tag)


@pytest.mark.parametrize("path", ["../ngoai.xlsx", "/etc/passwd", "a/../../b.xlsx"])
def test_nothing_outside_the_instance_is_ever_attached(built: Build, path: str) -> None:
    with pytest.raises(RuleRefused) as refusal:
        built(attachments=(path,))
    assert refusal.value.rule == "attachment-outside"


def test_the_date_header_is_the_given_instant_in_local_time(built: Build) -> None:
    _, message = built()
    assert message["Date"] == "Tue, 10 Mar 2026 08:00:00 +0700"
