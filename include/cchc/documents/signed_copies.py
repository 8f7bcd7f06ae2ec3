"""Signed before sent: the signed copy of a document, who added it, and what may not leave without one.

The copy is a document of its own in the registry (`<kind>_da_ky`), whose provenance names the one that it signs; what
was found in it (signer, time, certificate) and who added it stand there and in the round's event `signed`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from cchc.claims.texts import read_document
from cchc.clock import to_text, vn_date
from cchc.documents.form import DocumentSettings
from cchc.documents.numbering import ISSUES, ON_PAPER
from cchc.documents.registry import (
    DRAFT,
    DocumentRecord,
    LastIssued,
    add_document,
    copy_out,
    documents,
    documents_since,
    keep_document,
)
from cchc.documents.same_text import difference
from cchc.documents.signed_pdf import PdfPaper, Signature, read_scan, read_signed
from cchc.errors import RuleRefused
from cchc.mail.mail import APPROVAL, URGING, addresses_of
from cchc.obligations import RoundEvent, RoundEventKind, append_round_event
from cchc.paths import Instance
from cchc.run import Run
from cchc.store import Row, Store
from cchc.texts import t, table

SIGNED = "_da_ky"  # how the kind of a signed copy ends
# Documents that are decided on in the system and go to their 'Nơi nhận', and their entries in documents.yaml.
FORMS = {
    "ke_hoach": "ke_hoach",
    "bao_cao": "bao_cao",
    "quyet_dinh_xep_hang": "ket_qua_cham_diem",
    "quyet_dinh_dieu_chinh": "quyet_dinh_dieu_chinh",
    "ke_hoach_kiem_tra": "ke_hoach_kiem_tra",
    "quyet_dinh_doan": "quyet_dinh_doan",
    "bao_cao_kiem_tra": "bao_cao_kiem_tra",
}
SIGNABLE = {**FORMS, **ON_PAPER}
LETTER_AFTER_INSPECTION = "cong_van_kiem_tra"
_TO_BE_SIGNED = (APPROVAL, URGING)  # mails to those who read drafts and see to the signature
_ASKED_FOR = timedelta(days=60)


@dataclass(frozen=True)
class Given:
    """What a person says of a signed copy: number and day that stand on it, and why it is a scan of paper ('' when it
    was signed digitally). A digital copy of a document that got its number in the system needs none of them."""

    number: str = ""
    issued_on: date | None = None
    scan_words: str = ""
    scan: bool = False


DIGITAL = Given()


@dataclass(frozen=True)
class Looked:
    """A signed copy that was looked at and found right; nothing is recorded yet. signatures: none of a scan."""

    of: DocumentRecord
    content: bytes
    signatures: tuple[Signature, ...]
    number: str
    issued_on: date
    scan_words: str


@dataclass(frozen=True)
class ToSign:
    """A document that needs a signature, and its signed copy once there is one."""

    document: DocumentRecord
    copy: DocumentRecord | None


def needs_signature(kind: str) -> bool:
    """Whether a kind of document may leave only with its signed copy, by documents.yaml."""
    return SIGNABLE.get(kind, "") in DocumentSettings.load().signing.required


def to_be_signed(run: Run, since: datetime | None = None, *, round_id: str | None = None) -> list[ToSign]:
    """Documents that need a signature, oldest first: of those that are issued the last of their round, of letters each.

    `since`: only what was made from then on; `round_id`: in one round.
    """
    newest: dict[tuple[str, str, str | None, str], DocumentRecord] = {}
    copies: dict[str, DocumentRecord] = {}
    for one in documents_since(
        run.store, since, run.as_of, (*SIGNABLE, *(kind + SIGNED for kind in SIGNABLE)), round_id
    ):
        if one.kind.endswith(SIGNED):
            copies[str(one.provenance.get("signs"))] = one
        elif needs_signature(one.kind):
            # A letter with its number takes the place of its draft, and of itself under another number.
            if (drafted := one.provenance.get(ISSUES)) is not None:
                newest = {key: known for key, known in newest.items() if not _is_of(known, str(drafted))}
            newest[one.round_id, one.kind, one.unit_code, one.file_name] = one
    last = LastIssued(run.store, run.as_of)
    return [
        ToSign(one, copies.get(one.document_id))
        for one in newest.values()
        if one.kind not in FORMS or one == last.of(one.round_id, one.kind, one.about)
    ]


def _is_of(one: DocumentRecord, draft: str) -> bool:
    return draft in (one.document_id, one.provenance.get(ISSUES))


def signed_copy(store: Store, one: DocumentRecord) -> DocumentRecord | None:
    """The signed copy of a document, the one that was added last."""
    return _copies(store, one.round_id).get(one.document_id)


def _copies(store: Store, round_id: str) -> dict[str, DocumentRecord]:
    return {
        str(one.provenance.get("signs")): one
        for one in documents(store, round_id)
        if one.kind.endswith(SIGNED)
    }


def recently(run: Run) -> list[ToSign]:
    """`to_be_signed` of the last weeks, what is sent by mail alone."""
    mailed = (*FORMS, LETTER_AFTER_INSPECTION)
    return [one for one in to_be_signed(run, run.as_of - _ASKED_FOR) if one.document.kind in mailed]


def unsigned(run: Run) -> list[DocumentRecord]:
    """Documents of the last weeks that wait for their signed copy, and hold up what is to be sent."""
    waiting = [one.document for one in recently(run) if one.copy is None]
    left = have_left(run.store, run.instance, waiting)
    return [one for one in waiting if one.document_id not in left]


def has_left(store: Store, instance: Instance, one: DocumentRecord) -> bool:
    """Whether a mail carries the document already: it was sent before signatures were asked for, or is sent now."""
    return one.document_id in have_left(store, instance, [one])


def have_left(store: Store, instance: Instance, documents_: Collection[DocumentRecord]) -> set[str]:
    """Ids of those that a mail carries already; one statement."""
    if not documents_:
        return set()
    rounds, since = {one.round_id for one in documents_}, min(to_text(one.made_at) for one in documents_)
    carried: dict[tuple[str, str], str] = {}  # when a file of a round was mailed last
    for row in store.query("documents.mails_since", rounds=sorted(rounds), since=since):
        if row["kind"] not in _TO_BE_SIGNED:
            for name in addresses_of(row, "attachments"):
                key = row["round_id"], name
                carried[key] = max(carried.get(key, ""), row["decided_at"])
    return {
        one.document_id
        for one in documents_
        if carried.get((one.round_id, one.copied_to(instance).relative_to(instance.root).as_posix()), "")
        >= to_text(one.made_at)
    }


def find(run: Run, wanted: str) -> DocumentRecord:
    """The document that a person names by its id, its number and symbol (`12/BC-UBND`) or its file.

    Raises RuleRefused('no-such-document') with those that can be named, RuleRefused('ambiguous-document').
    """
    wanted, known = wanted.strip(), [one.document for one in to_be_signed(run)]
    found = [
        one
        for one in known
        if wanted in (one.document_id, f"{one.number}/{one.symbol}", PurePosixPath(one.file_name).name)
    ]
    if len(found) != 1:
        key = "ambiguous" if found else "unknown"
        names = "; ".join(shown(one) for one in found or known[-12:]) or t("documents.signed.none_known")
        rule = "ambiguous-document" if found else "no-such-document"
        raise RuleRefused(rule, t(f"documents.signed.{key}", found=wanted, names=names))
    return found[0]


def shown(one: DocumentRecord) -> str:
    """`12/BC-UBND (bao-cao-2026-Q1.docx)`, or the file alone while there is no number."""
    name = PurePosixPath(one.file_name).name
    return f"{one.number}/{one.symbol} ({name})" if one.number else name


def look_at(run: Run, one: DocumentRecord, content: bytes, name: str, given: Given = DIGITAL) -> Looked:
    """Check a signed copy of a document; nothing is recorded.

    Raises RuleRefused, each with what to do: see `read_signed`; 'another-document', 'text-differs' of a PDF;
    'scan-without-words' of a scan; 'number-needed' of a scan, and of a document without a number yet;
    'another-number'; 'sent-already'.
    """
    before = signed_copy(run.store, one)
    if before is not None and has_left(run.store, run.instance, before):
        raise RuleRefused("sent-already", t("documents.signed.sent-already", document=shown(one)))
    found = read_scan(content, name) if given.scan else read_signed(content, name)
    if given.scan and not given.scan_words.strip():
        raise RuleRefused("scan-without-words", t("documents.signed.scan-without-words", file=name))
    number, day = _number(one, name, given)
    if not given.scan:
        _assert_same(run, one, content, name, found)
    return Looked(one, content, found.signatures, number, day, given.scan_words.strip())


def _number(one: DocumentRecord, name: str, given: Given) -> tuple[str, date]:
    """Number and day of the signed document: as approved, else as the person says."""
    number = given.number.strip()
    if one.number is not None and one.issued_on is not None and not given.scan:
        return one.number, one.issued_on
    if not number.isdigit() or given.issued_on is None:
        key = "scan-without-number" if given.scan else "letter-without-number"
        raise RuleRefused("number-needed", t(f"documents.signed.{key}", file=name, document=shown(one)))
    if one.number is not None and one.issued_on is not None:
        own, said = (
            t("documents.under_number", number=which, symbol=one.symbol, day=vn_date(day))
            for which, day in ((one.number, one.issued_on), (number, given.issued_on))
        )
        if own != said:
            words = t("documents.signed.another-number", file=name, document=own, found=said)
            raise RuleRefused("another-number", words)
    return number, given.issued_on


def _assert_same(run: Run, one: DocumentRecord, content: bytes, name: str, paper: PdfPaper) -> None:
    """The PDF has the words of the document, or of the PDF that we made of it.

    That it begins with the bytes of ours proves nothing: what is behind them may show other pages.
    """
    number = f"{one.number}/{one.symbol}" if one.number else None
    for part in documents(run.store, one.round_id):
        ours = part.provenance.get("made_from") == one.file_sha256 and part.file_name.endswith(".pdf")
        if ours and content.startswith(printed := part.content(run.instance)):
            # Read as the signed one is: a font that hides letters from readers hides them in both.
            own, number = read_scan(printed, name).text, None
            break
    else:
        own = read_document(one.content(run.instance), PurePosixPath(one.file_name).name).text
    lacking = difference(own, paper.text, number)
    if lacking is None:
        return
    if lacking.is_another:
        raise RuleRefused(
            "another-document", t("documents.signed.another-document", file=name, document=shown(one))
        )
    figures = ", ".join(lacking.figures)
    words = t("documents.signed.text-differs", file=name, document=shown(one), figures=figures)
    raise RuleRefused("text-differs", words)


def add(run: Run, looked: Looked) -> DocumentRecord:
    """Record a signed copy: the file, the registry, the round's event, in one transaction. The same again is one."""
    one = looked.of
    found: dict[str, Any] = {
        "signs": one.document_id,
        "by": run.actor,
        "way": "digital" if looked.signatures else "scan",
        "words": looked.scan_words,
        "signatures": [_told(signature) for signature in looked.signatures],
    }
    stem = one.file_name.rpartition(".")[0]
    record = keep_document(
        run.instance,
        replace(
            one,
            kind=one.kind + SIGNED,
            file_name=f"{stem}_da-ky.pdf",
            made_at=run.as_of,
            number=looked.number,
            symbol=one.symbol or _symbol(one),
            issued_on=looked.issued_on,
            provenance=found,
        ),
        looked.content,
    )
    event = RoundEvent(
        one.round_id, RoundEventKind.signed, run.as_of, run.as_of, run.actor, found["words"] or None,
        {"documents": [record.document_id], "sha256": record.file_sha256, **found},
        f"{one.round_id}:signed:{record.document_id}",
    )  # fmt: skip
    with run.store.write() as tx:
        add_document(tx, record)
        append_round_event(tx, event)
    copy_out(run.instance, record)
    return record


