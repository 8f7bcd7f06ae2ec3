"""Papers of an inspection: plan, team, notices, minutes to sign, the letter after a visit, the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from cchc.clock import vn_date
from cchc.documents.blocks import DocumentTable, columns_of
from cchc.documents.form import DocumentSettings
from cchc.documents.letters import (
    ChoiceRow,
    LetterWords,
    OrderRow,
    build_inspection_letter,
    build_inspection_plan_docx,
)
from cchc.documents.papers import keep, marking
from cchc.documents.registry import DocumentRecord, documents, last_issued
from cchc.documents.word import build
from cchc.documents.workbook import ListSheet, build_list_workbook
from cchc.files import sha256_bytes
from cchc.indicators import format_number
from cchc.inspection.choice import ChosenUnit
from cchc.inspection.conclusion import Conclusion, NumberedFinding
from cchc.inspection.counts import not_mended
from cchc.inspection.findings import FindingKind, KnownFinding, known_findings
from cchc.inspection.findings_book import short_day
from cchc.inspection.mending import open_orders
from cchc.inspection.minutes import MinutesRow
from cchc.inspection.rules import InspectionRules
from cchc.inspection.team import InspectionTeam, TeamMember
from cchc.inspection.visits import Visit, VisitKind, known_visits, open_visits
from cchc.run import Approval, Run
from cchc.texts import t, table
from cchc.units import Unit
from cchc.year import Product

PLAN, TEAM, YEAR_REPORT = "ke_hoach", "quyet_dinh_doan", "bao_cao_doan"  # what a round's decisions are about
LETTER = "cong_van_kiem_tra"
VISIT_REPORT = "bao_cao_doan"  # the team's report of one visit
_TOLD_AFTER_MONTHS = 24


def plan_papers(
    run: Run, choices: Sequence[ChosenUnit], total: int, draft: int, approval: Approval | None
) -> list[DocumentRecord]:
    """The inspection plan with the chosen units and why each was chosen, as a document and as a table."""
    when = expected_times(run, choices)
    rows = [
        ChoiceRow(run.units.get(one.unit_code).name, one.reason, format_number(one.risk), when[one.unit_code])
        for one in choices
    ]
    year, mark = run.round.year, marking(run, draft, approval)
    heads = table("documents.letters.choice_table")
    sheet = ListSheet(
        name=t("inspection.inspection_sheet"),
        title=t("inspection.inspection_title", year=year),
        heads=[heads[key] for key in ("number", "unit", "risk", "reason", "when")],
        widths=[6, 40, 12, 70, 16],
        rows=[
            [number, row.unit_name, choice.risk, row.reason, row.when]
            for number, (row, choice) in enumerate(zip(rows, choices, strict=True), start=1)
        ],
    )
    name = f"ke-hoach-kiem-tra-{year}" + ("" if approval else "_du-thao")
    made = (
        ("ke_hoach_kiem_tra", build_inspection_plan_docx(year, rows, total, mark), f"{name}.docx"),
        ("ke_hoach_kiem_tra_bieu", build_list_workbook([sheet], mark), f"{name}.xlsx"),
    )
    return [keep(run, *one, draft=draft, approval=approval, extra={}) for one in made]


def expected_times(run: Run, choices: Sequence[ChosenUnit]) -> dict[str, str]:
    """When each chosen unit is to be inspected: the days of its visit, else a month by its place."""
    months = dict(zip((one.unit_code for one in choices), expected_months(run, len(choices)), strict=True))
    for visit in known_visits(run.store, run.round.round_id):
        if visit.days and not visit.is_secret and visit.unit_code in months:
            months[visit.unit_code] = days_text(visit)
    return months


def expected_months(run: Run, count: int) -> list[str]:
    """When each of so many units, those of highest risk first, is to be inspected: spread over the months of the rules.

    A plan that is made later than its first month does not begin before the day on which it is made.
    """
    rules, year = InspectionRules.load(), run.round.year
    first = min(max(rules.first_month, run.today.month if run.today.year == year else 1), rules.last_month)
    months = rules.last_month - first + 1
    return [
        t("inspection.expected_month", month=first + place * months // count, year=year)
        for place in range(count)
    ]


def days_text(visit: Visit) -> str:
    """The days of a visit as papers say them: `sáng 05/5/2026`."""
    days = ", ".join(short_day(day) for day in visit.days)
    return t(f"inspection.half.{visit.half}", days=days) if visit.half else days


def team_papers(
    run: Run, team: InspectionTeam, visits: int, draft: int, approval: Approval | None
) -> list[DocumentRecord]:
    """The decision that sets up the team, with its members as the appendix."""
    settings = DocumentSettings.load()
    values = {
        "year": str(run.round.year),
        "authority": settings.authority(settings.form("quyet_dinh_doan")),
        "plan": plan_label(run),
        "count": len(team.everyone),
        "head": team.head.title,
        "visits": visits,
    }
    content = build(
        "quyet_dinh_doan",
        values,
        {"danh_sach": [team_table(run, team)]},
        marking(run, draft, approval),
        settings,
    )
    name = f"quyet-dinh-doan-kiem-tra-{run.round.year}" + ("" if approval else "_du-thao")
    return [keep(run, "quyet_dinh_doan", content, f"{name}.docx", draft=draft, approval=approval, extra={})]


def team_table(run: Run, team: InspectionTeam) -> DocumentTable:
    """Members with unit and part, the head first."""
    columns = columns_of(table("inspection.team_table"), "number:12^ title:70 unit:60 part:36^")
    rows, place = [], 0
    for part in ("head", "deputies", "members"):
        found = getattr(team, part)
        for one in [found] if isinstance(found, TeamMember) else found:
            place += 1
            unit = run.units.get(one.unit).name
            rows.append([str(place), one.title, unit, t(f"inspection.team_part.{part}")])
    return DocumentTable(columns, rows)


def plan_label(run: Run) -> str:
    """`Kế hoạch số 12/KH-UBND ngày 05/02/2026`, or the plan without a number where none was issued yet."""
    found = last_issued(run.store, run.round.round_id, "ke_hoach_kiem_tra", run.as_of, about=PLAN)
    if found is None or found.issued_on is None:
        return t("inspection.plan_without_number", year=run.round.year)
    number = f"{found.number}/{found.symbol}"
    return t("inspection.plan_label", number=number, day=short_day(found.issued_on))


def letter_papers(
    run: Run, conclusion: Conclusion, form_name: str, draft: int, approval: Approval | None
) -> list[DocumentRecord]:
    """The letter after a visit, each finding with its orders; `form_name`: the workbook in which the unit answers."""
    unit, rules, minutes = run.units.get(conclusion.unit_code), InspectionRules.load(), conclusion.minutes
    words = LetterWords(
        addressee=addressee(unit),
        basis=_basis(*_report_of(run, minutes)),
        results=minutes.results,
        through=rules.through,
        form={"cong_van": "sau_kiem_tra", "thong_bao": "thong_bao_ket_luan"}[rules.conclusion],
    )
    rows = [_order_row(one) for one in conclusion.findings]
    visited = run.units.get(minutes.unit_code).name
    name_now = (
        unit.name if unit.code == minutes.unit_code else t("inspection.now", before=visited, now=unit.name)
    )
    content = build_inspection_letter(name_now, run.round.year, rows, marking(run, draft, approval), words)
    said = "\n".join(f"{one.number} {one.finding} {one.order}" for one in rows)
    about = {
        "findings": [one.known.finding_id for one in conclusion.findings],
        "orders": conclusion.items,
        "orders_sha256": sha256_bytes(said.encode()),
        "form": form_name,
    }
    name = f"cong-van/{run.round.round_id}_{run.about}_{unit.code}" + ("" if approval else "_du-thao")
    return [
        keep(
            run, LETTER, content, f"{name}_{draft}.docx", draft=draft, approval=approval, extra=about,
            unit_code=unit.code,
        )
    ]  # fmt: skip


def _report_of(run: Run, minutes: MinutesRow) -> tuple[str, str]:
    """Number and day of the team's report of a visit: as the team wrote them, else as they were given to the paper."""
    if minutes.report:
        return minutes.report, short_day(minutes.report_day)
    given = [
        one
        for one in documents(run.store, run.round.round_id)
        if one.kind == VISIT_REPORT
        and one.number
        and one.provenance.get("visit") == minutes.visit_id
        and one.made_at <= run.as_of
    ]
    return (f"{given[-1].number}/{given[-1].symbol}", short_day(given[-1].issued_on)) if given else ("", "")


