"""The team's workbook: what was written comes back, and every faulty cell is named."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime

import pytest
from openpyxl import load_workbook
from tests.inspection.scene import finding

from cchc.clock import at
from cchc.folding import folded
from cchc.inspection import FindingKind, FindingsRefused, TeamOrder, build_findings_workbook
from cchc.inspection.findings import Gravity
from cchc.inspection.findings_book import read_findings_workbook
from cchc.inspection.minutes import MinutesRow
from cchc_rehearsal.old_writing import WAYS

UNITS = {"30292": "Xã A", "30295": "Xã B"}
AS_OF = at(date(2026, 3, 2), 9)
FINDINGS = [
    finding("30292", "Chưa niêm yết đủ thủ tục", "Niêm yết đủ", date(2026, 5, 4), responsible="Văn phòng"),
    finding(
        "30295",
        "Hồ sơ trễ hạn",
        "Gửi thư xin lỗi",
        topic="Thủ tục",
        severity=Gravity.GRAVE,
        evidence="12 hồ sơ",
    ),
    finding("30292", "Thiếu sổ theo dõi", "Lập sổ", finding_id="KT26-0007", note="gấp"),
    finding("30295", "Đề nghị cấp máy", "Giao Sở Tài chính xem xét", kind=FindingKind.REPLY),
]
SEVERAL = replace(
    FINDINGS[0],
    orders=(TeamOrder("Niêm yết ở xã", "Văn phòng", date(2026, 5, 4)), TeamOrder("Cập nhật trang", "", None)),
)
MINUTES = [MinutesRow("KT26-C01", "30292", date(2026, 4, 2), results="Tốt", report="9/BC", agreed=False)]


def rows(content: bytes) -> list:
    return [one.finding for one in read_findings_workbook(content, "a.xlsx", UNITS).rows]


def test_findings_come_back_and_the_file_is_the_same_each_time() -> None:
    content = build_findings_workbook("Kết quả", UNITS, [*FINDINGS, SEVERAL], AS_OF, minutes=MINUTES)
    assert content == build_findings_workbook("Kết quả", UNITS, [*FINDINGS, SEVERAL], AS_OF, minutes=MINUTES)
    book = read_findings_workbook(content, "a.xlsx", UNITS)
    assert [one.finding for one in book.rows] == [*FINDINGS, SEVERAL]
    assert list(book.minutes) == MINUTES
    empty = build_findings_workbook("K", UNITS, [], AS_OF, minutes=[replace(MINUTES[0], agreed=None)])
    assert read_findings_workbook(empty, "a.xlsx", UNITS).rows == ()
    assert read_findings_workbook(empty, "a.xlsx", UNITS).minutes == (replace(MINUTES[0], agreed=None),), (
        "what was begun of the minutes was lost when the workbook was written anew"
    )


def typed(cell: str, value: object, sheet: int = 0) -> bytes:
    book = load_workbook(
        io.BytesIO(build_findings_workbook("Kết quả", UNITS, FINDINGS, AS_OF, minutes=MINUTES))
    )
    book.worksheets[sheet][cell] = value
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("cell", "value", "word", "sheet"),
    [
        ("B6", "99999", "99999", 0),
        ("D6", " ", "D6", 0),
        ("G6", None, "G6", 0),
        ("I6", "31/06/2026", "31/06/2026", 0),
        ("E6", "Rất nặng", "Nhắc nhở; Vừa; Nặng", 0),
        ("K6", "Khác", "Trả lời kiến nghị", 0),
        ("H5", "A\nB", "có 2 dòng, mà ô “Yêu cầu” có 1 dòng", 0),
        ("L5", "Có lẽ", "Thống nhất; Không thống nhất", 2),
        ("C5", "31/06/2026", "31/06/2026", 2),
    ],
)
def test_a_faulty_cell_refuses_the_whole_file_and_is_named(cell, value, word, sheet) -> None:
    with pytest.raises(FindingsRefused) as raised:
        rows(typed(cell, value, sheet))
    assert cell in str(raised.value) and word in str(raised.value)


def test_a_workbook_of_an_earlier_version_is_refused_and_not_read_by_place() -> None:
    with pytest.raises(FindingsRefused, match="biểu của phiên bản trước"):
        rows(typed("A4", "Mã đơn vị"))


def test_an_answer_day_with_an_hour_is_a_day() -> None:
    assert rows(typed("I6", datetime(2026, 6, 1, 12)))[1].orders[0].due == date(2026, 6, 1)


@pytest.mark.parametrize("way", WAYS)
def test_old_letters_reach_the_order_as_unicode(way: str) -> None:
    told = "Phường chưa ban hành kế hoạch cải cách hành chính, chưa phân công nhiệm vụ cho cán bộ"
    assert folded(rows(typed("D6", WAYS[way](told)))[1].content) == folded(told)


@pytest.mark.parametrize(
    "text", [WAYS["tcvn3"]("Không"), f"Kế hoạch: {WAYS['vni']('chưa ban hành kế hoạch')}"]
)
def test_letters_that_nobody_can_be_sure_of_reach_no_unit(text: str) -> None:
    with pytest.raises(FindingsRefused, match=r"Ô D6: chữ trong ô không phải Unicode"):
        rows(typed("D6", text))
