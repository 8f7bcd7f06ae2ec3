"""Papers of appraisal and council, from what is recorded: made once, numbered and signed on paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from cchc.clock import vn_instant
from cchc.criteria import CriteriaSet
from cchc.documents.papers import marking, record
from cchc.documents.scoring_letters import (
    GroupLine,
    ScoringAbout,
    ScoringMinutes,
    SessionLine,
    SetLine,
    Submitted,
    build_appraisal_notice,
    build_council_decision,
    build_council_minutes,
    build_scoring_plan,
    build_submission,
)
from cchc.indicators import format_number
from cchc.mail.department import Department
from cchc.run import Run
from cchc.scores import FileEventKind, council_sessions, pinned
from cchc.scoring.appraisal import Appraisal
from cchc.scoring.cases import FIRST_TURN, Case
from cchc.texts import t, table

PLAN, DECISION = "ke_hoach_cham_diem", "quyet_dinh_hoi_dong"
NOTICE, MINUTES, SUBMISSION = "thong_bao_tham_dinh_1", "bien_ban_hoi_dong", "to_trinh"


def opening_papers(run: Run, appraisal: Appraisal) -> list[str]:
    """The plan with its steps and appraisers, and the decision on the council; their ids."""
    year, about = run.round.year, about_round(run, appraisal)
    sets = _distinct(pinned(run.store, run.round.round_id).values())
    lines = [
        SetLine(one.title, len(one.rows), format_number(one.settings.total_points), count)
        for one in sets
        if (count := sum(one.settings.applies_to.holds(unit) for unit in appraisal.docket.units))
    ]
    names = table("scoring.papers.steps")
    moments = run.round.moments
    steps = [(names[name], vn_instant(moment)) for name, moment in moments.items() if name in names]
    groups = _groups(run, appraisal, sets)
    plan = build_scoring_plan(about, lines, steps, groups, marking(run))
    council = appraisal.docket.appraisers.council
    members = [
        (_called(council.chair), t("scoring.papers.chair")),
        *((_called(one), t("scoring.papers.member")) for one in council.members if one != council.chair),
        *(
            (_called(one), t("scoring.papers.secretary"))
            for one in appraisal.docket.appraisers.secretary.accounts
        ),
    ]
    quorum = format_number((Decimal(100) * council.quorum).normalize())
    decision = build_council_decision(about, members, quorum, marking(run))
    return [
        record(run, PLAN, plan, f"ke-hoach-cham-diem-{year}.docx"),
        record(run, DECISION, decision, f"quyet-dinh-hoi-dong-{year}.docx"),
    ]


def notice(run: Run, appraisal: Appraisal) -> str:
    """The notice of the first appraisal; its id."""
    docket, moments = appraisal.docket, run.round.moments
    asked = {one.unit.code for one in docket.cases.values() if one.is_contested}
    content = build_appraisal_notice(
        about_round(run, appraisal),
        group_lines(appraisal),
        len(asked),
        vn_instant(moments["giai_trinh"]),
        vn_instant(moments["tham_dinh_2"]),
        marking(run),
    )
    return record(run, NOTICE, content, f"thong-bao-tham-dinh-1-{run.round.year}.docx")


def minutes(run: Run, appraisal: Appraisal, *, held: bool) -> str:
    """The minutes: a draft with what is asked of the council, or (`held`) the record of what it decided."""
    docket = appraisal.docket
    council = docket.appraisers.council
    total = len({council.chair, *council.members})
    sessions = council_sessions(run.store, run.round.round_id) if held else []
    lines = [
        SessionLine(
            when=vn_instant(one.held_at),
            present=len(one.present),
            written=len(one.written),
            total=total,
            names=", ".join(map(_called, one.present)),
            letters=", ".join(map(_called, one.written)),
        )
        for one in sessions
    ]
    content = build_council_minutes(
        about_round(run, appraisal),
        ScoringMinutes(
            group_lines(appraisal), questions(appraisal), lines, rulings(run, appraisal) if held else ()
        ),
        marking(run),
    )
    name = f"bien-ban-hoi-dong-{run.round.year}{'' if held else '_tai-lieu-hop'}.docx"
    return record(run, MINUTES, content, name, extra={"held": held})


def submission(run: Run, appraisal: Appraisal, lists: Sequence[Sequence[str]]) -> str:
    """The submission to the chairman, with a line of cells for each ranked list; its id."""
    cases = list(appraisal.docket.cases.values())
    submitted = Submitted(
        decided=sum(one.decision is not None for one in cases),
        changed=sum(one.is_changed for one in cases),
        explained=sum(one.is_explained for one in cases),
        sessions=len(council_sessions(run.store, run.round.round_id)),
        rulings=len(rulings(run, appraisal)),
        groups=group_lines(appraisal),
        lists=lists,
    )
    content = build_submission(about_round(run, appraisal), submitted, marking(run))
    return record(run, SUBMISSION, content, f"to-trinh-{run.round.year}.docx")


def about_round(run: Run, appraisal: Appraisal) -> ScoringAbout:
    """Year, units and sets, and the words about sample sets while one is."""
    sets = _in_use(pinned(run.store, run.round.round_id), appraisal)
    note = t("scoring.papers.sample_note") if any(one.is_sample for one in sets) else ""
    return ScoringAbout(
        run.round.year, len(appraisal.docket.units), "; ".join(one.title for one in sets), note
    )


def group_lines(appraisal: Appraisal) -> list[GroupLine]:
    """The desks with their counts of the first turn."""
    found = [appraisal.group_standing(one.key, FIRST_TURN) for one in appraisal.docket.desks]
    return [
        GroupLine(one.desk.name, one.total, one.decided, one.changed, one.without_evidence)
        for one in found
        if one.total
    ]


def questions(appraisal: Appraisal) -> list[tuple[str, str, str]]:
    """What the council is asked: where an explanation was not followed, and what nobody decided."""
    found = []
    for case in appraisal.docket.cases.values():
        words = _question(case)
        if words:
            found.append((case.unit.name, case.row.code, words))
    return found


def rulings(run: Run, appraisal: Appraisal) -> list[tuple[str, str, str, str]]:
    """What the council decided: points by criterion, and units that it ranks although little is in force."""
    found = [
        (case.unit.name, case.row.code, f"{word.basis}: {_points(word.points)}", word.reason or "")
        for case in appraisal.docket.cases.values()
        if (word := case.standing.council) is not None
    ]
    found += [
        (run.units.get(one.unit_code).name, "", t("scoring.papers.ranked"), one.reason or "")
        for one in appraisal.docket.events
        if one.kind is FileEventKind.UNRANKED_DECIDED
    ]
    return found


def _question(case: Case) -> str:
    if case.decision is None:
        return t("scoring.papers.undecided")
    if not case.is_explained or not case.is_changed:
        return ""
    said = case.standing.explanation
    return t(
        "scoring.papers.explained",
        decided=_points(case.decision.points),
        claim=_points(None if case.claim is None else case.claim.value),
        text="" if said is None else said.text,
    )


def _points(points: Decimal | None) -> str:
    if points is None:
        return t("scoring.papers.excluded")
    return t("scoring.papers.points", points=format_number(points.normalize()))


def _in_use(sets: Mapping[str, CriteriaSet], appraisal: Appraisal) -> list[CriteriaSet]:
    return [one for one in _distinct(sets.values()) if one.version in appraisal.docket.versions]


def _distinct(sets: Iterable[CriteriaSet]) -> list[CriteriaSet]:
    """Each set once: several lists are ranked by one."""
    return list({one.version: one for one in sets}.values())


def _groups(run: Run, appraisal: Appraisal, sets: Iterable[CriteriaSet]) -> list[tuple[str, str, int]]:
    """Who appraises, who stands in, how many criteria of the sets."""
    register, counts = appraisal.docket.appraisers, dict[str, int]()
    for one in sets:
        for row in one.rows:
            counts[row.appraiser] = counts.get(row.appraiser, 0) + 1
    return [
        (
            run.units.get(group.unit).name,
            run.units.get(register.substitute(group.code).unit).name,
            counts[group.code],
        )
        for group in register.groups
        if group.code in counts
    ]


def _called(account: str) -> str:
    """An account by its title, where the department names one."""
    known = Department.load().accounts.get(account)
    return known.name if known is not None else account
