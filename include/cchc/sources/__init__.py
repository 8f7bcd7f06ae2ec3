"""Exports of the one-stop and the document-management software: landing, snapshots, figures per unit."""

from cchc.sources.landing import Landing, land_file, pending_exports
from cchc.sources.preview import Preview, preview
from cchc.sources.snapshots import Snapshot, find_snapshot, freeze_snapshot
from cchc.sources.values import SystemValue, compute_values, system_values

__all__ = [
    "Landing",
    "Preview",
    "Snapshot",
    "SystemValue",
    "compute_values",
    "find_snapshot",
    "freeze_snapshot",
    "land_file",
    "pending_exports",
    "preview",
    "system_values",
]
