"""What an inspection refuses, each by its rule: the order of a visit, who is named, what was not issued."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.inspection.scene import Scene, finding, leader

from cchc.clock import at
from cchc.errors import RuleRefused
from cchc.inspection import VisitState, known_visits
from cchc.inspection.choice import ChosenUnit
from cchc.inspection.choices import (
    ByPerson,
    add_unit,
    coverage,
    keep_choices,
    last_inspected,
)
from cchc.inspection.fields import Confirmers, InspectionFields
from cchc.inspection.findings import known_findings
from cchc.inspection.mending import amend
from cchc.inspection.team import InspectionTeam
from cchc.inspection.visits import advance, visit_of

A, B = "30292", "30301"
NOW = at(date(2026, 4, 1), 9)


@pytest.fixture
def scene(store, instance) -> Scene:
    return Scene.made(store, instance, [A])


def rule(act: Callable[[], object]) -> str:
    with pytest.raises(RuleRefused) as refused:
        act()
    return refused.value.rule


def test_a_visit_goes_forward_only_and_has_no_minutes_before_it_was_held(scene: Scene) -> None:
    run = scene.at(NOW)
    (visit,) = known_visits(run.store, "2026-KT")
    for early in (VisitState.AGREED, VisitState.DISAGREED, VisitState.CONCLUDED):
        assert rule(lambda early=early: advance(run, visit, early)) == "visit-order"
    assert advance(run, visit, VisitState.HELD)
    assert not advance(run, visit, VisitState.HELD), "said again it is nothing new"
    assert rule(lambda: advance(run, visit, VisitState.ANNOUNCED)) == "visit-order"
    assert advance(run, visit, VisitState.AGREED)
    assert rule(lambda: advance(run, visit, VisitState.DISAGREED)) == "visit-order", "minutes are of one kind"
    assert rule(lambda: visit_of(run, "KT26-C99")) == "no-such-visit"


def test_what_no_letter_says_is_not_amended(scene: Scene) -> None:
    scene.handed_in(finding(A, "Thiếu sổ", "Lập sổ"))
    scene.read(NOW)
    run = scene.at(NOW + timedelta(days=1), actor=leader())
    (known,) = known_findings(run.store, "2026-KT")
    words = (known.finding.finding_id, ["Khác"], "Sửa", "6/UBND-NC")
    assert rule(lambda: amend(run, *words)) == "not-issued"


def test_nobody_is_taken_in_before_units_were_chosen_and_no_year_has_a_team_of_itself(scene: Scene) -> None:
    run = replace(scene.run, round_id="2027-KT")
    assert rule(lambda: add_unit(run, B, ByPerson("thu", "Có đơn thư"))) == "not-chosen-yet"
    assert rule(lambda: InspectionTeam.of_year(1999)) == "no-team"


def test_nobody_confirms_while_it_is_untold_whose_unit_is_whose() -> None:
    fields = InspectionFields.load()
    untold = {name: Confirmers(unit="", accounts=one.accounts, substitute=one.substitute)
              for name, one in fields.confirmers.items()}  # fmt: skip
    new = fields.model_copy(update={"confirmers": untold})
    assert rule(lambda: new.confirmers_of("Tài chính công", A)) == "confirmers-untold"


def test_how_far_inspections_have_come_counts_each_unit_once_and_old_rounds_by_their_list(
    scene: Scene,
) -> None:
    """The list of 2025 is of before visits were recorded; in 2026 one of two chosen units was visited."""
    old = replace(scene.run, as_of=at(date(2025, 3, 3), 9), round_id="2025-KT")
    old.rounds.open(old.round, old.as_of, "thu")
    chosen = [ChosenUnit(code, Decimal(1), "thử", "xa") for code in (A, B)]
    assert keep_choices(old.store, "2025-KT", chosen, "thu", old.as_of) == 2
    assert keep_choices(old.store, "2025-KT", chosen[:1], "thu", old.as_of) == 0, "a round keeps its choice"
    run = scene.at(NOW)
    advance(run, next(iter(known_visits(run.store, "2026-KT"))), VisitState.HELD)
    assert last_inspected(run.store, 2026) == {A: 2025, B: 2025}
    assert last_inspected(run.store, 2027) == {A: 2026, B: 2025}
    assert coverage(run.store, {"xa": [A, B, "30304"], "so": []}, 2026, 2) == {
        "xa": {2025: 2, 2026: 2}, "so": {2025: 0, 2026: 0},
    }  # fmt: skip
