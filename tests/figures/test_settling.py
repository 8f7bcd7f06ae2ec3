"""A person's decision goes before every order, and an export with a gap is not taken without one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.figures.test_reconciliation import drafted, figure, systems, view
from tests.support.reports import Reporting

from cchc.errors import RuleRefused
from cchc.figures.settling import settle
from cchc.report.reconciliation_book import taken_from
from cchc.sources import CATALOGUE, ONE_STOP
from cchc.units import UnitRegister


def decide(
    reporting: Reporting, unit: Any, witness: str | None, hours: int = 2, reason: str = "Đã đối chiếu sổ"
) -> None:
    moment = reporting.round_.closes_at - timedelta(hours=hours)
    settle(reporting.store, "2026-Q1", [(unit.code, "T06.1")], witness, reason, "Trần Thị B", moment)


def with_gap(reporting: Reporting, unit: Any) -> None:
    with reporting.store.write() as tx:
        tx.execute(
            "sources.add_gap", round_id="2026-Q1", source=ONE_STOP, unit_code=unit.code,
            first_day="2026-02-09", last_day="2026-03-14", expected="31.0",
        )  # fmt: skip


def test_the_units_figure_is_taken_when_somebody_decides_so_and_the_order_again_when_it_is_taken_back(
    reporting: Reporting,
) -> None:
    body, other, *_ = reporting.units
    for unit in (body, other):
        reporting.report(unit, {"T06.1": figure("T06.1", "10")})
    systems(reporting, ONE_STOP, {(unit.code, "T06.1"): figure("T06.1", "12") for unit in (body, other)})
    values = [drafted(reporting).consolidation.line("T06.1")]
    decide(reporting, body, "self")
    facts = drafted(reporting)
    values.append(facts.consolidation.line("T06.1"))
    (line,) = [one for one in facts.differences if one.unit.code == body.code]
    assert (line.chosen, line.settled, taken_from(line)) == ("self", True, "đơn vị (Sở quyết định)")
    assert view(reporting)[body.code, "T06.1"]["chosen"] == "self"
    decide(reporting, body, None, hours=1)
    values.append(drafted(reporting).consolidation.line("T06.1"))
    assert [line.value for line in values if line] == [24, 22, 24]


def test_a_decision_needs_a_reason_and_a_number_and_leaves_nothing_half_done(reporting: Reporting) -> None:
    body, other, *_ = reporting.units
    reporting.report(body, {"T06.1": figure("T06.1", "10")})
    with pytest.raises(RuleRefused) as refused:
        decide(reporting, body, "self", reason=" ")
    assert refused.value.rule == "no-reason"
    moment = reporting.round_.closes_at
    pairs = [(body.code, "T06.1"), (other.code, "T06.1")]
    with pytest.raises(RuleRefused, match=other.code):
        settle(reporting.store, "2026-Q1", pairs, "self", "x", "thu", moment)
    assert view(reporting)[body.code, "T06.1"]["chosen"] == "self"
    assert reporting.store.query("figures.settled", round_id="2026-Q1", known_by="9999") == []


def test_a_figure_with_a_gap_is_shown_and_taken_only_by_a_decision(reporting: Reporting) -> None:
    body, silent, *_ = reporting.units
    reporting.report(body, {"T06.1": figure("T06.1", "30")})
    systems(reporting, ONE_STOP, {(unit.code, "T06.1"): figure("T06.1", "12") for unit in (body, silent)})
    for unit in (body, silent):
        with_gap(reporting, unit)
    facts = drafted(reporting)
    line = facts.consolidation.line("T06.1")
    assert line and (line.value, line.units_counted) == (30, 1)
    assert silent.code in line.missing, "half a window is no figure"
    told = {one.unit.code: taken_from(one) for one in facts.reconciliation if one.indicator.code == "T06.1"}
    assert told == {body.code: "đơn vị (bản kết xuất thiếu)", silent.code: "bản kết xuất thiếu"}
    decide(reporting, silent, ONE_STOP)
    line = drafted(reporting).consolidation.line("T06.1")
    assert line and line.value == 42
    assert view(reporting)[silent.code, "T06.1"]["chosen"] == ONE_STOP


def test_the_catalogue_states_its_figures_and_without_it_the_keeper_does(reporting: Reporting) -> None:
    keeper = UnitRegister.load().get("vp-ubnd")
    assert keeper.code in {unit.code for unit in reporting.units}
    reporting.report(keeper, {"III.2.3": figure("III.2.3", "1760"), "III.2.1": figure("III.2.1", "4")})
    systems(reporting, CATALOGUE, {(keeper.code, "III.2.3"): figure("III.2.3", "162")})
    facts = drafted(reporting)
    counted, typed, nobody = (facts.consolidation.line(code) for code in ("III.2.3", "III.2.1", "III.2.2"))
    assert counted and (counted.value, dict(counted.origins)) == (162, {"catalogue": 1})
    assert counted.other and (counted.other.value, counted.other.rule) == (1760, "units")
    assert typed and (typed.value, dict(typed.origins)) == (4, {"unit": 1})
    assert nobody and (nobody.value, nobody.missing) == (None, (keeper.code,)), "missing is not zero"
    (line,) = [one for one in facts.differences if one.indicator.code == "III.2.3"]
    assert (line.catalogue_value, line.gap, line.chosen) == (162, 1598, CATALOGUE)
