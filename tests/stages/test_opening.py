"""A round opens for those who owe it, with forms that hold what is known, and asks each of them once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from openpyxl import load_workbook
from tests.sources.samples import export
from tests.support.dossiers import UNIT, dossier

from cchc.checks import reference_rounds
from cchc.clock import at
from cchc.errors import NothingToDo, RuleRefused
from cchc.paths import Instance
from cchc.run import Run
from cchc.sources import land_file
from cchc.stages import chasing, opening
from cchc.store import Store, fingerprint
from cchc.submissions.comparison import known_system_values
from cchc.workbooks.read_book import read_workbook
from cchc.year import Product

ROUND = "2026-Q1"
OPENED = at(date(2026, 3, 2), 8)


@pytest.fixture
def run(store: Store, instance: Instance) -> Run:
    return Run(store, instance, OPENED, ROUND, actor="chuyên viên")


def landed(run: Run, *ends: str) -> None:
    path = run.instance.export_drop / "a.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(export([dossier(f"H-{number}", end) for number, end in enumerate(ends)]))
    land_file(run.store, run.instance, path, run.units, run.as_of)


def test_a_round_is_not_opened_before_its_window_begins(run: Run) -> None:
    first = run.round.window.first
    early = replace(run, as_of=at(first, 8) - timedelta(days=1))
    before = fingerprint(run.store)
    with pytest.raises(RuleRefused, match=first.strftime("%d/%m/%Y")) as refused:
        opening.open_round(early)
    assert refused.value.rule == "window-not-begun"
    assert fingerprint(run.store) == before
    assert opening.open_round(replace(run, as_of=at(first, 8))) == ROUND


def test_each_obliged_unit_owes_one_report_by_the_day_of_the_round(run: Run) -> None:
    assert opening.open_round(run) == ROUND
    owed = [one for one, _ in run.ledger.states(OPENED, round_id=ROUND)]
    units = [unit.code for unit in opening.obliged_units(run, run.round)]
    assert sorted(one.unit_code for one in owed) == sorted(units)
    assert {(one.product, one.item, one.due_at) for one in owed} == {
        (Product.REPORT, "", run.round.unit_due_at)
    }
    assert all(run.round.title in one.title for one in owed)
    before = fingerprint(run.store)
    opening.open_round(replace(run, as_of=OPENED + timedelta(days=1)))
    assert fingerprint(run.store) == before, "opening again changes nothing"


def test_a_round_that_nobody_owes_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "units_owing", lambda _units, _round: [])
    with pytest.raises(RuleRefused, match="đơn vị") as refused:
        opening.open_round(run)
    assert refused.value.rule == "no-units"


def test_blocks_hold_every_obliged_unit_once_and_none_is_too_large(run: Run) -> None:
    units = [unit.code for unit in opening.obliged_units(run, run.round)]
    blocks = opening.unit_blocks(run, 50)
    assert [len(block) for block in blocks] == [50, 50, len(units) - 100]
    assert [code for block in blocks for code in block] == units
    assert max(len(block) for block in opening.unit_blocks(run)) == 31


def test_forms_hold_what_the_systems_say_so_far_and_the_day_of_it(run: Run) -> None:
    landed(run, "10/02/2026", "09/02/2026")
    opening.open_round(run)
    assert opening.compute_provisional(run) > 0
    name = opening.provisional_id(run.round)
    known = known_system_values(run, name)[UNIT]
    assert known and known_system_values(run, ROUND) == {}
    assert opening.build_workbooks(run, [UNIT]) == 1
    path = run.instance.round_out(ROUND) / "bieu-mau" / f"{ROUND}_{UNIT}.xlsx"
    assert opening.workbook_path(run, run.round, run.units.get(UNIT)) == path
    read = read_workbook(path.read_bytes(), path.name)
    assert read.identity.unit_code == UNIT and read.identity.round_id == ROUND
    owed = run.indicators.owed(run.units.get(UNIT), run.round.reference_day, run.round.kind)
    assert set(read.figures) == {one.code for one in owed}


def test_before_the_window_and_without_exports_there_is_no_provisional_figure(run: Run) -> None:
    assert opening.compute_provisional(run) == 0
    landed(run, "10/02/2026")
    early = replace(run, as_of=at(run.round.window.first, 8) - timedelta(days=1))
    assert opening.compute_provisional(early) == 0
    assert known_system_values(run, opening.provisional_id(run.round)) == {}


def test_every_unit_is_asked_once_by_the_request_and_its_form_goes_with_it(run: Run) -> None:
    opening.open_round(run)
    codes = [unit.code for unit in opening.obliged_units(run, run.round)]
    for block in opening.unit_blocks(run)[:1]:
        opening.build_workbooks(run, block)
    asked = opening.request(run)
    assert asked == len(codes)
    assert opening.request(run) == 0
    with run.store.read() as tx:
        rows = tx.connection.exec_driver_sql("SELECT obligation_id, rung FROM reminders").all()
    assert {tuple(row) for row in rows} == {(f"{ROUND}/{code}/bao_cao", "yeu_cau") for code in codes}


def test_requests_are_sent_on_a_working_day_and_wait_over_a_day_off(run: Run) -> None:
    opening.open_round(run)
    sunday = replace(run, as_of=at(date(2026, 3, 8), 8))
    with pytest.raises(NothingToDo, match="09/03/2026"):
        chasing.request(sunday)
    with pytest.raises(NothingToDo, match="09/03/2026"):
        chasing.decide(sunday)
    monday = replace(run, as_of=at(date(2026, 3, 9), 8))
    counts = chasing.request(monday)
    assert counts["previewed"] == len(opening.obliged_units(run, run.round))


def test_forms_hold_the_unit_s_own_figures_of_the_round_before_and_of_the_year_before(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    half = replace(run, as_of=at(date(2026, 6, 2), 8), round_id="2026-6T")
    opening.open_round(half)
    rounds = reference_rounds(half.calendar, half.round)
    assert (rounds.previous, rounds.last_year) == ("2026-Q1", "2025-6T")
    given = {"2026-Q1": Decimal(4711), "2025-6T": Decimal(815)}
    for name in ("round_figures", "last_year_figures"):
        monkeypatch.setattr(
            opening,
            name,
            lambda _run, round_id, unit: {"I.1.1": given[round_id]} if unit.code == UNIT else {},
        )
    opening.build_workbooks(half, [UNIT])
    book = load_workbook(opening.workbook_path(half, half.round, half.units.get(UNIT)))
    (row,) = [row for row in book["Số liệu"] if any(cell.value == 4711 for cell in row)]
    assert 815 in [cell.value for cell in row]
