"""Kho tệp: the files that several machines of one installation share through object storage.

Each machine works on files of its own folder; what the store may name lies in the depot before the row that names it is
committed, and comes from there to every other machine. A file's key is its name below the folder and its SHA-256, so
that a listing tells what is new, and what came out otherwise than it was laid is refused. Without the setting
`kept_files` there is no depot: one machine, or several in one mounted folder.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from cchc.errors import CchcError
from cchc.files import TEMPORARY, keep_by_content, new_file, sha256_bytes, sha256_file, write_atomic
from cchc.paths import Instance
from cchc.storage import StoragePlace
from cchc.texts import t

OWNER = "ma-cai-dat.json"
_KNOWN = ".kho-tep.json"
_MARK = "@"
_DIGEST = 64

Known = dict[str, tuple[str, int, int]]
"""Name -> SHA-256, size and time of change of a file when it was the same here and there."""


@dataclass(frozen=True)
class Depot:
    instance: Instance
    place: StoragePlace

    @classmethod
    def of(cls, instance: Instance) -> Depot | None:
        """None when files are shared through the folder itself."""
        address, secrets_file = instance.kept_files
        return cls(instance, StoragePlace(address, secrets_file)) if address else None

    def put(self, paths: Iterable[Path]) -> None:
        """Lay files of the folder here and read them back. CchcError when that fails; nothing else may go on then.

        What is known to lie here, and was not changed since, is not asked for again.
        """
        known = self._known()
        for path in paths:
            name = path.resolve().relative_to(self.instance.root.resolve()).as_posix()
            stamp = _stamp(path)
            if name in known and known[name][1:] == stamp:
                continue
            digest = sha256_file(path)
            key = f"{self.place.folder}/{name}{_MARK}{digest}"
            with self.place.reached():
                if not self.place.fs.exists(key):
                    self._put(path, name, key)
            known[name] = (digest, *stamp)
        self._keep(known)

    def _put(self, path: Path, name: str, key: str) -> None:
        fs = self.place.fs
        if self.place.is_here:
            fs.makedirs(key.rpartition("/")[0], exist_ok=True)
        fs.put_file(str(path), key)
        if self.place.sha256_of(key) != key.rpartition(_MARK)[2]:
            fs.rm_file(key)
            raise CchcError(t("depot.differs", name=name, address=self.place.address))
        if not self._is_kept(name):
            for older in [
                one for one in self._keys(name) if one.rpartition(_MARK)[0] == key.rpartition(_MARK)[0]
            ]:
                if older != key:
                    fs.rm_file(older)

    def pull(self) -> int:
        """Bring what others have laid there and is not here; how many files came.

        A file that was changed here since it was the same as there is left: it is newer, and on its way there.
        """
        known, came = self._known(), 0
        for name, digest in self._listed().items():
            path = self.instance.root / name
            if path.exists():
                mine = known.get(name)
                if (mine and mine[0] == digest) or self._is_kept(name):
                    continue
                if mine is None or _stamp(path) != mine[1:]:
                    if sha256_file(path) == digest:
                        known[name] = (digest, *_stamp(path))
                    continue
            self._get(name, digest)
            known[name] = (digest, *_stamp(path))
            came += 1
        self._keep(known)
        return came

    def push(self) -> int:
        """Lay there what was made or changed here; how many files went."""
        listed = self._listed()
        known = {name: one for name, one in self._known().items() if name in listed}
        self._keep(known)
        changed = [
            path
            for name, path in self._mine()
            if name not in listed
            or (not self._is_kept(name) and _stamp(path) != known.get(name, ("", 0, 0))[1:])
        ]
        self.put(changed)
        return len(changed)

    def fetch(self, path: Path) -> None:
        """Bring one file as it lies there, when it does."""
        name = path.relative_to(self.instance.root).as_posix()
        if digest := self._listed(name).get(name):
            self._get(name, digest)

    @property
    def owner(self) -> Mapping[str, str]:
        """Which installation and which home of it the depot belongs to; empty for a new one."""
        path = f"{self.place.folder}/{OWNER}"
        with self.place.reached():
            return json.loads(self.place.fs.cat_file(path)) if self.place.fs.exists(path) else {}

    def belong_to(self, identity: str, home: str) -> None:
        content = json.dumps({"identity": identity, "home": home}).encode()
        with self.place.reached():
            self.place.fs.pipe_file(f"{self.place.folder}/{OWNER}", content)

    def _get(self, name: str, digest: str) -> None:
        with new_file(self.instance.root / name) as made:
            with self.place.reached():
                self.place.fs.get_file(f"{self.place.folder}/{name}{_MARK}{digest}", str(made))
            if sha256_file(made) != digest:
                raise CchcError(t("depot.damaged", name=name, address=self.place.address))
            made.chmod(0o600)

    def _listed(self, below: str = "") -> dict[str, str]:
        """Name -> SHA-256 of the newest version of every file there."""
        found: dict[str, tuple[str, str]] = {}
        with self.place.reached():
            keys = self._keys(below)
        tops = {one.name for one in (self.instance.data, self.instance.out, *self._single)}
        for key, written in keys.items():
            name, mark, digest = key.removeprefix(f"{self.place.folder}/").rpartition(_MARK)
            parts = PurePosixPath(name).parts
            if mark and len(digest) == _DIGEST and parts[0] in tops and ".." not in parts:
                found[name] = max(found.get(name, ("", "")), (written, digest))
        return {name: digest for name, (_, digest) in sorted(found.items())}

    def _keys(self, below: str) -> dict[str, str]:
        """Key -> when it was written, of everything in the folder of the file `below`, or of all."""
        top = f"{self.place.folder}/{below.rpartition('/')[0]}".rstrip("/")
        self.place.fs.invalidate_cache()
        listing = self.place.fs.find(top, detail=True)
        return {
            str(key): str(info.get("LastModified") or info.get("mtime") or "")
            for key, info in listing.items()
        }

    @property
    def _single(self) -> tuple[Path, ...]:
        """Files beside the folders: forms that one machine signed are read by another; an audit is that of all."""
        return self.instance.form_key_file, self.instance.proof_file

    def _mine(self) -> Iterator[tuple[str, Path]]:
        for top in (self.instance.data, self.instance.out):
            for path in top.rglob("*"):
                parts = path.relative_to(self.instance.root).parts
                if path.is_file() and not any(one.startswith((".", "~$", TEMPORARY)) for one in parts):
                    yield "/".join(parts), path
        yield from ((path.name, path) for path in self._single if path.is_file())

    def _is_kept(self, name: str) -> bool:
        """Whether it is never rewritten."""
        return name.startswith(f"{self.instance.data.name}/")

    def _known(self) -> Known:
        try:
            content = json.loads((self.instance.root / _KNOWN).read_bytes())
        except (FileNotFoundError, ValueError):  # it only saves work
            return {}
        return {name: (digest, size, changed) for name, (digest, size, changed) in content.items()}

    def _keep(self, known: Known) -> None:
        if known != self._known():
            write_atomic(self.instance.root / _KNOWN, json.dumps(known))


def keep(instance: Instance, folder: str, content: bytes, suffix: str) -> tuple[str, Path]:
    """Keep bytes under their hash in `folder` of the data, on this machine and on the others; (SHA-256, path)."""
    digest, path = keep_by_content(instance.data / folder, content, suffix)
    share(instance, path)
    return digest, path


def kept_content(instance: Instance, path: Path, digest: str, name: str) -> bytes:
    """A file that was kept under its hash, from here or from where machines share theirs; `name`: as people know it.

    CchcError in words when it is gone, or no longer as it was kept.
    """
    if not path.is_file() and (depot := Depot.of(instance)):
        with suppress(OSError):  # a folder that may only be read
            depot.fetch(path)
    place = path.relative_to(instance.root).as_posix()
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise CchcError(t("depot.gone", name=name, place=place)) from None
    except OSError as error:
        raise CchcError(t("depot.unreadable", name=name, place=place, why=error.strerror)) from error
    if sha256_bytes(content) != digest:
        raise CchcError(t("depot.changed", name=name, place=place))
    return content


def share(instance: Instance, *paths: Path) -> None:
    """Let the other machines have files before the store names them. Does nothing where there is no depot."""
    if depot := Depot.of(instance):
        depot.put(paths)


def hand_over(instance: Instance) -> int:
    """At the end of a step: what people open and mails carry goes to the other machines; how many files went."""
    depot = Depot.of(instance)
    return depot.push() if depot else 0


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns
