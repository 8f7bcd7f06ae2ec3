"""Chấm điểm: points from data, ranking and publication at the end."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from cchc.clock import vn_instant
from cchc.criteria import Criteria
from cchc.documents.decisions import draft_of, issue_mark, next_draft, put_draft, put_issue, refuse_return
from cchc.documents.letters import ScoreRow, build_scoring_decision
from cchc.documents.papers import keep, marking
from cchc.documents.registry import DocumentRecord
from cchc.errors import NothingToDo
from cchc.figures.consolidate import counted_figures
from cchc.figures.reconciliation import evidence
from cchc.obligations import timeliness
from cchc.run import Approval, Run
from cchc.scoring import CriterionScore, UnitScore, build_ranking_xlsx, load_scores, rank, settle_scores
from cchc.stages.opening import obliged_units
from cchc.submissions.kept import standing as counted_reports
from cchc.submissions.late import lock_round
from cchc.texts import t, table
from cchc.year import Product


def score(run: Run) -> list[str]:
    """Compute what the data allow, settle it with the self-scores, rank, and write ranking and draft decision.

    NothingToDo before the units' due date: only then are the self-scores in.
    """
    if run.as_of <= run.round.unit_due_at:
        raise NothingToDo(t("stages.not_yet_scored", when=vn_instant(run.round.unit_due_at)))
    criteria, units = Criteria.load(), obliged_units(run, run.round)
    figures = _figures(run)
    on_time = _reports_on_time(run, criteria)
    settle_scores(run.store, run.round.round_id, criteria, figures, on_time, [unit.code for unit in units])
    number = next_draft(run)
    return put_draft(run, number, _documents(run, criteria, number, None))


def publish(run: Run, approval: Approval) -> list[str]:
    """Publish the approved result. A return is recorded, and refused as a publication."""
    number = draft_of(run)
    refuse_return(run, approval, number)
    documents = _documents(run, Criteria.load(), number, approval)
    mark = issue_mark(approval, number)
    return put_issue(
        run,
        approval,
        number,
        documents,
        # A self-score that comes from now on changes no published point, and nobody asks for it any more.
        lambda tx, own: lock_round(tx, own, mark, Product.SELF_SCORE),
    )


def _figures(run: Run) -> dict[str, dict[str, Decimal | None]]:
    """Figures of the year's report by unit: values, and the parts of percentages under `/tu` and `/mau`.

    They are those that the report takes, of units that sent one: a unit that is silent earns nothing by the systems.
    """
    year = f"{run.round.year}-NAM"
    taken = counted_figures(evidence(run.store, year, run.as_of))
    result: dict[str, dict[str, Decimal | None]] = {}
    for unit in counted_reports(run.store, year, as_of=run.as_of):
        own: dict[str, Decimal | None] = {}
        for code, figure in taken.get(unit, {}).items():
            own[code] = figure.value
            own[f"{code}/tu"], own[f"{code}/mau"] = figure.numerator, figure.denominator
        result[unit] = own
    return result


def _reports_on_time(run: Run, criteria: Criteria) -> dict[str, tuple[bool, ...]]:
    """For each unit, whether each report of the year came in time: the evidence is our own ledger."""
    result: dict[str, list[bool]] = {}
    for kind in criteria.timeliness_rounds:
        for obligation, state in run.ledger.states(
            run.as_of, round_id=f"{run.round.year}-{kind}", product=Product.REPORT
        ):
            standing = timeliness(obligation, state, run.units, run.as_of)
            if standing not in ("waived", "pending", "dissolved"):
                result.setdefault(obligation.unit_code, []).append(standing == "on_time")
    return {unit: tuple(values) for unit, values in result.items()}


def _documents(run: Run, criteria: Criteria, draft: int, approval: Approval | None) -> list[DocumentRecord]:
    scores = load_scores(run.store, run.round.round_id)
    settled = {unit.code: scores[unit.code] for unit in obliged_units(run, run.round) if unit.code in scores}
    ranking = rank(criteria, settled)
    names = {unit.code: unit.name for unit in run.units.all}
    year, mark = run.round.year, marking(run, draft, approval)
    title, tail = t("stages.ranking_title", year=year), "" if approval else "_du-thao"
    workbook = build_ranking_xlsx(title, criteria, ranking, settled, names, mark.as_of, mark.rehearsal)
    note = t("scoring.example_set") if criteria.is_example else ""
    groups = _groups(run, criteria, ranking, settled)
    decision = build_scoring_decision(year, groups, criteria.title, mark, note)
    made = (
        ("xep_hang", workbook, f"xep-hang-{year}{tail}.xlsx"),
        ("quyet_dinh_xep_hang", decision, f"quyet-dinh-xep-hang-{year}{tail}.docx"),
    )
    return [keep(run, *one, draft=draft, approval=approval, extra={}) for one in made]


def _groups(
    run: Run, criteria: Criteria, ranking: list[UnitScore], scores: Mapping[str, list[CriterionScore]]
) -> list[tuple[str, list[ScoreRow]]]:
    """Each tier ranked by itself: a ministry's branch and a commune are not measured against each other."""
    names = table("report.tiers")
    groups = []
    for tier in run.round.tiers:
        codes = [unit.unit_code for unit in ranking if run.units.get(unit.unit_code).tier == tier]
        own = rank(criteria, {code: scores[code] for code in codes})
        rows = [
            ScoreRow(
                one.rank,
                run.units.get(one.unit_code).name,
                _self_total(scores[one.unit_code]),
                one.total,
                one.reachable,
                one.band,
            )
            for one in own
        ]
        if rows:
            groups.append((names[tier], rows))
    return groups


def _self_total(scores: list[CriterionScore]) -> Decimal | None:
    given = [score.self_points for score in scores if score.self_points is not None]
    return sum(given, Decimal(0)) if given else None
