"""What a check is given: the run it works for, and where it says what it looked at and found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from cchc.audit.model import Damage, Progress
from cchc.audit.proofs import LastProof
from cchc.run import Run
from cchc.texts import t

_EVERY = 500  # things between two words about progress


class Inquiry:
    """One audit on its way. before: what was proven last. read_again: also workbooks that were read for it, and whose
    bytes and figures are sealed. place, link: the head of the chain, once it was looked at."""

    def __init__(self, run: Run, before: LastProof, progress: Progress | None, *, read_again: bool) -> None:
        self.run, self.before, self.read_again = run, before, read_again
        self.place, self.link = 0, ""
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
            self._progress(check, self.counts[check], True)

    def looked(self, count: int = 1) -> None:
        """So many things were looked at."""
        before = self.counts[self._check]
        self.counts[self._check] += count
        if self._progress and before // _EVERY != (before + count) // _EVERY:
            self._progress(self._check, before + count, False)

    def found(self, kind: str, thing: object, **detail: object) -> None:
        """Something is damaged."""
        since = self.before.by_check.get(self._check)
        self.damages.append(Damage(self._check, kind, str(thing), detail, since))

    def note(self, kind: str, **values: object) -> None:
        """Something could not be looked at, for a reason that is no damage."""
        self.notes.append(t(f"audit.notes.{kind}", **values))
