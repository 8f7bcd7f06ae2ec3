"""Kiểm tra CCHC: units are chosen, plan and team decided on, visits announced, findings read, the year reported.

What is decided on in a round's moments is told apart by the run's `about` (`papers.PLAN`, `TEAM`, `YEAR_REPORT`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from cchc.clock import vn_instant
from cchc.documents.decisions import deciding, draft_of, next_draft, put_draft, put_issue, refuse_return
from cchc.documents.registry import DocumentRecord
from cchc.errors import CchcError, NothingToDo, RuleRefused
from cchc.files import remove, write_atomic
from cchc.inspection.choice import ChosenUnit, rank_units
from cchc.inspection.choices import keep_choices, load_choices, load_ranked
from cchc.inspection.conclusion import waits_for_decision
from cchc.inspection.confirming import tell_confirmers
from cchc.inspection.counts import not_mended
from cchc.inspection.fields import InspectionFields
from cchc.inspection.findings import KnownFinding, known_findings
from cchc.inspection.mending import OpenOrder, inspection_rounds, open_orders
from cchc.inspection.outline import lay_outline, outline_due
from cchc.inspection.papers import (
    PLAN,
    TEAM,
    YEAR_REPORT,
    plan_papers,
    team_papers,
    year_report,
)
from cchc.inspection.records import unit_records
from cchc.inspection.rescheduling import follow_schedule
from cchc.inspection.roles import refuse_surprise, refuse_team
from cchc.inspection.rules import InspectionRules
from cchc.inspection.team import InspectionTeam, schedule_of
from cchc.inspection.team_book import lay_book, read_book, renew_book, team_book_path
from cchc.inspection.visit_papers import minutes_paper, notice, visit_report
from cchc.inspection.visits import (
    PlannedVisit,
    Visit,
    VisitKind,
    VisitState,
    advance,
    known_visits,
    make_visits,
    open_visits,
    visit_of,
)
from cchc.run import Approval, Run
from cchc.stages.opening import request
from cchc.submissions.inbox import prepare
from cchc.texts import t
from cchc.year import Product


def choose(run: Run) -> int:
    """Open the inspection round and choose its units once; returns how many are chosen."""
    round_, rules = run.round, InspectionRules.load()
    run.rounds.open(round_, run.as_of, run.actor)
    prepare(run, round_)
    if not load_ranked(run.store, round_.round_id):
        tiers: dict[str, list[str]] = {
            tier: [unit.code for unit in run.units.on(run.today, [tier])] for tier in rules.tiers
        }
        ranked = rank_units(tiers, unit_records(run), rules, round_.year)
        keep_choices(run.store, round_.round_id, ranked, run.actor, run.as_of)
    return len(load_choices(run.store, round_.round_id))


def draft(run: Run) -> list[str]:
    """Put what the run is `about` before the approvers: the plan, the team, the report of the year; its documents.

    RuleRefused('no-team') when nobody is named for the year, ('own-unit') when a visit's member comes from its unit.
    """
    choose(run)
    number = next_draft(run)
    if run.about == TEAM:
        team = InspectionTeam.of_year(run.round.year)
        plan_visits(run)
        refuse_team(team, open_visits(known_visits(run.store, run.round.round_id)), run.units)
        return put_draft(run, number, team_papers(run, team, _planned(run), number, None))
    if run.about == YEAR_REPORT:
        return put_draft(run, number, year_report(run, number, None, _planned(run)))
    return put_draft(run, number, plan_papers(run, *_choice(run), number, None))


def _choice(run: Run) -> tuple[list[ChosenUnit], int]:
    ranked = load_ranked(run.store, run.round.round_id)
    return load_choices(run.store, run.round.round_id), len(ranked)


def _planned(run: Run) -> int:
    return len(load_choices(run.store, run.round.round_id))


def issue(run: Run, approval: Approval) -> list[str]:
    """Issue what was approved. The plan makes the visits and lays down the team's workbook."""
    number = draft_of(run)
    refuse_return(run, approval, number)
    papers: dict[str, Callable[[], list[DocumentRecord]]] = {
        PLAN: lambda: plan_papers(run, *_choice(run), number, approval),
        TEAM: lambda: team_papers(
            run, InspectionTeam.of_year(run.round.year), _planned(run), number, approval
        ),
        YEAR_REPORT: lambda: year_report(run, number, approval, _planned(run)),
    }
    ids = put_issue(run, approval, number, papers[run.about or PLAN](), lambda _tx, _own: None)
    if run.about == PLAN:
        own = deciding(run, approval)
        plan_visits(own)
        lay_book(own)
    return ids


