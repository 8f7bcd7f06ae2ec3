"""Biểu 06 and the document table as workbooks: what stands in the cells, read back."""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from cchc.clock import at
from cchc.report.document_exchange_book import build_document_book
from cchc.report.form_06 import build_form_06, totals
from cchc.sources.forms import DocumentRow, UnitBlock
from cchc.sources.rules import CountingRules, OneStopRules
from cchc.sources.states import SourceState
from cchc.units import Unit
from cchc.year import Window

WINDOW = Window(date(2025, 12, 15), date(2026, 3, 14))
STATE = SourceState(
    "one_stop",
    Path("x.parquet"),
    "ab" * 32,
    1234,
    at(WINDOW.last, 18),
    (),
    snapshot_id="one_stop-2026-03-14",
    cut_off=WINDOW.last,
)
RULES = CountingRules.load().one_stop
NAMES = (
    "total", "received_online", "received_direct_or_post", "carried_over", "resolved", "early", "on_time",
    "late", "still_open", "in_term", "overdue",
)  # fmt: skip


def unit(code: str, name: str, tier: str) -> Unit:
    return Unit(code, name, tier, tier, None, date(2025, 7, 1), None, (), (), "")


def counts(*numbers: int, **more: int) -> dict[str, int]:
    return defaultdict(int, dict(zip(NAMES, numbers, strict=True)) | more)


REGISTRY = counts(7, 2, 4, 1, 5, 2, 1, 2, 2, 1, 1)
LAND = counts(3, 0, 3, 0, 0, 0, 0, 0, 3, 3, 0)
BLOCKS = [
    UnitBlock(
        unit("so-a", "Sở A", "so"), counts(2000, 2000, 0, 0, 2000, 0, 2000, 0, 0, 0, 0),
        (("Đất đai", counts(2000, 2000, 0, 0, 2000, 0, 2000, 0, 0, 0, 0)),),
    ),
    UnitBlock(unit("so-b", "Sở B", "so"), None),
    UnitBlock(
        unit("1", "UBND xã Một", "xa"), counts(10, 2, 7, 1, 5, 2, 1, 2, 5, 4, 1),
        (("Hộ tịch", REGISTRY), ("Đất đai", LAND)),
    ),
    UnitBlock(unit("2", "UBND xã Hai", "xa"), counts(*[0] * 11)),
]  # fmt: skip


def cells(content: bytes, *, formulas: bool = False) -> list[list[Any]]:
    """Rows of the first sheet from the heading's numbers on, by cached value or by formula."""
    sheet = load_workbook(io.BytesIO(content), data_only=not formulas).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    start = next(i for i, row in enumerate(rows) if row[2] and str(row[2]).startswith("(1)="))
    return rows[start:]


def form(blocks: list[UnitBlock] = BLOCKS, rules: OneStopRules = RULES) -> bytes:
    return build_form_06(blocks, WINDOW, STATE, rules)


def test_units_stand_in_their_tier_and_fields_in_their_unit() -> None:
    rows = cells(form())
    assert [(row[0] or None, *row[1:3]) for row in rows[1:11]] == [
        (None, "Tổng cộng", 2010),
        (None, "Sở, ban, ngành cấp tỉnh", 2000),
        ("1", "Sở A", 2000),
        ("1.1", "Đất đai", 2000),
        ("2", "Sở B (chưa có số liệu)", None),
        (None, "UBND xã, phường, đặc khu", 10),
        ("3", "UBND xã Một", 10),
        ("3.1", "Hộ tịch", 7),
        ("3.2", "Đất đai", 3),
        ("4", "UBND xã Hai", 0),
    ]
    assert rows[0][2:14] == [
        "(1)=2+3+4", "(2)", "(3)", "(4)", "(5)=6+7+8", "(6)", "(7)", "(8)", "(9)=10+11", "(10)", "(11)",
        "(12)=(6+7)/5",
    ]  # fmt: skip
    assert rows[7][2:13] == [10, 2, 7, 1, 5, 2, 1, 2, 5, 4, 1]


def test_a_share_of_nothing_is_empty_and_others_follow_from_their_parts() -> None:
    shares = {row[1]: row[13] for row in cells(form())[1:11]}
    assert shares["UBND xã Một"] == 60
    assert shares["Tổng cộng"] == 99.90  # 2003 of 2005, not the mean of 100 and 60
    assert shares["UBND xã Hai"] in (None, "")
    assert shares["Sở B (chưa có số liệu)"] in (None, "")
    land = [row[13] for row in cells(form())[1:11] if row[0] == "3.2"]
    assert land in ([None], [""])


def test_what_excel_would_recalculate_is_what_stands_there() -> None:
    """Each subtotal covers exactly the rows below it: recomputed here from the formulas' own ranges."""
    content = form()
    shown, written = cells(content), cells(content, formulas=True)
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    offset = next(cell.row for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("(1)="))
    seen = 0
    for place, row in enumerate(written):
        for column in range(2, 13):
            formula = row[column] if column < len(row) else None
            if not str(formula).startswith("=SUBTOTAL"):
                continue
            seen += 1
            first, last = (int("".join(filter(str.isdigit, end))) for end in str(formula)[12:-1].split(":"))
            below = range(first - offset, last - offset + 1)
            plain = [
                shown[i][column] or 0 for i in below if not str(written[i][column]).startswith("=SUBTOTAL")
            ]
            assert sum(plain) == shown[place][column], (place, column, formula)
    assert seen == 5 * 11  # total, two tiers, two units with rows


