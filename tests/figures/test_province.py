"""How the province's figure comes about: every way gives what its name says, and unknown is never 0."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.reports import Reporting

from cchc.figures.consolidate import add_up, consolidate
from cchc.figures.province import (
    FROM_BOOKS,
    FROM_FIGURES,
    OurBooks,
    of_books,
    read_books,
    with_derived,
)
from cchc.indicators import Indicator, IndicatorRegister
from cchc.indicators.meaning import PROVINCE_FIGURES, StatedBy
from cchc.inspection.visits import PlannedVisit, VisitKind, VisitState, advance, known_visits, make_visits
from cchc.obligations import Event, EventKind, Ledger, Obligation, RoundLedger
from cchc.run import Run
from cchc.texts import table
from cchc.units import Unit, UnitRegister
from cchc.workbooks.forms import ReportedFigure
from cchc.year import Calendar, Product

REGISTER, UNITS = IndicatorRegister.load(), UnitRegister.load()
ROUND = Calendar.load().round("2026-NAM")
COUNTS = st.none() | st.integers(0, 3)


def figures(**values: int | None) -> dict[str, ReportedFigure]:
    named = {code.replace("_", "."): value for code, value in values.items()}
    return {
        code: ReportedFigure(code, value=None if value is None else Decimal(value))
        for code, value in named.items()
    }


def one(code: str) -> Indicator:
    return next(row for row in REGISTER.on(ROUND.reference_day) if row.code == code)


def derived(code: str, own: dict[str, ReportedFigure]) -> Decimal | None:
    found = with_derived({"a": own}, [one(code)], {"a": {code}})["a"].get(code)
    return None if found is None else found.value


def test_every_way_that_the_file_may_name_is_worked_out_and_has_its_words() -> None:
    of_units = {"sum", "ratio", "count_yes", "distribution", "none", "owner", "distinct"}
    assert of_units | FROM_FIGURES.keys() | FROM_BOOKS.keys() == PROVINCE_FIGURES.keys()
    assert table("figures.province_figure").keys() == PROVINCE_FIGURES.keys()
    assert table("figures.stated_by").keys() == set(StatedBy)
    for name in FROM_FIGURES:
        assert PROVINCE_FIGURES[name].stated_by == {StatedBy.FIGURES}, name
    for name in FROM_BOOKS:
        assert PROVINCE_FIGURES[name].stated_by <= {StatedBy.LEDGER, StatedBy.REGISTER}, name


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_a_sum_of_figures_is_unknown_as_soon_as_one_is(a: Any, b: Any, c: Any, d: Any) -> None:
    values = [a, b, c, d]
    found = derived("VI.3.1", figures(VI_3_2=a, VI_3_3=b, VI_3_4=c, VI_3_5=d))
    assert found == (None if None in values else sum(values))


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_a_unit_with_one_document_counts_and_silence_is_no_no(a: Any, b: Any, c: Any, d: Any) -> None:
    values = [a, b, c, d]
    found = derived("VB.9", figures(VB_3=a, VB_4=b, VB_7=c, VB_8=d))
    if any(value for value in values if value is not None):
        assert found == 1
    else:
        assert found == (None if None in values else 0)


def test_communes_that_said_yes_are_counted_over_the_communes_that_answered() -> None:
    body, *communes = [*UNITS.on(ROUND.reference_day, ["so"])[:1], *UNITS.on(ROUND.reference_day, ["xa"])[:3]]
    units = [body, *communes]
    shown = [one("VII.2.1"), one("VII.2.2")]
    owed = {unit.code: {row.code for row in shown if row.counts(unit.tier, unit.code)} for unit in units}
    given_by = {
        body.code: figures(VII_2_1=1),
        communes[0].code: figures(VII_2_1=1),
        communes[1].code: figures(VII_2_1=0),
    }
    lines = add_up(shown, owed, units, with_derived(given_by, shown, owed))
    line = lines["VII.2.2", "tinh"]
    assert (line.numerator, line.denominator, line.units_obliged) == (1, 2, 3)
    assert line.missing == (communes[2].code,) and line.value == lines["VII.2.1", "xa"].value
    assert ("VII.2.2", "so") not in lines


def test_what_a_unit_gave_itself_is_not_worked_out_again() -> None:
    typed = figures(VI_3_1=9, VI_3_2=1, VI_3_3=0, VI_3_4=0, VI_3_5=0)
    assert derived("VI.3.1", typed) == 9


def test_an_owners_figure_is_the_provinces_and_no_tiers() -> None:
    units: list[Unit] = UNITS.on(ROUND.reference_day)
    shown = [one("III.2.3"), one("IV.7.2")]
    owed = {unit.code: {row.code for row in shown if row.counts(unit.tier, unit.code)} for unit in units}
    typed = {unit.code: figures(III_2_3=1500 if unit.code == "vp-ubnd" else 400, IV_7_2=7) for unit in units}
    lines = add_up(shown, owed, units, typed)
    assert {key: line.value for key, line in lines.items()} == {
        ("III.2.3", "tinh"): Decimal(1500),
        ("IV.7.2", "tinh"): Decimal(7),
    }
    assert (lines["III.2.3", "tinh"].units_counted, lines["III.2.3", "tinh"].units_obliged) == (1, 1)
    silent = add_up(shown, owed, units, {})["III.2.3", "tinh"]
    assert silent.value is None and silent.missing == ("vp-ubnd",)


def test_books_that_hold_nothing_say_nothing_and_the_register_knows_its_units() -> None:
    empty = OurBooks(UNITS, ROUND)
    rows = [replace(one("I.2.3"), province_figure=name, code=name) for name in FROM_BOOKS]
    lines = of_books(rows, empty)
    assert {code for code, line in lines.items() if line.value is not None} == {"registered_units"}
    assert lines["registered_units"].value == 102
    assert all(line.units_counted == line.units_obliged for line in lines.values())


@pytest.fixture
def books(reporting: Reporting) -> Any:
    """A round of inspections and tasks beside the reports of 2026: what the ledger knows at the round's close."""
    calendar = Calendar.load()
    opened = reporting.round_.opens_at
    communes = [unit.code for unit in UNITS.on(reporting.round_.reference_day, ["xa"])[:3]]
    chosen = [*communes, "so-y-te"]
    inspection = calendar.round("2026-KT")
    RoundLedger(reporting.store).open(inspection, opened, "thu")
    RoundLedger(reporting.store).open(calendar.round("2026-KH"), opened, "thu")
    run = Run(reporting.store, reporting.instance, opened, "2026-KT", actor="thu")
    make_visits(run, [PlannedVisit(code, VisitKind.PLANNED, f"2026-KT/{code}") for code in chosen])
    return reporting, communes, run


