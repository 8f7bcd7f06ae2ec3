"""The form that goes out: what it holds, what is locked, and that the same input gives the same file."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal
from types import SimpleNamespace

import openpyxl
import pytest

from cchc.clock import at
from cchc.workbooks.figures_sheet import KnownFigures
from cchc.workbooks.read_book import read_workbook
from cchc.workbooks.report_book import build_report_workbook


def opened(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def row_of(sheet, code):
    return next(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value == code)


@pytest.fixture(scope="module")
def book(report):
    return opened(report)


def test_has_the_four_sheets_in_order_and_a_hidden_identity(book):
    assert book.sheetnames == ["Hướng dẫn", "Số liệu", "Nội dung", "Rà soát", "cchc"]
    assert book["cchc"].sheet_state == "veryHidden"
    assert book.security.lockStructure is True


def test_equal_input_gives_equal_bytes(report, unit, round_, indicators, as_of):
    assert build_report_workbook(unit, round_, indicators, as_of=as_of) == report


def test_asks_for_exactly_the_indicators_given_in_their_order(unit, round_, indicators, as_of):
    chosen = indicators[5:9]
    content = build_report_workbook(unit, round_, chosen, as_of=as_of)
    assert list(read_workbook(content, "b.xlsx").figures) == [indicator.code for indicator in chosen]


def test_a_form_without_any_indicator_can_be_built_and_read(unit, round_, as_of):
    assert read_workbook(build_report_workbook(unit, round_, [], as_of=as_of), "b.xlsx").figures == {}


def test_input_cells_are_open_and_everything_else_is_locked(book, indicators):
    sheet = book["Số liệu"]
    assert sheet.protection.sheet is True
    assert not sheet.protection.password
    for indicator in indicators:
        row = row_of(sheet, indicator.code)
        assert sheet.cell(row, 9).protection.locked is False
        for column in (12, 13):
            assert sheet.cell(row, column).protection.locked is False
        for column in (1, 2, 3, 4, 5, 6, 10, 11):
            assert sheet.cell(row, column).protection.locked is True


def test_system_and_earlier_figures_are_filled_in_and_percentages_show_their_parts(
    unit, round_, indicators, as_of
):
    system = {
        "T06.1": SimpleNamespace(value=Decimal(27554), numerator=None, denominator=None),
        "III.6.3": SimpleNamespace(
            value=Decimal("99.81"), numerator=Decimal(4738), denominator=Decimal(4747)
        ),
    }
    content = build_report_workbook(
        unit,
        round_,
        indicators,
        known=KnownFigures(
            system=system,
            previous={"T06.1": Decimal(12), "III.1.1": Decimal(1)},
            last_year={"T06.1": Decimal(0)},
        ),
        as_of=as_of,
    )
    sheet = opened(content)["Số liệu"]
    row = row_of(sheet, "T06.1")
    assert [sheet.cell(row, column).value for column in (4, 5, 6)] == [27554, 12, 0]
    assert sheet.cell(row_of(sheet, "III.6.3"), 4).value == "4.738/4.747\n= 99,81"
    assert sheet.cell(row_of(sheet, "III.1.1"), 5).value == "Có"
    # What is not known is said so: an empty grey cell could be taken for a nought.
    assert sheet.cell(row_of(sheet, "T06.2"), 4).value == "chưa có"
    assert [sheet.cell(row_of(sheet, "I.1.1"), column).value for column in (4, 5, 6)] == ["–", "–", "–"]


def test_validations_refuse_negative_counts_and_offer_the_options(book):
    sheet = book["Số liệu"]
    by_cell = {}
    for rule in sheet.data_validations.dataValidation:
        for area in rule.sqref.ranges:
            for row in range(area.min_row, area.max_row + 1):
                by_cell[row, area.min_col] = rule
    count = by_cell[row_of(sheet, "T06.1"), 9]
    assert (count.type, count.operator, count.formula1) == ("whole", "greaterThanOrEqual", "0")
    assert by_cell[row_of(sheet, "III.1.1"), 9].type == "list"
    assert "Phát phiếu" in by_cell[row_of(sheet, "I.5.2"), 9].formula1
    assert by_cell[row_of(sheet, "I.5.3"), 7].type == "whole"


def test_percentages_are_formulas_and_a_form_without_answers_shows_none(book, report):
    sheet = book["Số liệu"]
    assert sheet.cell(row_of(sheet, "I.5.3"), 9).value.startswith("=IF(COUNT(")
    stored = openpyxl.load_workbook(io.BytesIO(report), data_only=True)["Số liệu"]
    assert stored.cell(row_of(stored, "I.5.3"), 9).value in (None, "")


def test_prints_on_a4_with_repeated_headings_and_stays_put_while_scrolling(book):
    sheet = book["Số liệu"]
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert sheet.print_title_rows == "$4:$5"
    assert sheet.freeze_panes == "C6"
    assert book["Nội dung"].page_setup.orientation != "landscape"


def test_guide_says_for_whom_which_round_and_until_when(book, unit, round_):
    words = " ".join(str(cell.value) for row in book["Hướng dẫn"].iter_rows() for cell in row if cell.value)
    assert unit.name in words
    assert round_.title in words
    assert "17 giờ 00 ngày 17/03/2026 (thứ Ba)" in words
    assert "Không phát sinh" in words


def test_an_extended_due_day_stands_in_the_form(unit, round_, indicators, as_of):
    content = build_report_workbook(
        unit, round_, indicators[:1], as_of=as_of, due_at=at(as_of.date().replace(day=24), 10)
    )
    words = " ".join(str(cell.value) for row in opened(content)["Hướng dẫn"].iter_rows() for cell in row)
    assert "10 giờ 00 ngày 24/03/2026" in words


def test_a_unit_name_that_looks_like_a_formula_stays_text(round_, indicators, as_of):
    odd = SimpleNamespace(code="1", name="=1+1", tier="xa")
    content = build_report_workbook(odd, round_, indicators[:1], as_of=as_of)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<f>1+1</f>" not in b"".join(archive.read(name) for name in archive.namelist())
