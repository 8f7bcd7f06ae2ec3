"""The form of the .docx files, read from the files themselves."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from lxml import etree
from tests.support.ooxml import assert_sound

from cchc.claims import check_text
from cchc.documents.marking import Marking
from cchc.figures.facts import RoundFacts
from cchc.figures.shown import tally_text
from cchc.report.internal_docx import build_internal_docx
from cchc.report.report_docx import build_report_docx

STAMP = "BẢN DIỄN TẬP"


@pytest.fixture(scope="module")
def rehearsal(facts: RoundFacts) -> bytes:
    return build_report_docx(facts, Marking(facts.as_of, rehearsal=True, draft=1))


@pytest.fixture(scope="module")
def issued(facts: RoundFacts) -> bytes:
    return build_report_docx(
        facts, Marking(facts.as_of, number="09", symbol="BC-UBND", issued_on=date(2026, 2, 5))
    )


def opened(content: bytes) -> Any:
    return Document(io.BytesIO(content))


def words(document: Any) -> str:
    """All text of the body, tables included, one paragraph a line."""
    return "\n".join(
        "".join(node.text or "" for node in paragraph.iter(qn("w:t")))
        for paragraph in document.element.body.iter(qn("w:p"))
    )


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_page_and_body_follow_the_decree(issued: bytes) -> None:
    document = opened(issued)
    section = document.sections[0]
    assert (section.page_width, section.page_height) == (Mm(210), Mm(297)) or (
        abs(section.page_width - Mm(210)) < 1000 and abs(section.page_height - Mm(297)) < 1000
    )
    edges = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    for found, wanted in zip(edges, (20, 20, 30, 15), strict=True):
        assert abs(found - Mm(wanted)) < Mm(0.1)
    body = document.styles["Nội dung"]
    assert (body.font.name, body.font.size) == ("Times New Roman", Pt(14))
    assert body.paragraph_format.alignment == 3  # justified
    assert abs(body.paragraph_format.first_line_indent - Mm(12.7)) < Mm(0.1)
    assert body.paragraph_format.space_after >= Pt(6)


def test_no_style_in_use_falls_back_to_a_theme_font_or_colour(issued: bytes) -> None:
    document = opened(issued)
    for style in {paragraph.style.style_id: paragraph.style for paragraph in document.paragraphs}.values():
        fonts = style.element.rPr.rFonts if style.element.rPr is not None else None
        assert fonts is not None, style.name
        assert fonts.get(qn("w:ascii")) == fonts.get(qn("w:cs")) == "Times New Roman"
        assert not [name for name in fonts.attrib if "heme" in name]


def test_the_head_carries_issuer_nation_number_and_date(issued: bytes) -> None:
    text = words(opened(issued))
    for expected in (
        "ỦY BAN NHÂN DÂN",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 09/BC-UBND",
        "An Giang, ngày 05 tháng 02 năm 2026",
        "Kính gửi: Bộ Nội vụ.",
        "TM. ỦY BAN NHÂN DÂN",
        "Nơi nhận:",
        "- Lưu: VT, SNV.",
    ):
        assert expected in text


def test_page_numbers_start_on_the_second_page_and_run_through_all_sections(issued: bytes) -> None:
    document = opened(issued)
    first, *others = document.sections
    assert first.different_first_page_header_footer
    assert "PAGE" not in first.first_page_header._element.xml
    assert "PAGE" in first.header._element.xml
    for section in others:
        assert section.header.is_linked_to_previous
        assert not section.different_first_page_header_footer


def test_a_rehearsal_is_marked_on_every_page_and_an_issued_document_on_none(
    rehearsal: bytes, issued: bytes
) -> None:
    first = opened(rehearsal).sections[0]
    assert STAMP in first.header._element.xml
    assert STAMP in first.first_page_header._element.xml
    assert all(STAMP.encode() not in content for content in parts(issued).values())
    assert all("DỰ THẢO".encode() not in content for content in parts(issued).values())


def test_places_to_be_written_stand_in_drafts_and_never_in_an_issued_document(
    rehearsal: bytes, issued: bytes
) -> None:
    assert "[Phần Sở Nội vụ viết" in words(opened(rehearsal))
    assert "[Phần" not in words(opened(issued))


def test_a_draft_leaves_room_for_number_and_day(facts: RoundFacts) -> None:
    text = words(opened(build_report_docx(facts, Marking(facts.as_of, draft=2))))
    assert "Số:         /BC-UBND" in text
    assert "ngày       tháng       năm 2026" in text


def test_tables_repeat_their_heading_and_no_row_is_torn(issued: bytes) -> None:
    document = opened(issued)
    bordered = [table for table in document.tables if 'w:insideH w:val="single"' in table._tbl.xml]
    assert len(bordered) >= 4
    for table in bordered:
        rows = table._tbl.tr_lst
        assert rows[0].trPr.find(qn("w:tblHeader")) is not None
        assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in rows)


def test_the_wide_appendix_lies_landscape_and_the_rest_stands(issued: bytes) -> None:
    assert [section.orientation for section in opened(issued).sections] == [
        WD_ORIENT.PORTRAIT,
        WD_ORIENT.LANDSCAPE,
        WD_ORIENT.PORTRAIT,
    ]


def test_pictures_have_a_caption_unique_ids_and_words_for_who_cannot_see_them(issued: bytes) -> None:
    document = opened(issued)
    pictures = list(document.element.body.iter(qn("wp:docPr")))
    assert len(pictures) >= 4
    assert len({picture.get("id") for picture in pictures}) == len(pictures)
    assert all(len(picture.get("descr")) > 40 for picture in pictures)
    captions = [p.text for p in document.paragraphs if p.text.startswith("Hình ")]
    assert [caption.split(".")[0] for caption in captions] == [f"Hình {n + 1}" for n in range(len(pictures))]


def test_every_part_is_well_formed_and_every_relationship_leads_somewhere(issued: bytes) -> None:
    found = parts(issued)
    for name, content in found.items():
        if name.endswith((".xml", ".rels")):
            etree.fromstring(content)
    for relation in etree.fromstring(found["word/_rels/document.xml.rels"]):
        if relation.get("TargetMode") != "External":
            assert f"word/{relation.get('Target')}".replace("word/../", "") in found
    body = etree.fromstring(found["word/document.xml"])[0]
    assert body[-1].tag == qn("w:sectPr")
    assert body[-2].tag == qn("w:p")  # Word wants a paragraph after the last table


def test_equal_facts_give_equal_bytes(facts: RoundFacts, rehearsal: bytes) -> None:
    assert build_report_docx(facts, Marking(facts.as_of, rehearsal=True, draft=1)) == rehearsal


def test_every_consolidated_figure_stands_in_the_landscape_table(facts: RoundFacts, issued: bytes) -> None:
    tables = [table for table in opened(issued).tables if len(table._tbl.tr_lst) > 150]
    assert len(tables) == 1
    rows = [
        ["".join(node.text or "" for node in cell.iter(qn("w:t"))) for cell in row.tc_lst]
        for row in tables[0]._tbl.tr_lst
    ]
    figures = [row for row in rows if row[0].isdigit()]
    assert len(figures) == len(facts.indicators)
    for row, indicator in zip(figures, facts.indicators, strict=True):
        line = facts.consolidation.line(indicator.code)
        assert line is not None
        shown = tally_text(indicator, line)
        assert row[3] == (shown.replace("; ", "") if indicator.aggregation == "distribution" else shown)


def test_whose_figures_these_are_is_said_once_and_who_is_missing_only_inside(
    facts: RoundFacts, issued: bytes
) -> None:
    text, summary = words(opened(issued)), facts.summary
    inside = words(opened(build_internal_docx(facts, Marking(facts.as_of), ())))
    sent = summary.on_time + summary.late
    assert text.count(f"báo cáo của {sent} trên {summary.obliged} cơ quan, đơn vị (Sở, ban, ngành ") == 1
    assert f"Có {sent}/{summary.obliged} đơn vị đã gửi báo cáo" in inside
    for standing in facts.standings:
        if standing.timeliness == "missing":
            assert standing.unit.name in inside


def test_the_checker_of_units_reports_finds_no_fault_in_ours(new_facts: Callable[..., RoundFacts]) -> None:
    facts = new_facts(consistent=True)
    document = opened(build_report_docx(facts, Marking(facts.as_of)))
    prose = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert len(prose) > 8_000
    assert check_text(prose).faults == ()


def test_what_a_unit_says_wrongly_is_not_said_by_the_province(new_facts: Callable[..., RoundFacts]) -> None:
    facts = new_facts(consistent=True)
    wrong = "Nộp hồ sơ trực tuyến: phát sinh 83/270 hồ sơ, đạt 22,43%."
    speaking = next(iter(facts.narratives))
    told = dict(facts.narratives) | {speaking: {section.code: wrong for section in facts.outline}}
    document = opened(build_report_docx(replace(facts, narratives=told), Marking(facts.as_of)))
    prose = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert check_text(prose).faults == () and "83/270" not in prose
    prose = words(opened(build_internal_docx(replace(facts, narratives=told), Marking(facts.as_of), ())))
    assert f"Không nhắc lại {len(facts.outline)} đoạn của 1 đơn vị" in prose


def test_only_software_that_gave_figures_is_named_as_what_was_compared_with(
    new_facts: Callable[..., RoundFacts],
) -> None:
    facts = new_facts()
    unit, own = next((unit, own) for unit, own in facts.system.items() if own)
    figure = next(iter(own.values()))

    def told(*sources: str) -> str:
        codes = {one.source: one.code for one in facts.indicators}
        system = {unit: {codes[source]: figure for source in sources}}
        document = opened(
            build_report_docx(replace(facts, system=system, reconciliation=()), Marking(facts.as_of))
        )
        return next(
            one.text for one in document.paragraphs if one.text.startswith("Số liệu trong báo cáo tính từ")
        )

    assert "đối chiếu" not in told()
    assert "được đối chiếu với số liệu của phần mềm một cửa điện tử." in told("one_stop")
    both = told("one_stop", "doc_management")
    assert "phần mềm một cửa điện tử và phần mềm quản lý văn bản." in both


def test_what_nobody_did_is_not_said(new_facts: Callable[..., RoundFacts]) -> None:
    facts = new_facts()
    none = {"on_time": facts.summary.obliged - 3, "late": 0, "missing": 3}
    summary = replace(facts.summary, **none)
    standings = [
        replace(one, timeliness="missing" if place < 3 else "on_time")
        for place, one in enumerate(facts.standings)
    ]
    punctual = replace(facts, summary=summary, standings=standings)
    text = words(opened(build_report_docx(punctual, Marking(facts.as_of))))
    assert "còn chậm: 3 đơn vị chưa gửi đến thời điểm tổng hợp." in text
    assert "còn chậm: 0" not in text
    inside = words(opened(build_internal_docx(punctual, Marking(facts.as_of), ())))
    assert "tất cả đều đúng hạn" in inside and "và 0 đơn vị gửi trễ hạn" not in inside


def test_a_round_that_nobody_reported_gives_a_sane_document(new_facts: Callable[..., RoundFacts]) -> None:
    facts = new_facts(seed=2, silent=122)
    text = words(opened(build_report_docx(facts, Marking(facts.as_of))))
    assert "chưa có đơn vị nào trong số 122 đơn vị phải báo cáo gửi báo cáo" in text
    figures = text[text.index("Phụ lục ISỐ LIỆU") : text.index("Phụ lục IIPHẠM VI")]
    assert "\n-\n" in figures  # unknown is no nought
    assert not re.search(r"\d%\n", figures)  # no share of nothing


@pytest.mark.parametrize(
    "text",
    [
        "\x00\x07\x1b ký tự điều khiển",
        "biểu tượng 😀🇻🇳 và \ud800 nửa cặp",
        '<w:p><w:r/></w:p> & "ngoặc" ]]>',
        "{{ 7 * 7 }} {% for x in y %} {# ghi chú #}",
        "@ky\n# đề mục giả\n**đậm**",
        "dài " * 25_000,
    ],
    ids=["control", "emoji", "xml", "jinja", "markup", "long"],
)
def test_hostile_words_of_a_unit_stay_words(facts: RoundFacts, text: str) -> None:
    unit = facts.units[0]
    told = dict(facts.narratives) | {unit.code: {section.code: text for section in facts.outline}}
    hostile, marking = replace(facts, narratives=told), Marking(facts.as_of, rehearsal=True)
    opened(build_report_docx(hostile, marking))
    document = opened(build_internal_docx(hostile, marking, ()))
    visible = text.replace("\x00", "").replace("\x07", "").replace("\x1b", "").splitlines()
    first = visible[0].replace("\ud800", "").strip()[:60].strip()
    assert first in words(document)
    heading = [p.text for p in document.paragraphs if p.style.name.startswith("Heading")]
    assert "đề mục giả" not in heading


def test_a_unit_name_of_300_characters_fits(facts: RoundFacts) -> None:
    longest = facts.standings[3]
    unit = replace(longest.unit, name="Xã " + "Rất Dài " * 37)
    standings = [replace(s, unit=unit) if s is longest else s for s in facts.standings]
    content = build_internal_docx(replace(facts, standings=standings), Marking(facts.as_of), ())
    assert unit.name.strip() in words(opened(content))


def test_the_files_own_times_are_those_of_the_run(rehearsal: bytes, facts: RoundFacts) -> None:
    properties = opened(rehearsal).core_properties
    assert properties.created == properties.modified == facts.as_of


def test_the_report_has_the_structure_that_word_expects(rehearsal: bytes, issued: bytes) -> None:
    for content in (rehearsal, issued):
        assert_sound(content, "bao_cao")


def test_every_picture_has_words_for_who_cannot_see_it(facts: RoundFacts, issued: bytes) -> None:
    inside = build_internal_docx(facts, Marking(facts.as_of), ())
    told = [
        one.get("descr")
        for made in (issued, inside)
        for one in opened(made).element.body.iter(qn("wp:docPr"))
    ]
    assert len(told) == 4 + 4
    assert all(text and any(char.isdigit() for char in text) for text in told)
