"""Bảo trì: an audit of what must always hold, a backup of the whole installation, and PDFs that are still missing."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime

from cchc import clock
from cchc.audit import audit as prove
from cchc.audit import record as record_proof
from cchc.backups import Shelf
from cchc.backups.taking import Taken, Tell, take
from cchc.clock import TZ
from cchc.depot import hand_over
from cchc.documents.papers import missing_pdfs, pdf_copies
from cchc.documents.pdf import office
from cchc.documents.registry import copy_out, documents
from cchc.errors import CchcError, NothingToDo, RuleRefused
from cchc.files import clear_leftovers, sha256_file
from cchc.run import Run
from cchc.sources.landing import hash_older
from cchc.texts import t

log = logging.getLogger(__name__)


def backup(run: Run, tell: Tell = lambda *_: None) -> Taken:
    """Tidy up and audit, when no set of this day is proven yet, and take a set; one that follows a failed audit is not
    proven.

    Raises afterwards: RuleRefused('damaged') for what the audit found, which no second try mends; CchcError for other
    places that did not get the set.
    """
    moment, damage = _moment(run), ""
    proven = any(
        note.proven and note.moment.date() == moment.date() for note in Shelf.of(run.instance).notes()
    )
    if not proven:
        tidy(run)
        try:
            audit(run, read_again=False)
        except CchcError as error:
            damage = str(error)
    taken = take(run.store, run.instance, moment, audited=not damage, tell=tell)
    words = "\n".join(filter(None, (damage, *taken.failures)))
    if damage:
        raise RuleRefused("damaged", words)
    if words:
        raise CchcError(words)
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


def tidy(run: Run) -> int:
    """Clear what killed writers left half-written, lay copies for people where they are missing, hash what was landed
    before hashes were kept, and let other machines have what they lack; returns how many things that were."""
    instance = run.instance
    done = sum(
        clear_leftovers(folder)
        for folder in (instance.data, instance.out, instance.inbox, instance.export_drop)
    )
    done += hash_older(run.store, instance)
    done += hand_over(instance)
    for row in run.rounds.all():
        for one in documents(run.store, row["round_id"]):
            kept = one.kept_at(instance)
            if (
                not one.copied_to(instance).exists()
                and kept.exists()
                and sha256_file(kept) == one.file_sha256
            ):
                copy_out(instance, one)
                done += 1
    return done


def audit(run: Run, *, read_again: bool = True) -> int:
    """Prove that the store and everything it remembers is whole; returns the number of things checked.

    What was proven is kept (see `cchc.audit`, also of `read_again`). Raises CchcError listing every damage.
    """
    found = prove(run, read_again=read_again)
    record_proof(run, found)
    for note in found.notes:
        log.warning(note)
    if not found.proven:
        raise CchcError(t("stages.audit_failed", count=len(found.damages), list=found.told()))
    return sum(found.checked.values())


def _moment(run: Run) -> datetime:
    """A set bears the time at which it was copied, not the hour its run was planned for; a replay has no clock."""
    return run.as_of.astimezone(TZ) if run.instance.settings.rehearsal else clock.now()
