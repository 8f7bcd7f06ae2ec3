"""Phục hồi: a restored installation that knows what it lacks, and sends nothing before a person has looked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from cchc.backups import BackupRules, Note, Shelf
from cchc.backups.holdings import holdings
from cchc.backups.missing import Missing, missing_since
from cchc.backups.restoring import Restored, end_restore, restore
from cchc.backups.taking import Tell
from cchc.clock import from_text
from cchc.errors import CchcError
from cchc.mail.restored import known_as_sent, rest_after_restore
from cchc.paths import Instance
from cchc.run import Run
from cchc.store import Store, upgrade
from cchc.submissions.inbox import recognise_restored


@dataclass(frozen=True)
class Request:
    """What somebody wants restored. `left`: files and folders that may tell what was sent since."""

    path: Path
    key_file: Path | None = None
    with_airflow: bool = True
    left: Sequence[Path] = ()


@dataclass(frozen=True)
class Returned:
    """What stands again and what it lacks. `unheard`: places with newer notes that could not be asked, in words."""

    restored: Restored
    missing: Missing
    store: Store
    unheard: tuple[str, ...]


def bring_back(
    wanted: Request, instance: Instance, moment: datetime, actor: str, tell: Tell = lambda *_: None
) -> Returned:
    """Restore a set into an empty place, bring its store forwards, and let sending rest. Raises as `restore` does.

    Killed on its way, it is asked for again: until it has ended nobody is let in (`cchc.identity`).
    """
    restored = restore(
        wanted.path, instance, key_file=wanted.key_file, with_airflow=wanted.with_airflow, tell=tell
    )
    store = upgrade(Store(instance.store_url))
    notes, unheard = _notes(wanted.path, instance)
    # What was recorded between the manifest's count and the copy of the store is in the set: the store itself tells.
    held = replace(restored.manifest, store=holdings(store, from_text(restored.manifest.taken_at)))
    missing = missing_since(held, notes, wanted.left, known_as_sent(store), moment)
    rest_after_restore(store, from_text(restored.manifest.taken_at), moment, missing.sent, actor)
    recognise_restored(Run(store, instance, moment, actor=actor))
    end_restore(instance)
    return Returned(restored, missing, store, unheard)


def _notes(path: Path, instance: Instance) -> tuple[list[Note], tuple[str, ...]]:
    shelves = [Shelf.at(path.parent), Shelf.of(instance), *map(Shelf.on, BackupRules.load().elsewhere)]
    found: dict[str, Note] = {}
    unheard: list[str] = []
    for shelf in shelves:
        try:
            found |= {note.name: note for note in shelf.notes()}
        except CchcError as error:
            unheard.append(str(error))
    return list(found.values()), tuple(unheard)
