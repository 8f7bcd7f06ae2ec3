"""A disk whose power can be cut where nobody may mount one: what was synced is recorded, and the rest is forgotten.

While a step runs, each `fsync` of its process keeps the bytes of the file, or the names of the folder. After a cut the
folder is built anew from these records alone: a file has the bytes that it had when it was last synced, none when it
never was, and a name is there when its folder was synced. That is what POSIX promises and no more; a real file system
(`LoopDisk`) often keeps more. What SQLite syncs by itself is not seen: the store is taken as its process left it.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Mapping
from pathlib import Path

from cchc.files import sha256_bytes

_STORE = "cai-dat/so-cai.db"


class RecordedDisk:
    """`folder` holds what every cut begins with, the records and, always, the disk at `root`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.root = folder, folder / "dia"
        self.prepared = folder / "goc"
        self._records = _Records(self.root, folder / "ghi")
        self._begun: Mapping[int, Path] = {}
        self._cut: bool | None = None
        self.root.mkdir(parents=True)

    def keep_as_prepared(self) -> None:
        shutil.copytree(self.root, self.prepared)

    def begin_again(self) -> None:
        """The disk as it was prepared; all of that is on it."""
        shutil.rmtree(self.root)
        shutil.copytree(self.prepared, self.root)
        self._records.clear()
        self._begun = {}
        for folder, _, files in os.walk(self.root):
            self._records.keep_names(Path(folder))
            for name in files:
                path = Path(folder) / name
                self._begun |= {self._records.hold(path): self.prepared / path.relative_to(self.root)}
        self._cut = None

    def watch(self) -> None:
        """In the process of the step: what it syncs from now on is kept."""
        os.fsync = self._records.sync  # type: ignore[assignment]  # of numbers only, as `files` asks for it

    def cut(self, *, others_sync: bool) -> None:
        """The power fails. others_sync: some other program has just synced a file of its own, which puts the names of
        all files on the disk and the bytes of none but its own."""
        self._cut = others_sync

    def power_off(self) -> None:
        """When nothing runs any more: after a cut only what is on the disk is left."""
        if self._cut is None:
            return
        after = self.folder / "sau"
        self._build(self.root, after, others_sync=self._cut)
        for store in self.root.glob(f"{_STORE}*"):
            shutil.copyfile(store, after / store.relative_to(self.root))
        shutil.rmtree(self.root)
        after.rename(self.root)
        self._cut = None

    def power_on(self) -> None:
        """As of `LoopDisk`; there is nothing to mount."""

    def close(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _build(self, folder: Path, target: Path, *, others_sync: bool) -> None:
        """Make `target` what is left of `folder` after the cut."""
        target.mkdir()
        names = _listed(folder) if others_sync else self._records.names(folder)
        for name, (inode, is_folder) in names.items():
            path = folder / name
            if is_folder:
                self._build(path, target / name, others_sync=others_sync)
            elif not path.relative_to(self.root).as_posix().startswith(_STORE):
                (target / name).write_bytes(self._bytes(inode))

    def _bytes(self, inode: int) -> bytes:
        found = self._records.content(inode)
        if found is None and (begun := self._begun.get(inode)):
            return begun.read_bytes()
        return found or b""


class _Records:
    """What was synced. Each record appears at once, so that a process killed in the midst of one has not synced."""

    def __init__(self, root: Path, place: Path) -> None:
        self.root, self.place = root.resolve(), place

    def clear(self) -> None:
        shutil.rmtree(self.place, ignore_errors=True)
        for kind in ("byte", "giu", "ten"):
            (self.place / kind).mkdir(parents=True)

    def sync(self, descriptor: int) -> None:
        """In the place of `os.fsync`."""
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        if not path.is_relative_to(self.root):
            return
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            self.keep_names(path)
        else:
            self._keep("byte", str(self.hold(path)), path.read_bytes())

    def hold(self, path: Path) -> int:
        """The number of a file, which is given to no other one as long as we have a name for it."""
        inode = path.stat().st_ino
        held = self.place / "giu" / str(inode)
        if not held.exists():
            os.link(path, held)
        return inode

    def keep_names(self, folder: Path) -> None:
        self._keep("ten", self._mark(folder), json.dumps(_listed(folder)).encode())

    def names(self, folder: Path) -> Mapping[str, tuple[int, bool]]:
        """Of a folder when it was last synced."""
        record = self.place / "ten" / self._mark(folder)
        return json.loads(record.read_bytes()) if record.exists() else {}

    def content(self, inode: int) -> bytes | None:
        """Of a file when it was last synced; None when it was not since the beginning."""
        record = self.place / "byte" / str(inode)
        return record.read_bytes() if record.exists() else None

    def _mark(self, folder: Path) -> str:
        return sha256_bytes(str(folder.resolve().relative_to(self.root)).encode())[:32]

    def _keep(self, kind: str, name: str, content: bytes) -> None:
        beside = self.place / f"{kind}-{name}"
        beside.write_bytes(content)
        beside.replace(self.place / kind / name)


def _listed(folder: Path) -> dict[str, tuple[int, bool]]:
    """Name -> number of the file, and whether it is a folder."""
    with os.scandir(folder) as entries:
        return {one.name: (one.inode(), one.is_dir(follow_symlinks=False)) for one in entries}