def _told(signature: Signature) -> dict[str, Any]:
    told = asdict(signature)
    return told | {"signed_at": to_text(signature.signed_at) if signature.signed_at else None}


def _symbol(one: DocumentRecord) -> str:
    return DocumentSettings.load().form(SIGNABLE[one.kind]).symbol


def kept_back(store: Store, instance: Instance, row: Row) -> str:
    """Why a mail may not leave: what it carries must be signed and is not. Empty when it may.

    `row`: of `mails`. Nobody but those who see to the signature gets a draft, or a document without its signed copy.
    """
    # Forms and tables, which most mails carry, are signed by nobody.
    names = [one for one in addresses_of(row, "attachments") if one.endswith((".docx", ".pdf"))]
    if row["kind"] in _TO_BE_SIGNED or row["round_id"] is None or not names:
        return ""
    by_path: Mapping[str, DocumentRecord] = {
        one.copied_to(instance).relative_to(instance.root).as_posix(): one
        for one in documents(store, row["round_id"])
    }
    copies = _copies(store, row["round_id"])
    bare = [
        one for name in names if (one := by_path.get(name)) is not None and _is_bare(one, copies, by_path)
    ]
    if not bare:
        return ""
    kinds = table("board.document_kinds")
    listed = "; ".join(f"{kinds.get(one.kind, one.kind)} {shown(one)}" for one in bare)
    return t("documents.signed.kept_back", names=listed)


def _is_bare(
    one: DocumentRecord, copies: Mapping[str, DocumentRecord], by_path: Mapping[str, DocumentRecord]
) -> bool:
    kind = one.kind.removesuffix("_pdf")
    if not needs_signature(kind.removesuffix(DRAFT)):
        return False
    if kind.endswith(DRAFT):
        return True
    made_from = one.provenance.get("made_from", one.file_sha256)
    originals = [found for found in by_path.values() if found.kind == kind and found.file_sha256 == made_from]
    return not any(found.document_id in copies for found in (originals or [one]))
