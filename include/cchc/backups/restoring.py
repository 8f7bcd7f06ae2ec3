"""Putting a set back into an empty place: proven first, all of it or nothing, never over what is alive."""

from __future__ import annotations

import io
import shutil
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML
from sqlalchemy.engine import make_url

from cchc.airflow_env import airflow_database
from cchc.backups.archive import read_set
from cchc.backups.contents import FOLDER
from cchc.backups.manifest import AIRFLOW, CONFIG, HOME, KEYS, STORE, Manifest
from cchc.backups.sealing import SUFFIX, unseal
from cchc.backups.shelf import Note, Shelf
from cchc.backups.taking import PLAIN, Tell, passing
from cchc.errors import CchcError, RuleRefused
from cchc.files import (
    TEMPORARY,
    clear_leftovers,
    make_folder,
    remove,
    scratch,
    sha256_file,
    sync_folder,
    write_atomic,
)
from cchc.identity import FILE as HOME_FILE
from cchc.identity import HALF_RESTORED
from cchc.paths import Instance
from cchc.store import is_empty_database, restore_database
from cchc.texts import t

KEYS_FILE = "khoa-phuc-hoi.json"
CONFIG_FOLDER = "cau-hinh"


@dataclass(frozen=True)
class Restored:
    """What stands again. `keys_file`: keys that stood in the environment, for whoever fills it again; None without."""

    manifest: Manifest
    keys_file: Path | None
    config_folder: Path | None


def restore(
    path: Path,
    instance: Instance,
    *,
    key_file: Path | None = None,
    with_airflow: bool = True,
    tell: Tell = lambda *_: None,
) -> Restored:
    """Restore the set at `path` into the empty folder and the empty databases of `instance`.

    Every member is held against the manifest before anything is put in its place. Raises RuleRefused
    ('living-installation', 'living-store', 'living-airflow', 'other-engine', 'key-needed') and CchcError for a set
    that is damaged; nothing is changed then. The place is marked until `end_restore`, so that nobody works there
    before; what a restore that was killed has left is cleared, and restored again.
    """
    begun = _begun(instance)
    if begun is None:
        _refuse_living(instance, with_airflow=with_airflow)
    else:
        _clear_half_restored(instance, with_airflow=with_airflow, is_same=begun == path.name)
    make_folder(instance.root)
    clear_leftovers(instance.root)
    with scratch(instance.root) as work:  # on the same disk, so that what was proven only has to be renamed
        manifest = _unpack(path, work, key_file, tell)
        _refuse_other_engines(manifest, instance, with_airflow=with_airflow)
        home = work / HOME
        home.mkdir(exist_ok=True)
        (home / HOME_FILE).unlink(missing_ok=True)  # of the folder that was; a person puts this one in charge
        config = _bring_config(manifest, work, home, instance)
        keys = _bring_keys(work, home, instance)
        tell(t("backups.step.databases"), 0, 0)
        write_atomic(instance.root / HALF_RESTORED, path.name)
        for part, url in _databases(manifest, instance, with_airflow=with_airflow):
            if not is_empty_database(url):
                continue  # whole, from this set: a database is restored at once or not at all
            copy = work / f"{part}.{'db' if manifest.engines[part] == 'sqlite' else 'dump'}"
            restore_database(copy, url)
        for entry in sorted(home.iterdir()):
            _move(entry, instance.root / entry.name)
        sync_folder(instance.root)
    instance.root.chmod(0o700)
    return Restored(manifest, keys, config)


def end_restore(instance: Instance) -> None:
    """From now on the restored place may be worked in: it knows what it lacks, and that it rests."""
    remove(instance.root / HALF_RESTORED)


def _begun(instance: Instance) -> str | None:
    """The set that a killed restore was bringing into this place, which was empty then."""
    mark = instance.root / HALF_RESTORED
    return mark.read_text(encoding="utf-8") if mark.exists() else None


