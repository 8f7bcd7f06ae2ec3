"""What comes back from units is read cell by cell, and every cell that cannot be read is named."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cchc.errors import RuleRefused
from cchc.indicators import format_number
from cchc.office.kinds import OLE
from cchc.workbooks.forms import Identity, NotAForm, require_identity
from cchc.workbooks.read_book import read_workbook
from cchc_rehearsal.fill import Answer, Answers, fill_workbook

FIGURES = {
    "T06.1": Answer("27.554"),
    "III.6.1": Answer("4,747"),
    "VB.1": Answer(10593),
    "VB.2": Answer("-"),
    "VB.3": Answer(0),
    "TC.1": Answer("6.313.329.686"),
    "I.5.2": Answer(2),
    "III.1.1": Answer("Không"),
    "I.5.1": Answer(226),
    "I.5.3": Answer(numerator=219),
    "III.6.8": Answer("98,44", numerator="26.600", denominator="27.266"),
    "III.6.10": Answer(numerator=0, denominator=0),
    "QC.1": Answer("03 giải pháp\nvề một cửa"),
    "I.1.1": Answer(28, explanation="Theo Kế hoạch số 05", evidence="05/KH-UBND"),
}
VALUES = {
    "T06.1": Decimal(27554),
    "III.6.1": Decimal(4747),
    "VB.1": Decimal(10593),
    "VB.2": None,
    "VB.3": Decimal(0),
    "TC.1": Decimal(6313329686),
    "I.5.2": Decimal(2),
    "III.1.1": Decimal(0),
    "I.5.1": Decimal(226),
    "I.5.3": Decimal("96.90"),
    "III.6.8": Decimal("98.44"),
    "III.6.10": None,
    "QC.1": None,
    "I.1.1": Decimal(28),
}


@pytest.fixture(scope="module")
def filled(report):
    answers = Answers(
        FIGURES,
        narratives={"noi_bat": "Việc thứ nhất\nViệc thứ hai"},
        document_number="12/BC-UBND",
        signed_on=date(2026, 3, 16),
    )
    return fill_workbook(report, answers)


def edited(content, change):
    """The workbook after `change(sheet 'Số liệu')`, saved by openpyxl."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book["Số liệu"])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def row_of(sheet, code):
    return next(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value == code)


def assert_as_filled(form):
    assert {code: form.figures[code].value for code in VALUES} == VALUES
    assert form.narratives == {"noi_bat": "Việc thứ nhất\nViệc thứ hai"}
    assert (form.document_number, form.signed_on) == ("12/BC-UBND", date(2026, 3, 16))
    assert form.problems == []


def test_every_kind_of_cell_is_read_and_kept_as_typed(filled):
    form = read_workbook(filled, "b.xlsx")
    assert_as_filled(form)
    assert form.figures["T06.1"].raw == "27.554"
    assert form.figures["VB.2"].raw == "-"
    assert form.figures["VB.1"].raw == "10593"
    assert (form.figures["I.1.1"].explanation, form.figures["I.1.1"].evidence) == (
        "Theo Kế hoạch số 05",
        "05/KH-UBND",
    )
    assert form.figures["QC.1"].raw == "03 giải pháp\nvề một cửa"
    assert (form.figures["I.5.3"].numerator, form.figures["I.5.3"].denominator) == (219, 226)
    assert (form.figures["I.5.3"].typed, form.figures["III.6.8"].typed) == (False, True)


def test_a_blank_cell_is_none_and_never_zero(report):
    form = read_workbook(report, "b.xlsx")
    assert {figure.value for figure in form.figures.values()} == {None}
    assert not any(figure.given for figure in form.figures.values())
    assert form.problems == []
    assert form.nothing_to_report is False


def test_nothing_to_report_is_a_declaration_of_its_own(report):
    assert read_workbook(fill_workbook(report, Answers(nothing_to_report=True)), "b.xlsx").nothing_to_report


def test_saved_by_openpyxl_it_still_reads_although_formulas_lost_their_results(filled):
    assert_as_filled(read_workbook(edited(filled, lambda sheet: None), "b.xlsx"))


def test_rows_that_were_moved_hidden_or_inserted_are_found_by_their_code(filled):
    def change(sheet):
        one, two = row_of(sheet, "VB.1"), row_of(sheet, "VB.3")
        for column in range(1, 12):
            a, b = sheet.cell(one, column), sheet.cell(two, column)
            a.value, b.value = b.value, a.value
        sheet.row_dimensions[one].hidden = True
        sheet.insert_rows(6, 3)

    form = read_workbook(edited(filled, change), "b.xlsx")
    assert form.figures["VB.1"].value == 10593
    assert form.figures["VB.3"].value == 0
    assert form.figures["I.1.1"].value == 28