def plan_visits(run: Run) -> list[str]:
    """A visit for each chosen unit and each line of the schedule; a line that was changed changes its visit, a person's
    own change stands until then.

    Returns the numbers. RuleRefused('not-chosen') for a line of a unit that is not chosen.
    """
    round_id, rows = run.round.round_id, schedule_of(run.round.year)
    chosen = {one.unit_code for one in load_choices(run.store, round_id)}
    for row in rows:
        if row.unit_code not in chosen and row.visit_kind is VisitKind.PLANNED:
            words = t("inspection.not_chosen", unit=run.units.get(row.unit_code).name, year=run.round.year)
            raise RuleRefused("not-chosen", words)
    lines = {planned.source: planned for planned in (row.planned(round_id) for row in rows)}
    written = set(lines)
    for code in sorted(chosen):
        source = f"{round_id}/{code}"
        lines.setdefault(source, PlannedVisit(code, VisitKind.PLANNED, source))
    numbers = make_visits(run, lines.values())
    known = {one.visit_id: one for one in known_visits(run.store, round_id)}
    for number, planned in zip(numbers, lines.values(), strict=True):
        if planned.source in written and not known[number].is_held:
            follow_schedule(run, known[number], planned)
    return numbers


def announce(run: Run) -> int:
    """Tell each unit of its visit: the notice, the outline filled with what is known, the minutes to print.

    Returns how many units were told. Surprise visits are told to nobody. NothingToDo when none is left.
    """
    team = InspectionTeam.of_year(run.round.year)
    plan_visits(run)
    refuse_team(team, known_visits(run.store, run.round.round_id), run.units)
    told = 0
    for visit in open_visits(known_visits(run.store, run.round.round_id)):
        if visit.state is not VisitState.EXPECTED:
            continue
        due = outline_due(run, visit)
        notice(run, visit, team, vn_instant(due))
        lay_outline(run, visit, due)
        minutes_paper(run, visit, team)
        advance(run, visit, VisitState.ANNOUNCED)
        told += 1
    renew_book(run)
    request(run)  # also of those whom a run told that died before it asked
    return told


def read_findings(run: Run, visit: Visit | None = None) -> list[str]:
    """Take in what the team wrote; returns the visits whose letters can be drafted: with minutes, and findings that no
    letter has and no draft that still waits for its decision. The team's report of each is laid beside.

    What is wrong in the workbook of a surprise visit names its unit: while nobody may know of it, the team finds the
    words beside its workbook, and only RuleRefused('secret-refused') reaches those who read Airflow.
    """
    if visit is None and not load_choices(run.store, run.round.round_id):
        raise NothingToDo(t("inspection.nothing_chosen", year=run.round.year))
    found = read_book(run, visit) if visit is None or not visit.is_secret else _read_secretly(run, visit)
    visits = {one.visit_id: one for one in known_visits(run.store, run.round.round_id)}
    named = {one.visit_id for one in found}
    ready = sorted(one for one in named if one in visits and visits[one].has_minutes)
    for one in ready:
        visit_report(run, visits[one])
    if waiting := sorted(one for one in named - set(ready) if one in visits):
        run.notes.append(t("inspection.no_minutes_yet", names=_names(run, [visits[one] for one in waiting])))
    books = [visit] if visit else [one for one in visits.values() if one.kind is not VisitKind.SURPRISE]
    if clean := [one for one in books if _is_clean(run, visits[one.visit_id], named)]:
        run.notes.append(t("inspection.nothing_found", names=_names(run, clean)))
    return [one for one in ready if not waits_for_decision(run, one)]


def _is_clean(run: Run, visit: Visit, named: set[str]) -> bool:
    """Whether the minutes are in, and nothing was ever written down that is to be mended."""
    if not visit.has_minutes or visit.is_concluded or visit.visit_id in named:
        return False
    return all(one.visit_id != visit.visit_id for one in known_findings(run.store, visit.round_id))


def _names(run: Run, visits: Iterable[Visit]) -> str:
    return "; ".join(
        one.visit_id if one.is_secret else f"{run.units.get(one.unit_code).name} ({one.visit_id})"
        for one in visits
    )


def _read_secretly(run: Run, visit: Visit) -> list[KnownFinding]:
    path = team_book_path(run, visit)
    words = path.with_suffix(".loi.txt")
    try:
        found = read_book(run, visit)
    except CchcError as wrong:
        write_atomic(words, f"{wrong}\n", mode=0o600)
        told = t("inspection.secret_refused", visit=visit.visit_id, file=words.name)
        raise RuleRefused("secret-refused", told) from None  # nor may the log quote the words
    remove(words)
    return found


