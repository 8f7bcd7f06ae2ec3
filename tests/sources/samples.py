"""Small exports for the tests, written as the software would write them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date

from cchc.units import Unit, UnitRegister

HEADER = (
    "Mã hồ sơ", "Mã TTHC", "Lĩnh vực", "Kênh thực hiện", "Chủ hồ sơ", "Số điện thoại", "Ngày nộp",
    "Ngày tiếp nhận", "Ngày hẹn trả", "Ngày kết thúc xử lý", "Ngày trả", "Trạng thái", "Hình thức trả",
    "Mã đơn vị", "Đơn vị xử lý", "Mức độ DVC",
)  # fmt: skip
PLAIN = {
    "Mã TTHC": "1.000001.000.00.00.H01",
    "Lĩnh vực": "Hộ tịch",
    "Kênh thực hiện": "Trực tiếp",
    "Chủ hồ sơ": "Công dân Giả Định Mười Ba",
    "Số điện thoại": "0999123456",
    "Ngày nộp": "05/01/2026",
    "Ngày tiếp nhận": "05/01/2026",
    "Ngày hẹn trả": "12/01/2026",
    "Trạng thái": "Đang xử lý",
    "Mã đơn vị": "30001",
    "Đơn vị xử lý": "UBND xã Thử Một",
    "Mức độ DVC": "Toàn trình",
}


def unit(
    code: str, name: str, tier: str = "xa", first: date = date(2025, 7, 1), last: date | None = None
) -> Unit:
    return Unit(code, name, tier, tier, None, first, last, (), ("a@b.invalid",), "")


def register() -> UnitRegister:
    return UnitRegister(
        [
            unit("tinh-thu", "Tỉnh Thử", "tinh"),
            unit("30001", "UBND xã Thử Một"),
            unit("30002", "UBND xã Thử Hòa"),
            unit("30003", "UBND phường Thử Ba"),
            unit("so-thu", "Sở Thử Nghiệm", "so"),
            unit("so-khong-ho-so", "Sở Không Hồ Sơ", "so"),
            unit("h-trung", "UBND huyện Trùng", "huyen", date(2015, 1, 1), date(2025, 6, 30)),
            unit("30009", "UBND Huyện  Trùng"),
        ]
    )


def row(code: str, **changed: str) -> dict[str, str]:
    """A sound dossier; `changed` by header with `_` for spaces."""
    cells = {"Mã hồ sơ": code} | PLAIN
    for name, value in changed.items():
        header = name.replace("_", " ")
        assert header in HEADER
        cells[header] = value
    return cells


def export(
    rows: Iterable[Mapping[str, str]],
    *,
    delimiter: str = ";",
    bom: bool = True,
    header: tuple[str, ...] = HEADER,
) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter)
    writer.writerow(header)
    writer.writerows([cells.get(name, "") for name in header] for cells in rows)
    return buffer.getvalue().encode("utf-8-sig" if bom else "utf-8")


def xlsx(
    rows: Iterable[Mapping[str, object]], header: tuple[str, ...] = HEADER, title_rows: int = 0
) -> bytes:
    """The same as a workbook, with title rows above the header."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "default_date_format": "dd/mm/yyyy hh:mm"})
    sheet = book.add_worksheet("Danh sách")
    for index in range(title_rows):
        sheet.write(index, 0, "DANH SÁCH HỒ SƠ")
    sheet.write_row(title_rows, 0, header)
    for place, cells in enumerate(rows, title_rows + 1):
        sheet.write_row(place, 0, [cells.get(name, "") for name in header])
    book.close()
    return buffer.getvalue()
