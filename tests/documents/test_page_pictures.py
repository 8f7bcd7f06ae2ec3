"""Pictures of our PDF files: as many as there are pages, none of what is missing, shown also where none is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.signed import pdf_of

from cchc.documents import page_pictures
from cchc.documents.page_pictures import page_count, page_picture
from cchc.errors import CchcError
from cchc.files import sha256_bytes
from cchc.paths import Instance


def laid(folder: Path, content: bytes) -> Path:
    path = folder / f"{sha256_bytes(content)}.pdf"
    path.write_bytes(content)
    return path


def test_a_page_is_shown_where_the_folder_can_only_be_read_and_none_beyond_the_last(
    instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(page_pictures, "write_atomic", refused)
    pdf = laid(tmp_path, pdf_of("Một trang"))
    assert page_count(pdf) == 1
    assert page_picture(instance, pdf, 1).startswith(b"\x89PNG")
    for page in (0, 2):
        with pytest.raises(CchcError, match="không có trang ấy"):
            page_picture(instance, pdf, page)


def test_a_file_that_is_missing_or_too_large_has_no_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert page_count(tmp_path / "khong-co.pdf") == 0
    pdf = laid(tmp_path, pdf_of("Một trang"))
    monkeypatch.setattr(page_pictures, "_LARGEST", 10)
    assert page_count(pdf) == 0
