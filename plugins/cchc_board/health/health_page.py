"""Page 'Sức khỏe', and what a monitor may know without a login: how the whole is, and nothing else."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cchc.errors import CchcError
from cchc.run import Run
from cchc.texts import t
from cchc.watching import Health, State, health, worst

FRESH_SECONDS = 30
Parts = Callable[[], Mapping[str, str | None] | None]


@dataclass(frozen=True)
class HealthPage:
    """What the template shows. `left`: lines that somebody should look at, the worst first."""

    summary: str
    left: list[Health]
    well: list[Health]


def health_page(run: Run | None, parts: Mapping[str, str | None] | None) -> HealthPage:
    """From the true state of store, folders and Airflow's processes."""
    lines = health(run, parts)
    state = worst(lines)
    left = sorted((one for one in lines if one.state is not State.WELL), key=lambda one: -one.state.rank)
    count = sum(one.state is state for one in left)
    return HealthPage(
        summary=t(f"watching.summary.{state}", count=count),
        left=left,
        well=[one for one in lines if one.state is State.WELL],
    )


def pulse_of(run: Callable[[], Run | None], parts: Parts) -> State:
    """The state alone. What is wrong with the configuration itself is broken too, and its words are nobody's."""
    try:
        return worst(health(run(), parts()))
    except CchcError:
        return State.BROKEN


@dataclass
class Pulse:
    """The state of the whole for whoever asks, looked at once in 30 seconds however often strangers ask."""

    look: Callable[[], State]
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)
    _state: State = field(default=State.WELL, init=False)
    _until: float = field(default=0.0, init=False)

    def state(self) -> State:
        with self._lock:
            if time.monotonic() >= self._until:
                self._state = self.look()
                self._until = time.monotonic() + FRESH_SECONDS
            return self._state
