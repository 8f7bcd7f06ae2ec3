"""Makes the Word templates from their reviewed sources, `tools/word-templates/*.txt`.

One line of a source is one paragraph of the template:

    # I. ĐỀ MỤC        heading, first level (## and ### below it)
    - nội dung         item of a list (+ for the second level)
    > nội dung         centred line in italics;   = nội dung   centred line in bold
    **chữ đậm**        bold inside a line; *chữ nghiêng* italics
    @loai, @trich_yeu  type and subject (`|` breaks the line); without @loai it is a letter ('V/v')
    @kinh_gui, @ky     place of the addressees, of signature and recipients
    @can_cu, @dieu Điều 1.|lời   basis; article
    @bang ten          a table, picture or group of paragraphs that the program makes
    @ngang / @doc      a landscape section begins / back to portrait
    @phu_luc NHÃN|TÊN  an appendix on a new page
    @cho_viet lời      a place that only a person can fill; never in an issued document
    {% if ... %}       on a line of its own: keeps or drops the lines up to {% endif %}
"""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from pathlib import Path

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docxtpl import DocxTemplate
from lxml import etree

from cchc.errors import CchcError
from cchc.files import freeze_zip, write_atomic
from cchc.paths import PROJECT_ROOT
from cchc.report.blocks import Paragraph, Run
from cchc.report.marking import Marking
from cchc.report.settings import DocumentSettings
from cchc.report.templates import FOLDER, PLACEHOLDERS, placeholders
from cchc.report.word import SPACER
from cchc.report.word_head import appendix_title_xml, head_widths, subject_xml, title_xml
from cchc.report.word_styles import apply_form, new_document, section_xml, text_width_mm
from cchc.report.word_xml import block_paragraph, cell_xml, dxa, grid_xml, row_xml
from cchc.texts import t

SOURCES = PROJECT_ROOT / "tools" / "word-templates"
_STYLES = {
    "###": "heading3",
    "##": "heading2",
    "#": "heading1",
    "=": "centre",
    "-": "item",
    "+": "subitem",
    ">": "note",
}
_INLINE = re.compile(r"\*\*(.+?)\*\*|\*(.+?)\*")
_TAG = re.compile(r"\{%.*?%\}")
_BAR = re.compile(r"\|(?![^{]*\}\})")  # not the bar of a filter inside {{ }}
_MADE = datetime(2026, 1, 1, tzinfo=UTC)


def make_all(folder: Path = FOLDER, sources: Path = SOURCES) -> list[Path]:
    """Write every template and the list of their placeholders; returns the files."""
    made, names = [], {}
    for source in sorted(sources.glob("*.txt")):
        content = make_template(source.read_text(encoding="utf-8"), source.name)
        names[source.stem] = names_in(content)
        made.append(write_atomic(folder / f"{source.stem}.docx", content))
    lines = [t("report.template.list_note"), "templates:"]
    for kind, found in names.items():
        lines += [f"  {kind}:", *(f"    - {name}" for name in found)]
    made.append(write_atomic(folder / PLACEHOLDERS, "\n".join(lines) + "\n"))
    return made


def names_in(content: bytes) -> list[str]:
    """The placeholders of a template, sorted."""
    template = DocxTemplate(io.BytesIO(content))
    template.init_docx()
    return sorted(placeholders(template.patch_xml(template.get_xml())))


def make_template(source: str, name: str, settings: DocumentSettings | None = None) -> bytes:
    """The bytes of the template. CchcError that names the source and a line that is not understood."""
    settings = settings or DocumentSettings.load()
    document = new_document()
    lines = [line.strip() for line in re.sub(r"\{#.*?#\}", "", source, flags=re.DOTALL).splitlines()]
    lines = [line for line in lines if line]
    maker = _Maker(settings, name)
    head = {
        line.split(" ", 1)[0]: line.partition(" ")[2]
        for line in lines
        if line.startswith(("@loai", "@trich_yeu"))
    }
    kind, subject = head.get("@loai"), "\n".join(_BAR.split(head.get("@trich_yeu", "")))
    apply_form(document, settings, Marking(_MADE, number=""), f"{kind or ''} {subject}".strip())
    references = "".join(
        etree.tostring(child).decode()
        for child in document.element.body.sectPr
        if child.tag.endswith("headerReference")
    )
    maker.references = references
    xml = maker.head(kind, subject)
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        xml += maker.line(line, following == "@ky")
    root = parse_xml(f"<w:body {nsdecls('w', 'r')}>{xml}{maker.section()}</w:body>")
    document.element.replace(document.element.body, root)
    etree.cleanup_namespaces(document.element, keep_ns_prefixes=["w", "r"])
    buffer = io.BytesIO()
    document.save(buffer)
    return freeze_zip(buffer.getvalue())


