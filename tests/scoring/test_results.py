"""Index, class, rank and list: to the digit, on what is published, with caps of the whole bonus and penalty."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.results import made_row, made_set, scores

from cchc.criteria import Points
from cchc.errors import RuleRefused
from cchc.scoring.results import (
    NotScored,
    ScoredCriterion,
    UnitScores,
    rank_list,
    result_of,
)
from cchc.scoring.round_results import RoundResults

WHOLE = made_set(made_row("1.1", 60), made_row("2.1", 40))


def ranks(*units: UnitScores, **more: Any) -> list[tuple[str, int | None]]:
    return [(one.unit_code, one.rank) for one in rank_list("so", "Sở", units, **more).results]


@pytest.mark.parametrize(
    ("points", "index", "name"),
    [
        ("89.995", "90.00", "Tốt"),
        ("89.9949", "89.99", "Khá"),
        ("75", "75.00", "Khá"),
        ("49.99", "49.99", "Yếu"),
    ],
)
def test_the_class_is_that_of_the_published_figure(points: str, index: str, name: str) -> None:
    one = result_of(scores("a", made_set(made_row("1.1", 100)), c1_1=points))
    assert (str(one.index), one.class_name) == (index, name)


def test_what_did_not_arise_leaves_the_maximum_and_not_the_index() -> None:
    """Thanh Hóa 2023, Ban Dân tộc: 68,32 of 84,0 points in force."""
    criteria_set = made_set(made_row("1.1", 84), made_row("2.1", 16))
    one = result_of(scores("a", criteria_set, c1_1="68.32", c2_1="loai"))
    assert (one.total, one.in_force, str(one.index)) == (Decimal("68.32"), Decimal(84), "81.33")


@pytest.mark.parametrize(("survey", "index"), [("loai", "88.13"), ("16", "86.50")])
def test_a_year_without_survey_is_measured_on_the_rest(survey: str, index: str) -> None:
    """Hà Nội 2940/QĐ-UBND: 70,5 of 80, with 16 of 20 by survey."""
    criteria_set = made_set(made_row("1.1", 80), made_row("8.1", 20, kind="khao_sat"))
    assert str(result_of(scores("a", criteria_set, c1_1="70.5", c8_1=survey)).index) == index


def test_equal_published_figures_share_a_rank_although_the_exact_ones_differ() -> None:
    """QĐ 766, on time, 20 points: real figures of communes of Phú Thọ."""
    counts = {
        "ban-nguyen": (5940, 6064),
        "quang-yen": (1422, 1477),
        "xuan-lung": (3717, 3859),
        "phu-tho": (2094, 2192),
        "viet-tri": (7368, 8253),
        "doan-hung": (3249, 3659),
        "hy-cuong": (2775, 3443),
    }
    criteria_set = made_set(
        made_row("5.1", 20), least_points_in_force=20, rounding={"criterion": 2, "total": 2, "index": 2}
    )
    units = [
        scores(code, criteria_set, c5_1=Decimal(20) * within / received)
        for code, (within, received) in counts.items()
    ]
    ranking = rank_list("xa", "Xã", units)
    assert [one.rank for one in ranking.ranked] == [1, 2, 2, 4, 5, 6, 7]
    assert [str(one.total) for one in ranking.ranked] == [
        "19.59", "19.26", "19.26", "19.11", "17.86", "17.76", "16.12",
    ]  # fmt: skip
    assert [one.unit_code for one in ranking.ranked] == list(counts)


def test_a_tie_is_broken_in_the_written_order_and_only_there() -> None:
    criteria_set = made_set(
        made_row("1.1", 50), made_row("3.1", 30), made_row("8.1", 20, kind="khao_sat"),
        tie_order=("chi_so", "nhom:3", "khao_sat"),
    )  # fmt: skip
    units = [
        scores("khao-sat", criteria_set, c1_1=40, c3_1=20, c8_1=20),
        scores("nhom-3", criteria_set, c1_1=40, c3_1=25, c8_1=15),
        scores("bang-nhau-1", criteria_set, c1_1=45, c3_1=20, c8_1=15),
        scores("bang-nhau-2", criteria_set, c1_1=45, c3_1=20, c8_1=15),
    ]
    assert ranks(*units) == [("nhom-3", 1), ("khao-sat", 2), ("bang-nhau-1", 3), ("bang-nhau-2", 3)]


def test_rank_and_class_do_not_hang_on_more_digits_than_are_published() -> None:
    """Today's share of four decimals decided: 80,004 stood above 80,0001."""
    one = made_set(made_row("1.1", 100))
    assert ranks(scores("a", one, c1_1="80.0001"), scores("b", one, c1_1="80.004")) == [("a", 1), ("b", 1)]


def test_the_bonus_counts_up_to_the_cap_of_all_and_the_penalty_down_to_the_floor() -> None:
    """Which is which says the column `effect`, not a code that begins with P."""
    criteria_set = made_set(
        made_row("1.1", 100), made_row("9.1", 2, effect="thuong"), made_row("9.2", 2, effect="thuong"),
        made_row("P.1", -5, effect="phat"), made_row("P.2", -5, effect="phat"),
    )  # fmt: skip
    most = result_of(scores("a", criteria_set, c1_1=80, c9_1=2, c9_2=2))
    assert (most.bonus, most.total, most.in_force) == (Decimal(3), Decimal(83), Decimal(100))
    worst = result_of(
        UnitScores(
            "b",
            criteria_set,
            tuple(
                ScoredCriterion(
                    row, Points(Decimal(80) if row.code == "1.1" else min(row.max_points, Decimal(0)))
                )
                for row in criteria_set.rows
            ),
        )
    )
    assert (worst.penalty, worst.total, worst.bonus) == (Decimal(-9), Decimal(71), Decimal(0))


def test_the_index_stays_within_its_range() -> None:
    criteria_set = made_set(
        made_row("1.1", 100), made_row("9.1", 3, effect="thuong"), made_row("9.2", -9, effect="phat")
    )
    assert str(result_of(scores("a", criteria_set, c1_1=99, c9_1=3)).index) == "100.00"
    assert str(result_of(scores("a", criteria_set, c1_1=2, c9_2=-9)).index) == "0.00"


@pytest.mark.parametrize(("in_force", "expected"), [("98", "100.00"), ("99", "100.00"), ("100", "100.00")])
def test_a_perfect_unit_of_any_kind_reaches_a_hundred(in_force: str, expected: str) -> None:
    criteria_set = made_set(made_row("1.1", in_force), made_row("2.1", 2))
    other: Any = "loai" if Decimal(in_force) < 100 else 2
    one = rank_list("so", "Sở", [scores("a", criteria_set, c1_1=in_force, c2_1=other)]).ranked[0]
    assert (str(one.index), one.rank) == (expected, 1)


def test_a_unit_where_nothing_arose_is_listed_and_not_ranked_until_the_council_decides() -> None:
    criteria_set = made_set(made_row("1.1", 40), made_row("2.1", 60))
    units = [
        scores("khong", criteria_set, c1_1=40, c2_1="loai"),
        scores("du", criteria_set, c1_1=30, c2_1=50),
    ]
    ranking = rank_list("so", "Sở", units)
    (one,) = ranking.unranked
    assert (one.unit_code, str(one.index), one.rank, one.class_name) == ("khong", "100.00", None, "")
    assert one.note == "chưa xếp hạng: chỉ còn 40 điểm tính được"
    assert [(two.unit_code, two.rank) for two in ranking.ranked] == [("du", 1)]
    decided = rank_list("so", "Sở", units, ranked_by_council={"khong"})
    assert [(two.unit_code, two.rank, two.class_name) for two in decided.ranked] == [
        ("khong", 1, "Tốt"),
        ("du", 2, "Khá"),
    ]


def test_a_unit_with_nothing_at_all_in_force_has_no_index_whatever_the_council_says() -> None:
    one = scores("a", WHOLE, c1_1="loai", c2_1="loai")
    (found,) = rank_list("so", "Sở", [one], ranked_by_council={"a"}).unranked
    assert (found.index, found.rank, found.note) == (None, None, "chưa xếp hạng: chỉ còn 0 điểm tính được")


def test_what_nobody_decided_counts_as_not_reached_and_is_named() -> None:
    one = result_of(scores("a", WHOLE, c1_1=60))
    assert (str(one.index), one.undecided) == ("60.00", ("2.1",))
    assert rank_list("so", "Sở", [scores("a", WHOLE, c1_1=60)]).undecided == {"a": ("2.1",)}


def test_units_of_two_sets_are_not_ranked_together() -> None:
    other = made_set(made_row("1.1", 100), version="khac@2")
    with pytest.raises(RuleRefused, match=r"khac@2, thu@1"):
        rank_list("so", "Sở", [scores("a", WHOLE, c1_1=1), scores("b", other, c1_1=1)])


def test_a_merged_unit_stays_in_its_list_with_what_became_of_it() -> None:
    gone = NotScored("cu", "không chấm: đã sáp nhập vào Xã Mới từ 01/7/2026")
    ranking = rank_list("xa", "Xã", [scores("a", WHOLE, c1_1=1, c2_1=1)], [gone])
    assert ranking.not_scored == (gone,)
    assert [one.unit_code for one in ranking.results] == ["a"]


