"""A draft edited in Word and LibreOffice, read back, approved, signed with a certificate, sent: the whole way once."""

from __future__ import annotations

import email
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from tests.documents.test_decisions import (
    BETWEEN,
    CLOSED_AGAIN,
    DECIDED,
    approved,
    closed,
    closed_once,
    drafted,
)
from tests.documents.test_edited import SENTENCE, change_a_figure, in_libreoffice, in_word, lose_a_bookmark
from tests.documents.test_own_words import behind
from tests.support.province import Province
from tests.support.signed import office as signing_office
from tests.support.signed import pdf_of

from cchc.documents.edited import take_back
from cchc.documents.handing_out import mail_signed
from cchc.documents.own_words import keep_words
from cchc.documents.papers import pdf_copies
from cchc.documents.pdf import office
from cchc.documents.registry import document
from cchc.documents.signed_copies import add, look_at
from cchc.documents.signed_pdf import read_signed
from cchc.errors import RuleRefused
from cchc.mail.department import Department
from cchc.stages import chasing, closing
from cchc_rehearsal.sink import MailSink

__all__ = ["closed", "closed_once"]
OWN = "Hội đồng nhân dân tỉnh đã thông qua các nghị quyết về thể chế."
WRITTEN = "Tỉnh ủy đã chỉ đạo sát sao công tác cải cách hành chính."


@pytest.mark.slow
@pytest.mark.skipif(office() is None, reason="needs LibreOffice: apt-get install libreoffice-writer")
def test_what_the_ministry_gets_is_what_the_official_wrote_and_the_leader_signed(
    closed: Province, tmp_path: Path
) -> None:
    author = replace(closed.at(BETWEEN), actor="Trần Thị B")
    keep_words(author, {"the_che": OWN}, "book")
    first = document(author.store, drafted(closed, CLOSED_AGAIN)[0])
    assert first is not None
    run = replace(author, as_of=CLOSED_AGAIN + timedelta(hours=5))
    saved = in_libreoffice(in_word(run, first, write), tmp_path)
    for spoil, rule, message in (
        (change_a_figure, "figure-changed", r"sua\.docx.*\d thành \d.*--ly-do"),
        (lose_a_bookmark, "bookmark-lost", r"sua\.docx.*mất 1 dấu trang.*so_lieu"),
    ):
        with pytest.raises(RuleRefused, match=message) as found:
            take_back(run, spoilt(saved, spoil), "sua.docx", "")
        assert found.value.rule == rule
    taken = take_back(run, saved, "sua.docx", "")
    assert (taken.edits.changed, taken.edits.lost, taken.edits.left_out) == ((), (), ())
    assert taken.edits.paragraphs == 2, "LibreOffice keeps every figure and bookmark"
    assert [(one.section, one.text) for one in taken.own_words] == [("noi_bat", WRITTEN)]
    ids = closing.issue(replace(run, as_of=CLOSED_AGAIN), approved(DECIDED))
    report = document(run.store, ids[0])
    (pdf,) = pdf_copies(run, ids)
    printed = document(run.store, pdf)
    assert report is not None and printed is not None
    own = printed.kept_at(run.instance).read_bytes()
    later = replace(run, as_of=DECIDED + timedelta(hours=2), actor="Văn thư")
    signer = signing_office().signer
    signed = signer.sign(own, DECIDED + timedelta(hours=1))
    other = signer.sign(pdf_of("Một văn bản khác\nkhông có gì chung"), DECIDED)
    for content, rule, message in (
        (own, "unsigned", r"ky\.pdf.*chưa có chữ ký số"),
        (redrawn(signed), "changed-after-signing", r"ky\.pdf.*sau khi Nguyễn Văn A ký"),
        (other, "another-document", r"ky\.pdf.*văn bản khác.*12/BC-UBND"),
    ):
        with pytest.raises(RuleRefused, match=message) as refused:
            look_at(later, report, content, "ky.pdf")
        assert refused.value.rule == rule
    add(later, look_at(later, report, signed, "ky.pdf"))
    run.instance.settings_file.parent.mkdir(parents=True, exist_ok=True)
    run.instance.settings_file.write_text("mail_mode: live\nrehearsal: true\n", encoding="utf-8")
    with MailSink(tmp_path / "thu") as sink:
        own_line = replace(later, smtp=sink.config(Department.load().reply_to))
        count = mail_signed(own_line)
        assert count > 0
        chasing.send(own_line)
        to_ministry = next(one for one in sink.received if "vanthu@bonoivu.example" in one.recipients)
        message = email.message_from_bytes(to_ministry.path.read_bytes(), policy=default)
    parts = {str(part.get_filename()): part.get_payload(decode=True) for part in message.iter_attachments()}
    assert not [name for name in parts if name.endswith(".docx")]
    (name,) = [name for name in parts if name.endswith("_da-ky.pdf")]
    content = parts[name]
    assert isinstance(content, bytes)
    found = read_signed(content, name)
    text = " ".join(found.text.split())
    assert SENTENCE in text and WRITTEN in text and OWN in text
    assert [one.signer for one in found.signatures] == ["Nguyễn Văn A"]


def write(opened: Any) -> None:
    """A sentence before the first section, and a paragraph under its heading."""
    heading = next(one for one in opened.paragraphs if one.style.name.startswith("Heading"))
    heading.insert_paragraph_before(SENTENCE, style="Nội dung")
    behind(heading, WRITTEN, "Nội dung")


def spoilt(content: bytes, spoil: Callable[[Any], None]) -> bytes:
    opened = Document(io.BytesIO(content))
    spoil(opened)
    target = io.BytesIO()
    opened.save(target)
    return target.getvalue()


def redrawn(pdf: bytes) -> bytes:
    """The signed file with a letter of its first page changed."""
    content = bytearray(pdf)
    content[pdf.index(b"stream") + 40] ^= 1
    return bytes(content)
