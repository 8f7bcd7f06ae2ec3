"""Forms that went through LibreOffice: every indicator comes back, whatever the unit did to the rows on the way."""

from __future__ import annotations

import io
from decimal import Decimal
from types import SimpleNamespace

import openpyxl
import pytest
from openpyxl.formula.translate import Translator
from openpyxl.utils import get_column_letter

from cchc.indicators import IndicatorRegister
from cchc.workbooks.as_xlsx import as_xlsx
from cchc.workbooks.form_reader import FormReader
from cchc.workbooks.form_workbook import unpack_options
from cchc.workbooks.forms import CheckFinding
from cchc.workbooks.marking import mark_workbook
from cchc.workbooks.read_book import read_workbook
from cchc_rehearsal.fill import Answer, Answers, fill_workbook

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
LONG = (
    "Ủy ban nhân dân đã ban hành Kế hoạch số 05/KH-UBND; ễ ợ ỹ Ậ đ Đ “ngoặc” & <dấu>.\n" * 200
)  # 16,000 letters


@pytest.fixture(scope="module")
def answers(report):
    """A figure of its own for every one of the indicators."""
    asked = FormReader(report, "").figures().asked
    indicators = read_workbook(report, "").figures  # the other rows that are asked are boxes of sections
    figures = {}
    for number, (code, row) in enumerate(((code, asked[code]) for code in indicators), start=1):
        options = unpack_options(row.options)
        if options:
            figures[code] = Answer(next(iter(options.values())), explanation=f"Giải trình {number}")
        elif row.kind == "percent" and "own" in (row.numerator, row.denominator):
            figures[code] = Answer(numerator=number, denominator=1000 + number)
        elif row.kind == "percent":
            figures[code] = Answer(evidence=f"{number}/BC-UBND")
        elif row.kind == "text":
            figures[code] = Answer(f"Văn bản số {number} của đơn vị")
        else:
            figures[code] = Answer(number * 1_000_003, explanation=f"Lý do thứ {number}: ễ ợ ỹ")
    return Answers(figures, narratives={"noi_bat": LONG}, document_number="12/BC-UBND")


@pytest.fixture(scope="module")
def filled(report, answers):
    return fill_workbook(report, answers)


def contents(form):
    """Everything that was read, without where it stood."""
    return {
        code: (figure.raw if figure.value is None else None, figure.value, figure.numerator, figure.denominator,
               figure.explanation, figure.evidence)
        for code, figure in form.figures.items()
    }  # fmt: skip


@pytest.mark.parametrize("extension", ["xlsx", "ods", "xls"])
def test_every_indicator_and_long_vietnamese_text_survives(filled, resave, extension) -> None:
    before, after = (
        read_workbook(filled, "b.xlsx"),
        read_workbook(resave(filled, extension), f"b.{extension}"),
    )
    assert len(before.figures) == len(IndicatorRegister.load().all)
    assert sum(figure.given for figure in before.figures.values()) >= 160
    assert contents(after) == contents(before)
    assert after.narratives == before.narratives
    assert after.document_number == "12/BC-UBND"
    assert after.identity == before.identity
    assert after.problems == []


def rearranged(filled, codes):
    """The rows of `codes` sorted backwards, every seventh hidden, three rows put in; formulas follow their rows."""
    book = openpyxl.load_workbook(io.BytesIO(filled))
    sheet = book["Số liệu"]
    width = sheet.max_column
    for place in (90, 60, 30):
        sheet.move_range(f"A{place}:{get_column_letter(width)}{sheet.max_row}", rows=1, translate=True)
        for column in range(1, width + 1):
            sheet.cell(place, column).value = None
        sheet.cell(place, 2).value = "Dòng của đơn vị: số liệu của phòng một cửa"
    rows = [row for row in range(6, sheet.max_row + 1) if sheet.cell(row, 1).value in codes]
    lines = sorted(
        ([sheet.cell(row, column).value for column in range(1, width + 1)] for row in rows),
        key=lambda line: str(line[0]),
        reverse=True,
    )
    was = {sheet.cell(row, 1).value: row for row in rows}
    for row, line in zip(rows, lines, strict=True):
        for column, value in enumerate(line, start=1):
            name = get_column_letter(column)
            if isinstance(value, str) and value.startswith("="):
                value = Translator(value, f"{name}{was[line[0]]}").translate_formula(f"{name}{row}")
            sheet.cell(row, column).value = value
    for row in rows[::7]:
        sheet.row_dimensions[row].hidden = True
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("extension", ["xlsx", "ods"])
def test_sorted_hidden_and_inserted_rows_survive_with_every_indicator(filled, resave, extension) -> None:
    before = read_workbook(filled, "b.xlsx")
    changed = rearranged(filled, set(before.figures))
    after = read_workbook(resave(changed, extension), f"b.{extension}")
    assert after.problems == []
    assert contents(after) == contents(before)
    moved = [code for code in before.figures if before.figures[code].cell != after.figures[code].cell]
    assert len(moved) > 150, "the rows really lie elsewhere"


