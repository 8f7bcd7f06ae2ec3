"""The workbook of an earlier year: what was written into it is what is read, and every fault has its cell."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cchc.clock import at
from cchc.indicators import IndicatorRegister
from cchc.units import UnitRegister
from cchc.workbooks.forms import NotAForm
from cchc.workbooks.past_form import BEHIND, PROVINCE, PastFigure, asked, build_past_workbook, parts_of
from cchc.workbooks.read_past import PastFiguresRefused, read_past_workbook
from cchc.year import Calendar

CALENDAR = Calendar.load()
NOW = at(date(2026, 1, 5), 8)
UNITS = ("so-noi-vu", "30292", "30760", "h-an-bien")
CODES = ("I.1.1", "I.2.1", "I.5.2", "III.5.3", "III.6.3", "T06.8", "TC.1", "V.1.1")
WHOLE = st.integers(0, 10**12).map(Decimal)
SHARE = st.integers(0, 10_000).map(lambda number: Decimal(number) / 100)


@cache
def registers() -> tuple[UnitRegister, IndicatorRegister]:
    """A few units and indicators of every kind: a whole register makes a workbook of 20,000 cells."""
    units, indicators = UnitRegister.load(), IndicatorRegister.load()
    known = [code for code in CODES if code in indicators]
    by_kind = {one.kind: one.code for one in indicators.all if one.aggregation != "none"}
    wanted = {*known, *by_kind.values()}
    return (
        UnitRegister([unit for unit in units.all if unit.code in UNITS]),
        IndicatorRegister([one for one in indicators.all if one.code in wanted]),
    )


def built(known: list[PastFigure]) -> bytes:
    return build_past_workbook(CALENDAR, 2025, *registers(), NOW, known)


def read(content: bytes, held: tuple[str, ...] = ()) -> list[PastFigure]:
    return read_past_workbook(content, "nam-2025.xlsx", CALENDAR, *registers(), NOW, held=held)


def plain(figures: list[PastFigure]) -> list[tuple[Any, ...]]:
    """Without the cells, which only say where a figure stands."""
    return sorted(
        (one.round_id, one.unit_code, one.indicator, one.value, one.numerator, one.denominator, one.units_counted)
        for one in figures
    )  # fmt: skip


@st.composite
def some_figures(draw: st.DrawFn) -> list[PastFigure]:
    _, indicators = registers()
    found = []
    places = draw(st.sets(st.tuples(st.sampled_from(("Q1", "6T", "Q3", "NAM")),
                                    st.sampled_from((PROVINCE, *UNITS)),
                                    st.sampled_from([one.code for one in indicators.all])),
                          min_size=1, max_size=12))  # fmt: skip
    for kind, unit, code in sorted(places):
        round_, indicator = CALENDAR.round(f"2025-{kind}"), indicators.get(code)
        if code not in {one.code for one in asked(round_, CALENDAR.round(f"2026-{kind}"), indicators)}:
            continue
        of_province = unit == PROVINCE
        if of_province and indicator.aggregation == "distribution":
            continue
        behind = draw(st.none() | st.just(2)) if of_province else None
        if indicator.kind == "percent":
            value, numerator, denominator = draw(SHARE), None, None
            if len(parts_of(indicator)) > 1 and draw(st.booleans()):
                denominator = draw(st.integers(1, 10**6).map(Decimal))
                numerator, value = Decimal(draw(st.integers(0, int(denominator)))), None
        elif indicator.options and not of_province:
            value, numerator, denominator = (
                Decimal(draw(st.sampled_from(sorted(indicator.options)))),
                None,
                None,
            )
        else:
            top = Decimal(2) if indicator.kind == "boolean" else None
            value = min(draw(WHOLE), top) if top is not None else draw(WHOLE)
            numerator = denominator = None
        found.append(PastFigure(round_.round_id, unit, code, value, numerator, denominator, behind))
    return found


@given(figures=some_figures())
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
def test_what_was_written_into_the_form_is_what_is_read(figures: list[PastFigure]) -> None:
    if not figures:
        with pytest.raises(PastFiguresRefused, match="chưa có số liệu nào"):
            read(built(figures))
        return
    content = built(figures)
    assert content == built(figures)
    assert plain(read(content)) == plain(figures)


SOME = [
    PastFigure("2025-Q1", "h-an-bien", "I.1.1", Decimal(12)),
    PastFigure("2025-Q3", "30292", "III.5.3", None, Decimal(3), Decimal(4)),
    PastFigure("2025-NAM", PROVINCE, "I.1.1", Decimal(1_234_567), units_counted=3),
    PastFigure("2025-NAM", "so-noi-vu", "TC.1", Decimal(900_000_000)),
    PastFigure("2025-NAM", PROVINCE, "III.5.3", Decimal("87.43")),
]


def test_every_sheet_asks_for_what_was_owed_then_or_is_owed_a_year_later_under_the_name_of_then() -> None:
    units, indicators = UnitRegister.load(), IndicatorRegister.load()
    book = openpyxl.load_workbook(io.BytesIO(build_past_workbook(CALENDAR, 2025, units, indicators, NOW)))
    assert book.sheetnames[1:] == ["2025-Q1", "2025-6T", "2025-Q3", "2025-NAM"]
    old, new = (
        {row[0].value: row[1].value for row in book[name].iter_rows(min_row=6)}
        for name in ("2025-Q1", "2025-Q3")
    )
    assert old["III.6.1"] != new["III.6.1"]
    assert old.keys() - {None} >= {"III.6.1", "T06.1"}
    heads = [cell.value for cell in book["2025-Q1"][4]]
    assert heads[4:6] == [PROVINCE, BEHIND]
    assert "h-an-bien" in heads
    assert "30292" not in heads


def edited(change: Callable[[Any], None], figures: list[PastFigure] = SOME) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(built(figures)))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def find(sheet: Any, code: str, part: str = "Giá trị") -> int:
    return next(
        row[0].row for row in sheet.iter_rows(min_row=6) if (row[0].value, row[3].value) == (code, part)
    )


def column(sheet: Any, code: str) -> int:
    return next(cell.column for cell in sheet[4] if cell.value == code)


def put(sheet_name: str, code: str, unit: str, value: object, part: str = "Giá trị") -> Callable[[Any], None]:
    def change(book: Any) -> None:
        sheet = book[sheet_name]
        sheet.cell(find(sheet, code, part), column(sheet, unit)).value = value

    return change


def test_columns_and_rows_may_be_sorted_removed_and_added_and_numbers_typed_as_people_do() -> None:
    def change(book: Any) -> None:
        sheet = book["2025-NAM"]
        sheet.delete_cols(column(sheet, "30760"))
        last = sheet.max_column + 1
        sheet.cell(4, last).value = 30760  # a spreadsheet makes a number of it
        sheet.cell(find(sheet, "I.1.1"), last).value = "1.234"
        sheet.cell(find(sheet, "TC.1"), last).value = "-"
        sheet.delete_rows(find(sheet, "T06.8"))
        sheet.insert_rows(1)
        sheet["A1"] = "Nguồn: báo cáo số 12/BC-SNV"
        book.create_sheet("Ghi chú")["A1"] = "tự do"
        del book["2025-6T"]

    found = read(edited(change))
    assert plain(found) == plain([*SOME, PastFigure("2025-NAM", "30760", "I.1.1", Decimal(1234))])


def test_a_computed_cell_without_its_result_is_named_and_not_taken_for_empty() -> None:
    with pytest.raises(PastFiguresRefused, match=r"2025-NAM.*công thức chưa có kết quả"):
        read(edited(put("2025-NAM", "I.1.1", PROVINCE, "=SUM(G7:H7)")))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (put("2025-NAM", "I.1.1", "30292", "mười hai"), r"sheet “2025-NAM”: Ô H\d+.*mười hai"),
        (put("2025-NAM", "I.1.1", "30292", -3), r"Ô H\d+ ghi -3\. Cho phép: số không âm"),
        (put("2025-NAM", "III.5.3", PROVINCE, 101), r"Ô E\d+ ghi 101\. Cho phép: tỷ lệ từ 0 đến 100"),
        (put("2025-NAM", "III.5.3", "30292", 3, "Tử số"), r"Ô H\d+ có số mà thiếu mẫu số"),
        (put("2025-NAM", "I.1.1", BEHIND, 99), r"Ô F\d+ ghi 99\. Cho phép: số đơn vị từ 1 đến 3"),
        (put("2025-NAM", "I.2.1", BEHIND, 2), r"Ô F\d+ có số đơn vị mà cột toan-tinh"),
        (put("2025-Q3", "III.5.3", "30292", 9, "Tử số"), r"tử số 9 lớn hơn mẫu số 4"),
        (put("2025-Q3", "III.5.3", "30292", "80,5"), r"ghi tỷ lệ 80,5, còn tử số chia mẫu số là 75"),
    ],
)
def test_a_cell_that_cannot_be_is_named_with_what_is_allowed(
    change: Callable[[Any], None], words: str
) -> None:
    with pytest.raises(PastFiguresRefused, match=words) as refused:
        read(edited(change))
    assert str(refused.value).startswith("Tệp “nam-2025.xlsx” có 1 lỗi")


def rename(sheet_name: str, cell: tuple[int, int], value: object) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        book[sheet_name].cell(*cell).value = value

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (rename("2025-NAM", (4, 8), "30293"), r"Ô H4 ghi “30293”, không phải mã của đơn vị báo cáo"),
        (rename("2025-NAM", (4, 8), "so-noi-vu"), r"Ô H4 ghi lại mã so-noi-vu đã có ở ô G4"),
        (rename("2025-NAM", (4, 7), None), r"Ô G4 để trống mà cột bên dưới có số liệu"),
        (rename("2025-NAM", (7, 1), "I.99.9"), r"Ô A7 ghi “I.99.9”, không phải mã của chỉ tiêu"),
        (rename("2025-NAM", (7, 1), None), r"Ô A7 để trống mà dòng có số liệu"),
        (rename("2025-NAM", (7, 4), "Tử số"), r"Ô D7 ghi “Tử số” cho chỉ tiêu I\.1\.1\. Cho phép: Giá trị"),
        (rename("2025-NAM", (8, 1), "I.1.1"), r"Ô A8 ghi lại mã I\.1\.1 cùng phần đã có ở ô A7"),
        (rename("2025-NAM", (4, 1), "xyz"), r"không thấy dòng tiêu đề"),
    ],
)
def test_a_row_or_column_that_nobody_can_place_is_named(change: Callable[[Any], None], words: str) -> None:
    with pytest.raises(PastFiguresRefused, match=words):
        read(edited(change))


def test_rounds_that_are_not_over_or_were_held_here_are_refused() -> None:
    content = built(SOME)
    with pytest.raises(PastFiguresRefused, match="do chính hệ thống này tiếp nhận"):
        read(content, held=("2025-NAM",))
    with pytest.raises(PastFiguresRefused, match="chưa kết thúc"):
        read_past_workbook(content, "x.xlsx", CALENDAR, *registers(), at(date(2025, 11, 1), 8))
    with pytest.raises(PastFiguresRefused, match="không có sheet nào tên như một đợt"):
        read(edited(lambda book: [setattr(one, "title", f"Tờ {n}") for n, one in enumerate(book)]))
    with pytest.raises(NotAForm):
        read(b"khong phai bang tinh")


@pytest.mark.slow
@pytest.mark.parametrize("extension", ["xlsx", "ods", "xls"])
def test_a_workbook_that_another_program_saved_says_the_same(
    resave: Callable[[bytes, str], bytes], extension: str
) -> None:
    assert plain(read(resave(built(SOME), extension))) == plain(SOME)