def owing(unit: str, product: Product, item: str, when: Any) -> Obligation:
    round_id = "2026-KT" if product == Product.ANSWER else "2026-KH"
    return Obligation(f"{round_id}/{unit}/{product}/{item}", round_id, unit, product, item, item, when)


def known(reporting: Reporting, name: str) -> Decimal | None:
    row = replace(one("I.2.3"), province_figure=name)
    with reporting.store.read() as tx:
        found = read_books(tx, reporting.round_, UNITS, reporting.round_.closes_at)
    return of_books([row], found)["I.2.3"].value


def test_inspections_findings_and_tasks_come_from_the_ledger(books: Any) -> None:
    reporting, communes, run = books
    opened = run.as_of
    assert known(reporting, "inspected_units") is None, "a list of units to be inspected is a plan"
    for visit in known_visits(reporting.store, "2026-KT"):
        advance(run, visit, VisitState.HELD)
    due = opened + timedelta(days=9)
    orders = [owing(communes[0], Product.ANSWER, number, due) for number in ("1", "2")]
    tasks = [owing(unit, Product.TASK, "NV.1", due) for unit in communes[:2]]
    Ledger(reporting.store).open(
        [*orders, *tasks, owing(communes[2], Product.TASK, "NV.2", due)], opened, "thu"
    )
    for obligation in (orders[0], *tasks[:1]):
        Ledger(reporting.store).record(
            Event(
                obligation.obligation_id,
                EventKind.nothing_to_report,
                opened,
                opened,
                "thu",
                detail={"reason": "x"},
            )
        )
    names = (
        "inspected_units",
        "inspection_findings",
        "inspection_findings_mended",
        "plan_tasks",
        "plan_tasks_done",
    )
    assert [known(reporting, name) for name in names] == [3, 2, 1, 2, 0], (
        "communes, not bodies; half a task is none"
    )
    for obligation in tasks[1:]:
        Ledger(reporting.store).record(
            Event(
                obligation.obligation_id,
                EventKind.nothing_to_report,
                opened,
                opened,
                "thu",
                detail={"reason": "x"},
            )
        )
    assert known(reporting, "plan_tasks_done") == 1


def test_the_books_are_part_of_the_consolidation_and_known_by_its_moment(books: Any) -> None:
    reporting, _, run = books
    closes = reporting.round_.closes_at
    late = closes + timedelta(days=1)
    for visit in known_visits(reporting.store, "2026-KT"):
        advance(replace(run, as_of=late), visit, VisitState.HELD)
    before = consolidate(reporting.store, reporting.round_, None, UNITS, REGISTER, closes)
    after = consolidate(reporting.store, reporting.round_, None, UNITS, REGISTER, late)
    values = [draft.line("I.2.3").value for draft in (before, after)]  # type: ignore[union-attr]  # both have it
    assert values == [None, 3] and after.draft == before.draft + 1
