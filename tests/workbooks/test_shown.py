"""What a form shows instead of asking: confirmed by leaving it, disputed with a reason, carried over, summed up."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest

from cchc.checks import CheckContext, Rules, form_sums, live_rules, run
from cchc.indicators import Indicator, IndicatorRegister
from cchc.severity import Severity
from cchc.workbooks import report_book
from cchc.workbooks.as_xlsx import as_xlsx
from cchc.workbooks.figures_sheet import KnownFigures
from cchc.workbooks.form_workbook import LayoutRow
from cchc.workbooks.forms import CheckFinding, FilledForm, ReportedFigure
from cchc.workbooks.marking import mark_workbook
from cchc.workbooks.read_book import read_workbook
from cchc.workbooks.report_book import build_report_workbook, report_layout, typed_cells
from cchc.workbooks.shown import Shown, ShownBy, Stance
from cchc_rehearsal.fill import Answer, Answers, fill_workbook

CHOSEN = ("I.1.1", "III.6.8", "T06.1", "T06.5", "T06.6", "T06.7", "T06.R", "VII.2.3", "VII.2.4", "IV.1.1", "VII.3.1",
          "V.6.1", "V.6.3", "V.6.4", "V.6.5", "V.6.6", "V.6.7", "V.6.8", "V.6.9")  # fmt: skip
REASON = "Phần mềm chưa cập nhật hồ sơ nộp tại ấp."


def parts(value: Any, numerator: Any = None, denominator: Any = None) -> SimpleNamespace:
    found = (None if one is None else Decimal(str(one)) for one in (value, numerator, denominator))
    return SimpleNamespace(**dict(zip(("value", "numerator", "denominator"), found, strict=True)))


KNOWN = KnownFigures(
    system={"T06.1": parts(1234), "T06.5": parts(1000), "T06.6": parts(400), "T06.7": parts(500),
            "T06.R": parts(90, 900, 1000), "III.6.8": parts("99.81", 4738, 4747)},
    promised=("VII.2.3",),
    previous={"IV.1.1": Decimal(5), "VII.3.1": Decimal(1), "I.1.1": Decimal(30)},
    carried=("IV.1.1", "VII.3.1", "CK.1"),
)  # fmt: skip


@pytest.fixture(scope="module")
def owed() -> list[Indicator]:
    register = IndicatorRegister.load()
    return [register.get(code) for code in CHOSEN]


@pytest.fixture(scope="module")
def form(unit: Any, round_: Any, owed: list[Indicator], as_of: Any) -> bytes:
    rules = Rules.load()
    sums = form_sums(rules, unit.tier, "Q1", set(CHOSEN))
    live = live_rules(rules, unit.tier, "Q1")
    return build_report_workbook(unit, round_, owed, known=replace(KNOWN, sums=sums), as_of=as_of, rules=live)


def filled(form: bytes, **answers: Answer) -> FilledForm:
    return read_workbook(
        fill_workbook(form, Answers({code.replace("_", "."): one for code, one in answers.items()})), "b.xlsx"
    )


def edited(form: bytes, code: str, column: str, value: object) -> FilledForm:
    """The form with a cell written over by a program that knows no locks."""
    book = openpyxl.load_workbook(io.BytesIO(form))
    sheet = book["Số liệu"]
    row = next(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value == code)
    sheet[f"{column}{row}"] = value
    buffer = io.BytesIO()
    book.save(buffer)
    return read_workbook(buffer.getvalue(), "b.xlsx")


def said(form: FilledForm, code: str, unit: Any, round_: Any, as_of: Any) -> list[tuple[str, str]]:
    """Severity and cell of what the rule of disputes says about an indicator."""
    context = CheckContext(unit=unit, round_=round_, indicators=IndicatorRegister.load(), as_of=as_of)
    found = [
        one for one in run(form, context) if one.rule == "khong-dong-y-he-thong" and one.indicator == code
    ]
    assert all(one.expected is None for one in found if one.severity is Severity.NOTE), (
        "a note asks for nothing"
    )
    return [(str(one.severity), one.cell) for one in found]


def stated(figure: ReportedFigure) -> tuple[Decimal | None, ...]:
    return figure.value, figure.numerator, figure.denominator


def test_a_figure_that_is_left_is_confirmed_and_none_of_the_unit_s(form: bytes) -> None:
    read = read_workbook(form, "b.xlsx")
    for code in ("T06.1", "III.6.8", "T06.R"):
        figure = read.figures[code]
        assert (figure.stance, figure.given, stated(figure)) == (Stance.CONFIRMED, False, (None, None, None))
    assert read.figures["III.6.8"].shown == Shown(
        ShownBy.SYSTEM, Decimal("99.81"), Decimal(4738), Decimal(4747)
    )
    assert read.figures["I.1.1"].stance is None


def test_a_dispute_is_the_unit_s_figure_with_its_reason(
    form: bytes, unit: Any, round_: Any, as_of: Any
) -> None:
    read = filled(form, T06_1=Answer(1300, explanation=REASON), III_6_8=Answer(None, 4700, 4747, REASON))
    assert (read.figures["T06.1"].stance, read.figures["T06.1"].value) == (Stance.DISPUTED, 1300)
    assert stated(read.figures["III.6.8"]) == (Decimal("99.01"), 4700, 4747)
    for code in ("T06.1", "III.6.8"):
        assert said(read, code, unit, round_, as_of) == [(Severity.NOTE, read.figures[code].cell)]


def test_a_dispute_without_a_reason_names_the_cell_where_it_belongs(
    form: bytes, unit: Any, round_: Any, as_of: Any
) -> None:
    read = filled(form, T06_1=Answer(1300))
    assert said(read, "T06.1", unit, round_, as_of) == [(Severity.ERROR, read.figures["T06.1"].reason_cell)]
    assert read.figures["T06.1"].reason_cell.startswith("L")


def test_a_reason_without_a_figure_is_a_confirmation_and_a_doubt(
    form: bytes, unit: Any, round_: Any, as_of: Any
) -> None:
    read = filled(form, T06_1=Answer(explanation=REASON))
    assert read.figures["T06.1"].stance is Stance.CONFIRMED
    assert said(read, "T06.1", unit, round_, as_of) == [(Severity.WARNING, read.figures["T06.1"].cell)]


def test_the_same_figure_written_again_is_no_dispute(form: bytes, unit: Any, round_: Any, as_of: Any) -> None:
    read = filled(form, T06_1=Answer(1234), III_6_8=Answer(None, 4738, 4747))
    assert {read.figures[code].stance for code in ("T06.1", "III.6.8")} == {Stance.CONFIRMED}
    assert said(read, "T06.1", unit, round_, as_of) == said(read, "III.6.8", unit, round_, as_of) == []


@pytest.mark.parametrize("written", [1300, "1.300"])
def test_a_locked_cell_that_was_changed_is_a_dispute_without_a_reason(
    form: bytes, written: object, unit: Any, round_: Any, as_of: Any
) -> None:
    read = edited(form, "T06.1", "D", written)
    figure = read.figures["T06.1"]
    assert (figure.stance, figure.value, figure.shown_cell[0]) == (Stance.DISPUTED, 1300, "D")
    assert said(read, "T06.1", unit, round_, as_of) == [(Severity.ERROR, figure.shown_cell)]


def test_a_locked_cell_that_was_emptied_is_named_and_changes_nothing(
    form: bytes, unit: Any, round_: Any, as_of: Any
) -> None:
    for code in ("T06.1", "III.6.8"):
        read = edited(form, code, "D", None)
        assert read.figures[code].stance is Stance.CONFIRMED
        assert said(read, code, unit, round_, as_of) == [(Severity.WARNING, read.figures[code].shown_cell)]


@pytest.mark.parametrize(
    ("code", "written"), [("T06.1", "1234"), ("T06.1", "1.234"), ("III.6.8", "4.738/4.747 = 99,81")]
)
def test_a_program_that_writes_the_same_figure_otherwise_changed_nothing(
    form: bytes, code: str, written: str, unit: Any, round_: Any, as_of: Any
) -> None:
    read = edited(form, code, "D", written)
    assert (read.figures[code].changed, said(read, code, unit, round_, as_of)) == (None, [])


def test_a_figure_that_is_yet_to_come_is_not_asked(form: bytes, unit: Any, round_: Any, as_of: Any) -> None:
    book = openpyxl.load_workbook(io.BytesIO(form))["Số liệu"]
    row = next(row for row in range(1, book.max_row + 1) if book.cell(row, 1).value == "VII.2.3")
    assert (book.cell(row, 4).value, book.cell(row, 9).protection.locked) == ("(hệ thống sẽ cung cấp)", True)
    read = read_workbook(form, "b.xlsx")
    assert (read.figures["VII.2.3"].stance, read.figures["VII.2.3"].from_system) == (None, True)
    context = CheckContext(unit=unit, round_=round_, indicators=IndicatorRegister.load(), as_of=as_of)
    blank = {one.indicator for one in run(read, context) if one.rule in ("bat-buoc", "con-trong")}
    assert blank & {"T06.1", "VII.2.3"} == set() and "I.1.1" in blank
    # A share of it has parts of its own to type: its whole stands in no cell of the form.
    assert Shown.unpacked("system") == Shown(ShownBy.SYSTEM)
    assert stated(filled(form, VII_2_4=Answer(None, 3, 4)).figures["VII.2.4"]) == (75, 3, 4)


def test_a_figure_carried_over_holds_until_another_is_written(form: bytes) -> None:
    read = read_workbook(form, "b.xlsx")
    assert {code: (one.value, one.typed) for code, one in read.figures.items() if code in ("IV.1.1", "VII.3.1")} == {
        "IV.1.1": (5, False), "VII.3.1": (1, False),
    }  # fmt: skip
    read = filled(form, IV_1_1=Answer(6))
    assert (read.figures["IV.1.1"].value, read.figures["IV.1.1"].stance) == (6, Stance.REPLACED)
    nothing = read_workbook(fill_workbook(form, Answers(nothing_to_report=True)), "b.xlsx")
    assert nothing.figures["IV.1.1"].value is None, "whoever has nothing to report confirms no figure"
    section = read_workbook(fill_workbook(form, Answers(nothing_sections=["IV"])), "b.xlsx")
    assert section.figures["IV.1.1"].value is None


def test_a_total_follows_from_its_rows_and_what_is_typed_over_it_is_looked_at(form: bytes) -> None:
    rows = {"V_6_3": 1, "V_6_4": 2, "V_6_5": 3, "V_6_7": 4, "V_6_8": 5, "V_6_9": 6}
    typed = {code: Answer(value) for code, value in rows.items()}
    read = filled(form, **typed)
    assert (read.figures["V.6.6"].value, read.figures["V.6.1"].value) == (15, 21)
    assert (read.figures["V.6.6"].typed, read.figures["V.6.1"].typed) == (False, False)
    over = filled(form, **typed, V_6_6=Answer(16))
    assert (over.figures["V.6.6"].value, over.figures["V.6.6"].typed, over.figures["V.6.1"].value) == (
        16,
        True,
        22,
    )
    assert filled(form, V_6_7=Answer(4)).figures["V.6.6"].value is None, "a part that is missing is not 0"


def test_only_what_is_asked_counts_as_a_cell_to_type(owed: list[Indicator]) -> None:
    sums = form_sums(Rules.load(), "xa", "Q1", set(CHOSEN))
    assert sums == {"V.6.1": "V.6.3+V.6.4+V.6.5+V.6.6", "V.6.6": "V.6.7+V.6.8+V.6.9"}
    assert typed_cells(report_layout(owed, [])) == 19
    asked = report_layout(owed, [], replace(KNOWN, sums=sums))
    assert typed_cells(asked) == 9, "I.1.1, both parts of VII.2.4, the six rows of V.6 that make no other"
    assert {row.key for row in asked if row.shown} == {*KNOWN.system, "VII.2.3", "IV.1.1", "VII.3.1"}


def test_a_form_of_before_is_read_as_it_was_meant(
    form: bytes, unit: Any, round_: Any, owed: list[Indicator], as_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every row typed, no figure shown, the first version: such a file still comes back."""
    identity = report_book.Identity
    monkeypatch.setattr(report_book, "Identity", lambda **said: identity(version="1", **said))
    before = build_report_workbook(unit, round_, owed, as_of=as_of)
    read = filled(before, T06_1=Answer(1300), V_6_6=Answer(3))
    assert (read.identity.version, read.figures["T06.1"].value, read.figures["T06.1"].shown) == (
        "1",
        1300,
        None,
    )
    assert (read.figures["V.6.6"].value, read.figures["IV.1.1"].value) == (3, None)