@pytest.mark.parametrize("extension", ["ods", "xls"])
def test_what_came_as_another_format_goes_back_as_the_form_with_its_cells_coloured(
    filled, report, resave, extension
) -> None:
    came = resave(filled, extension)
    form = read_workbook(came, f"b.{extension}")
    cell = form.figures["T06.1"].cell
    wrong = CheckFinding("q", "loi", "Số liệu", cell, "T06.1", "1", "2", "Sai")
    back = mark_workbook(came, [wrong], lambda: as_xlsx(came, f"b.{extension}", report))
    again = read_workbook(back, "b.xlsx")
    assert contents(again) == contents(form)
    assert again.narratives == form.narratives
    book = openpyxl.load_workbook(io.BytesIO(back))
    assert book["Số liệu"][again.figures["T06.1"].cell].fill.fgColor.rgb == "FFF8CBAD"
    assert book["Rà soát"]["H5"].value == "Sai"
    ratio = next(code for code, figure in form.figures.items() if figure.numerator and not figure.typed)
    assert str(book["Số liệu"][again.figures[ratio].cell].value).startswith("="), (
        "the form's own formula stays"
    )


def test_a_marked_form_is_opened_saved_and_marked_again(filled, resave) -> None:
    """What LibreOffice shows of it, and the first colours after its styles were written anew."""
    cells = {"I8": "loi", "A8": "canh_bao", "M8": "loi"}
    findings = [
        CheckFinding("q", kind, "Số liệu", cell, None, "=1", None, "Sai") for cell, kind in cells.items()
    ]

    def shown(content: bytes) -> tuple[list[object], list[object]]:
        book = openpyxl.load_workbook(io.BytesIO(content))
        rows = [[cell.value for cell in row[:8]] for row in book["Rà soát"].iter_rows(min_row=5)]
        fills = [book["Số liệu"][cell].fill for cell in cells]
        return [row for row in rows if any(row)], [(fill.fill_type, fill.fgColor.rgb) for fill in fills]

    marked = mark_workbook(filled, findings)
    saved = resave(marked, "xlsx")
    assert shown(saved) == shown(marked)
    assert contents(read_workbook(saved, "b.xlsx")) == contents(read_workbook(filled, "b.xlsx"))
    rows, fills = shown(mark_workbook(saved, []))
    assert (rows, [rgb for _, rgb in fills]) == ([], ["FFFFF9DB", "FFECECEC", "FFFFF9DB"])


def test_another_version_of_the_form_is_not_written_over(filled, unit, round_, indicators, as_of) -> None:
    from cchc.workbooks.report_book import build_report_workbook

    shorter = build_report_workbook(unit, round_, indicators[:20], as_of=as_of)
    assert as_xlsx(filled, "b.ods", shorter) is None


WRITTEN = {
    "mười hai": ("Lỗi", True),
    "12 hồ sơ": ("Lỗi", False),  # the receipt knows units, which no formula of a cell can
    "chưa thống kê": ("Lỗi", True),
    "1.234": ("Cảnh báo", False),  # read as 1,234 by the receipt, but no sum of the form counts it
    " 12 ": ("Cảnh báo", False),
}


@pytest.fixture(scope="module")
def written_forms(report, resave_all):
    """Each of these words in a figure's cell: the form, and what LibreOffice made of it."""
    marked = [fill_workbook(report, Answers({"I.1.1": Answer(written)})) for written in WRITTEN]
    return dict(zip(WRITTEN, zip(marked, resave_all(marked, "xlsx"), strict=True), strict=True))


@pytest.mark.parametrize("written", WRITTEN)
def test_the_form_is_no_milder_with_a_text_than_the_receipt(written_forms, written) -> None:
    (severity, refused), (marked, saved) = WRITTEN[written], written_forms[written]
    book = openpyxl.load_workbook(io.BytesIO(saved), data_only=True)
    said = [
        str(cell.value)
        for row in book["Số liệu"].iter_rows()
        if any(cell.value == "I.1.1" for cell in row)
        for cell in row
    ]
    assert any(words.startswith(f"{severity}: ") for words in said), said
    problems = [one for one in read_workbook(marked, "b.xlsx").problems if one.indicator == "I.1.1"]
    assert bool(problems) == refused


@pytest.mark.parametrize("extension", ["ods", "xls"])
def test_what_the_form_showed_is_confirmed_and_nothing_is_no_nought(
    unit, round_, indicators, as_of, resave, extension
) -> None:
    """Locks are lost on the way, and an empty result comes back as 0 from an .xls."""
    from cchc.workbooks.figures_sheet import KnownFigures
    from cchc.workbooks.report_book import build_report_workbook

    one = SimpleNamespace(value=Decimal("99.81"), numerator=Decimal(4738), denominator=Decimal(4747))
    known = KnownFigures(
        system={
            "T06.1": SimpleNamespace(value=Decimal(1234), numerator=None, denominator=None),
            "III.6.8": one,
        },
        promised=("VB.1",),
        previous={"IV.1.1": Decimal(5)},
        carried=("IV.1.1",),
        sums={"V.6.6": "V.6.7+V.6.8+V.6.9"},
    )
    chosen = [
        i for i in indicators if i.code.startswith(("V.6.", "III.6.8", "T06.1", "VB.1", "IV.1.", "I.3.1"))
    ]
    form = build_report_workbook(unit, round_, chosen, known=known, as_of=as_of)
    answers = {"T06.1": Answer(1300, explanation="Còn hồ sơ giấy."), "IV.1.1": Answer(6)}
    content = fill_workbook(form, Answers(answers))
    before = read_workbook(content, "b.xlsx").figures
    after = read_workbook(resave(content, extension), f"b.{extension}").figures
    assert (before["I.3.1"].given, before["V.6.6"].given, before["III.6.8"].given) == (False, False, False)
    assert {code: (figure.value, figure.stance, figure.changed) for code, figure in after.items()} == {
        code: (figure.value, figure.stance, figure.changed) for code, figure in before.items()
    }
    assert not any(after[code].given for code in ("I.3.1", "V.6.6", "III.6.8"))
