"""`./cchc chi-tieu` as somebody at a terminal gets it, against the register of units."""

from __future__ import annotations

import re

import pytest
from typer.testing import CliRunner

from cchc.cli import app
from cchc.cli.chi_tieu import behind
from cchc.errors import CchcError
from cchc.indicators import IndicatorRegister
from cchc.indicators.wording import how, stated_by
from cchc.units import UnitRegister
from cchc.year import Calendar

REGISTER, UNITS = IndicatorRegister.load(), UnitRegister.load()
ROUND = Calendar.load().round("2026-NAM")
BEHIND = {one.code: behind(one, UNITS, ROUND) for one in REGISTER.in_round(ROUND.reference_day, ROUND.kind)}


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["chi-tieu", *arguments], catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def test_without_a_round_every_period_stands_before_the_next() -> None:
    output = run()
    shown = re.findall(r"^│ ([A-Z0-9.]+) ", output, re.MULTILINE)
    assert sorted(shown) == sorted(one.code for one in REGISTER.periods)
    assert shown.index("III.3.2") == len(shown) - 1 - shown[::-1].index("III.3.2"), "it ended in June 2025"
    assert list(dict.fromkeys(shown)) == [one.code for one in REGISTER.all]
    assert f"{len(REGISTER.periods)} dòng" in output


def test_a_round_has_the_rows_of_its_appendix_only() -> None:
    shown = set(re.findall(r"^│ ([A-Z0-9.]+) ", run("--ky", "2026-Q1"), re.MULTILINE))
    assert shown == {
        one.code for one in REGISTER.in_round(Calendar.load().round("2026-Q1").reference_day, "Q1")
    }
    assert "QC.1" not in shown and "III.3.2" not in shown


def test_who_and_how_are_said_in_words_with_the_owner_by_name() -> None:
    assert stated_by(REGISTER.get("IV.7.2"), UNITS) == "Thanh tra tỉnh (cơ quan đầu mối)"
    assert "VII.2.1" in how(REGISTER.get("VII.2.2"))
    output = run("--ky", "2026-NAM", "--ma", "II.2.4")
    assert "Sở Tư pháp" in output and "Lý do" in output and "I.1.1" not in output
    assert "1 dòng. Ai nêu: cơ quan đầu mối (1). Sửa ở" in output


def test_no_count_of_units_can_be_above_the_register() -> None:
    communes, bodies = len(UNITS.on(ROUND.reference_day, ["xa"])), len(UNITS.on(ROUND.reference_day, ["so"]))
    assert (communes, bodies) == (102, 20)
    for one in REGISTER.in_round(ROUND.reference_day, ROUND.kind):
        if one.aggregation == "count_yes":
            most = sum(len(UNITS.on(ROUND.reference_day, [tier])) for tier in one.tiers)
            assert int(BEHIND[one.code]) == most <= communes + bodies, one.code
            if "cấp xã" in one.name:
                assert most <= communes, one.code
        elif "Số UBND cấp xã" in one.name:
            assert one.province_figure in ("owner", "inspected_units"), f"{one.code} adds communes up"


def test_an_owners_figure_has_one_unit_behind_it_and_the_ledgers_none() -> None:
    for one in REGISTER.in_round(ROUND.reference_day, ROUND.kind):
        if one.owner:
            assert BEHIND[one.code] == "1", one.code
        if one.stated_by == "ledger":
            assert BEHIND[one.code] == "", one.code


def test_an_unknown_code_and_a_round_without_indicators_are_told() -> None:
    with pytest.raises(CchcError, match=r"Không có chỉ tiêu X\.1"):
        run("--ma", "X.1")
    with pytest.raises(CchcError, match="không phải đợt báo cáo"):
        run("--ky", "2026-KT")
