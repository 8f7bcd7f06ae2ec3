"""A reader who points at a figure of the report finds the row where it stands, in the docx and in the xlsx."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import openpyxl
import pytest
from docx import Document
from docx.oxml.ns import qn

from cchc.documents.marking import Marking
from cchc.errors import CchcError
from cchc.figures.facts import RoundFacts
from cchc.figures.fields import field_facts
from cchc.figures.tally import unit_ratio
from cchc.indicators.numbers import number
from cchc.report.anchors import InternalAnchors, ReportAnchors
from cchc.report.appendix import SourceForms, build_appendix_xlsx
from cchc.report.internal_docx import build_internal_docx
from cchc.report.narrative_rules import Figured, NarrativeRules
from cchc.report.report_docx import build_report_docx
from cchc.report.unit_clauses import clauses
from cchc.texts import table

# What is no figure of ours: days, numbers of headings and appendices, kinds of things named with a number.
_NO_FIGURE = re.compile(
    r"\d{2}/\d{2}/\d{4}|năm 20\d\d|\b\d+ tháng (đầu|cuối) năm|^\d+\. |^[IVX]+\. |Phụ lục [IVX]+|bằng 0\b|là 0\b",
    re.MULTILINE | re.IGNORECASE,
)


@pytest.fixture(scope="module", params=[True, False], ids=["draft", "issued"])
def marking(request: Any, facts: RoundFacts) -> Marking:
    if request.param:
        return Marking(facts.as_of, draft=1)
    return Marking(facts.as_of, number="09", symbol="BC-UBND", issued_on=date(2026, 12, 9))


@pytest.fixture(scope="module")
def report(facts: RoundFacts, marking: Marking, one_stop: Any) -> Any:
    return Document(io.BytesIO(build_report_docx(facts, marking, fields=field_facts(one_stop))))


@pytest.fixture(scope="module")
def appendix(facts: RoundFacts, marking: Marking, one_stop: Any) -> Any:
    content = build_appendix_xlsx(facts, marking, forms=SourceForms(one_stop))
    return openpyxl.load_workbook(io.BytesIO(content), data_only=True)


def links(document: Any) -> Iterator[tuple[str, str, str]]:
    """(bookmark, place in words, text) of every link."""
    for one in document.element.body.iter(qn("w:hyperlink")):
        text = "".join(node.text or "" for node in one.iter(qn("w:t")))
        yield one.get(qn("w:anchor")), one.get(qn("w:tooltip")), text


def test_every_link_leads_to_one_bookmark_of_the_same_document(report: Any) -> None:
    names = [one.get(qn("w:name")) for one in report.element.body.iter(qn("w:bookmarkStart"))]
    ids = [one.get(qn("w:id")) for one in report.element.body.iter(qn("w:bookmarkStart"))]
    assert len(set(names)) == len(names)
    assert len(set(ids)) == len(ids)
    assert max(map(len, names)) <= 40  # Word's limit
    found = {name for name, _, _ in links(report)}
    assert len(found) > 120
    assert found <= set(names)


def test_no_figure_of_our_own_text_stands_without_a_link(facts: RoundFacts, report: Any) -> None:
    """Units' own words, names of indicators and units, and days are no figures of ours."""
    rules = NarrativeRules.load()
    said = {
        clause
        for own in facts.narratives.values()
        for text in own.values()
        for clause in clauses(text, rules.texts)
    }
    named_in_rules = [
        name.name
        for section in rules.sections
        for rule in (*section.open, *section.matters)
        if isinstance(rule, Figured)
        for name in rule.watched.values()
    ]
    named = [
        *(i.name for i in facts.indicators),
        *(i.group for i in facts.indicators),
        *(u.name for u in facts.units),
        *named_in_rules,
    ]
    checked = 0
    for paragraph in report.paragraphs:
        if "Phụ lục I" in paragraph.text and paragraph.style.name.startswith("Heading"):
            break
        if paragraph.style.name.startswith(("Heading", "Chỗ")) or paragraph.text.startswith("Hình "):
            continue
        own = "".join(run.text for run in paragraph.runs)  # runs inside a link are not among them
        if any(text in own for text in said):
            continue
        bare = _NO_FIGURE.sub("", own).lower()
        for name in sorted(named, key=len, reverse=True):
            bare = bare.replace(name.strip("- .:").lower(), "")
        # An indicator's short name loses its group's name; what is left of it is still a name.
        bare = re.sub(r"(mức (độ )?|cấp )\d|\d+ (giờ|ngày|%)|\d+%|mục tiêu \d+%", "", bare)
        assert not re.search(r"\d", bare), paragraph.text
        checked += 1
    assert checked > 30


