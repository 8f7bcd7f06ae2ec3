"""Who stands behind a total, and how it would read by the other rule."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.figures.test_reconciliation import drafted, figure, share, systems, taking
from tests.support.reports import Reporting

from cchc.figures.consolidate import add_up, counted_figures, load_consolidation
from cchc.figures.origins import origin_rows, origin_words, other_words
from cchc.figures.readings import origins_of, other_figures, with_readings
from cchc.figures.reconciliation import Evidence
from cchc.figures.tally import Origin
from cchc.indicators import IndicatorRegister
from cchc.sources import DOC_MANAGEMENT, ONE_STOP
from cchc.units import UnitRegister
from cchc.workbooks.forms import ReportedFigure
from cchc.workbooks.shown import Shown, ShownBy
from cchc.year import Calendar

REGISTER = IndicatorRegister.load()
DAY = Calendar.load().round("2026-NAM").reference_day
UNITS = UnitRegister.load().on(DAY, ["xa"])[:4]
SHOWN = [one for one in REGISTER.on(DAY) if one.code in ("T06.1", "VB.9", "VB.3", "T06.R", "T06.5", "T06.6")]
NUMBERS = st.none() | st.integers(0, 50)


@given(st.lists(st.tuples(NUMBERS, NUMBERS, st.booleans(), st.booleans()), min_size=4, max_size=4))
def test_the_units_by_origin_are_all_that_are_counted_and_the_other_rule_is_the_other_sum(
    given_by: list[tuple[int | None, int | None, bool, bool]],
) -> None:
    """Of each unit: its own figure, the export's, whether that one has a gap, whether it reported at all."""
    found, reported, expected, other = {}, set(), [], []
    for unit, (own, system, has_gap, speaks) in zip(UNITS, given_by, strict=True):
        figures = {}
        if speaks:
            reported.add(unit.code)
        if speaks and own is not None:
            figures["self"] = figure("T06.1", str(own))
        if system is not None:
            figures[ONE_STOP] = figure("T06.1", str(system))
        gaps = {ONE_STOP} if has_gap else set()
        order = [name for name in (ONE_STOP, "self") if name in figures and name not in gaps]
        found[unit.code] = {"T06.1": Evidence(figures, order, set(figures), gaps, None, True)}
        mine = own if speaks else None
        expected.append(system if system is not None and not has_gap else mine)
        other.append(mine)
    shown = [one for one in SHOWN if one.code == "T06.1"]
    owed = {unit.code: {"T06.1"} for unit in UNITS}
    lines, others = (
        add_up(shown, owed, UNITS, figures) for figures in (counted_figures(found), other_figures(found))
    )
    line = with_readings(lines, others, shown, owed, UNITS, found, origins_of(found, reported))[
        "T06.1", "tinh"
    ]
    counted = [one for one in expected if one is not None]
    assert line.value == (sum(counted) if counted else None)
    assert sum(line.origins.values()) == line.units_counted == len(counted)
    silent = [one for one in given_by if one[1] is not None and not one[2] and not one[3]]
    assert line.origins.get(Origin.SYSTEM_FOR_SILENT, 0) == len(silent)
    if all(one[1] is None for one in given_by):
        assert line.other is None
    else:
        assert line.other is not None
        said = [one for one in other if one is not None]
        assert (line.other.rule, line.other.units_counted) == ("units", len(said))
        assert line.other.value == (sum(said) if said else None)


