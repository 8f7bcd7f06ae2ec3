"""All checks, one after the other; one that meets damage does not keep the next from looking."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy.exc import DatabaseError

from cchc.audit import store
from cchc.audit.figures import figures
from cchc.audit.files import backups, kept_files, landings, registry, snapshots
from cchc.audit.histories import histories
from cchc.audit.inquiry import Inquiry
from cchc.audit.letters import outbox
from cchc.audit.model import Audit, Progress
from cchc.audit.proofs import last_proof
from cchc.run import Run
from cchc.submissions.judging import OF_THE_INSTALLATION

CHECKS: Mapping[str, Callable[[Inquiry], None]] = {
    "pages": store.pages,
    "chain": store.chain,
    "histories": histories,
    "kept_files": kept_files,
    "registry": registry,
    "landings": landings,
    "snapshots": snapshots,
    "outbox": outbox,
    "figures": figures,
    "backups": backups,
}


def audit(run: Run, progress: Progress | None = None, *, read_again: bool = True) -> Audit:
    """Check the store and every file that it remembers, as of the run's moment; see `Audit`. Changes nothing.

    read_again: False spares the workbooks that the last proof read already: that their bytes and their figures are what
    they were then, the hashes and the chain say. `Run(store, instance, as_of)` is enough. Whatever is damaged is named
    among the damages, never raised: also a store that cannot be read any more. What the installation fails (its
    configuration, no room) is raised.
    """
    inquiry = Inquiry(run, last_proof(run), progress, read_again=read_again)
    for name, check in CHECKS.items():
        with inquiry.asking(name):
            try:
                check(inquiry)
            except OF_THE_INSTALLATION:
                raise
            except DatabaseError as error:
                inquiry.found("unreadable", name, why=str(error.orig or error))
            except Exception as error:  # a damaged row is no moment, no JSON, no kind of event
                inquiry.found("unreadable", name, why=f"{type(error).__name__}: {error}"[:300])
    counts, place, link = dict(inquiry.counts), inquiry.place, inquiry.link
    return Audit(counts, tuple(inquiry.damages), tuple(inquiry.notes), place, link)