def test_results_are_known_again_in_whichever_order_their_lists_were_read() -> None:
    """Lists come back from the store sorted by code: an order that counted would refuse every draft of three lists."""
    own = made_set(made_row("1.1", 100))
    lists = tuple(rank_list(code, code, [scores(code, own, c1_1=50)]) for code in ("xa", "so"))
    assert (
        RoundResults("2026-CD", 2026, lists).fingerprint
        == RoundResults("2026-CD", 2026, lists[::-1]).fingerprint
    )
    other = tuple(rank_list(code, code, [scores(code, own, c1_1=0)]) for code in ("xa", "so"))
    assert (
        RoundResults("2026-CD", 2026, other).fingerprint != RoundResults("2026-CD", 2026, lists).fingerprint
    )


def test_the_fields_of_a_unit_add_up_to_its_points() -> None:
    criteria_set = made_set(made_row("1.1", 10), made_row("1.2", 10), made_row("2.1", 80))
    one = result_of(scores("a", criteria_set, c1_1=5, c1_2="loai", c2_1=40))
    assert [(group.code, group.points, group.in_force, group.share) for group in one.groups] == [
        ("1", Decimal(5), Decimal(10), Decimal("50.00")),
        ("2", Decimal(40), Decimal(80), Decimal("50.00")),
    ]
    assert sum(group.points for group in one.groups) == one.sums.points


shares = st.integers(0, 1000)


@given(share=shares, maxima=st.lists(st.integers(1, 40), min_size=2, max_size=12), data=st.data())
def test_leaving_out_what_did_not_arise_changes_no_index_of_a_unit_that_is_equal_on_the_rest(
    share: int, maxima: list[int], data: st.DataObject
) -> None:
    """Whoever reaches the same share everywhere has that share as index, however much is in force."""
    rows = [made_row(f"1.{place}", most) for place, most in enumerate(maxima)]
    criteria_set = made_set(*rows)
    dropped = data.draw(st.sets(st.sampled_from(range(len(rows))), max_size=len(rows) - 1))
    given = tuple(ScoredCriterion(row, Points(row.max_points * share / 1000)) for row in rows)
    left = tuple(
        ScoredCriterion(one.row, Points(None, dropped=True)) if place in dropped else one
        for place, one in enumerate(given)
    )
    assert (
        result_of(UnitScores("a", criteria_set, left)).index
        == result_of(UnitScores("a", criteria_set, given)).index
    )


@given(points=st.lists(st.integers(0, 100), min_size=1, max_size=9))
def test_ranks_follow_the_index_and_count_all_who_are_better(points: list[int]) -> None:
    one_row = made_set(made_row("1.1", 100))
    ranking = rank_list("so", "Sở", [scores(f"u{n}", one_row, c1_1=value) for n, value in enumerate(points)])
    for one in ranking.ranked:
        assert one.index is not None
        assert one.rank == 1 + sum(
            other > one.index for other in (two.index for two in ranking.ranked) if other is not None
        )


@given(
    points=st.lists(st.integers(0, 20), min_size=1, max_size=6),
    bonus=st.lists(st.integers(0, 5), max_size=4),
    penalty=st.lists(st.integers(-6, 0), max_size=4),
)
def test_the_total_is_the_sum_with_caps_on_all_and_a_criterion_taken_out_is_as_never_there(
    points: list[int], bonus: list[int], penalty: list[int]
) -> None:
    rows = [
        *(made_row(f"1.{n}", 20) for n, _ in enumerate(points)),
        *(made_row(f"8.{n}", 5, effect="thuong") for n, _ in enumerate(bonus)),
        *(made_row(f"9.{n}", -6, effect="phat") for n, _ in enumerate(penalty)),
    ]
    values = [*points, *bonus, *penalty]
    criteria = tuple(
        ScoredCriterion(row, Points(Decimal(value))) for row, value in zip(rows, values, strict=True)
    )
    one = result_of(UnitScores("a", made_set(*rows), criteria))
    assert one.sums.total == sum(points) + min(3, sum(bonus)) + max(-9, sum(penalty))
    rest = result_of(UnitScores("a", made_set(*rows), criteria[1:]))
    assert one.sums.without(criteria[0]).index == rest.index


def test_a_result_is_known_by_the_same_mark_in_whatever_order_its_units_were_read() -> None:
    """What was kept as JSON comes back sorted; equal units would change places, and nothing could be published."""
    one, other = scores("a", WHOLE, c1_1=60, c2_1=20), scores("b", WHOLE, c1_1=60, c2_1=20)
    marks = [
        RoundResults("2026-CD", 2026, (rank_list("so", "Sở", units),)).fingerprint
        for units in ([one, other], [other, one])
    ]
    assert marks[0] == marks[1]
    third = scores("b", WHOLE, c1_1=60, c2_1=40)
    assert RoundResults("2026-CD", 2026, (rank_list("so", "Sở", [one, third]),)).fingerprint != marks[0]
