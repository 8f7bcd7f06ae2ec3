"""An installation's own year's data outside of the checkout, and what a newer sample has that it lacks.

The own folder keeps the sample as it was when it was copied, in a hidden folder: what an upgrade adds is the
difference between that and the sample that ships now. What people left out or changed is theirs and never told.
"""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from cchc.config_files.folder import SHIPPED, config_dir, files_of, shown
from cchc.config_files.reading import StrictModel, csv_rows, parsed, text_of
from cchc.config_files.registry import OpenedFiles, config_file
from cchc.errors import CchcError
from cchc.files import sync_folder, write_atomic
from cchc.texts import t

VERSION_FILE = "phien-ban.yaml"
BASE = ".ban-goc"
# Whose rows are the province's own: a sample that gains a unit concerns nobody.
OWN_ROWS = ("units.csv", "plan_tasks.csv")


class ConfigVersion(StrictModel):
    """The version of a set of files."""

    version: int


@config_file(VERSION_FILE)
def load_version(opened: OpenedFiles) -> ConfigVersion | None:
    """The version of a folder; None where it is not told."""
    return opened.yaml(ConfigVersion) if opened.content() else None


class NewsKind(StrEnum):
    FILE = "file"
    ENTRY = "entry"
    VALUE = "value"


@dataclass(frozen=True)
class SampleNews:
    """Something of the newer sample that the own folder lacks. `name`: key, row or column; empty of a whole file."""

    kind: NewsKind
    file: str
    name: str = ""
    value: str = ""

    def __str__(self) -> str:
        return t(f"config_files.news.{self.kind}", file=self.file, name=self.name, value=self.value)


def is_own(folder: Path | None = None) -> bool:
    """Whether the year's data in force are an installation's own; containers see these in the place of the sample."""
    folder = folder or config_dir()
    return folder.resolve() != SHIPPED.resolve() or is_own_folder(folder)


def is_own_folder(folder: Path) -> bool:
    """Whether `make_own` has made it."""
    return (folder / BASE).is_dir()


def make_own(target: Path) -> Path:
    """Copy the sample, with its comments and its version, to a folder that must not exist yet; whole or not at all."""
    if target.resolve().is_relative_to(SHIPPED.parents[1]):
        raise CchcError(t("config_files.own_inside", folder=target, checkout=SHIPPED.parents[1]))
    if target.exists() and any(target.iterdir()):
        raise CchcError(t("config_files.own_exists", folder=target))
    temporary = target.with_name(f".{target.name}.tmp")
    shutil.rmtree(temporary, ignore_errors=True)
    for path in files_of(SHIPPED):
        for copy in (temporary, temporary / BASE):
            write_atomic(copy / path.relative_to(SHIPPED), path.read_bytes())
    if target.exists():
        target.rmdir()
    temporary.rename(target)
    sync_folder(target.parent)
    return target


def news(folder: Path | None = None, sample: Path = SHIPPED) -> list[SampleNews]:
    """What the sample has gained since the folder was made, as far as the folder does not have it."""
    folder = folder or config_dir()
    if not is_own(folder) or not is_own_folder(folder):
        return []
    return [
        one
        for path in files_of(sample)
        if path.name != VERSION_FILE
        for one in _news_of(path.relative_to(sample), sample, folder)
    ]


def take_over(
    folder: Path, sample: Path = SHIPPED, *, seen: bool = False
) -> tuple[list[str], list[SampleNews]]:
    """(files that were taken from the newer sample, what a person has to bring in by hand).

    Taken are new files and those that nobody has changed. Once nothing is left to do by hand, or `seen` says that the
    rest was looked at, the folder carries the version of the sample.
    """
    taken = []
    for path in (one for one in files_of(sample) if one.name != VERSION_FILE):
        name = path.relative_to(sample)
        own, base = folder / name, folder / BASE / name
        untouched = not own.exists() and not base.exists()
        untouched |= own.exists() and base.exists() and own.read_bytes() == base.read_bytes()
        if untouched and (not own.exists() or own.read_bytes() != path.read_bytes()):
            taken.append(name.as_posix())
            write_atomic(own, path.read_bytes())
            write_atomic(base, path.read_bytes())
    left = news(folder, sample)
    if seen or not left:
        for path in files_of(sample):
            write_atomic(folder / BASE / path.relative_to(sample), path.read_bytes())
        write_atomic(folder / VERSION_FILE, (sample / VERSION_FILE).read_bytes())
        left = []
    return taken, left


def _news_of(name: Path, sample: Path, folder: Path) -> Iterator[SampleNews]:
    file, base, own = name.as_posix(), folder / BASE / name, folder / name
    if not base.exists():
        if not own.exists():
            yield SampleNews(NewsKind.FILE, file)
        return
    if not own.exists() or base.read_bytes() == (sample / name).read_bytes():
        return
    now, before, mine = (_entries(one) for one in (sample / name, base, own))
    told: list[str] = []
    for entry, value in now.items():
        if any(entry.startswith(f"{outer}.") for outer in told):
            continue  # told with what holds it
        if entry not in before and entry not in mine:
            told.append(entry)
            yield SampleNews(NewsKind.ENTRY, file, entry, value)
        elif entry in before and value != before[entry] and mine.get(entry) == before[entry]:
            yield SampleNews(NewsKind.VALUE, file, entry, value)


def _entries(path: Path) -> dict[str, str]:
    """What can be missing in a file, with its value: keys of a YAML file; columns and rows of a CSV file."""
    if path.suffix == ".csv":
        return dict(_csv_entries(path))
    if path.suffix == ".yaml":
        return dict(_yaml_entries(parsed(path, path.read_bytes()), ""))
    return {}


def _csv_entries(path: Path) -> Iterator[tuple[str, str]]:
    text = text_of(path, path.read_bytes())
    columns = next(csv.reader(io.StringIO(text)), [])
    yield from ((t("config_files.news.column", name=column), "") for column in columns)
    if path.name not in OWN_ROWS:
        for _, cells in csv_rows(text):
            values = [value for value in cells.values() if isinstance(value, str)]
            yield t("config_files.news.row", name=values[0]), ", ".join(values)


def _yaml_entries(node: Any, place: str) -> Iterator[tuple[str, str]]:
    """Every key with its value; of a list of groups each group, by its first value."""
    if place:
        inner = isinstance(node, dict) or (
            isinstance(node, list) and any(isinstance(one, dict) for one in node)
        )
        yield place, "" if inner else _short(node)
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _yaml_entries(value, f"{place}.{key}" if place else str(key))
    elif isinstance(node, list):
        for one in node:
            if isinstance(one, dict) and one:
                yield from _yaml_entries(one, f"{place}.{_short(next(iter(one.values())))}")


def _short(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_short(one) for one in value) + "]"
    return " ".join(str(value).split())


def sample_place(file: str) -> str:
    """Where the newer sample of a file stands, as people know it."""
    return shown(SHIPPED / file)
