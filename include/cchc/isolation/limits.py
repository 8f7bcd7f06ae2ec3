"""How much one item may take of the machine."""

from __future__ import annotations

import resource
from dataclasses import dataclass
from pathlib import Path

_MB = 1024 * 1024
GRACE_SECONDS = 5  # between the soft limit of processor time, which a process dies of, and the hard one


@dataclass(frozen=True)
class ReadingLimits:
    """Seconds for one item, as the clock on the wall counts them and as the processor does; bytes of memory beyond
    what the reading process has when it is ready."""

    seconds: float = 120
    processor_seconds: int = 90
    memory: int = 768 * _MB


def limit_memory(limits: ReadingLimits) -> None:
    """Of this process, from now on: what it has and the allowance."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    most = pages * resource.getpagesize() + limits.memory
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (most if hard < 0 else min(most, hard), hard))


def limit_processor(limits: ReadingLimits) -> None:
    """Of this process for the item that follows: what it has used and the allowance."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime) + 1 + limits.processor_seconds
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (most if hard < 0 else min(most, hard), hard))