class _Maker:
    def __init__(self, settings: DocumentSettings, name: str) -> None:
        self.settings, self.name = settings, name
        self.references, self.sections, self.landscape = "", 0, False

    def section(self) -> str:
        first = self.sections == 0
        self.sections += 1
        return section_xml(self.settings, self.landscape, self.references if first else "", first)

    def head(self, kind: str | None, subject: str) -> str:
        """Issuer and nation, number and date side by side; below them type and subject."""
        width = text_width_mm(self.settings, landscape=False)
        left, right = (dxa(one) for one in head_widths(width))
        number = _block("so_ky_hieu") + ("" if kind else subject_xml(self.settings, subject))
        rows = [
            row_xml([cell_xml(left, _block(one), middle=False), cell_xml(right, _block(two), middle=False)])
            for one, two in (("co_quan", "quoc_hieu"),)
        ]
        rows.append(
            row_xml([cell_xml(left, number, middle=False), cell_xml(right, _block("dia_danh"), middle=False)])
        )
        return grid_xml([left, right], rows, borders=False) + (
            title_xml(self.settings, kind, subject, width) if kind else SPACER
        )

    def line(self, line: str, keep: bool) -> str:
        if not _TAG.sub("", line).strip():
            return "".join(_text("{%p" + tag[2:], "body") for tag in _TAG.findall(line))
        command, _, rest = line.partition(" ")
        rest = rest.strip()
        if not line.startswith("@"):
            style = _STYLES.get(command)
            return _text(rest if style else line, style or "body", keep)
        if command in ("@loai", "@trich_yeu"):
            return ""
        if command in ("@can_cu", "@cho_viet"):
            return _text(
                rest if command == "@can_cu" else f"[{rest}]", "basis" if command == "@can_cu" else "todo"
            )
        if command == "@dieu":
            label, text = _BAR.split(rest, maxsplit=1)
            return _paragraph((Run(label + " ", bold=True), *_runs(text.strip())), "body", keep)
        if command == "@phu_luc":
            label, *title = _BAR.split(rest, maxsplit=1)
            return appendix_title_xml(label, "".join(title))
        if command == "@bang":
            named = re.fullmatch(r"\{\{\s*(\w+)\s*\}\}", rest)
            return _block(f"bang({named.group(1)})" if named else f'bang("{rest}")')
        if command in ("@kinh_gui", "@ky"):
            return _block("kinh_gui" if command == "@kinh_gui" else "chu_ky")
        if command in ("@ngang", "@doc"):
            end = f"<w:p><w:pPr>{self.section()}</w:pPr></w:p>"
            self.landscape = command == "@ngang"
            return end
        raise CchcError(t("report.template.unknown_command", name=self.name, line=line))


def _block(name: str) -> str:
    return _text("{{p " + name + " }}", "body")


def _text(text: str, style: str, keep: bool = False) -> str:
    return _paragraph(_runs(text), style, keep)


def _paragraph(runs: tuple[Run, ...], style: str, keep: bool = False) -> str:
    return block_paragraph(Paragraph(runs, style), iter(()), keep)


def _runs(text: str) -> tuple[Run, ...]:
    found: list[Run] = []
    end = 0
    for match in _INLINE.finditer(text):
        found.append(Run(text[end : match.start()]))
        found.append(Run(match.group(1) or match.group(2), bool(match.group(1)), bool(match.group(2))))
        end = match.end()
    found.append(Run(text[end:]))
    return tuple(run for run in found if run.text)
