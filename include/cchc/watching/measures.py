"""The installation in numbers, as gauges for StatsD or OpenTelemetry: counts and ages, nothing about any one unit.

How long runs and tasks take, Airflow measures itself (`dagrun.duration`, `task.duration`).
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from cchc.audit import last_proof
from cchc.clock import from_text, to_text
from cchc.documents.waiting import undecided
from cchc.installing.readiness import last_backup
from cchc.mail.bounces import bad_addresses
from cchc.mail.counts import outbox_by_state
from cchc.mail.mail import STATES
from cchc.mail.stops import current_stop
from cchc.run import Run
from cchc.severity import Severity
from cchc.submissions.kept import SubmissionOutcome
from cchc.submissions.set_aside import waiting


@dataclass(frozen=True)
class Measure:
    """One gauge. Its name stands below `cchc.` where it is sent, and carries its unit: `_seconds`, `_bytes`, else a
    count. Variants are part of the name: StatsD knows no tags by itself."""

    name: str
    value: float


def measures(run: Run) -> list[Measure]:
    """Every gauge as known at the run's moment; reading only.

    A state that nothing is in is 0, so that a gauge does not keep its last value. What was never there (no snapshot, no
    backup) has no gauge: missing is not zero.
    """
    return [*_owed(run), *_taken_in(run), *_mail(run), *_ages(run)]


def _owed(run: Run) -> Iterator[Measure]:
    open_ = [state for _, state in run.ledger.states(run.as_of, only_owed=True)]
    yield Measure("owed.open", len(open_))
    yield Measure("owed.late", sum(state.current_due_at < run.as_of for state in open_))
    rounds = run.rounds.states(run.as_of).values()
    yield Measure("rounds.open", sum(not one.over for one in rounds))
    drafts = undecided(run)
    yield Measure("drafts.waiting", len(drafts))
    if drafts:
        yield Measure("drafts.oldest_seconds", _age(min(one.since for one in drafts), run.as_of))


def _taken_in(run: Run) -> Iterator[Measure]:
    outcomes = Counter(dict.fromkeys(map(str, SubmissionOutcome), 0))
    for row in run.store.query("watching.submissions_by_outcome", as_of=to_text(run.as_of)):
        outcomes[row["outcome"]] += int(row["files"])
    found = Counter(dict.fromkeys(map(str, Severity), 0))
    for row in run.store.query("watching.findings_by_severity", as_of=to_text(run.as_of)):
        found[row["severity"]] += int(row["found"])
    yield from (Measure(f"submissions.{outcome}", count) for outcome, count in outcomes.items())
    yield from (Measure(f"findings.{severity}", count) for severity, count in found.items())
    yield Measure("set_aside.waiting", len(waiting(run.store, run.as_of)))


def _mail(run: Run) -> Iterator[Measure]:
    states = Counter(dict.fromkeys(STATES, 0))
    for by_state in outbox_by_state(run.store).values():
        states.update(by_state)
    yield from (Measure(f"mails.{state}", count) for state, count in states.items())
    yield Measure("sending.stopped", int(current_stop(run.store, run.as_of) is not None))
    yield Measure("sending.bad_addresses", len(bad_addresses(run.store, run.as_of)))
    oldest = run.store.query("watching.oldest_unsent")[0]["decided_at"]
    yield Measure("sending.oldest_seconds", _age(from_text(oldest), run.as_of) if oldest else 0)


def _ages(run: Run) -> Iterator[Measure]:
    for row in run.store.query("watching.newest_snapshots", as_of=to_text(run.as_of)):
        yield Measure(f"snapshot.{row['source']}.age_seconds", _age(from_text(row["frozen_at"]), run.as_of))
    if backup := last_backup(run.instance):
        yield Measure("backup.age_seconds", _age(backup, run.as_of))
    audit = last_proof(run)
    if audit.audited_at:
        yield Measure("last_audit.age_seconds", _age(audit.audited_at, run.as_of))
        yield Measure("last_audit.damages", audit.damages)
    yield Measure("disk.free_bytes", shutil.disk_usage(run.instance.root).free)


def _age(since: datetime, now: datetime) -> float:
    """Seconds; a clock that was set back makes nothing younger than new."""
    return max(0.0, (now - since).total_seconds())
