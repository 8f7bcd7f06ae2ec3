from __future__ import annotations

import csv
from pathlib import Path

import pytest
from tests.sources.samples import HEADER, export, row

from cchc.errors import CchcError
from cchc.sources import door
from cchc.sources.columns import COLUMNS
from cchc.sources.layouts import CountingRules, load_layouts

OUT = ("Số", "Ký hiệu", "Ngày văn bản", "Trích yếu", "Độ mật", "Hình thức gửi", "Đơn vị ban hành", "Người ký")


def enter(tmp_path: Path, content: bytes, name: str = "a.csv") -> list[dict[str, str]]:
    """What the door keeps of `content`, row by row."""
    file = tmp_path / name
    file.write_bytes(content)
    kept = door.enter(file, tmp_path / "goc", load_layouts(), CountingRules.load())
    names = ["row_no", "fault", *(column.name for column in COLUMNS[kept.match.layout.source])]
    with kept.path.open(encoding="utf-8", newline="") as handle:
        rows = [dict(zip(names, cells, strict=True)) for cells in list(csv.reader(handle))[1:]]
    assert kept.rows == len(rows)
    return rows


def test_cells_are_kept_as_received_and_personal_columns_are_not(tmp_path: Path) -> None:
    (kept,) = enter(tmp_path, export([row("H01.1-260105-0001", Ngày_hẹn_trả="31/02/2026")]))
    assert (kept["dossier_code"], kept["due_at"]) == ("H01.1-260105-0001", "31/02/2026")
    assert "0999123456" not in str(kept)
    assert "Giả Định" not in str(kept)


def test_row_numbers_are_those_of_the_original(tmp_path: Path) -> None:
    lines = export([row("H01-1"), row("H01-2")]).decode("utf-8-sig").splitlines()
    content = "\n".join(["Danh sách hồ sơ", "", lines[0], lines[1], "", lines[2]]).encode()
    assert [kept["row_no"] for kept in enter(tmp_path, content)] == ["4", "6"]


@pytest.mark.parametrize("shift", [-1, 1])
def test_a_row_with_a_cell_too_many_or_too_few_keeps_nothing_but_its_number(
    tmp_path: Path, shift: int
) -> None:
    header, line = export([row("H01-1")], bom=False).decode().splitlines()
    cells = line.split(";")
    cells = cells[:-1] if shift < 0 else [*cells[:3], "0999123456", *cells[3:]]
    (kept,) = enter(tmp_path, "\n".join([header, ";".join(cells)]).encode())
    assert kept.pop("row_no") == "2"
    assert kept.pop("fault") == f"misaligned:{len(HEADER) + shift}:{len(HEADER)}"
    assert set(kept.values()) == {""}


def test_trailing_empty_cells_are_no_fault(tmp_path: Path) -> None:
    header, line = export([row("H01-1")], bom=False).decode().splitlines()
    (kept,) = enter(tmp_path, f"{header}\n{line};;\n".encode())
    assert (kept["fault"], kept["dossier_code"]) == ("", "H01-1")


@pytest.mark.parametrize("code", ["", "Người lập biểu", "Tổng cộng: 15 hồ sơ"])
def test_a_footer_keeps_nothing_but_its_number(tmp_path: Path, code: str) -> None:
    footer = row(code, Trạng_thái="Nguyễn Giả Định")
    _, kept = enter(tmp_path, export([row("H01-1"), footer]))
    assert kept["fault"] == "no_key"
    assert kept["status"] == ""


def test_an_unclosed_quote_that_swallows_lines_keeps_nothing(tmp_path: Path) -> None:
    broken = row("H01-1", Lĩnh_vực="Đất đai\nH01-2;0999123456")
    (kept,) = enter(tmp_path, export([broken]))
    assert kept["fault"] == "line_break"
    assert "0999123456" not in str(kept)


@pytest.mark.parametrize(
    ("column", "cell", "name"),
    [
        ("Trạng_thái", "0999 123 456", "status"),
        ("Đơn_vị_xử_lý", "ai-do@vi-du.invalid", "unit_name"),
        ("Ngày_hẹn_trả", "Nguyễn Giả Định", "due_at"),
        ("Ngày_nộp", "0999123456", "submitted_at"),
        ("Mã_TTHC", "Nguyễn Giả Định", "procedure_code"),
    ],
)
def test_a_telephone_or_name_in_a_wrong_cell_is_masked(
    tmp_path: Path, column: str, cell: str, name: str
) -> None:
    (kept,) = enter(tmp_path, export([row("H01-1", **{column: cell})]))
    assert kept[name] == door.MASKED


@pytest.mark.parametrize(
    ("subject", "secrecy", "kept_subject"),
    [
        ("Kế hoạch Cải cách hành chính năm 2026", "Thường", True),
        ("Kế hoạch cải cách hành chính năm 2026", "", True),
        ("Kế hoạch cải cách hành chính năm 2026", "Mật", False),
        ("Kế hoạch cải cách hành chính năm 2026", "một mức chưa biết", False),
        ("Giải quyết đơn của ông Giả Định", "Thường", False),
        ("Về cải cách hành chính, liên hệ 0999.123.456", "Thường", False),
    ],
)
def test_an_excerpt_is_kept_only_of_the_reform_and_never_when_confidential(
    tmp_path: Path, subject: str, secrecy: str, kept_subject: bool
) -> None:
    cells = {
        "Số": "12", "Ký hiệu": "KH-UBND", "Ngày văn bản": "05/01/2026", "Trích yếu": subject,
        "Độ mật": secrecy, "Hình thức gửi": "Điện tử", "Đơn vị ban hành": "Sở Thử Nghiệm",
        "Người ký": "Người Ký Giả Định",
    }  # fmt: skip
    (kept,) = enter(tmp_path, export([cells], header=OUT))
    assert kept["excerpt"] == (subject if kept_subject else "")
    assert kept["about_reform"] == str(int("cải cách" in subject.lower()))
    assert "Người Ký Giả Định" not in str(kept)


def test_a_file_that_changes_while_it_is_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamps = iter([(1, 1), (2, 2)])
    monkeypatch.setattr(door, "_stamp", lambda _path: next(stamps))
    with pytest.raises(CchcError, match="thay đổi"):
        enter(tmp_path, export([row("H01-1")]))
    assert not list((tmp_path / "goc").rglob("*.csv"))


def test_a_file_that_fits_nearly_names_what_is_missing(tmp_path: Path) -> None:
    header = tuple(title for title in HEADER if title != "Ngày hẹn trả")
    with pytest.raises(CchcError, match="Ngày hẹn trả"):
        enter(tmp_path, export([row("H01-1")], header=header))


def test_a_file_of_something_else_names_the_known_layouts_and_none_of_its_cells(tmp_path: Path) -> None:
    with pytest.raises(CchcError, match="một cửa") as caught:
        enter(tmp_path, b"Ho ten;Luong\nNguyen Gia Dinh;5\n")
    assert "Gia Dinh" not in str(caught.value)
