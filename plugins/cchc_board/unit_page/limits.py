"""How often a caller may come: counted in memory, for the page runs as one process. A new start forgets it."""

from __future__ import annotations

import math
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Lock

MOST_KEYS = 20_000  # callers that are remembered; who came longest ago is forgotten first


class Counted(StrEnum):
    """What is counted, each by itself."""

    CALLER = "caller"  # any request of one address; many units may stand behind one
    LINK = "link"  # any request through one link
    ACT = "act"  # forms that were sent through one link
    WRONG = "wrong"  # links that were never made, of one address


@dataclass(frozen=True)
class Allowed:
    """So many times within so many seconds."""

    times: int
    seconds: float


USUAL = {
    Counted.CALLER: Allowed(300, 60),
    Counted.LINK: Allowed(60, 60),
    Counted.ACT: Allowed(20, 600),
    Counted.WRONG: Allowed(20, 600),
}


@dataclass
class RateLimits:
    """clock: seconds that only grow."""

    clock: Callable[[], float]
    allowed: Mapping[Counted, Allowed] = field(default_factory=lambda: USUAL)
    _seen: OrderedDict[tuple[Counted, str], deque[float]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def wait(self, what: Counted, whose: str) -> int:
        """Count one more; 0 when it is within bounds, else after how many seconds it would be. What is refused does not
        count."""
        bound, moment = self.allowed[what], self.clock()
        with self._lock:
            times = self._seen.setdefault((what, whose), deque())
            self._seen.move_to_end((what, whose))
            while len(self._seen) > MOST_KEYS:
                self._seen.popitem(last=False)
            while times and times[0] <= moment - bound.seconds:
                times.popleft()
            if len(times) >= bound.times:
                return max(1, math.ceil(times[0] + bound.seconds - moment))
            times.append(moment)
            return 0

    def is_full(self, what: Counted, whose: str) -> int:
        """The same without counting."""
        bound, moment = self.allowed[what], self.clock()
        with self._lock:
            times = [one for one in self._seen.get((what, whose), ()) if one > moment - bound.seconds]
        return max(1, math.ceil(times[0] + bound.seconds - moment)) if len(times) >= bound.times else 0
