"""Blank cells, unread cells, empty sections, declarations and signing days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

from cchc.checks import run
from cchc.clock import at
from cchc.workbooks.forms import Problem, ReportedFigure, blocking
from cchc.year import Window


def blanks(found):
    return {f.indicator: f for f in found if f.rule in ("bat-buoc", "con-trong", "bat-buoc-huyen")}


def test_a_blank_core_figure_blocks_and_any_other_blank_is_a_warning(form, context, rules):
    found = run(form({"T06.1": None, "I.1.3": None, "VB.1": 0}), context(), rules)
    assert {code: f.severity for code, f in blanks(found).items()} == {"T06.1": "loi", "I.1.3": "canh_bao"}
    assert blocking(found)


def test_zero_is_an_answer_and_a_dash_is_none(form, context, rules):
    dash = ReportedFigure("T06.1", "-", cell="I9")
    found = run(form({"T06.1": dash, "T06.2": 0}), context(), rules)
    assert set(blanks(found)) == {"T06.1"}


def test_a_blank_with_a_reason_does_not_block(form, context, rules):
    given = ReportedFigure("T06.1", explanation="Chưa dùng phần mềm một cửa", cell="I9")
    found = run(form({"T06.1": given}), context(), rules)
    assert blanks(found)["T06.1"].severity == "luu_y"
    assert not blocking(found)


def test_a_blank_that_the_exports_can_fill_is_only_mentioned(form, context, rules):
    known = SimpleNamespace(value=Decimal(27554), numerator=None, denominator=None)
    found = blanks(run(form({"T06.1": None}), context(system={"T06.1": known}), rules))
    assert found["T06.1"].severity == "luu_y"
    assert "27.554" in found["T06.1"].message


def test_each_blank_is_named_once(form, context, rules):
    found = run(form({"T06.1": None}), context(), rules)
    assert [f.indicator for f in found if f.rule in ("bat-buoc", "con-trong")] == ["T06.1"]


def test_a_percent_of_nothing_is_answered_by_a_denominator_of_zero(form, context, rules):
    assert blanks(run(form({"III.6.10": (0, 0)}), context(), rules)) == {}
    assert set(blanks(run(form({"III.6.10": None}), context(), rules))) == {"III.6.10"}


def test_a_percent_that_follows_from_other_rows_is_not_asked_for(form, context, rules):
    assert blanks(run(form({"T06.R": None}), context(), rules)) == {}


def test_only_what_this_unit_owes_is_missed(form, context, rules, register):
    owed = [register.get("VB.1")]
    found = run(form({"T06.1": None, "VB.1": None}), context(owed=owed), rules)
    assert set(blanks(found)) == {"VB.1"}


def test_new_initiatives_are_asked_for_twice_a_year(form, context, rules):
    for kind, asked in (("Q1", False), ("6T", True), ("NAM", True)):
        rule_codes = {f.rule for f in run(form({"QC.1": None}), context(kind), rules)}
        assert ("mo-hinh-sang-kien" in rule_codes) == asked


def test_an_unreadable_cell_blocks_and_is_not_called_blank_as_well(form, context, rules):
    problem = Problem("Số liệu", "I10", "T06.1", "khoảng 30", "Ô I10 ghi “khoảng 30”.")
    filled = form({"T06.1": None}, problems=[problem])
    found = [f for f in run(filled, context(), rules) if f.indicator == "T06.1"]
    assert [(f.rule, f.cell, f.found) for f in found] == [("o-khong-doc-duoc", "I10", "khoảng 30")]
    assert blocking(found)


def test_sections_of_the_outline_are_asked_for_with_their_cells(form, context, rules):
    cells = {"noi_bat": "C4", "kiem_tra": "C6", "han_che": "C15"}
    filled = form({}, narratives={"noi_bat": "Ngắn"}, narrative_cells=cells)
    found = {f.cell: f for f in run(filled, context(), rules) if f.rule == "noi-dung-trong"}
    assert set(found) == {"C4", "C15"}
    assert "4 ký tự" in found["C4"].message
    assert found["C15"].sheet == "Nội dung"


def test_nothing_to_report_needs_no_figures_and_no_text(form, context, rules):
    filled = form({"T06.1": None}, nothing_to_report=True, narrative_cells={"noi_bat": "C4"})
    assert run(filled, context(), rules) == []


def test_nothing_to_report_contradicts_figures_other_than_zero(check):
    finding = check({"T06.1": 5, "T06.2": 0}, nothing_to_report=True, nothing_cell="C3")[
        "khong-phat-sinh-ma-co-so"
    ]
    assert (finding.cell, finding.severity) == ("C3", "loi")
    assert "1 ô (I10)" in finding.message
    assert "khong-phat-sinh-ma-co-so" not in check({"T06.1": 0}, nothing_to_report=True)


def test_a_report_signed_before_its_window_ends_is_an_estimate(check):
    early = check({}, signed_on=date(2026, 3, 7), signed_cell="J3")["ky-truoc-chot"]
    assert (early.cell, early.severity) == ("J3", "luu_y")
    assert "07/03/2026, trước ngày chốt số liệu 14/03/2026" in early.message
    assert "ky-truoc-chot" not in check({}, signed_on=date(2026, 3, 14))


def test_last_years_day_of_signing_is_too_early_even_inside_a_window_of_a_whole_year(check, context):
    whole = replace(context("NAM").round_, window=Window(date(2025, 12, 15), date(2026, 12, 14)))
    year = replace(context("NAM"), round_=whole, as_of=at(date(2026, 12, 15), 9))
    found = check({}, within=year, signed_on=date(2025, 12, 15))["ky-truoc-ky-so-lieu"]
    assert (found.severity, found.expected) == ("loi", "từ ngày 15/10/2026 trở đi")
    assert "ky-truoc-ky-so-lieu" not in check({}, within=year, signed_on=date(2026, 10, 15))
    assert "ky-truoc-ky-so-lieu" in check({}, signed_on=date(2025, 12, 14))


def test_a_report_cannot_be_signed_after_it_came(check, context):
    assert check({}, signed_on=date(2026, 3, 17))["ngay-ky-tuong-lai"].severity == "loi"
    assert "ngay-ky-tuong-lai" not in check({}, signed_on=date(2026, 3, 16))
    assert "ngay-ky-tuong-lai" in check({}, within=context(signed_on=date(2026, 4, 1)))
