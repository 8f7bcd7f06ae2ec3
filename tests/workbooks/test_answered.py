"""What is no longer typed is still answered: by a system, by other rows, by the last report, by our own books."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.sources.test_indicator_coverage import given

from cchc.checks import Rules, form_sums
from cchc.errors import ConfigErrors
from cchc.figures.province import FROM_BOOKS, FROM_FIGURES
from cchc.indicators import IndicatorRegister, codes_of
from cchc.indicators.meaning import StatedBy
from cchc.units import TIERS_SINCE_2025_07, UnitRegister
from cchc.workbooks.figures_sheet import KnownFigures
from cchc.workbooks.form_rules import FormRules
from cchc.workbooks.form_workbook import LayoutRow
from cchc.workbooks.outline import load_outline
from cchc.workbooks.report_book import report_layout
from cchc.workbooks.shown import Shown, ShownBy
from cchc.year import Calendar, Round

ROUNDS = [Calendar.load().round(f"2026-{kind}") for kind in ("Q1", "6T", "Q3", "NAM")]
# Which figures the sections of the outline speak of, by the beginning of their codes. Sections about all of them, or
# about none, have no figures of their own.
FIGURES_OF = {
    "chi_dao": ("KH.", "I.1.", "I.4.", "I.7."),
    "kiem_tra": ("I.2.", "KT."),
    "tuyen_truyen": ("I.3.", "I.5.", "I.6."),
    "the_che": ("II.",),
    "thu_tuc": ("III.", "T06.", "OS."),
    "bo_may": ("IV.",),
    "cong_vu": ("V.", "CB."),
    "tai_chinh": ("VI.", "TC."),
    "chinh_quyen_so": ("VII.", "VB.", "CK."),
    "khac": ("QC.",),
}
WITHOUT_FIGURES = {"noi_bat", "han_che", "kien_nghi", "phuong_huong"}


def most_known(codes: set[str]) -> KnownFigures:
    """As much as can be known: every figure that the exports can give, every figure that can be carried over."""
    one = SimpleNamespace(value=Decimal(1), numerator=None, denominator=None)
    carried = FormRules.load().carried_over
    return KnownFigures(
        system=dict.fromkeys(codes, one), previous=dict.fromkeys(carried, Decimal(1)), carried=carried
    )


def answered_by(row: LayoutRow, tier: str, codes: set[str]) -> bool:
    shown = Shown.unpacked(row.shown)
    if shown is not None:
        return shown.by is ShownBy.PREVIOUS or row.key in given(tier)
    expressions = [one for one in (row.numerator, row.denominator) if one not in ("", "own")]
    return all(set(codes_of(one)) <= codes for one in expressions)  # typed, or made of rows of the same form


@pytest.mark.parametrize("round_", ROUNDS, ids=lambda one: one.round_id)
def test_every_figure_of_the_appendix_has_somebody_or_something_that_states_it(round_: Round) -> None:
    register, rules, day = IndicatorRegister.load(), Rules.load(), round_.reference_day
    reporters = [unit for tier in TIERS_SINCE_2025_07 for unit in UnitRegister.load().on(day, [tier])[:1]]
    owners = [UnitRegister.load().get(code) for code in register.owners(day)]
    answered: set[str] = set()
    for unit in (*reporters, *owners):
        owed = register.owed(unit, day, round_.kind)
        codes = {one.code for one in owed}
        sums = form_sums(rules, unit.tier, str(round_.kind), codes)
        layout = report_layout(owed, [], replace(most_known(given(unit.tier)), sums=sums))
        rows = [row for row in layout if row.kind != "section"]
        assert {row.key for row in rows if not answered_by(row, unit.tier, codes)} == set()
        answered |= {row.key for row in rows}
    wanted = register.in_round(day, round_.kind)
    for one in wanted:
        if one.stated_by in (StatedBy.LEDGER, StatedBy.REGISTER):
            assert one.province_figure in FROM_BOOKS
            answered.add(one.code)
        elif one.stated_by is StatedBy.FIGURES:
            assert one.province_figure in FROM_FIGURES and set(codes_of(one.made_of)) <= answered
            answered.add(one.code)
    assert {one.code for one in wanted} - answered == set()
    for section in load_outline():
        if section.asked_in(str(round_.kind)) and section.code not in WITHOUT_FIGURES:
            own = {one.code for one in wanted if one.code.startswith(FIGURES_OF[section.code])}
            assert own <= answered and (own or section.code == "khac")


def test_each_section_of_the_outline_and_each_figure_has_its_place() -> None:
    assert {section.code for section in load_outline()} == FIGURES_OF.keys() | WITHOUT_FIGURES
    beginnings = [one for own in FIGURES_OF.values() for one in own]
    for one in IndicatorRegister.load().all:
        assert sum(one.code.startswith(beginning) for beginning in beginnings) == 1, one.code


def test_only_what_a_unit_states_as_one_figure_is_carried_over() -> None:
    register = IndicatorRegister.load()
    for code in FormRules.load().carried_over:
        assert not re.search(r"trong (năm|kỳ)", register.get(code).name), (
            "what happens in a period begins anew"
        )


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("I.9.9", "indicators.csv"),
        ("T06.1", "stated_by: unit"),
        ("QC.1", "enum"),
        ("IV.1.1, IV.1.1", "một lần"),
    ],
)
def test_what_cannot_be_carried_over_is_refused_with_its_place(
    config_copy: Path, entry: str, said: str
) -> None:
    (config_copy / "forms.yaml").write_text(f'version: "1"\ncarried_over: [{entry}]\n')
    with pytest.raises(ConfigErrors, match="carried_over") as caught:
        FormRules.load(config_copy)
    assert said in str(caught.value) and "forms.yaml" in str(caught.value)
