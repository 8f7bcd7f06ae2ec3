"""What a comparison with the frozen state found, as counts of the store: for the board and for reports."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cchc.clock import from_text, to_text
from cchc.sources.rewrites import SnapshotComparison
from cchc.store import Store


@dataclass(frozen=True)
class RewriteCheck:
    """The last check of a round. `cases`: (source, unit, kind) -> number of changes that stand."""

    round_id: str
    checked_at: datetime
    content_sha256: str
    document_id: str | None
    cases: Mapping[tuple[str, str, str], int]

    @property
    def total(self) -> int:
        return sum(self.cases.values())

    @property
    def units(self) -> int:
        return len({unit for _, unit, _ in self.cases})


def content_sha256(comparisons: Sequence[SnapshotComparison]) -> str:
    """Hash of what was found, whatever the exports that repeat it."""
    digest = hashlib.sha256()
    for comparison in comparisons:
        digest.update(comparison.snapshot.sha256.encode())
        for one in comparison.rewrites:
            line = (one.source, one.key, one.unit, one.new_unit, one.kind, one.old, one.new)
            digest.update(json.dumps((*line, one.landing_id, one.before, one.after)).encode())
    return digest.hexdigest()


def last_check(store: Store, round_id: str, as_of: datetime) -> RewriteCheck | None:
    """The newest check of the round that was made by `as_of`; None while there is none."""
    row = store.one("sources.last_check", round_id=round_id, as_of=to_text(as_of))
    if row is None:
        return None
    counts = store.query("sources.counts", round_id=round_id, checked_at=row["checked_at"])
    return RewriteCheck(
        round_id,
        from_text(row["checked_at"]),
        row["content_sha256"],
        row["document_id"],
        {(one["source"], one["unit_code"], one["kind"]): one["cases"] for one in counts},
    )


def record_check(
    store: Store,
    round_id: str,
    comparisons: Sequence[SnapshotComparison],
    checked_at: datetime,
    document_id: str | None,
) -> None:
    """Record a check with its counts; one of the same moment is replaced whole."""
    key = {"round_id": round_id, "checked_at": to_text(checked_at)}
    with store.write() as transaction:
        transaction.execute(
            "sources.put_check", **key, content_sha256=content_sha256(comparisons), document_id=document_id
        )
        transaction.execute("sources.drop_counts", **key)
        transaction.execute_many(
            "sources.add_count",
            [
                {**key, "source": comparison.source, "unit_code": unit, "kind": kind, "cases": cases}
                for comparison in comparisons
                for (unit, kind), cases in sorted(comparison.cases().items())
            ],
        )