def test_a_linked_figure_is_that_of_its_row(facts: RoundFacts, report: Any) -> None:
    """Of the province or a tier, a part or the rest of it; a percentage may also be a unit's among best and worst."""
    rows = {
        mark.get(qn("w:name")): [
            "".join(node.text or "" for node in cell.iter(qn("w:t"))) for cell in row.tc_lst
        ]
        for one in report.tables
        for row in one._tbl.tr_lst
        for mark in row.iter(qn("w:bookmarkStart"))
    }
    compared = 0
    for name, place, text in links(report):
        found = re.fullmatch(r"Phụ lục I, TT (\d+)", place)
        if not found or not re.fullmatch(r"[\d.]+|[\d.]+,\d\d%", text):
            continue
        indicator = facts.indicators[int(found[1]) - 1]
        assert rows[name][0] == found[1] and rows[name][1].strip("- ") == indicator.name.strip("- ")
        right = set(rows[name][3:6])
        for scope in ("tinh", *facts.tiers):
            line = facts.consolidation.line(indicator.code, scope)
            if line is not None and line.numerator is not None and line.denominator is not None:
                rest = line.denominator - line.numerator
                right |= {number(line.numerator), number(line.denominator), number(rest)}
        if indicator.aggregation == "ratio":
            own = (unit_ratio(indicator, figures) for figures in facts.figures.values())
            right |= {f"{number(value, 'percent')}%" for value in own if value is not None}
        assert text in right, (indicator.code, text)
        compared += 1
    assert compared > 60


def test_a_row_of_the_internal_document_names_its_row_of_the_workbook(
    facts: RoundFacts, marking: Marking, appendix: Any
) -> None:
    sheet, anchors = appendix[table("appendix.sheets")["summary"]], InternalAnchors(facts, marking)
    for place, indicator in enumerate(facts.indicators, start=1):
        told = anchors.indicator(indicator.code).place
        found = re.fullmatch(r"Mục V, TT (\d+); tệp Excel: sheet “Tổng hợp”, dòng (\d+) \(mã ([^)]+)\)", told)
        assert found is not None and found.groups()[::2] == (str(place), indicator.code)
        row = int(found[2])
        assert (sheet.cell(row, 1).value, sheet.cell(row, 2).value) == (place, indicator.code)


def test_timeliness_is_named_by_its_row(facts: RoundFacts, marking: Marking, appendix: Any) -> None:
    sheet = appendix[table("appendix.sheets")["timeliness"]]
    inside = Document(io.BytesIO(build_internal_docx(facts, marking, ())))
    checked = 0
    for name, place, text in links(inside):
        if not name.startswith("tien_do") or not text.isdigit():
            continue
        row = [cell.value for cell in sheet[int(re.search(r"dòng (\d+)$", place).group(1))]]  # type: ignore[union-attr]  # fails loudly
        assert row[0] in place
        assert int(text) in row, place
        checked += 1
    assert checked >= 3


def test_words_of_a_unit_cannot_pass_for_a_link(facts: RoundFacts) -> None:
    fake = "\ue010tien_do\ue011nơi giả\ue012999\ue013"
    told = dict(facts.narratives) | {facts.units[0].code: {s.code: fake for s in facts.outline}}
    unit = replace(facts.units[0], name=f"UBND {fake}")
    standings = [replace(s, unit=unit) if s.unit is facts.units[0] else s for s in facts.standings]
    changed = replace(facts, narratives=told, standings=standings)
    document = Document(io.BytesIO(build_report_docx(changed, Marking(facts.as_of))))
    assert all("nơi giả" not in place for _, place, _ in links(document))


def test_a_place_that_is_not_in_the_appendix_is_named_with_those_that_are(facts: RoundFacts) -> None:
    with pytest.raises(CchcError, match=r"khong_co.*tien_do"):
        ReportAnchors(facts, Marking(facts.as_of)).named("khong_co")
