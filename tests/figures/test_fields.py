"""The share of dossiers resolved in time by field: sentence, table, picture and sheet tell the same figures."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import openpyxl
import pytest
from docx import Document
from docx.oxml.ns import qn
from tests.support.reports import FIELDS, made_up_form

from cchc.claims import check_text
from cchc.documents.marking import Marking
from cchc.figures.facts import RoundFacts
from cchc.figures.fields import FieldFacts, field_facts
from cchc.report.appendix import SourceForms, build_appendix_xlsx
from cchc.report.report_docx import build_report_docx

SHEET = "Theo lĩnh vực"


def plain(count: int) -> str:
    return f"{count:,}".replace(",", ".")


def percent(part: int, whole: int) -> str:
    value = (Decimal(part) * 100 / whole).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{value}".replace(".", ",") + "%"


def recount(form: Any) -> dict[str, Counter[str]]:
    """The counts of each field, added up from the units' rows without the code under test."""
    found: dict[str, Counter[str]] = {}
    for block in form[0]:
        for name, counts in block.rows:
            found.setdefault(name, Counter()).update(counts)
    return found


def report(facts: RoundFacts, form: Any) -> Any:
    return Document(io.BytesIO(build_report_docx(facts, Marking(facts.as_of), fields=field_facts(form))))


def sentence(document: Any) -> str:
    (text,) = [one.text for one in document.paragraphs if one.text.startswith("- Theo phần mềm một cửa")]
    return text


@pytest.fixture(scope="module")
def made(facts: RoundFacts, one_stop: Any) -> Any:
    return report(facts, one_stop)


@pytest.fixture(scope="module")
def sheet(facts: RoundFacts, one_stop: Any) -> Any:
    content = build_appendix_xlsx(facts, Marking(facts.as_of), forms=SourceForms(one_stop))
    return openpyxl.load_workbook(io.BytesIO(content))[SHEET]


def test_the_sentence_names_the_best_and_the_worst_field_with_parts_and_percentage(
    made: Any, one_stop: Any
) -> None:
    counts, said = recount(one_stop), sentence(made)
    for name, word in (("Chứng thực", "cao nhất"), ("Đất đai", "thấp nhất")):
        own = counts[name]
        part, whole = own["early"] + own["on_time"], own["resolved"]
        expected = f"{word} là lĩnh vực {name} ({percent(part, whole)}; {plain(part)}/{plain(whole)} hồ sơ)"
        assert expected in said
    assert "trong 11 lĩnh vực có hồ sơ" in said
    assert "14/12/2026" in said


def test_each_figure_of_the_sentence_leads_to_its_row_of_the_appendix(made: Any, one_stop: Any) -> None:
    rows = {
        mark.get(qn("w:name")): [
            "".join(node.text or "" for node in cell.iter(qn("w:t"))) for cell in row.tc_lst
        ]
        for table in made.tables
        for row in table._tbl.tr_lst
        for mark in row.iter(qn("w:bookmarkStart"))
    }
    compared = 0
    for one in made.element.body.iter(qn("w:hyperlink")):
        name, tip = one.get(qn("w:anchor")), one.get(qn("w:tooltip"))
        text = "".join(node.text or "" for node in one.iter(qn("w:t")))
        if not re.fullmatch(r"linh_vuc_\d+", name):
            continue
        number = re.search(r"dòng (\d+)", tip)
        assert number is not None
        assert tip.startswith("Phụ lục II, ")
        cells, own = rows[name], recount(one_stop)[rows[name][1]]
        assert cells[0] == number[1]
        if text.endswith("%"):
            assert text == cells[-1] + "%"
        else:
            part, whole = (int(side.replace(".", "")) for side in text.split("/"))
            assert (own["early"] + own["on_time"], own["resolved"]) == (part, whole)
        compared += 1
    assert compared == 4


