"""Papers of a result: the decision that publishes it, the one that adjusts it, the score sheet of a unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from cchc.clock import vn_instant
from cchc.documents.blocks import Block
from cchc.documents.form import DocumentSettings
from cchc.documents.letters import appendix_labels
from cchc.documents.marking import Marking
from cchc.documents.word import build
from cchc.indicators.numbers import ratio
from cchc.scoring.results import RankingList, ScoredCriterion, UnitResult
from cchc.scoring.round_results import RoundResults
from cchc.scoring.sensitivity import mend_first, next_class, next_rank
from cchc.scoring.tables import (
    adjusted_table,
    change_table,
    criterion_table,
    field_table,
    maximum,
    mend_table,
    result_table,
    shown,
)
from cchc.texts import bare, t

DECISION, ADJUSTMENT, SHEET = "ket_qua_cham_diem", "quyet_dinh_dieu_chinh", "phieu_diem"
# Criteria that count open dossiers within time as punctual, as QĐ 766/QĐ-TTg does and the report does not.
_PORTAL_RATE = ("T06.6", "T06.7", "T06.10", "T06.1")


@dataclass(frozen=True)
class Adjusted:
    """A criterion whose published points an objection changed."""

    unit_code: str
    before: ScoredCriterion
    now: ScoredCriterion


def set_titles(results: RoundResults) -> str:
    """The sets of all lists as papers name them, each once."""
    return "; ".join(dict.fromkeys(bare(one.criteria_set.title) for one in results.lists))


def _sample(results: RoundResults) -> str:
    return t("score_results.sample") if results.is_sample else ""


def _appendices(
    lists: Sequence[RankingList], names: Mapping[str, str], first: int
) -> tuple[list[tuple[str, str, str]], dict[str, Sequence[Block]]]:
    """(label, title, insert) of each list, `first` appendices standing before them; and the inserts."""
    labels = appendix_labels(len(lists) + first)[first:]
    inserts: dict[str, Sequence[Block]] = {}
    groups = []
    for place, (label, ranking) in enumerate(zip(labels, lists, strict=True)):
        name = f"bang_{place}"
        inserts[name] = [result_table(ranking, names)]
        groups.append((label, ranking.title, name))
    return groups, inserts


def build_decision(results: RoundResults, names: Mapping[str, str], marking: Marking) -> bytes:
    """Quyết định công bố: an appendix a list, from the very lists that every other output takes."""
    settings = DocumentSettings.load()
    groups, inserts = _appendices(results.lists, names, 0)
    classes = Counter(one.class_name for one in results.results if one.class_name)
    order = {
        one.name: -one.lowest for ranking in results.lists for one in ranking.criteria_set.settings.classes
    }
    values = {
        "year": str(results.year),
        "authority": settings.authority(settings.form(DECISION)),
        "groups": groups,
        "criteria": set_titles(results),
        "criteria_note": _sample(results),
        "count": len(results.results),
        "bands": sorted(classes.items(), key=lambda pair: order[pair[0]]),
    }
    return build(DECISION, values, inserts, marking, settings)


def build_adjustment(
    results: RoundResults,
    adjusted: Sequence[Adjusted],
    first_decision: str,
    names: Mapping[str, str],
    marking: Marking,
) -> bytes:
    """Quyết định điều chỉnh: what changed, and every list that changed by it, whole.

    first_decision: the decision that published the edition before, as it is named.
    """
    settings = DocumentSettings.load()
    units = {one.unit_code for one in adjusted}
    lists = [ranking for ranking in results.lists if any(ranking.of(unit) for unit in units)]
    groups, inserts = _appendices(lists, names, 1)
    inserts["dieu_chinh"] = [
        adjusted_table([(names[one.unit_code], one.before, one.now) for one in adjusted])
    ]
    values = {
        "year": str(results.year),
        "authority": settings.authority(settings.form(ADJUSTMENT)),
        "groups": groups,
        "criteria": set_titles(results),
        "criteria_note": _sample(results),
        "first_decision": first_decision,
        "units": len(units),
        "points": len(adjusted),
        "appendices": ", ".join(label for label, _, _ in groups),
    }
    return build(ADJUSTMENT, values, inserts, marking, settings)


@dataclass(frozen=True)
class SheetContext:
    """What all score sheets of an edition share.

    object_until: the last moment for objections, None when over. evidence: (unit, criterion) -> names of what came
    with an explanation or an objection.
    """

    results: RoundResults
    names: Mapping[str, str]
    edition: int
    object_until: datetime | None
    settings: DocumentSettings
    evidence: Mapping[tuple[str, str], Sequence[str]]


def build_score_sheet(context: SheetContext, unit_code: str, marking: Marking) -> bytes:
    """Phiếu điểm of one unit. `marking`: of the decision with which it goes. It names no other unit's points."""
    results = context.results
    ranking, result = results.list_of(unit_code), results.of(unit_code)
    assert ranking is not None
    assert result is not None
    before = results.before.get(unit_code)
    change = before.change if before else None
    inserts: dict[str, Sequence[Block]] = {
        "linh_vuc": [field_table(result.groups)],
        "khac_phuc": [mend_table(result)],
        "thay_doi": [change_table(result, change)] if change else [],
        "tieu_chi": [criterion_table(result, context.evidence)],
    }
    claimed = result.sum_of(lambda one: one.claim)
    values = {
        "year": str(results.year),
        "unit": context.names[unit_code],
        "edition": str(context.edition) if context.edition > 1 else "",
        "sample": _sample(results),
        "list": ranking.title,
        "criteria": bare(ranking.criteria_set.title),
        "index": shown(result.index),
        "rank": result.rank,
        "ranked": len(ranking.ranked),
        "class_name": result.class_name,
        "note": result.note,
        "total": shown(result.total),
        "in_force": maximum(result.in_force),
        "bonus": shown(result.bonus) if result.bonus else "",
        "penalty": shown(result.penalty) if result.penalty else "",
        "claim": "" if claimed is None else shown(claimed),
        "edge": _edge(result),
        "next_class": _next_class(result),
        "next_rank": _next_rank(ranking, result, context.names),
        "mend": bool(mend_first(result)),
        "change": _change(result, context),
        "changed": change is not None and any(row.before != row.now for row in change.rows),
        "two_rates": two_rates(result),
        "object_until": vn_instant(context.object_until) if context.object_until else "",
    }
    return build(SHEET, values, inserts, marking, context.settings)


