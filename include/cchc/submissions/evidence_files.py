"""Files that units send as evidence of their points: which are taken, told by their bytes and never by their name.

They come beside the self-score or the explanation, by mail or packed with it; unpacking, passwords and bombs are
`envelopes`' affair.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import pypdfium2

from cchc.files import sha256_bytes
from cchc.folding import folded
from cchc.office.kinds import Kind, kind_of
from cchc.office.package import ArchiveTooLarge, BadArchive
from cchc.submissions.envelopes import Content, UnwrappedFile, identity_of
from cchc.texts import t
from cchc.workbooks.macros import has_macros
from cchc.year import Product

MEGABYTE = 1024 * 1024
MOST_BYTES = 20 * MEGABYTE
ACCEPTED = ("pdf", "docx", "xlsx", "jpg", "png")
WITH_EVIDENCE = (Product.SELF_SCORE, Product.EXPLANATION)  # forms that name evidence
_BY_KIND = {Kind.PDF: "pdf", Kind.DOCX: "docx", Kind.XLSX: "xlsx"}
_PICTURES = ((b"\xff\xd8\xff", "jpg"), (b"\x89PNG\r\n\x1a\n", "png"))
_FAULTS = {
    Content.LOCKED: "locked", Content.TOO_LARGE: "bomb", Content.BROKEN: "broken", Content.TNEF: "broken",
}  # fmt: skip
_PASSWORD = 4  # pdfium's code of a document that asks for one


@dataclass(frozen=True)
class EvidenceFile:
    """A file beside a form that names evidence.

    suffix: what its bytes are, one of ACCEPTED; fault: why it is not taken, or ''.
    """

    name: str
    content: bytes = field(repr=False)
    suffix: str = ""
    fault: str = ""

    @property
    def sha256(self) -> str:
        return sha256_bytes(self.content)


def known_as(name: str) -> str:
    """The name by which a file is found in the sheet: without path, case and kinds of spaces."""
    return folded(PurePosixPath(name.replace("\\", "/")).name)


def beside_what_names_them(
    opened: Sequence[UnwrappedFile],
) -> tuple[list[UnwrappedFile], tuple[EvidenceFile, ...]] | None:
    """The forms among the files, and all others as evidence; None when no form among them names any."""
    workbooks = [one for one in opened if one.kind is Content.WORKBOOK]
    identities = [(one, identity_of(one)) for one in workbooks]
    if not any(found and found.form in WITH_EVIDENCE for _, found in identities):
        return None
    forms = [one for one, found in identities if found is not None]
    return forms, tuple(examined(one) for one in opened if one not in forms)


def examined(opened: UnwrappedFile) -> EvidenceFile:
    """The file with what it is, or with why it is not taken."""
    suffix, fault = _looked_at(opened)
    words = {"name": opened.name, "limit": MOST_BYTES // MEGABYTE, "accepted": ", ".join(ACCEPTED)}
    said = t(f"submissions.evidence.{fault}", **words) if fault else ""
    return EvidenceFile(opened.name, b"" if fault else opened.content, suffix, said)


def _looked_at(opened: UnwrappedFile) -> tuple[str, str]:
    """(suffix, '') or ('', the key of the fault)."""
    if opened.note == "macros":
        return "", "macros"
    if opened.kind in _FAULTS:
        return "", _FAULTS[opened.kind]
    content, kind = opened.content, kind_of(opened.content)
    if kind is Kind.ARCHIVE:
        return "", "nested"
    suffix = _BY_KIND.get(kind) or next((name for magic, name in _PICTURES if content.startswith(magic)), "")
    if not suffix:
        return "", "not_accepted"
    if len(content) > MOST_BYTES:
        return "", "too_big"
    if suffix == "pdf":
        return ("", fault) if (fault := _pdf_fault(content)) else ("pdf", "")
    try:
        if suffix in ("docx", "xlsx") and has_macros(content):
            return "", "macros"
    except ArchiveTooLarge:
        return "", "bomb"
    except BadArchive:
        return "", "broken"
    return suffix, ""


def _pdf_fault(content: bytes) -> str:
    try:
        with pypdfium2.PdfDocument(content) as document:
            return "" if len(document) else "broken"
    except pypdfium2.PdfiumError as error:
        return "locked" if getattr(error, "err_code", None) == _PASSWORD else "broken"
