"""A file of the year's data as it would be: read by its own loader beside all the others before anything is written."""

from __future__ import annotations

import difflib
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cchc import clock
from cchc.config_files import config_dir, config_names, is_own, shown, text_of
from cchc.errors import CchcError, ConfigError, RuleRefused
from cchc.files import sha256_bytes
from cchc.registers.checking import faults_of
from cchc.texts import t

_TOLD = 20  # faults that are told one by one
_LINES = 200  # lines of a difference that are kept and shown
LARGEST = 5 * 1024 * 1024  # bytes of a file of the year's data


@dataclass(frozen=True)
class FileProposal:
    """What a file would become. differences: sentences of whoever made it, else the lines that go ('- ') and come
    ('+ '). left: how many faults the folder has already, which are no fault of this file."""

    file: str
    before_sha256: str
    content: bytes
    differences: tuple[str, ...]
    left: int = 0


def current(file: str) -> bytes:
    """A file of the year's data as it is. RuleRefused('no-such-file')."""
    if file not in config_names():
        raise RuleRefused("no-such-file", t("registers.no_file", file=file, folder=config_dir()))
    return (config_dir() / file).read_bytes()


def current_text(file: str) -> str:
    """The same as text, for whoever changes some words of it."""
    return text_of(config_dir() / file, current(file))


def propose(file: str, content: bytes, words: Sequence[str] = ()) -> FileProposal:
    """Check a file beside the others; nothing is written.

    RuleRefused: 'no-such-file', 'sample-folder' where the installation has no year's data of its own, 'file-too-large',
    'nothing-changed'. CchcError with every fault that the file would bring.
    """
    before = current(file)
    if not is_own():
        raise RuleRefused("sample-folder", t("registers.sample", folder=config_dir()))
    if len(content) > LARGEST:
        raise RuleRefused("file-too-large", t("registers.too_large", limit=LARGEST // 1024 // 1024))
    if content == before:
        raise RuleRefused("nothing-changed", t("registers.nothing_changed", file=file))
    year = clock.now().year
    known = _told(faults_of(year), config_dir())
    with tried(file, content) as folder:
        found = _told(faults_of(year, folder), folder)
    if new := [one for one in found if one not in known]:
        more = [t("registers.more_faults", count=len(new) - _TOLD)] if len(new) > _TOLD else []
        raise CchcError("\n".join([t("registers.faulty", file=file, count=len(new)), *new[:_TOLD], *more]))
    return FileProposal(
        file, sha256_bytes(before), content, tuple(words) or tuple(_lines(before, content)), len(found)
    )


@contextmanager
def tried(file: str, content: bytes) -> Iterator[Path]:
    """A copy of the year's data in force in which the file is another one; gone afterwards."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "cau-hinh"
        for name in config_names():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(config_dir() / name, target)
        (folder / file).write_bytes(content)
        yield folder


def _told(faults: Sequence[ConfigError], folder: Path) -> list[str]:
    """Faults as people read them, by the names of the files only: the copy's place means nothing to anybody."""
    return [str(one).replace(f"{shown(folder)}/", "").replace(f"{folder}/", "") for one in faults]


def _lines(before: bytes, after: bytes) -> Iterator[str]:
    old, new = (one.decode("utf-8-sig", "replace").splitlines() for one in (before, after))
    count = 0
    for line in difflib.unified_diff(old, new, n=0, lineterm=""):
        if line.startswith(("---", "+++", "@@")):
            continue
        count += 1
        if count <= _LINES:
            yield f"{line[0]} {line[1:]}"
    if count > _LINES:
        yield t("registers.more_lines", count=count - _LINES)
    if not count:
        yield t("registers.only_signs")
