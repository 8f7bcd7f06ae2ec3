"""What was set aside, as text: letters and files of strangers are read, and nothing of them is run or followed."""

from __future__ import annotations

import os
from datetime import date, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from tests.support.scripted_imap import ImapScript, scripted

from cchc.clock import TZ
from cchc.files import sha256_bytes
from cchc.paths import Instance
from cchc.run import Run
from cchc.stages import showing
from cchc.stages.showing import ShownText, letter_text, shown_text
from cchc.store import Store
from cchc.submissions.arrivals import Channel
from cchc.submissions.set_aside import SetAside
from cchc.unit_page.link import UnitLink, sign

CAME = datetime(2026, 3, 10, 8, 1, tzinfo=TZ)


def letter(body: str = "Kính gửi Sở,\nxã hỏi về biểu 02.\n") -> bytes:
    mail = EmailMessage()
    mail["From"] = "Văn phòng <xa@xa.example>"
    mail["Subject"] = "Hỏi biểu\u202e 02"
    mail.set_content(body + "\n> thư trước\n")
    mail.add_attachment(b"x" * 5000, maintype="application", subtype="pdf", filename="cong-van.pdf")
    return bytes(mail)


@pytest.fixture
def run(store: Store, instance: Instance) -> Run:
    return Run(store, instance, CAME)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Letters are read in this process: starting another costs a second (tests/board has one)."""
    monkeypatch.setattr(showing, "_letter", lambda raw: letter_text(None, raw))


def lying(run: Run, name: str, content: bytes | None = None) -> SetAside:
    path = run.instance.inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if content is not None:
        path.write_bytes(content)
    return SetAside(Channel.FOLDER, name, name, f"hop-nhan/{name}", CAME, "Không đọc được.")


def test_a_letter_tells_who_wrote_what_and_which_files_came_with_it() -> None:
    shown = letter_text(None, letter())
    assert (shown.sender, shown.subject) == ("xa@xa.example", "Hỏi biểu 02"), (
        "without signs that turn the line"
    )
    assert shown.text == "Kính gửi Sở,\nxã hỏi về biểu 02."
    assert shown.files == (("cong-van.pdf", 5000),) and not shown.cut


def test_a_link_to_a_units_page_that_a_letter_quotes_is_masked() -> None:
    link = sign(b"k" * 32, UnitLink("30292", "2026-Q1", 0, date(2026, 5, 1)))
    shown = letter_text(None, letter(f"Xã không mở được https://don-vi.cchc.example/v/{link} ạ"))
    assert "không mở được https://don-vi.cchc.example/v/••• ạ" in shown.text


def test_a_long_letter_and_many_files_are_cut_and_that_is_told() -> None:
    shown = letter_text(None, letter("dài " * 5000))
    assert len(shown.text) <= showing.MOST_TEXT and shown.cut
    assert letter_text(None, b"").text == "", "however broken"


def test_a_letter_of_the_mailbox_is_found_by_its_bytes_and_stays_there(run: Run, here: None) -> None:
    raw = letter().replace(b"\n", b"\r\n")
    script = ImapScript({1: raw, 2: b"From: b@x.example\r\nSubject: hai\r\n\r\nkhac"})
    item = SetAside(
        Channel.MAILBOX, "hop/7/1", "Thư", "Can-xem-lai", CAME, "Hỏi.", file_sha256=sha256_bytes(raw)
    )
    with scripted(script) as config:
        assert "biểu 02" in shown_text(run, item, config).text
        assert sorted(script.inbox) == [1, 2]
        script.inbox.pop(1)
        assert "Không thấy thư này" in shown_text(run, item, config).why
    assert "Không kết nối" in shown_text(run, item, config).why, "the server is gone"
    assert "cchc_imap" in shown_text(run, item, None).why


def test_a_letter_that_lies_as_a_file_is_read_like_one(run: Run, here: None) -> None:
    assert shown_text(run, lying(run, "thu.eml", letter()), None).subject == "Hỏi biểu 02"


def test_the_first_lines_of_a_text_are_shown(run: Run) -> None:
    shown = shown_text(run, lying(run, "ds.csv", "\ufeffmã;tên\n1;xã A\n".encode()), None)
    assert shown == ShownText(text="mã;tên\n1;xã A", files=(("ds.csv", 20),))
    shown = shown_text(run, lying(run, "dai.txt", ("ấ" * 1000 + "\n").encode() * 100), None)
    assert shown.cut and len(shown.text) < 61 * 301


@pytest.mark.parametrize("content", [b"PK\x03\x04\0\0", b"\xff\xfe\x00 \x80", b"a\0b"])
def test_of_what_is_no_text_name_and_size_alone_are_told(run: Run, content: bytes) -> None:
    shown = shown_text(run, lying(run, "b.xlsx", content), None)
    assert "không phải văn bản" in shown.why and shown.text == ""
    assert shown.files == (("b.xlsx", len(content)),)


def test_nothing_outside_is_shown_whatever_lies_there(run: Run, tmp_path: Path) -> None:
    secret = tmp_path / "bi-mat.txt"
    secret.write_text("mật khẩu", encoding="utf-8")
    item = lying(run, "duong-tat.txt")
    (run.instance.inbox / "duong-tat.txt").symlink_to(secret)
    assert shown_text(run, item, None).text == ""
    (run.instance.inbox / "thu-muc").symlink_to(tmp_path)
    assert shown_text(run, lying(run, "thu-muc/bi-mat.txt"), None).text == ""
    os.mkfifo(run.instance.inbox / "ong")
    assert "không có tệp" in shown_text(run, lying(run, "ong"), None).why
    assert "Không mở được" in shown_text(run, lying(run, "da-mat.txt"), None).why
    odd = SetAside(Channel.FOLDER, "x", "x", "../bi-mat.txt", CAME, "Sai chỗ.")
    assert shown_text(run, odd, None).text == ""
