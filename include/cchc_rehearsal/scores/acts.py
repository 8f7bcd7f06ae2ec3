"""Which people of the synthetic province act between the moments of the round of scores, and when.

Events of a year of any province: claims a little too high, files after the lock (one let in, the others refused), a
criterion opened again, explanations of a third of the units, a session of the council, an objection.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from cchc.chasing.attachments import EXPLANATION
from cchc.clock import at
from cchc.run import Run
from cchc.scores import set_for
from cchc.scoring.cases import FIRST_TURN, SECOND_TURN
from cchc.scoring.scored_units import scored_units
from cchc.year import RoundKind
from cchc_rehearsal.behaviour import Manner, conduct, seeded
from cchc_rehearsal.scores import deciding
from cchc_rehearsal.scores.claims import claim_of, explained, packed

if TYPE_CHECKING:
    from cchc_rehearsal.world import World

_EXPLAINERS, _ROWS = 3, 2  # one unit of so many explains, so many of its criteria
_EARLIER = timedelta(hours=2)  # people finish before the step that reads what they did


class ScoringActs:
    """Acts before and after a run of the Dag of scores."""

    def __init__(self, world: World) -> None:
        self.world = world

    def before(self, round_id: str, phase: str, moment: datetime) -> None:
        """What people have done when the run of a moment begins."""
        run = self._run(round_id, moment - _EARLIER)
        acts: dict[str, Callable[[], object]] = {
            "tham_dinh_1": lambda: self._first_turn(run),
            "tham_dinh_2": lambda: deciding.appraise(run, SECOND_TURN, self._chance(round_id, phase)),
            "hoi_dong": lambda: deciding.hold_council(run),
            "kien_nghi": lambda: deciding.decide_objections(run),
        }
        acts.get(phase, lambda: None)()

    def after(self, round_id: str, phase: str, moment: datetime) -> None:
        """What the run of a moment sets going."""
        acts: dict[str, Callable[[], object]] = {
            "mo": lambda: self._claims(round_id),
            "tham_dinh_1": lambda: self._explanations(round_id, moment),
            "cong_bo": lambda: deciding.object_to_one(
                self._run(round_id, moment), self._office_hour(moment, 2)
            ),
        }
        acts.get(phase, lambda: None)()

    def _run(self, round_id: str, moment: datetime) -> Run:
        return Run(self.world.store, self.world.instance, moment, round_id)

    def _chance(self, *parts: object) -> Random:
        return seeded(self.world.seed, *parts)

    def _office_hour(self, moment: datetime, days: int) -> datetime:
        return at(self.world.calendar.working_days.add(moment.date(), days), 10)

    def _first_turn(self, run: Run) -> None:
        assert run.round_id is not None
        deciding.decide_late(run)
        deciding.appraise(run, FIRST_TURN, self._chance(run.round_id, "tham_dinh_1"))

    def _claims(self, round_id: str) -> None:
        world, round_ = self.world, self.world.calendar.round(round_id)
        for unit in scored_units(world.units, round_):
            doing = conduct(
                world.seed, round_, unit.code, world.order[unit.code], world.calendar.working_days
            )
            world.truth.conducts[round_id, unit.code] = doing
            report = world.truth.conducts.get((f"{round_.year}-{RoundKind.YEAR}", unit.code))
            if report is not None and report.manner is Manner.SILENT:  # who reports nothing claims nothing
                doing = replace(doing, manner=Manner.SILENT, deliveries=())
                world.truth.conducts[round_id, unit.code] = doing
            if not doing.deliveries:
                continue
            delivery = doing.deliveries[-1]
            name = f"{round_id}_{unit.code}.xlsx"
            form = (world.instance.round_out(round_id) / "bieu-mau" / name).read_bytes()
            rows = set_for(world.store, round_id, unit.code).rows_of(unit)
            chance = self._chance(round_id, unit.code, "points")
            claim = claim_of(rows, unit.code, delivery.moment.date(), chance)
            target = world.instance.inbox / round_id / f"{round_id}_{unit.code}.zip"
            world.courier.send(delivery.moment, target, packed, form, name, claim)

    def _explanations(self, round_id: str, moment: datetime) -> None:
        world = self.world
        folder = world.instance.round_out(round_id) / "bieu-mau"
        for code, place in world.order.items():
            form = folder / f"{round_id}_{code}{EXPLANATION}.xlsx"
            if place % _EXPLAINERS or not form.exists():
                continue
            arrives = self._office_hour(moment, 1 + place % 4)
            target = world.instance.inbox / round_id / form.name
            world.courier.send(arrives, target, explained, form.read_bytes(), _ROWS)
        deciding.reopen_one(self._run(round_id, self._office_hour(moment, 1)))
