"""Which files are taken as evidence: by their bytes, opened once, never run."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from functools import partial

import pytest
from tests.submissions.test_self_scores import packed, pdf

from cchc.submissions.envelopes import open_file
from cchc.submissions.evidence_files import MOST_BYTES, EvidenceFile, examined
from cchc_rehearsal.reception.broken_files import bomb, locked_archive, locked_workbook, nested_archives

JPG, PNG = b"\xff\xd8\xff\xe0" + b"\0" * 64, b"\x89PNG\r\n\x1a\n" + b"\0" * 64
DOCX = packed(("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w/>"))
MACROS = packed(
    ("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w/>"), ("word/vbaProject.bin", b"x")
)


def looked_at(name: str, content: bytes) -> EvidenceFile:
    (opened,) = open_file(name, content)
    return examined(opened)


@pytest.mark.parametrize(
    ("name", "content", "suffix"),
    [
        ("kh.pdf", pdf(), "pdf"), ("kh", pdf(), "pdf"), ("a.jpg", JPG, "jpg"), ("a.png", PNG, "png"),
        ("kh.docx", DOCX, "docx"), ("kh.pdf", DOCX, "docx"),
    ],
)  # fmt: skip
def test_what_is_taken_is_kept_as_what_it_is(name: str, content: bytes, suffix: str) -> None:
    found = looked_at(name, content)
    assert (found.fault, found.suffix, found.content) == ("", suffix, content)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (
            "kh.exe",
            b"MZ\x90" + b"\0" * 99,
            'Tệp "kh.exe" không phải văn bản được nhận (pdf, docx, xlsx, jpg, png).',
        ),
        ("kh.pdf", b"MZ\x90" + b"\0" * 99, "không phải văn bản được nhận"),
        ("a.gif", b"GIF89a" + b"\0" * 99, "không phải văn bản được nhận"),
        ("a.rar", b"Rar!\x1a\x07\x01\x00" + b"\0" * 99, "không phải văn bản được nhận"),
        ("khoa.docx", locked_workbook(b"x"), "có mật khẩu"),
        ("khoa.zip", locked_archive(b"x"), "có mật khẩu"),
        ("macro.docx", MACROS, "có macro"),
        ("hong.pdf", b"%PDF-1.7\nx", "bị hỏng"),
        ("to.jpg", JPG + b"\0" * MOST_BYTES, "lớn hơn 20 MB"),
        ("bom.docx", partial(bomb, "word/document.xml", megabytes=80), "giải nén ra quá lớn"),
        ("bom.zip", partial(bomb, "anh.bmp", megabytes=80), "giải nén ra quá lớn"),
    ],
)
def test_what_is_not_taken_is_named_with_the_reason_and_not_kept(
    name: str, content: bytes | Callable[[], bytes], said: str
) -> None:
    found = looked_at(name, content() if callable(content) else content)
    assert said in found.fault
    assert name in found.fault
    assert found.content == b""


def test_an_archive_within_an_archive_is_not_opened() -> None:
    assert any(
        "nằm trong tệp nén" in examined(one).fault for one in open_file("long.zip", nested_archives(b"x"))
    )


def test_a_workbook_with_macros_is_no_evidence_although_a_form_would_be_cleaned() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        )
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        archive.writestr("xl/vbaProject.bin", b"x")
    assert "có macro" in looked_at("so-lieu.xlsm", buffer.getvalue()).fault
