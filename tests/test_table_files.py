"""A table as a file: what people get is what was meant, and nothing in a cell is ever computed."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from cchc.clock import at
from cchc.errors import CchcError
from cchc.table_files import PlainTable, kind_of, table_bytes, write_table

ROW = ("00123", "=1+1", 7, date(2026, 3, 9), at(date(2026, 3, 9), 8, 5), None, "a;b\nc\x07")
TABLE = PlainTable("Đơn vị", ["Mã", "Lời", "Số", "Ngày", "Giờ", "Trống", "Dài"], [ROW])


def sheet(content: bytes) -> openpyxl.worksheet.worksheet.Worksheet:
    return openpyxl.load_workbook(io.BytesIO(content))["Đơn vị"]


def test_a_workbook_keeps_text_numbers_days_and_hours_as_such() -> None:
    found = sheet(table_bytes(TABLE, ".xlsx"))
    heads, row = found.iter_rows()
    assert [one.value for one in heads] == TABLE.columns
    assert [one.value for one in row] == [
        "00123", "=1+1", 7, datetime(2026, 3, 9), datetime(2026, 3, 9, 8, 5), None, "a;b\nc",
    ]  # fmt: skip
    assert row[1].data_type == "s"
    assert [row[3].number_format, row[4].number_format] == ["DD/MM/YYYY", "DD/MM/YYYY HH:MM"]
    assert found.freeze_panes == "B2"
    assert found.auto_filter.ref == "A1:G2"


def test_moments_of_another_zone_are_shown_in_local_time() -> None:
    moment = datetime(2026, 3, 9, 1, 5, tzinfo=ZoneInfo("UTC"))
    table = PlainTable("Đơn vị", ["Giờ"], [[moment]])
    assert sheet(table_bytes(table, ".xlsx"))["A2"].value == datetime(2026, 3, 9, 8, 5)
    assert table_bytes(table, ".csv").decode("utf-8-sig") == "Giờ\r\n09/03/2026 08:05\r\n"


def test_a_csv_opens_in_a_vietnamese_excel_and_computes_nothing() -> None:
    content = table_bytes(TABLE, ".csv")
    assert content.startswith(b"\xef\xbb\xbf")
    first, rest = content.decode("utf-8-sig").split("\r\n", 1)
    assert first == "Mã;Lời;Số;Ngày;Giờ;Trống;Dài"
    assert rest.startswith("00123;'=1+1;7;09/03/2026;")
    assert '"a;b\nc' in rest


def test_a_share_has_the_comma_of_a_vietnamese_excel() -> None:
    shares = PlainTable("Đơn vị", ["Tỷ lệ"], [[Decimal("66.7")], [None]])
    assert table_bytes(shares, ".csv").decode("utf-8-sig") == 'Tỷ lệ\r\n66,7\r\n""\r\n'
    assert sheet(table_bytes(shares, ".xlsx"))["A2"].value == 66.7


def test_a_table_without_rows_is_its_heads() -> None:
    empty = PlainTable("Đơn vị", ["Mã", "Lời"], [])
    assert table_bytes(empty, ".csv").decode("utf-8-sig") == "Mã;Lời\r\n"
    assert [one.value for one in sheet(table_bytes(empty, ".xlsx"))[1]] == ["Mã", "Lời"]


def test_a_file_is_written_whole_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "danh-sach.XLSX"
    assert write_table(TABLE, path) == f"Đã ghi 1 dòng vào {path}."
    assert sheet(path.read_bytes())["A2"].value == "00123"


def test_another_kind_of_file_is_refused_with_the_kinds_there_are(tmp_path: Path) -> None:
    with pytest.raises(CchcError, match=r"danh-sach\.pdf.*\.xlsx hoặc \.csv"):
        write_table(TABLE, tmp_path / "danh-sach.pdf")
    assert kind_of(Path("A.CSV")) == ".csv"
