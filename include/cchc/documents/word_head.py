"""Head and foot of an official document: issuing body and nation, number and date, recipients, signer."""

from __future__ import annotations

from cchc.documents.blocks import TextRun
from cchc.documents.form import DocumentSettings
from cchc.documents.marking import Marking
from cchc.documents.signing import DocumentForm
from cchc.documents.text import day_text
from cchc.documents.word_xml import (
    STYLE_IDS,
    cell_xml,
    dxa,
    grid_xml,
    line_xml,
    paragraph_xml,
    row_xml,
    run_xml,
)
from cchc.texts import t

_LEFT_SHARE = 0.38  # of the text width; the nation's name at 13 pt needs 88 mm on the right
# Widths of bold text in Times New Roman, in millimetres a point of size.
_MOTTO_MM_PER_PT = 4.09
_CAPITAL_MM_PER_PT = 0.212
_ISSUER_LINE_SHARE = 0.4  # the decree wants a third to a half of the line above
_SIGNATURE_SPACE_PT = 84


def head_widths(width_mm: float) -> tuple[float, float]:
    """Widths of the issuing body's and the nation's columns, in millimetres."""
    left = width_mm * _LEFT_SHARE
    return left, width_mm - left


def sign_xml(settings: DocumentSettings, form: DocumentForm, marking: Marking, width_mm: float) -> str:
    """'Nơi nhận' on the left; authority and title on the right, room for the signature, the name; never split."""
    style = settings.type
    left = width_mm * 0.5
    recipients = [
        *(f"- {name};" for name in form.recipients),
        f"- {t('documents.head.archive', archive=form.archive)}",
    ]
    notes = _line(t("documents.head.recipients"), style.recipients_label_pt, bold=True, italic=True)
    notes += "".join(_line(line, style.recipients_pt) for line in recipients)
    signer = "".join(_line(line, style.signature_pt, bold=True, align="center") for line in form.signature)
    signer += _spaced(
        "", style.signature_pt, f'<w:spacing w:before="0" w:after="{_SIGNATURE_SPACE_PT * 20}"/>'
    )
    name = signer_text(settings, form, marking)
    if settings.signer(form, marking.day) is not None:
        signer += _line(name, style.signature_pt, bold=True, align="center")
    elif name:
        signer += paragraph_xml([TextRun(name)], STYLE_IDS["todo"], '<w:jc w:val="center"/>')
    row = row_xml(
        [
            cell_xml(dxa(left), notes, middle=False),
            cell_xml(dxa(width_mm - left), signer, middle=False),
        ]
    )
    gap = _spaced("", 6, "<w:keepNext/>")
    return gap + grid_xml([dxa(left), dxa(width_mm - left)], [row], borders=False)


def signer_text(settings: DocumentSettings, form: DocumentForm, marking: Marking) -> str:
    """Name of who signs on the day; a draft without one says where it is declared."""
    name = settings.signer(form, marking.day)
    return name or ("" if marking.number else t("documents.head.no_signer"))


def issuer_xml(settings: DocumentSettings, form: DocumentForm, width_mm: float) -> str:
    issuer, size = settings.issuers[form.issuer], settings.type.issuer_pt
    lines = "".join(_line(line, size, align="center") for line in issuer.parent)
    lines += "".join(_line(line, size, bold=True, align="center") for line in issuer.lines)
    length = len(issuer.lines[-1]) * size * _CAPITAL_MM_PER_PT * _ISSUER_LINE_SHARE
    return lines + line_xml((width_mm - length) / 2, (width_mm - length) / 2)


def nation_xml(settings: DocumentSettings, width_mm: float) -> str:
    style = settings.type
    lines = _line(t("documents.head.nation"), style.nation_pt, bold=True, align="center")
    lines += _line(t("documents.head.motto"), style.motto_pt, bold=True, align="center")
    length = style.motto_pt * _MOTTO_MM_PER_PT
    return lines + line_xml((width_mm - length) / 2, (width_mm - length) / 2)


