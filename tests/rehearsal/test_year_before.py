"""The rehearsed year has one before it, brought in as a department would, so that its reports compare."""

from __future__ import annotations

from pathlib import Path

import pytest

from cchc.paths import Instance
from cchc.store import Store
from cchc.submissions.past_years import past_figures, past_round
from cchc_rehearsal.world import World
from cchc_rehearsal.year_before import bring_in_year_before


@pytest.mark.slow
def test_a_department_in_its_first_year_has_last_year_s_figures_and_no_round_of_then(
    store: Store, tmp_path: Path
) -> None:
    world = World(Instance(tmp_path), store, 2026, 1)
    made = bring_in_year_before(world)
    assert made.is_new
    assert not bring_in_year_before(world).is_new, "the same again, byte for byte"
    assert made.version.columns == {"2025-Q1": 1, "2025-6T": 1, "2025-Q3": 123, "2025-NAM": 123}
    year = past_round(store, "2025-NAM")
    assert year is not None
    assert len(year.units) == 122
    owing = [one["III.6.7"].value for one in year.units.values() if "III.6.7" in one]
    assert sum(value for value in owing if value is not None) == year.province["III.6.7"].value
    assert year.province["III.6.7"].units_counted == len(owing)
    quarter = past_round(store, "2025-Q1")
    assert quarter is not None and quarter.units == {}
    assert {one.units_counted for one in quarter.province.values()} == {None}
    assert store.query("obligations.rounds_selected", year=None) == []
    assert len(past_figures(store, world.calendar, 2025)) > 30_000
    world.courier.close()
