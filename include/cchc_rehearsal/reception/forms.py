"""Forms as units fill them in: each with figures of its own, so that what is stored can be told from all others."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from cchc.indicators import Indicator
from cchc.run import Run
from cchc.stages import opening
from cchc.units import Unit
from cchc_rehearsal.behaviour import seeded
from cchc_rehearsal.dialects import rewritten
from cchc_rehearsal.faults.answers import report_answers
from cchc_rehearsal.faults.blocking import BLOCKING
from cchc_rehearsal.faults.scene import PlantedFault, Scene
from cchc_rehearsal.figures import true_figures
from cchc_rehearsal.fill import Answer, Answers, fill_workbook
from cchc_rehearsal.reception.filled_form import FilledIn
from cchc_rehearsal.reception.promises import Figure
from cchc_rehearsal.reception.score_forms import ScoreForms

SIGNED = date(2026, 3, 9)
MARKED = "noi_bat"  # the section whose text names the item
_LETTERS = "bcdghklmnt"
_MARK = re.compile(rf"bai-thu-([{_LETTERS}]{{6}})")


def mark_of(number: int) -> str:
    """`bai-thu-bbckd`: tells an item by a word that no check takes for a figure and no letter table changes."""
    return "bai-thu-" + "".join(_LETTERS[int(digit)] for digit in f"{number:06}")


IDLE = 3
VARIANTS = 4  # figures that a unit fills in in turn


def number_in(text: str) -> int | None:
    """The item whose mark stands in a text."""
    found = _MARK.search(text)
    return int("".join(str(_LETTERS.index(letter)) for letter in found[1])) if found else None


class UnitForms:
    """The forms of some units of an open round, filled in for each item that is drawn. `scores`: of the self-scoring
    that is open beside it; `inspected`: the units that the inspection team visits, once they are chosen."""

    def __init__(self, run: Run, units: int) -> None:
        self.run = run
        obliged = opening.obliged_units(run, run.round)
        step = max(1, len(obliged) // units)
        self.units: list[Unit] = obliged[::step][:units]
        # Units that never report anything.
        self.idle: list[Unit] = [unit for unit in obliged if unit not in self.units][:IDLE]
        self.scores = ScoreForms(run, self.units)
        self.inspected: Sequence[str] = ()
        opening.build_workbooks(run, [unit.code for unit in (*self.units, *self.idle)])
        self._owed: dict[str, list[Indicator]] = {}
        self._filled: dict[tuple[str, int, bool], FilledIn] = {}

    def empty(self, unit: Unit) -> bytes:
        return opening.workbook_path(self.run, self.run.round, unit).read_bytes()

    def answers(self, number: int, unit: Unit, faulty: bool = False) -> Answers:
        """What the unit writes: figures drawn for this item, consistent with every rule; `faulty`: all but one."""
        round_, owed = self.run.round, self._owed_by(unit)
        chance = seeded(number, round_.round_id, unit.code)
        kind = str(round_.kind)
        scene = Scene(true_figures(number, unit.code, kind, owed, {}), round_.year, SIGNED, chance, kind)
        fault: PlantedFault | None = chance.choice(BLOCKING[:4])(scene) if faulty else None
        told = report_answers(scene, owed, f"{number + 1}/BC", fault)
        reason = Answer(explanation="Đơn vị không theo dõi chỉ tiêu này")
        reasons = {one.code: reason for one in owed if one.code not in scene.figures}
        texts = {**told.narratives, MARKED: f"{told.narratives[MARKED]} Mã của bài: {mark_of(number)}."}
        return replace(told, figures={**reasons, **told.figures}, narratives=texts)

    def filled(self, number: int, unit: Unit, faulty: bool = False) -> FilledIn:
        """The filled form of an item. Units repeat their figures after a while; the mark is the item's own."""
        model = number % VARIANTS
        known = (unit.code, model, faulty)
        if known not in self._filled:
            answers = self.answers(model, unit, faulty)
            content = fill_workbook(self.empty(unit), answers)
            self._filled[known] = FilledIn(content, figures_of(answers.figures))
        made, mark = self._filled[known], mark_of(number).encode()
        content = rewritten(
            made.content, lambda name, part: (name, part.replace(mark_of(model).encode(), mark))
        )
        return FilledIn(content, made.figures)

    def nothing(self, unit: Unit, number: int) -> bytes:
        """The form of a unit that has nothing to report."""
        declared = Answers(nothing_to_report=True, document_number=f"{number + 1}/BC", signed_on=SIGNED)
        return fill_workbook(self.empty(unit), declared)

    def _owed_by(self, unit: Unit) -> list[Indicator]:
        if unit.code not in self._owed:
            round_ = self.run.round
            self._owed[unit.code] = self.run.indicators.owed(unit, round_.reference_day, round_.kind)
        return self._owed[unit.code]


def figures_of(answers: Mapping[str, Answer]) -> dict[str, Figure]:
    """Code -> value, numerator, denominator of every figure that was given as a number."""
    found = {
        code: (_number(one.value), _number(one.numerator), _number(one.denominator))
        for code, one in answers.items()
    }
    return {code: figure for code, figure in found.items() if any(part is not None for part in figure)}


def _number(cell: object) -> Decimal | None:
    return Decimal(str(cell)) if isinstance(cell, (int, float, Decimal)) else None
