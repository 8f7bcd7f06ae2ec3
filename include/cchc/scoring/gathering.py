"""From the record of scoring to results: what stands at a moment, by the sets that were pinned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta

from cchc.clock import vn_date
from cchc.criteria import CriteriaSet, CriterionRow
from cchc.errors import RuleRefused
from cchc.scores import FileEventKind, Standing, file_events, pinned, standing
from cchc.scoring.results import NotScored, RankingList, ScoredCriterion, UnitScores, rank_list
from cchc.scoring.round_results import RoundResults, YearBefore
from cchc.store import Store
from cchc.texts import t
from cchc.units import Unit, UnitRegister


def scored_units(
    units: UnitRegister, sets: Collection[CriteriaSet], year: int
) -> list[tuple[Unit, CriteriaSet]]:
    """Who is scored for a year: the units that exist on its last day, each with the set that applies to it."""
    last = date(year, 12, 31)
    found = []
    for unit in units.on(last):
        own = next((one for one in sets if one.settings.applies_to.holds(unit)), None)
        if own is not None:
            found.append((unit, own))
    return found


def not_scored(units: UnitRegister, sets: Collection[CriteriaSet], year: int) -> dict[str, list[NotScored]]:
    """By list: units that ended within the year, and what became of them."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    found: defaultdict[str, list[NotScored]] = defaultdict(list)
    for unit in units.all:
        if not unit.reports or unit.valid_to is None or not first <= unit.valid_to < last:
            continue
        own = next((one for one in sets if one.settings.applies_to.holds(unit)), None)
        if own is None:
            continue
        day = unit.valid_to + timedelta(days=1)
        into = [one.name for one in units.successors(unit.code) if one.valid_on(day)]
        note = (
            t("score_results.merged", into=", ".join(into), day=vn_date(day))
            if into
            else t("score_results.ended", day=vn_date(day))
        )
        found[own.settings.list_of(unit)[0]].append(NotScored(unit.code, note))
    return found


def unit_scores(
    unit_code: str, criteria_set: CriteriaSet, rows: Iterable[CriterionRow], stands: Mapping[str, Standing]
) -> UnitScores:
    """What stands for a unit. A row that nobody spoke of is undecided, never nothing."""
    return UnitScores(unit_code, criteria_set, tuple(_criterion(row, stands.get(row.code)) for row in rows))


def _criterion(row: CriterionRow, stands: Standing | None) -> ScoredCriterion:
    if stands is None:
        return ScoredCriterion(row, Standing(row.code).final)
    unknown = Standing(row.code).final
    computed = stands.computed
    return ScoredCriterion(
        row,
        stands.final,
        claim=stands.claim.points if stands.claim else None,
        computed=computed.worth if computed else unknown,
        first=stands.first.worth if stands.first else unknown,
        second=stands.second.worth if stands.second else unknown,
        reason=(stands.decision.reason or "") if stands.decision else "",
        numbers={one.name: one.value for one in computed.numbers if one.value is not None}
        if computed
        else {},
    )


def ranked_by_council(store: Store, round_id: str, as_of: datetime) -> frozenset[str]:
    """Units that the council ranks although little of their maximum is in force."""
    return frozenset(
        event.unit_code
        for event in file_events(store, round_id, as_of=as_of)
        if event.kind is FileEventKind.UNRANKED_DECIDED
    )


def round_results(
    store: Store,
    units: UnitRegister,
    round_id: str,
    year: int,
    as_of: datetime,
    before: Mapping[str, YearBefore] | None = None,
) -> RoundResults:
    """The results of a round as they stood at a moment, by the pinned sets alone.

    RuleRefused('not-pinned') when the round was never opened.
    """
    sets = pinned(store, round_id)
    if not sets:
        raise RuleRefused("not-pinned", t("score_results.not_pinned", round=round_id))
    stands = standing(store, round_id, as_of=as_of)
    titles: dict[str, str] = {}
    by_list: defaultdict[str, list[UnitScores]] = defaultdict(list)
    for unit, own in scored_units(units, sets.values(), year):
        code, titles_of = own.settings.list_of(unit)
        titles[code] = titles_of
        by_list[code].append(unit_scores(unit.code, own, own.rows_of(unit), stands.get(unit.code, {})))
    council = ranked_by_council(store, round_id, as_of)
    gone = not_scored(units, sets.values(), year)
    lists: list[RankingList] = [
        rank_list(code, titles[code], scores, gone.get(code, ()), council) for code, scores in by_list.items()
    ]
    return RoundResults(round_id, year, tuple(lists), before or {})
