"""Reading a set again, long after it was taken."""

from __future__ import annotations

import tempfile
from pathlib import Path

from cchc.backups.archive import read_set
from cchc.backups.manifest import Manifest
from cchc.backups.sealing import SUFFIX, unseal
from cchc.backups.shelf import Shelf
from cchc.backups.taking import Tell, passing
from cchc.errors import CchcError
from cchc.files import sha256_file
from cchc.texts import t


def check_set(path: Path, key_file: Path | None, tell: Tell = lambda *_: None) -> Manifest | None:
    """Hold a set against its note, and every member against the manifest; None for a sealed one without the key.

    Raises CchcError naming what is damaged.
    """
    note = next((one for one in Shelf.at(path.parent).notes() if one.name == path.name), None)
    if note is not None and sha256_file(path) != note.sha256:
        raise CchcError(t("backups.damaged", why=t("backups.why.whole")))
    step = t("backups.step.read_back")
    if not path.name.endswith(SUFFIX):
        with path.open("rb") as file:
            return read_set(file, progress=passing(tell, step, path.stat().st_size))
    if key_file is None:
        if note is None:
            raise CchcError(t("backups.key_needed", name=path.name))
        return None
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".doc-lai-") as folder:
        plain = Path(folder) / "bo"
        unseal(path, plain, key_file)
        with plain.open("rb") as file:
            return read_set(file, progress=passing(tell, step, plain.stat().st_size))
