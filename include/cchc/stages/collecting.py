"""Thu thập số liệu: land the exports that lie in the drop folder, and freeze them on a cut-off day."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from cchc.chasing.silence import silence_mail
from cchc.clock import vn_date
from cchc.documents.form import DocumentSettings
from cchc.documents.provenance import provenance
from cchc.documents.registry import DocumentRecord, record_document
from cchc.errors import CchcError, ConfigError, ConfigErrors, RuleRefused
from cchc.figures.precedence import keep_precedence
from cchc.files import free_path, held_name, put_in_place, sha256_file, shown_name
from cchc.report.rewrites_book import build_rewrites_book
from cchc.run import Run
from cchc.sources import (
    CATALOGUE,
    SnapshotComparison,
    compare_with_snapshot,
    compute_values,
    content_sha256,
    coverage,
    freeze_snapshot,
    land_file,
    last_check,
    pending_exports,
    read_apart,
    record_check,
)
from cchc.sources.web import Endpoint, WebServer, download, find_endpoint, load_endpoints
from cchc.submissions.export_review import (
    bring_exports_back,
    exports_waiting,
    set_aside_export,
    settle_export,
)
from cchc.submissions.inbox import is_held
from cchc.submissions.set_aside import SetAside, is_of_the_item, put
from cchc.texts import t
from cchc.year import REPORT_KINDS, Round, Window

QUIET_SECONDS = 60  # that a file on a share has to lie unchanged
SOURCES = ("one_stop", "doc_management")
REWRITES = "doi_chieu_sau_chot"
log = logging.getLogger(__name__)


def pending(run: Run) -> list[str]:
    """Names of the exports that wait, oldest name first. CchcError when the drop folder itself is gone.

    What a person wants read again is put back first; a name that cannot be shown is written so that it can. A file that
    a program still writes waits for the next run: read now, it would land by half, and the rest would go with it.
    """
    drop = run.instance.export_drop
    if not drop.is_dir():
        raise CchcError(t("stages.no_folder", folder=drop))
    bring_exports_back(run)
    names = []
    for path in pending_exports(run.instance):
        if _is_being_written(path):
            log.warning("%s is still being written: left for the next run", shown_name(path.name))
            continue
        if held_name(path.name) != path.name:
            path = put_in_place(path, free_path(path.parent, path.name, sha256_file(path)))
        names.append(str(path.relative_to(drop)))
    return sorted(names)


def _is_being_written(path: Path) -> bool:
    """Whether a program writes the file now. On a share that cannot say, whether it was changed within the last minute,
    by the clock of the share itself: of a text that is copied by half nobody sees that the rest is missing."""
    held = is_held(path)
    if held is not None:
        return held
    try:
        with tempfile.TemporaryFile(dir=path.parent) as probe:
            now = os.fstat(probe.fileno()).st_ctime
        return now - path.stat().st_ctime < QUIET_SECONDS
    except OSError:  # gone, or not ours to look at: landing says so
        return False


def land(run: Run, names: Sequence[str]) -> int:
    """Land each file; returns how many were new.

    A file that cannot be read does not stop the others: all are tried, then one error names every failure. One that
    broke its reader is set aside for a person, and told.
    """
    new, failures = 0, []
    aside: list[SetAside] = []
    waits = exports_waiting(run)
    try:
        for name in names:
            path = run.instance.export_drop / name
            digest = sha256_file(path) if waits and path.is_file() else ""
            try:
                landing = land_file(run.store, run.instance, path, run.units, run.as_of, read_apart)
            except (ConfigError, ConfigErrors):
                raise
            except Exception as error:
                if is_of_the_item(error):
                    aside.append(set_aside_export(run, path, error))
                    continue
                if not isinstance(error, (CchcError, OSError)):
                    raise
                failures.append(f"- {shown_name(name)}: {error}")
            else:
                new += landing.new
            settle_export(run, waits, digest)
    finally:
        put(run, aside)
    if failures:
        raise CchcError(
            t("stages.exports_failed", count=len(failures), total=len(names), list="\n".join(failures))
        )
    return new


def cut_off_round(run: Run) -> Round | None:
    """The report round whose window ends on this run's day: the round named by the run, else by the day."""
    if run.round_id:
        return run.round
    for year in (run.today.year, run.today.year + 1):
        for round_ in run.calendar.rounds(year):
            if round_.window and round_.window.last == run.today:
                return round_
    return None


