"""Tables of the papers of scoring: results of a list, fields, criteria, what is lost and what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from cchc.criteria import Points
from cchc.documents.blocks import DocumentTable, columns_of
from cchc.indicators import format_number
from cchc.indicators.numbers import number
from cchc.scoring.comparing import YearChange
from cchc.scoring.results import GroupResult, RankingList, ScoredCriterion, UnitResult
from cchc.scoring.sensitivity import mend_first
from cchc.texts import t, table


def shown(value: Decimal | None) -> str:
    """Points as papers show them: two decimals, a dash when there are none."""
    return number(value, "percent")


def maximum(value: Decimal) -> str:
    """A maximum as its set writes it: `1`, `0,5`."""
    return format_number(Decimal(format(value.normalize(), "f")))


def points_shown(points: Points) -> str:
    return t("score_results.paper.not_arisen") if points.dropped else shown(points.value)


def result_table(ranking: RankingList, names: Mapping[str, str]) -> DocumentTable:
    """The ranking of a list as it is published: ranked units, then who is not ranked and who is not scored."""
    columns = columns_of(
        table("score_results.paper.result_columns"),
        "rank:13^ unit:58 claim:19^ total:19^ in_force:21^ index:19^ class:22^",
    )
    rows: list[list[str]] = []
    for one in ranking.ranked:
        rows.append([str(one.rank), names[one.unit_code], *_figures(one), one.class_name])
    if ranking.unranked:
        rows.append([t("score_results.paper.unranked_head")])
        for one in ranking.unranked:
            rows.append(["", f"{names[one.unit_code]}\n({one.note})", *_figures(one), ""])
    if ranking.not_scored:
        rows.append([t("score_results.paper.not_scored_head")])
        rows += [["", f"{names[one.unit_code]}\n({one.note})", *[""] * 5] for one in ranking.not_scored]
    return DocumentTable(columns, rows, small=True)


def _figures(one: UnitResult) -> list[str]:
    claim = one.sum_of(lambda criterion: criterion.claim)
    return [shown(claim), shown(one.total), maximum(one.in_force), shown(one.index)]


def field_table(groups: Sequence[GroupResult], claimed: bool = False) -> DocumentTable:
    heads = table(f"score_results.paper.{'claim_' if claimed else ''}field_columns")
    columns = columns_of(heads, "code:14^ name:86 points:22^ in_force:22^ share:24^")
    rows = [
        [one.code, bare_name(one), shown(one.points), maximum(one.in_force), shown(one.share)]
        for one in groups
    ]
    return DocumentTable(columns, rows)


def bare_name(group: GroupResult) -> str:
    """The name of a field without its number, where the set writes it in."""
    return group.name.removeprefix(f"{group.code} ").removeprefix(f"{group.code}. ")


def criterion_table(result: UnitResult, brought: Mapping[tuple[str, str], Sequence[str]]) -> DocumentTable:
    """Every criterion of a unit with what was claimed, computed and decided, by field.

    brought: (unit, criterion) -> names of further evidence, told beside the reason.
    """
    columns = columns_of(
        table("score_results.paper.criterion_columns"),
        "code:15^ criterion:82 max:15^ claim:18^ computed:20^ first:20^ second:20^ final:22^ reason:58",
    )
    rows: list[list[str]] = []
    group = None
    for one in result.criteria:
        if one.row.group != group:
            group = one.row.group
            rows.append([one.row.group_name])
        final = t("score_results.paper.undecided") if one.is_undecided else points_shown(one.final)
        rows.append(
            [
                one.code,
                one.row.criterion,
                maximum(one.row.max_points),
                shown(one.claim),
                points_shown(one.computed),
                points_shown(one.first),
                points_shown(one.second),
                final,
                "\n".join(
                    filter(None, (one.reason, _brought(brought.get((result.unit_code, one.code), ()))))
                ),
            ]
        )
    return DocumentTable(columns, rows, small=True)


def _brought(names: Sequence[str]) -> str:
    return t("score_results.paper.brought", names="; ".join(names)) if names else ""


def mend_table(result: UnitResult) -> DocumentTable:
    columns = columns_of(
        table("score_results.paper.mend_columns"), "code:16^ criterion:92 points:20^ max:20^ lost:20^"
    )
    rows = [
        [one.code, one.row.criterion, shown(one.final.value), maximum(one.row.max_points), shown(one.lost)]
        for one in mend_first(result)
    ]
    return DocumentTable(columns, rows)


def change_table(result: UnitResult, change: YearChange) -> DocumentTable:
    """The comparable criteria whose points changed."""
    columns = columns_of(
        table("score_results.paper.change_columns"), "code:16^ criterion:108 before:22^ now:22^"
    )
    rows = [
        [row.code, _title(result, row.code), shown(row.before), shown(row.now)]
        for row in change.rows
        if row.before != row.now
    ]
    return DocumentTable(columns, rows)


def _title(result: UnitResult, code: str) -> str:
    found = result.criterion(code)
    return found.row.criterion if found else ""


def adjusted_table(rows: Sequence[tuple[str, ScoredCriterion, ScoredCriterion]]) -> DocumentTable:
    """rows: (unit's name, the criterion as published, the criterion as adjusted)."""
    columns = columns_of(
        table("score_results.paper.adjusted_columns"),
        "unit:34 code:14^ criterion:46 before:20^ now:20^ reason:40",
    )
    cells = [
        [name, now.code, now.row.criterion, points_shown(before.final), points_shown(now.final), now.reason]
        for name, before, now in rows
    ]
    return DocumentTable(columns, cells, small=True)
