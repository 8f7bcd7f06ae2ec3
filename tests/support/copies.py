"""An installation that is made once and copied for each test that begins with it: its store and its folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cchc.paths import Instance
from cchc.store import Store


def file_of(store: Store) -> Path:
    return Path(str(store.engine.url.database))


@dataclass(frozen=True)
class Kept:
    """What `keep` put aside."""

    folder: Path

    def copied_to(self, store: Store, instance: Instance) -> None:
        """Give a test its own; the store must be on SQLite and still untouched."""
        shutil.copyfile(self.folder / "so-cai.db", file_of(store))
        shutil.copytree(self.folder / "nha", instance.root, dirs_exist_ok=True)


def keep(store: Store, instance: Instance, folder: Path) -> Kept:
    """Put a store on SQLite and the folder of its installation aside, as they are now."""
    # A copy of the file alone is whole only when nothing is left in the write-ahead log.
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copyfile(file_of(store), folder / "so-cai.db")
    shutil.copytree(instance.root, folder / "nha")
    return Kept(folder)


@dataclass
class Beginnings:
    """What several tests begin with, each with its own copy: made by the first that asks for it."""

    folder: Path
    _kept: dict[str, Kept] = field(default_factory=dict)

    def of(self, name: str, store: Store, instance: Instance, make: Callable[[], object]) -> None:
        """Bring store and installation to the beginning of that name; `make` does so once. The store is untouched."""
        if name in self._kept:
            self._kept[name].copied_to(store, instance)
            return
        make()
        folder = self.folder / name
        folder.mkdir()
        self._kept[name] = keep(store, instance, folder)
