"""Every file of the year's data has one loader, and every loader is known here.

A room declares its file and how it is read:

    @config_file("department.yaml")
    def load_department(opened: OpenedFiles) -> Department:
        return opened.yaml(Department)

The decorated function is then called with the configuration folder (None: the one in force). Nothing else hands out
what stands in a file of the configuration, so that a file which is loaded anywhere is checked by `check`, and a file
that nobody loads is a fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeVar

from cchc.clock import now_ms
from cchc.config_files.folder import config_dir, files_of, shown
from cchc.errors import ConfigError, ConfigErrors
from cchc.texts import t

if TYPE_CHECKING:
    from cchc.config_files.reading import Model, Rows

Options = ParamSpec("Options")
Loaded = TypeVar("Loaded")
_Mark = tuple[int, int, int] | None
_MS = 1_000_000  # nanoseconds
# Two changes within one tick of a file system's clock have one mark. Bytes that were read so soon after a change may be
# those before another: what they were is compared until a reading comes later. The clock of a server of shared folders
# may go wrong by some seconds.
_RESTED_MS = 30_000
_KEPT_FOLDERS = 8  # a process reads one folder; tests read many


@dataclass
class _Seen:
    """What a loader has read: contents by path, names by folder and pattern. The same again gives the same result."""

    contents: dict[Path, bytes | None] = field(default_factory=dict)
    marks: dict[Path, _Mark] = field(default_factory=dict)
    lists: dict[tuple[Path, str], tuple[Path, ...]] = field(default_factory=dict)

    def content(self, path: Path) -> bytes | None:
        self.marks[path] = _rested_mark(path)
        self.contents[path] = _content(path)
        return self.contents[path]

    def list(self, folder: Path, pattern: str) -> tuple[Path, ...]:
        self.lists[folder, pattern] = _matching(folder, pattern)
        return self.lists[folder, pattern]

    def is_current(self) -> bool:
        return all(_matching(*key) == found for key, found in self.lists.items()) and all(
            self._is_unchanged(path, content) for path, content in self.contents.items()
        )

    def _is_unchanged(self, path: Path, content: bytes | None) -> bool:
        """By its bytes; where it had rested for a while when they were read, by what no writer can leave as it was."""
        mark = _rested_mark(path)
        if mark is not None and mark == self.marks.get(path):
            return True
        if _content(path) != content:
            return False
        self.marks[path] = mark
        return True

    def add(self, other: _Seen) -> None:
        self.contents.update(other.contents)
        self.marks.update(other.marks)
        self.lists.update(other.lists)


_reading: ContextVar[_Seen | None] = ContextVar("_reading", default=None)


class OpenedFiles:
    """The files of one loader in one folder; the only way to what stands in them."""

    def __init__(self, pattern: str, folder: Path, seen: _Seen) -> None:
        self.folder, self._pattern, self._seen = folder, pattern, seen

    @property
    def path(self) -> Path:
        """The file of a loader of one file."""
        return self.folder / self._pattern

    def paths(self) -> tuple[Path, ...]:
        """The files there are of a loader of several, by name."""
        return self._seen.list(self.folder, self._pattern)

    def yaml(self, model: type[Model], path: Path | None = None) -> Model:
        """One YAML file. Raises ConfigErrors with every fault found, each with its line."""
        from cchc.config_files.reading import read_yaml

        path = self._own(path)
        return read_yaml(path, self._seen.content(path), model)

    def csv(self, model: type[Model], path: Path | None = None) -> Rows[Model]:
        """One CSV file, with the number of each row. Raises ConfigErrors with row and column of every fault."""
        from cchc.config_files.reading import read_csv

        path = self._own(path)
        return read_csv(path, self._seen.content(path), model)

    def content(self, path: Path | None = None) -> bytes:
        """The file as it is; b"" when there is none."""
        return self._seen.content(self._own(path)) or b""

    def _own(self, path: Path | None) -> Path:
        path = path or self.path
        if not _fits(path.relative_to(self.folder), self._pattern):
            raise ValueError(f"{path.name} is not a file of the loader of {self._pattern}")
        return path


@dataclass(frozen=True)
class _Kept(Generic[Loaded]):
    value: Loaded
    seen: _Seen


class ConfigFile(Generic[Options, Loaded]):
    """The loader of one file, or of several of one kind; `pattern` is relative to its folder."""

    def __init__(
        self, pattern: str, home: Path | None, build: Callable[Concatenate[OpenedFiles, Options], Loaded]
    ) -> None:
        self.pattern, self.home, self._build = pattern, home, build
        self.__doc__ = build.__doc__
        self._kept: dict[Any, _Kept[Loaded]] = {}

    def __call__(self, folder: Path | None, *args: Options.args, **kwargs: Options.kwargs) -> Loaded:
        """Read and check; the same object again as long as no byte of what was read has changed."""
        folder = folder or self.home or config_dir()
        key = (folder, args, tuple(sorted(kwargs.items())))
        kept = self._kept.get(key)
        if kept is None or not kept.seen.is_current():
            seen = _Seen()
            token = _reading.set(seen)
            try:
                kept = _Kept(self._build(OpenedFiles(self.pattern, folder, seen), *args, **kwargs), seen)
            finally:
                _reading.reset(token)
            while len(self._kept) >= _KEPT_FOLDERS:
                self._kept.pop(next(iter(self._kept)), None)  # another thread may have been faster
            self._kept[key] = kept
        if (outer := _reading.get()) is not None:
            outer.add(kept.seen)  # a loader that reads another one's file follows its changes
        return kept.value

    def shown(self) -> str:
        """The file in force as people know it."""
        return shown((self.home or config_dir()) / self.pattern)


_loaders: dict[tuple[Path | None, str], tuple[str, ConfigFile[..., Any]]] = {}


def config_file(
    pattern: str, *, home: Path | None = None
) -> Callable[[Callable[Concatenate[OpenedFiles, Options], Loaded]], ConfigFile[Options, Loaded]]:
    """Declare the loader of a file of the configuration (`sources/layout-*.yaml`, `criteria/*/bo.yaml`: of several).

    `home`: the folder of data that ship with the program and are not the year's. A second loader of one file is a
    programming error.
    """

    def register(
        build: Callable[Concatenate[OpenedFiles, Options], Loaded],
    ) -> ConfigFile[Options, Loaded]:
        name = f"{build.__module__}.{build.__qualname__}"
        loader = ConfigFile(pattern, home, build)
        known, _ = _loaders.setdefault((home, pattern), (name, loader))
        if known != name:
            raise ValueError(f"{pattern} is loaded by {known} and by {name}")
        _loaders[home, pattern] = (name, loader)
        return loader

    return register


def loaders() -> list[ConfigFile[..., Any]]:
    """Every loader that the imported rooms have declared, by pattern."""
    return sorted((loader for _, loader in _loaders.values()), key=lambda one: one.pattern)


def check(folder: Path | None = None) -> list[ConfigError]:
    """Every fault of every file of the configuration, each once; files that nobody loads are faults too.

    Knows the loaders of the rooms that have been imported.
    """
    folder = folder or config_dir()
    faults: list[ConfigError] = []
    for loader in loaders():
        try:
            loader(folder if loader.home is None else None)
        except ConfigErrors as several:
            faults += several.errors
        except ConfigError as one:
            faults.append(one)
    faults += _strangers(folder)
    # Several loaders meet the same fault of a third one's file; equal errors are different objects.
    return list({str(fault): fault for fault in faults}.values())


def _strangers(folder: Path) -> Iterator[ConfigError]:
    from cchc.config_files.faults import one_of

    patterns = [loader.pattern for loader in loaders() if loader.home is None]
    for path in files_of(folder):
        name = path.relative_to(folder)
        if not any(_fits(name, pattern) for pattern in patterns):
            place, action = t("config_files.whole_file"), t("config_files.nobody_loads_action")
            yield ConfigError(shown(path), place, name.as_posix(), one_of(name.as_posix(), patterns), action)


def _fits(name: Path, pattern: str) -> bool:
    """A `*` stands for a name, of a file or of a folder, and never for several folders."""
    wanted = PurePosixPath(pattern).parts
    return len(name.parts) == len(wanted) and all(map(fnmatchcase, name.parts, wanted))


def _matching(folder: Path, pattern: str) -> tuple[Path, ...]:
    return tuple(path for path in files_of(folder) if _fits(path.relative_to(folder), pattern))


def _rested_mark(path: Path) -> _Mark:
    """When a file that has rested was touched last, by the file system's own clock, its size, and which file it is."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    rested = now_ms() - found.st_ctime_ns // _MS > _RESTED_MS
    return (found.st_ctime_ns, found.st_size, found.st_ino) if rested else None


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
