"""What of an installation goes into a set, in the order that makes it one moment's."""

from __future__ import annotations

import json
import os
import shlex
import stat
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cchc.airflow_env import airflow_database, kept_secrets_file
from cchc.backups.manifest import CONFIG, HOME
from cchc.config_files import config_dir
from cchc.form_key import VARIABLE as FORM_KEY
from cchc.paths import Instance

FOLDER = "sao-luu"
# Made anew by whoever runs: the databases are copied by their own ways, logs belong to the machine.
_NEVER = {FOLDER, "nhat-ky", "airflow/logs", "airflow/airflow.db"}
_SIDE_FILES = ("-wal", "-shm", "-journal")
_KEYS = {
    "fernet": "AIRFLOW__CORE__FERNET_KEY",
    "jwt": "AIRFLOW__API_AUTH__JWT_SECRET",
    "session": "AIRFLOW__API__SECRET_KEY",
}


@dataclass
class Listing:
    """Files by their name in the set, folders, and what is neither; filled by `waiting` and `kept`."""

    files: dict[str, Path] = field(default_factory=dict)
    folders: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    @property
    def bytes(self) -> int:
        return sum(path.stat().st_size for path in self.files.values() if path.exists())


def waiting(instance: Instance) -> Listing:
    """What waits to be taken in. It is copied before the store: whatever is taken in meanwhile is then in both."""
    found = Listing()
    for folder in (instance.inbox, instance.export_drop):
        _walk(folder, f"{HOME}/{folder.name}", found, lambda _name: False)
    return found


def kept(instance: Instance, store_file: Path | None) -> Listing:
    """What the store names, and everything else of the folder. It is copied after the store: files are written before
    the rows that name them, and never removed. `store_file`: of a store on SQLite, wherever it lies."""
    found = Listing()
    never = {*_NEVER, instance.inbox.name, instance.export_drop.name}
    if store_file is not None and store_file.resolve().is_relative_to(instance.root.resolve()):
        never.add(store_file.resolve().relative_to(instance.root.resolve()).as_posix())

    def skipped(name: str) -> bool:
        last = name.rpartition("/")[2]
        plain = next((name.removesuffix(one) for one in _SIDE_FILES if name.endswith(one)), name)
        # Hidden ones are locks, and files that are being written.
        return plain in never or last.startswith(".")

    _walk(instance.root, HOME, found, skipped)
    _walk(config_dir(), CONFIG, found, lambda _name: False)
    return found


def keys_of(instance: Instance) -> bytes | None:
    """Keys that stand in the environment instead of the folder, as far as this service is given them; None where there
    are none."""
    names = {} if kept_secrets_file(instance).exists() else _KEYS
    values = {key: _given(name) for key, name in {**names, "form": FORM_KEY}.items()}
    found = {key: value for key, value in values.items() if value}
    return (json.dumps(found, indent=1) + "\n").encode() if found else None


def _given(name: str) -> str | None:
    """A variable, or what the command prints that Airflow would run for it."""
    if command := os.environ.get(f"{name}_CMD"):
        return subprocess.run(shlex.split(command), capture_output=True, text=True, check=True).stdout
    return os.environ.get(name)


def airflow_url(instance: Instance) -> str | None:
    """Airflow's own database; None when an Airflow of this machine was never started."""
    url = airflow_database(instance)
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        return None
    return url


def _walk(top: Path, under: str, found: Listing, skipped: Callable[[str], bool]) -> None:
    """Everything below a folder, in the same order every time; what goes away meanwhile is not there."""
    for folder, folders, files in os.walk(top):
        below = Path(folder).relative_to(top)
        folders[:] = sorted(one for one in folders if not skipped((below / one).as_posix()))
        for name in (*folders, *sorted(files)):
            inside = (below / name).as_posix()
            if skipped(inside):
                continue
            path = Path(folder, name)
            try:
                mode = path.lstat().st_mode
            except FileNotFoundError:
                continue
            if stat.S_ISREG(mode):
                found.files[f"{under}/{inside}"] = path
            elif stat.S_ISDIR(mode):
                found.folders.append(f"{under}/{inside}")
            else:
                found.left_out.append(f"{under}/{inside}")
