"""Published editions of a round: what is written down at publication, and the results rebuilt from the record alone.

Edition 1 is the publication; one more follows each decision that adjusts it; the earlier ones stay. Rebuilding reads
events and pinned content and nothing of the configuration, so it gives the same figures whatever stands there today.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cchc.clock import END, from_text, to_text
from cchc.criteria import CriteriaSet
from cchc.errors import RuleRefused
from cchc.scores import (
    FileEvent,
    FileEventKind,
    RankedUnit,
    append_file_events,
    file_events,
    put_ranking,
    rankings_of,
    standing,
    versions_of,
)
from cchc.scoring.gathering import ranked_by_council, unit_scores
from cchc.scoring.results import UnitScores, rank_list
from cchc.scoring.round_results import RoundResults, inputs_sha256
from cchc.store import Store, Transaction
from cchc.texts import t

_TELLING = (FileEventKind.PUBLISHED, FileEventKind.ADJUSTED)


@dataclass(frozen=True)
class Edition:
    """One edition: as of which moment its points stood, under which decision it came out, of which draft.

    units: by code, in which list, by which version of the set, and which of its rows are not the unit's.
    """

    round_id: str
    number: int
    as_of: datetime
    published_at: datetime
    draft: int
    document_no: str
    units: Mapping[str, tuple[str, str, tuple[str, ...]]]
    titles: Mapping[str, str]
    adjusted: tuple[str, ...] = ()


def editions_of(store: Store, round_id: str, known_by: datetime = END) -> list[Edition]:
    """Editions of a round, oldest first."""
    told: defaultdict[int, list[FileEvent]] = defaultdict(list)
    for event in file_events(store, round_id, as_of=known_by):
        if event.kind in _TELLING and "edition" in event.detail:
            told[int(event.detail["edition"])].append(event)
    found: list[Edition] = []
    units: dict[str, tuple[str, str, tuple[str, ...]]] = {}
    titles: dict[str, str] = {}
    for number, events in sorted(told.items()):
        for event in events:
            detail = event.detail
            units[event.unit_code] = (detail["list"], detail["set"], tuple(detail["without"]))
            titles[detail["list"]] = detail["title"]
        first = events[0]
        found.append(
            Edition(
                round_id,
                number,
                from_text(first.detail["as_of"]),
                first.at,
                int(first.detail["draft"]),
                first.document_no or "",
                dict(units),
                dict(titles),
                tuple(event.unit_code for event in events if event.kind is FileEventKind.ADJUSTED),
            )
        )
    return found


def last_edition(store: Store, round_id: str, known_by: datetime = END) -> Edition | None:
    return next(reversed(editions_of(store, round_id, known_by)), None)


def rebuild(store: Store, edition: Edition, year: int) -> RoundResults:
    """The results of an edition, from events and pinned content alone; without what stood the year before.

    RuleRefused('set-lost') when a set that it names was never pinned.
    """
    return rebuild_with(store, edition, year, versions_of(store, edition.round_id))


def rebuild_with(store: Store, edition: Edition, year: int, sets: Mapping[str, CriteriaSet]) -> RoundResults:
    """The same with sets by version that were read already."""
    stands = standing(store, edition.round_id, as_of=edition.as_of)
    by_list: defaultdict[str, list[UnitScores]] = defaultdict(list)
    for unit, (code, version, without) in edition.units.items():
        if version not in sets:
            raise RuleRefused(
                "set-lost", t("score_results.set_lost", version=version, round=edition.round_id)
            )
        own = sets[version]
        rows = [row for row in own.rows if row.code not in without]
        by_list[code].append(unit_scores(unit, own, rows, stands.get(unit, {})))
    council = ranked_by_council(store, edition.round_id, edition.as_of)
    lists = [rank_list(code, edition.titles[code], of, (), council) for code, of in by_list.items()]
    return RoundResults(edition.round_id, year, tuple(lists))


def scope_of(results: RoundResults) -> dict[str, Any]:
    """Which units stand in which list by which rows of which set, to be kept as JSON: what `of_scope` reads back."""
    units = []
    for ranking in results.lists:
        for one in ranking.results:
            own, scored = {criterion.code for criterion in one.criteria}, one.scores.criteria_set
            without = [row.code for row in scored.rows if row.code not in own]
            units.append([one.unit_code, ranking.code, scored.version, without])
    return {"units": units, "titles": {ranking.code: ranking.title for ranking in results.lists}}


def of_scope(round_id: str, as_of: datetime, draft: int, scope: Mapping[str, Any]) -> Edition:
    """What a draft shows, to be rebuilt as an edition is; it has no number yet."""
    units = {unit: (code, version, tuple(without)) for unit, code, version, without in scope["units"]}
    return Edition(round_id, 0, as_of, as_of, draft, "", units, scope["titles"])


@dataclass(frozen=True)
class Publishing:
    """What the decision says of an edition that is written down."""

    number: int
    as_of: datetime
    at: datetime
    actor: str
    draft: int
    document_no: str


def put_edition(
    tx: Transaction, results: RoundResults, publishing: Publishing, adjusted: Iterable[str] = ()
) -> None:
    """Write an edition down in the caller's transaction: its lists whole, and what rebuilds them.

    adjusted: of a later edition, the units whose points the decision changed.
    """
    put_ranking(
        tx,
        [
            RankedUnit(
                results.round_id,
                ranking.code,
                publishing.number,
                one.unit_code,
                one.index,
                one.rank,
                one.class_name or None,
                inputs_sha256(one),
            )
            for ranking in results.lists
            for one in ranking.results
        ],
    )
    scope, changed = scope_of(results), set(adjusted)
    kind = FileEventKind.PUBLISHED if publishing.number == 1 else FileEventKind.ADJUSTED
    events = [
        FileEvent(
            results.round_id,
            unit,
            kind,
            publishing.actor,
            publishing.at,
            document_no=publishing.document_no,
            detail={
                "edition": publishing.number,
                "as_of": to_text(publishing.as_of),
                "draft": publishing.draft,
                "list": code,
                "title": scope["titles"][code],
                "set": version,
                "without": without,
            },
        )
        for unit, code, version, without in scope["units"]
        if publishing.number == 1 or unit in changed
    ]
    append_file_events(tx, events)


def edition_lines(store: Store, edition: Edition) -> dict[str, RankedUnit]:
    """What was written down of every unit in an edition."""
    return {
        line.unit_code: line
        for (_, number), lines in rankings_of(store, edition.round_id).items()
        if number == edition.number
        for line in lines
    }
