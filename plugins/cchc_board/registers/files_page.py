"""Page of one file of the year's data: taken away as it is, replaced after a look, and as it was before each change."""

from __future__ import annotations

from dataclasses import dataclass

from cchc.config_files import config_names, is_own
from cchc.registers import FileChange, changes, current
from cchc_board.desk import RequestView


@dataclass(frozen=True)
class FileLine:
    """A file, and the last time somebody replaced it."""

    name: str
    last: FileChange | None


@dataclass(frozen=True)
class FilePage:
    """own: whether the installation has a folder of its own, so that the file can be replaced."""

    name: str
    size: int
    own: bool
    history: list[FileChange]


def file_lines(desk: RequestView) -> list[FileLine]:
    """Every file of the year's data, by name."""
    last = {one.file: one for one in reversed(recent(desk))}
    return [FileLine(name, last.get(name)) for name in config_names()]


def recent(desk: RequestView) -> list[FileChange]:
    """What was changed by the moment shown, the last first."""
    return changes(desk.store, desk.as_of) if desk.store else []


def file_page(desk: RequestView, name: str) -> FilePage:
    """RuleRefused('no-such-file')."""
    size = len(current(name))
    return FilePage(name, size, is_own(), changes(desk.store, desk.as_of, name) if desk.store else [])
