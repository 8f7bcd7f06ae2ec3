"""Every kept file against its hash: what units sent, documents, frozen figures."""

from __future__ import annotations

from pathlib import Path

from cchc.audit.inquiry import Inquiry
from cchc.documents.registry import documents
from cchc.files import sha256_file
from cchc.sources.snapshots import broken_snapshots


def kept_files(inquiry: Inquiry) -> None:
    """Submissions with their enclosures, and every document, issued or not, as they were recorded."""
    run, data = inquiry.run, inquiry.run.instance.data
    kept = [(data / row["path"], row["sha256"]) for row in run.store.query("audit.kept_files")]
    kept += [
        (one.kept_at(run.instance), one.file_sha256)
        for row in run.rounds.all()
        for one in documents(run.store, row["round_id"])
    ]
    for path, digest in kept:
        inquiry.looked()
        _compare(inquiry, path, digest)


def _compare(inquiry: Inquiry, path: Path, digest: str) -> None:
    name = path.relative_to(inquiry.run.instance.data)
    if not path.exists():
        inquiry.found("file_gone", name)
    elif sha256_file(path) != digest:
        inquiry.found("file_changed", name)


def snapshots(inquiry: Inquiry) -> None:
    """Frozen figures: the file is there and holds the rows that were frozen."""
    count, gone, changed = broken_snapshots(inquiry.run.store, inquiry.run.instance)
    inquiry.looked(count)
    for path in gone:
        inquiry.found("file_gone", path)
    for path in changed:
        inquiry.found("file_changed", path)
