"""From what a document was made: code revision, configuration, snapshots."""

from __future__ import annotations

from cchc.clock import to_text
from cchc.config_files import config_hash
from cchc.revision import code_revision
from cchc.run import Run

DECISION = "decision"
"""In the provenance of what goes with a decision and bears its number: the decision's document id."""


def provenance(run: Run, round_id: str) -> dict[str, object]:
    """The stamp of a document of `round_id` made at the run's time: same stamp, same figures."""
    snapshots = run.store.query("documents.snapshots_of_round", round_id=round_id, as_of=to_text(run.as_of))
    return {
        "code": code_revision(),
        "config": config_hash(),
        "snapshots": {row["snapshot_id"]: row["sha256"] for row in snapshots},
    }