def test_the_table_and_the_sheet_hold_every_field_and_the_totals_of_form_06(
    made: Any, sheet: Any, one_stop: Any, facts: RoundFacts
) -> None:
    counts = recount(one_stop)
    whole = Counter[str]()
    for block in one_stop[0]:
        whole.update(block.counts or {})
    (table,) = [one for one in made.tables if one.rows[0].cells[1].text == "Lĩnh vực"]
    rows = [[cell.text for cell in row.cells] for row in table.rows][1:]
    assert {row[1] for row in rows[:-1]} == set(FIELDS)
    for row in rows:
        own = whole if row is rows[-1] else counts[row[1]]
        keys = ("resolved", "early", "on_time", "late")
        assert row[2:6] == [plain(own[key]) for key in keys]
        share = percent(own["early"] + own["on_time"], own["resolved"]) if own["resolved"] else "-%"
        assert row[6] + "%" == share
    assert [row[1] for row in rows[-2:]] == ["Tôn giáo", "Tổng cộng"], "without a rate last, then the total"
    content = build_appendix_xlsx(facts, Marking(facts.as_of), forms=SourceForms(one_stop))
    kept = openpyxl.load_workbook(io.BytesIO(content), data_only=True)[SHEET]
    last = kept.max_row
    assert [cell.value for cell in kept[last]][2:6] == [
        whole[key] for key in ("resolved", "early", "on_time", "late")
    ]
    assert sheet.cell(last, 3).value.startswith("=SUM(")
    assert sum(kept.cell(row, 3).value for row in range(last - len(FIELDS), last)) == whole["resolved"]


def test_the_picture_says_in_words_what_it_shows(made: Any, one_stop: Any) -> None:
    told = [one.get("descr") for one in made.element.body.iter(qn("wp:docPr"))]
    (words,) = [one for one in told if one and "theo lĩnh vực" in one]
    counts = recount(one_stop)
    for name in ("Chứng thực", "Đất đai"):
        own = counts[name]
        part, whole = own["early"] + own["on_time"], own["resolved"]
        assert f"{name} {percent(part, whole)} ({plain(part)}/{plain(whole)})" in words
    assert any("theo lĩnh vực" in one.text or "các lĩnh vực" in one.text for one in made.paragraphs
               if one.text.startswith("Hình "))  # fmt: skip


def test_the_claim_checker_finds_nothing_in_it(new_facts: Callable[..., RoundFacts]) -> None:
    facts = new_facts(consistent=True)
    document = report(facts, made_up_form(facts))
    assert "thấp nhất là lĩnh vực Đất đai" in sentence(document)
    prose = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert check_text(prose).faults == ()


@pytest.mark.parametrize(
    ("chances", "told"),
    [
        (
            {"Đất đai": 10_000, "Hộ tịch": 10_000},
            "mọi lĩnh vực có hồ sơ giải quyết trong kỳ (2 lĩnh vực) đều đạt",
        ),
        ({"Đất đai": 9_000}, "mọi lĩnh vực có hồ sơ giải quyết trong kỳ (1 lĩnh vực) đều đạt"),
        ({"A": 10_000, "B": 10_000, "C": 8_000}, "cùng 1 lĩnh vực khác; thấp nhất là lĩnh vực C"),
    ],
)
def test_equal_rates_are_told_as_equal(facts: RoundFacts, chances: dict[str, int], told: str) -> None:
    document = report(facts, made_up_form(facts, chances))
    assert told in sentence(document)
    assert check_text(sentence(document)).faults == ()


@pytest.mark.parametrize("chances", [{"Đất đai": 0}, None])
def test_without_a_snapshot_or_a_resolved_dossier_nothing_is_said(
    facts: RoundFacts, chances: dict[str, int] | None
) -> None:
    form = made_up_form(facts, chances) if chances else None
    assert field_facts(form) is None
    document = report(facts, form)
    assert not any("lĩnh vực có hồ sơ giải quyết" in one.text for one in document.paragraphs)
    assert not any("THEO LĨNH VỰC" in one.text.upper() for one in document.paragraphs)
    content = build_appendix_xlsx(facts, Marking(facts.as_of), forms=SourceForms(form))
    assert SHEET not in openpyxl.load_workbook(io.BytesIO(content)).sheetnames


def test_dossiers_without_a_due_date_as_their_own_class_get_their_column(facts: RoundFacts) -> None:
    blocks, state = made_up_form(facts, {"Đất đai": 9_000, "Hộ tịch": 8_000})
    counts = dict(blocks[0].rows[0][1])
    counts["resolved_without_due"], counts["resolved"] = 4, counts["resolved"] + 4
    block = type(blocks[0])(blocks[0].unit, blocks[0].counts, (("Đất đai", counts), blocks[0].rows[1]))
    found = field_facts(([block, *blocks[1:]], state))
    assert isinstance(found, FieldFacts)
    land = next(row for row in found.rows if row.name == "Đất đai")
    assert land.no_due == 4
    assert land.resolved == land.early + land.on_time + land.late + 4
    (table,) = [
        one
        for one in report(facts, ([block, *blocks[1:]], state)).tables
        if one.rows[0].cells[1].text == "Lĩnh vực"
    ]
    assert "Không có hạn" in [cell.text for cell in table.rows[0].cells]
