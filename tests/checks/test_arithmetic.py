"""Sums, identities and bounds: every rule of the file speaks when it must and only then."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cchc.checks import Rules
from cchc.indicators import codes_of
from cchc.indicators.expression import terms_of
from cchc.workbooks.forms import ReportedFigure

ARITHMETIC = [rule for rule in Rules.load().all if rule.kind in ("equal", "at_most")]
BOUNDS = [rule for rule in Rules.load().all if rule.kind == "bounds" and rule.indicators]


def figures_of(numbers):
    """Figures as `form` takes them from numbers by name: `VB.1`, `VII.2.5/tu`, `VII.2.5/mau`."""
    codes = dict.fromkeys(name.partition("/")[0] for name in numbers)
    return {
        code: (numbers.get(f"{code}/tu", 0), numbers.get(f"{code}/mau", 100_000))
        if any(name.startswith(f"{code}/") for name in numbers)
        else numbers[code]
        for code in codes
    }


def satisfied(rule):
    """Numbers that just satisfy the rule: every part of the right side 10, the left side what they allow."""
    right = {term.name: 10 for term in terms_of(rule.right)}
    first, *rest = (term.name for term in terms_of(rule.left))
    total = sum(10 * term.sign for term in terms_of(rule.right)) + int(getattr(rule, "slack", 0))
    return {**right, **dict.fromkeys(rest, 0), first: total}, first


@pytest.mark.parametrize("rule", ARITHMETIC, ids=lambda rule: rule.code)
def test_an_arithmetic_rule_is_silent_when_satisfied_and_names_the_cell_when_broken(rule, check, context):
    within = context(tier=rule.tiers[0] if rule.tiers else "xa")
    numbers, first = satisfied(rule)
    assert rule.code not in check(figures_of(numbers), within=within)
    numbers[first] += 1
    figures, code = figures_of(numbers), first.partition("/")[0]
    finding = check(figures, within=within)[rule.code]
    assert (finding.indicator, finding.severity) == (code, rule.severity)
    assert finding.cell == f"I{10 + list(figures).index(code)}"
    assert str(numbers[first]) in finding.message


@pytest.mark.parametrize("rule", ARITHMETIC, ids=lambda rule: rule.code)
def test_an_arithmetic_rule_is_silent_while_a_part_is_missing(rule, check, context):
    within = context(tier=rule.tiers[0] if rule.tiers else "xa")
    numbers, first = satisfied(rule)
    numbers[first] += 1000
    for code in codes_of(rule.right):
        assert rule.code not in check(figures_of(numbers) | {code: None}, within=within)


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
    over = ReportedFigure("V.4.2", "12", Decimal(12), explanation="Thêm lớp theo Công văn 15", cell="I9")
    finding = check({"V.4.1": 10, "V.4.2": over})["dao-tao"]
    assert finding.severity == "luu_y"
    assert "Công văn 15" in finding.message
    over = ReportedFigure("I.1.2", "12", Decimal(12), explanation="Đúng mà", cell="I9")
    assert check({"I.1.1": 10, "I.1.2": over})["nhiem-vu-hoan-thanh"].severity == "loi"


@pytest.mark.parametrize("rule", BOUNDS, ids=lambda rule: rule.code)
def test_bounds_are_inclusive(rule, check):
    for code in rule.indicators:
        assert rule.code not in check({code: ReportedFigure(code, "0", Decimal(0), cell="I9")})
        assert rule.code not in check({code: ReportedFigure(code, "100", Decimal(100), cell="I9")})
        assert (
            check({code: ReportedFigure(code, "100.01", Decimal("100.01"), cell="I9")})[rule.code].indicator
            == code
        )
        assert check({code: ReportedFigure(code, "-1", Decimal(-1), cell="I9")})[rule.code].found == "-1,00"


def test_a_negative_count_is_wrong(check):
    assert check({"I.1.1": -1})["so-khong-am"].severity == "loi"
    assert "so-khong-am" not in check({"I.1.1": 0, "TC.1": 0})


@pytest.mark.parametrize(("tier", "own", "other"), [("so", "V.6.2", "V.6.3"), ("xa", "V.6.3", "V.6.2")])
def test_a_sum_is_checked_over_the_parts_that_the_tier_owes(check, context, tier, own, other):
    within = context(tier=tier)
    parts = {own: 20, "V.6.4": 1, "V.6.5": 2, "V.6.6": 3}
    assert "ky-luat" not in check({"V.6.1": 26, **parts}, within=within)
    found = check({"V.6.1": 127, **parts}, within=within)["ky-luat"]
    assert "127" in found.message
    assert other not in found.message
    # The part that is owed was left blank: that is another rule's matter.
    assert "ky-luat" not in check({"V.6.1": 127, **parts, own: None}, within=within)


def test_parts_of_a_percentage_are_held_against_other_rows(check):
    table = {"VB.3": 70, "VB.4": 20}
    assert "vb-dien-tu" not in check({**table, "VII.2.5": (90, 100)})
    assert "tử số của VII.2.5" in check({**table, "VII.2.5": (91, 100)})["vb-dien-tu"].message


def test_what_was_found_was_looked_for(check):
    nobody = {"I.2.1": 0, "I.2.2": 0}
    assert check({**nobody, "I.2.4": 3})["van-de-khong-kiem-tra"].severity == "canh_bao"
    assert "van-de-khong-kiem-tra" not in check({**nobody, "I.2.4": 0})
    assert "van-de-khong-kiem-tra" not in check({**nobody, "I.2.1": 1, "I.2.4": 3})
