"""Faults that nobody foresees, without any hook in production: an exception at the n-th call into our code, a dead
reading process, a disk without room.

In the reading process they strike one item: the function that the reception asks there is wrapped in one of ours that
travels with its plan. In the reception itself they strike a whole run.
"""

from __future__ import annotations

import errno
import functools
import os
import re
import resource
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any

from cchc_rehearsal.reception.promises import NUMBER_HEADER, NUMBERED

RAISED = ("unforeseen", "division", "memory", "recursion")
DEATHS = ("exit", "killed", "crashed")
FULL = "disk"
_GENERATOR = 0x20  # of a code object: its frame is entered again and again
_HEADER = re.compile(rf"^{NUMBER_HEADER}: (\d+)".encode(), re.MULTILINE)
_SMALL = 24 * 1024  # bytes; less than any form


class Unforeseen(Exception):
    """What nobody foresaw. Its words are personal data, and must stand nowhere afterwards."""


@dataclass(frozen=True)
class Strike:
    """One fault. `call`: at which call into our code, from the start of the work; deaths strike there too."""

    word: str
    call: int

    def fall(self) -> None:
        if self.word == "exit":
            os._exit(3)
        if self.word == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.word == "crashed":
            os.kill(os.getpid(), signal.SIGSEGV)
        if self.word == FULL:
            raise OSError(errno.ENOSPC, "No space left on device")
        kinds: dict[str, type[BaseException]] = {
            "division": ZeroDivisionError, "memory": MemoryError, "recursion": RecursionError,
        }  # fmt: skip
        raise kinds.get(self.word, Unforeseen)("Nguyễn Văn A, 0912 345 678")


@dataclass(frozen=True)
class StrikePlan:
    """Which items are struck in the reading process, each once; `log` keeps which were. `reading`: the item that is
    read now, where its name does not tell."""

    by_item: Mapping[int, Strike]
    log: Path
    reading: int | None = None

    def due(self, number: int | None) -> Strike | None:
        strike = self.by_item.get(number) if number is not None else None
        return None if strike is None or number in struck(self.log) else strike


def struck(log: Path) -> dict[int, str]:
    """Items that were struck so far, and by what."""
    if not log.exists():
        return {}
    lines = log.read_text(encoding="utf-8").split("\n")
    return {int(line.split()[0]): line.split()[1] for line in lines if line}


def judge_struck(plan: StrikePlan, reader: Any, arrival: Any) -> Any:
    """In the reading process: what the reception asks about a file."""
    from cchc.submissions.reading import judge_file

    found = NUMBERED.search(arrival.file_name)
    return _under(plan, int(found[1]) if found else None, lambda: judge_file(reader, arrival))


def deal_struck(plan: StrikePlan, reader: Any, raw: bytes, *more: Any) -> Any:
    """In the reading process: what the reception asks about a mail."""
    from cchc.submissions.reading import deal_with_mail

    found = _HEADER.search(raw)
    return _under(plan, int(found[1]) if found else None, lambda: deal_with_mail(reader, raw, *more))


def read_struck(plan: StrikePlan, units: Any, received_on: Any, path: Path, folder: Path) -> Any:
    """In the reading process: what landing asks about an export."""
    from cchc.sources.reading import read_export

    found = NUMBERED.search(path.name)
    number = int(found[1]) if found else None
    return _under(plan, number, lambda: read_export(units, received_on, path, folder))


def find_struck(plan: StrikePlan, reader: Any, content: bytes, file_name: str, chosen: Any) -> Any:
    """In the reading process: what is asked about the inspection team's workbook, whose name tells nothing."""
    from cchc.inspection import read_findings_workbook

    return _under(plan, plan.reading, lambda: read_findings_workbook(content, file_name, chosen))


def _under(plan: StrikePlan, number: int | None, work: Callable[[], Any]) -> Any:
    strike = plan.due(number)
    if strike is None:
        return work()

    def note() -> None:
        with plan.log.open("a", encoding="utf-8") as log:
            log.write(f"{number} {strike.word}\n")

    if strike.word == FULL:
        with full_disk(strike.call, note):
            return work()
    with falling(strike, note):
        return work()


@contextmanager
def striking_readers(plan: StrikePlan) -> Iterator[None]:
    """While it lasts the reception asks our functions instead of its own."""
    from unittest import mock  # not in every reading process

    module = "cchc.stages.receiving"
    with (
        mock.patch(f"{module}.judge_file", functools.partial(judge_struck, plan)),
        mock.patch(f"{module}.deal_with_mail", functools.partial(deal_struck, plan)),
        mock.patch("cchc.sources.reading._answer", functools.partial(read_struck, plan)),
    ):
        yield


@contextmanager
def striking_the_team(plan: StrikePlan, number: int) -> Iterator[None]:
    """The same for the team's workbook, which is of item `number` now."""
    from unittest import mock  # not in every reading process

    asked = functools.partial(find_struck, replace(plan, reading=number))
    with mock.patch("cchc.inspection.team_book._findings_in", asked):
        yield


@contextmanager
def falling(strike: Strike, note: Callable[[], None]) -> Iterator[None]:
    """The strike falls at the n-th call into the library within this thread, and never again."""
    calls = 0

    def hook(frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        if event != "call" or not _ours(frame):
            return
        calls += 1
        if calls >= strike.call:
            sys.setprofile(None)
            note()
            strike.fall()

    sys.setprofile(hook)
    try:
        yield
    finally:
        sys.setprofile(None)


def _ours(frame: FrameType) -> bool:
    """Where an exception can arise by itself: no leaving of a `with`, which must not fail, and none of our own."""
    code = frame.f_code
    if code.co_flags & _GENERATOR or code.co_name in ("__exit__", "_leave", "__del__"):
        return False
    return "/cchc/" in code.co_filename and "/cchc/isolation/" not in code.co_filename


@contextmanager
def full_disk(write: int, note: Callable[[], None]) -> Iterator[None]:
    """From the n-th file on there is no room for any."""
    from unittest import mock  # not in every reading process

    from cchc import files

    real, made = files.scratch, 0

    def full(beside: Path) -> AbstractContextManager[Path]:
        nonlocal made
        made += 1
        if made < write:
            return real(beside)
        note()
        raise OSError(errno.ENOSPC, "No space left on device")

    with mock.patch.object(files, "scratch", full):
        yield


@contextmanager
def no_file_grows() -> Iterator[None]:
    """The kernel itself refuses to let any file of this process grow beyond some kilobytes: forms, and the store."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (_SMALL, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
