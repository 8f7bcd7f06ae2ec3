"""From blocks to the bytes of a .docx in the form of official documents."""

from __future__ import annotations

import io
import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from lxml import etree

from cchc.errors import CchcError
from cchc.files import freeze_zip
from cchc.report.blocks import Appendix, Block, Head, Paragraph, Picture, Run, Signature, Table
from cchc.report.marking import Marking
from cchc.report.origin_stamp import stamp_docx
from cchc.report.settings import DocumentForm, DocumentSettings
from cchc.report.templates import template_hash
from cchc.report.word_head import appendix_title_xml, head_xml, sign_xml
from cchc.report.word_styles import new_document, section_xml, text_width_mm
from cchc.report.word_xml import block_paragraph, paragraph_xml, table_xml
from cchc.texts import t, table

_EMU_PER_MM = 36000
_THIN = '<w:spacing w:before="0" w:after="0" w:line="120" w:lineRule="exact"/>'
_SPACER = f"<w:p><w:pPr>{_THIN}</w:pPr></w:p>"


def build(
    kind: str,
    head: Head,
    blocks: Sequence[Block],
    marking: Marking,
    settings: DocumentSettings | None = None,
    addressees: Sequence[str] | None = None,
) -> bytes:
    """A whole document of `kind` (a key under `documents` in documents.yaml) as the bytes of a .docx.

    `addressees` replace those of the configuration (a letter to one unit). Equal arguments give equal bytes.
    """
    settings = settings or DocumentSettings.load()
    form: DocumentForm = settings.form(kind)
    if addressees is not None:
        form = form.model_copy(update={"addressees": tuple(addressees)})
    title = " ".join(" ".join(part for part in (head.kind, head.subject) if part).split())
    document = new_document(settings, marking, title)
    body = document.element.body
    references = "".join(
        etree.tostring(child).decode() for child in body.sectPr if child.tag.endswith(("headerReference",))
    )
    _assert_links(kind, blocks)
    writer = _Writer(document, settings, form, references, with_gaps=marking.number is None)
    xml = head_xml(settings, form, marking, head, text_width_mm(settings, landscape=False))
    xml += writer.write(blocks)
    root = parse_xml(f"<w:body {nsdecls('w', 'r', 'wp', 'a', 'pic')}>{xml}{writer.last_section()}</w:body>")
    for child in list(body):
        body.remove(child)
    for child in list(root):
        body.append(child)
    etree.cleanup_namespaces(document.element, keep_ns_prefixes=["w", "r", "wp", "a", "pic"])
    template = {table("report.origin_names")["template"]: template_hash(kind)}
    stamp_docx(document, {**marking.origin, **template} if marking.origin else {})
    buffer = io.BytesIO()
    document.save(buffer)
    return freeze_zip(buffer.getvalue())


def _assert_links(kind: str, blocks: Sequence[Block]) -> None:
    """A link to a place that the template left out would lead nowhere."""
    places, named = set[str](), dict[str, str]()
    for block in blocks:
        if isinstance(block, Table):
            places |= {anchor.name for anchor in block.anchors.values()}
        elif isinstance(block, Paragraph):
            places |= {block.anchor.name} if block.anchor else set()
            named |= {run.target.name: run.text for run in block.runs if run.target}
    for name, text in named.items():
        if name not in places:
            raise CchcError(t("report.template.dangling", kind=kind, text=text, place=name))


class _Writer:
    """Writes blocks one after another; knows how the page lies and how many pictures there were."""

    def __init__(
        self, document: Any, settings: DocumentSettings, form: DocumentForm, references: str, with_gaps: bool
    ) -> None:
        self.document, self.settings, self.form = document, settings, form
        self.references, self.with_gaps, self.landscape = references, with_gaps, False
        self.pictures = self.sections = 0
        self.bookmarks = itertools.count(1)

    def write(self, blocks: Sequence[Block]) -> str:
        """The XML of the blocks; the last paragraph before the signature stays on its page."""
        following = [*blocks[1:], None]
        return "".join(
            self._block(block, keep=isinstance(after, Signature))
            for block, after in zip(blocks, following, strict=True)
        )

    def last_section(self) -> str:
        return self._section()

    def _section(self) -> str:
        first = self.sections == 0
        self.sections += 1
        return section_xml(self.settings, self.landscape, self.references if first else "", first)

    def _block(self, block: Block, keep: bool = False) -> str:
        width = text_width_mm(self.settings, self.landscape)
        if isinstance(block, Paragraph):
            unwanted = block.style == "todo" and not self.with_gaps
            return "" if unwanted else block_paragraph(block, self.bookmarks, keep)
        if isinstance(block, Table):
            return table_xml(block, width, self.bookmarks) + _SPACER
        if isinstance(block, Picture):
            return self._picture(replace(block, width_mm=min(block.width_mm, width)))
        if isinstance(block, Signature):
            return sign_xml(self.settings, self.form, width) + _SPACER
        if isinstance(block, Appendix):
            return appendix_title_xml(self.settings, block.label, block.title)
        end = f"<w:p><w:pPr>{_THIN}{self._section()}</w:pPr></w:p>"
        self.landscape = block.landscape
        return end

    def _picture(self, picture: Picture) -> str:
        """The picture in the line of text, kept together with its caption."""
        self.pictures += 1
        width = round(picture.width_mm * _EMU_PER_MM)
        inline = self.document.part.new_pic_inline(io.BytesIO(picture.png), width=width)
        properties = inline.docPr
        properties.set("id", str(self.pictures))
        properties.set("name", f"Hinh {self.pictures}")
        properties.set("descr", picture.alt)
        inline.graphic.graphicData.pic.nvPicPr.cNvPr.set("id", str(self.pictures))
        drawing = etree.tostring(inline).decode()
        caption = t("report.picture", number=self.pictures, caption=picture.caption)
        return (
            '<w:p><w:pPr><w:keepNext/><w:spacing w:before="120"/><w:jc w:val="center"/></w:pPr>'
            f"<w:r><w:drawing>{drawing}</w:drawing></w:r></w:p>" + paragraph_xml([Run(caption)], "GhiChu")
        )
