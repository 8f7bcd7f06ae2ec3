"""What an inspection refuses, each by its rule: the order of a visit, who is named, what was not issued."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.inspection.scene import Scene, finding, leader

from cchc.clock import at
from cchc.errors import RuleRefused
from cchc.inspection import VisitState, known_visits
from cchc.inspection.choices import ByPerson, add_unit
from cchc.inspection.fields import Confirmers, InspectionFields
from cchc.inspection.findings import known_findings
from cchc.inspection.mending import amend
from cchc.inspection.team import InspectionTeam
from cchc.inspection.visits import PlannedVisit, VisitKind, advance, move, visit_of

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
    (now,) = known_visits(run.store, "2026-KT")
    later = PlannedVisit(A, VisitKind.PLANNED, now.visit_id, days=(date(2026, 5, 5),))
    assert rule(lambda: move(run, now, later, "Bận")) == "visit-order", "what was held is moved no more"
    assert rule(lambda: move(run, visit, later, " ")) == "reason-needed"
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
