"""Every kind of formula: what it gives, never outside its bounds, unknown where a figure is missing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.criteria.rows import NOTHING_AROSE, handed_in, numbers, of_pair, points, row

from cchc.criteria import DROPPED, UNKNOWN, CriteriaSets, CriterionRow, Inputs, Points, Survey, compute

SHARE = "I.1/I.2"
SHARES = {
    "tuyen_tinh": "",
    "muc_tieu": "dich=0.9",
    "nguong": "san=0.6;dich=0.85;kieu=tich",
    "bac": "(0.9,1]:2;[0.7,0.9]:1;[0,0.7):0",
}
FIVE_HUNDRED = settings(max_examples=500, deadline=None)

counts = st.integers(0, 2000)
figures = st.one_of(st.integers(-5, 5000), st.decimals(-5, 5000, places=3))


def share_rows() -> list[CriterionRow]:
    made = [row(kind, parameters, SHARE, 2) for kind, parameters in SHARES.items()]
    return [*made, row("nguong", "san=0.2;dich=0.95;kieu=khoang", SHARE, 2)]


@FIVE_HUNDRED
@given(figures, figures)
def test_a_share_never_earns_less_than_nothing_or_more_than_the_maximum(numerator, denominator) -> None:
    """Also figures that cannot be: −1 of 5 once gave −0.40."""
    for criterion in share_rows():
        found = compute(criterion, of_pair(numerator, denominator)).value
        assert found is None or 0 <= found <= 2
        if denominator > 0 and numerator <= 0:
            assert found == 0
        if denominator > 0 and numerator >= denominator:
            assert found == 2


@FIVE_HUNDRED
@given(st.integers(0, 500), st.integers(0, 500), st.integers(1, 500))
def test_who_does_more_never_gets_less(one, other, whole) -> None:
    less, more = sorted((one, other))
    for criterion in share_rows():
        fewer, further = (points(criterion, of_pair(done, whole)) for done in (less, more))
        assert fewer is not None
        assert further is not None
        assert fewer <= further


@FIVE_HUNDRED
@given(st.integers(0, 500), st.integers(1, 500))
def test_a_percentage_alone_is_worth_what_its_parts_are(part, whole) -> None:
    alone = row("tuyen_tinh", "", "III.6", 3)
    by_parts = Inputs(numbers={"III.6.num": Decimal(part), "III.6.den": Decimal(whole)})
    assert compute(alone, by_parts) == compute(row("tuyen_tinh", "", SHARE, 3), of_pair(part, whole))


@FIVE_HUNDRED
@given(counts, counts)
def test_what_is_counted_stays_inside_the_bounds_and_in_order(one, other) -> None:
    less, more = sorted((one, other))
    steps = "dem;[100,*):4;[50,100):3;[1,50):2;[0,1):0"
    for criterion, sign in (
        (row("bac", steps, "I.1", 4), 1),
        (row("thuong", steps, "I.1", 4), 1),
        (row("thuong", "0.5", "I.1", 4), 1),
        (row("phat", "0.25", "I.1", -4), -1),
        (row("phat", steps, "I.1", -4), -1),
        (row("tru", "0.3", "I.1", 4), -1),
    ):
        fewer, further = (points(criterion, Inputs(numbers=numbers(i_1=count))) for count in (less, more))
        assert fewer is not None
        assert further is not None
        low, high = (-4, 0) if criterion.effect == "phat" else (0, 4)
        assert low <= fewer <= high
        assert low <= further <= high
        assert fewer * sign <= further * sign


@FIVE_HUNDRED
@given(st.lists(st.tuples(counts, counts), min_size=3, max_size=3))
def test_a_sum_of_terms_stays_under_its_ceiling(pairs) -> None:
    criterion = row(
        "tong_hop", "6*A;min(2,2.5*B);2.5*C;tran=10;lam_tron_phan=2", "I.1/I.2;I.3/I.4;I.5/I.6", 10
    )
    names = ("I.1", "I.2", "I.3", "I.4", "I.5", "I.6")
    values = [Decimal(number) for pair in pairs for number in pair]
    found = compute(criterion, Inputs(numbers=dict(zip(names, values, strict=True)))).value
    assert found is None or (0 <= found <= 10 and found == found.quantize(Decimal("0.01")))


@FIVE_HUNDRED
@given(st.integers(0, 300), st.decimals(-20, 130, places=2))
def test_surveys_and_indices_stay_inside_the_bounds(forms, value) -> None:
    survey = row("khao_sat", "phieu=KS1;thang=100,60,20,0", "ks:KS1", 2)
    index = row("chi_so", "thang=100", "ngoai:SIPAS", 6.5)
    asked = compute(survey, Inputs(surveys={"ks:KS1": Survey(forms, value)})).value
    assert asked is None if forms == 0 else 0 <= asked <= 2
    assert 0 <= points(index, Inputs(numbers={"ngoai:SIPAS": value})) <= Decimal("6.5")


@FIVE_HUNDRED
@given(st.lists(st.one_of(st.none(), st.integers(-3, 40)), min_size=1, max_size=6))
def test_punctuality_stays_inside_the_bounds_and_a_late_duty_never_raises_it(days) -> None:
    for parameters in ("kieu=tat_ca", "kieu=moi_viec", "kieu=theo_ngay;moi_ngay=0.2;toi_da_ngay=5"):
        criterion = row("dung_han", parameters, "obl:bao_cao", 1)
        found = points(criterion, Inputs(duties={"obl:bao_cao": tuple(map(handed_in, days))}))
        later = [None if one is None else one + 2 for one in days]
        worse = points(criterion, Inputs(duties={"obl:bao_cao": tuple(map(handed_in, later))}))
        assert found is not None
        assert worse is not None
        assert 0 <= worse <= found <= 1


@FIVE_HUNDRED
@given(st.lists(st.sampled_from([0, 1]), min_size=3, max_size=3))
def test_yes_and_no_are_counted(answers) -> None:
    given_numbers = dict(zip(("I.1", "I.2", "I.3"), map(Decimal, answers), strict=True))
    share, whole = row("phan_dat", "", "I.1+I.2+I.3", 3), row("dat_het", "", "I.1+I.2+I.3", 3)
    assert points(share, Inputs(numbers=given_numbers)) == sum(answers)
    assert points(whole, Inputs(numbers=given_numbers)) == (3 if all(answers) else 0)


@FIVE_HUNDRED
@given(st.integers(-3, 50), st.integers(-3, 50))
def test_a_limit_is_kept_or_not(left, right) -> None:
    found = compute(row("khong_vuot", "", "I.1<=I.2", 2), of_pair(left, right))
    assert found == (UNKNOWN if min(left, right) < 0 else Points(Decimal(2 if left <= right else 0)))


@pytest.mark.parametrize(("when_nothing", "expected"), NOTHING_AROSE)
def test_nothing_that_arose_means_what_the_row_says(when_nothing, expected) -> None:
    criterion = row("tuyen_tinh", "", SHARE, 2, when_nothing=when_nothing)
    assert compute(criterion, of_pair(0, 0)) == expected
    assert compute(criterion, Inputs(numbers={"I.2": Decimal(0)})) == expected
    assert compute(criterion, of_pair(3, 0)) == UNKNOWN, "something of nothing contradicts itself"


MISSING: list[tuple[CriterionRow, Inputs]] = [
    (row("tuyen_tinh", "", SHARE, when_nothing="toi_da"), Inputs(numbers=numbers(i_1=1))),
    (row("tuyen_tinh", "", SHARE, when_nothing="toi_da"), Inputs(numbers=numbers(i_2=1))),
    (row("tuyen_tinh", "", SHARE, when_nothing="toi_da"), Inputs(numbers=numbers(i_1=None, i_2=None))),
    (row("tuyen_tinh", "", "III.6", when_nothing="toi_da"), Inputs(numbers={"III.6": None})),
    (row("bac", "dem;[1,*):1;[0,1):0", "I.1", when_nothing="toi_da"), Inputs()),
    (row("bac", "dem;[1,*):1;[0,1):0", "I.1"), Inputs(numbers=numbers(i_1=-1))),
    (row("phat", "0.5", "I.1", -1), Inputs()),
    (row("phat", "0.5", "I.1", -1), Inputs(numbers=numbers(i_1=-1))),
    (row("phat", "0.5", "obl:tra_loi", -1), Inputs()),
    (row("phat", "tre;[1,*):+1/ngay", "obl:tu_cham", -1), Inputs()),
    (row("thuong", "0.5", "I.1", 1), Inputs()),
    (row("tru", "1;1", "I.1;I.2"), Inputs(numbers=numbers(i_1=0))),
    (row("tru", "1", "I.1"), Inputs(numbers=numbers(i_1=-2))),
    (row("dat_het", "", "I.1+I.2"), Inputs(numbers=numbers(i_1=1))),
    (row("dat_het", "", "I.1"), Inputs(numbers=numbers(i_1=2))),
    (row("phan_dat", "", "I.1+I.2"), Inputs()),
    (row("khong_vuot", "", "I.1<=I.2"), Inputs(numbers=numbers(i_1=1))),
    (row("dung_han", "kieu=tat_ca", "obl:bao_cao", when_nothing="toi_da"), Inputs()),
    (row("khao_sat", "phieu=KS1;thang=100,0", "ks:KS1", when_nothing="toi_da"), Inputs()),
    (row("chi_so", "thang=100", "ngoai:SIPAS", when_nothing="toi_da"), Inputs()),
    (row("chon", "a:1;b:0", "tay"), Inputs()),
    (row("chon", "a:1;b:0", "tay"), Inputs(chosen="c")),
    (row("tong_hop", "1*A", SHARE), Inputs(numbers=numbers(i_1=1))),
]


@pytest.mark.parametrize(("criterion", "inputs"), MISSING)
def test_silence_never_earns(criterion: CriterionRow, inputs: Inputs) -> None:
    assert compute(criterion, inputs) == UNKNOWN


@pytest.mark.parametrize(
    ("kind", "parameters", "inputs"),
    [
        ("chi_so", "thang=100", "ngoai:SIPAS"),
        ("nguong", "san=0.6;dich=0.85;kieu=tich", "TC.giai_ngan"),
    ],
)
def test_who_is_not_in_a_published_table_leaves_the_maximum(kind, parameters, inputs) -> None:
    """The table was read and says nothing about the unit: that is not a unit that keeps silent."""
    criterion = row(kind, parameters, inputs, when_nothing="loai")
    assert compute(criterion, Inputs(numbers={inputs: None})) == DROPPED
    assert compute(criterion, Inputs()) == UNKNOWN


def test_a_figure_from_outside_may_be_a_value_in_per_cent() -> None:
    criterion = row("nguong", "san=0.6;dich=0.85;kieu=tich", "TC.giai_ngan", 10)
    assert points(criterion, Inputs(numbers={"TC.giai_ngan": Decimal("72.25")})) == Decimal("8.5")


def test_between_floor_and_target_the_rest_is_shared_out() -> None:
    criterion = row("nguong", "san=0.6;dich=0.8;kieu=khoang", SHARE, 2)
    found = [points(criterion, of_pair(done, 100)) for done in (59, 60, 70, 80, 100)]
    assert found == [0, 0, 1, 2, 2]


CHOICE = "dung_han:1;cham:0.5;khong:0"


@pytest.mark.parametrize(
    ("days", "expected"), [([0, -3], 1), ([0, 4], Decimal("0.5")), ([4, None], 0), ([None], 0)]
)
def test_the_ledger_answers_whether_a_task_was_done_in_time(days, expected) -> None:
    criterion = row("chon", CHOICE, "obl:nhiem_vu/NV01")
    duties = {"obl:nhiem_vu/NV01": tuple(map(handed_in, days))}
    assert points(criterion, Inputs(duties=duties, chosen="dung_han")) == expected


def test_without_a_middle_option_late_is_not_done() -> None:
    criterion = row("chon", "dung_han:1;khong:0", "obl:nhiem_vu/NV01")
    assert points(criterion, Inputs(duties={"obl:nhiem_vu/NV01": (handed_in(1),)})) == 0


def test_what_is_not_due_yet_says_nothing() -> None:
    open_duty = type(handed_in(0))("CD", "", handed_in(0).due_on, None, is_due=False)
    for criterion, name in (
        (row("chon", CHOICE, "obl:nhiem_vu/NV01"), "obl:nhiem_vu/NV01"),
        (row("phat", "tre;[1,*):+1/ngay", "obl:tu_cham", -3), "obl:tu_cham"),
    ):
        assert compute(criterion, Inputs(duties={name: (open_duty,)})) == UNKNOWN


def test_options_that_the_ledger_does_not_know_are_chosen_by_a_person() -> None:
    criterion = row("chon", "30_ngay:1.5;60_ngay:0.75;khong:0", "obl:nhiem_vu/NV01", 1.5)
    inputs = Inputs(duties={"obl:nhiem_vu/NV01": (handed_in(0),)}, chosen="60_ngay")
    assert points(criterion, inputs) == Decimal("0.75")


def test_a_choice_about_what_did_not_arise_leaves_the_maximum() -> None:
    criterion = row("chon", "dung:1;sai:0", "V.2.1+V.2.4", when_nothing="loai")
    nothing = {"V.2.1": Decimal(0), "V.2.4": Decimal(0)}
    assert compute(criterion, Inputs(numbers=nothing, chosen="dung")) == DROPPED
    one = {"V.2.1": Decimal(1), "V.2.4": Decimal(0)}
    assert points(criterion, Inputs(numbers=one, chosen="dung")) == 1
    assert compute(criterion, Inputs(numbers=one)) == UNKNOWN


def test_faults_that_were_found_do_not_choose_by_themselves() -> None:
    criterion = row("chon", "khop:1;giai_trinh:0.5;khong:0", "kt:chenh_lech", when_nothing="loai")
    assert compute(criterion, Inputs(numbers={"kt:chenh_lech": Decimal(0)})) == UNKNOWN
    assert points(criterion, Inputs(numbers={"kt:chenh_lech": Decimal(0)}, chosen="khop")) == 1


def test_punctuality_looks_at_the_rounds_it_names() -> None:
    criterion = row("dung_han", "kieu=moi_viec;dot=Q1,NAM", "obl:bao_cao", 1)
    late = handed_in(3, round_kind="6T")
    duties = (handed_in(0, round_kind="Q1"), late, handed_in(None, round_kind="NAM"))
    assert points(criterion, Inputs(duties={"obl:bao_cao": duties})) == Decimal("0.5")


def test_who_owed_nothing_is_no_silent_unit() -> None:
    criterion = row("dung_han", "kieu=moi_viec;san_pham=tra_loi", "obl:tra_loi", when_nothing="loai")
    assert compute(criterion, Inputs(duties={"obl:tra_loi": ()})) == DROPPED


def test_a_day_late_costs_its_part_and_too_many_all() -> None:
    criterion = row("dung_han", "kieu=theo_ngay;moi_ngay=0.2;toi_da_ngay=3", "obl:bao_cao", 1)
    for days, expected in ((0, "1"), (1, "0.8"), (3, "0.4"), (4, "0"), (None, "0")):
        assert points(criterion, Inputs(duties={"obl:bao_cao": (handed_in(days),)})) == Decimal(expected)


def test_requests_never_answered_are_counted_as_cases() -> None:
    criterion = row("phat", "0.5", "obl:tra_loi", -2)
    duties = {"obl:tra_loi": (handed_in(None), handed_in(9), handed_in(None))}
    assert points(criterion, Inputs(duties=duties)) == -1


def test_the_bonus_of_a_case_ends_at_the_maximum_and_that_of_a_step_at_its_points() -> None:
    by_case, by_step = row("thuong", "0.5", "I.1", 2), row("thuong", "dem;[2,*):2;[1,2):1;[0,1):0", "I.1", 2)
    for count, case, step in ((0, 0, 0), (1, Decimal("0.5"), 1), (9, 2, 2)):
        inputs = Inputs(numbers=numbers(i_1=count))
        assert (points(by_case, inputs), points(by_step, inputs)) == (case, step)


def test_several_surveys_of_a_criterion_count_by_their_weight() -> None:
    criterion = row("khao_sat", "phieu=KS1,KS2;thang=100,60,20,0", "ks:KS1;ks:KS2", 1)
    formula: Any = criterion.formula
    weighed = type(criterion)(
        **vars(criterion) | {"formula": formula.knowing((5, 5), (Decimal(3), Decimal(1)))}
    )
    both = {"ks:KS1": Survey(5, Decimal(80)), "ks:KS2": Survey(9, Decimal(40))}
    assert points(weighed, Inputs(surveys=both)) == Decimal("0.7")
    few = both | {"ks:KS2": Survey(4, Decimal(40))}
    assert compute(weighed, Inputs(surveys=few)) == UNKNOWN


def branch(plan: object, done: int, planned: int) -> Points:
    """Training carried out, by whether there was a plan (criterion 5.3.1)."""
    criterion = CriteriaSets.load().get("xa-2026").row("5.3.2")
    earlier = {} if plan is None else {"5.3.1": Points(Decimal(str(plan)))}
    figures_of = {"V.4.2": Decimal(done), "V.4.1": Decimal(planned)}
    return compute(criterion, Inputs(numbers=figures_of, earlier=earlier))


@pytest.mark.parametrize(
    ("plan", "done", "planned", "expected"),
    [
        (1, 20, 20, "2"),
        (1, 17, 20, "1.6"),
        (1, 1, 20, "0.8"),
        (1, 0, 20, "0"),
        (1, 0, 0, "0"),
        (0, 3, 0, "0.8"),
        (0, 0, 0, "0"),
    ],
)
def test_an_earlier_criterion_decides_which_rule_holds(plan, done, planned, expected) -> None:
    assert branch(plan, done, planned) == Points(Decimal(expected))


@pytest.mark.parametrize("plan", [None, "0.5"])
def test_without_a_known_option_no_rule_holds(plan) -> None:
    assert branch(plan, 20, 20) == UNKNOWN


def test_points_are_rounded_where_the_set_says_so_and_nowhere_else() -> None:
    exact, rounded = row("tuyen_tinh", "", SHARE), row("tuyen_tinh", "", SHARE, decimals=2)
    assert points(exact, of_pair(1, 8)) == Decimal("0.125")
    assert points(rounded, of_pair(1, 8)) == Decimal("0.13")
