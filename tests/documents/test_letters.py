"""Letters, plans and decisions say what they must: who, what, until when."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from docx import Document
from docx.oxml.ns import qn
from tests.support.ooxml import assert_sound

from cchc.claims import check_text
from cchc.claims.kinds import ClaimKind
from cchc.clock import at
from cchc.criteria import CriteriaSets
from cchc.documents.form import DocumentSettings
from cchc.documents.letters import (
    ChoiceRow,
    LateRow,
    LetterWords,
    OrderRow,
    appendix_labels,
    build_inspection_letter,
    build_inspection_plan_docx,
    build_request_letter,
    build_urging_letter,
)
from cchc.documents.marking import Marking
from cchc.indicators.numbers import number
from cchc.obligations.plan_tasks import PlanTask
from cchc.report.plan_words import PlanWords
from cchc.report.year_plan import build_plan_docx, build_plan_xlsx, task_rows
from cchc.scoring.papers import build_decision
from cchc.texts import t
from cchc.units import UnitRegister
from cchc.year import Calendar
from cchc_rehearsal.made_scores import made_results, names_of

NOW = at(date(2026, 3, 19), 9)
ISSUED = Marking(NOW, number="123", symbol="SNV-CCHC", issued_on=date(2026, 3, 19))


def words(content: bytes) -> str:
    return "\n".join(
        "".join(node.text or "" for node in paragraph.iter(qn("w:t")))
        for paragraph in Document(io.BytesIO(content)).element.body.iter(qn("w:p"))
    )


def test_the_request_names_the_directives_in_force_and_no_others() -> None:
    calendar = Calendar.load()
    told = words(build_request_letter(calendar.round("2026-Q1"), ISSUED))
    assert "Chỉ tiêu I.7.1 xét theo Chỉ thị số 26/CT-TTg" in told and "Chỉ thị số 10/CT-TTg" in told
    assert "Chỉ thị số 10/CT-UBND" not in told, "it holds no longer"
    settings = DocumentSettings.load().model_copy(update={"directives": ()})
    assert "xét theo" not in words(build_request_letter(calendar.round("2026-Q1"), ISSUED, settings))
    assert list(DocumentSettings.load().directives_on(date(2025, 6, 30))) == ["I.7.1"]
    assert len(DocumentSettings.load().directives_on(date(2025, 6, 30))["I.7.1"]) == 3


def every_document(marking: Marking) -> dict[str, bytes]:
    calendar, units = Calendar.load(), UnitRegister.load()
    due, until = at(date(2026, 3, 17), 17), date(2026, 3, 23)
    late = LateRow("UBND xã A", "Báo cáo quý I", due, 2, "Chưa gửi")
    order = OrderRow(1, "Thiếu phiếu xin lỗi", "Bổ sung", due)
    results = made_results(CriteriaSets.load().all, units, 2026, most=2)
    return {
        "plan": build_plan_docx(PlanTask.load(), units, calendar, 2026, marking),
        "request": build_request_letter(calendar.round("2026-Q1"), marking),
        "urging": build_urging_letter([late], "báo cáo quý I", until, marking),
        "inspection": build_inspection_plan_docx(
            2026, [ChoiceRow("UBND xã A", "Trễ 2 kỳ", "2,5", "Tháng 4/2026")], 122, marking
        ),
        "orders": build_inspection_letter("UBND xã A", 2026, [order], marking),
        "scores": build_decision(results, names_of(units), marking),
    }  # fmt: skip


@pytest.fixture(scope="module")
def issued() -> dict[str, bytes]:
    return every_document(ISSUED)


def test_every_kind_marks_a_rehearsal_on_each_page() -> None:
    for kind, content in every_document(Marking(NOW, rehearsal=True)).items():
        section = Document(io.BytesIO(content)).sections[0]
        for header in (section.header, section.first_page_header):
            assert "BẢN DIỄN TẬP" in header._element.xml, kind


def test_every_kind_is_reproducible_and_passes_the_claim_checker(issued: dict[str, bytes]) -> None:
    for kind, content in every_document(ISSUED).items():
        assert content == issued[kind]
        faults = check_text(words(content)).faults
        # All are signed on one day here, in March: the plan and the orders have deadlines before it, which is wrong.
        expected = {ClaimKind.DEADLINE} if kind in ("plan", "orders") else set()
        assert {one.kind for one in faults} == expected, kind


def test_no_issued_document_has_an_empty_place(issued: dict[str, bytes]) -> None:
    for kind, content in issued.items():
        text = words(content)
        assert "[" not in text, kind
        assert "Số: 123/SNV-CCHC" in text, kind
        assert "ngày 19 tháng 3 năm 2026" in text, kind


def test_the_urging_letter_lists_each_late_unit_with_its_due_day(issued: dict[str, bytes]) -> None:
    text = words(issued["urging"])
    for expected in ("UBND xã A", "17/03/2026", "chậm nhất ngày 23/03/2026", "còn 1 nghĩa vụ của 1 đơn vị"):
        assert expected in text


def test_the_letter_after_inspection_goes_to_its_unit_with_numbered_orders_and_deadlines() -> None:
    def order(number: int, day: int) -> OrderRow:
        return OrderRow(number, "Phát hiện.", f"Việc {number};", at(date(2026, 7, day), 17))

    text = words(
        build_inspection_letter(
            "UBND xã A",
            2026,
            [order(1, 15), order(2, 30)],
            ISSUED,
            LetterWords("Chủ tịch UBND xã A", "Báo cáo số 28"),
        )
    )
    assert "Kính gửi: Chủ tịch UBND xã A." in text
    assert "1. Việc 1. (Phát hiện: Phát hiện). Báo cáo kết quả chậm nhất ngày 15/07/2026." in text
    assert "2. Việc 2." in text
    assert "thời hạn cuối cùng là ngày 30/07/2026" in text
    assert "Qua xem xét Báo cáo số 28 về kết quả kiểm tra" in text


def test_the_decision_names_the_criteria_set_and_counts_the_bands() -> None:
    units = UnitRegister.load()
    made = made_results(CriteriaSets.load().all, units, 2026, most=2)
    results = replace(made, lists=tuple(one for one in made.lists if one.code in ("so-2026", "xa-2026")))
    classes = Counter(one.class_name for one in results.results)
    body = DocumentSettings.load().issuers["ubnd"].name
    text = words(build_decision(results, names_of(units), ISSUED))
    assert "của 4 cơ quan, đơn vị" in text
    for name, count in classes.items():
        assert f"{count} đơn vị xếp loại {name}" in text
    for one in results.lists:
        assert f"theo {one.criteria_set.title}" in text or f"; {one.criteria_set.title}" in text
    assert f"CHỦ TỊCH {body.upper()}" in text and "TM. " not in text, "the head decides, and signs as such"
    for label in ("Phụ lục I", "Phụ lục II"):
        assert f"{label}KẾT QUẢ" in text
    assert (
        text.count(f"(Kèm theo Quyết định số 123/SNV-CCHC ngày 19 tháng 3 năm 2026 của Chủ tịch {body})") == 2
    )
    for one in results.results:  # with the same decimals, one below the other
        assert one.index is not None and number(one.index, "percent") in text
    assert t("score_results.sample") in text


def test_a_single_appendix_has_no_number_and_ten_are_counted_as_romans_did() -> None:
    assert appendix_labels(1) == ["Phụ lục"]
    assert appendix_labels(10)[3:] == [
        f"Phụ lục {roman}" for roman in ("IV", "V", "VI", "VII", "VIII", "IX", "X")
    ]


def test_the_plan_has_its_legal_basis_targets_and_budget(issued: dict[str, bytes]) -> None:
    settings, goals = DocumentSettings.load(), PlanWords.load()
    text = words(issued["plan"])
    told = [*(f"Căn cứ {one};" for one in settings.bases_of("ke_hoach", ISSUED.day))]
    told += [f"- {one.text}" for one in (*goals.targets, *goals.budget)]
    assert len(told) >= 5 and [one for one in told if one not in text] == []
    of_no_year = words(build_plan_docx([], UnitRegister.load(), Calendar.load(), 2025, Marking(NOW, draft=1)))
    assert "mục targets của plan.yaml" in of_no_year


def test_the_plan_holds_every_task_and_the_years_reporting_days(issued: dict[str, bytes]) -> None:
    text = words(issued["plan"])
    for task in PlanTask.load():
        assert task.title in text
    for round_id in ("2026-Q1", "2026-6T", "2026-Q3", "2026-NAM"):
        due: datetime = Calendar.load().round(round_id).unit_due_at
        assert f"chậm nhất ngày {due:%d/%m/%Y}" in text


def test_the_plans_workbook_equals_its_table() -> None:
    tasks, units, calendar = PlanTask.load(), UnitRegister.load(), Calendar.load()
    content = build_plan_xlsx(tasks, units, calendar, 2026, Marking(NOW, rehearsal=True))
    assert content == build_plan_xlsx(tasks, units, calendar, 2026, Marking(NOW, rehearsal=True))
    sheet: Any = openpyxl.load_workbook(io.BytesIO(content)).active
    rows = [row for row in sheet.iter_rows(values_only=True) if isinstance(row[0], int)]
    expected = task_rows(tasks, units, calendar.working_days, 2026)
    assert [(row[2], row[4], row[5]) for row in rows] == [
        (task.title, task.lead, task.due) for task in expected
    ]


def test_every_kind_has_the_structure_that_word_expects() -> None:
    """Parts are well-formed, listed with a type and related; ids and bookmarks are unique; links lead somewhere."""
    for kind, content in every_document(ISSUED).items():
        assert_sound(content, kind)
