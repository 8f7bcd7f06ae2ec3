"""The cases of real decisions and real published results, to the digit."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.criteria.rows import handed_in, of_pair, points, row

from cchc.criteria import DROPPED, CriteriaSets, Inputs, Survey, compute
from cchc.indicators.numbers import rounded

SHARE = "I.1/I.2"


@pytest.mark.parametrize(
    ("percent", "expected"),
    [("100", 2), ("90.001", 2), ("90", 1), ("70", 1), ("69.999", 0), ("0", 0)],
)
def test_a_step_begins_exactly_where_the_decision_says(percent, expected) -> None:
    criterion = row("bac", "(0.9,1]:2;[0.7,0.9]:1;[0,0.7):0", SHARE, 2)
    assert points(criterion, of_pair(percent, 100)) == expected


@pytest.mark.parametrize(
    ("percent", "expected"),
    [
        ("85", "10.00"),
        ("84.99", "10.00"),
        ("72.25", "8.50"),
        ("60", "7.06"),
        ("59.99", "0.00"),
        ("99", "10.00"),
    ],
)
def test_disbursement_earns_its_part_of_the_target_from_the_floor_on(percent, expected) -> None:
    criterion = row("nguong", "san=0.6;dich=0.85;kieu=tich", SHARE, 10, when_nothing="loai")
    assert rounded(points(criterion, of_pair(percent, 100))) == Decimal(expected)


def test_disbursement_is_not_rounded_and_nothing_given_leaves_the_maximum() -> None:
    criterion = row("nguong", "san=0.6;dich=0.85;kieu=tich", SHARE, 10, when_nothing="loai")
    assert str(points(criterion, of_pair("84.99", 100))).startswith("9.99882")
    assert compute(criterion, of_pair(0, 0)) == DROPPED


@pytest.mark.parametrize(
    ("inspected", "of", "expected"),
    [(6, 20, "1"), (5, 20, "0.5"), (499, 2000, "0.25"), (1, 5, "0.25"), (0, 5, "0")],
)
def test_the_share_inspected(inspected, of, expected) -> None:
    criterion = row("bac", "[0.3,1]:1;[0.25,0.3):0.5;(0,0.25):0.25;[0,0]:0", SHARE, 1, when_nothing="loai")
    assert points(criterion, of_pair(inspected, of)) == Decimal(expected)
    assert compute(criterion, of_pair(0, 0)) == DROPPED


@pytest.mark.parametrize(("reached", "expected"), [(100, 4), (99, 3), (50, 3), (49, 2), (1, 2), (0, 0)])
def test_persons_reached_are_counted(reached, expected) -> None:
    criterion = row("bac", "dem;[100,*):4;[50,100):3;[1,50):2;[0,1):0", "I.1", 4)
    assert points(criterion, Inputs(numbers={"I.1": Decimal(reached)})) == expected


PLACES = [
    ("Bản Nguyên", 5940, 6064, "19.59", 1),
    ("Quảng Yên", 1422, 1477, "19.26", 2),
    ("Xuân Lũng", 3717, 3859, "19.26", 2),
    ("Phú Thọ", 2094, 2192, "19.11", 4),
    ("Việt Trì", 7368, 8253, "17.86", 5),
    ("Đoan Hùng", 3249, 3659, "17.76", 6),
    ("Hy Cương", 2775, 3443, "16.12", 7),
]


def dossiers(on_time: int, received: int) -> Inputs:
    """Finished early, in time, and still open within time."""
    parts = {"T06.6": on_time - 2, "T06.7": 1, "T06.10": 1, "T06.1": received}
    return Inputs(numbers={name: Decimal(value) for name, value in parts.items()})


@pytest.mark.parametrize(("on_time", "received", "expected"), [one[1:4] for one in PLACES])
def test_dossiers_on_time_as_the_national_portal_published_them(on_time, received, expected) -> None:
    criterion = CriteriaSets.load().get("qd766").row("5")
    assert points(criterion, dossiers(on_time, received)) == Decimal(expected)


def test_published_points_decide_the_rank_and_not_exact_ones() -> None:
    criterion = CriteriaSets.load().get("qd766").row("5")
    reached = [points(criterion, dossiers(*one[1:3])) for one in PLACES]
    assert [1 + sum(other > own for other in reached) for own in reached] == [one[4] for one in PLACES]
    assert 20 * Decimal(1422) / 1477 != 20 * Decimal(3717) / 3859


@pytest.mark.parametrize(
    ("paid", "procedures", "wholly", "expected"),
    [
        ((118, 118), (12, 13), (0, 13), "8.00"),
        ((18, 18), (2, 3), (0, 3), "7.67"),
        ((0, 2), (0, 0), (0, 0), "0"),
        ((5, 5), (4, 4), (4, 4), "10"),
    ],
)
def test_payment_rounds_each_term_before_the_sum(paid, procedures, wholly, expected) -> None:
    criterion = row(
        "tong_hop",
        "6*A;min(2,2.5*B);2.5*C;tran=10;lam_tron_phan=2",
        "I.1/I.2;I.3/I.4;I.5/I.6",
        10,
    )
    given = dict(zip(("I.1", "I.2", "I.3", "I.4", "I.5", "I.6"), (*paid, *procedures, *wholly), strict=True))
    inputs = Inputs(numbers={name: Decimal(value) for name, value in given.items()})
    assert points(criterion, inputs) == Decimal(expected)


def test_a_sum_that_could_pass_the_maximum_is_refused() -> None:
    criterion = row("tong_hop", "6*A;min(2,2.5*B);2.5*C", "I.1/I.2;I.3/I.4;I.5/I.6", 10)
    assert list(criterion.formula.all_faults(Decimal(10))) == [
        "công thức có thể cho 10,5 điểm khi A=B=C=1, điểm tối đa là 10; ghi tran=10."
    ]


def test_a_survey_is_worth_the_mean_of_its_answers() -> None:
    criterion = CriteriaSets.load().get("so-2026").row("8.2.1")
    inputs = Inputs(surveys={"ks:KS1": Survey(forms=100, mean=Decimal(62))})
    assert points(criterion, inputs) == Decimal("1.24")


@pytest.mark.parametrize(
    ("days", "expected"), [(0, 0), (1, -1), (2, -1), (3, -2), (4, -3), (7, -6), (None, -6)]
)
@pytest.mark.parametrize("code", ["so-2026", "xa-2026"])
def test_a_late_file_costs_by_the_day_and_none_at_all_the_whole_floor(code, days, expected) -> None:
    criterion = CriteriaSets.load().get(code).row("P.4")
    assert points(criterion, Inputs(duties={"obl:tu_cham": (handed_in(days),)})) == expected
