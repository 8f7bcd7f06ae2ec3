"""One round of the synthetic province at once: every unit's workbook as it would send it, with the faults planted.

The rehearsal walks through a whole year; this makes the workbooks of one round without a store, for measuring what
the checks find, what they blame wrongly, and how long they take.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property, lru_cache

from cchc.checks import CheckContext, Rules, form_sums, live_rules, reference_rounds
from cchc.indicators import Indicator, IndicatorRegister
from cchc.indicators.numbers import ratio
from cchc.units import TIERS_SINCE_2025_07, Unit, UnitRegister
from cchc.workbooks.figures_sheet import KnownFigures
from cchc.workbooks.form_rules import FormRules
from cchc.workbooks.report_book import build_report_workbook
from cchc.year import Calendar, Round, Window
from cchc_rehearsal.behaviour import seeded
from cchc_rehearsal.catalogue_exports import CatalogueYear, kept_catalogue
from cchc_rehearsal.document_exports import DocumentYear
from cchc_rehearsal.faults.answers import report_answers
from cchc_rehearsal.faults.blocking import BLOCKING
from cchc_rehearsal.faults.doubtful import DOUBTFUL
from cchc_rehearsal.faults.prose import WARNING
from cchc_rehearsal.faults.scene import PlantedFault, Scene
from cchc_rehearsal.figures import TrueFigure, true_figures
from cchc_rehearsal.fill import fill_workbook
from cchc_rehearsal.one_stop_exports import OneStopYear

KEY = b"bieu cua tinh gia dinh, khong gui di dau"  # signs forms that never leave the machine
FAULTS = (*BLOCKING, *WARNING, *DOUBTFUL)


@dataclass(frozen=True)
class Workbook:
    """One unit's filled workbook. `fault`: what was planted, None for a sound one."""

    unit: Unit
    content: bytes
    figures: Mapping[str, TrueFigure]
    signed_on: date
    fault: PlantedFault | None = None


