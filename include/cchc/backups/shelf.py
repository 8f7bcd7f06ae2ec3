"""Where sets lie: the installation's own folder, a mounted one, or object storage; each set with a note beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from cchc.backups.contents import FOLDER
from cchc.backups.rule import KeepRule, OtherPlace, kept
from cchc.clock import from_text
from cchc.errors import CchcError
from cchc.files import put_in_place, write_atomic
from cchc.paths import Instance
from cchc.storage import StoragePlace
from cchc.texts import t

_NOTE = ".json"


@dataclass(frozen=True)
class Note:
    """What is told of a set beside it, sealed or not.

    `read_back`: every member was read again and had its hash. `audited`: the audit had found nothing when it was taken.
    `store`: what the store held (`holdings`).
    """

    name: str
    taken_at: str
    size: int
    sha256: str
    identity: str
    read_back: bool
    audited: bool
    sealed: bool
    root: str
    machine: str
    store: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def moment(self) -> datetime:
        return from_text(self.taken_at)

    @property
    def proven(self) -> bool:
        return self.read_back and self.audited


@dataclass(frozen=True)
class Shelf:
    """A place with sets. Files appear in it whole: under another name first, where the place knows names that move."""

    place: StoragePlace

    @classmethod
    def of(cls, instance: Instance) -> Shelf:
        """The installation's own."""
        return cls.at(instance.root / FOLDER)

    @classmethod
    def at(cls, folder: Path) -> Shelf:
        """A folder of this machine."""
        return cls(StoragePlace(str(folder.resolve())))

    @classmethod
    def on(cls, place: OtherPlace) -> Shelf:
        """A place off the machine."""
        return cls(StoragePlace(place.address, place.secrets_file))

    @property
    def address(self) -> str:
        return self.place.address

    def notes(self) -> list[Note]:
        """Of every set that lies here whole, oldest first."""
        with self.place.reached():
            fs, folder = self.place.fs, self.place.folder
            fs.invalidate_cache()
            if not fs.exists(folder):
                return []
            names = {str(one).rpartition("/")[2] for one in fs.ls(folder, detail=False)}
            found = []
            for name in names:
                if name.startswith("cchc_") and name.endswith(_NOTE) and name.removesuffix(_NOTE) in names:
                    with suppress(FileNotFoundError):  # removed since it was listed
                        found.append(Note(**json.loads(fs.cat_file(f"{folder}/{name}"))))
        return sorted(found, key=lambda note: (note.moment, note.name))

    def put(self, source: Path, note: Note) -> None:
        """Copy a set here, read it back, and only then lay its note beside it. CchcError when it came out otherwise."""
        with self.place.reached():
            fs, folder = self.place.fs, self.place.folder
            fs.makedirs(folder, exist_ok=True)
            target, beside = f"{folder}/{note.name}", f"{folder}/.{note.name}.dang-chep"
            fs.put_file(str(source), beside)
            if self.place.is_here:
                put_in_place(Path(beside), Path(target))
            else:
                fs.mv(beside, target)
            if self.sha256_of(note.name) != note.sha256:
                fs.rm_file(target)
                raise CchcError(t("backups.copy_differs", name=note.name, address=self.address))
            self.put_note(note)

    def put_note(self, note: Note) -> None:
        """Write or replace what is told of a set."""
        content = (json.dumps(asdict(note), ensure_ascii=False, indent=1) + "\n").encode()
        with self.place.reached():
            fs, folder = self.place.fs, self.place.folder
            path = f"{folder}/{note.name}{_NOTE}"
            if self.place.is_here:  # on the disk, else a power cut leaves an empty note
                write_atomic(Path(path), content, mode=0o600)
            else:
                fs.pipe_file(path, content)

    def fetch(self, name: str, target: Path) -> None:
        """Copy a set from here."""
        with self.place.reached():
            fs, folder = self.place.fs, self.place.folder
            fs.get_file(f"{folder}/{name}", str(target))

    def sha256_of(self, name: str) -> str:
        """Of a set as it lies here, byte for byte."""
        return self.place.sha256_of(f"{self.place.folder}/{name}")

    def prune(self, rule: KeepRule, now: datetime) -> list[str]:
        """Remove what the rule does not keep; never the newest set, nor the newest proven one. Returns the names."""
        notes = self.notes()
        stay = kept({note.moment for note in notes}, now, rule)
        held = {notes[-1].name} if notes else set()
        for reason in ("read_back", "proven"):
            held |= {note.name for note in [one for one in notes if getattr(one, reason)][-1:]}
        gone = [note.name for note in notes if note.moment not in stay and note.name not in held]
        with self.place.reached():
            fs, folder = self.place.fs, self.place.folder
            for name in gone:
                fs.rm_file(f"{folder}/{name}")
                fs.rm_file(f"{folder}/{name}{_NOTE}")
        return gone
