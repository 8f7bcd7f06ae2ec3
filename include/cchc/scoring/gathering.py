"""From the record of scoring to results: what stands at a moment, by the sets that were pinned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from cchc.criteria import CriteriaSet, CriterionRow
from cchc.errors import RuleRefused
from cchc.scores import FileEventKind, Standing, file_events, pinned, standing
from cchc.scoring.results import NotScored, RankingList, ScoredCriterion, UnitScores, rank_list
from cchc.scoring.round_results import RoundResults, YearBefore
from cchc.scoring.scored_units import ended_units, set_over, units_under
from cchc.store import Store
from cchc.texts import t
from cchc.units import UnitRegister


def not_scored(units: UnitRegister, sets: Collection[CriteriaSet], year: int) -> dict[str, list[NotScored]]:
    """By list: units that ended within the year, and what became of them."""
    found: defaultdict[str, list[NotScored]] = defaultdict(list)
    for one in ended_units(units, year):
        own = set_over(one.unit, sets)
        if own is not None:
            found[own.settings.list_of(one.unit)[0]].append(NotScored(one.unit.code, one.why))
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
    for unit, own in units_under(units, sets.values(), year):
        code, titles_of = own.settings.list_of(unit)
        titles[code] = titles_of
        by_list[code].append(unit_scores(unit.code, own, own.rows_of(unit), stands.get(unit.code, {})))
    council = ranked_by_council(store, round_id, as_of)
    gone = not_scored(units, sets.values(), year)
    lists: list[RankingList] = [
        rank_list(code, titles[code], scores, gone.get(code, ()), council) for code, scores in by_list.items()
    ]
    return RoundResults(round_id, year, tuple(lists), before or {})
