"""`ra-soat`: what a program reads, what a person reads, and how the command ends."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from cchc.claims import ClaimKind, check_text
from cchc.claims.export import ReviewedFile, as_workbook
from cchc.cli import app
from cchc.texts import table
from cchc_rehearsal.old_writing import WAYS

WRONG = "Mở đầu.\nCấp huyện có 83/270 hồ sơ, đạt 22,43%; cấp xã có 12/16 hồ sơ, đạt 75%.\n"
DOUBTFUL = "Xã, ngày 07 tháng 6 năm 2022\nTừ ngày 16/12/2021 đến ngày 15/6/2022 đã tiếp nhận 120 hồ sơ.\n"
SOUND = "Huyện hoàn thành 23/23 nhiệm vụ, đạt 100% kế hoạch.\n"


@pytest.fixture
def run(tmp_path: Path):
    """run(texts by name, *options) -> the command's result; files lie in a folder of the test."""

    def start(texts: dict[str, str], *options: str):
        for name, text in texts.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        return CliRunner().invoke(app, ["ra-soat", *(str(tmp_path / name) for name in texts), *options])

    return start


@pytest.mark.parametrize(("text", "code"), [(WRONG, 1), (DOUBTFUL, 0), (SOUND, 0), ("Không có số.", 0)])
def test_only_a_lỗi_ends_with_one(run, text: str, code: int) -> None:
    assert run({"a.txt": text}).exit_code == code


def test_the_json_is_the_documented_one(run, tmp_path: Path) -> None:
    result = run({"a.txt": WRONG, "b.txt": SOUND}, "--json")
    data = json.loads(result.stdout)
    assert list(data) == ["files"]
    first, second = data["files"]
    assert list(first) == ["path", "findings", "checked", "coverage"] and first["path"] == str(
        tmp_path / "a.txt"
    )
    (finding,) = first["findings"]
    assert list(finding) == [
        "line", "place", "start", "end", "quote", "kind", "stated", "expected", "severity", "message",
    ]  # fmt: skip
    assert WRONG[finding["start"] : finding["end"]] == finding["quote"] == "83/270 hồ sơ, đạt 22,43%"
    assert (finding["line"], finding["kind"], finding["severity"]) == (2, "claim_percent", "loi")
    assert finding["place"] == "dòng 2"
    assert (finding["stated"], finding["expected"]) == ("22,43%", "30,74%")
    assert all(
        list(one) == ["line", "place", "start", "end", "quote", "kind", "ok"] for one in first["checked"]
    )
    assert [one["ok"] for one in first["checked"]] == [False, True]
    assert first["coverage"] == {"figures": 4, "judged": 4, "right": 2, "doubted": 2}
    assert second["findings"] == [] and second["checked"][0]["ok"] is True


def test_the_table_names_the_fault_and_says_how_much_was_checked(run) -> None:
    shown = run({"a.txt": WRONG, "b.txt": SOUND}).stdout
    assert "lỗi" in shown and "83/270" in shown
    assert "đã kiểm 2 con số, 1 đúng, 1 cần xem lại" in " ".join(shown.split())
    assert "đã kiểm 1 con số, đều khớp" in " ".join(shown.split())


def test_an_unreadable_file_ends_with_two_and_the_others_go_on(run, tmp_path: Path) -> None:
    result = run({"rong.txt": "", "a.txt": SOUND}, "--json")
    assert result.exit_code == 2
    assert "rong.txt" in result.stderr
    first, second = json.loads(result.stdout)["files"]
    assert first["findings"] == first["checked"] == [] and "rong.txt" in first["error"]
    assert second["checked"]
    missing = CliRunner().invoke(app, ["ra-soat", str(tmp_path / "khong-co.txt"), str(tmp_path)])
    assert missing.exit_code == 2 and "khong-co.txt" in missing.stderr


def test_letters_that_nobody_can_be_sure_of_are_no_clean_file(run) -> None:
    mixed = f"Kế hoạch: {WAYS['tcvn3']('đã giải quyết 90/100 hồ sơ, đạt tỷ lệ 95%')}."
    result = run({"a.txt": mixed})
    assert result.exit_code == 2
    assert "không chắc đọc được đúng" in result.stderr and "a.txt" in result.stderr


def test_a_lỗi_outweighs_an_unreadable_file(run) -> None:
    assert run({"rong.txt": "", "a.txt": WRONG}).exit_code == 1


def test_the_day_of_signing_can_be_told(run) -> None:
    text = "Đã ban hành Kế hoạch số 52/KH-UBND ngày 25/6/2024 về kiểm tra."
    assert run({"a.txt": text}).exit_code == 0
    assert run({"a.txt": text}, "--ngay-ky", "2024-06-07").exit_code == 1


def test_the_workbook_lists_what_is_wrong_and_what_is_right(run, tmp_path: Path) -> None:
    target = tmp_path / "ket-qua.xlsx"
    run({"a.txt": WRONG, "rong.txt": ""}, "--xlsx", str(target))
    book = openpyxl.load_workbook(target)
    wrong, right, coverage = (
        list(book[name].iter_rows(values_only=True)) for name in table("claims.sheets").values()
    )
    assert wrong[0] == tuple(table("claims.columns").values())
    assert wrong[1][1:4] == ("lỗi", "dòng 2", "Tỷ lệ và phân số") and wrong[1][5:7] == ("22,43%", "30,74%")
    assert "rong.txt" in wrong[2][7]
    assert right[1][3].startswith("12/16")
    assert coverage[1][1:] == (4, 4, 2, 2, 100)


def test_the_workbook_holds_no_formula_and_equal_bytes() -> None:
    text = "=1+1 đạt 22,43% @SUM(A1) 83/270 hồ sơ, đạt 22,43%"
    files = [ReviewedFile("=cmd|' /C calc'!A0", check_text(text))]
    content = as_workbook(files)
    assert content == as_workbook(files)
    cells = [
        cell for row in openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows() for cell in row
    ]
    assert cells and all(cell.data_type != "f" for cell in cells)


def test_every_kind_has_a_name() -> None:
    assert set(table("claims.kinds")) == {str(kind) for kind in ClaimKind}
