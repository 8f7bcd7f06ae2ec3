"""The pictures of the handbooks can be made again: what they are made of is there, under the names that are shown."""

from __future__ import annotations

import io
import re
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any

import pytest
from fastapi.responses import HTMLResponse
from openpyxl import load_workbook
from tests.docs.pages import PAGES

from cchc.documents.form import DocumentSettings
from cchc.paths import PROJECT_ROOT
from cchc.texts import t
from cchc_board.app import create_app

IMAGES = PROJECT_ROOT / "docs" / "images"
BOARD = PROJECT_ROOT / "docs" / "trang-bang-theo-doi.md"


def tool(name: str) -> Any:
    loader = SourceFileLoader(name.replace("-", "_"), str(PROJECT_ROOT / "tools" / name))
    spec = spec_from_loader(loader.name, loader)
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
    made = tool("screenshots").papers()
    assert len(made) == 14 and all((IMAGES / f"{name}.png").exists() for name in made)
    assert all(content.startswith(b"PK") for content in made.values())


def test_the_form_of_the_pictures_is_made_of_the_library_as_it_is() -> None:
    review = load_workbook(io.BytesIO(tool("screenshots").form()), read_only=True)[
        t("workbooks.sheets.review")
    ]
    severities = {row[1] for row in review.iter_rows(min_row=5, values_only=True)}
    assert {t("severity.names.loi"), t("severity.names.canh_bao")} <= severities


def test_mails_of_the_pictures_are_made_of_the_library_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All but the browser: the script had once stayed behind what it draws, and nobody knew."""
    made = tool("screenshots")
    monkeypatch.setenv("CCHC_HOME", str(tmp_path))
    mails = made.mails(tmp_path)
    names = {f"{name}-{client}.png" for name in mails for client in made.WIDTHS}
    assert {name for name in names if not (IMAGES / name).exists()} == set()
    assert all("<html" in html for html in mails.values())


def test_every_page_of_the_board_has_its_pictures_and_its_words() -> None:
    made = tool("board-pictures")
    pages = {
        route.path  # type: ignore[attr-defined]
        for route in create_app(lambda: None, str).routes
        if getattr(route, "response_class", None) is HTMLResponse
    }
    assert set(made.SHOWN) == pages
    named = re.findall(r"\]\(images/trang/([\w-]+\.png)\)", BOARD.read_text(encoding="utf-8"))
    wanted = [f"{made.name_of(path)}-{width}.png" for path in pages for width in made.SIZES]
    assert sorted(named) == sorted(wanted) == sorted(path.name for path in made.FOLDER.iterdir())
    assert sum(path.stat().st_size for path in made.FOLDER.iterdir()) < 4_000_000
    assert BOARD.read_text(encoding="utf-8").count("\n### ") == len(pages)


def test_the_small_round_of_the_pictures_can_be_made_again(tmp_path: Path) -> None:
    item, form = tool("board-pictures").small_round(tmp_path / "nho", b"%PDF-1.4")
    assert item and len(form.shown) == 2
