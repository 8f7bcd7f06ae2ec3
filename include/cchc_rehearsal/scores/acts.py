"""Which people of the synthetic province act between the moments of the round of scores, and when.

Events of a year of any province: claims a little too high, a unit with more time, files after the lock (one let in, the
others refused), a file opened again and sent anew, a criterion opened again, explanations of a third of the units, a
session of the council, an objection.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from cchc.chasing.attachments import EXPLANATION
from cchc.clock import at, vn_date
from cchc.run import Run
from cchc.scores import set_for
from cchc.scoring.cases import FIRST_TURN, SECOND_TURN
from cchc.scoring.scored_units import scored_units
from cchc.stages.score_reopening import extend, unlock
from cchc.texts import t
from cchc.year import RoundKind
from cchc_rehearsal.behaviour import Conduct, Manner, conduct, seeded
from cchc_rehearsal.scores import deciding
from cchc_rehearsal.scores.claims import claim_of, explained, packed

if TYPE_CHECKING:
    from cchc_rehearsal.world import World

_EXPLAINERS, _ROWS = 3, 2  # one unit of so many explains, so many of its criteria
_ASKED = 3  # working days before the due day, a unit asks for more time
_EVENING = 17
_BEFORE_MAILS = timedelta(minutes=5)
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

    def morning(self, moment: datetime) -> None:
        """What the secretary does before the units are reminded: more time for one, before anybody is overdue; on the
        day after the lock one file is opened again."""
        round_id, add = f"{self.world.year}-{RoundKind.SCORING}", self.world.calendar.working_days.add
        moments, day = self.world.calendar.round(round_id).moments, moment.date()
        if day == add(moments["tu_cham_han"].date(), -_ASKED):
            self._extend_one(self._run(round_id, moment - _BEFORE_MAILS), moments)
        if day == add(moments["khoa"].date(), 1):
            self._unlock_one(self._run(round_id, moment - _BEFORE_MAILS), moments)

    def _conducts(self, round_id: str) -> list[Conduct]:
        """Of the units that send anything in the round, in the order of the register."""
        known = self.world.truth.conducts
        found = (known.get((round_id, code)) for code in self.world.order)
        return [one for one in found if one is not None and one.deliveries]

    def _extend_one(self, run: Run, moments: Mapping[str, datetime]) -> None:
        """The first unit that will be behind the lock is given time until the evening of its day."""
        for one in self._conducts(run.round.round_id):
            day = one.deliveries[-1].moment.date()
            if day > moments["khoa"].date():
                extend(
                    deciding.secretary(run), one.unit_code, at(day, _EVENING), t("rehearsal.scores.extended")
                )
                return

    def _unlock_one(self, run: Run, moments: Mapping[str, datetime]) -> None:
        """The first file that came in time is opened again, and sent anew on the next day."""
        for one in self._conducts(run.round.round_id):
            if one.deliveries[-1].moment < moments["tu_cham_han"]:
                document = t("rehearsal.scores.document", number=38, day=vn_date(run.today))
                unlock(deciding.secretary(run), one.unit_code, t("rehearsal.scores.unlocked"), document)
                self._send_claim(run.round.round_id, one.unit_code, self._office_hour(run.as_of, 1), 2)
                return

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
            self._send_claim(round_id, unit.code, doing.deliveries[-1].moment, 1)

    def _send_claim(self, round_id: str, code: str, arrives: datetime, version: int) -> None:
        world, name = self.world, f"{round_id}_{code}.xlsx"
        form = (world.instance.round_out(round_id) / "bieu-mau" / name).read_bytes()
        rows = set_for(world.store, round_id, code).rows_of(world.units.get(code))
        again = (version,) if version > 1 else ()
        claim = claim_of(rows, code, arrives.date(), self._chance(round_id, code, "points", *again))
        sent = f"{round_id}_{code}_lan{version}.zip" if again else f"{round_id}_{code}.zip"
        world.courier.send(arrives, world.instance.inbox / round_id / sent, packed, form, name, claim)

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
