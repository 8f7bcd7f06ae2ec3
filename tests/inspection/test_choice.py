"""Which units are inspected: a share of all, the highest risk first, the same each time, with the reason."""

from __future__ import annotations

import math
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from cchc.inspection import InspectionRules, UnitRecord, choose_units

SETTINGS = InspectionRules.load()
records = st.builds(
    UnitRecord, st.integers(0, 4), st.integers(0, 4), st.integers(0, 4), st.none() | st.just(2025)
)
provinces = st.dictionaries(st.integers(1, 200).map(str), records, max_size=60)


@given(provinces)
def test_the_share_is_rounded_up_and_no_unit_left_out_has_a_higher_risk(units) -> None:
    chosen = choose_units(units, units, SETTINGS, 2026)
    assert len(chosen) == math.ceil(SETTINGS.share * len(units))
    everyone = choose_units(units, units, SETTINGS.model_copy(update={"share": Decimal(1)}), 2026)
    assert everyone[: len(chosen)] == chosen
    risks = [choice.risk for choice in everyone]
    assert risks == sorted(risks, reverse=True)


@given(provinces, st.randoms())
def test_the_order_of_the_register_does_not_choose(units, random) -> None:
    shuffled = list(units)
    random.shuffle(shuffled)
    assert choose_units(shuffled, units, SETTINGS, 2026) == choose_units(units, units, SETTINGS, 2026)


def test_equal_risk_is_drawn_anew_each_year() -> None:
    units = [str(number) for number in range(100)]
    assert choose_units(units, {}, SETTINGS, 2026) != choose_units(units, {}, SETTINGS, 2027)


def test_the_reason_names_everything_that_counted() -> None:
    (choice,) = choose_units(["a"], {"a": UnitRecord(2, 1, 3, 2024)}, SETTINGS, 2026)
    assert choice.risk == 2 * 2 + 1 + 3
    assert (
        choice.reason.startswith("2 báo cáo nộp trễ")
        and "2024" in choice.reason
        and "3 nhiệm vụ" in choice.reason
    )
    (never,) = choose_units(["a"], {}, SETTINGS, 2026)
    assert "chưa được kiểm tra" in never.reason
