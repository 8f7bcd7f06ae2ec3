"""Workbooks of one row an obligation or a criterion."""

from __future__ import annotations

from datetime import date

import pytest

from cchc.clock import at
from cchc.workbooks.forms import Item
from cchc.workbooks.items_book import build_items_workbook
from cchc.workbooks.read_book import read_workbook
from cchc_rehearsal.fill import Answers, fill_workbook

ITEMS = [
    Item(f"2026-KH/30760/nhiem_vu/1.{n}", f"Nhiệm vụ {n}", "Kế hoạch", at(date(2026, n, 15), 17))
    for n in (1, 2, 3)
]


@pytest.mark.parametrize("form", ["nhiem_vu", "tra_loi"])
def test_each_answer_comes_back_with_its_obligation(form, unit, round_, as_of):
    content = build_items_workbook(form, unit, round_, ITEMS, as_of)
    assert content == build_items_workbook(form, unit, round_, ITEMS, as_of)
    answers = {
        ITEMS[1].obligation_id: {
            "result": "Đã ban hành",
            "document": "15/KH-UBND",
            "done_on": date(2026, 2, 10),
        }
    }
    form_read = read_workbook(fill_workbook(content, Answers(items=answers)), "n.xlsx")
    assert form_read.identity.form == form
    assert [item.obligation_id for item in form_read.items] == [item.obligation_id for item in ITEMS]
    assert [item.given for item in form_read.items] == [False, True, False]
    done = form_read.items[1]
    assert (done.key, done.result, done.document, done.done_on) == (
        "1.2",
        "Đã ban hành",
        "15/KH-UBND",
        date(2026, 2, 10),
    )


def test_a_note_alone_does_not_claim_that_work_was_done(unit, round_, as_of):
    content = build_items_workbook("nhiem_vu", unit, round_, ITEMS, as_of)
    answers = Answers(items={ITEMS[0].obligation_id: {"note": "Đang trình"}})
    item = read_workbook(fill_workbook(content, answers), "n.xlsx").items[0]
    assert (item.note, item.given) == ("Đang trình", False)


@pytest.mark.parametrize("typed", ["10/02/2026", "2026-02-10", 46063, "10.02.2026"])
def test_a_day_is_read_in_each_shape_in_which_it_comes_back(typed, unit, round_, as_of):
    content = build_items_workbook("nhiem_vu", unit, round_, ITEMS, as_of)
    answers = Answers(items={ITEMS[0].obligation_id: {"done_on": typed}})
    assert read_workbook(fill_workbook(content, answers), "n.xlsx").items[0].done_on == date(2026, 2, 10)


def test_a_day_that_does_not_exist_is_named_with_its_row(unit, round_, as_of):
    content = build_items_workbook("nhiem_vu", unit, round_, ITEMS, as_of)
    answers = Answers(items={ITEMS[2].obligation_id: {"done_on": "31/06/2026"}})
    form = read_workbook(fill_workbook(content, answers), "n.xlsx")
    assert [(problem.cell, problem.indicator) for problem in form.problems] == [("G7", "1.3")]
    assert form.items[2].done_on is None


def test_items_without_short_codes_of_their_own_are_numbered(unit, round_, as_of):
    items = [Item("2026-KT/30760/tra_loi", "Kiến nghị", "", at(date(2026, 5, 1)))]
    content = build_items_workbook("tra_loi", unit, round_, items, as_of)
    assert [i.key for i in read_workbook(content, "t.xlsx").items] == ["1"]


def test_a_form_of_items_is_no_form_of_figures(unit, round_, as_of):
    with pytest.raises(ValueError, match="bao_cao"):
        build_items_workbook("bao_cao", unit, round_, ITEMS, as_of)