def _clear_half_restored(instance: Instance, *, with_airflow: bool, is_same: bool) -> None:
    """The mark goes last. A database of a server is whole: of another set a person has to empty it."""
    urls = [instance.store_url, *([airflow_database(instance)] if with_airflow else [])]
    for url in map(make_url, urls):
        if url.get_backend_name() == "sqlite":
            for tail in ("", "-wal", "-shm"):
                remove(Path(f"{url.database}{tail}"))
        elif not is_same and not is_empty_database(url.render_as_string(hide_password=False)):
            raise RuleRefused("living-store", t("backups.living_store", place=_named(str(url))))
    for one in instance.root.iterdir():
        if one.name not in (FOLDER, HALF_RESTORED) and not one.name.startswith(TEMPORARY):
            shutil.rmtree(one) if one.is_dir() else remove(one)


def _refuse_living(instance: Instance, *, with_airflow: bool) -> None:
    """A folder that holds anything but sets, or a database with a table in it, belongs to somebody."""
    root = instance.root
    there = [one for one in root.iterdir() if not _is_nobodys(one)] if root.is_dir() else []
    if there:
        raise RuleRefused("living-installation", t("backups.living", root=root, found=there[0].name))
    if not is_empty_database(instance.store_url):
        raise RuleRefused("living-store", t("backups.living_store", place=_named(instance.store_url)))
    url = airflow_database(instance)
    if with_airflow and not is_empty_database(url):
        raise RuleRefused("living-airflow", t("backups.living_airflow", place=_named(url)))


def _is_nobodys(entry: Path) -> bool:
    """The folder of sets may be brought first, and what an interrupted restore left is ours."""
    return entry.name == FOLDER or entry.name.startswith(TEMPORARY)


def _named(url: str) -> str:
    return make_url(url).render_as_string(hide_password=True)


def _unpack(path: Path, work: Path, key_file: Path | None, tell: Tell) -> Manifest:
    note = next((one for one in Shelf.at(path.parent).notes() if one.name == path.name), None)
    if note is not None and sha256_file(path) != note.sha256:
        raise CchcError(t("backups.damaged", why=t("backups.why.whole")))
    plain = path
    if path.name.endswith(SUFFIX):
        tell(t("backups.step.open"), 0, 0)
        plain = work / f"bo{PLAIN}"
        unseal(path, plain, key_file)
    step = t("backups.step.unpack")
    with plain.open("rb") as file:
        manifest = read_set(
            file, take=lambda name: work / name, progress=passing(tell, step, _expected(note))
        )
    if plain != path:
        plain.unlink()
    return manifest


def _expected(note: Note | None) -> int:
    return note.size if note else 0


def _refuse_other_engines(manifest: Manifest, instance: Instance, *, with_airflow: bool) -> None:
    for part, url in _databases(manifest, instance, with_airflow=with_airflow):
        wanted, here = manifest.engines[part], make_url(url).get_backend_name()
        if wanted != here:
            raise RuleRefused(
                "other-engine", t(f"backups.other_engine.{part.replace('-', '_')}", wanted=wanted, here=here)
            )


def _databases(manifest: Manifest, instance: Instance, *, with_airflow: bool) -> list[tuple[str, str]]:
    urls = {STORE: instance.store_url, AIRFLOW: airflow_database(instance)}
    return [(part, urls[part]) for part in manifest.engines if part != AIRFLOW or with_airflow]


def _bring_config(manifest: Manifest, work: Path, home: Path, instance: Instance) -> Path | None:
    """The year's data as they were, inside the restored folder: where they lay before somebody else's may lie now.

    The settings name them when the installation had a folder of its own.
    """
    source = work / CONFIG
    if not source.is_dir():
        return None
    source.rename(home / CONFIG_FOLDER)
    target = instance.root.resolve() / CONFIG_FOLDER
    if manifest.config_folder is not None:
        yaml = YAML(typ="rt")
        settings = home / instance.settings_file.name
        content = yaml.load(settings.read_text(encoding="utf-8")) or {}
        content["config_folder"] = str(target)
        buffer = io.StringIO()
        yaml.dump(content, buffer)
        write_atomic(settings, buffer.getvalue())
    return target


def _bring_keys(work: Path, home: Path, instance: Instance) -> Path | None:
    if not (work / KEYS).exists():
        return None
    (work / KEYS).rename(home / KEYS_FILE)
    return instance.root / KEYS_FILE


def _move(entry: Path, target: Path) -> None:
    """A folder that is there already (the restored store or Airflow's database lies in it) takes in what is missing."""
    if entry.is_dir() and target.is_dir():
        for one in sorted(entry.iterdir()):
            _move(one, target / one.name)
        return
    entry.rename(target)
