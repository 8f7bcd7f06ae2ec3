"""Documents on their way to people: marked, recorded with their provenance, copied to the round's folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import groupby

from cchc.clock import to_text, vn_date, vn_instant
from cchc.documents.edited import edited_words
from cchc.documents.letters import (
    build_request_letter,
)
from cchc.documents.marking import Marking
from cchc.documents.origin_stamp import named
from cchc.documents.pdf import to_pdfs
from cchc.documents.provenance import provenance
from cchc.documents.registry import (
    DRAFT,
    INTERNAL,
    DocumentRecord,
    copy_out,
    document,
    documents,
    keep_document,
    last_issued,
    record_document,
    record_documents,
)
from cchc.run import Approval, Run
from cchc.texts import t

REQUEST_LETTER = "cong_van_yeu_cau"
_PDF_FOLLOWS_FOR = timedelta(days=60)


def marking(run: Run, draft: int | None = None, approval: Approval | None = None) -> Marking:
    """What stands on a document of this run: the draft's number, or number, symbol and day of the approval."""
    return Marking(
        as_of=approval.decided_at if approval else run.as_of,
        rehearsal=run.instance.settings.rehearsal,
        draft=draft,
        number=approval.number if approval else None,
        symbol=approval.symbol if approval else None,
        issued_on=approval.issued_on if approval else None,
        origin=named(provenance(run, run.round.round_id), run.round.round_id, draft),
    )


def record(
    run: Run,
    kind: str,
    content: bytes,
    file_name: str,
    unit_code: str | None = None,
    extra: Mapping[str, object] | None = None,
) -> str:
    """Record a document that nobody decides on in the system; returns its id. The same document twice is one.

    It is the same by its kind, its unit, its file name and `extra` (what it is about): the same step made by another
    program or configuration has other bytes, and would put a second letter beside the one that waits for its signature.
    """
    made = _unsigned(run, kind, file_name, unit_code, extra or {})
    if (known := _made_before(run, made, extra or {})) is not None:
        copy_out(run.instance, known)
        return known.document_id
    return record_document(run.store, run.instance, made, content)


def _made_before(run: Run, made: DocumentRecord, about: Mapping[str, object]) -> DocumentRecord | None:
    for one in documents(run.store, made.round_id):
        same = (one.kind, one.unit_code, one.file_name) == (made.kind, made.unit_code, made.file_name)
        if same and not one.number and all(one.provenance.get(key) == about[key] for key in about):
            return one
    return None


def record_together(run: Run, made: Sequence[tuple[str, bytes, str]]) -> list[str]:
    """`record` for documents that belong together, each (kind, content, file name): all of them or none."""
    records = [(_unsigned(run, kind, name, None, {}), content) for kind, content, name in made]
    return record_documents(run.store, run.instance, records)


def _unsigned(
    run: Run, kind: str, file_name: str, unit_code: str | None, extra: Mapping[str, object]
) -> DocumentRecord:
    round_id = run.round.round_id
    return DocumentRecord(
        round_id=round_id,
        kind=kind,
        draft=1,
        file_name=file_name,
        made_at=run.as_of,
        provenance=provenance(run, round_id) | dict(extra),
        unit_code=unit_code,
    )


def keep(
    run: Run,
    kind: str,
    content: bytes,
    file_name: str,
    *,
    draft: int,
    approval: Approval | None,
    extra: Mapping[str, object],
    unit_code: str | None = None,
) -> DocumentRecord:
    """A document of a draft, or of its issue, kept and not recorded yet: `decisions` does that with what belongs to it.

    It bears the time of the decision, and of the run while it is a draft. Of a draft that an official edited, the
    edited words are issued.
    """
    round_id = run.round.round_id
    more = dict(extra) | ({"about": run.about} if run.about else {})
    if approval and file_name.endswith(".docx"):
        content, told = edited_words(run, kind, content, draft, approval)
        more |= told
    if approval and (before := _under_another_number(run, kind, draft, approval)):
        more["renumbers"] = before
    record = DocumentRecord(
        document_id="",
        round_id=round_id,
        kind=kind if approval else f"{kind}{DRAFT}",
        draft=draft,
        unit_code=unit_code,
        file_name=file_name,
        file_sha256="",
        number=approval.number if approval else None,
        symbol=approval.symbol if approval else None,
        issued_on=approval.issued_on if approval else None,
        made_at=approval.decided_at if approval else run.as_of,
        provenance=provenance(run, round_id) | more,
    )
    return keep_document(run.instance, record, content)


