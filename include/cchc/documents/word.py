"""From a template, its values and inserts to the bytes of a .docx in the form of official documents."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import qn
from lxml import etree

from cchc.documents.blocks import Block, DocumentTable, OwnPlace, Paragraph, Picture, TextRun, linked_runs
from cchc.documents.form import DocumentSettings
from cchc.documents.marking import Marking
from cchc.documents.origin_stamp import stamp_docx
from cchc.documents.places import OPEN
from cchc.documents.signing import DocumentForm
from cchc.documents.templates import fill, marked, template_hash
from cchc.documents.word_head import (
    addressees_xml,
    attached_xml,
    bases_xml,
    head_widths,
    issuer_xml,
    nation_xml,
    number_xml,
    place_xml,
    sign_xml,
)
from cchc.documents.word_own import elements_of, place_own_words, style_of
from cchc.documents.word_styles import apply_form, text_width_mm
from cchc.documents.word_xml import STYLE_IDS, block_paragraph, paragraph_xml, run_xml, table_xml
from cchc.errors import CchcError
from cchc.files import freeze_zip
from cchc.texts import t, table

# Parts of the form that a template places: their words come from `documents.yaml` and the decision.
FORM_BLOCKS = ("co_quan", "quoc_hieu", "so_ky_hieu", "dia_danh", "kinh_gui", "can_cu", "kem_theo", "chu_ky")
_EMU_PER_MM = 36000
_THIN = '<w:spacing w:before="0" w:after="0" w:line="120" w:lineRule="exact"/>'
_FLAT = '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
SPACER = f"<w:p><w:pPr>{_THIN}</w:pPr></w:p>"


def build(
    kind: str,
    values: Mapping[str, Any],
    inserts: Mapping[str, Sequence[Block]],
    marking: Marking,
    settings: DocumentSettings | None = None,
    addressees: Sequence[str] | None = None,
    own_words: Mapping[str, OwnPlace] | None = None,
) -> bytes:
    """A whole document of `kind` (a template and a key under `documents` in documents.yaml) as the bytes of a .docx.

    `addressees` replace those of the configuration (a letter to one unit). `own_words`: by the name of the insert
    before which they stand; the heading above becomes a bookmark, by which they are found again in an edited file.
    Equal arguments give equal bytes.
    Raises CchcError that names the template and what is wrong with it.
    """
    settings = settings or DocumentSettings.load()
    form: DocumentForm = settings.form(kind)
    if addressees is not None:
        form = form.model_copy(update={"addressees": tuple(addressees)})
    filled = fill(kind, values, inserts, FORM_BLOCKS)
    document = filled.document
    writer = _Writer(document, settings, kind, form, marking, inserts)
    writer.own_words = own_words or {}
    body = filled.body
    for landscape, part in _by_section(body):
        for element in part:
            _fill_in(element, writer, landscape)
    _link(body)
    _assert_links(kind, body)
    _flatten_section_ends(body)
    document.element.replace(document.element.body, parse_xml(etree.tostring(body)))
    apply_form(document, settings, marking, filled.title)
    etree.cleanup_namespaces(document.element, keep_ns_prefixes=["w", "r", "wp", "a", "pic"])
    template = {table("documents.origin_names")["template"]: template_hash(kind)}
    stamp_docx(document, {**marking.origin, **template} if marking.origin else {})
    buffer = io.BytesIO()
    document.save(buffer)
    return freeze_zip(buffer.getvalue())


def _by_section(body: Any) -> Iterator[tuple[bool, list[Any]]]:
    """(lies landscape, elements) of each section."""
    part: list[Any] = []
    for element in list(body):
        part.append(element)
        section = (
            element if element.tag == qn("w:sectPr") else element.find(f"{qn('w:pPr')}/{qn('w:sectPr')}")
        )
        if section is not None:
            size = section.find(qn("w:pgSz"))
            yield size is not None and size.get(qn("w:orient")) == "landscape", part
            part = []


def _fill_in(element: Any, writer: _Writer, landscape: bool) -> None:
    """Put the inserts in the places that the template marks; drop what only a draft shows."""
    paragraphs = [element] if element.tag == qn("w:p") else list(element.iter(qn("w:p")))
    for paragraph in paragraphs:
        text = "".join(node.text or "" for node in paragraph.iter(qn("w:t")))
        name = marked(text)
        parent = paragraph.getparent()
        if name is not None:
            place = parent.index(paragraph)
            if name == "chu_ky":
                _keep_with_signature(paragraph.getprevious())
            new = list(elements_of(writer.write(name, landscape)))
            if (own := writer.own_words.get(name)) is not None:
                new[:0] = place_own_words(paragraph, own, writer.bookmarks)
                place = parent.index(paragraph)
            parent.remove(paragraph)
            for offset, one in enumerate(new):
                parent.insert(place + offset, one)
        elif writer.issued and style_of(paragraph) == STYLE_IDS["todo"]:
            parent.remove(paragraph)


def _keep_with_signature(before: Any) -> None:
    """The last words go over to the page of the signature with it: nobody signs a page without a word."""
    if before is None or before.tag != qn("w:p"):
        return
    properties = before.find(qn("w:pPr"))
    if properties is None:
        properties = before.makeelement(qn("w:pPr"))
        before.insert(0, properties)
    if properties.find(qn("w:keepNext")) is None:
        style = properties.find(qn("w:pStyle"))
        place = 0 if style is None else properties.index(style) + 1
        properties.insert(place, before.makeelement(qn("w:keepNext")))


def _flatten_section_ends(body: Any) -> None:
    """The empty paragraph that ends a section takes no line: behind a full page it would be a page of its own."""
    for section in body.iterfind(f"{qn('w:p')}/{qn('w:pPr')}/{qn('w:sectPr')}"):
        properties = section.getparent()
        if not "".join(properties.getparent().itertext()).strip():
            for one in properties.findall(qn("w:spacing")):
                properties.remove(one)
            style = properties.find(qn("w:pStyle"))
            place = 0 if style is None else properties.index(style) + 1
            properties.insert(place, next(elements_of(f"<w:p><w:pPr>{_FLAT}</w:pPr></w:p>"))[0][0])


def _link(body: Any) -> None:
    """Split each run that holds links (`places.link`) into runs and links; all keep the look of the run."""
    for text in [node for node in body.iter(qn("w:t")) if OPEN in (node.text or "")]:
        run = text.getparent()
        look = run.find(qn("w:rPr"))
        others = [child for child in run if child is not look and child is not text]
        pieces = "".join(run_xml(piece) for piece in linked_runs(text.text))
        new = next(elements_of(f"<w:p>{pieces}</w:p>"))
        for piece in new.iter(qn("w:r")):
            if look is not None:
                piece.insert(0, deepcopy(look))
        parent, place = run.getparent(), run.getparent().index(run)
        if others:  # a break or a tab beside the text keeps its run
            run.remove(text)
            place += 1
        else:
            parent.remove(run)
        for offset, piece in enumerate(list(new)):
            parent.insert(place + offset, piece)


def _assert_links(kind: str, body: Any) -> None:
    """A link to a place that the template left out would lead nowhere."""
    places = {one.get(qn("w:name")) for one in body.iter(qn("w:bookmarkStart"))}
    for one in body.iter(qn("w:hyperlink")):
        name = one.get(qn("w:anchor"))
        if name not in places:
            text = "".join(node.text or "" for node in one.iter(qn("w:t")))
            raise CchcError(t("documents.template.dangling", kind=kind, text=text, place=name))


class _Writer:
    """Writes inserts as XML; counts the pictures and bookmarks of the document."""

    def __init__(
        self,
        document: Any,
        settings: DocumentSettings,
        kind: str,
        form: DocumentForm,
        marking: Marking,
        inserts: Mapping[str, Sequence[Block]],
    ) -> None:
        self.document, self.settings, self.marking = document, settings, marking
        self.kind, self.form = kind, form
        self.inserts, self.issued = inserts, marking.number is not None
        self.pictures = 0
        self.bookmarks = itertools.count(1)

        self.own_words: Mapping[str, OwnPlace] = {}

    def write(self, name: str, landscape: bool) -> str:
        width = text_width_mm(self.settings, landscape)
        if name in FORM_BLOCKS:
            return self._form_block(name, width)
        return "".join(self._block(block, width) for block in self.inserts[name])

    def _form_block(self, name: str, width: float) -> str:
        settings, form, marking = self.settings, self.form, self.marking
        left, right = head_widths(width)
        if name == "co_quan":
            return issuer_xml(settings, form, left)
        if name == "quoc_hieu":
            return nation_xml(settings, right)
        if name == "so_ky_hieu":
            return number_xml(settings, form, marking)
        if name == "dia_danh":
            return place_xml(settings, marking)
        if name == "kinh_gui":
            return addressees_xml(settings, form)
        if name == "can_cu":
            return bases_xml(settings, self.kind, marking)
        if name == "kem_theo":
            return attached_xml(settings, form, marking)
        return sign_xml(settings, form, marking, width) + f"<w:p><w:pPr>{_FLAT}</w:pPr></w:p>"

    def _block(self, block: Block, width: float) -> str:
        if isinstance(block, Paragraph):
            return block_paragraph(block, self.bookmarks)
        if isinstance(block, DocumentTable):
            return table_xml(block, width, self.bookmarks) + SPACER
        return self._picture(replace(block, width_mm=min(block.width_mm, width)))

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
        caption = t("documents.picture", number=self.pictures, caption=picture.caption)
        return (
            '<w:p><w:pPr><w:keepNext/><w:spacing w:before="120"/><w:jc w:val="center"/></w:pPr>'
            f"<w:r><w:drawing>{drawing}</w:drawing></w:r></w:p>" + paragraph_xml([TextRun(caption)], "GhiChu")
        )
