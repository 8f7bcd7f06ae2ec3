"""Letters that are signed on paper: number, symbol and day are typed when they have them, and they are kept as issued.

What was drafted is what is issued: the draft's own file gets number and day in its head, in the line of its appendix
and, where another signs on that day, the name; the words 'DỰ THẢO' go.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from docx import Document
from docx.oxml.ns import qn

from cchc.clock import vn_date
from cchc.documents.form import DocumentSettings
from cchc.documents.marking import Marking
from cchc.documents.registry import (
    DocumentRecord,
    document,
    documents,
    letters_and_numbers,
    record_document,
)
from cchc.documents.signing import DocumentForm
from cchc.documents.word_head import attached_to, number_text, place_text, signer_text
from cchc.documents.word_xml import STYLE_IDS
from cchc.errors import RuleRefused
from cchc.files import freeze_zip
from cchc.run import Approval, Run
from cchc.store import Store
from cchc.texts import t

# Kinds that nobody approves in the system, and what `documents.yaml` calls them.
ON_PAPER: Mapping[str, str] = {
    "cong_van_yeu_cau": "yeu_cau",
    "cong_van_don_doc": "don_doc",
    "thong_bao_kiem_tra": "thong_bao_kiem_tra",
    "bao_cao_doan": "bao_cao_doan",
    # Of before; today's are decided on in the system and have their numbers.
    "ke_hoach_kiem_tra": "ke_hoach_kiem_tra",
    "cong_van_kiem_tra": "sau_kiem_tra",
    "ke_hoach_cham_diem": "ke_hoach_cham_diem",
    "quyet_dinh_hoi_dong": "quyet_dinh_hoi_dong",
    "thong_bao_tham_dinh_1": "thong_bao_tham_dinh_1",
    "bien_ban_hoi_dong": "bien_ban_hoi_dong",
    "to_trinh": "to_trinh",
}
ISSUES = "issues"  # in the provenance of an issued letter: the id of its draft


@dataclass(frozen=True)
class Unnumbered:
    """A letter that has no number yet, and the symbol that it would get."""

    record: DocumentRecord
    symbol: str


def unnumbered(store: Store, round_id: str, as_of: datetime) -> list[Unnumbered]:
    """The letters of a round that are still drafts, oldest first."""
    known = letters_and_numbers(store, round_id, ON_PAPER, as_of)
    # A signed copy brings the number that was written on it.
    numbered = {one.provenance.get(key) for one in known if one.number for key in (ISSUES, "signs")}
    found = [one for one in known if not one.number and one.document_id not in numbered]
    if not found:
        return []
    forms = DocumentSettings.load()
    return [Unnumbered(one, forms.form(ON_PAPER[one.kind]).symbol) for one in found]


def issued_letter(store: Store, round_id: str, kind: str, as_of: datetime) -> DocumentRecord | None:
    """The letter of a kind that was issued last in a round by `as_of`."""
    found = [
        one for one in documents(store, round_id) if one.kind == kind and one.number and one.made_at <= as_of
    ]
    return max(found, key=lambda one: one.made_at, default=None)


def issue(run: Run, document_id: str, given: Approval) -> DocumentRecord:
    """Give a letter its number, symbol and day, and keep it as issued; entered again alike, nothing changes.

    Other values take the place of those before; both stay in the register. Raises RuleRefused('no-such-letter') for
    what is no draft of a letter, RuleRefused('issued-before-made') for a day before the draft's, and
    RuleRefused('no-place-for-number') when the draft's head is not as the system writes it.
    """
    draft = document(run.store, document_id)
    if draft is None or draft.kind not in ON_PAPER or draft.number:
        raise RuleRefused("no-such-letter", t("documents.numbering.none", id=document_id))
    made = Marking(draft.made_at, rehearsal=run.instance.settings.rehearsal)
    if given.issued_on is None or given.issued_on < made.day:
        raise RuleRefused("issued-before-made", t("documents.numbering.too_early", day=vn_date(made.day)))
    entered = (given.number, given.symbol, given.issued_on)
    before = [
        one for one in documents(run.store, draft.round_id) if one.provenance.get(ISSUES) == document_id
    ]
    for one in before:
        if (one.number, one.symbol, one.issued_on) == entered:
            return one
    issued = replace(made, number=given.number, symbol=given.symbol, issued_on=given.issued_on)
    content = numbered(draft.content(run.instance), ON_PAPER[draft.kind], made, issued)
    more: dict[str, Any] = {ISSUES: document_id, "entered_by": given.by}
    if before:
        last = max(before, key=lambda one: one.made_at)
        day = vn_date(last.issued_on) if last.issued_on else ""
        more["renumbers"] = t("documents.under_number", number=last.number, symbol=last.symbol, day=day)
    path = PurePosixPath(draft.file_name)
    record = DocumentRecord(
        round_id=draft.round_id,
        kind=draft.kind,
        draft=draft.draft,
        unit_code=draft.unit_code,
        file_name=str(path.with_name(f"{path.stem}_so-{given.number}{path.suffix}")),
        number=given.number,
        symbol=given.symbol,
        issued_on=given.issued_on,
        made_at=given.decided_at,
        provenance={**draft.provenance, **more},
    )
    identity = record_document(run.store, run.instance, record, content)
    kept = document(run.store, identity)
    assert kept is not None
    return kept


def numbered(
    content: bytes, kind: str, made: Marking, issued: Marking, settings: DocumentSettings | None = None
) -> bytes:
    """The bytes of a draft (made under `made`) as they are under `issued`; equal arguments give equal bytes."""
    settings = settings or DocumentSettings.load()
    form: DocumentForm = settings.form(kind)
    opened = Document(io.BytesIO(content))
    old, new = (
        {
            "number": number_text(form, marking),
            "place": place_text(settings, marking),
            "attached": attached_to(settings, form, marking),
            "signer": signer_text(settings, form, marking),
        }
        for marking in (made, issued)
    )
    found = set()
    for node in opened.element.body.iter(qn("w:t")):
        for part, text in old.items():
            if text and node.text == text:
                node.text = new[part]
                found.add(part)
    if not {"number", "place"} <= found:
        raise RuleRefused("no-place-for-number", t("documents.numbering.no_place"))
    for paragraph in list(opened.element.body.iter(qn("w:p"))):
        style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        if style is not None and style.get(qn("w:val")) == STYLE_IDS["todo"]:
            _empty(paragraph)
    if made.stamp != issued.stamp:
        for section in opened.sections:
            for header in (section.header, section.first_page_header):
                for one in header.paragraphs:
                    if one.text == made.stamp:
                        one._p.getparent().remove(one._p) if len(header.paragraphs) > 1 else _empty(one._p)
    opened.core_properties.comments = issued.stamp or ""
    buffer = io.BytesIO()
    opened.save(buffer)
    return freeze_zip(buffer.getvalue())


def _empty(paragraph: Any) -> None:
    """Take the words away: a cell and a header need a paragraph, the body none."""
    inside = paragraph.getparent().tag
    if inside == qn("w:body"):
        paragraph.getparent().remove(paragraph)
        return
    for child in list(paragraph):
        if child.tag != qn("w:pPr"):
            paragraph.remove(child)