def test_a_draft_keeps_who_stands_behind_each_figure_and_its_other_reading(reporting: Reporting) -> None:
    body, other, silent, *_ = reporting.units
    reporting.report(body, {"T06.1": figure("T06.1", "10"), "I.1.1": figure("I.1.1", "4")})
    reporting.report(other, {"T06.1": figure("T06.1", "5"), "VB.3": figure("VB.3", "2")})
    one_stop = {
        (body.code, "T06.1"): figure("T06.1", "12"),
        (silent.code, "T06.1"): figure("T06.1", "100"),
        (silent.code, "T06.R"): share("T06.R", 9, 10),
    }
    systems(reporting, ONE_STOP, one_stop)
    facts = drafted(reporting)
    line = facts.consolidation.line("T06.1")
    assert line and line.value == 117
    assert dict(line.origins) == {Origin.SYSTEM: 1, Origin.SYSTEM_FOR_SILENT: 1, Origin.UNIT: 1}
    assert line.other and (line.other.value, line.other.units_counted, line.other.rule) == (15, 2, "units")
    typed = facts.consolidation.line("I.1.1")
    assert typed and (dict(typed.origins), typed.other) == ({Origin.UNIT: 1}, None)
    assert load_consolidation(reporting.store, "2026-Q1", indicators=REGISTER) == facts.consolidation
    rows = {row.indicator.code: row for row in origin_rows(facts)}
    assert (rows["T06.1"].shown, rows["T06.1"].other, rows["T06.1"].other_counted) == ("117", "15", 2)
    assert origin_words(line).count(":") == 3
    assert "15" in other_words(facts.indicator_of["T06.1"], line)
    assert facts.origins[silent.code]["T06.1"] is Origin.SYSTEM_FOR_SILENT


def test_where_the_unit_comes_first_the_other_reading_is_the_systems(reporting: Reporting) -> None:
    body, silent, *_ = reporting.units
    reporting.report(body, {"T06.1": figure("T06.1", "10")})
    systems(reporting, ONE_STOP, {(one.code, "T06.1"): figure("T06.1", "12") for one in (body, silent)})
    line = drafted(reporting, taking(T06_1=("self",))).consolidation.line("T06.1")
    assert line and (line.value, dict(line.origins)) == (10, {Origin.UNIT: 1})
    assert line.other and (line.other.value, line.other.rule) == (24, "systems")


def test_what_follows_from_an_exports_figures_has_their_origin(reporting: Reporting) -> None:
    body, silent, *_ = reporting.units
    reporting.report(body, {"VB.3": figure("VB.3", "1")})
    systems(reporting, DOC_MANAGEMENT, {(silent.code, "VB.3"): figure("VB.3", "7")})
    line = drafted(reporting).consolidation.line("VB.9")
    assert line and (line.numerator, line.units_counted) == (2, 2)
    assert dict(line.origins) == {Origin.SYSTEM_FOR_SILENT: 1, Origin.UNIT: 1}
    assert line.other and (line.other.numerator, line.other.units_counted) == (1, 1)


def test_a_draft_of_an_older_version_is_not_made_anew_for_its_origins(reporting: Reporting) -> None:
    reporting.report(reporting.units[0], {"T06.1": figure("T06.1", "10")})
    first = drafted(reporting).consolidation
    with reporting.store.write() as tx:
        tx.connection.exec_driver_sql("DELETE FROM consolidated_readings")
    again = drafted(reporting).consolidation
    assert again.draft == first.draft
    line = again.line("T06.1")
    assert line and line.value == Decimal(10) and not line.origins


@pytest.mark.parametrize("word", Origin)
def test_every_origin_has_its_words(word: Origin) -> None:
    from cchc.texts import table

    assert table("figures.origins")[word]


def test_a_confirmation_is_the_units_word_in_the_other_reading(reporting: Reporting) -> None:
    body, other, silent, *_ = reporting.units
    shown = replace(ReportedFigure("T06.1"), cell="I12", shown=Shown(ShownBy.SYSTEM, Decimal(90)))
    reporting.report(body, {"T06.1": shown, "I.1.1": figure("I.1.1", "7")})
    reporting.report(other, {"T06.1": replace(figure("T06.1", "15", explanation="x"), shown=shown.shown)})
    systems(
        reporting, ONE_STOP, {(unit.code, "T06.1"): figure("T06.1", "100") for unit in (body, other, silent)}
    )
    line = drafted(reporting).consolidation.line("T06.1")
    assert line and (line.value, line.origins[Origin.SYSTEM]) == (300, 2)
    assert line.other and (line.other.value, line.other.units_counted) == (115, 2)
