"""A printed list of dossiers as a workbook: titles, merged headers, column numbers, a heading within, signatures."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

GROUPED = (
    ("STT", "Mã hồ sơ", "Tên TTHC", "Người nộp", "Địa chỉ", "Ngày", "", "", "Tình trạng", "Đơn vị\ngiải quyết",
     "Ghi chú"),
    ("", "", "", "", "", "tiếp nhận", "hẹn trả", "trả kết quả", "", "", ""),
)  # fmt: skip
DOSSIERS = (
    ("1", "H01.1-260105-0001", "Khai sinh", "Công Dân Bí Mật Một", "Ấp Bí Mật 1", "05/01/2026\n08:30", "12/01/2026",
     "09/01/2026", "Đúng hạn", "UBND xã Thử Một", "-"),
    ("2", "H01.1-260105-0002", "Kết hôn", "Công Dân Bí Mật Hai", "Ấp Bí Mật 2", "07:15 06/01/2026", "13/01/2026", "-",
     "Trong hạn", "UBND xã Thử Một", ""),
    ("3", "H01.1-260105-0003", "Kết hôn", "Công Dân Bí Mật Ba", "Ấp Bí Mật 3", "2026-01-07", "46035", "", "Rút hồ sơ",
     "UBND xã Thử Một", ""),
    ("4", "H01.1-260105-0004", "Kết hôn", "Công Dân Bí Mật Tư", "Ấp Bí Mật 4", "08/01/2026 09:05:10", "15/01/2026",
     "", "", "UBND xã Thử Mott", ""),
)  # fmt: skip


def printed_list(dossiers: Iterable[Sequence[str]] = DOSSIERS) -> bytes:
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet("DS")
    rows: list[Sequence[str]] = [
        ("ỦY BAN NHÂN DÂN XÃ THỬ MỘT",),
        ("DANH SÁCH HỒ SƠ",),
        ("Từ ngày 01/01/2026 đến ngày 14/3/2026",),
        *GROUPED,
        tuple(f"({number})" for number in range(1, 12)),
        ("I", "Lĩnh vực Hộ tịch"),
        *dossiers,
        ("", "Tổng cộng: 4 hồ sơ"),
        ("", "", "", "", "", "", "", "", "", "Thử Một, ngày 14 tháng 3 năm 2026"),
        ("", "Người lập biểu", "", "", "", "", "", "", "", "CHỦ TỊCH"),
        ("", "Công Dân Bí Mật Lập Biểu", "", "", "", "", "", "", "", "Công Dân Bí Mật Ký Tên"),
    ]
    for place, row in enumerate(rows):
        sheet.write_row(place, 0, row)
    book.close()
    return buffer.getvalue()
