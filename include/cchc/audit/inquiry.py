"""What a check is given: the run it works for, and where it says what it looked at and found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from cchc.audit.model import Damage, Progress
from cchc.run import Run


class Inquiry:
    """One audit on its way."""

    def __init__(self, run: Run, progress: Progress | None) -> None:
        self.run = run
        self.counts: Counter[str] = Counter()
        self.damages: list[Damage] = []
        self.notes: list[str] = []
        self._progress, self._check = progress, ""

    @contextmanager
    def asking(self, check: str) -> Iterator[None]:
        """What is looked at and found inside belongs to `check`."""
        self._check = check
        self.counts[check] += 0
        yield
        if self._progress:
            self._progress(check, self.counts[check])

    def looked(self, count: int = 1) -> None:
        """So many things were looked at."""
        before = self.counts[self._check]
        self.counts[self._check] += count
        if self._progress and before // 1000 != (before + count) // 1000:
            self._progress(self._check, before + count)

    def found(self, kind: str, thing: object, **detail: object) -> None:
        """Something is damaged."""
        self.damages.append(Damage(self._check, kind, str(thing), detail))
