"""What the decree and `documents.yaml` prescribe letter by letter: the styles of the text, and head and foot."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from cchc.clock import at
from cchc.documents.letters import build_request_letter
from cchc.documents.marking import Marking
from cchc.year import Calendar

NOW = at(date(2026, 3, 2), 9)
LEFT, CENTRE, JUSTIFIED = 0, 1, 3
FIRST_LINE = 12.7


@pytest.fixture(scope="module")
def document() -> Any:
    marking = Marking(NOW, number="12", symbol="SNV-CCHC", issued_on=NOW.date())
    return Document(io.BytesIO(build_request_letter(Calendar.load().round("2026-Q1"), marking)))


# name: size, bold, italic, alignment, first line, before, after, line spacing
STYLES = {
    "Nội dung": (14, False, False, JUSTIFIED, FIRST_LINE, 0, 6, 1.1),
    "Mục con": (14, False, False, JUSTIFIED, FIRST_LINE, 0, 6, 1.1),
    "Mục con cấp hai": (14, False, False, JUSTIFIED, FIRST_LINE, 0, 6, 1.1),
    "Căn cứ": (14, False, True, JUSTIFIED, FIRST_LINE, 0, 6, 1.1),
    "Chỗ cần viết": (14, False, True, JUSTIFIED, FIRST_LINE, 0, 6, 1.1),
    "Ghi chú": (13, False, True, CENTRE, 0, 0, 6, 1.1),
    "Giữa đậm": (14, True, False, CENTRE, 0, 0, 6, 1.1),
    "Bảng": (12, False, False, LEFT, 0, 2, 2, 1.0),
    "Bảng nhỏ": (10.5, False, False, LEFT, 0, 1, 1, 1.0),
    "Heading 1": (14, True, False, JUSTIFIED, FIRST_LINE, 6, 6, 1.1),
    "Heading 2": (14, True, False, LEFT, FIRST_LINE, 6, 6, 1.1),
    "Heading 3": (14, True, True, LEFT, FIRST_LINE, 6, 6, 1.1),
}


@pytest.mark.parametrize("name", STYLES)
def test_a_style_has_size_weight_and_spacing_as_prescribed(document: Any, name: str) -> None:
    size, bold, italic, alignment, first, before, after, line = STYLES[name]
    style = document.styles[name]
    form = style.paragraph_format
    assert (style.font.name, style.font.size, style.font.bold, style.font.italic) == (
        "Times New Roman", Pt(size), bold, italic
    )  # fmt: skip
    assert form.alignment == alignment
    assert abs(form.first_line_indent - Mm(first)) < Mm(0.1)
    assert (form.space_before, form.space_after) == (Pt(before), Pt(after))
    assert form.line_spacing == pytest.approx(line, abs=0.01)
    assert (form.keep_with_next is True) == name.startswith("Heading"), "a heading never ends a page"


def test_only_a_place_that_is_to_be_written_is_highlighted(document: Any) -> None:
    assert [name for name in STYLES if document.styles[name].font.highlight_color] == ["Chỗ cần viết"]


def lines_of(document: Any) -> dict[str, tuple[float, bool, bool, str | None]]:
    """Of each paragraph of head and foot: size, bold, italic, alignment."""
    found = {}
    for table in document.tables:
        for paragraph in table._tbl.iter(qn("w:p")):
            text = "".join(node.text or "" for node in paragraph.iter(qn("w:t")))
            properties = next(paragraph.iter(qn("w:rPr")), None)
            size = properties.find(qn("w:sz")) if properties is not None else None
            if text and size is not None:
                aligned = next(paragraph.iter(qn("w:jc")), None)
                found[text] = (
                    int(size.get(qn("w:val"))) / 2,
                    properties.find(qn("w:b")) is not None,
                    properties.find(qn("w:i")) is not None,
                    aligned.get(qn("w:val")) if aligned is not None else None,
                )
    return found


def test_each_line_of_head_and_foot_has_its_size_and_weight(document: Any) -> None:
    found = lines_of(document)
    expected = {
        "SỞ NỘI VỤ": (13, True, False, "center"),
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM": (13, True, False, "center"),
        "Độc lập - Tự do - Hạnh phúc": (14, True, False, "center"),
        "Số: 12/SNV-CCHC": (13, False, False, "center"),
        "An Giang, ngày 02 tháng 3 năm 2026": (14, False, True, "center"),
        "Nơi nhận:": (12, True, True, "left"),
        "KT. GIÁM ĐỐC": (14, True, False, "center"),
    }
    assert {text: found.get(text) for text in expected} == expected
    receivers = [one for text, one in found.items() if text.startswith("- ")]
    assert receivers and set(receivers) == {(11, False, False, "left")}


def test_the_lines_under_issuer_and_motto_have_the_length_that_the_decree_wants(document: Any) -> None:
    head = document.tables[0]
    widths = [int(one.get(qn("w:w"))) for one in head._tbl.iter(qn("w:gridCol"))]
    lengths = []
    for cell, width in zip(head._tbl.tr_lst[0].tc_lst, widths, strict=True):
        (drawn,) = [one for one in cell.iter(qn("w:p")) if one.find(f".//{qn('w:pBdr')}") is not None]
        indent = drawn.find(f".//{qn('w:ind')}")
        lengths.append((width - int(indent.get(qn("w:left"))) - int(indent.get(qn("w:right")))) / 56.7)
    issuer, motto = lengths
    assert motto == pytest.approx(14 * 4.09, abs=1), "as long as the motto"
    written = len("SỞ NỘI VỤ") * 13 * 0.212
    assert written / 3 <= issuer <= written / 2


def test_who_signs_has_room_and_head_and_foot_have_no_borders(document: Any) -> None:
    head, *_, foot = document.tables
    for table in (head, foot):
        edges = table._tbl.tblPr.find(qn("w:tblBorders"))
        assert {edge.get(qn("w:val")) for edge in edges} == {"nil"}
    after = [int(one.get(qn("w:after")) or 0) for one in foot._tbl.iter(qn("w:spacing"))]
    assert max(after) == 84 * 20
