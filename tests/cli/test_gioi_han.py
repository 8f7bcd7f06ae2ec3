"""`./cchc gioi-han` as somebody at a terminal gets it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from tests.support.reports import Reporting
from typer.testing import CliRunner

from cchc.cli import app
from cchc.errors import CchcError
from cchc.figures.consolidate import consolidate
from cchc.indicators import IndicatorRegister
from cchc.obligations import Ledger, Obligation, RoundLedger
from cchc.paths import Instance
from cchc.store import Store, upgrade
from cchc.units import UnitRegister
from cchc.workbooks.forms import ReportedFigure
from cchc.year import Calendar

ROUND, PLACE = "2026-Q1", "phan-trong-tong/II.3.2"


def call(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["gioi-han", *arguments], catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


@pytest.fixture
def reported(instance: Instance) -> Instance:
    """One unit whose part is above its whole, consolidated."""
    store, round_ = upgrade(Store(instance.store_url)), Calendar.load().round(ROUND)
    unit = UnitRegister.load().get("so-noi-vu")
    RoundLedger(store).open(round_, round_.opens_at, "thu")
    owed = Obligation(
        f"{ROUND}/so-noi-vu/bao_cao", ROUND, unit.code, "bao_cao", "", "Báo cáo", round_.unit_due_at
    )
    Ledger(store).open([owed], round_.opens_at, "thu")
    figures = {
        code: ReportedFigure(code, raw=str(value), value=Decimal(value))
        for code, value in (("II.3.1", 5), ("II.3.2", 9))
    }
    Reporting(store, instance, round_, [unit]).report(
        unit, figures, when=round_.unit_due_at - timedelta(days=1)
    )
    consolidate(store, round_, None, UnitRegister.load(), IndicatorRegister.load(), round_.closes_at)
    store.close()
    return instance


@pytest.mark.usefixtures("reported")
def test_what_is_beyond_its_bounds_is_listed_and_explained_once() -> None:
    output = call(ROUND)
    assert "1 số liệu toàn tỉnh vượt giới hạn" in output and PLACE in output and "Sở Nội vụ (9)" in output
    words = ("--muc", PLACE, "--ly-do", "Gồm văn bản năm trước.")
    with pytest.raises(CchcError, match="Cần người giải trình"):
        call(ROUND, *words)
    assert "Đã giữ lời giải trình" in call(ROUND, *words, "--nguoi-giai-trinh", "Trưởng phòng CCHC")
    assert "Đã giải trình: Gồm văn bản năm trước. (Trưởng phòng CCHC" in call(ROUND)


@pytest.mark.usefixtures("reported")
def test_a_round_that_was_not_opened_is_told() -> None:
    with pytest.raises(CchcError, match="2026-NAM"):
        call("2026-NAM")


@pytest.mark.usefixtures("instance")
def test_a_round_without_report_is_not_told_to_close() -> None:
    with pytest.raises(CchcError, match="không có báo cáo nên không có số liệu") as told:
        call("2026-KH")
    assert "chot_dot_bao_cao" not in str(told.value)
