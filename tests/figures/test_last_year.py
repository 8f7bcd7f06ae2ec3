"""'So với cùng kỳ' in the first year: unit by unit where both are known, else the province's own figures, said so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cchc.clock import at
from cchc.figures.consolidate import consolidate
from cchc.figures.facts import RoundFacts, gather
from cchc.indicators import IndicatorRegister
from cchc.report.figure_sentences import basis_text, change_text, compared_text, moved_text
from cchc.run import Run
from cchc.submissions.past_years import bring_in
from cchc.units import UnitRegister
from cchc.workbooks.forms import ReportedFigure
from cchc.workbooks.past_form import PROVINCE, PastFigure, build_past_workbook
from cchc.year import Calendar

NEW_YEAR = at(date(2026, 1, 5), 8)
UNITS, INDICATORS, CALENDAR = UnitRegister.load(), IndicatorRegister.load(), Calendar.load()


def number(value: int) -> ReportedFigure:
    return ReportedFigure("I.1.1", raw=str(value), value=Decimal(value))


def workbook(past: list[PastFigure]) -> bytes:
    """The form with the columns and rows that are filled in alone."""
    units = UnitRegister([one for one in UNITS.all if one.code in {figure.unit_code for figure in past}])
    rows = IndicatorRegister(
        [one for one in INDICATORS.all if one.code in {figure.indicator for figure in past}]
    )
    return build_past_workbook(CALENDAR, 2025, units, rows, NEW_YEAR, past)


def facts_of(
    reporting: Any, past: list[PastFigure], now: Mapping[int, Mapping[str, ReportedFigure]]
) -> RoundFacts:
    """The facts of 2026-Q1 over six units: what each reported, after last year's figures were brought in."""
    run = Run(reporting.store, reporting.instance, NEW_YEAR, actor="chuyên viên")
    bring_in(run, "nam.xlsx", workbook(past))
    for place, figures in now.items():
        reporting.report(reporting.units[place], figures)
    end = reporting.round_.closes_at
    made = consolidate(reporting.store, reporting.round_, None, UNITS, INDICATORS, end)
    return gather(reporting.store, reporting.round_, made, UNITS, INDICATORS, CALENDAR, end)


def of_unit(reporting: Any, place: int, code: str, value: int) -> PastFigure:
    return PastFigure("2025-Q1", reporting.units[place].code, code, Decimal(value))


def province(code: str, value: object, *parts: int, behind: int | None = None) -> PastFigure:
    told = None if value is None else Decimal(str(value))
    return PastFigure("2025-Q1", PROVINCE, code, told, *(Decimal(one) for one in parts), units_counted=behind)


def test_units_that_gave_the_figure_in_both_years_are_compared_with_each_other(reporting: Any) -> None:
    past = [of_unit(reporting, 0, "I.1.1", 8), of_unit(reporting, 1, "I.1.1", 2), province("I.1.1", 999)]
    facts = facts_of(reporting, past, {n: {"I.1.1": number(6)} for n in range(3)})
    found = facts.last_year
    assert found is not None
    assert (found.now["I.1.1"].value, found.then["I.1.1"].value) == (12, 10)
    assert found.of_province == {}
    text = change_text(INDICATORS.get("I.1.1"), found)
    assert text == ", tăng 20,00% so với cùng kỳ năm trước (tính trên 2 đơn vị có số liệu cả hai kỳ)"


@pytest.mark.parametrize(
    ("behind", "words", "basis"),
    [
        (15, "kỳ này 3 trên 6 đơn vị có số liệu, cùng kỳ 15 đơn vị", "Số toàn tỉnh; cùng kỳ 15 đơn vị"),
        (None, "cùng kỳ chỉ biết số chung của tỉnh", "Số toàn tỉnh; cùng kỳ không rõ số đơn vị"),
    ],
)
def test_a_figure_of_the_province_alone_is_compared_as_such_and_says_so(
    reporting: Any, behind: int | None, words: str, basis: str
) -> None:
    past = [of_unit(reporting, 0, "I.1.1", 8), province("I.1.1", 20, behind=behind)]
    found = facts_of(reporting, past, {n: {"I.1.1": number(6)} for n in range(3)}).last_year
    assert found is not None
    indicator = INDICATORS.get("I.1.1")
    assert (found.now["I.1.1"].value, found.then["I.1.1"].value) == (18, 20)
    assert found.of_province == {"I.1.1": behind}
    assert change_text(indicator, found).startswith(
        ", giảm 10,00% so với cùng kỳ năm trước (số của toàn tỉnh"
    )
    assert words in change_text(indicator, found)
    assert "số toàn tỉnh" in moved_text(indicator, found)
    assert basis_text("I.1.1", found) == basis
    said = compared_text(found, str)
    assert said.startswith("So sánh với cùng kỳ năm trước theo số chung của toàn tỉnh")
    assert ("không rõ của bao nhiêu đơn vị" in said) == (behind is None)


