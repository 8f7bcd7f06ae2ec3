"""What the report of a year tells beside its figures: the inspections of the year, and the result that stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from cchc.documents.form import DocumentSettings
from cchc.indicators.numbers import number, rounded
from cchc.inspection.counts import counts
from cchc.run import Run
from cchc.scoring.editions import last_edition, rebuild
from cchc.scoring.results import RankingList
from cchc.scoring.years import scoring_round
from cchc.texts import t
from cchc.year import RoundKind

DIRECTING, INSPECTING = "chi_dao", "kiem_tra"  # sections of the report, as `narrative.yaml` calls them


def year_words(run: Run) -> dict[str, list[str]]:
    """Sentences by section, of the report of a year alone; nothing of what was not done."""
    if run.round.kind is not RoundKind.YEAR:
        return {}
    told = {DIRECTING: _results(run), INSPECTING: _inspections(run)}
    return {section: sentences for section, sentences in told.items() if sentences}


def _results(run: Run) -> list[str]:
    """The result of the year before, which was published within this one."""
    year = run.round.year - 1
    edition = last_edition(run.store, scoring_round(year), run.as_of)
    if edition is None:
        return []
    names = {unit.code: unit.name for unit in run.units.all}
    opening = t("score_results.annual.opening", year=year, document=edition.document_no)
    lists = [_list(one, names) for one in rebuild(run.store, edition, year).lists if one.ranked]
    return [f"{opening}: {'; '.join(lists)}."] if lists else []


def _list(ranking: RankingList, names: Mapping[str, str]) -> str:
    indices = [one.index for one in ranking.ranked if one.index is not None]
    classes = Counter(one.class_name for one in ranking.ranked)
    best, worst = ranking.ranked[0], ranking.ranked[-1]
    return t(
        "score_results.annual.list",
        list=ranking.title[:1].lower() + ranking.title[1:],
        units=len(ranking.ranked),
        mean=number(rounded(sum(indices, Decimal(0)) / len(indices)), "percent"),
        best=names.get(best.unit_code, best.unit_code),
        highest=number(best.index, "percent"),
        worst=names.get(worst.unit_code, worst.unit_code),
        lowest=number(worst.index, "percent"),
        classes=", ".join(f"{name} {count}" for name, count in classes.items()),
    )


def _inspections(run: Run) -> list[str]:
    """Units at which the province's team was, by name; what it found and what was mended are figures (KT.2, KT.3)."""
    codes = [unit.code for unit in run.units.all if unit.reports]
    year = run.round.year
    last = min(run.today, date(year, 12, 31))
    found = counts(run.store, codes, date(year, 1, 1), last, as_of=run.as_of)
    visited = [run.units.get(code).name for code, one in found.items() if one.visits]
    if not visited:
        return []
    most = DocumentSettings.load().report.units_named
    shown = ", ".join(visited[:most])
    if len(visited) > most:
        shown = t("score_results.annual.more", names=shown, count=len(visited) - most)
    return [
        t(
            "score_results.annual.inspected",
            units=len(visited),
            names=shown,
        )
    ]
