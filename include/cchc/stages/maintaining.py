"""Bảo trì: an audit of what must always hold, a backup of the whole installation, and PDFs that are still missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from cchc import clock
from cchc.audit import audit as prove
from cchc.backups import Shelf
from cchc.backups.taking import Taken, Tell, take
from cchc.clock import TZ
from cchc.documents.papers import missing_pdfs, pdf_copies
from cchc.documents.pdf import office
from cchc.errors import CchcError, NothingToDo
from cchc.run import Run
from cchc.texts import t


def backup(run: Run, tell: Tell = lambda *_: None) -> Taken:
    """Audit, when no set of this day is proven yet, and take a set; one that follows a failed audit is not proven.

    Raises CchcError afterwards: for the damage that the audit found, and for other places that did not get the set.
    """
    moment, damage = _moment(run), ""
    proven = any(
        note.proven and note.moment.date() == moment.date() for note in Shelf.of(run.instance).notes()
    )
    if not proven:
        try:
            audit(run)
        except CchcError as error:
            damage = str(error)
    taken = take(run.store, run.instance, moment, audited=not damage, tell=tell)
    if damage or taken.failures:
        raise CchcError("\n".join(filter(None, (damage, *taken.failures))))
    return taken


def make_missing_pdfs(run: Run) -> int:
    """PDFs of issued documents for which LibreOffice was missing, broken or too slow when they went out; how many.

    They are recorded and laid beside the documents; nobody is mailed again. NothingToDo when none is missing, or no
    office is installed; CchcError when it still fails.
    """
    missing = missing_pdfs(run)
    if not missing:
        raise NothingToDo(t("stages.no_pdf_missing"))
    if office() is None:
        raise NothingToDo(t("stages.no_office", count=sum(map(len, missing.values()))))
    return sum(len(pdf_copies(replace(run, round_id=round_id), ids)) for round_id, ids in missing.items())


def audit(run: Run) -> int:
    """Prove that the store and everything it remembers is whole; returns the number of things checked.

    Raises CchcError listing every damage (see `cchc.audit`).
    """
    found = prove(run)
    if not found.proven:
        raise CchcError(t("stages.audit_failed", count=len(found.damages), list=found.told()))
    return sum(found.checked.values())


def _moment(run: Run) -> datetime:
    """A set bears the time at which it was copied, not the hour its run was planned for; a replay has no clock."""
    return run.as_of.astimezone(TZ) if run.instance.settings.rehearsal else clock.now()
