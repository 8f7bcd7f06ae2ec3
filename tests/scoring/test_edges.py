"""Edges of scoring: the last day of a year, no year before, a set that is gone, numbers as they are shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from tests.support.results import decide_all, kept_set, made_row, made_set, scores

from cchc.clock import at
from cchc.criteria import Points
from cchc.errors import RuleRefused
from cchc.paths import Instance
from cchc.run import Run
from cchc.scores import NumberUsed
from cchc.scoring.comparing import moves
from cchc.scoring.computing import Computed
from cchc.scoring.editions import Publishing, last_edition, put_edition, rebuild_with
from cchc.scoring.gathering import not_scored, round_results
from cchc.scoring.objections import decide_objection
from cchc.scoring.results import rank_list
from cchc.scoring.scored_units import ended_units
from cchc.scoring.years import with_year_before
from cchc.store import Store
from cchc.units import UnitRegister

UNITS = UnitRegister.load()
FIRST, SECOND = "so-noi-vu", "so-tu-phap"
ROWS = (("1.1", "60", "dat:60;mot_phan:30;khong:0"), ("2.1", "40", "dat:40;khong:0"))


def register(**ends: date) -> Any:
    """The two departments alone, ended on these days."""
    units = [replace(UNITS.get(code.replace("_", "-")), valid_to=day) for code, day in ends.items()]
    return SimpleNamespace(all=units, successors=lambda _: [])


@pytest.mark.parametrize(
    ("day", "ended"),
    [
        (date(2025, 12, 31), False), (date(2026, 1, 1), True), (date(2026, 12, 30), True),
        (date(2026, 12, 31), False),
    ],
)  # fmt: skip
def test_a_unit_that_is_there_on_the_last_day_is_scored(day: date, ended: bool) -> None:
    """One whose last day is the 31st was there on it; one that ended the year before is not told of again."""
    found = ended_units(register(so_noi_vu=day), 2026)
    assert [one.unit.code for one in found] == ([FIRST] if ended else [])


def test_who_is_not_scored_stands_in_the_list_of_its_set_and_of_no_set_nowhere() -> None:
    own = kept_set(*ROWS, applies_to={"units": [FIRST]})
    both = register(so_noi_vu=date(2026, 6, 30), so_tu_phap=date(2026, 6, 30))
    found = not_scored(both, [own], 2026)
    assert {code: [one.unit_code for one in units] for code, units in found.items()} == {own.code: [FIRST]}
    assert "từ 01/07/2026" in found[own.code][0].note


def published(store: Store, instance: Instance, year: int, points: dict[str, tuple[str, str]]) -> Run:
    run = Run(store, instance, at(date(year, 12, 1), 9), f"{year}-CD")
    valid = {"from": f"{year}-01-01", "until": f"{year}-12-31"}
    own = kept_set(*ROWS, applies_to={"units": [FIRST, SECOND]}, valid=valid)
    decide_all(run, own, points, at(date(year + 1, 1, 20), 9))
    moment = at(date(year + 1, 1, 28), 9)
    later = replace(run, as_of=moment)
    results = round_results(store, run.units, run.round.round_id, year, moment)
    with store.write() as tx:
        put_edition(tx, results, Publishing(1, moment, moment, "thu", 1, "7/QĐ-UBND"))
    return later


def test_a_year_stands_beside_the_one_before_and_the_first_one_alone(
    store: Store, instance: Instance
) -> None:
    published(store, instance, 2025, {FIRST: ("30", "40"), SECOND: ("60", "0")})
    run = published(store, instance, 2026, {FIRST: ("60", "40"), SECOND: ("60", "0")})
    results = round_results(store, run.units, "2026-CD", 2026, run.as_of)
    before = with_year_before(store, results).before
    assert {code: (one.index, one.rank) for code, one in before.items()} == {
        FIRST: (Decimal("70.00"), 1), SECOND: (Decimal("60.00"), 2),
    }  # fmt: skip
    assert with_year_before(store, replace(results, year=2025)).before == {}


def test_an_edition_whose_set_is_gone_is_not_rebuilt_from_another(store: Store, instance: Instance) -> None:
    published(store, instance, 2026, {FIRST: ("60", "40"), SECOND: ("60", "0")})
    edition = last_edition(store, "2026-CD")
    assert edition is not None
    with pytest.raises(RuleRefused) as refused:
        rebuild_with(store, edition, 2026, {})
    assert refused.value.rule == "set-lost"


def test_an_objection_that_nobody_knows_is_refused_with_those_there_are(
    store: Store, instance: Instance
) -> None:
    run = Run(store, instance, at(date(2027, 2, 1), 9), "2026-CD", actor="tc.gd")
    with pytest.raises(RuleRefused, match="chưa có kiến nghị nào") as refused:
        decide_objection(run, "khong-co", "giu", "Vì", "1/TB")
    assert refused.value.rule == "unknown"


def test_whoever_was_in_no_list_before_has_not_moved() -> None:
    own = made_set(made_row("1.1", 100))
    one, both = [scores("a", own, c1_1=100)], [scores("a", own, c1_1=50), scores("b", own, c1_1=100)]
    found = moves([rank_list("so", "Sở", one)], [rank_list("so", "Sở", both)])
    assert [(move.unit_code, move.rank_before, move.rank_after) for move in found] == [("a", 1, 2)]


def test_numbers_of_one_origin_stand_on_a_line_and_duties_by_how_late_they_were() -> None:
    report = "2026-NAM/30760/bao_cao/abc"
    numbers = (
        NumberUsed("I.1.1", Decimal(20), report), NumberUsed("I.1.2", None, report),
        NumberUsed("kt:vua", Decimal(2), "kiểm tra năm 2026, 1 lượt"),
        NumberUsed("obl:bao_cao", Decimal(0), "2026-Q1/30760/bao_cao"),
        NumberUsed("obl:bao_cao", Decimal(3), "2026-6T/30760/bao_cao"),
        NumberUsed("obl:nhiem_vu", None, "2026-KH/30760/nhiem_vu/NV01"),
    )  # fmt: skip
    assert Computed(Points(Decimal(1)), "x", numbers).data.splitlines() == [
        "I.1.1 = 20; I.1.2 = không có (báo cáo 2026-NAM của đơn vị)",
        "kt:vua = 2 (kiểm tra năm 2026, 1 lượt)",
        "2026-Q1: đúng hạn",
        "2026-6T: trễ 3 ngày",
        "2026-KH NV01: chưa nộp",
    ]