class Population:
    """All units of one round, with figures that start from what the exports say for its window."""

    def __init__(self, round_id: str, seed: int = 1) -> None:
        self.seed, self.calendar = seed, Calendar.load()
        self.indicators = IndicatorRegister.load()
        self.round: Round = self.calendar.round(round_id)
        self.units: Sequence[Unit] = UnitRegister.load().on(self.round.reference_day, self.round.tiers)
        self._forms: dict[str, bytes] = {}
        self._values: dict[str, dict[str, Decimal]] = {}
        self._rounds: dict[str, Population] = {}
        self.signed_on = self.round.unit_due_at.date() - timedelta(days=1)

    @cached_property
    def system(self) -> dict[str, dict[str, TrueFigure]]:
        """What the exports say at the cut-off, by unit and indicator."""
        return self._system(self.round.reference_day)

    def owed(self, unit: Unit) -> list[Indicator]:
        return self.indicators.owed(unit, self.round.reference_day, self.round.kind)

    def figures(self, unit: Unit, round_: Round | None = None) -> dict[str, TrueFigure]:
        """The unit's true figures; it signs after the cut-off, so they agree with the exports."""
        codes = {one.code for one in self.owed(unit)}
        known = {code: figure for code, figure in self.system.get(unit.code, {}).items() if code in codes}
        return true_figures(self.seed, unit.code, str((round_ or self.round).kind), self.owed(unit), known)

    def workbooks(
        self, *, planted: bool = False, units: Collection[str] | None = None, turn: int = 0
    ) -> Iterator[Workbook]:
        """One workbook a unit, of those named or of all. planted: with one fault each, the kinds of `FAULTS` in
        turn, beginning with number `turn`."""
        for place, unit in enumerate(self.units):
            if units is not None and unit.code not in units:
                continue
            figures, owed = self.figures(unit), self.owed(unit)
            chance = seeded(self.seed, self.round.round_id, unit.code, "fault")
            scene = Scene(figures, self.round.year, self.signed_on, chance, str(self.round.kind))
            fault = FAULTS[(place + turn) % len(FAULTS)](scene) if planted else None
            answers = report_answers(scene, owed, f"{place + 40}/BC", fault)
            content = fill_workbook(self.form(unit), answers)
            yield Workbook(unit, content, figures, self.signed_on, fault)

    def form(self, unit: Unit) -> bytes:
        """The workbook that the unit gets, as the opening of a round makes it."""
        if unit.code not in self._forms:
            owed, previous = self.owed(unit), reference_rounds(self.calendar, self.round).previous
            rules, kind = Rules.load(), str(self.round.kind)
            self._forms[unit.code] = build_report_workbook(
                unit,
                self.round,
                owed,
                known=KnownFigures(
                    system=self.system.get(unit.code, {}),
                    previous=self._at(previous).values(unit) if previous else {},
                    carried=FormRules.load().carried_over,
                    sums=form_sums(rules, unit.tier, kind, {one.code for one in owed}),
                    system_day=self.round.reference_day,
                ),
                as_of=self.round.opens_at,
                rules=live_rules(rules, unit.tier, kind),
                key=KEY,
            )
        return self._forms[unit.code]

    def context(self, unit: Unit) -> CheckContext:
        """What the checks of this workbook may compare with: the exports, the other rounds, the units alike.

        Everything is the truth, so whatever a check says about a sound workbook is a false alarm.
        """
        round_ids = reference_rounds(self.calendar, self.round)
        own = self.values(unit)
        return CheckContext(
            unit=unit,
            round_=self.round,
            indicators=self.indicators,
            as_of=self.round.unit_due_at,
            owed=self.owed(unit),
            system=self.system.get(unit.code, {}),
            previous=self._at(round_ids.previous).values(unit) if round_ids.previous else {},
            covered={one: self._at(one).values(unit) for one in round_ids.covered},
            # What was left open is what is carried over: the exports of the synthetic years begin afresh.
            opening={"T06.9": own["T06.4"]} if "T06.4" in own else {},
            peers=self._peers(unit),
        )

    def values(self, unit: Unit) -> dict[str, Decimal]:
        """The unit's true figures as numbers; percentages from their parts."""
        if unit.code not in self._values:
            made = {code: _number(figure) for code, figure in self.figures(unit).items()}
            self._values[unit.code] = {code: value for code, value in made.items() if value is not None}
        return self._values[unit.code]

    def _peers(self, unit: Unit) -> dict[str, list[Decimal]]:
        peers: dict[str, list[Decimal]] = {}
        for other in self.units:
            if other.kind == unit.kind and other.code != unit.code:
                for code, value in self.values(other).items():
                    peers.setdefault(code, []).append(value)
        return peers

    def _at(self, round_id: str) -> Population:
        if round_id not in self._rounds:
            self._rounds[round_id] = Population(round_id, self.seed)
        return self._rounds[round_id]

    def _system(self, last: date) -> dict[str, dict[str, TrueFigure]]:
        assert self.round.window is not None
        return _told(self.round.year, self.seed, Window(self.round.window.first, last))


@lru_cache(maxsize=2)
def province_exports(year: int, seed: int) -> tuple[OneStopYear, DocumentYear]:
    """The systems of all reporters of that year: made once, they are asked for by several rounds and days."""
    reporters = UnitRegister.load().on(date(year, 6, 30), TIERS_SINCE_2025_07)
    return OneStopYear(reporters, year, seed), DocumentYear(reporters, year, seed)


@lru_cache(maxsize=8)
def _told(year: int, seed: int, window: Window) -> dict[str, dict[str, TrueFigure]]:
    found: dict[str, dict[str, TrueFigure]] = {}
    for exports in province_exports(year, seed):
        for (unit, code), known in exports.truth(window).items():
            found.setdefault(unit, {})[code] = TrueFigure(known.value, known.numerator, known.denominator)
    for (unit, code), figure in kept_catalogue(
        CatalogueYear(year, seed), window, IndicatorRegister.load()
    ).items():
        found.setdefault(unit, {})[code] = figure
    return found


def _number(figure: TrueFigure) -> Decimal | None:
    return (
        figure.value if figure.value is not None else ratio(figure.numerator, figure.denominator, decimals=2)
    )