def _under_another_number(run: Run, kind: str, draft: int, approval: Approval) -> str:
    """`12/BC-UBND ngày 19/03/2026`, when the same draft was issued with another number, symbol or day; else empty."""
    last = last_issued(run.store, run.round.round_id, kind, approval.decided_at, about=run.about)
    if last is None or last.draft != draft or last.issued_on is None:
        return ""
    entered = (approval.number, approval.symbol, approval.issued_on)
    if (last.number, last.symbol, last.issued_on) == entered:
        return ""
    return t("documents.under_number", number=last.number, symbol=last.symbol, day=vn_date(last.issued_on))


def pdf_copies(run: Run, ids: list[str]) -> list[str]:
    """A PDF beside each Word document among `ids`; returns the PDFs' ids, none when LibreOffice is not installed.

    A document that has its PDF already keeps it: LibreOffice writes other bytes each time. Those of one moment are
    converted together.
    """
    known = {
        str(one.provenance.get("made_from")): one.document_id
        for one in documents(run.store, run.round.round_id)
        if one.file_name.endswith(".pdf")
    }
    sources = [one for one in (document(run.store, identity) for identity in ids) if one and has_pdf(one)]
    left = [one for one in sources if one.file_sha256 not in known]
    for made_at, together in groupby(left, key=lambda one: one.made_at):
        by_name = {one.file_name: one for one in together}
        contents = {name: one.content(run.instance) for name, one in by_name.items()}
        copies = to_pdfs(contents, run.instance.data, made_at)
        if copies is None:
            break
        pairs = [(_pdf_of(one), copies[name]) for name, one in by_name.items()]
        made = record_documents(run.store, run.instance, pairs)
        known |= dict(zip((one.file_sha256 for one in by_name.values()), made, strict=True))
    return [known[one.file_sha256] for one in sources if one.file_sha256 in known]


def _pdf_of(source: DocumentRecord) -> DocumentRecord:
    return replace(
        source,
        document_id="",
        kind=f"{source.kind}_pdf",
        file_name=f"{source.file_name.removesuffix('.docx')}.pdf",
        file_sha256="",
        provenance={**source.provenance, "made_from": source.file_sha256},
    )


def has_pdf(one: DocumentRecord) -> bool:
    """Whether a PDF is made of a document: of Word documents that people outside may get to see."""
    return one.file_name.endswith(".docx") and one.kind.removesuffix(DRAFT) not in INTERNAL


def missing_pdfs(run: Run) -> dict[str, list[str]]:
    """Ids of Word documents issued in the last 60 days that have no PDF yet, by round."""
    first = to_text(run.as_of - _PDF_FOLLOWS_FOR)
    rows = run.store.query("documents.issued_since", first=first, as_of=to_text(run.as_of))
    found: dict[str, list[str]] = {}
    for one in filter(None, (document(run.store, row["document_id"]) for row in rows)):
        made = {part.provenance.get("made_from") for part in documents(run.store, one.round_id)}
        if has_pdf(one) and one.file_sha256 not in made:
            found.setdefault(one.round_id, []).append(one.document_id)
    return found


def request_letter(run: Run) -> str:
    """Công văn yêu cầu báo cáo of the run's round, to be numbered and signed on paper; returns its id."""
    name = f"cong-van-yeu-cau/{run.round.round_id}_cong-van-yeu-cau.docx"
    due = {"due": vn_instant(run.round.unit_due_at)}
    return record(run, REQUEST_LETTER, build_request_letter(run.round, marking(run)), name, extra=due)
