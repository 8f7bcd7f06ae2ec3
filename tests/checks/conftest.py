"""A workbook in memory and a context to check it in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from cchc.checks import CheckContext, Rules, run
from cchc.clock import at
from cchc.indicators import IndicatorRegister
from cchc.workbooks.forms import FilledForm, Identity, ReportedFigure
from cchc.year import Round, RoundKind, Window


@pytest.fixture(scope="session")
def register():
    return IndicatorRegister.load()


@pytest.fixture(scope="session")
def rules():
    return Rules.load()


@pytest.fixture
def context(register):
    """context(kind='Q1', tier='xa', **more) -> CheckContext."""

    def make(kind="Q1", tier="xa", **more):
        round_ = Round(
            round_id=f"2026-{kind}",
            year=2026,
            kind=RoundKind(kind),
            title="Báo cáo",
            opens_at=at(date(2026, 3, 2), 8),
            window=Window(date(2025, 12, 15), date(2026, 3, 14)),
            unit_due_at=at(date(2026, 3, 17), 17),
            province_due_on=date(2026, 3, 20),
            closes_at=at(date(2026, 3, 19), 8),
            tiers=("so", "xa"),
        )
        unit = SimpleNamespace(code="30760", name="Phường", tier=tier)
        return CheckContext(
            unit=unit, round_=round_, indicators=register, as_of=at(date(2026, 3, 16), 9), **more
        )

    return make


@pytest.fixture
def form():
    """form(figures, **more): figures by code are a number, or (numerator, denominator), or a ReportedFigure."""

    def make(figures=None, **more):
        made = {}
        for row, (code, given) in enumerate((figures or {}).items(), start=10):
            cell = f"I{row}"
            if isinstance(given, ReportedFigure):
                made[code] = given
            elif isinstance(given, tuple):
                top, bottom = (None if part is None else Decimal(part) for part in given)
                value = top / bottom * 100 if top is not None and bottom else None
                made[code] = ReportedFigure(code, None, value, top, bottom, cell=cell, typed=False)
            elif given is None:
                made[code] = ReportedFigure(code, cell=cell)
            else:
                made[code] = ReportedFigure(code, str(given), Decimal(str(given)), cell=cell)
        return FilledForm(Identity("bao_cao", "30760", "2026-Q1"), "b.xlsx", made, **more)

    return make


@pytest.fixture
def check(form, context, rules):
    """check(figures, context=..., **form) -> {rule: finding} of what the rules in force say, blanks aside."""

    def make(figures=None, *, within=None, **more):
        found = run(form(figures, **more), within or context(), rules)
        return {finding.rule: finding for finding in found if finding.rule not in ("bat-buoc", "con-trong")}

    return make
