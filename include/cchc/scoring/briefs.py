"""What can be said of a criterion of a unit without its words: counts and choices over a whole round rest on this.

A round of a province has thousands of criteria. Their reasons, figures and files are read for those that somebody
looks at; how many are decided, alike or without evidence follows from the last points of each stage.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from cchc.clock import to_text
from cchc.criteria import CriterionRow, Points
from cchc.run import Run
from cchc.scores import Stage, UnitFile, objections_of
from cchc.scoring.proposals import is_alike, needs_files, same
from cchc.units import Unit
from cchc.year import Product


class Judged:
    """What follows from the last points of each stage and from whether there is evidence."""

    unit: Unit
    row: CriterionRow
    reopened: bool

    @property
    def key(self) -> tuple[str, str]:
        return self.unit.code, self.row.code

    @property
    @abstractmethod
    def claim(self) -> Points | None: ...

    @property
    @abstractmethod
    def computed(self) -> Points | None: ...

    @property
    @abstractmethod
    def first_points(self) -> Points | None:
        """Of decision 1."""

    @property
    @abstractmethod
    def last_points(self) -> Points | None:
        """Of the last appraisal; the council's word is another thing."""

    @property
    @abstractmethod
    def is_proven(self) -> bool:
        """Whether there is any evidence."""

    @property
    @abstractmethod
    def is_explained(self) -> bool: ...

    @property
    def is_alike(self) -> bool:
        return is_alike(self.row, self.claim, self.computed, (True,) if self.is_proven else ())

    @property
    def lacks_evidence(self) -> bool:
        return needs_files(self.row) and not self.is_proven

    @property
    def for_second(self) -> bool:
        """Whether the second appraisal is about it: explained, or opened again."""
        return self.first_points is not None and (self.is_explained or self.reopened)

    @property
    def is_changed(self) -> bool:
        """Whether the last decision gives other points than the unit claimed."""
        one, claim = self.last_points, self.claim
        if one is None:
            return False
        return one.dropped or not same(one.value, None if claim is None else claim.value)

    @property
    def is_contested(self) -> bool:
        """Whether the unit may explain itself: decided otherwise than claimed, or 0 for want of evidence."""
        first = self.first_points
        if first is None or not self.row.is_claimable:
            return False
        claimed = self.claim is not None and self.claim.value is not None
        zero = first.value == 0 and self.lacks_evidence and self.row.effect == "diem"
        return (claimed and self.is_changed) or zero


@dataclass(slots=True)
class LastPoints:
    """The last points of each stage of an appraisal."""

    claim: Points | None = None
    computed: Points | None = None
    first: Points | None = None
    second: Points | None = None


_NOTHING = LastPoints()
_FIELD = {
    str(Stage.CLAIM): "claim", str(Stage.COMPUTED): "computed", str(Stage.FIRST): "first", str(Stage.SECOND): "second",
}  # fmt: skip


@dataclass(slots=True)
class Brief(Judged):
    """One criterion of one unit, by its points alone."""

    unit: Unit
    row: CriterionRow
    said: LastPoints
    proven: bool
    explained: bool
    reopened: bool

    @property
    def is_proven(self) -> bool:
        return self.proven

    @property
    def is_explained(self) -> bool:
        return self.explained

    @property
    def claim(self) -> Points | None:
        return self.said.claim

    @property
    def computed(self) -> Points | None:
        return self.said.computed

    @property
    def first_points(self) -> Points | None:
        return self.said.first

    @property
    def last_points(self) -> Points | None:
        return self.said.second or self.said.first


def briefs(
    run: Run,
    rows: Iterable[tuple[Unit, CriterionRow]],
    files: Mapping[str, UnitFile],
    reopened: Collection[tuple[str, str]],
) -> list[Brief]:
    """Of the run's round by its moment, in the order of `rows`; four statements, however many units there are."""
    rows = list(rows)
    asked = {
        "round_id": run.round.round_id,
        "as_of": to_text(run.as_of),
        "criteria": sorted({row.code for _, row in rows}),
    }
    counts = counts_with(run, files)
    with run.store.read() as tx:
        said = _said(tx.tuples("scores.points_of_round", **asked))
        explained = {(unit, criterion) for unit, criterion in tx.tuples("scores.explained", **asked)}
        proven = {
            (unit, criterion)
            for unit, criterion, came_with in tx.tuples("scores.proven", **asked)
            if counts(unit, came_with)
        }
    return [
        Brief(unit, row, said.get(key, _NOTHING), key in proven, key in explained, key in reopened)
        for unit, row in rows
        for key in [(unit.code, row.code)]
    ]


def _said(rows: Iterable[tuple[Any, ...]]) -> dict[tuple[str, str], LastPoints]:
    found: dict[tuple[str, str], LastPoints] = {}
    for unit, criterion, stage, points, dropped in rows:
        own = found.get((unit, criterion))
        if own is None:
            own = found[unit, criterion] = LastPoints()
        setattr(own, _FIELD[stage], _points(points, dropped))
    return found


@lru_cache(maxsize=1 << 12)
def _points(text: str | None, dropped: int) -> Points:
    return Points(None if text is None else Decimal(text), bool(dropped))


def counts_with(run: Run, files: Mapping[str, UnitFile]) -> Callable[[str, str], bool]:
    """Whether evidence of a unit counts that came with a submission or an objection: with the version of its file that
    counts, with its explanations and objections."""
    round_id = run.round.round_id
    objected = {one.objection_id for one in objections_of(run.store, round_id)}
    counted = {code: one.submission_id for code, one in files.items()}

    def counts(unit: str, came_with: str) -> bool:
        explaining = came_with.startswith(f"{round_id}/{unit}/{Product.EXPLANATION}/")
        return explaining or came_with in objected or came_with == counted.get(unit)

    return counts
