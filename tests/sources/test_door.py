from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.sources.samples import HEADER, export, register, row

from cchc.errors import CchcError
from cchc.sources import door
from cchc.sources.duck import connect, mappings
from cchc.sources.layouts import load_layouts
from cchc.sources.rules import CountingRules
from cchc.sources.typed import type_rows

OUT = ("Số", "Ký hiệu", "Ngày văn bản", "Trích yếu", "Độ mật", "Hình thức gửi", "Đơn vị ban hành", "Người ký")


def enter(tmp_path: Path, content: bytes, name: str = "a.csv") -> list[dict[str, Any]]:
    """Every row that was read: what is kept of its cells (as texts) and its reasons."""
    file = tmp_path / name
    file.write_bytes(content)
    rules = CountingRules.load()
    found = door.find_layout(file, load_layouts())
    with connect() as connection:
        typed = type_rows(connection, found, register(), date(2026, 3, 14), rules, tmp_path / "a.parquet")
        refused = {row.row: row for row in typed.refused(connection)}
        kept = mappings(
            connection.execute(
                "SELECT * FROM read_parquet(?, file_row_number = true) WHERE faults IS NULL",
                [str(typed.path)],
            )
        )
    rows = [{**row, "reasons": ()} for row in kept]
    rows += [{"row_no": row.row, "reasons": row.reasons, **row.cells} for row in refused.values()]
    assert len(rows) == typed.read
    return rows


def test_cells_are_kept_as_received_and_personal_columns_are_not(tmp_path: Path) -> None:
    (kept,) = enter(tmp_path, export([row("H01.1-260105-0001", Ngày_hẹn_trả="31/02/2026")]))
    assert (kept["dossier_code"], kept["due_at"]) == ("H01.1-260105-0001", "31/02/2026")
    assert "0999123456" not in str(kept)
    assert "Giả Định" not in str(kept)


BAD = {"Ngày_hẹn_trả": "31/02/2026"}


@pytest.mark.parametrize(
    ("above", "between", "numbers"),
    [
        ((), (), [2, 3, 5]),
        (("Danh sách hồ sơ", ""), (), [4, 5, 7]),
        (("Danh sách hồ sơ", ""), ("",), [4, 6, 8]),
        ((), (";" * (len(HEADER) - 1),), [2, 4, 6]),
        ((), ("H01-8;lệch",), [2, 3, 4, 6]),
    ],
)
def test_row_numbers_are_those_of_the_original(
    tmp_path: Path, above: tuple[str, ...], between: tuple[str, ...], numbers: list[int]
) -> None:
    lines = (
        export([row("H01-1", **BAD), row("H01-2", **BAD), row("H01-3"), row("H01-4", **BAD)], bom=False)
        .decode()
        .splitlines()
    )
    content = "\n".join([*above, *lines[:2], *between, *lines[2:]]).encode()
    assert [kept["row_no"] for kept in enter(tmp_path, content) if kept["reasons"]] == numbers


def test_a_quoted_line_break_is_one_row_and_shifts_no_number(tmp_path: Path) -> None:
    rows = [row("H01-1", Chủ_hồ_sơ="Hai\ndòng"), row("H01-2", **BAD)]
    assert [(kept["row_no"], bool(kept["reasons"])) for kept in enter(tmp_path, export(rows))] == [
        (2, False),
        (3, True),
    ]


@pytest.mark.parametrize("shift", [-1, 1])
def test_a_row_with_a_cell_too_many_or_too_few_keeps_nothing_but_its_number(
    tmp_path: Path, shift: int
) -> None:
    header, line = export([row("H01-1")], bom=False).decode().splitlines()
    cells = line.split(";")
    cells = cells[:-1] if shift < 0 else [*cells[:3], "0999123456", *cells[3:]]
    (kept,) = enter(tmp_path, "\n".join([header, ";".join(cells)]).encode())
    assert kept.pop("row_no") == 2
    (reason,) = kept.pop("reasons")
    assert f"{len(HEADER) + shift} ô trong khi tiêu đề có {len(HEADER)} ô" in reason
    assert set(kept.values()) == {""}


def test_trailing_empty_cells_are_no_fault(tmp_path: Path) -> None:
    header, line = export([row("H01-1")], bom=False).decode().splitlines()
    (kept,) = enter(tmp_path, f"{header}\n{line};;\n".encode())
    assert (kept["reasons"], kept["dossier_code"]) == ((), "H01-1")


@pytest.mark.parametrize("code", ["", "Người lập biểu", "Tổng cộng: 15 hồ sơ"])
def test_a_footer_keeps_nothing_but_its_number(tmp_path: Path, code: str) -> None:
    footer = row(code, Trạng_thái="Nguyễn Giả Định")
    _, kept = enter(tmp_path, export([row("H01-1"), footer]))
    assert "không phải là mã" in kept["reasons"][0]
    assert kept["status"] == ""


def test_an_unclosed_quote_that_swallows_lines_keeps_nothing(tmp_path: Path) -> None:
    broken = row("H01-1", Lĩnh_vực="Đất đai\nH01-2;0999123456")
    (kept,) = enter(tmp_path, export([broken]))
    assert "xuống dòng" in kept["reasons"][0]
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
    # Of a day only the shape is kept: where its digits and letters stood.
    assert not {*kept.get(name, "***")} & {*cell} - {*" -@."}
    assert cell not in str(kept)


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
    assert (kept["excerpt"] or "") == (subject if kept_subject else "")
    assert "Người Ký Giả Định" not in str(kept)


def test_a_file_that_fits_nearly_names_what_is_missing(tmp_path: Path) -> None:
    header = tuple(title for title in HEADER if title != "Ngày hẹn trả")
    with pytest.raises(CchcError, match="Ngày hẹn trả"):
        enter(tmp_path, export([row("H01-1")], header=header))


def test_a_file_of_something_else_names_the_known_layouts_and_none_of_its_cells(tmp_path: Path) -> None:
    with pytest.raises(CchcError, match="một cửa") as caught:
        enter(tmp_path, b"Ho ten;Luong\nNguyen Gia Dinh;5\n")
    assert "Gia Dinh" not in str(caught.value)
