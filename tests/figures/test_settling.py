"""A person's decision goes before every order, and an export with a gap is not taken without one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from tests.figures.test_reconciliation import drafted, figure, systems, view
from tests.support.reports import Reporting

from cchc.clock import to_text
from cchc.errors import RuleRefused
from cchc.figures.consolidate import consolidate
from cchc.figures.settling import settle
from cchc.figures.tally import Origin, Tally
from cchc.indicators import IndicatorRegister
from cchc.report.reconciliation_book import taken_from
from cchc.sources import CATALOGUE, ONE_STOP
from cchc.units import UnitRegister
from cchc.workbooks.forms import ReportedFigure
from cchc.workbooks.shown import Shown, ShownBy


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


def test_what_forms_showed_in_march_becomes_the_frozen_figure_or_is_missing_by_name(
    reporting: Reporting,
) -> None:
    """A form is written weeks before the export is frozen, answered in between or too late, and the frozen export may
    lack what the form still had."""
    confirming, disputing, silent, late, gapped, asked = reporting.units
    due, closes = reporting.round_.unit_due_at, reporting.round_.closes_at
    shown = replace(ReportedFigure("T06.1"), cell="I12", shown=Shown(ShownBy.SYSTEM, Decimal(90)))
    others = {"I.1.1": figure("I.1.1", "7")}
    for unit, when in (
        (confirming, due - timedelta(days=9)),
        (gapped, due),
        (late, closes + timedelta(hours=3)),
    ):
        reporting.report(unit, {"T06.1": shown, **others}, when=when)
    dispute = replace(figure("T06.1", "120", explanation="Sổ giấy"), cell="I12", shown=shown.shown)
    reporting.report(disputing, {"T06.1": dispute, **others}, when=due - timedelta(days=1))
    reporting.report(asked, {"T06.1": figure("T06.1", "7"), **others})
    covered = (confirming, disputing, silent, late, gapped)
    systems(reporting, ONE_STOP, {(unit.code, "T06.1"): figure("T06.1", "100") for unit in covered})
    with_gap(reporting, gapped)

    def at(moment: datetime) -> Tally:
        registers = UnitRegister.load(), IndicatorRegister.load()
        line = consolidate(reporting.store, reporting.round_, None, *registers, moment).line("T06.1")
        assert line is not None
        return line

    first = at(closes)
    assert (first.value, first.units_counted, first.missing) == (407, 5, (gapped.code,))
    assert first.origins == {Origin.SYSTEM: 2, Origin.SYSTEM_FOR_SILENT: 2, Origin.UNIT: 1}
    assert first.other and (first.other.value, first.other.units_counted) == (227, 3)
    decide(reporting, gapped, ONE_STOP, hours=-4)
    assert at(closes) == first, "what was decided, and what came, after the close changes nothing before it"
    second = at(closes + timedelta(days=4))
    assert (second.value, second.missing) == (507, ())
    assert second.origins == {Origin.SYSTEM: 4, Origin.SYSTEM_FOR_SILENT: 1, Origin.UNIT: 1}


def test_of_two_people_who_decide_at_once_neither_word_is_lost(
    reporting: Reporting, monkeypatch: pytest.MonkeyPatch
) -> None:
    body, *_ = reporting.units
    reporting.report(body, {"T06.1": figure("T06.1", "10")})
    systems(reporting, ONE_STOP, {(body.code, "T06.1"): figure("T06.1", "12")})
    both = Barrier(2)

    def meanwhile(moment: datetime) -> str:
        """Between what one has read and what it writes the other reads too, if it can."""
        with suppress(BrokenBarrierError):
            both.wait(0.5)
        return to_text(moment)

    monkeypatch.setattr("cchc.figures.settling.to_text", meanwhile)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda witness: decide(reporting, body, witness), ["self", ONE_STOP]))
    kept = reporting.store.query("figures.settled", round_id="2026-Q1", known_by="9999")
    assert {row["witness"] for row in kept} == {"self", ONE_STOP}


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