def mending(run: Run) -> dict[str, int]:
    """How mending stands today: answers that wait for a confirmer, overdue orders, findings of over 12 and 24 months.

    What a person must look at is noted on the run, and whoever is to confirm is written to; nothing is decided here.
    """
    orders = open_orders(run)
    _move_visits(run, {one.finding.visit_id for one in orders})
    waits = [one for one in orders if one.waits]
    old = {months: not_mended(run.store, run.as_of, months) for months in (24, 12)}
    tell_confirmers(run, waits)
    for one in waits:
        values = {"item": one.item, "unit": run.units.get(one.order.unit_code).name}
        run.notes.append(t("inspection.day.waits", by=_confirmer(run, one), **values))
    for months, found in old.items():
        if found:
            shown = [
                f"{one.finding.finding_id} ({run.units.get(one.finding.unit_code).name})" for one in found
            ]
            names = "; ".join(shown)
            run.notes.append(t("inspection.day.old", months=months, count=len(found), names=names))
    for code in sorted({one.order.unit_code for one in orders}):
        unit = run.units.get(code)
        if not unit.valid_on(run.today):
            items = ", ".join(one.item for one in orders if one.order.unit_code == code)
            heirs = "; ".join(one.name for one in run.units.successors(code)) or t("inspection.no_heir")
            run.notes.append(t("inspection.day.unit_gone", unit=unit.name, heirs=heirs, items=items))
    overdue = [one.item for one in orders if one.is_overdue(run.as_of)]
    if overdue:
        run.notes.append(t("inspection.day.overdue", count=len(overdue), items=", ".join(overdue)))
    counts = {
        "waiting": len(waits),
        "overdue": len(overdue),
        "months_12": len(old[12]),
        "months_24": len(old[24]),
    }
    return {name: count for name, count in counts.items() if count}


def _confirmer(run: Run, one: OpenOrder) -> str:
    try:
        group = InspectionFields.load().confirmers_of(one.finding.finding.topic, one.order.unit_code)
    except RuleRefused:  # told with the mails
        return t("inspection.day.nobody")
    return run.units.get(group.unit).name


def _move_visits(run: Run, open_in: set[str]) -> None:
    """Visits go on by what units sent: the outline is in, orders are being mended, all of them are."""
    for round_id in inspection_rounds(run):
        own = replace(run, round_id=round_id)
        outlines: dict[str, list[bool]] = {}
        for one, state in run.ledger.states(run.as_of, round_id=round_id, product=Product.OUTLINE):
            outlines.setdefault(one.item.split(".")[0], []).append(state.fulfilled)
        for visit in known_visits(run.store, round_id, run.as_of):
            if visit.state is VisitState.ANNOUNCED and all(outlines.get(visit.visit_id, [False])):
                advance(own, visit, VisitState.OUTLINED)
            if visit.is_concluded and visit.state is not VisitState.DONE:
                now = VisitState.MENDING if visit.visit_id in open_in else VisitState.DONE
                advance(own, visit, now)


def surprise(run: Run, planned: PlannedVisit) -> str:
    """Begin a surprise visit: its number, its own workbook for the team; nobody else is told. Its number.

    By command only: what a form of Airflow asks, everybody reads who may look at runs. The number is all that its Dag
    is given. RuleRefused('not-a-surprise-opener'), ('own-unit').
    """
    team = InspectionTeam.of_year(run.round.year)
    refuse_surprise(team, run.actor)
    run.rounds.open(run.round, run.as_of, run.actor)
    prepare(run, run.round)
    (number,) = make_visits(run, [planned])
    visit = next(one for one in known_visits(run.store, run.round.round_id) if one.visit_id == number)
    refuse_team(team, [visit], run.units)
    lay_book(run, visit)
    return number


def surprise_named(run: Run) -> Visit:
    """The surprise visit whose number the run is about, its workbook laid down.

    RuleRefused('no-surprise-number'), ('no-such-visit'), ('not-a-surprise').
    """
    if not run.about:
        raise RuleRefused("no-surprise-number", t("inspection.surprise.no_number"))
    visit = visit_of(run, run.about)
    if visit.kind is not VisitKind.SURPRISE:
        raise RuleRefused("not-a-surprise", t("inspection.surprise.none", visit=visit.visit_id))
    lay_book(run, visit)
    return visit


def about_of(run: Run, moment: str) -> Run:
    """The run about one of the decisions of a round's moments."""
    return replace(run, about=moment if moment in (PLAN, TEAM, YEAR_REPORT) else PLAN)
