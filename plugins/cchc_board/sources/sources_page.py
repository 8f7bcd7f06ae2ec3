"""Page 'Nguồn số liệu': what each source sent week by week, and which covered units are silent."""

from __future__ import annotations

from dataclasses import dataclass

from cchc.sources import SourceCoverage, UnitCoverage, coverage, source_words, unit_words
from cchc.sources.completeness import WatchRules
from cchc.sources.coverage import USUAL
from cchc.texts import t, table
from cchc_board.desk import RequestView

SHOWN_WEEKS = 10


@dataclass(frozen=True)
class UnitLine:
    """A unit that has an empty week."""

    name: str
    state: str
    state_text: str
    told: str
    rows: tuple[int, ...]


@dataclass(frozen=True)
class SourceCard:
    """One source: its latest weeks, units that alarm, units that are only quiet, of the viewer's."""

    coverage: SourceCoverage
    title: str
    words: str
    silent: list[UnitLine]
    quiet: list[UnitLine]

    @property
    def weeks(self) -> tuple[object, ...]:
        return self.coverage.weeks[-SHOWN_WEEKS:]


@dataclass(frozen=True)
class SourcesPage:
    """What the template shows; no cards while nothing was ever recorded."""

    cards: list[SourceCard]
    rule: str


def sources_page(desk: RequestView) -> SourcesPage:
    """Both sources in the reporting year of the moment shown."""
    rules = WatchRules.load()
    rule = t(
        "sources.coverage.rule",
        hour=rules.judged_from_hour,
        weeks=rules.usual_weeks,
        rows=rules.expected_rows,
    )
    if desk.store is None:
        return SourcesPage([], rule)
    found = coverage(desk.store, desk.instance, desk.calendar, desk.units, desk.as_of)
    return SourcesPage([_card(desk, one) for one in found], rule)


def _card(desk: RequestView, one: SourceCoverage) -> SourceCard:
    silent, own = set(one.silent_units), [unit for unit in one.units if desk.sees(unit.unit_code)]
    return SourceCard(
        coverage=one,
        title=table("sources.coverage.sources")[one.source],
        words=source_words(one),
        silent=[_line(desk, unit) for unit in own if unit in silent],
        quiet=[_line(desk, unit) for unit in own if unit not in silent and unit.state != USUAL],
    )


def _line(desk: RequestView, unit: UnitCoverage) -> UnitLine:
    return UnitLine(
        name=desk.unit_name(unit.unit_code),
        state=unit.state,
        state_text=table("sources.coverage.states")[unit.state],
        told=unit_words(unit),
        rows=unit.rows[-SHOWN_WEEKS:],
    )