def _edge(result: UnitResult) -> str:
    """Where the unit's class begins."""
    if not result.class_name:
        return ""
    classes = result.scores.criteria_set.settings.classes
    lowest = next(one.lowest for one in classes if one.name == result.class_name)
    return t("score_results.paper.edge", name=result.class_name, index=shown(lowest))


def _next_class(result: UnitResult) -> str:
    found = next_class(result) if result.rank is not None else None
    if found is None:
        return ""
    return t(
        "score_results.paper.next_class",
        points=shown(found.points),
        name=found.what,
        index=shown(found.index),
    )


def _next_rank(ranking: RankingList, result: UnitResult, names: Mapping[str, str]) -> str:
    found = next_rank(ranking, result)
    if found is None:
        return ""
    return t(
        "score_results.paper.next_rank",
        points=shown(found.points),
        unit=names[found.what],
        index=shown(found.index),
    )


def _change(result: UnitResult, context: SheetContext) -> str:
    before = context.results.before.get(result.unit_code)
    if before is None or before.change.difference is None:
        return t("score_results.paper.change_none")
    change = before.change
    difference = change.difference or Decimal(0)
    return t(
        "score_results.paper.change",
        rows=len(change.rows),
        before=shown(change.before),
        now=shown(change.now),
        difference=f"{'+' if difference > 0 else ''}{shown(difference)}",
        others=", ".join(change.not_comparable) or t("score_results.paper.every_row"),
    )


def two_rates(result: UnitResult) -> str:
    """Both rates of punctual dossiers where the set uses the second one; empty where it does not."""
    using = [one for one in result.criteria if set(_PORTAL_RATE) <= set(one.row.terms)]
    if not using:
        return ""
    known = {name: value for one in result.criteria for name, value in one.numbers.items()}
    early, in_time, within, received, late = (known.get(code) for code in (*_PORTAL_RATE, "T06.8"))
    return t(
        "score_results.paper.two_rates",
        codes=", ".join(one.code for one in using),
        portal=_rate((early, in_time, within), (received,)),
        report=_rate((early, in_time), (early, in_time, late)),
    )


def _rate(parts: Sequence[Decimal | None], whole: Sequence[Decimal | None]) -> str:
    given = [value for value in (*parts, *whole) if value is not None]
    if len(given) < len(parts) + len(whole):
        return t("score_results.paper.unknown_rate")
    value = ratio(
        sum((one for one in parts if one), Decimal(0)), sum((one for one in whole if one), Decimal(0))
    )
    return t("score_results.paper.unknown_rate") if value is None else f"{shown(value)} %"
