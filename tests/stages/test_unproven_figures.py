"""Figures that nobody confirmed, from the mail to the issue: counted, marked in the draft, named to whoever decides.

Each step has a day of its own: changed on the 18th, drafted on the 19th, confirmed or not on the 20th, issued on the
23rd.
"""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook
from tests.documents.test_decisions import approved
from tests.support.letters import dealt_with
from tests.support.province import MORNING, ROUND, UNIT, Province

from cchc.clock import at
from cchc.documents.registry import documents
from cchc.documents.waiting import ask_approvers, unproven
from cchc.figures.consolidate import load_consolidation
from cchc.obligations import RoundEventKind, unproven_figures
from cchc.stages import closing
from cchc.submissions.unproven import confirm, disown
from cchc.texts import t

CHANGED, CLOSED = at(date(2026, 3, 18), 9), at(date(2026, 3, 19), 9)
ASKED, DECIDED = at(date(2026, 3, 20), 9), at(date(2026, 3, 23), 10)


@pytest.fixture
def drafted(province: Province, compose: Any) -> Province:
    for figure, moment in ((3, MORNING), (5, CHANGED)):
        mail = compose((f"{figure}.xlsx", province.filled(figure=figure)), message_id=f"<{figure}@x.example>")
        assert dealt_with(province, mail, moment).words == ("accepted",)
    run = province.at(CLOSED)
    closing.draft(run, closing.consolidate(run))
    return province


def submission_of(province: Province) -> str:
    (found,) = unproven_figures(province.store, CLOSED, round_id=ROUND)
    assert found.unit_code == UNIT
    return found.submission_id


def papers(province: Province, number: str | None) -> tuple[str, dict[str, Any]]:
    """The words of the report and the sheets of the appendix: of the draft, or of what was issued."""
    own = {
        one.kind.removesuffix("_du_thao"): one
        for one in documents(province.store, ROUND)
        if one.number == number
    }

    def content(kind: str) -> io.BytesIO:
        return io.BytesIO(own[kind].copied_to(province.instance).read_bytes())

    report = Document(content("bao_cao_noi_bo"))
    book = load_workbook(content("phu_luc_noi_bo"))
    return "\n".join(one.text for one in report.paragraphs), {
        sheet.title: [row for row in sheet.iter_rows(values_only=True) if any(row)] for sheet in book
    }


def marked(sheets: dict[str, Any], name: str) -> tuple[bool, bool]:
    """Whether the unit's line beside its figures has the mark, and the list of warnings a line about it."""
    line = next(row for row in sheets["Theo đơn vị"] if row[1] == name)
    warned = [row for row in sheets["Cảnh báo"] if row[0] == name and "chưa xác thực" in str(row[7])]
    return "chưa xác thực" in line[4], len(warned) == 1


def test_the_draft_counts_the_figures_and_marks_them_and_the_approver_is_told(drafted: Province) -> None:
    run = drafted.at(CLOSED)
    name = run.units.get(UNIT).name
    line = load_consolidation(run.store, ROUND, indicators=run.indicators).line("I.1.1")
    assert line is not None and line.value == 5, "it counts"
    words, sheets = papers(drafted, None)
    assert t("report.unproven", count=1, names=name) in words
    assert marked(sheets, name) == (True, True)
    (told,) = unproven(run)
    assert name in told and "vẫn được tính" in told
    ask_approvers(run)
    asked = next(one for one in drafted.mails() if one["kind"] == "cho_phe_duyet")
    assert "chưa xác thực" in asked["plain"] and name in asked["plain"]


def test_confirmed_after_the_draft_nothing_is_marked_in_what_is_issued(drafted: Province) -> None:
    confirm(drafted.at(ASKED, actor="chị Hoa"), submission_of(drafted), "đã gọi")
    run = drafted.at(CLOSED)
    assert unproven(run) == []
    closing.issue(run, approved(DECIDED))
    words, sheets = papers(drafted, "12")
    assert "Chưa xác thực" not in words
    assert marked(sheets, run.units.get(UNIT).name) == (False, False)
    assert "unproven" not in issue_of(drafted)


def test_issued_without_a_word_of_the_unit_it_stays_marked_and_the_issue_says_so(drafted: Province) -> None:
    run = drafted.at(CLOSED)
    closing.issue(run, approved(DECIDED))
    confirm(drafted.at(at(date(2026, 3, 24), 9), actor="chị Hoa"), submission_of(drafted), "gọi sau")
    words, sheets = papers(drafted, "12")
    assert "Chưa xác thực" in words and marked(sheets, run.units.get(UNIT).name) == (True, True)
    assert issue_of(drafted)["unproven"] == [UNIT]


def test_what_the_unit_did_not_send_leaves_the_next_draft(drafted: Province) -> None:
    disown(drafted.at(ASKED, actor="chị Hoa"), submission_of(drafted), "đơn vị bảo không gửi")
    again = drafted.at(at(date(2026, 3, 21), 9))
    number = closing.consolidate(again)
    line = load_consolidation(again.store, ROUND, number, again.indicators).line("I.1.1")
    assert number == 2 and line is not None and line.value == 3
    closing.draft(again, number)
    assert unproven(again) == []


def issue_of(province: Province) -> dict[str, Any]:
    events = province.run.rounds.events(ROUND)
    return dict(next(one for one in events if one.kind is RoundEventKind.issued).detail)
