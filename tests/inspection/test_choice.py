"""Which units are inspected: a share of each tier, nobody left for longer than the rules say, the reason written."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cchc.errors import RuleRefused
from cchc.inspection import InspectionRules, UnitRecord, choose_units, rank_units
from cchc.inspection.rules import TierRule

RULES = InspectionRules.load()
SO = [f"so{number}" for number in range(20)]
XA = [f"xa{number}" for number in range(102)]
TIERS = {"so": SO, "xa": XA}
records = st.builds(
    UnitRecord,
    st.integers(0, 4),
    st.integers(0, 4),
    st.integers(0, 4),
    last_inspected=st.none() | st.just(2025),
)
provinces = st.dictionaries(st.integers(1, 200).map(str), records, max_size=60)


def with_share(share: str, gap: int = 4) -> InspectionRules:
    tiers = {tier: TierRule(share=Decimal(share), longest_gap_years=gap) for tier in ("so", "xa")}
    return RULES.model_copy(update={"tiers": tiers})


def years(
    rules: InspectionRules, tiers: dict[str, list[str]], risky: int, until: int
) -> list[dict[str, int]]:
    """Last inspections by unit at the end of each year from 2026; `risky` communes always have 8 points."""
    last: dict[str, int] = {}
    found = []
    for year in range(2026, until + 1):
        known = {
            code: UnitRecord(late_reports=4 if code in XA[:risky] else 0, last_inspected=last.get(code))
            for units in tiers.values()
            for code in units
        }
        last |= {one.unit_code: year for one in choose_units(tiers, known, rules, year)}
        found.append(dict(last))
    return found


def test_late_communes_do_not_take_the_places_of_the_provincial_bodies() -> None:
    """With 40 communes of two late reports each, 37 communes were chosen and none of 20 bodies."""
    known = {code: UnitRecord(late_reports=2) for code in XA[:40]}
    chosen = choose_units(TIERS, known, RULES, 2026)
    assert [sum(one.tier == tier for one in chosen) for tier in ("so", "xa")] == [6, 31]


def test_every_unit_is_reached_in_its_time_although_the_same_ones_are_always_risky() -> None:
    found = years(RULES, TIERS, risky=40, until=2042)
    ever = [len([code for code in one if code in set(XA)]) for one in found]
    assert ever[:4] == [31, 40, 71, 102]
    assert [len([code for code in one if code in set(SO)]) for one in found][3] == 20
    for year, last in enumerate(found[3:], start=2029):
        assert max(year - one for one in last.values()) <= 3, f"a gap at the end of {year}"


@given(st.integers(1, 60), st.integers(1, 6), st.integers(0, 60), st.data())
def test_no_unit_is_left_longer_than_the_rules_say(count: int, gap: int, risky: int, data) -> None:
    """Whatever the share is, as long as it can be kept; whatever the risks are, and however they change."""
    share = data.draw(st.integers(math.ceil(1000 / gap), 1000).map(lambda one: Decimal(one) / 1000))
    rules = with_share(str(share), gap)
    units = XA[:count]
    assume(math.ceil(count / rules.tiers["xa"].capacity(count)) <= gap)
    last: dict[str, int] = {}
    for year in range(2026, 2026 + 2 * gap):
        risks = {code: data.draw(st.integers(0, 3)) for code in units[:3]}
        known = {
            code: UnitRecord(risks.get(code, 4 if place < risky else 0), last_inspected=last.get(code))
            for place, code in enumerate(units)
        }
        chosen = choose_units({"xa": units}, known, rules, year)
        assert len(chosen) == rules.tiers["xa"].capacity(count), (
            "the share of a year is neither more nor less"
        )
        last |= {one.unit_code: year for one in chosen}
        if year >= 2026 + gap - 1:
            assert set(last) == set(units)
            assert max(year - one for one in last.values()) < gap


@pytest.mark.parametrize(("share", "years_needed"), [("0.2", 5), ("0.24", 5)])
def test_a_share_that_cannot_keep_the_longest_gap_is_refused(share: str, years_needed: int) -> None:
    with pytest.raises(RuleRefused) as refused:
        choose_units({"xa": XA}, {}, with_share(share), 2026)
    shown = share.removeprefix("0.").ljust(2, "0")
    assert str(refused.value) == (
        f"inspection.yaml: khối xa: {shown} % mỗi năm cần ít nhất {years_needed} năm để đến hết 102 đơn vị; "
        "khong_qua_nam đang là 4."
    )


@given(provinces, st.randoms())
def test_the_order_of_the_register_does_not_choose(units, random) -> None:
    shuffled = list(units)
    random.shuffle(shuffled)
    assert rank_units({"xa": shuffled}, units, RULES, 2026) == rank_units(
        {"xa": list(units)}, units, RULES, 2026
    )


@given(provinces)
def test_beyond_those_that_must_go_no_unit_left_out_has_a_higher_risk(units) -> None:
    ranked = rank_units({"xa": list(units)}, units, RULES, 2026)
    edge = RULES.not_two_years_running.unless_risk_from
    held_back = {one.unit_code for one in ranked if one.last_inspected == 2025 and one.risk < edge}
    free = [one.risk for one in ranked if one.chosen and not one.must_go and one.unit_code not in held_back]
    left = [one.risk for one in ranked if not one.chosen and one.unit_code not in held_back]
    assert not free or not left or min(free) >= max(left)


def test_a_unit_of_last_year_waits_unless_its_risk_is_high() -> None:
    known = {code: UnitRecord(late_reports=2, last_inspected=2025) for code in XA[:31]}  # 4 points
    known |= {code: UnitRecord(last_inspected=2024) for code in XA[31:]}
    assert not {one.unit_code for one in choose_units({"xa": XA}, known, RULES, 2026)} & set(XA[:31])
    known[XA[0]] = UnitRecord(late_reports=3, last_inspected=2025)  # 6 points
    assert XA[0] in {one.unit_code for one in choose_units({"xa": XA}, known, RULES, 2026)}


def test_equal_risk_is_drawn_anew_each_year() -> None:
    first, second = ([one.unit_code for one in choose_units(TIERS, {}, RULES, year)] for year in (2026, 2027))
    assert first != second


def test_a_unit_that_came_into_being_later_is_due_later() -> None:
    known = {"a": UnitRecord(exists_since=2028), "b": UnitRecord()}
    assert {one.unit_code: one.due_year for one in rank_units({"so": ["a", "b"]}, known, RULES, 2028)} == {
        "a": 2031,
        "b": 2029,
    }


def test_the_reason_names_everything_that_counted() -> None:
    (choice,) = choose_units(
        {"so": ["a"]}, {"a": UnitRecord(2, 1, 3, open_orders=2, last_inspected=2022)}, RULES, 2026
    )
    assert choice.risk == 2 * 2 + 1 + 3 + 2 * 2
    assert choice.must_go and choice.reason == (
        "đến hạn: phải kiểm tra trước khi hết năm 2026; 2 báo cáo nộp trễ hoặc không nộp; 1 biểu mẫu bị trả lại do sai "
        "số liệu; 3 nhiệm vụ kế hoạch quá hạn; 2 yêu cầu sau kiểm tra chưa khắc phục; kiểm tra lần gần nhất năm 2022"
    )
    (never,) = choose_units({"so": ["a"]}, {}, RULES, 2026)
    assert never.reason == "chưa được kiểm tra trong các năm có dữ liệu"
