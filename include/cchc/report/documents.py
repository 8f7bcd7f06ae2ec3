"""Documents that were made: kept under their hash, copied to the round's folder, recorded with provenance."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from cchc.clock import from_text, to_text
from cchc.errors import CchcError
from cchc.files import keep_by_content, sha256_bytes, sha256_file, write_atomic
from cchc.obligations import RoundLedger
from cchc.paths import Instance
from cchc.store import Row, Store
from cchc.texts import t

FOLDER = "van-ban"


@dataclass(frozen=True)
class DocumentRecord:
    """One recorded document. `provenance`: code revision, configuration hash, snapshots, coverage."""

    document_id: str
    round_id: str
    kind: str
    draft: int
    unit_code: str | None
    file_name: str
    file_sha256: str
    number: str | None
    symbol: str | None
    issued_on: date | None
    made_at: datetime
    provenance: Mapping[str, Any]

    def kept_at(self, instance: Instance) -> Path:
        """The file that is never rewritten."""
        return (
            instance.data / FOLDER / self.file_sha256[:2] / f"{self.file_sha256}{Path(self.file_name).suffix}"
        )

    def copied_to(self, instance: Instance) -> Path:
        """The copy that people open."""
        return instance.round_out(self.round_id) / self.file_name


def record_document(
    store: Store,
    instance: Instance,
    round_id: str,
    kind: str,
    draft: int,
    content: bytes,
    file_name: str,
    made_at: datetime,
    provenance: Mapping[str, Any],
    unit_code: str | None = None,
    number: str | None = None,
    symbol: str | None = None,
    issued_on: date | None = None,
) -> str:
    """Keep the file, copy it to `<out>/<year>/<round>/<file_name>` and record it; returns the document's id.

    The id follows from round, kind, draft, unit, number and content: recording the same document again changes no
    row and rewrites no file. `file_name` may hold folders (`cong-van/...`) but must stay inside the round's.
    """
    target = instance.round_out(round_id) / file_name
    if not target.resolve().is_relative_to(instance.round_out(round_id).resolve()):
        raise CchcError(t("report.outside_round", name=file_name))
    digest, _ = keep_by_content(instance.data / FOLDER, content, Path(file_name).suffix)
    if not target.exists() or sha256_file(target) != digest:
        write_atomic(target, content)
    issue = f"{number}-{symbol}-{issued_on}" if number else None
    document_id = "/".join(
        part for part in (round_id, kind, str(draft), unit_code, issue, digest[:12]) if part
    )
    with store.write() as tx:
        tx.execute(
            "report.add_document",
            document_id=document_id,
            round_id=round_id,
            kind=kind,
            draft=draft,
            unit_code=unit_code,
            file_name=file_name,
            file_sha256=digest,
            number=number,
            symbol=symbol,
            issued_on=issued_on.isoformat() if issued_on else None,
            made_at=to_text(made_at),
            provenance=json.dumps(provenance, ensure_ascii=False, sort_keys=True, default=str),
        )
    return document_id


def documents(store: Store, round_id: str) -> list[DocumentRecord]:
    """All documents of a round, oldest first."""
    return _records(store.query("report.documents_of_round", round_id=round_id))


def last_issued(
    store: Store, round_id: str, kind: str, as_of: datetime, before_draft: int | None = None
) -> DocumentRecord | None:
    """The document of a kind that was issued last by `as_of`: which one was last, the round's events tell.

    One draft may be issued twice, when its number or day was entered wrongly. `before_draft`: of earlier drafts only.
    """
    issued = [
        one
        for one in documents(store, round_id)
        if one.kind == kind
        and one.number is not None
        and one.made_at <= as_of
        and (before_draft is None or one.draft < before_draft)
    ]
    place = {
        identity: number
        for number, event in enumerate(RoundLedger(store).events(round_id))
        if event["kind"] == "issued"
        for identity in json.loads(event["detail"]).get("documents", ())
    }
    return max(issued, key=lambda one: (one.draft, place.get(one.document_id, -1), one.made_at), default=None)


def document(store: Store, document_id: str) -> DocumentRecord | None:
    found = store.one("report.document", document_id=document_id)
    return _record(found) if found else None


def origin_of(store: Store, content: bytes) -> list[DocumentRecord]:
    """The records of a file with exactly these bytes; empty when it is none of ours or was changed since."""
    return _records(store.query("report.documents_by_hash", file_sha256=sha256_bytes(content)))


def _records(rows: Iterable[Row]) -> list[DocumentRecord]:
    return [_record(row) for row in rows]


def _record(row: Row) -> DocumentRecord:
    values = dict(row)
    values["issued_on"] = date.fromisoformat(values["issued_on"]) if values["issued_on"] else None
    values["made_at"] = from_text(values["made_at"])
    values["provenance"] = json.loads(values["provenance"])
    return DocumentRecord(**values)
