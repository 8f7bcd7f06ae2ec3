"""A real published set runs beside the sample sets, and says what it had no figures for."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from cchc.criteria import CriteriaSets, Inputs
from cchc.errors import RuleRefused
from cchc.scoring.editions import Publishing, put_edition
from cchc.scoring.gathering import round_results
from cchc.scoring.inputs import inputs_of
from cchc.scoring.what_if import WhatIf, everywhere, what_if
from cchc_rehearsal.bench.scoring import YEAR, _World

OTHER = everywhere(CriteriaSets.load().get("qd766"))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> _World:
    """The store of the benchmark, published: 122 units, of which six were judged."""
    made = _World(tmp_path_factory.mktemp("thu-bo"), 6)
    made._record()
    run = made.run
    results = round_results(run.store, run.units, run.round.round_id, YEAR, run.as_of)
    with run.store.write() as tx:
        put_edition(tx, results, Publishing(1, run.as_of, run.as_of, "thu", 1, "7/QĐ-UBND"))
    return made


def tried(world: _World, inputs: dict[str, Inputs]) -> WhatIf:
    return what_if(world.run.store, world.run.units, YEAR, OTHER, inputs)


def test_a_store_without_any_figure_is_answered_with_what_is_missing(world: _World) -> None:
    found = tried(world, inputs_of(world.run, [unit for unit, _ in world.units], {OTHER.code: OTHER}))
    assert found.computed == 0 and found.unranked == len(found.moves) == 122, "one kept row is no index"
    named = {name for row in OTHER.rows for name in row.terms if row.code in found.unanswered}
    assert set(found.missing) >= {name.removesuffix(".num").removesuffix(".den") for name in named}
    assert found.missing["ngoai:QD766_DVCTT"] == found.missing["KS.dong_bo"] == 122


def test_what_is_given_is_no_more_missing_and_a_share_by_its_parts_neither(world: _World) -> None:
    first, second = (unit.code for unit, _ in world.units[:2])
    numbers = {f"T06.{number}": Decimal(number) for number in (1, 6, 7, 10)}
    inputs = {first: Inputs(numbers=numbers), second: Inputs(numbers={"T06.1": Decimal(5)})}
    found = tried(world, inputs)
    assert found.computed == 1, "one punctuality alone is whole"
    assert (found.missing["T06.6"], found.missing["T06.1"]) == (121, 120)
    assert "5" not in found.unanswered


def test_a_figure_that_somebody_says_is_unknown_is_missing(world: _World) -> None:
    unit = world.units[0][0].code
    found = tried(world, {unit: Inputs(numbers={"ngoai:QD766_DVCTT": None})})
    assert found.missing["ngoai:QD766_DVCTT"] == 122


def test_a_year_that_was_never_published_and_a_set_of_nobody_are_told_apart(world: _World) -> None:
    with pytest.raises(RuleRefused) as refused:
        what_if(world.run.store, world.run.units, YEAR - 1, OTHER, {})
    assert refused.value.rule == "not-published"
    nobody = replace(OTHER, settings=CriteriaSets.load().get("qd766").settings)
    with pytest.raises(RuleRefused) as refused:
        what_if(world.run.store, world.run.units, YEAR, nobody, {})
    assert refused.value.rule == "set-of-nobody"


def test_whoever_has_all_figures_is_ranked_by_them(world: _World) -> None:
    unit = next(unit for unit, _ in world.units)
    names = {name for row in OTHER.rows_of(unit) for name in row.terms}
    found = tried(world, {unit.code: Inputs(numbers=dict.fromkeys(names, Decimal(10)))})
    (ranked,) = [one for ranking in found.after for one in ranking.ranked]
    assert (ranked.unit_code, ranked.index) == (unit.code, Decimal("98.00")), "2 of the portal's 12 lack"
    assert found.unranked == 121
