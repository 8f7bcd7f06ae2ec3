"""Page, styles and running headers of an official document."""

from __future__ import annotations

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from cchc.documents.form import DocumentSettings, Type
from cchc.documents.marking import Marking
from cchc.texts import t

OWN_STYLE = "Lời của Sở"  # of the department's own words; it looks like the text around them
_ALIGN = {"left": 0, "center": 1, "justify": 3}


def apply_form(document: Any, settings: DocumentSettings, marking: Marking, title: str) -> None:
    """Page, styles, properties and running headers of official documents, over whatever the document has.

    So the form has one home, `documents.yaml`, however a template was edited.
    """
    _properties(document, marking, title)
    _styles(document, settings.type)
    page = settings.page
    for place, section in enumerate(document.sections):
        section.top_margin, section.bottom_margin = Mm(page.top_mm), Mm(page.bottom_mm)
        section.left_margin, section.right_margin = Mm(page.left_mm), Mm(page.right_mm)
        section.header_distance = section.footer_distance = Mm(10)
        section.different_first_page_header_footer = place == 0
    first = document.sections[0]
    _header(first.header, marking.stamp, settings.type, page_number=True)
    _header(first.first_page_header, marking.stamp, settings.type, page_number=False)


def text_width_mm(settings: DocumentSettings, landscape: bool) -> float:
    return (297 if landscape else 210) - settings.page.left_mm - settings.page.right_mm


def _properties(document: Any, marking: Marking, title: str) -> None:
    properties = document.core_properties
    properties.title = title
    properties.author = properties.last_modified_by = t("documents.author")
    properties.comments = marking.stamp or ""
    properties.language = "vi-VN"
    properties.revision = 1
    properties.created = properties.modified = marking.utc_time


def _styles(document: Any, form: Type) -> None:
    defaults = document.styles.element.find(qn("w:docDefaults"))
    for language in defaults.iter(qn("w:lang")):
        language.set(qn("w:val"), "vi-VN")
    _font(document.styles["Normal"], form.font, form.body_pt)
    _spacing(document.styles["Normal"], 0, 0, 1.0)
    gap, line, indent = form.paragraph_gap_pt, form.line_spacing, form.first_line_mm
    for level in (1, 2, 3):
        style = document.styles[f"Heading {level}"]
        _font(style, form.font, form.body_pt, bold=True, italic=level == 3)
        _spacing(style, gap, gap, line, "left" if level > 1 else "justify", indent)
        style.paragraph_format.keep_with_next = True
    plain = (
        ("NoiDung", "Nội dung", gap, "justify", form.body_pt, indent),
        ("MucCon", "Mục con", gap, "justify", form.body_pt, indent),
        ("MucConHai", "Mục con cấp hai", gap, "justify", form.body_pt, indent),
        ("CanCu", "Căn cứ", gap, "justify", form.body_pt, indent),
        ("ChoViet", "Chỗ cần viết", gap, "justify", form.body_pt, indent),
        ("LoiCuaSo", OWN_STYLE, gap, "justify", form.body_pt, indent),
        ("GhiChu", "Ghi chú", gap, "center", form.body_pt - 1, 0),
        ("GiuaDam", "Giữa đậm", gap, "center", form.title_pt, 0),
        ("Bang", "Bảng", 2, "left", form.table_pt, 0),
        ("BangNho", "Bảng nhỏ", 1, "left", form.appendix_table_pt, 0),
    )
    known = {one.style_id: one for one in document.styles}
    for identifier, name, space, align, size, first in plain:
        style = known.get(identifier)
        if style is None:
            style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            style.element.set(qn("w:styleId"), identifier)
        style.base_style = document.styles["Normal"]
        _font(
            style,
            form.font,
            size,
            bold=identifier == "GiuaDam",
            italic=identifier in ("CanCu", "GhiChu", "ChoViet"),
        )
        if identifier == "ChoViet":
            style.font.highlight_color = WD_COLOR_INDEX.YELLOW
        in_table = identifier.startswith("Bang")
        _spacing(style, space if in_table else 0, space, 1.0 if in_table else line, align, first)
        style.quick_style = True
        style.paragraph_format.widow_control = True


def _font(style: Any, name: str, size: float, bold: bool = False, italic: bool = False) -> None:
    style.font.name, style.font.size = name, Pt(size)
    style.font.bold, style.font.italic = bold, italic
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in list(fonts.attrib):  # theme fonts would win over the named one
        if "heme" in attribute:
            del fonts.attrib[attribute]
    for part in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(part), name)


def _spacing(
    style: Any, before: float, after: float, line: float, align: str = "left", first_mm: float = 0
) -> None:
    form = style.paragraph_format
    form.space_before, form.space_after, form.line_spacing = Pt(before), Pt(after), line
    form.alignment = _ALIGN[align]
    form.first_line_indent = Mm(first_mm)


def _header(header: Any, stamp: str | None, form: Type, page_number: bool) -> None:
    """Page number in the middle; the stamp above it."""
    header.is_linked_to_previous = False
    element = header._element
    for child in list(element):
        element.remove(child)
    size = f'<w:sz w:val="{round(form.page_number_pt * 2)}"/>'
    centred = '<w:pPr><w:jc w:val="center"/></w:pPr>'
    lines = []
    if stamp:
        lines.append(f"{centred}<w:r><w:rPr><w:b/>{size}</w:rPr><w:t>{stamp}</w:t></w:r>")
    if page_number:
        pieces = (
            '<w:fldChar w:fldCharType="begin"/>',
            "<w:instrText>PAGE</w:instrText>",
            '<w:fldChar w:fldCharType="end"/>',
        )
        lines.append(centred + "".join(f"<w:r><w:rPr>{size}</w:rPr>{piece}</w:r>" for piece in pieces))
    for line in lines or [""]:
        element.append(parse_xml(f"<w:p {nsdecls('w')}>{line}</w:p>"))
