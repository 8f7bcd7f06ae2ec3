"""What a unit has to type: less than half of it for a commune, whatever the round."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.sources.test_indicator_coverage import given

from cchc_rehearsal import population
from cchc_rehearsal.bench.cells import cells_to_type
from cchc_rehearsal.figures import TrueFigure
from cchc_rehearsal.population import Population


@pytest.fixture
def systems_cover(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exports of every unit, without making them: only which figures they give matters here."""

    def told(self: Population) -> dict[str, dict[str, TrueFigure]]:
        return {unit.code: dict.fromkeys(given(unit.tier), TrueFigure(Decimal(1))) for unit in self.units}

    monkeypatch.setattr(population.Population, "system", property(told))


@pytest.mark.usefixtures("systems_cover")
def test_a_commune_types_less_than_half_of_what_it_typed_in_every_round() -> None:
    found = {(one.tier, one.kind): one for one in cells_to_type(2026, 1, units=2)}
    assert found.keys() == {(tier, kind) for tier in ("so", "xa") for kind in ("Q1", "6T", "Q3", "NAM")}
    for (tier, _), one in found.items():
        assert one.now < one.first < one.before and one.now <= one.most
        if tier == "xa":
            assert one.saved > 0.5, one
    # The register before it was reviewed asked a commune for 162 rows in the first quarter, with 173 cells.
    assert 165 <= found["xa", "Q1"].before <= 173


def test_a_unit_that_no_system_covers_types_what_it_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(population.Population, "system", property(lambda _: {}))
    covered = next(one for one in cells_to_type(2026, 1, units=1) if one.tier == "xa")
    assert covered.saved < 0.5 and covered.first > 125
