"""What leaves the department and what stays inside: nothing internal in the first, everything in the second."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
from docx import Document
from docx.oxml.ns import qn

from cchc.documents.marking import Marking
from cchc.figures.facts import RoundFacts
from cchc.figures.fields import field_facts
from cchc.indicators.expression import CODE
from cchc.report.appendix import build_public_xlsx
from cchc.report.internal_docx import build_internal_docx
from cchc.report.report_docx import build_report_docx

DAY = date(2026, 12, 18)
INTERNAL = re.compile(
    r"giải trình|chưa xác thực|nguồn gốc|sha|băm|[0-9a-f]{32}|số liệu hệ thống|cần xem lại", re.IGNORECASE
)
NOTHING = re.compile(
    r"không nêu nội dung|(?<![\d.,/])0 (đơn vị|hồ sơ|văn bản|người|vấn đề)|0/\d+ chỉ tiêu|\d+/\d+ chỉ tiêu"
    r"|báo cáo không phát sinh|không phát sinh ở lĩnh vực"
)


def words(content: bytes) -> list[str]:
    return [
        "".join(node.text or "" for node in one.iter(qn("w:t")))
        for one in Document(io.BytesIO(content)).element.body.iter(qn("w:p"))
    ]


@pytest.fixture(scope="module")
def public(facts: RoundFacts, one_stop: Any) -> bytes:
    return build_report_docx(facts, Marking(facts.as_of, draft=1), fields=field_facts(one_stop))


@pytest.fixture(scope="module")
def inside(facts: RoundFacts) -> bytes:
    bounds = [
        ("mot-xa-qua-nua/I.5.1 - Số phiếu: 300.000; giới hạn: 150.000.", False),
        ("phan/I.1.2 - Vượt.", True),
    ]
    return build_internal_docx(facts, Marking(facts.as_of, draft=1, origin={"Cấu hình": "ff" * 32}), bounds)


def codes_in(text: str, facts: RoundFacts) -> set[str]:
    return set(CODE.findall(text)) & {one.code for one in facts.indicators}


def test_the_report_that_leaves_has_no_code_no_explanation_and_no_origin(
    facts: RoundFacts, public: bytes
) -> None:
    document = Document(io.BytesIO(public))
    tips = [one.get(qn("w:tooltip")) for one in document.element.body.iter(qn("w:hyperlink"))]
    text = "\n".join([*words(public), *tips])
    assert len(text) > 20_000 and tips
    assert codes_in(text, facts) == set()
    assert [line for line in text.splitlines() if INTERNAL.search(line)] == []


def test_the_report_says_no_sentence_about_nothing(facts: RoundFacts, public: bytes) -> None:
    body = "\n".join(words(public)).split("Phụ lục ISỐ LIỆU")[0]
    assert [line for line in body.splitlines() if NOTHING.search(line)] == []


@pytest.mark.parametrize("draft", [True, False])
def test_no_heading_of_the_results_stands_over_nothing(
    new_facts: Callable[..., RoundFacts], draft: bool
) -> None:
    facts = new_facts(seed=2, silent=122)
    mark = (
        Marking(facts.as_of, draft=1)
        if draft
        else Marking(facts.as_of, number="9", symbol="BC", issued_on=DAY)
    )
    document = Document(io.BytesIO(build_report_docx(facts, mark)))
    lines = [one for one in document.paragraphs if one.text]
    numbered = [
        place
        for place, one in enumerate(lines)
        if re.match(r"[1-9]\. (Công tác|Cải cách|Xây dựng)", one.text)
    ]
    assert len(numbered) == 9
    assert not [lines[place].text for place in numbered if lines[place + 1].style.name.startswith("Heading")]
    asked = [one for one in lines if one.text.startswith("[Phần Sở Nội vụ viết: các đơn vị không có")]
    assert bool(asked) == draft


def test_coverage_is_said_once_and_then_only_where_few_units_stand_behind_a_figure(public: bytes) -> None:
    body = "\n".join(words(public)).split("Phụ lục ISỐ LIỆU")[0]
    assert len(re.findall(r"\d+ trên \d+ cơ quan, đơn vị \(", body)) == 1
    assert "đơn vị có số liệu)" not in body


def test_the_workbook_that_leaves_has_figures_and_neither_codes_nor_comments(facts: RoundFacts) -> None:
    book = openpyxl.load_workbook(io.BytesIO(build_public_xlsx(facts, Marking(facts.as_of))))
    assert book.sheetnames == ["Tổng hợp"]
    cells = [cell for row in book.active.iter_rows() for cell in row]
    text = "\n".join(str(cell.value) for cell in cells if cell.value is not None)
    assert codes_in(text, facts) == set() and not INTERNAL.search(text)
    assert [cell for cell in cells if cell.comment] == []
    names = {str(cell.value) for cell in cells}
    assert any(name.startswith("(Kèm theo Báo cáo số ") for name in names)
    assert all(one.name in names for one in facts.indicators)


def test_the_internal_document_has_every_indicator_with_code_and_coverage(
    facts: RoundFacts, inside: bytes
) -> None:
    table = next(one for one in Document(io.BytesIO(inside)).tables if one.rows[0].cells[1].text == "Mã")
    rows = [[cell.text for cell in row.cells] for row in table.rows if row.cells[0].text.isdigit()]
    assert [row[1] for row in rows] == [one.code for one in facts.indicators]
    for row, indicator in zip(rows, facts.indicators, strict=True):
        line = facts.consolidation.line(indicator.code)
        assert line is not None and row[5] == f"{line.units_counted}/{line.units_obliged}"
        assert row[6] == (str(len(line.missing)) if line.missing else "")


def test_the_internal_document_has_differences_bounds_origins_and_every_text(
    facts: RoundFacts, inside: bytes
) -> None:
    text = "\n".join(words(inside))
    assert "2 số liệu vượt giới hạn, trong đó 1 số liệu chưa có giải trình" in text
    assert "mot-xa-qua-nua/I.5.1" in text and "Cấu hình" in text and "ff" * 32 in text
    assert "(chưa giải trình)" in text and "Lưu hành nội bộ" in text
    for own in facts.narratives.values():
        assert all(said in text for said in own.values())


def test_links_of_the_internal_document_lead_to_its_own_places(inside: bytes) -> None:
    body = Document(io.BytesIO(inside)).element.body
    marks = {one.get(qn("w:name")) for one in body.iter(qn("w:bookmarkStart"))}
    assert {one.get(qn("w:anchor")) for one in body.iter(qn("w:hyperlink"))} <= marks


def test_no_word_or_number_of_the_coverage_table_is_wider_than_its_column(inside: bytes) -> None:
    found = next(one for one in Document(io.BytesIO(inside)).tables if len(one.columns) == 12)
    longest = [0.0] * 12
    for row in found._tbl.tr_lst:
        texts = ["".join(node.text or "" for node in cell.iter(qn("w:t"))) for cell in row.tc_lst]
        if len(texts) == 12:  # not the headings of sections
            widest = [max(map(_width, text.split()), default=0) for text in texts]
            longest = [max(pair) for pair in zip(longest, widest, strict=True)]
    longest[4] = max(longest[4], _width("41.565.385.368"))  # money of a whole province
    room = [column.width.mm - 3.8 for column in found.columns]  # less the cell's margins
    assert [place for place in range(12) if longest[place] > room[place]] == []


def _width(word: str) -> float:
    """About how many millimetres a word takes in the table's letters; points and strokes are half as wide."""
    return sum(0.85 if one in ".,/I" else 1.6 for one in word)