@pytest.mark.parametrize(
    ("code", "value", "word"),
    [
        ("T06.1", "khoảng 30", "khoảng 30"),
        ("T06.1", 12.5, "12.5"),
        ("T06.1", datetime(2026, 3, 12), "12/03/2026"),
        ("T06.1", True, "TRUE"),
        ("T06.1", "=1+1", "công thức"),
        ("I.5.2", "Qua bưu điện", "Phát phiếu"),
        ("III.1.1", "7", "Có (1)"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(report, code, value, word):
    cells = []

    def change(sheet):
        cell = sheet.cell(row_of(sheet, code), 9)
        cell.value = value
        cells.append(cell.coordinate)

    form = read_workbook(edited(report, change), "b.xlsx")
    assert [(p.sheet, p.cell, p.indicator) for p in form.problems] == [("Số liệu", cells[0], code)]
    assert word in form.problems[0].message
    assert form.figures[code].value is None


def test_an_error_value_is_named_and_not_taken_for_blank(filled, rewrite):
    cell = read_workbook(filled, "b.xlsx").figures["VB.1"].cell
    pattern = rf'(<c r="{cell}"[^>]*?)(/>|>.*?</c>)'
    broken = rewrite(filled, "xl/worksheets/sheet2.xml", pattern, r'\1 t="e"><f>VB/0</f><v>#DIV/0!</v></c>')
    form = read_workbook(broken, "b.xlsx")
    assert [(p.cell, p.raw) for p in form.problems] == [(cell, "#DIV/0!")]


def test_a_day_that_does_not_exist_is_named(report):
    form = read_workbook(fill_workbook(report, Answers(signed_on="31/06/2026")), "b.xlsx")
    assert form.signed_on is None
    assert "31/06/2026" in form.problems[0].message


def test_doubled_unknown_and_lost_codes_are_named(filled):
    def change(sheet):
        sheet.cell(row_of(sheet, "VB.4"), 1).value = "VB.3"
        sheet.cell(row_of(sheet, "CK.1"), 1).value = "XX.1"

    form = read_workbook(edited(filled, change), "b.xlsx")
    messages = " ".join(problem.message for problem in form.problems)
    assert len(form.problems) == 4
    assert "VB.3 có ở cả ô" in messages
    assert "“XX.1” không có trong biểu" in messages
    assert "Không còn dòng của mã VB.4" in messages
    assert "Không còn dòng của mã CK.1" in messages


@given(number=st.integers(min_value=0, max_value=10**13))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_number_means_the_same_however_it_was_typed(report, number):
    """As a number, as plain digits, and with Vietnamese or English separators of thousands."""
    figures = {
        "TC.1": Answer(number),
        "T06.1": Answer(str(number)),
        "T06.2": Answer(format_number(Decimal(number))),
        "T06.3": Answer(f"{number:,}"),
        "T06.4": Answer(f"  {number} "),
    }
    form = read_workbook(fill_workbook(report, Answers(figures)), "b.xlsx")
    assert form.problems == []
    assert {form.figures[code].value for code in figures} == {Decimal(number)}


@given(typed=st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=20))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_is_typed_is_a_number_or_not_given_or_named(report, typed):
    """Never silently dropped: the cell has a value, or says nothing, or stands among the problems."""
    form = read_workbook(fill_workbook(report, Answers({"T06.1": Answer(typed)})), "b.xlsx")
    figure = form.figures["T06.1"]
    outcomes = [figure.value is not None, not figure.given, bool(form.problems)]
    if form.problems:
        assert form.problems[0].cell == figure.cell
        assert outcomes[0] is False
    else:
        assert outcomes.count(True) == 1


@given(
    numerator=st.integers(min_value=0, max_value=10**7), denominator=st.integers(min_value=0, max_value=10**7)
)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_ratio_follows_from_its_parts_and_nothing_of_nothing_is_empty(report, numerator, denominator):
    answers = Answers({"III.5.3": Answer(numerator=numerator, denominator=denominator)})
    figure = read_workbook(fill_workbook(report, answers), "b.xlsx").figures["III.5.3"]
    assert (figure.numerator, figure.denominator, figure.typed) == (numerator, denominator, False)
    if denominator == 0:
        assert figure.value is None
    else:
        assert abs(figure.value - Decimal(numerator) / denominator * 100) <= Decimal("0.005")


EXPECTED = Identity("bao_cao", "30760", "2026-Q1")


@pytest.mark.parametrize("forged", ["", "chữ ký", "\u0660" * 32, "a" * 32, "a" * 100_000])
def test_a_forged_signature_of_any_letters_is_refused_and_breaks_nothing(forged):
    assert not EXPECTED.signed_with(b"key", forged)
    assert EXPECTED.signed_with(b"key", EXPECTED.signature(b"key"))


@pytest.mark.parametrize(
    ("awaited", "rule", "word"),
    [
        (Identity("bao_cao", "30292", "2026-Q1"), "wrong-unit", "phường Rạch Giá"),
        (Identity("bao_cao", "30760", "2026-6T"), "wrong-round", "2026-Q1"),
        (Identity("tu_cham", "30760", "2026-Q1"), "wrong-form", "Biểu báo cáo CCHC"),
    ],
)
def test_the_workbook_of_another_unit_round_or_form_is_recognised(report, awaited, rule, word):
    identity = read_workbook(report, "b.xlsx").identity
    require_identity(identity, EXPECTED)
    with pytest.raises(RuleRefused) as refused:
        require_identity(identity, awaited)
    assert refused.value.rule == rule
    assert word in str(refused.value)


def test_an_identity_that_was_changed_is_refused(report):
    book = openpyxl.load_workbook(io.BytesIO(report))
    book["cchc"]["B2"] = "30292"
    buffer = io.BytesIO()
    book.save(buffer)
    with pytest.raises(NotAForm, match="đã bị sửa"):
        read_workbook(buffer.getvalue(), "b.xlsx")


def foreign():
    buffer = io.BytesIO()
    openpyxl.Workbook().save(buffer)
    return buffer.getvalue()


def with_part(content, name, data):
    buffer = io.BytesIO(content)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda report: b"", "rỗng"),
        (lambda report: b"%PDF-1.7 scan", "là tệp PDF"),
        (lambda report: report[:4000], "bị hỏng hoặc bị cắt giữa chừng"),
        (lambda report: foreign(), "không tìm thấy phần nhận dạng"),
        (lambda report: OLE + bytes(600), "bị hỏng"),
        (lambda report: OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "mật khẩu"),
        (lambda report: with_part(report, "xl/vbaProject.bin", b"macro"), "macro"),
        (lambda report: with_part(report, "bom.bin", bytes(61 * 1024 * 1024)), "quá lớn"),
    ],
)
def test_a_file_that_is_no_form_of_ours_is_refused_with_a_sentence(report, make, word):
    with pytest.raises(NotAForm, match=word) as refused:
        read_workbook(make(report), "bao-cao-quy-1.xlsx")
    assert "bao-cao-quy-1.xlsx" in str(refused.value)


