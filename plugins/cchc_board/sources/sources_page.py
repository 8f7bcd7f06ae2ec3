"""Page 'Nguồn số liệu': what each source sent week by week, and which covered units are silent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cchc.clock import from_text, to_text
from cchc.sources import (
    SourceCoverage,
    UnitCoverage,
    coverage,
    pending_exports,
    source_words,
    unit_words,
)
from cchc.sources.completeness import WatchRules
from cchc.sources.coverage import USUAL
from cchc.store import Store
from cchc.submissions.arrivals import Channel
from cchc.submissions.set_aside import waiting
from cchc.texts import t, table
from cchc_board.desk import RequestView

SHOWN_WEEKS = 10
SHOWN_FILES = 20  # landings, and files that did not land


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
class RefusedFile:
    """A file that was refused, or set aside. address: of the page where it is decided on, below the board's root."""

    name: str
    at: datetime
    why: str
    address: str = ""


@dataclass(frozen=True)
class LandedFile:
    """A file that landed; held: rows that were kept back, outside: rows that are no cases."""

    name: str
    source: str
    at: datetime
    read: int
    accepted: int
    held: int
    outside: int
    dropped: str


@dataclass(frozen=True)
class SourcesPage:
    """What the template shows; no cards while nothing was ever recorded. refused: newest first; waiting: names of files
    that the next run reads, of whoever sees all units."""

    cards: list[SourceCard]
    rule: str
    refused: list[RefusedFile]
    landed: list[LandedFile]
    waiting: list[str]

    @property
    def alarms(self) -> list[tuple[str, str]]:
        """(source, what is wrong) of each source that somebody should ask about, its silent units among it."""
        found = []
        for card in self.cards:
            if card.coverage.silent_since:
                found.append((card.title, card.words))
            if card.silent:
                found.append((card.title, t("board.silent_units", count=len(card.silent))))
        return found


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
        return SourcesPage([], rule, [], [], [])
    found = coverage(desk.store, desk.instance, desk.calendar, desk.units, desk.as_of)
    if desk.scope is not None:  # names of files may name units
        return SourcesPage([_card(desk, one) for one in found], rule, [], [], [])
    return SourcesPage(
        cards=[_card(desk, one) for one in found],
        rule=rule,
        refused=_refused(desk.store, desk),
        landed=_landed(desk.store, desk),
        waiting=[one.name for one in pending_exports(desk.instance)[:SHOWN_FILES]] if not desk.chosen else [],
    )


def _refused(store: Store, desk: RequestView) -> list[RefusedFile]:
    lines = [
        RefusedFile(row["file_name"], from_text(row["received_at"]), row["reason"])
        for row in store.query("sources.refusals", at=to_text(desk.as_of))
    ]
    lines += [
        RefusedFile(one.name, one.received_at, one.reason, f"/can-xem-lai/{one.item_id}")
        for one in waiting(store, desk.as_of)
        if one.channel is Channel.EXPORT
    ]
    return sorted(lines, key=lambda one: one.at, reverse=True)[:SHOWN_FILES]


def _landed(store: Store, desk: RequestView) -> list[LandedFile]:
    titles = table("sources.coverage.sources")
    return [
        LandedFile(
            name=row["file_name"],
            source=titles.get(str(row["source"]), str(row["source"])),
            at=from_text(row["received_at"]),
            read=row["rows_read"],
            accepted=row["rows_accepted"],
            held=row["rows_quarantined"],
            outside=row["rows_outside"] or 0,
            dropped=row["dropped_columns"] or "",
        )
        for row in store.query("sources.recent_landings", at=to_text(desk.as_of), most=SHOWN_FILES)
    ]


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