def test_a_unit_that_was_formed_of_another_has_its_figures_of_then(reporting: Any) -> None:
    old = PastFigure("2025-Q1", "vp-ubnd-kien-giang", "I.1.1", Decimal(8))
    found = facts_of(reporting, [old], {0: {"I.1.1": number(6)}}).last_year
    assert found is not None
    assert found.then["I.1.1"].value == 8
    assert [unit.code for unit in found.merged] == ["vp-ubnd"]


def test_what_few_units_say_now_is_not_held_against_the_whole_province(reporting: Any) -> None:
    found = facts_of(reporting, [province("I.1.1", 20)], {0: {"I.1.1": number(6)}}).last_year
    assert found is not None
    assert "I.1.1" not in found.now


def test_a_share_of_the_province_comes_from_its_parts_or_stays_as_it_was_stated(reporting: Any) -> None:
    def share(code: str, top: int, whole: int) -> dict[str, ReportedFigure]:
        return {code: ReportedFigure(code, numerator=Decimal(top), denominator=Decimal(whole))}

    now = {n: share("III.5.3", 9, 10) | share("I.3.1", 1, 2) for n in range(6)}
    past = [province("III.5.3", None, 3, 4), province("I.3.1", "87.43")]
    found = facts_of(reporting, past, now).last_year
    assert found is not None
    assert (found.then["III.5.3"].value, found.then["III.5.3"].numerator) == (75, 3)
    assert moved_text(INDICATORS.get("III.5.3"), found).startswith("tăng 15,00 điểm phần trăm")
    assert (found.then["I.3.1"].value, found.then["I.3.1"].denominator) == (Decimal("87.43"), None)


def test_an_indicator_that_meant_something_else_then_is_not_compared_as_the_provinces(reporting: Any) -> None:
    then = CALENDAR.round("2025-Q1").reference_day
    same = INDICATORS.meaning_the_same(date(2026, 3, 1), then)
    assert "III.6.1" not in same, "dossiers of districts then, of bodies now"
    assert "I.3.4" not in same, "news then, a question now"
    assert "I.1.1" in same
    now = {n: {"III.6.1": replace(number(6), indicator="III.6.1")} for n in range(2)}
    found = facts_of(reporting, [province("III.6.1", 20), province("I.1.1", 5)], now).last_year
    assert found is not None and "III.6.1" not in found.now


def test_yes_answers_of_the_province_need_the_number_of_answers(reporting: Any) -> None:
    same = INDICATORS.meaning_the_same(date(2026, 3, 14), CALENDAR.round("2025-Q1").reference_day)
    code = next(
        one.code for one in INDICATORS.all
        if one.aggregation == "count_yes" and one.code in same and one.asked_of("so")
    )  # fmt: skip
    yes = {n: {code: ReportedFigure(code, raw="1", value=Decimal(1))} for n in range(6)}
    found = facts_of(reporting, [province(code, 10, behind=15)], yes).last_year
    assert found is not None
    assert (found.then[code].numerator, found.then[code].denominator) == (10, 15)


def test_figures_that_were_brought_in_after_the_draft_do_not_move_it(reporting: Any) -> None:
    reporting.report(reporting.units[0], {"I.1.1": number(6)})
    end = reporting.round_.closes_at
    made = consolidate(reporting.store, reporting.round_, None, UNITS, INDICATORS, end)
    later = replace(Run(reporting.store, reporting.instance, end, actor="a"), as_of=at(date(2026, 6, 1)))
    bring_in(later, "nam.xlsx", workbook([of_unit(reporting, 0, "I.1.1", 8)]))
    facts = gather(reporting.store, reporting.round_, made, UNITS, INDICATORS, CALENDAR, later.as_of)
    assert facts.last_year is None
