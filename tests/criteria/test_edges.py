"""Each kind of formula at its edges: answers worked out by hand from the rules, not from the code."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from tests.criteria.rows import NOTHING_AROSE, handed_in, numbers, of_pair, points, row

from cchc.criteria import UNKNOWN, Inputs, Points, Survey, compute
from cchc.criteria.formulas import Branch
from cchc.indicators.numbers import rounded

SHARE = "I.1/I.2"
STEPS = "[0.9,1]:2;[0.7,0.9):1;[0,0.7):0"


@pytest.mark.parametrize(
    ("done", "of", "expected"),
    [(9, 10, 2), (899999, 1000000, 1), (7, 10, 1), (699, 1000, 0), (12, 10, 2), (2, 3, 0), (0, 7, 0)],
)
def test_a_step_of_shares_takes_its_own_bound_and_a_share_over_one_is_one(done, of, expected) -> None:
    assert points(row("bac", STEPS, SHARE, 2), of_pair(done, of)) == expected


def test_a_third_that_has_no_end_meets_its_bound_exactly() -> None:
    """1/3 of 0,3 repeating: 3/9 is neither above nor below 1/3, and 0,7 is met by 21/30."""
    assert points(row("bac", STEPS, SHARE, 2), of_pair(21, 30)) == 1
    assert points(row("bac", STEPS, SHARE, 2), of_pair(27, 30)) == 2


@pytest.mark.parametrize(("when_nothing", "expected"), NOTHING_AROSE)
@pytest.mark.parametrize(
    ("kind", "parameters"),
    [("bac", STEPS), ("tuyen_tinh", ""), ("muc_tieu", "dich=0.9"), ("nguong", "san=0.6;dich=0.85;kieu=tich")],
)
def test_nothing_to_do_is_what_the_row_says_of_every_share(kind, parameters, when_nothing, expected) -> None:
    assert compute(row(kind, parameters, SHARE, 2, when_nothing=when_nothing), of_pair(0, 0)) == expected


@pytest.mark.parametrize("when_nothing", ["loai", "toi_da", "khong_diem", "khong"])
@pytest.mark.parametrize("given", [{"i_1": 5}, {"i_2": 5}, {}, {"i_1": None, "i_2": 5}, {"i_1": 0}])
@pytest.mark.parametrize(
    ("kind", "parameters"), [("bac", STEPS), ("tuyen_tinh", ""), ("muc_tieu", "dich=0.9")]
)
def test_a_part_that_nobody_gave_neither_earns_nor_leaves_the_maximum(
    kind, parameters, given, when_nothing
) -> None:
    criterion = row(kind, parameters, SHARE, 2, when_nothing=when_nothing)
    assert compute(criterion, Inputs(numbers=numbers(**given))) == UNKNOWN


@pytest.mark.parametrize(
    ("kind", "parameters", "maximum", "done", "of", "expected"),
    [
        ("tuyen_tinh", "", "2", 7, 9, "1.56"),
        ("tuyen_tinh", "", "2", 11, 9, "2.00"),
        ("muc_tieu", "dich=0.9", "2", 81, 100, "1.80"),
        ("muc_tieu", "dich=0.9", "2", 90, 100, "2.00"),
        ("muc_tieu", "dich=0.9", "2", 97, 100, "2.00"),
        ("muc_tieu", "dich=0.9", "1.5", 45, 100, "0.75"),
        ("nguong", "san=0.6;dich=0.8;kieu=khoang", "10", 60, 100, "0.00"),
        ("nguong", "san=0.6;dich=0.8;kieu=khoang", "10", 61, 100, "0.50"),
        ("nguong", "san=0.6;dich=0.8;kieu=khoang", "10", 70, 100, "5.00"),
        ("nguong", "san=0.6;dich=0.8;kieu=khoang", "10", 80, 100, "10.00"),
        ("nguong", "san=0.6;dich=0.8;kieu=khoang", "10", 59, 100, "0.00"),
        ("nguong", "san=0.5;dich=1;kieu=tich", "3", 1, 2, "1.50"),
        ("nguong", "san=0.5;dich=1;kieu=tich", "3", 3, 2, "3.00"),
        ("nguong", "san=0.5;dich=1;kieu=tich", "3", 49, 100, "0.00"),
    ],
)
def test_shares_earn_by_hand(kind, parameters, maximum, done, of, expected) -> None:
    assert rounded(points(row(kind, parameters, SHARE, maximum), of_pair(done, of))) == Decimal(expected)


def test_thirds_are_added_before_they_are_rounded_and_after_when_the_set_says_so() -> None:
    """2 × 7/9 three times: 4,67; rounded one by one 1,56 × 3 = 4,68."""
    exact = points(row("tuyen_tinh", "", SHARE, 2), of_pair(7, 9))
    one_by_one = points(row("tuyen_tinh", "", SHARE, 2, decimals=2), of_pair(7, 9))
    assert (rounded(exact * 3), rounded(one_by_one * 3)) == (Decimal("4.67"), Decimal("4.68"))


@pytest.mark.parametrize(
    ("points_exact", "expected"), [((1, 8), "0.13"), ((3, 8), "0.38"), ((5, 8), "0.63"), ((1, 200), "0.01")]
)
def test_half_a_hundredth_goes_up_and_never_to_the_even_figure(points_exact, expected) -> None:
    """0,125 · 0,375 · 0,625 · 0,005: to the even figure they would be 0,12 · 0,38 · 0,62 · 0,00."""
    found = points(row("tuyen_tinh", "", SHARE, 1, decimals=2), of_pair(*points_exact))
    assert found == Decimal(expected)


@pytest.mark.parametrize(("count", "expected"), [(0, "0"), (1, "0.5"), (4, "0.5"), (5, "1"), (1000, "1")])
def test_a_count_that_touches_its_step(count, expected) -> None:
    criterion = row("bac", "dem;[5,*):1;[1,5):0.5;[0,1):0", "I.1", 1)
    assert points(criterion, Inputs(numbers=numbers(i_1=count))) == Decimal(expected)


@pytest.mark.parametrize(("count", "expected"), [(0, "1"), (1, "0.5"), (2, "0.5"), (3, "0")])
def test_fewer_is_better_when_the_steps_say_so(count, expected) -> None:
    criterion = row("bac", "dem;giam=co;[0,0]:1;(0,2]:0.5;(2,*):0", "I.1", 1)
    assert points(criterion, Inputs(numbers=numbers(i_1=count))) == Decimal(expected)


@pytest.mark.parametrize(("used", "expected"), [(4, 1), (5, 1), (6, 0)])
def test_as_many_as_allowed_is_not_too_many(used, expected) -> None:
    criterion = row("khong_vuot", "", "I.1<=I.2", 1)
    assert points(criterion, of_pair(used, 5)) == expected
    assert compute(criterion, Inputs(numbers=numbers(i_1=used))) == UNKNOWN


@pytest.mark.parametrize(
    ("yes", "whole", "part"), [((1, 1, 1), "1.5", "1.5"), ((1, 0, 1), "0", "1"), ((0, 0, 0), "0", "0")]
)
def test_all_and_the_part_of_three_answers(yes, whole, part) -> None:
    given = Inputs(numbers=numbers(v_1=yes[0], v_2=yes[1], v_3=yes[2]))
    assert points(row("dat_het", "", "V.1+V.2+V.3", "1.5"), given) == Decimal(whole)
    assert points(row("phan_dat", "", "V.1+V.2+V.3", "1.5"), given) == Decimal(part)


@pytest.mark.parametrize(
    ("middling", "grave", "expected"), [(2, 1, "1"), (5, 2, "0"), (0, 0, "3"), (6, 0, "0")]
)
def test_findings_take_from_the_maximum_and_stop_at_nothing(middling, grave, expected) -> None:
    criterion = row("tru", "0.5;1", "kt:vua;kt:nang", 3)
    given = Inputs(numbers={"kt:vua": Decimal(middling), "kt:nang": Decimal(grave)})
    assert points(criterion, given) == Decimal(expected)


@pytest.mark.parametrize(
    ("late", "all_or_nothing", "each", "by_day"),
    [
        ((0, 0, 0, 0), "2", "2", "2"),
        ((0, 1, 0, 0), "0", "1.5", "1.9375"),
        ((0, 3, 1, 0), "0", "1", "1.75"),
        ((0, 4, 0, 0), "0", "1.5", "1.5"),
        ((0, None, 0, 0), "0", "1.5", "1.5"),
    ],
)
def test_four_reports_late_by_days(late, all_or_nothing, each, by_day) -> None:
    """Of 2 points: all in time; the part in time; the mean of a quarter less a day, of none from the fourth day on."""
    given = Inputs(duties={"obl:bao_cao": tuple(handed_in(one) for one in late)})
    assert points(row("dung_han", "kieu=tat_ca", "obl:bao_cao", 2), given) == Decimal(all_or_nothing)
    assert points(row("dung_han", "kieu=moi_viec", "obl:bao_cao", 2), given) == Decimal(each)
    by_days = row("dung_han", "kieu=theo_ngay;moi_ngay=0.25;toi_da_ngay=3", "obl:bao_cao", 2)
    assert points(by_days, given) == Decimal(by_day)


def test_survey_of_forty_thirty_twenty_ten_and_too_few_forms() -> None:
    criterion = row("khao_sat", "phieu=KS1;thang=100,60,20,0", "ks:KS1", "1.5", when_nothing="loai")
    assert points(criterion, Inputs(surveys={"ks:KS1": Survey(100, Decimal(62))})) == Decimal("0.93")
    assert points(criterion, Inputs(surveys={"ks:KS1": Survey(100, Decimal(0))})) == 0


@pytest.mark.parametrize(("value", "expected"), [("84.25", "8.425"), ("0", "0"), ("100", "10")])
def test_an_index_of_another_body_is_taken_as_it_stands(value, expected) -> None:
    criterion = row("chi_so", "thang=100", "ngoai:SIPAS", 10)
    assert points(criterion, Inputs(numbers={"ngoai:SIPAS": Decimal(value)})) == Decimal(expected)


def test_terms_are_rounded_one_by_one_before_they_are_added() -> None:
    """A = B = C = 1/9: 0,67 + 0,28 + 0,28 = 1,23; rounding the sum 1,2222 would give 1,22."""
    share = "I.1/I.2;I.1/I.2;I.1/I.2"
    terms = "6*A;min(2,2.5*B);2.5*C;tran=10"
    first = row("tong_hop", f"{terms};lam_tron_phan=2", share, 10)
    assert points(first, of_pair(1, 9)) == Decimal("1.23")
    assert rounded(points(row("tong_hop", terms, share, 10), of_pair(1, 9))) == Decimal("1.22")
    assert points(first, of_pair(9, 9)) == 10, "6 + 2 + 2,5 stops at 10"
    assert points(first, of_pair(8, 10)) == Decimal("8.80"), "4,8 + 2 + 2: the second stops at 2"


def test_a_branch_asks_an_earlier_choice_and_waits_while_nobody_chose() -> None:
    asks = "neu=5.3.1:co;thi=bac{[1,1]:1;[0,1):0};khac=bac{[0,1]:0.5}"
    bare = row("re_nhanh", asks, "I.1/I.2", 1, code="5.3.2")
    assert isinstance(bare.formula, Branch)
    criterion = replace(bare, formula=bare.formula.knowing({"co": Decimal(1), "khong": Decimal(0)}))
    for first, done, expected in ((1, 10, "1"), (1, 9, "0"), (0, 9, "0.5"), (0, 10, "0.5")):
        given = Inputs(numbers=numbers(i_1=done, i_2=10), earlier={"5.3.1": Points(Decimal(first))})
        assert points(criterion, given) == Decimal(expected)
    assert compute(criterion, Inputs(numbers=numbers(i_1=10, i_2=10))) == UNKNOWN


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0, "0"), (1, "-1"), (2, "-1"), (3, "-2"), (4, "-3"), (7, "-6"), (30, "-6"), (None, "-6")],
)
def test_a_late_file_loses_by_days_down_to_the_floor_of_its_row(days, expected) -> None:
    criterion = row("phat", "tre;[1,2]:1;[3,*):+1/ngay", "obl:tu_cham", -6)
    given = Inputs(duties={"obl:tu_cham": (handed_in(days),)})
    assert points(criterion, given) == Decimal(expected)


@pytest.mark.parametrize(("cases", "bonus", "penalty"), [(0, "0", "0"), (1, "0.5", "-0.5"), (3, "1", "-1")])
def test_cases_add_and_take_their_weight_up_to_the_row(cases, bonus, penalty) -> None:
    given = Inputs(numbers=numbers(i_1=cases))
    assert points(row("thuong", "0.5", "I.1", 1), given) == Decimal(bonus)
    assert points(row("phat", "0.5", "I.1", -1), given) == Decimal(penalty)


def test_a_choice_earns_its_own_points_and_none_is_not_the_worst() -> None:
    criterion = row("chon", "dat:2;mot_phan:0.5;khong:0", "tay", 2)
    assert points(criterion, Inputs(chosen="mot_phan")) == Decimal("0.5")
    assert compute(criterion, Inputs()) == UNKNOWN
