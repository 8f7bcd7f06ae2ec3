"""Figures of before the system came: kept with their file, replaced by newer ones, and never a round of ours."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from cchc.audit.checking import audit
from cchc.clock import at
from cchc.errors import RuleRefused
from cchc.files import sha256_bytes
from cchc.indicators import IndicatorRegister
from cchc.paths import Instance
from cchc.run import Run
from cchc.store import Store, fingerprint
from cchc.submissions import past_years
from cchc.submissions.comparison import last_year_figures
from cchc.submissions.past_years import bring_in, imports, past_figures, past_round, version_of
from cchc.units import UnitRegister
from cchc.workbooks.past_form import PROVINCE, PastFigure, build_past_workbook
from cchc.workbooks.read_past import PastFiguresRefused

NEW_YEAR, LATER = at(date(2026, 1, 5), 8), at(date(2026, 2, 9), 10)
UNIT = "30292"
FIRST = [
    PastFigure("2025-Q1", PROVINCE, "I.1.1", Decimal(900), units_counted=15),
    PastFigure("2025-NAM", UNIT, "I.1.1", Decimal(7)),
    PastFigure("2025-NAM", UNIT, "III.5.3", None, Decimal(3), Decimal(4)),
    PastFigure("2025-NAM", "30760", "I.1.1", Decimal(5)),
]


@pytest.fixture
def run(any_store: Store, instance: Instance) -> Run:
    return Run(any_store, instance, NEW_YEAR, actor="Trần Thị Bình, chuyên viên")


def book(run: Run, figures: list[PastFigure]) -> bytes:
    indicators = IndicatorRegister([run.indicators.get(code) for code in ("I.1.1", "III.5.3")])
    units = UnitRegister([run.units.get(code) for code in (UNIT, "30760")])
    return build_past_workbook(run.calendar, 2025, units, indicators, NEW_YEAR, figures)


def bare(figures: list[PastFigure]) -> set[PastFigure]:
    return {replace(one, cell="") for one in figures}


def test_figures_are_kept_with_their_file_and_nothing_is_owed(run: Run) -> None:
    content = book(run, FIRST)
    done = bring_in(run, "/tmp/nam 2025.xlsx", content)
    assert done.is_new and not done.replaced
    (version,) = imports(run.store)
    assert (version.file_name, version.file_sha256) == ("nam 2025.xlsx", sha256_bytes(content))
    assert (version.actor, version.recorded_at) == (run.actor, NEW_YEAR)
    assert (version.figures, version.columns) == (
        {"2025-Q1": 1, "2025-NAM": 3},
        {"2025-Q1": 1, "2025-NAM": 2},
    )
    past = past_round(run.store, "2025-NAM")
    assert past is not None
    assert past.units[UNIT]["III.5.3"].value == 75
    assert past.province == {}
    assert bare(past_figures(run.store, run.calendar, 2025)) == set(FIRST)
    assert run.rounds.all() == [] and list(run.ledger.states(LATER)) == []
    (kept,) = (run.instance.data / past_years.FOLDER).rglob("*.xlsx")
    assert kept.read_bytes() == content


def test_the_same_file_again_changes_nothing(run: Run) -> None:
    content = book(run, FIRST)
    bring_in(run, "a.xlsx", content)
    before = fingerprint(run.store)
    assert not bring_in(replace(run, as_of=LATER), "a.xlsx", content).is_new
    assert fingerprint(run.store) == before


def test_a_newer_file_replaces_the_rounds_it_speaks_of_and_the_old_one_stays(run: Run) -> None:
    bring_in(run, "a.xlsx", book(run, FIRST))
    newer = [PastFigure("2025-NAM", UNIT, "I.1.1", Decimal(8))]
    done = bring_in(replace(run, as_of=LATER), "b.xlsx", book(run, newer))
    assert done.replaced["2025-NAM"].seq == 1
    assert done.gone == {"2025-NAM": ("30760",)}
    assert bare(past_figures(run.store, run.calendar, 2025)) == {FIRST[0], newer[0]}
    before = past_round(run.store, "2025-NAM", NEW_YEAR)
    assert before is not None
    assert before.units["30760"]["I.1.1"].value == 5, "a run of then sees what was known then"
    assert version_of(run.store, "2025-NAM", at(date(2026, 1, 1))) is None


def test_a_faulty_file_leaves_no_trace(run: Run) -> None:
    before = fingerprint(run.store)
    wrong = [PastFigure("2025-NAM", UNIT, "I.1.1", Decimal(-1))]
    with pytest.raises(PastFiguresRefused):
        bring_in(run, "a.xlsx", book(run, wrong))
    with pytest.raises(RuleRefused):
        bring_in(replace(run, actor=" "), "a.xlsx", book(run, FIRST))
    assert fingerprint(run.store) == before
    assert not (run.instance.data / past_years.FOLDER).exists()


def test_a_unit_sees_its_own_figure_of_last_year_in_form_and_checks(run: Run) -> None:
    bring_in(run, "a.xlsx", book(run, FIRST))
    later = replace(run, as_of=LATER)
    unit = run.units.get(UNIT)
    assert last_year_figures(later, "2025-NAM", unit) == {"I.1.1": Decimal(7), "III.5.3": Decimal(75)}
    assert last_year_figures(later, "2025-Q1", unit) == {}
    assert last_year_figures(replace(run, as_of=at(date(2026, 1, 1))), "2025-NAM", unit) == {}


def test_the_audit_misses_a_kept_file_and_a_figure_that_was_changed(run: Run) -> None:
    bring_in(run, "a.xlsx", book(run, FIRST))
    assert audit(run).proven
    with run.store.write() as tx:
        tx.connection.exec_driver_sql("UPDATE past_figures SET value = '70' WHERE value = '7'")
    (kept,) = (run.instance.data / past_years.FOLDER).rglob("*.xlsx")
    kept.unlink()
    kinds = {one.kind for one in audit(run).damages}
    assert {"file_gone", "row_changed"} <= kinds
