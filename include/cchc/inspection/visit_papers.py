"""Papers of one visit: the notice with its outline, the minutes to sign on the spot, the team's report of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cchc.clock import vn_date
from cchc.documents.blocks import Block, DocumentTable, Paragraph, TextRun, columns_of
from cchc.documents.papers import marking, record
from cchc.documents.word import build
from cchc.files import sha256_bytes
from cchc.inspection.choices import load_choices
from cchc.inspection.fields import InspectionFields
from cchc.inspection.findings import FindingKind, FindingState, KnownFinding, known_findings
from cchc.inspection.outline import detail_lines, fields_of
from cchc.inspection.papers import VISIT_REPORT, addressee, days_text, expected_times, plan_label
from cchc.inspection.rules import InspectionRules
from cchc.inspection.team import InspectionTeam
from cchc.inspection.team_book import minutes_of
from cchc.inspection.visits import Visit, VisitKind
from cchc.run import Run
from cchc.texts import t, table


def notice(run: Run, visit: Visit, team: InspectionTeam, outline_due: str) -> str:
    """The letter that tells a unit of its visit; recorded, to be numbered and signed on paper. Returns its id."""
    unit, rules = run.units.get(visit.unit_code), InspectionRules.load()
    again = visit.was_told
    values = {
        "year": str(run.round.year),
        "unit": unit.name,
        "plan": plan_label(run),
        "when": when_of(run, visit),
        "topics": "; ".join(visit.topics or [one.name for one in InspectionFields.load().fields]),
        "members": members_text(team, visit),
        "on_paper": visit.on_paper,
        "through": rules.through,
        "outline_due": outline_due,
        "again": again,
    }
    inserts = {"de_cuong": _outline_blocks(run, visit)}
    content = build("thong_bao_kiem_tra", values, inserts, marking(run), addressees=[addressee(unit)])
    about = {"visit": visit.visit_id, "when": values["when"], "members": values["members"]}
    mark = f"_lai-{sha256_bytes(str(about).encode())[:6]}" if again else ""
    name = f"thong-bao/{visit.visit_id}_thong-bao_{unit.code}{mark}.docx"
    return record(run, "thong_bao_kiem_tra", content, name, unit_code=unit.code, extra=about)


def _outline_blocks(run: Run, visit: Visit) -> list[Block]:
    """The outline by field: its questions, what is known already, a line for the unit's own report."""
    blocks: list[Block] = []
    for number, field in enumerate(fields_of(visit), start=1):
        questions, known = detail_lines(run, visit, field)
        blocks.append(_line(f"{number}. {field.name}", "heading2"))
        blocks += [
            _line(f"{number}.{place}. {text}", "body") for place, text in enumerate(questions, start=1)
        ]
        blocks += [_line(text, "item") for text in known]
    return blocks


def _line(text: str, style: str) -> Paragraph:
    return Paragraph((TextRun(text),), style)


def when_of(run: Run, visit: Visit) -> str:
    """The days of a visit as its papers say them; of one without days the month of the plan."""
    choices = load_choices(run.store, run.round.round_id)
    expected = expected_times(run, choices).get(visit.unit_code)
    return days_text(visit) or expected or t("inspection.no_day_yet")


def members_text(team: InspectionTeam, visit: Visit) -> str:
    """Who comes, by title; as the decision says where the visit names nobody."""
    if not visit.members:
        return t("inspection.team_by_decision")
    return "; ".join(one.title for one in team.going(visit.members, visit.unit_code))


def minutes_paper(run: Run, visit: Visit, team: InspectionTeam) -> str:
    """The minutes of a visit to print, fill in and sign on the spot; recorded, returns the id."""
    unit, shown = run.units.get(visit.unit_code), fields_of(visit)
    found = [one for one in known_findings(run.store, run.round.round_id) if one.visit_id == visit.visit_id]
    members = team.going(visit.members, visit.unit_code)
    heads = table("inspection.minutes_tables")
    inserts = {
        "doan": [
            DocumentTable(
                columns_of({key: heads[key] for key in ("number", "title")}, "number:12^ title:150"),
                [[str(place), one.title] for place, one in enumerate(members, start=1)],
            )
        ],
        "danh_muc": [
            DocumentTable(
                columns_of(
                    {key: heads[key] for key in ("topic", "item", "seen")}, "topic:40 item:90 seen:40"
                ),
                [[one.name, item, ""] for one in shown for item in one.checklist or one.questions],
            )
        ],
        "ho_so": [
            DocumentTable(
                columns_of(
                    {key: heads[key] for key in ("number", "dossier", "remark")},
                    "number:12^ dossier:60 remark:90",
                ),
                [[str(place), "", ""] for place in range(1, 11)],
            )
        ],
        "ton_tai": [
            DocumentTable(
                columns_of(
                    {key: heads[key] for key in ("number", "finding", "order", "due")},
                    "number:12^ finding:64 order:64 due:28^",
                ),
                _finding_rows(found),
            )
        ],
        "ky_ten": [
            DocumentTable(
                columns_of(
                    {key: heads[key] for key in ("unit_side", "clerk", "team_side")},
                    "unit_side:56^ clerk:56^ team_side:56^",
                ),
                [["\n\n\n\n", "", ""]],
            )
        ],
    }
    values = {"year": str(run.round.year), "unit": unit.name, "place": ""}
    content = build("bien_ban_kiem_tra", values, inserts, replace(marking(run), by_hand=True))
    name = f"bien-ban/{visit.visit_id}_bien-ban_{unit.code}.docx"
    titles = [one.title for one in members]
    about = {"visit": visit.visit_id, "findings": [one.finding_id for one in found], "members": titles}
    return record(run, "bien_ban_kiem_tra", content, name, unit_code=unit.code, extra=about)


