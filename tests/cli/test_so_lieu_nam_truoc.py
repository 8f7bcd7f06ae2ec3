"""`./cchc so-lieu-nam-truoc` from form to figures, as somebody at a terminal has it."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from cchc import clock
from cchc.cli import app
from cchc.errors import CchcError
from cchc.paths import Instance
from cchc.store import Store, upgrade


def call(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["so-lieu-nam-truoc", *arguments], catch_exceptions=False)


@pytest.fixture(autouse=True)
def installed(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    upgrade(Store(instance.store_url)).close()
    monkeypatch.setenv("CCHC_HOME", str(instance.root))
    monkeypatch.setattr(clock, "now", lambda: clock.from_text("2026-01-05T08:00:00+07:00"))


def test_a_form_is_filled_brought_in_listed_and_comes_back_with_its_figures(tmp_path: Path) -> None:
    form = tmp_path / "nam.xlsx"
    assert "0 số liệu nhập lần trước" in call("mau", "--ra", str(form)).output
    assert "Chưa nhập số liệu năm nào" in call("danh-sach").output
    book = openpyxl.load_workbook(form)
    sheet = book["2025-NAM"]
    row = next(one[0].row for one in sheet.iter_rows(min_row=6) if one[0].value == "I.1.1")
    sheet.cell(row, 5).value = 4321
    book.save(form)
    told = call("nhap", str(form), "--nguoi-nhap", "Trần Thị Bình").output
    assert "2025-NAM: 1 số liệu của 1 cột; dùng làm cùng kỳ của đợt 2026-NAM." in told
    assert "không có gì thay đổi" in call("nhap", str(form), "--nguoi-nhap", "Trần Thị Bình").output
    listed = call("danh-sach").output
    assert "Trần Thị Bình" in listed and "đang được tính" in listed
    again = tmp_path / "lai.xlsx"
    assert "1 số liệu nhập lần trước" in call("mau", "--nam", "2025", "--ra", str(again)).output
    assert openpyxl.load_workbook(io.BytesIO(again.read_bytes()))["2025-NAM"].cell(row, 5).value == 4321


def test_a_file_that_is_not_there_and_a_year_that_is_not_over_are_told_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CchcError, match="Không đọc được tệp"):
        call("nhap", str(tmp_path / "khong-co.xlsx"), "--nguoi-nhap", "A")
    (page := tmp_path / "nam.pdf").write_bytes(b"%PDF-1.4\n")
    with pytest.raises(CchcError, match=r"tệp PDF.*\./cchc so-lieu-nam-truoc mau"):
        call("nhap", str(page), "--nguoi-nhap", "A")
    with pytest.raises(CchcError, match="Cho phép: các năm từ"):
        call("mau", "--nam", "2026", "--ra", str(tmp_path / "x.xlsx"))
