"""The team's workbook: what was written comes back, and every faulty cell is named."""

from __future__ import annotations

import io
from datetime import date, datetime

import pytest
from openpyxl import load_workbook

from cchc.clock import at
from cchc.folding import folded
from cchc.inspection import (
    FindingsRefused,
    InspectionFinding,
    build_findings_workbook,
    read_findings_workbook,
)
from cchc_rehearsal.old_writing import WAYS

UNITS = {"30292": "Xã A", "30295": "Xã B"}
AS_OF = at(date(2026, 3, 2), 9)
FINDINGS = [
    InspectionFinding("30292", 1, "Chưa niêm yết đủ thủ tục", "Niêm yết đủ", date(2026, 5, 4)),
    InspectionFinding("30295", 1, "Hồ sơ trễ hạn", "Gửi thư xin lỗi", None),
    InspectionFinding("30292", 2, "Thiếu sổ theo dõi", "Lập sổ", None),
]


def test_findings_come_back_and_the_file_is_the_same_each_time() -> None:
    content = build_findings_workbook("Kết quả", UNITS, FINDINGS, AS_OF)
    assert content == build_findings_workbook("Kết quả", UNITS, FINDINGS, AS_OF)
    assert read_findings_workbook(content, "a.xlsx", UNITS) == FINDINGS
    assert read_findings_workbook(build_findings_workbook("K", UNITS, [], AS_OF), "a.xlsx", UNITS) == []


@pytest.mark.parametrize(
    ("cell", "value", "word"),
    [("A6", "99999", "99999"), ("C6", " ", "C6"), ("D6", None, "D6"), ("E6", "31/06/2026", "31/06/2026")],
)
def test_a_faulty_cell_refuses_the_whole_file_and_is_named(cell, value, word) -> None:
    book = load_workbook(io.BytesIO(build_findings_workbook("Kết quả", UNITS, FINDINGS, AS_OF)))
    book.worksheets[0][cell] = value
    buffer = io.BytesIO()
    book.save(buffer)
    with pytest.raises(FindingsRefused) as raised:
        read_findings_workbook(buffer.getvalue(), "a.xlsx", UNITS)
    assert cell in str(raised.value) and word in str(raised.value)


def test_an_answer_day_with_an_hour_is_a_day() -> None:
    book = load_workbook(io.BytesIO(build_findings_workbook("Kết quả", UNITS, FINDINGS, AS_OF)))
    book.worksheets[0]["E6"] = datetime(2026, 6, 1, 12)
    buffer = io.BytesIO()
    book.save(buffer)
    assert read_findings_workbook(buffer.getvalue(), "a.xlsx", UNITS)[1].answer_due == date(2026, 6, 1)


def typed(cell: str, value: object) -> bytes:
    book = load_workbook(io.BytesIO(build_findings_workbook("Kết quả", UNITS, FINDINGS, AS_OF)))
    book.worksheets[0][cell] = value
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("way", WAYS)
def test_old_letters_reach_the_order_as_unicode(way: str) -> None:
    told = "Phường chưa ban hành kế hoạch cải cách hành chính, chưa phân công nhiệm vụ cho cán bộ"
    found = read_findings_workbook(typed("C6", WAYS[way](told)), "a.xlsx", UNITS)[1]
    assert folded(found.content) == folded(told)


@pytest.mark.parametrize(
    "text", [WAYS["tcvn3"]("Không"), f"Kế hoạch: {WAYS['vni']('chưa ban hành kế hoạch')}"]
)
def test_letters_that_nobody_can_be_sure_of_reach_no_unit(text: str) -> None:
    with pytest.raises(FindingsRefused, match=r"Ô C6: chữ trong ô không phải Unicode"):
        read_findings_workbook(typed("C6", text), "a.xlsx", UNITS)