def _finding_rows(found: Sequence[KnownFinding]) -> list[list[str]]:
    rows = [
        [
            str(place),
            one.finding.content,
            "; ".join(order.text for order in one.finding.orders),
            "; ".join(vn_date(order.due) for order in one.finding.orders if order.due),
        ]
        for place, one in enumerate(found, start=1)
    ]
    return rows or [[str(place), "", "", ""] for place in range(1, 6)]


def visit_report(run: Run, visit: Visit) -> str:
    """The team's report of one visit, from its minutes and findings: recorded, to be numbered and signed by the head of
    the team; the letter after the visit rests on it. Returns its id; made anew when minutes or findings say else."""
    unit, minutes = run.units.get(visit.unit_code), minutes_of(visit)
    found = [
        one
        for one in known_findings(run.store, visit.round_id, run.as_of)
        if one.visit_id == visit.visit_id and one.state is not FindingState.WITHDRAWN
    ]
    deficiencies = [one for one in found if one.finding.kind is FindingKind.DEFICIENCY]
    replies = [one for one in found if one.finding.kind is FindingKind.REPLY]
    noun = t(f"inspection.letter_noun.{InspectionRules.load().conclusion}")
    values = {
        "year": str(run.round.year),
        "unit": unit.name,
        "plan": plan_label(run),
        "surprise": visit.kind is VisitKind.SURPRISE,
        "held_on": vn_date(minutes.held_on) if minutes.held_on else "",
        "place": minutes.place,
        "topics": "; ".join(visit.topics or [one.name for one in InspectionFields.load().fields]),
        "present": _lines(minutes.present),
        "documents": _lines(minutes.documents),
        "sample": _lines(minutes.sample),
        "results": _lines(minutes.results),
        "agreed": bool(minutes.agreed),
        "opinion": minutes.opinion.rstrip(". "),
        "count": len(deficiencies),
        "proposals": [one.finding.content for one in replies],
        "noun": noun[:1].lower() + noun[1:],
        "due": vn_date(minutes.due) if minutes.due else "",
        "through": InspectionRules.load().through,
    }
    columns = "number:10^ topic:28 finding:56 severity:18^ order:56"
    rows = [
        [str(place), one.finding.topic or t("inspection.no_topic"), _with(one.finding.content, one.finding.evidence),
         table("inspection.severity")[one.finding.severity], _ordered(one)]
        for place, one in enumerate(deficiencies, start=1)
    ]  # fmt: skip
    inserts = {"ton_tai": [DocumentTable(columns_of(table("inspection.visit_report_table"), columns), rows)]}
    content = build(VISIT_REPORT, values, inserts if rows else {"ton_tai": []}, marking(run))
    said = sha256_bytes(str((values, rows)).encode())[:12]
    name = f"bao-cao-doan/{visit.visit_id}_bao-cao_{unit.code}_{said[:6]}.docx"
    about = {"visit": visit.visit_id, "said": said}
    return record(run, VISIT_REPORT, content, name, unit_code=unit.code, extra=about)


def _lines(text: str) -> list[str]:
    return [line.strip().rstrip(";") for line in text.splitlines() if line.strip()]


def _with(content: str, evidence: str) -> str:
    return f"{content.rstrip('. ')} ({evidence.rstrip('. ')})" if evidence else content


def _ordered(known: KnownFinding) -> str:
    parts = []
    for one in known.finding.orders:
        more = [one.responsible] if one.responsible else []
        more += [t("inspection.ordered_by", day=vn_date(one.due))] if one.due else []
        parts.append(_with(one.text, "; ".join(more)))
    return "\n".join(parts)
