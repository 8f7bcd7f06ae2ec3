"""`./cchc van-ban loi-cua-so`: the form, what was written in it, who wrote it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from cchc.clock import END, now
from cchc.documents.own_words import keep_words, words_of
from cchc.obligations import RoundLedger
from cchc.paths import Instance
from cchc.run import Run
from cchc.store import Store

ROUND = "2026-Q1"
WRONG = "Toàn tỉnh đã giải quyết đúng hạn 90/100 hồ sơ (đạt 95%)."


@pytest.fixture
def command(store: Store, instance: Instance, monkeypatch: pytest.MonkeyPatch) -> Any:
    from cchc.cli import app

    monkeypatch.setenv("CCHC_HOME", str(instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", store.url)
    RoundLedger(store).open(Run(store, instance, now(), ROUND).round, now(), "thu")

    def call(*words: str) -> str:
        result = CliRunner().invoke(app, ["van-ban", "loi-cua-so", *words])
        return result.output + str(result.exception or "")

    return call


def test_words_go_by_the_form_into_the_book_and_are_shown_with_what_the_checker_finds(
    command: Any, tmp_path: Path
) -> None:
    path = tmp_path / "loi.xlsx"
    assert "chưa có lời nào" in command("xem", ROUND)
    assert "lời của 0 mục" in command("mau", ROUND, "--ra", str(path))
    book = load_workbook(path)
    book.active["C6"] = WRONG
    book.save(buffer := io.BytesIO())
    path.write_bytes(buffer.getvalue())
    told = command("nhap", str(path), "--nguoi-viet", "Trần Thị B, chuyên viên")
    assert "Hoạt động nổi bật" in told and "95%" in told and "dự thảo lập lần sau" in told
    assert "không có gì thay đổi" in command("nhap", str(path), "--nguoi-viet", "Trần Thị B, chuyên viên")
    shown = command("xem", ROUND)
    assert WRONG in shown and "Trần Thị B, chuyên viên" in shown and "cần xem lại" in shown
    assert "lời của 1 mục" in command("mau", ROUND, "--ra", str(path))
    assert "không có sheet" in command("nhap", str(_empty(tmp_path)), "--nguoi-viet", "B")
    (page := tmp_path / "loi.pdf").write_bytes(b"%PDF-1.4\n")
    told = command("nhap", str(page), "--nguoi-viet", "B")
    assert "tệp PDF" in told and "van-ban loi-cua-so mau" in told and "gửi" not in told, (
        "nobody sent a letter"
    )


def test_a_workbook_made_earlier_puts_nothing_back_that_was_written_elsewhere_since(
    command: Any, tmp_path: Path, store: Store, instance: Instance
) -> None:
    path, who = tmp_path / "loi.xlsx", ("--nguoi-viet", "B")

    def on_the_board(**said: str) -> None:
        keep_words(Run(store, instance, now(), ROUND, actor="an"), said, "board")

    def kept() -> dict[str, str]:
        return {code: one.text for code, one in words_of(Run(store, instance, now(), ROUND), END).items()}

    on_the_board(noi_bat="Cũ", khac="Cũ", danh_gia="Cũ")
    command("mau", ROUND, "--ra", str(path))
    on_the_board(noi_bat="Mới", khac="")
    assert "không có gì thay đổi" in command("nhap", str(path), *who)
    assert kept() == {"noi_bat": "Mới", "danh_gia": "Cũ"}, "rows that nobody touched"
    _write(path, danh_gia="Của B")
    assert "đã lưu lời mới" in command("nhap", str(path), *who)
    _write(path, danh_gia="Của B, sửa lại")
    assert "đã lưu lời mới" in command("nhap", str(path), *who), "he mends his own words in the same workbook"
    _write(path, noi_bat="Trong biểu", danh_gia="Lần ba")
    told = command("nhap", str(path), *who)
    assert "1 mục sửa" in told and "Hoạt động nổi bật" in told, told
    assert "): Mới\n" in told and "Trong biểu: Trong biểu" in told and "an viết trên bảng" in told
    assert kept() == {"noi_bat": "Mới", "danh_gia": "Của B, sửa lại"}, "nothing of it is kept"
    on_the_board(danh_gia="Của An")
    assert "2 mục sửa" in command("nhap", str(path), *who)
    _write(path, noi_bat="Mới", danh_gia="Của An")
    assert "không có gì thay đổi" in command("nhap", str(path), *who), "what both wrote alike"


def test_a_workbook_without_its_marks_is_refused_with_where_a_new_one_comes_from(
    command: Any, tmp_path: Path
) -> None:
    path = tmp_path / "loi.xlsx"
    command("mau", ROUND, "--ra", str(path))
    book = load_workbook(path)
    assert book.active.column_dimensions["E"].hidden
    book.active["E7"] = None
    book.save(path)
    assert "ô E7" in command("nhap", str(path), "--nguoi-viet", "B")
    book.active.delete_cols(5)
    book.save(path)
    assert "mau ĐỢT --ra TỆP-MỚI" in command("nhap", str(path), "--nguoi-viet", "B")


def _write(path: Path, **texts: str) -> None:
    """What openpyxl keeps of the workbook, as another program would, with these cells written."""
    book = load_workbook(path)
    for code, _, text, *_ in book.active.iter_rows(min_row=6):
        text.value = texts.get(code.value, text.value)
    book.save(path)


def _empty(folder: Path) -> Path:
    book = load_workbook(folder / "loi.xlsx")
    book.active.title = "Khác"
    book.save(folder / "khac.xlsx")
    return folder / "khac.xlsx"