def test_one_unit_has_no_total_above_it() -> None:
    rows = cells(form(BLOCKS[2:3]))
    assert [row[1] for row in rows[1:4]] == ["UBND xã Một", "Hộ tịch", "Đất đai"]


def test_the_source_its_hash_the_cut_off_and_the_coverage_stand_on_the_sheet() -> None:
    sheet = load_workbook(io.BytesIO(form())).worksheets[0]
    text = "\n".join(str(sheet.cell(row, 1).value) for row in range(1, 8))
    for part in (
        "15/12/2025 đến hết ngày 14/03/2026", "one_stop-2026-03-14", "ngày chốt 14/03/2026", "1.234 dòng",
        "ab" * 32, "Đơn vị có số liệu: 3/4",
    ):  # fmt: skip
        assert part in text


def test_it_prints_on_a4_landscape_with_its_headings_on_every_page() -> None:
    sheet = load_workbook(io.BytesIO(form())).worksheets[0]
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (
        "landscape", 9, 0,
    )  # fmt: skip
    first, last = (int(part) for part in sheet.print_title_rows.replace("$", "").split(":"))
    assert [sheet.cell(row, 3).value for row in range(first, last + 1)][-1] == "(1)=2+3+4"
    assert {cell.number_format for cell in sheet[last + 1][2:13]} == {"[$-42A]#,##0"}


def test_a_class_of_its_own_adds_a_column_and_a_part() -> None:
    own = RULES.model_copy(
        update={
            "no_due_date": RULES.no_due_date.model_copy(update={"resolved": "own_class", "open": "own_class"})
        }
    )
    block = UnitBlock(
        unit("1", "UBND xã Một", "xa"),
        counts(5, 0, 5, 0, 3, 1, 1, 0, 2, 1, 0, resolved_without_due=1, open_without_due=1),
    )
    rows = cells(form([block], own))
    assert rows[0][6] == "(5)=6+7+8+9"
    assert rows[0][11] == "(10)=11+12+13"
    assert rows[1][2:15] == [5, 0, 5, 0, 3, 1, 1, 0, 1, 2, 1, 0, 1]
    assert rows[1][15] == 66.67


def test_the_rules_it_was_counted_by_stand_beside_it() -> None:
    sheet = load_workbook(io.BytesIO(form())).worksheets[1]
    rows = {row[0].value: row[1].value for row in sheet.iter_rows() if row[0].value}
    assert rows["Đang giải quyết, hẹn trả đúng ngày cuối kỳ"] == "trong hạn"
    assert rows["Trạng thái đã kết thúc"] == "công dân rút, đã xử lý xong, đã trả kết quả"


def test_the_same_figures_give_the_same_bytes() -> None:
    assert form() == form()
    with zipfile.ZipFile(io.BytesIO(form())) as archive:
        assert b"2026-03-14T11:00:00Z" in archive.read("docProps/core.xml")


def test_a_name_that_looks_like_a_formula_stays_a_name() -> None:
    block = UnitBlock(
        unit("1", "UBND xã Một", "xa"), REGISTRY, (('=HYPERLINK("http://x.invalid")', REGISTRY),)
    )
    (name,) = {row[1] for row in cells(form([block]), formulas=True) if row[0] == "1.1"}
    sheet = load_workbook(io.BytesIO(form([block]))).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value == name} == {"s"}


def test_totals_leave_out_what_is_not_covered() -> None:
    assert totals(BLOCKS)["total"] == 2010
    assert totals([BLOCKS[1]])["total"] == 0


def documents(*numbers: int) -> dict[str, int]:
    names = ("sent", "sent_paper", "sent_electronic", "sent_both")
    names += ("received", "received_paper", "received_electronic", "received_both")
    return dict(zip(names, numbers, strict=True))


FULL = documents(10, 1, 8, 1, 4, 1, 2, 1)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(FULL, FULL, 9)], [("1", "UBND xã A", 10, 1, 8, 1, 4, 1, 2, 1, 9, 90)]),
        ([(FULL, None, None)], [("1", "UBND xã A", 10, 1, 8, 1, None, None, None, None, None, None)]),
        (
            [(FULL, FULL, 9), (documents(0, 0, 0, 0, 2, 2, 0, 0), FULL, 0), (FULL, None, None)],
            [
                # The share rests on the ten documents whose signing is known, not on all twenty.
                (None, "Tổng cộng", 20, 2, 16, 2, 8, 2, 4, 2, 9, 90),
                ("1", "UBND xã A", 10, 1, 8, 1, 4, 1, 2, 1, 9, 90),
                ("2", "UBND xã B", 0, 0, 0, 0, 4, 1, 2, 1, 0, None),
                ("3", "UBND xã C", 10, 1, 8, 1, None, None, None, None, None, None),
            ],
        ),
    ],
)
def test_the_document_table_adds_up_and_leaves_empty_what_nobody_told(
    rows: list[tuple[Any, Any, Any]], expected: list[tuple[Any, ...]]
) -> None:
    table = [DocumentRow(unit(str(n), f"UBND xã {'ABC'[n]}", "xa"), *row) for n, row in enumerate(rows)]
    content = build_document_book(table, WINDOW, STATE)
    found = [tuple(value if value != "" else None for value in row[:12]) for row in cells(content)[1:]]
    assert found == expected
    assert content == build_document_book(table, WINDOW, STATE)
