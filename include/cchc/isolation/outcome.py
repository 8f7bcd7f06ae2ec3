"""What comes back from the reading process, and what it means."""

from __future__ import annotations

import pickle
import signal
import traceback
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath
from typing import Any

from cchc.errors import CchcError, DiskFull
from cchc.files import NO_ROOM
from cchc.texts import t


class Why(StrEnum):
    """Why an item could not be read to its end."""

    TIME = "time"
    MEMORY = "memory"
    DIED = "died"
    FAULT = "fault"  # an exception that nobody foresaw


class ItemFailed(CchcError):
    """One item broke its reader. `place` says where, for whoever mends the program; it quotes nothing of the item."""

    def __init__(self, why: Why, place: str = "") -> None:
        self.why, self.place = why, place
        super().__init__(t(f"isolation.{why}"))


class InstallationDown(CchcError):
    """The reading process cannot work at all, whatever it reads."""


@dataclass(frozen=True)
class ReaderMessage:
    """One message of the reading process: `done` with the value, `raised` with an error of ours or of the installation,
    `failed` with why and where."""

    word: str
    value: Any = None
    place: str = ""

    def packed(self) -> bytes:
        return pickle.dumps(self, pickle.HIGHEST_PROTOCOL)

    def result(self) -> Any:
        """The value, or the error."""
        if self.word == "done":
            return self.value
        if self.word == "raised":
            raise self.value
        raise ItemFailed(Why(self.value), self.place)


def failed(why: Why, place: str = "") -> ReaderMessage:
    return ReaderMessage("failed", str(why), place)


def of_death(exit_code: int | None) -> ReaderMessage:
    """What killed a reading process: negative codes are signals."""
    if exit_code == -signal.SIGXCPU:
        return failed(Why.TIME)
    if exit_code == -signal.SIGKILL:  # nobody but the system kills it for want of memory
        return failed(Why.MEMORY)
    return failed(Why.DIED, f"exit {exit_code}")


def of_error(error: BaseException) -> ReaderMessage:
    """What an exception says: errors of ours go on as they are, so does the want of a store or of room on the disk."""
    if isinstance(error, CchcError):
        return ReaderMessage("raised", error)
    if (ours := _of_the_installation(error)) is not None:
        return ReaderMessage("raised", ours)
    if isinstance(error, MemoryError):
        return failed(Why.MEMORY, place_of(error))
    return failed(Why.FAULT, place_of(error))


def _of_the_installation(error: BaseException) -> CchcError | None:
    """No item is to blame for a store that is away or a disk that is full: all would fail alike."""
    from sqlalchemy.exc import InterfaceError, OperationalError
    from sqlalchemy.exc import TimeoutError as PoolTimeout

    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return DiskFull(error.filename, error.strerror or "")
    if isinstance(error, (OperationalError, InterfaceError, PoolTimeout)):
        return InstallationDown(t("isolation.no_store", why=f"{type(error).__name__}: {error.args}"[:300]))
    return None


def place_of(error: BaseException) -> str:
    """`ValueError in cchc/workbooks/cells.py:180`: our last line that ran. The message may quote what was read."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "/cchc" in frame.filename] or frames
    if not ours:
        return type(error).__name__
    path = PurePath(ours[-1].filename)
    return f"{type(error).__name__} in {'/'.join(path.parts[-3:])}:{ours[-1].lineno}"
