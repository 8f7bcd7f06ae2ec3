"""What the checks are worth on the synthetic province: every planted fault is found, sound figures are let alone."""

from __future__ import annotations

import pytest

from cchc_rehearsal import population as populations
from cchc_rehearsal.faults.blocking import BLOCKING
from cchc_rehearsal.faults.scene import PlantedFault
from cchc_rehearsal.population import FAULTS, Population
from cchc_rehearsal.trial import planted_faults, sound_workbooks

REPORTS = ("2026-Q1", "2026-6T", "2026-Q3", "2026-NAM")


def some(population: Population, count: int) -> list[str]:
    """Provincial bodies and communes, spread over the register."""
    units = [unit.code for unit in population.units]
    return units[:: max(1, len(units) // count)][:count]


@pytest.fixture(scope="module")
def first_quarter() -> Population:
    return Population("2026-Q1", seed=3)


def test_some_planted_faults_are_found_and_what_is_not_is_named(
    first_quarter: Population, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        populations, "FAULTS", (BLOCKING[0], lambda _: PlantedFault("vo-hinh", "khong-co-quy-tac"))
    )
    units = [unit.code for unit in first_quarter.units[-4:]]
    trial = planted_faults(first_quarter, units)
    assert trial.found == {"phan-lon-hon-toan-the": 2}
    assert trial.planted == {"phan-lon-hon-toan-the": 2, "vo-hinh": 2}
    assert [kind for _, kind, _ in trial.missed] == ["vo-hinh", "vo-hinh"]


def test_sound_workbooks_of_some_units_have_no_error(first_quarter: Population) -> None:
    trial = sound_workbooks(first_quarter, some(first_quarter, 6))
    assert trial.figures > 600
    assert trial.false_errors == []


@pytest.mark.slow
@pytest.mark.parametrize(("round_id", "seed"), [(round_id, seed) for seed, round_id in enumerate(REPORTS, 1)])
def test_every_planted_fault_is_found_and_no_right_figure_is_an_error(round_id: str, seed: int) -> None:
    population = Population(round_id, seed)
    # Neighbours in the register get all kinds in turn; which unit gets which depends on the seed.
    units = [unit.code for unit in population.units[seed * 20 : seed * 20 + len(FAULTS)]]
    planted = planted_faults(population, units, turn=seed * 7)
    assert planted.missed == []
    assert len(planted.planted) >= 35
    sound = sound_workbooks(population, some(population, 20))
    assert sound.figures > 2000
    assert [(unit, finding.rule, finding.message) for unit, finding in sound.false_errors] == []
    # Warnings are few too: a blank cell is one, and a unit that really is unlike all others.
    aside = [finding for _, finding in sound.false_warnings if finding.rule != "con-trong"]
    assert len(aside) < sound.figures / 1000
