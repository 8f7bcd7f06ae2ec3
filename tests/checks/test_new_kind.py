"""A kind of rule is one class: written here, it is read from the file, speaks, is proven and stands in the form."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Literal

import openpyxl
import pytest

from cchc.checks import Rules, live_rules, run
from cchc.checks.proof import prove
from cchc.checks.rule import KINDS, Targeted, Witness
from cchc.clock import at
from cchc.config_files.folder import config_dir
from cchc.errors import ConfigErrors
from cchc.workbooks.forms import ReportedFigure
from cchc.workbooks.live_rules import Turn
from cchc.workbooks.report_book import build_report_workbook
from cchc.year import Calendar


@pytest.fixture(autouse=True)
def _even() -> Iterator[None]:
    class Even(Targeted):
        """A count is even."""

        looks_at = ("count",)
        kind: Literal["even"]

        def findings(self, view):
            for _, figure in self.targets(view):
                if figure.value is not None and figure.value % 2:
                    yield self.on_figure(view, figure, str(figure.value), None, "phải chẵn")

        def live(self, sheet):
            for indicator in self.on_form(sheet):
                value = sheet.cell(indicator.code, "value")
                yield self.condition(indicator.code, Turn.BOUNDS, f"MOD({value},2)=1", "Lỗi: phải chẵn")

        def witnesses_on(self, indicator, situation):
            yield Witness({indicator.code: ReportedFigure(indicator.code, "1", Decimal(1))})

    yield
    del KINDS["even"]


@pytest.fixture
def load(tmp_path):
    shutil.copy(config_dir() / "indicators.csv", tmp_path)

    def read(rule):
        (tmp_path / "checks.yaml").write_text(f'version: "thu"\nrules:\n  - {{{rule}}}\n', encoding="utf-8")
        return Rules.load(tmp_path)

    return read


RULE = "code: chan, kind: even, indicators: [T06.1], severity: loi"


def test_it_speaks_of_a_workbook(load, form, context):
    found = run(form({"T06.1": 3, "T06.2": 5}), context(), load(RULE))
    assert [(one.rule, one.indicator, one.cell) for one in found] == [("chan", "T06.1", "I10")]
    assert run(form({"T06.1": 4}), context(), load(RULE)) == []


def test_its_keys_are_checked(load):
    with pytest.raises(ConfigErrors, match=r"T06\.99"):
        load(RULE.replace("T06.1", "T06.99"))
    with pytest.raises(ConfigErrors, match="indicator"):
        load(RULE.replace("indicators", "indicator"))


def test_it_is_proven_to_speak(load, register):
    rules = load(RULE)
    assert prove(rules, register, Calendar.load(), 2026) == []
    assert "chan" in str(prove(load(RULE.replace("T06.1", "III.6.8")), register, Calendar.load(), 2026)[0])


def test_it_stands_in_the_form(load, register, context):
    round_ = context().round_
    owed = register.owed_by_all("xa", round_.reference_day, "Q1")
    unit = SimpleNamespace(code="30760", name="Phường", tier="xa", former=())
    book = build_report_workbook(
        unit, round_, owed, as_of=at(date(2026, 3, 2), 8), rules=live_rules(load(RULE), "xa", "Q1")
    )
    cells = [
        str(cell.value)
        for sheet in openpyxl.load_workbook(io.BytesIO(book))
        for row in sheet.rows
        for cell in row
    ]
    assert len([text for text in cells if "MOD(" in text and '"Lỗi: phải chẵn"' in text]) == 1
