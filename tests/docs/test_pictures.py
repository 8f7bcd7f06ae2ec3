"""The pictures of the handbooks can be made again: what they are made of is there, under the names that are shown."""

from __future__ import annotations

import io
import re
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from tests.docs.pages import PAGES

from cchc.documents.form import DocumentSettings
from cchc.paths import PROJECT_ROOT
from cchc.texts import t

IMAGES = PROJECT_ROOT / "docs" / "images"


def screenshots() -> Any:
    spec = spec_from_loader(
        "screenshots", SourceFileLoader("screenshots", str(PROJECT_ROOT / "tools" / "screenshots"))
    )
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_picture_that_a_page_shows_is_there() -> None:
    shown = {
        (page.parent / name).resolve()
        for page in PAGES
        for name in re.findall(r"!\[[^\]]*\]\(([^)]+\.png)\)", page.read_text(encoding="utf-8"))
    }
    assert shown and [path for path in shown if not path.exists()] == []


def test_every_kind_of_document_has_its_page_with_a_picture_and_the_tests_of_its_rules() -> None:
    folder = PROJECT_ROOT / "docs"
    listed = re.findall(r"\]\((van-ban-[\w-]+\.md)\)", (folder / "van-ban.md").read_text(encoding="utf-8"))
    assert sorted(listed) == sorted(path.name for path in folder.glob("van-ban-*.md"))
    assert len(listed) == len(DocumentSettings.load().documents)
    for name in listed:
        text = (folder / name).read_text(encoding="utf-8")
        assert "](images/van-ban-" in text and text.count("::test_") >= 3, name


def test_documents_of_the_pictures_are_made_of_the_library_as_it_is() -> None:
    """All but LibreOffice, and the report, which the tests of the report make."""
    made = screenshots().papers()
    assert len(made) == 14 and all((IMAGES / f"{name}.png").exists() for name in made)
    assert all(content.startswith(b"PK") for content in made.values())


def test_the_form_of_the_pictures_is_made_of_the_library_as_it_is() -> None:
    review = load_workbook(io.BytesIO(screenshots().form()), read_only=True)[t("workbooks.sheets.review")]
    severities = {row[1] for row in review.iter_rows(min_row=5, values_only=True)}
    assert {t("severity.names.loi"), t("severity.names.canh_bao")} <= severities


def test_mails_and_pages_of_the_pictures_are_made_of_the_library_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All but the browser: the script had once stayed behind what it draws, and nobody knew."""
    tool = screenshots()
    monkeypatch.setenv("CCHC_HOME", str(tmp_path))
    mails = tool.mails(tmp_path)
    names = {f"{name}-{client}.png" for name in mails for client in tool.WIDTHS}
    pages = tool.pages(tmp_path)
    names |= {f"{name}.png" for name in pages}
    assert {name for name in names if not (IMAGES / name).exists()} == set()
    assert "không ai xem hộp nhận" not in pages["board-suc-khoe"]
    assert "Ghi cuộc gọi" in pages["board-hom-nay"] and "2026-Q1" in pages["board-year"]
    assert all("<html" in html for html in [*mails.values(), *pages.values()])
