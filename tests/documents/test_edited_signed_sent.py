"""A draft edited in Word and LibreOffice, read back, approved, signed with a certificate, sent: the whole way once."""

from __future__ import annotations

import email
from dataclasses import replace
from datetime import timedelta
from email.policy import default
from pathlib import Path

import pytest
from tests.documents.test_decisions import CLOSED, DECIDED, approved, closed, closed_once
from tests.documents.test_edited import SENTENCE, draft, in_libreoffice, in_word, run
from tests.support.signed import office as signing_office

from cchc.documents.edited import take_back
from cchc.documents.handing_out import mail_signed
from cchc.documents.papers import pdf_copies
from cchc.documents.pdf import office
from cchc.documents.registry import DocumentRecord, document
from cchc.documents.signed_copies import add, look_at
from cchc.documents.signed_pdf import read_signed
from cchc.errors import RuleRefused
from cchc.mail.department import Department
from cchc.run import Run
from cchc.stages import chasing, closing
from cchc_rehearsal.sink import MailSink

__all__ = ["closed", "closed_once", "draft", "run"]


@pytest.mark.slow
@pytest.mark.skipif(office() is None, reason="needs LibreOffice: apt-get install libreoffice-writer")
def test_what_the_ministry_gets_is_what_the_official_wrote_and_the_leader_signed(
    run: Run, draft: DocumentRecord, tmp_path: Path
) -> None:
    taken = take_back(run, in_libreoffice(in_word(run, draft), tmp_path), "sua.docx", "")
    assert (taken.edits.changed, taken.edits.lost, taken.edits.left_out) == ((), (), ())
    assert taken.edits.paragraphs == 1, "LibreOffice keeps every figure and bookmark"
    ids = closing.issue(replace(run, as_of=CLOSED), approved(DECIDED))
    report = document(run.store, ids[0])
    (pdf,) = pdf_copies(run, ids)
    printed = document(run.store, pdf)
    assert report is not None and printed is not None
    own = printed.kept_at(run.instance).read_bytes()
    later = replace(run, as_of=DECIDED + timedelta(hours=2), actor="Văn thư")
    signer = signing_office().signer
    with pytest.raises(RuleRefused, match="chưa có chữ ký số"):
        look_at(later, report, own, "ky.pdf")
    signed = signer.sign(own, DECIDED + timedelta(hours=1))
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
    assert SENTENCE in " ".join(found.text.split())
    assert [one.signer for one in found.signatures] == ["Nguyễn Văn A"]
