"""The explanation form goes out with the contested rows alone, and comes back with what the unit says of each."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import openpyxl

from cchc.checks import CheckContext, run
from cchc.clock import at
from cchc.indicators import IndicatorRegister
from cchc.units import UnitRegister
from cchc.workbooks.explanation_book import AT, Contested, build_explanation_workbook
from cchc.workbooks.forms import FilledForm
from cchc.workbooks.read_book import read_workbook
from cchc.year import Calendar

DUE = at(date(2027, 1, 18), 17)
ROWS = [
    Contested("1.1", "Ban hành kế hoạch", Decimal(2), Decimal(2), Decimal(0), "Thiếu minh chứng bắt buộc"),
    Contested("2.3", "Số hóa", Decimal(1), Decimal(1), None, "Không phát sinh"),
    Contested("3.1", "Báo cáo", Decimal(1), Decimal(1), Decimal("0.5"), "Chậm 2 kỳ"),
]


def form(*cells: tuple[int, str, str]) -> FilledForm:
    unit, round_ = UnitRegister.load().get("so-y-te"), Calendar.load().round("2026-CD")
    made = build_explanation_workbook(unit, round_, ROWS, DUE, at(date(2027, 1, 11), 17), b"khoa")
    book = openpyxl.load_workbook(io.BytesIO(made))
    for row, name, value in cells:
        book["Giải trình"].cell(5 + row, AT[name] + 1).value = value
    buffer = io.BytesIO()
    book.save(buffer)
    return read_workbook(buffer.getvalue(), "giai-trinh.xlsx", b"khoa")


def findings(filled: FilledForm) -> list[tuple[str, str | None]]:
    context = CheckContext(
        unit=UnitRegister.load().get("so-y-te"),
        round_=Calendar.load().round("2026-CD"),
        indicators=IndicatorRegister.load(),
        as_of=DUE,
    )
    return [(one.cell, one.severity) for one in run(filled, context)]


def test_a_form_left_empty_says_nothing_and_is_no_fault() -> None:
    filled = form()
    assert filled.signed is True
    assert [(one.criterion, one.stance) for one in filled.explanations] == [
        ("1.1", None),
        ("2.3", None),
        ("3.1", None),
    ]
    assert findings(filled) == []


def test_what_a_unit_says_is_read_by_row() -> None:
    filled = form(
        (0, "stance", "Giải trình"), (0, "text", "Đã gửi"), (0, "evidence", "KH 5"), (2, "stance", "đồng ý")
    )
    said = {one.criterion: (one.stance, one.text, one.evidence) for one in filled.explanations}
    assert said == {
        "1.1": ("giai_trinh", "Đã gửi", "KH 5"),
        "2.3": (None, None, None),
        "3.1": ("dong_y", None, None),
    }
    assert findings(filled) == []


def test_an_explanation_without_words_and_words_without_a_stance_are_refused_with_their_cells() -> None:
    assert findings(form((0, "stance", "Giải trình"), (1, "text", "Có"))) == [("H5", "loi"), ("G6", "loi")]


def test_another_answer_than_those_offered_is_a_fault_of_its_cell() -> None:
    (problem,) = form((0, "stance", "Không")).problems
    assert (problem.cell, problem.indicator) == ("G5", "1.1")
    assert "Đồng ý; Giải trình" in problem.message
