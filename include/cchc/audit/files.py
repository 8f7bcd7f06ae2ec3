"""Every kept file against its hash: what units sent, documents, landed exports, frozen figures, backups."""

from __future__ import annotations

import json
from pathlib import Path

from cchc.audit.inquiry import Inquiry
from cchc.backups import Shelf
from cchc.clock import vn_instant
from cchc.depot import Depot
from cchc.documents.numbering import ISSUES
from cchc.documents.provenance import DECISION
from cchc.documents.registry import DocumentRecord, documents_in
from cchc.documents.signed_copies import SIGNED
from cchc.errors import CchcError
from cchc.files import sha256_file
from cchc.obligations import RoundEventKind, round_events_in
from cchc.sources.duck import connect
from cchc.sources.snapshots import broken_snapshots
from cchc.store import Transaction


def kept_files(inquiry: Inquiry) -> None:
    """Submissions with their enclosures, as they were recorded."""
    data = inquiry.run.instance.data
    for row in inquiry.run.store.query("audit.kept_files"):
        inquiry.looked()
        _compare(inquiry, data / row["path"], row["sha256"])


def _compare(inquiry: Inquiry, path: Path, digest: str) -> bool:
    name = path.relative_to(inquiry.run.instance.root)
    if not path.is_file() and (depot := Depot.of(inquiry.run.instance)):
        depot.fetch(path)  # another machine has laid it there meanwhile
    if not path.is_file():
        inquiry.found("file_gone", name)
    elif sha256_file(path) != digest:
        inquiry.found("file_empty" if path.stat().st_size == 0 else "file_changed", name)
    else:
        return True
    return False


def registry(inquiry: Inquiry) -> None:
    """Every document, issued or not, is kept as it was made, and lies where people open it; what the rounds' events
    name is in the registry, and what the registry calls issued was issued."""
    run = inquiry.run
    for row in run.rounds.all():
        # A decision is written with its documents: read apart, one could lack the other.
        with run.store.read() as tx:
            records, events = documents_in(tx, row["round_id"]), round_events_in(tx, row["round_id"])
            fresh = _made_meanwhile(inquiry, tx)
        known = {one.document_id for one in records}
        issued, signed = set[str](), set[str]()
        for event in events:
            named = [str(one) for one in event.detail.get("documents") or ()]
            for one in named:
                if one not in known:
                    inquiry.found("document_unknown", one, event=event.kind.value)
            if event.kind is RoundEventKind.issued:
                issued.update(named)
            elif event.kind is RoundEventKind.signed:
                signed.update(named)
        for record in records:
            inquiry.looked()
            whole = _compare(inquiry, record.kept_at(run.instance), record.file_sha256)
            if whole and record.document_id not in fresh:
                _copy(inquiry, record)
        copies = [one for one in records if one.kind.endswith(SIGNED)]
        for copy in copies:
            if (signs := str(copy.provenance.get("signs"))) not in known:
                inquiry.found("document_unknown", signs, event=RoundEventKind.signed.value)
            if copy.document_id not in signed:
                inquiry.found("copy_not_added", copy.document_id)
        # A letter signed on paper has its number from a person, and no decision in the system.
        on_paper = {one.document_id for one in records if ISSUES in one.provenance}
        numbered = {
            one.document_id
            for one in records
            if one.number
            and not one.kind.endswith("_pdf")
            # What goes with a decision (a unit's score sheet) bears its number, and is issued by it.
            and one.provenance.get(DECISION) not in issued | on_paper
        } - on_paper
        for one in sorted(numbered - issued - {copy.document_id for copy in copies}):
            inquiry.found("document_not_issued", one)


def _made_meanwhile(inquiry: Inquiry, tx: Transaction) -> set[str]:
    """Documents that were written since the chain was looked at: the copy that people open is laid after that."""
    if not inquiry.link:
        return set()
    rows = tx.query("audit.documents_linked_since", place=inquiry.place)
    return {json.loads(row["record"])[0] for row in rows}


def _copy(inquiry: Inquiry, record: DocumentRecord) -> None:
    """The copy that people open. The last document of a name is the one that lies there."""
    copy = record.copied_to(inquiry.run.instance)
    if not copy.is_file():
        inquiry.found("copy_gone", copy.relative_to(inquiry.run.instance.root))


def landings(inquiry: Inquiry) -> None:
    """Landed files have their hash, and hold as many rows as were read, accepted and refused."""
    import duckdb

    run = inquiry.run
    unhashed = 0
    for row in run.store.query("audit.landings"):
        inquiry.looked()
        paths = (("nhan", row["parquet_path"], row["parquet_sha256"]),
                 ("cach-ly", row["quarantine_path"], row["quarantine_sha256"]))  # fmt: skip
        for _, name, digest in paths:
            if name is None:
                continue
            path = run.instance.data / name
            if digest is None:
                unhashed += 1
                if not path.is_file():
                    inquiry.found("file_gone", path.relative_to(run.instance.root))
            else:
                _compare(inquiry, path, digest)
        path = run.instance.data / row["parquet_path"]
        if not path.is_file():
            continue
        with connect() as connection:
            try:
                rows = connection.read_parquet(str(path))
                counted = rows.aggregate("count(*), count(*) FILTER (faults IS NULL)").fetchall()[0]
            except duckdb.Error as error:
                inquiry.found("parquet", row["parquet_path"], why=str(error).splitlines()[0])
                continue
        wanted = row["rows_read"], row["rows_accepted"]
        if counted != wanted or row["rows_read"] != row["rows_accepted"] + row["rows_quarantined"]:
            values = {"read": wanted[0], "accepted": wanted[1], "quarantined": row["rows_quarantined"]}
            inquiry.found("rows", row["landing_id"], held=counted[0], sound=counted[1], **values)
    if unhashed:
        inquiry.note("unhashed", count=unhashed)


def snapshots(inquiry: Inquiry) -> None:
    """Frozen figures: the file is there and holds the rows that were frozen."""
    run = inquiry.run
    count, gone, changed = broken_snapshots(run.store, run.instance)
    inquiry.looked(count)
    for kind, names in (("file_gone", gone), ("file_changed", changed)):
        for name in names:
            inquiry.found(kind, (run.instance.data / name).relative_to(run.instance.root))


def backups(inquiry: Inquiry) -> None:
    """Sets that lie in the installation's own folder are byte for byte as they were proven."""
    shelf = Shelf.of(inquiry.run.instance)
    for note in shelf.notes():
        inquiry.looked()
        try:
            digest = shelf.sha256_of(note.name)
        except CchcError:
            if note in shelf.notes():
                raise
            continue  # a backup that runs beside this has removed it by its rule
        if digest != note.sha256:
            inquiry.found("backup", note.name, day=vn_instant(note.moment))
