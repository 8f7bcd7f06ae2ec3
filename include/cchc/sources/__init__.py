"""Exports of the one-stop and the document-management software: landing, snapshots, figures per unit."""

from cchc.sources.catalogue import CatalogueFigures, catalogue_figures
from cchc.sources.columns import CATALOGUE, DOC_MANAGEMENT, ONE_STOP
from cchc.sources.coverage import SourceCoverage, UnitCoverage, coverage, source_words, unit_words
from cchc.sources.door import NoLayout
from cchc.sources.landing import REVIEW, Landing, land_file, pending_exports
from cchc.sources.preview import Preview, preview_apart
from cchc.sources.reading import read_apart
from cchc.sources.rewrite_checks import RewriteCheck, content_sha256, last_check, record_check
from cchc.sources.rewrites import KINDS, Rewrite, SnapshotComparison, compare_with_snapshot, history
from cchc.sources.snapshots import Snapshot, find_snapshot, freeze_snapshot
from cchc.sources.system_figures import share
from cchc.sources.values import SystemValue, compute_values, system_values
from cchc.sources.web import Endpoint, WebError, WebServer, download, find_endpoint, load_endpoints

__all__ = [
    "CATALOGUE",
    "DOC_MANAGEMENT",
    "KINDS",
    "ONE_STOP",
    "REVIEW",
    "CatalogueFigures",
    "Endpoint",
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
    "WebError",
    "WebServer",
    "catalogue_figures",
    "compare_with_snapshot",
    "compute_values",
    "content_sha256",
    "coverage",
    "download",
    "find_endpoint",
    "find_snapshot",
    "freeze_snapshot",
    "history",
    "land_file",
    "last_check",
    "load_endpoints",
    "pending_exports",
    "preview_apart",
    "read_apart",
    "record_check",
    "share",
    "source_words",
    "system_values",
    "unit_words",
]
