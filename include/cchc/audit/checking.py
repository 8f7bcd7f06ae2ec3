"""All checks, one after the other; one that meets damage does not keep the next from looking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from sqlalchemy.exc import DatabaseError

from cchc.audit.files import kept_files, snapshots
from cchc.audit.histories import histories
from cchc.audit.inquiry import Inquiry
from cchc.audit.letters import reminders
from cchc.audit.model import Audit, Progress
from cchc.run import Run

CHECKS: Mapping[str, Callable[[Inquiry], None]] = {
    "histories": histories,
    "kept_files": kept_files,
    "snapshots": snapshots,
    "reminders": reminders,
}


def audit(run: Run, progress: Progress | None = None) -> Audit:
    """Check the store and every file that it remembers, as of the run's moment; see `Audit`. Changes nothing.

    `Run(store, instance, as_of)` is enough. Whatever is damaged is named among the damages, never raised: also a store
    that cannot be read any more.
    """
    inquiry = Inquiry(run, progress)
    for name, check in CHECKS.items():
        with inquiry.asking(name):
            try:
                check(inquiry)
            except DatabaseError as error:
                inquiry.found("unreadable", name, why=str(error.orig or error))
    return Audit(Counter(inquiry.counts), tuple(inquiry.damages), tuple(inquiry.notes))