def _basis(report: str, day: str) -> str:
    if not report:
        return ""
    return (
        t("inspection.basis", report=report, day=day)
        if day
        else t("inspection.basis_without_day", report=report)
    )


def _order_row(found: NumberedFinding) -> OrderRow:
    finding, parts = (
        found.known.finding,
        [
            OrderRow(found.number, found.known.finding.content, one.text, one.due_at, one.responsible)
            for one in found.orders
        ],
    )
    first = parts[0]
    is_reply = finding.kind is FindingKind.REPLY
    return OrderRow(
        first.number, first.finding, first.order, first.due_at, first.responsible, tuple(parts[1:]), is_reply
    )


def addressee(unit: Unit) -> str:
    """The head of a unit, by title: `Chủ tịch UBND xã Kiên Lương`, `Giám đốc Sở Tư pháp`."""
    head, name = unit.head.split(), unit.name.split()
    for shared in range(min(len(head), len(name)), 0, -1):
        if [word.casefold() for word in head[-shared:]] == [word.casefold() for word in name[:shared]]:
            return " ".join([*head[:-shared], *name])
    return " ".join([*head, *name])


def year_report(run: Run, draft: int, approval: Approval | None, chosen: int) -> list[DocumentRecord]:
    """The team's report of the year, with what was found and mended at each unit as the appendix."""
    round_id = run.round.round_id
    visits = open_visits(known_visits(run.store, round_id, run.as_of))
    known = [one for one in visits if one.is_held]
    issued = [
        one
        for one in known_findings(run.store, round_id, run.as_of)
        if one.is_issued and one.finding.kind is FindingKind.DEFICIENCY
    ]
    states = {
        one.obligation_id: state
        for one, state in run.ledger.states(run.as_of, round_id=round_id, product=Product.ANSWER)
    }
    mended = {one.finding_id for one in issued if one.mended_at(states)}
    standing = [
        one for one in open_orders(run, round_id) if one.finding.finding.kind is FindingKind.DEFICIENCY
    ]
    old = not_mended(run.store, run.as_of, _TOLD_AFTER_MONTHS)
    topics = Counter(one.finding.topic or t("inspection.no_topic") for one in issued)
    planned = [one for one in visits if one.kind is VisitKind.PLANNED]
    not_held = [run.units.get(one.unit_code).name for one in planned if not one.is_held]
    values = {
        "year": str(run.round.year),
        "plan": plan_label(run),
        "as_of": vn_date(run.today),
        "held": sum(one.is_held for one in planned),
        "chosen": chosen,
        "surprise": sum(one.kind is VisitKind.SURPRISE for one in known),
        "topical": sum(one.kind is VisitKind.TOPICAL for one in known),
        "not_held": "; ".join(not_held),
        "concluded": sum(one.is_concluded for one in known),
        "found": len(issued),
        "mended": len(mended),
        "open_orders": len(standing),
        "overdue": sum(one.is_overdue(run.as_of) for one in standing),
        "waiting": sum(one.waits for one in standing),
        "topics": sorted(topics.items(), key=lambda one: -one[1]),
        "old": [
            t("inspection.old_line", unit=run.units.get(one.finding.unit_code).name, id=one.finding.finding_id,
              letter=one.finding.letter_label, months=one.months)
            for one in old
        ],
    }  # fmt: skip
    table_of_units = DocumentTable(
        columns_of(
            table("inspection.report_table"), "number:12^ unit:60 state:40 found:24^ mended:24^ letter:40"
        ),
        _report_rows(run, visits, issued, mended),
    )
    content = build(
        "bao_cao_kiem_tra", values, {"danh_sach": [table_of_units]}, marking(run, draft, approval)
    )
    name = f"bao-cao-kiem-tra-{run.round.year}" + ("" if approval else "_du-thao")
    return [keep(run, "bao_cao_kiem_tra", content, f"{name}.docx", draft=draft, approval=approval, extra={})]


def _report_rows(
    run: Run, visits: Sequence[Visit], issued: Sequence[KnownFinding], mended: set[str]
) -> list[list[str]]:
    states: Mapping[str, str] = table("inspection.visit_state")
    rows = []
    for place, visit in enumerate(visits, start=1):
        own = [one for one in issued if one.visit_id == visit.visit_id]
        letters = "; ".join(dict.fromkeys(one.letter_label for one in own if one.letter_label))
        done = sum(one.finding_id in mended for one in own)
        unit = run.units.get(visit.unit_code).name
        if visit.kind is not VisitKind.PLANNED:
            unit = f"{unit} ({table('inspection.visit_kind')[visit.kind]})"
        rows.append([str(place), unit, states[visit.state], str(len(own)), str(done), letters])
    return rows
