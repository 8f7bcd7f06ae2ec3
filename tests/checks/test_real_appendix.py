"""The figures of a real district's appendix (Mỹ Tú, 2021) go through the form and the rules: what is right in
them is not blamed, what contradicts itself is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from cchc.checks import run
from cchc.workbooks.read_book import read_workbook
from cchc.workbooks.report_book import build_report_workbook
from cchc_rehearsal.fill import Answer, Answers, fill_workbook

COUNTS = {
    "I.1": (28, 26, 21),
    "I.2": (4, 1, 6, 82, 82),
    "I.4": (7, 5, 2),
    "II.1": (7, 7, 7),
    "III.2": (27, 22, 414, 268, 146),
    "III.3": (414, 279),
    "IV.1": (12, 42, None, 1),
    "IV.2": (85, 77, 0),
    "IV.3": ("1,324", "1,273", 15),
    "IV.4": (10, 10),
    "IV.5": (3, 27, 4, 27),
    "IV.6": (6, 13, 13),
    "V.4": (539, 539),
    "V.5": (9, 9),
    "V.6": (4, None, 4),
    "VI.3": (43, None, 1, None, 42),
    "VII.4": (50, 151),
}
OTHER = {
    "I.5.1": Answer(226),
    "I.5.2": Answer(0),
    "I.5.3": Answer("96.90", numerator=219),
    "III.1.1": Answer(1),
    "III.4.2": Answer(15),
    "III.4.3": Answer(15),
    "III.6.1": Answer("4,747"),
    "III.6.2": Answer("4,747"),
    "III.6.3": Answer("99.81", numerator=4738, denominator=4747),
    "III.6.4": Answer("100", numerator=2688, denominator=2688),
    "III.6.6": Answer("49,900"),
    "III.6.7": Answer("49,900"),
    "III.6.8": Answer("98.44", numerator="26.600", denominator="27.266"),
    "III.6.9": Answer(100, numerator=4, denominator=4),
    "III.6.10": Answer(0),
    "VII.2.3": Answer("21,125"),
    "VII.2.4": Answer("46,20"),
    "VII.2.5": Answer("69.04"),
}


@pytest.fixture(scope="module")
def answers():
    counted = {
        f"{group}.{number}": Answer(value)
        for group, values in COUNTS.items()
        for number, value in enumerate(values, start=1)
    }
    return Answers(counted | OTHER, signed_on=date(2021, 12, 14))


@pytest.fixture
def found(answers, context, rules, register):
    district = context("NAM", "huyen")
    round_ = replace(district.round_, window=None, round_id="2021-NAM", year=2021)
    owed = register.owed_by_all("huyen", date(2021, 12, 14), "NAM")
    content = build_report_workbook(district.unit, round_, owed, as_of=district.as_of)
    filled = read_workbook(fill_workbook(content, answers), "b.xlsx")
    assert filled.problems == []
    return run(filled, replace(district, round_=round_, owed=owed), rules)


def test_only_the_percentage_that_contradicts_its_fraction_is_an_error(found):
    assert [(f.rule, f.indicator) for f in found if f.severity == "loi"] == [("ty-le-tu-phan", "III.6.8")]


def test_what_should_be_looked_at_is_a_warning(found):
    spoken = {(f.rule, f.indicator) for f in found if f.severity == "canh_bao" and f.rule != "con-trong"}
    assert spoken - {("noi-dung-trong", None), ("mo-hinh-sang-kien", "QC.1")} == {
        ("sncl-so-don-vi", "VI.3.1"),
        ("mau-so-xa", "III.6.8"),
        ("ty-le-cua-khong", "III.6.10"),
        ("ty-le-khong-co-phan", "VII.2.4"),
        ("ty-le-khong-co-phan", "VII.2.5"),
    }