def test_a_form_written_over_keeps_its_sums_and_what_it_showed(form: bytes) -> None:
    answers = {
        "V.6.7": Answer(1),
        "V.6.8": Answer(1),
        "V.6.9": Answer(1),
        "T06.1": Answer(1300, explanation=REASON),
    }
    content = fill_workbook(form, Answers(answers))
    written = as_xlsx(content, "b.xlsx", form)
    assert written is not None
    after, before = (read_workbook(one, "b.xlsx").figures for one in (written.content, content))
    assert {code: (stated(one), one.stance, one.typed) for code, one in after.items()} == {
        code: (stated(one), one.stance, one.typed) for code, one in before.items()
    }


@pytest.mark.parametrize(
    "shown",
    [
        Shown(ShownBy.SYSTEM),
        Shown(ShownBy.PREVIOUS, Decimal(4)),
        Shown(ShownBy.SYSTEM, None, Decimal(0), Decimal(0)),
        Shown(ShownBy.SYSTEM, Decimal("99.81"), Decimal(1), Decimal(2)),
    ],
)
def test_what_was_shown_is_kept_as_it_was(shown: Shown) -> None:
    assert Shown.unpacked(shown.packed()) == shown
    assert Shown.unpacked("") is None
    row = LayoutRow("T06.1", "count", shown=shown.packed())
    assert row.cells[-1] == shown.packed() and len(LayoutRow("T06.1", "count").cells) == 6


def test_a_second_review_gives_the_cells_of_a_shown_row_their_own_colour_again(form: bytes) -> None:
    figure = read_workbook(form, "b.xlsx").figures["T06.1"]
    asked = read_workbook(form, "b.xlsx").figures["I.1.1"].cell
    cells = (figure.cell, figure.reason_cell, figure.shown_cell, asked)
    findings = [CheckFinding("x", "loi", "Số liệu", cell, None, None, None, "x") for cell in cells]

    def colours(content: bytes) -> list[tuple[str | None, str]]:
        sheet = openpyxl.load_workbook(io.BytesIO(content))["Số liệu"]
        return [(sheet[cell].fill.fill_type, sheet[cell].fill.fgColor.rgb) for cell in cells]

    marked = mark_workbook(form, findings)
    assert colours(form) != colours(marked)
    assert colours(mark_workbook(marked, [])) == colours(form)
    assert len(set(colours(form))) == 3, (
        "white where one may disagree, grey where it is printed, yellow where it is asked"
    )
