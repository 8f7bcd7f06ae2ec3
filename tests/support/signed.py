"""Signed copies for tests: a scan of paper where it does not matter how, and an authority of our own."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from cchc.clock import at
from cchc.documents.registry import DocumentRecord, document
from cchc.documents.signed_copies import SIGNABLE, Given, add, look_at, signed_copy
from cchc.run import Run
from cchc_rehearsal.signer import Authority, CertificateHolder, new_authority, new_signer, scanned_page

FIRST = at(date(2026, 1, 1))
SIGNED_AT = at(date(2026, 3, 19), 14)


def signed_on_paper(run: Run, ids: Sequence[str]) -> list[DocumentRecord]:
    """Add the scan of each of the documents that somebody signs."""
    found = [one for identity in ids if (one := document(run.store, identity)) and one.kind in SIGNABLE]
    return [
        add(run, look_at(run, one, scanned_page(), "ban-chup.pdf", on_paper(one)))
        for one in found
        if signed_copy(run.store, one) is None
    ]


def on_paper(one: DocumentRecord) -> Given:
    return Given(one.number or "7", one.issued_on or SIGNED_AT.date(), "ký giấy", scan=True)


@dataclass(frozen=True)
class Office:
    """An authority, and somebody with its certificate for the year 2026."""

    authority: Authority
    signer: CertificateHolder


@cache
def office(name: str = "Cơ quan chứng thực thử") -> Office:
    authority = new_authority(name, FIRST, FIRST + timedelta(days=3650))
    signer = new_signer(authority, "Nguyễn Văn A", "UBND tỉnh", FIRST, FIRST + timedelta(days=365))
    return Office(authority, signer)


@cache
def pdf_of(text: str) -> bytes:
    """A page with these lines, as a text layer."""
    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.figure import Figure

    target = io.BytesIO()
    figure = Figure(figsize=(8.27, 11.69))
    for place, line in enumerate(text.splitlines()):
        figure.text(0.05, 0.97 - 0.014 * place, line, fontsize=6)
    with PdfPages(target) as pages:
        pages.savefig(figure)
    return target.getvalue()
