"""Sums, identities and bounds: every rule of the file speaks when it must and only then."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cchc.checks import Rules
from cchc.checks.expressions import codes_in
from cchc.intake import Figure

ARITHMETIC = [rule for rule in Rules.load().all if rule.kind in ("equal", "at_most")]
BOUNDS = [rule for rule in Rules.load().all if rule.kind == "bounds" and rule.indicators]


def satisfied(rule):
    """Figures that satisfy the rule: every part of the right side 10, the left side just enough."""
    right = dict.fromkeys(codes_in(rule.right), 10)
    left = codes_in(rule.left)
    total = 10 * sum(-1 if "-" + code in rule.right.replace(" ", "") else 1 for code in right)
    return right | dict.fromkeys(left, 0) | {left[0]: total}


@pytest.mark.parametrize("rule", ARITHMETIC, ids=lambda rule: rule.code)
def test_an_arithmetic_rule_is_silent_when_satisfied_and_names_the_cell_when_broken(rule, check):
    figures = satisfied(rule)
    assert rule.code not in check(figures)
    first = codes_in(rule.left)[0]
    figures[first] += 1
    finding = check(figures)[rule.code]
    assert (finding.indicator, finding.severity) == (first, rule.severity)
    assert finding.cell == f"I{10 + list(figures).index(first)}"
    assert str(figures[first]) in finding.message


@pytest.mark.parametrize("rule", ARITHMETIC, ids=lambda rule: rule.code)
def test_an_arithmetic_rule_is_silent_while_a_part_is_missing(rule, check):
    figures = satisfied(rule)
    figures[codes_in(rule.left)[0]] += 1000
    for code in codes_in(rule.right):
        assert rule.code not in check(figures | {code: None})


def test_a_message_holds_the_numbers_and_the_other_cells(check):
    figures = {"T06.1": 566, "T06.2": 300, "T06.3": 1200, "T06.4": 10}
    finding = check(figures)["t06-tiep-nhan"]
    assert finding.message == (
        "T06.1 (Biểu 06/VPCP/KSTT: Số hồ sơ nhận giải quyết - Tổng số) = 566, nhưng T06.2 + T06.3 + T06.4 = "
        "300 + 1.200 + 10 = 1.510; lệch 944 (xem ô I11, I12, I13)."
    )
    assert (finding.found, finding.expected, finding.sheet) == ("566", "1.510", "Số liệu")


@given(parts=st.lists(st.integers(0, 10**6), min_size=3, max_size=3), slip=st.integers(-50, 50))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
def test_a_total_is_blamed_exactly_when_it_differs_from_its_parts(check, parts, slip):
    figures = dict(zip(("T06.6", "T06.7", "T06.8"), parts, strict=True)) | {"T06.5": sum(parts) + slip}
    assert ("t06-da-giai-quyet" in check(figures)) == (slip != 0)


def test_an_explanation_softens_only_rules_that_accept_one(check):
    over = Figure("V.4.2", "12", Decimal(12), explanation="Thêm lớp theo Công văn 15", cell="I9")
    finding = check({"V.4.1": 10, "V.4.2": over})["dao-tao"]
    assert finding.severity == "luu_y"
    assert "Công văn 15" in finding.message
    over = Figure("I.1.2", "12", Decimal(12), explanation="Đúng mà", cell="I9")
    assert check({"I.1.1": 10, "I.1.2": over})["nhiem-vu-hoan-thanh"].severity == "loi"


@pytest.mark.parametrize("rule", BOUNDS, ids=lambda rule: rule.code)
def test_bounds_are_inclusive(rule, check):
    for code in rule.indicators:
        assert rule.code not in check({code: Figure(code, "0", Decimal(0), cell="I9")})
        assert rule.code not in check({code: Figure(code, "100", Decimal(100), cell="I9")})
        assert (
            check({code: Figure(code, "100.01", Decimal("100.01"), cell="I9")})[rule.code].indicator == code
        )
        assert check({code: Figure(code, "-1", Decimal(-1), cell="I9")})[rule.code].found == "-1,00"


def test_a_negative_count_is_wrong(check):
    assert check({"I.1.1": -1})["so-khong-am"].severity == "loi"
    assert "so-khong-am" not in check({"I.1.1": 0, "TC.1": 0})


def test_a_number_of_units_cannot_exceed_those_there_are(check, context):
    assert "so-don-vi" not in check({"VB.9": 122}, within=context(unit_count=122))
    assert check({"VB.9": 123}, within=context(unit_count=122))["so-don-vi"].expected == "không quá 122"
    assert "so-don-vi" not in check({"VB.9": 9999})
