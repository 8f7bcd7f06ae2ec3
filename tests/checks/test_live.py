"""What a form checks by itself, beyond what the rules in force need."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cchc.checks.kinds.parts import Denominator
from cchc.checks.kinds.presence import Compulsory
from cchc.checks.kinds.relations import Equal
from cchc.workbooks.live_checks import LiveChecks
from cchc.workbooks.live_rules import LiveSheet


@pytest.fixture
def sheet(register, context):
    """A form of a commune; the exports know T06.1."""
    owed = register.owed_by_all("xa", context().round_.reference_day, "Q1")
    rows = {indicator.code: row for row, indicator in enumerate(owed, start=5)}
    return LiveSheet(tuple(owed), rows, {"T06.1": Decimal(7)})


def rule(kind, **given):
    return kind.model_validate({"code": "a", "kind": kind.__name__.lower(), "severity": "loi"} | given)


def test_a_part_of_a_percentage_is_left_to_the_receipt(sheet):
    """A form with such a rule could not be built: the parts have no cell of their own in a formula."""
    assert list(rule(Denominator, left="VII.2.5", right="VII.2.4/tu").live(sheet)) == []
    assert list(rule(Equal, left="VII.2.4/tu", right="VB.3").live(sheet)) == []
    assert len(list(rule(Denominator, left="VII.2.5", right="VB.3").live(sheet))) == 1


def test_a_blank_cell_is_named_once_by_the_first_rule_that_covers_it(sheet):
    softer = rule(Compulsory, indicators=["T06.1", "T06.2"], severity="canh_bao")
    harder = rule(Compulsory, indicators=["T06.2"])
    checks = LiveChecks([softer, harder], sheet, {})
    by_code = {indicator.code: indicator for indicator in sheet.indicators}
    assert checks.of(by_code["T06.2"]).empty.startswith("Cảnh báo")
    assert checks.of(by_code["T06.1"]).empty == "", "the exports have it"
