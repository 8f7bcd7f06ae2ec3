"""From what a document was made: code revision, configuration, snapshots."""

from __future__ import annotations

import subprocess
from functools import cache

from cchc.clock import to_text
from cchc.config_files import config_hash
from cchc.paths import PROJECT_ROOT
from cchc.stages.run import Run


@cache
def code_revision() -> str:
    """The git revision of the checkout, with `+` when files differ from it; `khong-ro` without git."""
    git = ("git", "-C", str(PROJECT_ROOT))
    try:
        head = subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, text=True, check=True)
        changes = subprocess.run(
            [*git, "status", "--porcelain", "--untracked-files=no"],
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return "khong-ro"
    return head.stdout.strip() + ("+" if changes.stdout.strip() else "")


def provenance(run: Run, round_id: str) -> dict[str, object]:
    """The stamp of a document of `round_id` made at the run's time: same stamp, same figures."""
    snapshots = run.store.query("stages.snapshots_of_round", round_id=round_id, as_of=to_text(run.as_of))
    return {
        "code": code_revision(),
        "config": config_hash(),
        "snapshots": {row["snapshot_id"]: row["sha256"] for row in snapshots},
    }
