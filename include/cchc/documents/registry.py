"""Documents that were made: kept under their hash, copied to the round's folder, recorded with provenance."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from cchc.clock import from_text, to_text
from cchc.depot import keep, kept_content
from cchc.errors import CchcError
from cchc.files import sha256_bytes, sha256_file, write_atomic
from cchc.obligations import RoundLedger, RoundState
from cchc.paths import Instance
from cchc.store import Row, Store, Transaction
from cchc.texts import t

FOLDER = "van-ban"
INTERNAL_REPORT, INTERNAL_APPENDIX = "bao_cao_noi_bo", "phu_luc_noi_bo"
INTERNAL = frozenset({INTERNAL_REPORT, INTERNAL_APPENDIX})  # kinds that never leave the department
DRAFT = "_du_thao"  # how the kind of a draft ends


@dataclass(frozen=True, kw_only=True)
class DocumentRecord:
    """One document. `provenance`: code revision, configuration hash, snapshots, coverage.

    Id and hash follow from the rest and the content (`keep_document`).
    """

    document_id: str = ""
    round_id: str
    kind: str
    draft: int
    unit_code: str | None = None
    file_name: str
    file_sha256: str = ""
    number: str | None = None
    symbol: str | None = None
    issued_on: date | None = None
    made_at: datetime
    provenance: Mapping[str, Any]

    @property
    def about(self) -> str:
        """Which of its round's several decisions it belongs to."""
        return str(self.provenance.get("about") or "")

    def kept_at(self, instance: Instance) -> Path:
        """The file that is never rewritten."""
        return (
            instance.data / FOLDER / self.file_sha256[:2] / f"{self.file_sha256}{Path(self.file_name).suffix}"
        )

    def content(self, instance: Instance) -> bytes:
        """What the file holds. CchcError when it is gone."""
        return kept_content(instance, self.kept_at(instance), self.file_sha256, self.file_name)

    def copied_to(self, instance: Instance) -> Path:
        """The copy that people open."""
        return instance.round_out(self.round_id) / self.file_name


def record_document(store: Store, instance: Instance, record: DocumentRecord, content: bytes) -> str:
    """Keep the file, copy it to `<out>/<year>/<round>/<file_name>` and record it; returns the document's id.

    The id follows from round, kind, draft, unit, number and content: recording the same document again changes no
    row and rewrites no file. `file_name` may hold folders (`cong-van/...`) but must stay inside the round's.
    """
    (document_id,) = record_documents(store, instance, [(record, content)])
    return document_id


def record_documents(
    store: Store, instance: Instance, made: Sequence[tuple[DocumentRecord, bytes]]
) -> list[str]:
    """`record_document` for those that belong together: all of them or none."""
    kept = [keep_document(instance, record, content) for record, content in made]
    with store.write() as tx:
        for one in kept:
            add_document(tx, one)
    for one in kept:
        copy_out(instance, one)
    return [one.document_id for one in kept]


def keep_document(instance: Instance, record: DocumentRecord, content: bytes) -> DocumentRecord:
    """Keep the file; the record with its hash and id, not written anywhere yet (`add_document`, then `copy_out`).

    Whoever writes other facts together with a document does so in one transaction, and lets people open the copy
    only afterwards.
    """
    folder = instance.round_out(record.round_id)
    if not (folder / record.file_name).resolve().is_relative_to(folder.resolve()):
        raise CchcError(t("documents.outside_round", name=record.file_name))
    digest, _ = keep(instance, FOLDER, content, Path(record.file_name).suffix)
    issue = f"{record.number}-{record.symbol}-{record.issued_on}" if record.number else None
    parts = (record.round_id, record.kind, str(record.draft), record.unit_code, issue, digest[:12])
    return replace(record, document_id="/".join(part for part in parts if part), file_sha256=digest)


def add_document(tx: Transaction, record: DocumentRecord) -> None:
    """Write the record in the caller's transaction; one that is there already stays as it is."""
    values = {name: getattr(record, name) for name in DocumentRecord.__dataclass_fields__}
    values["issued_on"] = record.issued_on.isoformat() if record.issued_on else None
    values["made_at"] = to_text(record.made_at)
    values["provenance"] = json.dumps(record.provenance, ensure_ascii=False, sort_keys=True, default=str)
    tx.execute("documents.add_document", **values)


def copy_out(instance: Instance, record: DocumentRecord) -> Path:
    """The copy that people open, made (again) where it is missing or was changed."""
    path = record.copied_to(instance)
    if not path.exists() or sha256_file(path) != record.file_sha256:
        write_atomic(path, record.content(instance))
    return path


def documents(store: Store, round_id: str) -> list[DocumentRecord]:
    """All documents of a round, oldest first."""
    with store.read() as tx:
        return documents_in(tx, round_id)


def documents_in(tx: Transaction, round_id: str) -> list[DocumentRecord]:
    """`documents` inside a transaction of the caller's."""
    return _records(tx.query("documents.documents_of_round", round_id=round_id))


