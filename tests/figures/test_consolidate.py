"""Consolidation of a round in a store, on both engines."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook

from cchc.documents.marking import Marking
from cchc.errors import RuleRefused
from cchc.figures.consolidate import Consolidation, consolidate, load_consolidation
from cchc.figures.facts import gather
from cchc.indicators import IndicatorRegister
from cchc.obligations import EventKind
from cchc.report.appendix import build_appendix_xlsx
from cchc.texts import table
from cchc.units import UnitRegister
from cchc.workbooks.forms import ReportedFigure
from cchc.year import Calendar


def counts(**values: int) -> dict[str, ReportedFigure]:
    codes = {name.replace("_", "."): value for name, value in values.items()}
    return {code: ReportedFigure(code, raw=str(value), value=Decimal(value)) for code, value in codes.items()}


def run(reporting: Any, as_of: datetime | None = None, draft: int | None = None) -> Consolidation:
    when = as_of or reporting.round_.closes_at
    return consolidate(
        reporting.store, reporting.round_, draft, UnitRegister.load(), IndicatorRegister.load(), when
    )


def rows(reporting: Any) -> list[Mapping[str, Any]]:
    with reporting.store.read() as tx:
        found = tx.connection.exec_driver_sql("SELECT * FROM consolidated ORDER BY draft, indicator, scope")
        return [dict(row) for row in found.mappings()]


def test_province_and_tiers_add_up_and_missing_units_are_named(reporting: Any) -> None:
    body, _, commune, *silent = reporting.units
    reporting.report(body, counts(I_1_1=10))
    reporting.report(commune, counts(I_1_1=32))
    found = run(reporting)
    whole, so, xa = (found.line("I.1.1", scope) for scope in ("tinh", "so", "xa"))
    assert whole and so and xa
    assert (whole.value, so.value, xa.value) == (Decimal(42), Decimal(10), Decimal(32))
    assert (whole.units_counted, whole.units_obliged) == (2, 6)
    assert xa.missing == tuple(unit.code for unit in silent)


def test_every_indicator_that_somebody_owes_has_a_line(reporting: Any) -> None:
    found = run(reporting)
    day, kind = reporting.round_.reference_day, reporting.round_.kind
    register = IndicatorRegister.load()
    owed = {one.code for unit in reporting.units for one in register.counted(unit, day, kind)}
    books = {one.code for one in register.in_round(day, kind) if one.stated_by == "ledger"}
    assert set(found.indicators) == owed | books
    assert len(owed) > 100


def test_a_waived_unit_leaves_the_denominator_and_is_not_missing(reporting: Any) -> None:
    body, other, *_ = reporting.units
    reporting.report(body, counts(I_1_1=10))
    reporting.event(other, EventKind.waived)
    line = run(reporting).line("I.1.1")
    assert line and (line.value, line.units_obliged) == (Decimal(10), 5)
    assert other.code not in line.missing


def test_nothing_to_report_counts_as_reported_but_its_figures_stay_missing(reporting: Any) -> None:
    body, *_ = reporting.units
    reporting.event(body, EventKind.nothing_to_report)
    line = run(reporting).line("I.1.1")
    assert line and line.value is None
    assert line.nothing == (body.code,)


def test_a_section_with_nothing_is_an_answer_and_no_zero(reporting: Any) -> None:
    body, other, third, *_ = reporting.units
    reporting.report(body, counts(I_1_1=10))
    reporting.report(other, counts(T06_1=5), nothing=["I"])
    reporting.report(third, counts(T06_1=6))
    found = run(reporting)
    line, elsewhere = found.line("I.1.1"), found.line("T06.1")
    assert line and elsewhere
    assert (line.value, line.units_counted, line.nothing) == (Decimal(10), 1, (other.code,))
    assert other.code in line.missing and third.code in line.missing
    assert line.answered == 2
    assert (elsewhere.value, elsewhere.nothing) == (Decimal(11), ())
    assert load_consolidation(reporting.store, "2026-Q1", indicators=IndicatorRegister.load()) == found


def test_a_nought_beside_the_box_repeats_it_and_is_no_figure(reporting: Any) -> None:
    nought = ReportedFigure("I.1.1", raw="0", value=Decimal(0), nothing=True)
    reporting.report(reporting.units[0], {"I.1.1": nought}, nothing=["I"])
    line = run(reporting).line("I.1.1")
    assert line and (line.value, line.units_counted) == (None, 0)
    assert line.nothing == (reporting.units[0].code,)


def test_the_next_version_takes_the_box_back(reporting: Any) -> None:
    body, when = reporting.units[0], reporting.round_.unit_due_at - timedelta(days=2)
    reporting.report(body, {}, when=when, nothing=["I"])
    reporting.report(body, counts(I_1_1=3), when=when + timedelta(hours=1))
    line = run(reporting).line("I.1.1")
    assert line and (line.value, line.nothing) == (Decimal(3), ())
    assert line.missing == tuple(unit.code for unit in reporting.units[1:])


def test_documents_tell_who_has_nothing_from_who_left_it_blank(reporting: Any) -> None:
    body, other, *_ = reporting.units
    sections = {indicator.section for indicator in IndicatorRegister.load().all}
    reporting.report(body, {}, nothing=sorted(sections))
    reporting.report(other, counts(I_1_1=1), nothing=["III"])
    draft = run(reporting)
    when = reporting.round_.closes_at
    arguments = (UnitRegister.load(), IndicatorRegister.load(), Calendar.load())
    facts = gather(reporting.store, reporting.round_, draft, *arguments, when)
    words = table("appendix.missing")
    book = load_workbook(io.BytesIO(build_appendix_xlsx(facts, Marking(when))))
    reasons = {(row[0], row[2]): row[4] for row in book["Thiếu"].iter_rows(values_only=True)}
    assert reasons[body.name, None] == words["nothing"]
    assert reasons[other.name, "III.1.1"] == words["nothing"]
    assert reasons[other.name, "I.1.2"] == words["blank"]


def test_what_was_recorded_after_the_day_is_not_seen(reporting: Any) -> None:
    body, *_ = reporting.units
    reporting.report(body, counts(I_1_1=10), when=reporting.round_.closes_at + timedelta(hours=1))
    line = run(reporting).line("I.1.1")
    assert line and line.value is None


def test_consolidating_twice_changes_no_row_and_keeps_the_draft(reporting: Any) -> None:
    reporting.report(reporting.units[0], counts(I_1_1=10))
    first = run(reporting)
    before = rows(reporting)
    again = run(reporting, as_of=reporting.round_.closes_at + timedelta(days=1))
    assert (again.draft, again.as_of) == (first.draft, first.as_of) == (1, reporting.round_.closes_at)
    assert rows(reporting) == before


def test_changed_figures_make_a_new_draft_and_leave_the_old_one(reporting: Any) -> None:
    reporting.report(reporting.units[0], counts(I_1_1=10))
    run(reporting)
    before = rows(reporting)
    reporting.report(
        reporting.units[1], counts(I_1_1=5), when=reporting.round_.closes_at + timedelta(hours=1)
    )
    second = run(reporting, as_of=reporting.round_.closes_at + timedelta(hours=2))
    assert second.draft == 2
    assert [row for row in rows(reporting) if row["draft"] == 1] == before
    with pytest.raises(RuleRefused) as refused:
        run(reporting, as_of=reporting.round_.closes_at + timedelta(hours=2), draft=1)
    assert refused.value.rule == "draft-differs"


def test_loading_gives_back_what_was_consolidated(reporting: Any) -> None:
    parts = ReportedFigure("I.3.1", numerator=Decimal(9), denominator=Decimal(10), typed=False)
    reporting.report(reporting.units[0], counts(I_1_1=10, I_5_2=1, I_6_1=1) | {"I.3.1": parts})
    reporting.report(
        reporting.units[2],
        counts(I_5_2=2) | {"I.3.1": ReportedFigure("I.3.1", raw="96.90", value=Decimal("96.90"))},
    )
    made = run(reporting)
    assert load_consolidation(reporting.store, "2026-Q1", indicators=IndicatorRegister.load()) == made
    assert made.line("I.3.1").stated == (reporting.units[2].code,)  # type: ignore[union-attr]  # it was owed
    assert load_consolidation(reporting.store, "2026-6T") is None


def test_the_facts_of_a_draft_do_not_move_when_a_report_comes_after_it(reporting: Any) -> None:
    reporting.report(reporting.units[0], counts(I_1_1=10), texts={"noi_bat": "Đã làm nhiều việc."})
    draft = run(reporting)
    later = reporting.round_.closes_at + timedelta(hours=3)
    reporting.report(reporting.units[1], counts(I_1_1=5), when=later)
    arguments = (UnitRegister.load(), IndicatorRegister.load(), Calendar.load())
    facts = gather(reporting.store, reporting.round_, draft, *arguments, later + timedelta(hours=1))
    assert set(facts.figures) == {reporting.units[0].code}
    assert [s.timeliness for s in facts.standings] == ["on_time"] + ["missing"] * 5
    assert facts.summary.obliged == 6
    assert facts.narratives == {reporting.units[0].code: {"noi_bat": "Đã làm nhiều việc."}}
    assert [(unit.code, finding.rule) for unit, finding in facts.findings] == [
        (reporting.units[0].code, "thu")
    ]
    assert facts.last_year is None