def number_text(form: DocumentForm, marking: Marking) -> str:
    """`Số: 12/BC-UBND`, with room for the number until there is one."""
    symbol = marking.symbol or form.symbol
    return t("documents.head.number", number=marking.number or " " * 8, symbol=symbol)


def number_xml(settings: DocumentSettings, form: DocumentForm, marking: Marking) -> str:
    return _spaced(
        number_text(form, marking),
        settings.type.number_pt,
        '<w:spacing w:before="120"/><w:jc w:val="center"/>',
    )


def place_text(settings: DocumentSettings, marking: Marking) -> str:
    return f"{settings.place}, {_day(marking)}"


def place_xml(settings: DocumentSettings, marking: Marking) -> str:
    run = TextRun(place_text(settings, marking), italic=True)
    size = f'<w:sz w:val="{round(settings.type.place_pt * 2)}"/>'
    return f'<w:p><w:pPr><w:spacing w:before="120"/><w:jc w:val="center"/></w:pPr>{run_xml(run, size)}</w:p>'


def bases_xml(settings: DocumentSettings, kind: str, marking: Marking) -> str:
    """'Căn cứ ...;' once a legal text in force on the day; a draft without any says where they are declared."""
    texts = settings.bases_of(kind, marking.day)
    if not texts and marking.number is None:
        return paragraph_xml([TextRun(t("documents.head.no_basis"))], STYLE_IDS["todo"])
    return "".join(
        paragraph_xml([TextRun(t("documents.head.basis", text=text))], STYLE_IDS["basis"]) for text in texts
    )


def attached_to(settings: DocumentSettings, form: DocumentForm, marking: Marking) -> str:
    """`(Kèm theo Báo cáo số 12/BC-UBND ngày 19 tháng 3 năm 2026 của Ủy ban nhân dân tỉnh An Giang)`."""
    return t(
        "documents.head.attached",
        noun=form.noun,
        number=marking.number or " " * 8,
        symbol=marking.symbol or form.symbol,
        day=_day(marking),
        authority=settings.authority(form),
    )


def attached_xml(settings: DocumentSettings, form: DocumentForm, marking: Marking) -> str:
    """The line under the name of an appendix that says to which document it belongs."""
    text = TextRun(attached_to(settings, form, marking))
    return paragraph_xml([text], STYLE_IDS["note"], "<w:keepNext/>")


def addressees_xml(settings: DocumentSettings, form: DocumentForm) -> str:
    """One addressee stands behind 'Kính gửi:', several stand in a list below it."""
    if not form.addressees:
        return ""
    size, names = settings.type.body_pt, form.addressees
    to = t("documents.head.to")
    gap = '<w:spacing w:before="240" w:after="240"/>'
    if len(names) == 1:
        return _spaced(f"{to} {names[0]}.", size, f'{gap}<w:jc w:val="center"/>')
    indent = dxa(40)
    xml = _spaced(
        to, size, f'<w:spacing w:before="240"/><w:ind w:left="{indent - dxa(15)}" w:firstLine="0"/>'
    )
    for place, name in enumerate(names):
        end = ";" if place < len(names) - 1 else "."
        after = '<w:spacing w:after="240"/>' if end == "." else ""
        xml += _spaced(f"- {name}{end}", size, f'{after}<w:ind w:left="{indent}" w:firstLine="0"/>')
    return xml


def _day(marking: Marking) -> str:
    """The day of issue; until there is one, room for day and month."""
    if marking.number is None and marking.issued_on is None:
        return t("documents.head.open_day", year=marking.day.year)
    return day_text(marking.day)


def _line(text: str, size: float, bold: bool = False, italic: bool = False, align: str = "left") -> str:
    return _spaced(text, size, f'<w:jc w:val="{align}"/>', bold, italic)


def _spaced(text: str, size: float, properties: str, bold: bool = False, italic: bool = False) -> str:
    run = run_xml(TextRun(text, bold, italic), f'<w:sz w:val="{round(size * 2)}"/>') if text else ""
    return f"<w:p><w:pPr>{properties}</w:pPr>{run}</w:p>"
