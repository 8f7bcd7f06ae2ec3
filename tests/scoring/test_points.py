"""Points never leave their range, never fall when a unit did better, and never come from a missing figure."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc.criteria import Criteria
from cchc.criteria.one_file import OneFileRow
from cchc.scoring import compute

CRITERIA = Criteria.load()
ROWS = {row.code: row for row in CRITERIA.rows}
counts = st.integers(0, 100_000).map(Decimal)


def row(method: str, **values: object) -> OneFileRow:
    base = {
        "code": "9.9", "group": "9", "group_name": "Nhóm", "criterion": "Tiêu chí", "max_points": "2", "method": method,
        "numerator": "A.1", "denominator": "B.1", "when_nothing": "none", "basis": "mau", "basis_note": "-",
    }  # fmt: skip
    return OneFileRow.model_validate(base | values)


RATIOS = [
    row("ratio_linear"),
    row("ratio_step", parameters=">0.9:2; >=0.7:1; >=0:0"),
    row("ratio_threshold", parameters="0.95"),
]


@given(st.sampled_from(RATIOS), counts, counts)
def test_points_of_a_ratio_stay_between_zero_and_the_maximum(one, top, bottom) -> None:
    points = compute(one, {"A.1": top, "B.1": bottom}, ())
    assert (points.value is None) == (bottom == 0)
    assert points.value is None or 0 <= points.value <= one.max_points


@given(st.sampled_from(RATIOS), counts, counts, st.integers(1, 100_000).map(Decimal))
def test_a_higher_numerator_never_gives_fewer_points(one, low, more, bottom) -> None:
    fewer = compute(one, {"A.1": low, "B.1": bottom}, ()).value
    better = compute(one, {"A.1": low + more, "B.1": bottom}, ()).value
    assert fewer is not None and better is not None and fewer <= better


@given(
    st.sampled_from(CRITERIA.rows),
    st.dictionaries(st.sampled_from(["I.1.1", "I.1.2", "T06.5", "T06.6", "T06.7", "V.6.2", "I.4.3"]), counts),
)
def test_no_criterion_of_the_year_leaves_its_range(one, figures) -> None:
    value = compute(one, figures, (True, False)).value
    low, high = min(one.max_points, Decimal(0)), max(one.max_points, Decimal(0))
    assert value is None or low <= value <= high


@pytest.mark.parametrize(
    ("when_nothing", "value", "dropped"),
    [("full", Decimal(2), False), ("drop", None, True), ("none", None, False)],
)
def test_nothing_arose_is_full_dropped_or_unknown_as_the_row_says(when_nothing, value, dropped) -> None:
    points = compute(
        row("ratio_linear", when_nothing=when_nothing), {"A.1": Decimal(0), "B.1": Decimal(0)}, ()
    )
    assert (points.value, points.dropped) == (value, dropped)


@pytest.mark.parametrize("figures", [{}, {"A.1": None, "B.1": Decimal(3)}, {"A.1": Decimal(3), "B.1": None}])
@pytest.mark.parametrize("when_nothing", ["full", "drop", "none"])
def test_a_missing_figure_is_unknown_and_not_zero(figures, when_nothing) -> None:
    points = compute(row("ratio_linear", when_nothing=when_nothing), figures, ())
    assert points.value is None and not points.dropped


@pytest.mark.parametrize(("done", "points"), [(26, 2), (91, 2), (90, 1), (70, 1), (69, 0), (0, 0)])
def test_the_published_steps_of_the_plan(done, points) -> None:
    of = 28 if done == 26 else 100
    figures = {"I.1.2": Decimal(done), "I.1.1": Decimal(of)}
    assert compute(ROWS["1.1.4"], figures, ()).value == points


@pytest.mark.parametrize(
    ("on_time", "points"), [((True,) * 4, 1), ((True, True, False, True), 0), ((False,), 0), ((), None)]
)
def test_reports_all_in_time_or_nothing(on_time, points) -> None:
    assert compute(ROWS["1.2.1"], {}, on_time).value == points


def test_a_sum_with_a_missing_part_is_unknown() -> None:
    figures = {"T06.6": None, "T06.7": Decimal(90), "T06.5": Decimal(90)}
    assert compute(ROWS["3.6"], figures, ()).value is None
    assert compute(ROWS["3.6"], figures | {"T06.6": Decimal(0)}, ()).value == 4
    assert compute(ROWS["3.6"], figures | {"T06.6": Decimal(0), "T06.5": Decimal(100)}, ()).value == 0


def test_the_parts_of_a_percentage_give_points_and_the_percentage_none() -> None:
    parts = {"III.6.9/tu": Decimal(98), "III.6.9/mau": Decimal(100)}
    assert compute(ROWS["3.7"], parts, ()).value == Decimal("1.47")
    assert compute(ROWS["3.7"], {"III.6.9": Decimal(98)}, ()).value is None


@given(counts)
def test_a_penalty_only_takes_and_stops_at_its_floor(count) -> None:
    value = compute(ROWS["P.1"], {"I.4.3": count}, ()).value
    assert value is not None and Decimal(-2) <= value <= 0


def test_discipline_takes_points_for_leaders_and_officials() -> None:
    assert compute(ROWS["5.6"], {"V.6.2": Decimal(1), "V.6.5": Decimal(1)}, ()).value == Decimal(1)
    assert compute(ROWS["5.6"], {"V.6.3": Decimal(4)}, ()).value == 0
    assert compute(ROWS["5.6"], {}, ()).value is None


def test_yes_answers_count_all_or_by_share() -> None:
    everything = row("all_yes", numerator="A.1+B.1", denominator=None)
    share = row("share_yes", numerator="A.1+B.1", denominator=None)
    figures = {"A.1": Decimal(1), "B.1": Decimal(0)}
    assert (compute(everything, figures, ()).value, compute(share, figures, ()).value) == (0, 1)
    assert compute(share, {"A.1": Decimal(1)}, ()).value is None


def test_no_more_staff_than_allotted() -> None:
    figures = {"IV.2.1": Decimal(85), "IV.2.2": Decimal(77)}
    assert compute(ROWS["4.3"], figures, ()).value == 2
    assert compute(ROWS["4.3"], figures | {"IV.2.2": Decimal(86)}, ()).value == 0


def test_a_self_score_has_no_points_from_data() -> None:
    assert compute(ROWS["1.1.1"], {"I.1.1": Decimal(1)}, (True,)).value is None