def freeze(run: Run) -> str | None:
    """On a cut-off day: freeze both sources and compute the round's figures. Returns the round's id or None.

    The snapshot is taken once; a later run of the same day finds it and computes the same figures again.
    RuleRefused when neither source has sent anything: the round would be closed without a witness; and while an export
    waits for a person or is still being written, whose rows would be missing.
    """
    round_ = cut_off_round(run)
    if round_ is None or round_.window is None or run.today < round_.window.last:
        return None
    if waits := exports_waiting(run):
        names = ", ".join(one.name for one in waits)
        raise RuleRefused("exports-wait-for-review", t("stages.exports_set_aside", list=names))
    if held := [path.name for path in pending_exports(run.instance) if _is_being_written(path)]:
        names = ", ".join(map(shown_name, held))
        raise RuleRefused("exports-still-written", t("stages.exports_held", list=names))
    last = round_.window.last
    frozen = [freeze_snapshot(run.store, run.instance, source, last, run.as_of) for source in SOURCES]
    freeze_snapshot(run.store, run.instance, CATALOGUE, last, run.as_of)  # it witnesses no unit's figures
    if not any(frozen):
        raise RuleRefused("nothing-to-freeze", t("stages.nothing_to_freeze", round=round_.title))
    compute_values(run.store, run.instance, round_, run.units, run.indicators, run.as_of)
    shown = run.indicators.in_round(round_.reference_day, round_.kind)
    keep_precedence(run.store, round_.round_id, DocumentSettings.load().report, shown)
    return round_.round_id


def report_rewrites(run: Run) -> list[str]:
    """Compare the frozen state of this year's and last year's rounds with the exports received since.

    Returns the rounds for which something is new: their report lies in the round's folder and is recorded
    with its counts. A run that finds what the last check found writes nothing.
    """
    told = []
    for round_ in (one for year in (run.today.year - 1, run.today.year) for one in run.calendar.rounds(year)):
        if round_.window is None or round_.window.last >= run.today:
            continue
        found = [
            comparison
            for source in SOURCES
            if (
                comparison := compare_with_snapshot(run.store, run.instance, source, round_.window, run.as_of)
            )
        ]
        if not found:
            continue
        if run.rounds.get(round_.round_id) is None:
            log.warning(
                "%s has a snapshot but was never opened: nothing to record its check with", round_.round_id
            )
            continue
        if _record_rewrites(run, round_.round_id, found):
            told.append(round_.round_id)
    return told


def _record_rewrites(run: Run, round_id: str, found: Sequence[SnapshotComparison]) -> bool:
    last = last_check(run.store, round_id, run.as_of)
    if last is not None and last.content_sha256 == content_sha256(found):
        return False
    document_id = None
    if any(comparison.rewrites for comparison in found) or (last is not None and last.document_id):
        names = {unit.code: unit.name for unit in run.units.all}
        document_id = record_document(
            run.store,
            run.instance,
            DocumentRecord(
                round_id=round_id,
                kind=REWRITES,
                draft=0,
                file_name=t("rewrites.book.file_of_round", round=round_id),
                made_at=run.as_of,
                provenance=provenance(run, round_id),
            ),
            build_rewrites_book(round_id, found, names, run.instance.settings.rehearsal),
        )
    record_check(run.store, round_id, found, run.as_of, document_id)
    return document_id is not None


def watch(run: Run) -> list[str]:
    """Alarm administrators and operators of each source that brought a new silence; returns these sources."""
    names = {unit.code: unit.name for unit in run.units.all}
    found = coverage(run.store, run.instance, run.calendar, run.units, run.as_of)
    return [one.source for one in found if silence_mail(run.store, one, names, run.as_of)]


def endpoints() -> list[str]:
    """Names of the endpoints declared in `sources/endpoints.yaml`; empty where files are dropped by hand."""
    return [one.name for one in load_endpoints()]


def fetch(run: Run, name: str, server: WebServer) -> str:
    """Download an endpoint's export into the drop folder; returns the file's name there, for `land`.

    `server` is what the endpoint's connection holds. After a failure (WebError) the folder is as before.
    """
    endpoint = find_endpoint(name)
    days = days_to_fetch(run, endpoint)
    return download(endpoint, server, days.first, days.last, run.instance.export_drop).name


def days_to_fetch(run: Run, endpoint: Endpoint) -> Window:
    """The days to ask an endpoint for; the last is the run's day, or the earlier end of the run's window.

    The first is `days_back` days before the run's window; without a round before the widest window around the day,
    so that no round of the year misses anything.
    """
    window = _data_window(run)
    return Window(window.first - timedelta(days=endpoint.days_back), window.last)


def _data_window(run: Run) -> Window:
    windows = [run.round.window] if run.round_id else _windows_around(run)
    found = [one for one in windows if one is not None and one.first <= run.today]
    if not found:
        raise CchcError(t("sources.web.no_window", day=vn_date(run.today)))
    widest = min(found, key=lambda one: one.first)
    return Window(widest.first, min(widest.last, run.today))


def _windows_around(run: Run) -> list[Window]:
    rounds = [
        one for year in (run.today.year, run.today.year + 1) for one in run.calendar.rounds(year)
    ]  # December's last days belong to the next year's windows
    return [
        one.window
        for one in rounds
        if one.kind in REPORT_KINDS and one.window and one.window.first <= run.today <= one.window.last
    ]
