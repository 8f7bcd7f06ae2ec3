"""One round of the synthetic province at once: every unit's workbook as it would send it, with the faults planted.

The rehearsal walks through a whole year; this makes the workbooks of one round without a store, for measuring what
the checks find, what they blame wrongly, and how long they take.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from cchc.demo.behaviour import seeded
from cchc.demo.exports import DocumentYear, OneStopYear
from cchc.demo.faults import BLOCKING, WARNING, Fault, Scene, plain_texts
from cchc.demo.figures import TrueFigure, true_figures
from cchc.demo.world import answers_of
from cchc.indicators import Indicator, IndicatorRegister
from cchc.intake import Answers, build_report_workbook, fill_workbook
from cchc.units import Unit, UnitRegister
from cchc.year import Calendar, Round, Window

FAULTS = (*BLOCKING, *WARNING)


@dataclass(frozen=True)
class Workbook:
    """One unit's filled workbook. `fault`: what was planted, None for a sound one."""

    unit: Unit
    content: bytes
    figures: Mapping[str, TrueFigure]
    signed_on: date
    fault: Fault | None = None


class Population:
    """All units of one round, with figures that start from what the exports say for its window."""

    def __init__(self, round_id: str, seed: int = 1) -> None:
        self.seed, self.calendar = seed, Calendar.load()
        self.indicators = IndicatorRegister.load()
        self.round: Round = self.calendar.round(round_id)
        self.units: Sequence[Unit] = UnitRegister.load().on(self.round.reference_day, self.round.tiers)
        self.signed_on = self.round.unit_due_at.date() - timedelta(days=1)

    @cached_property
    def system(self) -> dict[str, dict[str, TrueFigure]]:
        """What the exports say at the cut-off, by unit and indicator."""
        return self._system(self.round.reference_day)

    def owed(self, unit: Unit) -> list[Indicator]:
        return self.indicators.owed(unit.tier, self.round.reference_day, self.round.kind)

    def figures(self, unit: Unit, round_: Round | None = None) -> dict[str, TrueFigure]:
        """The unit's true figures; it signs after the cut-off, so they agree with the exports."""
        codes = {one.code for one in self.owed(unit)}
        known = {code: figure for code, figure in self.system.get(unit.code, {}).items() if code in codes}
        return true_figures(self.seed, unit.code, str((round_ or self.round).kind), self.owed(unit), known)

    def workbooks(self, *, planted: bool = False) -> Iterator[Workbook]:
        """One workbook a unit. planted: with one fault each, the kinds of `FAULTS` in turn."""
        forms = {unit.code: self._form(unit) for unit in self.units}
        for place, unit in enumerate(self.units):
            figures = self.figures(unit)
            chance = seeded(self.seed, self.round.round_id, unit.code, "fault")
            scene = Scene(figures, self.round.year, self.signed_on, chance)
            fault = FAULTS[place % len(FAULTS)](scene) if planted else None
            answers = Answers(
                figures=answers_of(figures, self.owed(unit), fault),
                narratives=plain_texts(scene) | dict(fault.texts if fault else {}),
                document_number=f"{place + 40}/BC",
                signed_on=self.signed_on,
            )
            yield Workbook(unit, fill_workbook(forms[unit.code], answers), figures, self.signed_on, fault)

    def _form(self, unit: Unit) -> bytes:
        return build_report_workbook(
            unit,
            self.round,
            self.owed(unit),
            system=self.system.get(unit.code, {}),
            as_of=self.round.opens_at,
        )

    def _system(self, last: date) -> dict[str, dict[str, TrueFigure]]:
        assert self.round.window is not None
        window = Window(self.round.window.first, last)
        reporters = UnitRegister.load().on(date(self.round.year, 6, 30), ["so", "xa"])
        found: dict[str, dict[str, TrueFigure]] = {}
        for year in (OneStopYear, DocumentYear):
            for (unit, code), known in year(reporters, self.round.year, self.seed).truth(window).items():
                found.setdefault(unit, {})[code] = TrueFigure(known.value, known.numerator, known.denominator)
        return found
