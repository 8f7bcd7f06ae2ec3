"""A group's workbook comes back whole: rows that were touched, faults with their cells, nothing put back."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from cchc.clock import at
from cchc.workbooks.appraisal_book import (
    AT,
    FIRST_ROW,
    LEFT_ROW,
    TURN_ROW,
    AppraisalHead,
    AppraisalRow,
    build_appraisal_book,
)
from cchc.workbooks.forms import NotAForm
from cchc.workbooks.read_appraisal import AppraisalRefused, read_appraisal_book
from cchc.year import Calendar

HEAD = AppraisalHead("so-tu-phap", "Sở Tư pháp", 1, "Bộ thử (bộ tiêu chí mẫu)")
MADE = at(date(2026, 12, 26), 9)
ROWS = [
    AppraisalRow("so-y-te", "Sở Y tế", "1.1", "Ban hành kế hoạch", Decimal(2), Decimal(2), Decimal("1.5"),
                 proposal=Decimal("1.5")),
    AppraisalRow("so-y-te", "Sở Y tế", "1.2", "Báo cáo", Decimal("0.5"), computed_dropped=True, proposal_dropped=True),
    AppraisalRow("30760", "Phường Rạch Giá", "1.1", "Ban hành kế hoạch", Decimal(2), choice="sua",
                 points=Decimal("1.25"), reason="Chậm 5 ngày", source="Công văn 12/STP"),
]  # fmt: skip

Change = dict[tuple[int, str], object]
Filled = Callable[..., bytes]


@pytest.fixture
def filled() -> Filled:
    book = build_appraisal_book(Calendar.load().round("2026-CD"), HEAD, ROWS, MADE)

    def made(cells: Change | None = None, also: Callable[[object], None] | None = None) -> bytes:
        opened = openpyxl.load_workbook(io.BytesIO(book))
        sheet = opened["Thẩm định"]
        for (row, name), value in (cells or {}).items():
            sheet.cell(FIRST_ROW + 1 + row, AT[name] + 1).value = value
        if also is not None:
            also(sheet)
        buffer = io.BytesIO()
        opened.save(buffer)
        return buffer.getvalue()

    return made


def test_a_workbook_that_nobody_touched_decides_nothing_and_tells_what_is_left(filled: Filled) -> None:
    read = read_appraisal_book(filled(), "nhom.xlsx")
    assert (read.round_id, read.group, read.turn) == ("2026-CD", "so-tu-phap", 1)
    assert (read.decisions, read.faults, read.untouched, read.left) == ((), (), 1, 2)
    sheet = openpyxl.load_workbook(io.BytesIO(filled()), data_only=False)["Thẩm định"]
    assert sheet.cell(LEFT_ROW + 1, 3).value == "=COUNTBLANK(L8:L10)"


def test_a_decision_is_read_with_its_points_reason_and_source(filled: Filled) -> None:
    read = read_appraisal_book(
        filled(
            {(0, "choice"): " sửa ", (0, "points"): "1,75", (0, "reason"): "Xem lại", (0, "source"): "CV 1"}
        ),
        "nhom.xlsx",
    )
    (one,) = read.decisions
    said = (one.unit, one.criterion, one.choice, one.points, one.reason, one.source)
    assert said == ("so-y-te", "1.1", "sua", Decimal("1.75"), "Xem lại", "CV 1")
    assert one.places["points"] == "M8"


def test_rows_that_are_sorted_or_removed_stay_what_they_are(filled: Filled) -> None:
    read = read_appraisal_book(filled(also=lambda sheet: sheet.delete_rows(FIRST_ROW + 1, 2)), "nhom.xlsx")
    assert (read.untouched, read.left, read.faults) == (1, 0, ())


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({(0, "choice"): "Đồng ý"}, "ô L8: quyết định “Đồng ý” không có; chọn một trong: Giữ, Sửa, Loại"),
        ({(0, "points"): 1}, "ô L8: có điểm, lý do hoặc căn cứ nhưng chưa chọn quyết định"),
        ({(0, "choice"): "Sửa", (0, "points"): "một"}, "M8"),
        (
            {(2, "choice"): None, (2, "points"): None, (2, "reason"): None, (2, "source"): None},
            "không xóa trắng được",
        ),
        ({(1, "criterion"): "1.1"}, "ô C9: tiêu chí 1.1 của so-y-te đã có ở ô C8"),
    ],
)
def test_a_fault_names_its_cell(filled: Filled, cells: Change, words: str) -> None:
    read = read_appraisal_book(filled(cells), "nhom.xlsx")
    assert len(read.faults) == 1
    assert words in read.faults[0]


def test_a_workbook_of_something_else_is_refused(filled: Filled) -> None:
    def other_sheet(sheet: object) -> None:
        sheet.title = "Khác"  # type: ignore[attr-defined]

    def no_turn(sheet: object) -> None:
        sheet.cell(TURN_ROW + 1, 3).value = None  # type: ignore[attr-defined]

    def no_column(sheet: object) -> None:
        sheet.cell(FIRST_ROW, AT["mark"] + 1).value = None  # type: ignore[attr-defined]

    for also, words in (
        (other_sheet, "không có sheet"),
        (no_turn, "thiếu dòng"),
        (no_column, "không tìm thấy"),
    ):
        with pytest.raises(AppraisalRefused, match=words):
            read_appraisal_book(filled(also=also), "nhom.xlsx")
    with pytest.raises(NotAForm, match=r"nhom\.xlsx"):
        read_appraisal_book(b"PK", "nhom.xlsx")


def test_the_same_rows_make_the_same_bytes() -> None:
    round_ = Calendar.load().round("2026-CD")
    assert build_appraisal_book(round_, HEAD, ROWS, MADE) == build_appraisal_book(round_, HEAD, ROWS, MADE)