def letters_and_numbers(
    store: Store, round_id: str, kinds: Collection[str], as_of: datetime
) -> list[DocumentRecord]:
    """Of the documents of a round that were made by `as_of`, oldest first: those of these kinds without a number, and
    those that give one to another document (its letter as issued, its signed copy)."""
    values = {"kinds": sorted(kinds), "as_of": to_text(as_of)}
    return _records(store.query("documents.letters_and_numbers", round_id=round_id, **values))


def documents_since(
    store: Store,
    since: datetime | None,
    as_of: datetime,
    kinds: Collection[str],
    round_id: str | None = None,
) -> list[DocumentRecord]:
    """Documents of these kinds that were made from `since` (None: ever) to `as_of`, oldest first; of all rounds, or of
    one."""
    values = {"first": to_text(since) if since else "", "as_of": to_text(as_of), "round_id": round_id}
    return _records(store.query("documents.documents_since", kinds=sorted(kinds), **values))


def documents_of_year(store: Store, year: int, as_of: datetime) -> list[DocumentRecord]:
    """Documents of all rounds of a year that were made by `as_of`, oldest first."""
    return _records(store.query("documents.documents_of_year", year=year, as_of=to_text(as_of)))


def last_issued(
    store: Store,
    round_id: str,
    kind: str,
    as_of: datetime,
    before_draft: int | None = None,
    about: str = "",
) -> DocumentRecord | None:
    """The document of a kind that was issued last by `as_of`: which one was last, the round's state tells.

    One draft may be issued twice, when its number or day was entered wrongly. `before_draft`: of earlier drafts only.
    about: of one of the round's several decisions.
    """
    state = RoundLedger(store).state(round_id, as_of)
    return _last(state, documents_by_id(store, _issued_ids([state])), kind, before_draft, about)


class LastIssued:
    """`last_issued` of any round by one moment: two statements, however many are asked for."""

    def __init__(self, store: Store, as_of: datetime) -> None:
        self._store, self._as_of = store, as_of

    @cached_property
    def _states(self) -> Mapping[str, RoundState]:
        return RoundLedger(self._store).states(self._as_of)

    @cached_property
    def _documents(self) -> Mapping[str, DocumentRecord]:
        return documents_by_id(self._store, _issued_ids(self._states.values()))

    def of(self, round_id: str, kind: str, about: str = "") -> DocumentRecord | None:
        return _last(self._states.get(round_id), self._documents, kind, None, about)


def _issued_ids(states: Iterable[RoundState | None]) -> set[str]:
    return {one for state in states if state for issue in state.issues for one in issue.documents}


def _last(
    state: RoundState | None,
    known: Mapping[str, DocumentRecord],
    kind: str,
    before_draft: int | None,
    about: str,
) -> DocumentRecord | None:
    for issue in reversed(state.issues if state else ()):
        if issue.about != about:
            continue
        for one in (known.get(identity) for identity in issue.documents):
            if one is not None and one.kind == kind and (before_draft is None or one.draft < before_draft):
                return one
    return None


def pdf_copies(store: Store, of: Collection[DocumentRecord]) -> dict[str, DocumentRecord]:
    """By id of a document the PDF that was made of it; none where there is none (no LibreOffice, or not yet)."""
    made = dict[tuple[str, object], DocumentRecord]()
    for part in _records(
        store.query("documents.pdfs_of_rounds", rounds=sorted({one.round_id for one in of}))
    ):
        made.setdefault((part.round_id, part.provenance.get("made_from")), part)
    found = {one.document_id: made.get((one.round_id, one.file_sha256)) for one in of}
    return {identity: part for identity, part in found.items() if part is not None}


def pdf_copy(store: Store, one: DocumentRecord) -> DocumentRecord | None:
    """The PDF that was made of a document, or None."""
    return pdf_copies(store, [one]).get(one.document_id)


def documents_by_id(store: Store, ids: Collection[str]) -> dict[str, DocumentRecord]:
    """Documents by id; an id that nobody knows has none."""
    if not ids:
        return {}
    return {one.document_id: one for one in _records(store.query("documents.some", ids=sorted(ids)))}


def document(store: Store, document_id: str) -> DocumentRecord | None:
    found = store.one("documents.document", document_id=document_id)
    return _record(found) if found else None


def origin_of(store: Store, content: bytes) -> list[DocumentRecord]:
    """The records of a file with exactly these bytes; empty when it is none of ours or was changed since."""
    return _records(store.query("documents.documents_by_hash", file_sha256=sha256_bytes(content)))


def _records(rows: Iterable[Row]) -> list[DocumentRecord]:
    return [_record(row) for row in rows]


def _record(row: Row) -> DocumentRecord:
    values = dict(row)
    values["issued_on"] = date.fromisoformat(values["issued_on"]) if values["issued_on"] else None
    values["made_at"] = from_text(values["made_at"])
    values["provenance"] = json.loads(values["provenance"])
    return DocumentRecord(**values)
