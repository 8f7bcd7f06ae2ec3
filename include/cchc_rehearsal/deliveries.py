"""Files on their way: prepared beside the replay, put into the inbox at their own moment."""

from __future__ import annotations

import heapq
import os
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cchc.files import write_atomic


@dataclass(order=True)
class Parcel:
    """A file that arrives at `moment`. The content is being prepared by a worker."""

    moment: datetime
    order: int
    target: Path = field(compare=False)
    content: Future[bytes] = field(compare=False)


class Courier:
    """Prepares files in worker processes and delivers those that are due. A file's own time tells the order of those
    that one reading of the inbox finds; they arrive when that reading sees them."""

    def __init__(self, workers: int = 1) -> None:
        self._pool = ProcessPoolExecutor(max_workers=workers)
        self._parcels: list[Parcel] = []
        self._count = 0

    def send(self, moment: datetime, target: Path, make: Callable[..., bytes], *arguments: object) -> None:
        """Have `make(*arguments)` prepared now and delivered to `target` at `moment`."""
        self._count += 1
        heapq.heappush(
            self._parcels, Parcel(moment, self._count, target, self._pool.submit(make, *arguments))
        )

    def deliver(self, until: datetime) -> int:
        """Put every file that is due by `until` where it belongs; returns how many. A failed one raises."""
        delivered = 0
        while self._parcels and self._parcels[0].moment <= until:
            parcel = heapq.heappop(self._parcels)
            write_atomic(parcel.target, parcel.content.result())
            moment = parcel.moment.timestamp()
            os.utime(parcel.target, (moment, moment))
            delivered += 1
        return delivered

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)
