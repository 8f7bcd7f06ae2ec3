"""What a set holds, told in its last member and, in short, in the note beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from cchc.errors import CchcError
from cchc.texts import t

FORMAT = 1
MANIFEST = "ban-ke.json"
STORE, AIRFLOW, KEYS, HOME, CONFIG = "so-cai", "airflow", "khoa.json", "nha", "cau-hinh"


@dataclass(frozen=True)
class Member:
    """One file of a set: its name in the archive, bytes, SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """A set in full.

    `taken_at`: ISO text of the moment the store was copied. `engines`: by part (`so-cai`, `airflow`) sqlite or
    postgresql; a part that is not there has no entry. `root`, `machine`: where the installation lay. `config_folder`:
    of the installation's own, None when it uses the shipped one. `store`: what the store held (`contents`).
    `left_out`: paths that are no plain files, with what they are.
    """

    taken_at: str
    identity: str
    root: str
    machine: str
    revision: str
    engines: Mapping[str, str]
    config_folder: str | None
    store: Mapping[str, Any]
    members: tuple[Member, ...]
    left_out: tuple[str, ...] = ()
    format: int = field(default=FORMAT)

    @property
    def size(self) -> int:
        return sum(one.size for one in self.members)

    def to_json(self) -> bytes:
        return (json.dumps(asdict(self), indent=1) + "\n").encode("ascii")

    @classmethod
    def from_json(cls, content: bytes) -> Manifest:
        """Raises CchcError for a manifest of a newer program, or one that is none."""
        try:
            raw = json.loads(content)
            if int(raw["format"]) > FORMAT:
                raise CchcError(t("backups.newer_format"))
            members = tuple(Member(**one) for one in raw.pop("members"))
            return cls(members=members, left_out=tuple(raw.pop("left_out")), **raw)
        except (ValueError, KeyError, TypeError) as error:
            raise CchcError(t("backups.damaged", why=t("backups.why.manifest"))) from error
