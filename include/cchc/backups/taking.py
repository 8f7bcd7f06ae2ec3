"""Taking a set: copied in the order that makes it whole, read back, sealed, laid on every shelf, old ones removed."""

from __future__ import annotations

import fcntl
import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import make_url

from cchc.backups.archive import SetWriter, read_set, writing_set
from cchc.backups.contents import airflow_url, kept, keys_of, waiting
from cchc.backups.holdings import holdings
from cchc.backups.manifest import AIRFLOW, KEYS, STORE, Manifest
from cchc.backups.rule import BackupRules
from cchc.backups.sealing import SUFFIX, seal
from cchc.backups.shelf import Note, Shelf
from cchc.clock import TZ, to_text
from cchc.errors import CchcError, RuleRefused
from cchc.files import clear_leftovers, make_folder, put_in_place, scratch, sha256_file
from cchc.identity import identity_of
from cchc.paths import Instance
from cchc.revision import code_revision
from cchc.store import Store, check_copy, copy_database
from cchc.texts import t

PLAIN = ".tar.zst"
LOCK = ".dang-chay"
Tell = Callable[[str, int, int], None]
"""Told the step in words, the bytes that passed and all bytes that are expected to pass in it."""


@dataclass(frozen=True)
class Taken:
    """A new set. `removed`: older ones that the rule does not keep. `failures`: other places that did not get it."""

    note: Note
    manifest: Manifest
    removed: tuple[str, ...]
    failures: tuple[str, ...]


def take(
    store: Store, instance: Instance, moment: datetime, *, audited: bool, tell: Tell = lambda *_: None
) -> Taken:
    """Take a set of the whole installation and keep what the rule keeps.

    moment: now. audited: whether the audit was run before and found nothing; a set is taken all the same. What is
    being written has another name until it has been read back, so an interrupted one is never taken for a set.
    RuleRefused('backup-running') while another process takes one; CchcError for a database or a set that is damaged;
    DiskFull.
    """
    rules, shelf = BackupRules.load(), Shelf.of(instance)
    folder = make_folder(Path(shelf.address))
    folder.chmod(0o700)
    with _alone(folder), scratch(folder) as work:
        name = _free_name(folder, moment)
        path = work / name
        manifest = _write(store, instance, moment, path, tell)
        tell(t("backups.step.read_back"), 0, manifest.size)
        with path.open("rb") as file:
            if read_set(file, progress=passing(tell, t("backups.step.read_back"), manifest.size)) != manifest:
                raise CchcError(t("backups.damaged", why=t("backups.why.manifest")))
        if rules.encrypt_to:
            tell(t("backups.step.seal"), 0, 0)
            sealed = path.with_name(f"{name}{SUFFIX}")
            seal(path, sealed, rules.encrypt_to, sha256_file(path))
            path = sealed
        note = _note(manifest, path, audited=audited, sealed=bool(rules.encrypt_to))
        final = folder / path.name
        put_in_place(path, final)
        shelf.put_note(note)
    failures = _lay_elsewhere(rules, final, note, moment, tell)
    removed = shelf.prune(rules.rule_on(moment.astimezone(TZ).date()), moment)
    return Taken(note, manifest, tuple(removed), tuple(failures))


def _write(store: Store, instance: Instance, moment: datetime, path: Path, tell: Tell) -> Manifest:
    """First what waits, then the store, then Airflow's database, then the files that both name."""
    early, step = waiting(instance), t("backups.step.write")
    store_file = Path(str(make_url(store.url).database)) if store.is_sqlite else None
    total = early.bytes + kept(instance, store_file).bytes
    held, engines = holdings(store, moment), dict[str, str]()
    with writing_set(path, passing(tell, step, total)) as writer:
        _add(writer, early.files, early.folders)
        for part, url in ((STORE, store.url), (AIRFLOW, airflow_url(instance))):
            if url is not None:
                tell(t(f"backups.step.{part.replace('-', '_')}"), 0, 0)
                engines[part] = _add_database(writer, part, url, path.parent)
        late = kept(instance, store_file)
        _add(writer, late.files, late.folders)
        if keys := keys_of(instance):
            writer.add_bytes(keys, KEYS)
        manifest = Manifest(
            taken_at=to_text(moment),
            identity=identity_of(store),
            root=str(instance.root.resolve()),
            machine=platform.node(),
            revision=code_revision(),
            engines=engines,
            config_folder=instance.settings.config_folder,
            store=held,
            members=tuple(writer.members),
            left_out=(*early.left_out, *late.left_out),
        )
        writer.finish(manifest)
    return manifest


def _add(writer: SetWriter, files: dict[str, Path], folders: list[str]) -> None:
    for name in folders:
        writer.add_folder(name)
    for name, path in files.items():
        writer.add_file(path, name)


def _add_database(writer: SetWriter, part: str, url: str, folder: Path) -> str:
    """A consistent copy, looked through before it is taken; returns the engine."""
    engine = make_url(url).get_backend_name()
    copy = folder / f"{part}.{'db' if engine == 'sqlite' else 'dump'}"
    copy_database(url, copy)
    check_copy(copy, engine)
    writer.add_file(copy, copy.name)
    copy.unlink()
    return engine


def _note(manifest: Manifest, path: Path, *, audited: bool, sealed: bool) -> Note:
    return Note(
        name=path.name,
        taken_at=manifest.taken_at,
        size=path.stat().st_size,
        sha256=sha256_file(path),
        identity=manifest.identity,
        read_back=True,
        audited=audited,
        sealed=sealed,
        root=manifest.root,
        machine=manifest.machine,
        store=manifest.store,
    )


def _lay_elsewhere(rules: BackupRules, path: Path, note: Note, moment: datetime, tell: Tell) -> list[str]:
    """Every other place is tried; returns, in words, which did not take the set and why."""
    failures = []
    for place in rules.elsewhere:
        tell(t("backups.step.elsewhere", address=place.address), 0, 0)
        shelf = Shelf.on(place)
        try:
            refuse_foreign(shelf, note)
            shelf.put(path, note)
            shelf.prune(rules.rule_on(moment.astimezone(TZ).date()), moment)
        except CchcError as error:
            failures.append(str(error))
    return failures


def refuse_foreign(shelf: Shelf, note: Note) -> None:
    """A place holds the sets of one installation: its rule would remove others'. RuleRefused('foreign-place')."""
    others = [one for one in shelf.notes() if one.identity and one.identity != note.identity]
    if others:
        raise RuleRefused(
            "foreign-place", t("backups.foreign_place", address=shelf.address, root=others[0].root)
        )


def _free_name(folder: Path, moment: datetime) -> str:
    stem = f"cchc_{moment.astimezone(TZ):%Y-%m-%d_%H-%M-%S}"
    taken = {path.name.partition(".")[0] for path in folder.glob("cchc_*")}
    number, name = 2, stem
    while name in taken:
        name, number = f"{stem}-{number}", number + 1
    return f"{name}{PLAIN}"


def passing(tell: Tell, step: str, total: int) -> Callable[[int], None]:
    """Adds up what passed, and tells it."""
    passed = 0

    def more(count: int) -> None:
        nonlocal passed
        passed += count
        tell(step, passed, max(total, passed))

    return more


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One at a time; what an interrupted one left behind is removed."""
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RuleRefused("backup-running", t("backups.running")) from None
        clear_leftovers(folder)
        yield
