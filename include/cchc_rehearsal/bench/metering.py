"""What a piece of work takes of the machine: of this process, or with every process below it that helps."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SAMPLES_A_SECOND = 10
PROC = Path("/proc")


@dataclass(frozen=True)
class Cost:
    """Seconds of a piece of work: by the clock on the wall, and of this process on its cores."""

    wall: float
    cpu: float


def cost(work: Callable[[], object]) -> Cost:
    """What a piece of work costs that this process does alone."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Cost(time.perf_counter() - wall, time.process_time() - cpu)


@dataclass
class Metered:
    """Seconds by the clock and of processors; the most memory of one process and of all at one moment, in MB.

    Of one process it is the kernel's own high-water mark (VmHWM). That of all is a sum of resident pages, in which
    those that processes share count once for each.
    """

    wall: float = 0
    cpu: float = 0
    memory_one: float = 0
    memory_all: float = 0


@contextmanager
def metered() -> Iterator[Metered]:
    """Measure the block; what it took stands in the result when it is over."""
    taken, over = Metered(), threading.Event()
    _forget_high_water()
    watch = threading.Thread(target=_watch, args=(taken, over), daemon=True)
    wall, cpu = time.perf_counter(), _processor_seconds()
    watch.start()
    try:
        yield taken
    finally:
        taken.wall = time.perf_counter() - wall
        over.set()
        watch.join()
        taken.cpu = _processor_seconds() - cpu


def _watch(taken: Metered, over: threading.Event) -> None:
    ended = False
    while not ended:
        ended = over.wait(1 / SAMPLES_A_SECOND)
        found = [_memory(pid) for pid in _family()]
        taken.memory_one = max(taken.memory_one, *(high for high, _ in found))
        taken.memory_all = max(taken.memory_all, sum(now for _, now in found))


def _family() -> list[str]:
    """Our process and all below it. The kernel's own lists: to look through all processes would cost too much."""
    found = ["self"]
    for pid in found:
        try:
            for task in (PROC / pid / "task").iterdir():
                found += (task / "children").read_text().split()
        except OSError:  # gone meanwhile
            continue
    return found


def _memory(pid: str) -> tuple[float, float]:
    """High-water mark and present size of a process in MB; nothing of one that is gone."""
    try:
        lines = (PROC / pid / "status").read_text().splitlines()
    except OSError:
        return 0, 0
    told = {
        name: int(rest.split()[0])
        for name, _, rest in (line.partition(":") for line in lines)
        if name[:2] == "Vm"
    }
    return told.get("VmHWM", 0) / 1024, told.get("VmRSS", 0) / 1024


def _forget_high_water() -> None:
    """From now on the high-water mark is that of what follows."""
    (PROC / "self" / "clear_refs").write_text("5")


def _processor_seconds() -> float:
    """Of ours, of every process below that lives, and of those that these have seen end."""
    ticks = 0
    for pid in _family():
        try:
            told = (PROC / pid / "stat").read_text()
        except OSError:
            continue
        # utime, stime, cutime and cstime, counted from behind the name, in which blanks may be.
        ticks += sum(map(int, told.rpartition(")")[2].split()[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")
