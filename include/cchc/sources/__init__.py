"""Exports of the one-stop and the document-management software: landing, snapshots, figures per unit.

Fetching them is `cchc.sources.web`, which nothing here imports.
"""

from cchc.sources.catalogue import CatalogueFigures, catalogue_figures
from cchc.sources.columns import CATALOGUE, DOC_MANAGEMENT, ONE_STOP
from cchc.sources.coverage import SourceCoverage, UnitCoverage, coverage, source_words, unit_words
from cchc.sources.door import NoLayout
from cchc.sources.dropping import drop_export, look_at
from cchc.sources.landing import REVIEW, Landing, land_file, pending_exports
from cchc.sources.preview import Preview, preview_apart
from cchc.sources.preview_words import preview_words, refusal_words
from cchc.sources.reading import read_apart
from cchc.sources.rewrite_checks import RewriteCheck, content_sha256, last_check, record_check
from cchc.sources.rewrites import KINDS, Rewrite, SnapshotComparison, compare_with_snapshot, history
from cchc.sources.snapshots import Snapshot, find_snapshot, freeze_snapshot
from cchc.sources.system_figures import share
from cchc.sources.values import SystemValue, compute_values, system_values

__all__ = [
    "CATALOGUE",
    "DOC_MANAGEMENT",
    "KINDS",
    "ONE_STOP",
    "REVIEW",
    "CatalogueFigures",
    "Landing",
    "NoLayout",
    "Preview",
    "Rewrite",
    "RewriteCheck",
    "Snapshot",
    "SnapshotComparison",
    "SourceCoverage",
    "SystemValue",
    "UnitCoverage",
    "catalogue_figures",
    "compare_with_snapshot",
    "compute_values",
    "content_sha256",
    "coverage",
    "drop_export",
    "find_snapshot",
    "freeze_snapshot",
    "history",
    "land_file",
    "last_check",
    "look_at",
    "pending_exports",
    "preview_apart",
    "preview_words",
    "read_apart",
    "record_check",
    "refusal_words",
    "share",
    "source_words",
    "system_values",
    "unit_words",
]
