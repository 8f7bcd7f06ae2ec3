"""`./cchc van-ban loi-cua-so`: the form, what was written in it, who wrote it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from cchc.clock import now
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


def _empty(folder: Path) -> Path:
    book = load_workbook(folder / "loi.xlsx")
    book.active.title = "Khác"
    book.save(folder / "khac.xlsx")
    return folder / "khac.xlsx"