def test_a_cell_in_the_last_corner_of_the_sheet_does_not_take_all_memory(report, rewrite):
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    content = rewrite(report, "xl/worksheets/sheet2.xml", "</sheetData>", far)
    with pytest.raises(NotAForm, match="XFD1048576"):
        read_workbook(content, "b.xlsx")


@pytest.mark.parametrize(
    "cell", ['<c r="A0"><v>1</v></c>', '<c r="ZZZZ1"><v>1</v></c>', '<c r="XFD1048576"><v>1</v></c><broken']
)
def test_a_far_cell_is_found_also_in_a_sheet_that_breaks_off(report, rewrite, cell):
    content = rewrite(report, "xl/worksheets/sheet2.xml", "</sheetData>", f"<row>{cell}</row></sheetData>")
    with pytest.raises(NotAForm, match="có ô ở rất xa"):
        read_workbook(content, "b.xlsx")


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet2.xml"]
)
def test_a_part_whose_compression_is_damaged_is_refused_with_a_sentence(report, part):
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(report)) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, old.read(name))
        start = new.getinfo(part).header_offset + 30 + len(part)
    broken = bytearray(packed.getvalue())
    broken[start : start + 40] = b"\xff" * 40
    with pytest.raises(NotAForm, match=r"b\.xlsx"):
        read_workbook(bytes(broken), "b.xlsx")


def test_an_archive_behind_rubbish_gets_past_no_guard(report):
    with pytest.raises(NotAForm, match="không phải bảng tính"):
        read_workbook(b"\x00\x01rac" + report, "b.xlsx")


def test_a_removed_sheet_and_a_changed_heading_are_refused_by_name(report):
    book = openpyxl.load_workbook(io.BytesIO(report))
    del book["Nội dung"]
    buffer = io.BytesIO()
    book.save(buffer)
    with pytest.raises(NotAForm, match="thiếu sheet “Nội dung”"):
        read_workbook(buffer.getvalue(), "b.xlsx")

    def change(sheet):
        sheet["I4"] = "Số của chúng tôi"

    with pytest.raises(NotAForm, match="Số liệu của đơn vị"):
        read_workbook(edited(report, change), "b.xlsx")
