"""The results of a round as one object: its lists, what stood the year before, and the mark by which they are known."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from cchc.files import sha256_bytes
from cchc.scoring.comparing import YearChange
from cchc.scoring.results import RankingList, UnitResult


@dataclass(frozen=True)
class YearBefore:
    """A unit a year earlier: its published index and rank, and the change over what is comparable."""

    index: Decimal | None
    rank: int | None
    change: YearChange


@dataclass(frozen=True)
class RoundResults:
    """Every list of a round. before: by unit, of those that were scored the year before too."""

    round_id: str
    year: int
    lists: tuple[RankingList, ...]
    before: Mapping[str, YearBefore] = field(default_factory=dict)

    def list_of(self, unit_code: str) -> RankingList | None:
        return next((one for one in self.lists if one.of(unit_code) is not None), None)

    def of(self, unit_code: str) -> UnitResult | None:
        ranking = self.list_of(unit_code)
        return ranking.of(unit_code) if ranking else None

    @property
    def results(self) -> list[UnitResult]:
        return [one for ranking in self.lists for one in ranking.results]

    @property
    def undecided(self) -> dict[str, tuple[str, ...]]:
        return {unit: codes for ranking in self.lists for unit, codes in ranking.undecided.items()}

    @property
    def is_sample(self) -> bool:
        """Whether any list is scored by a sample set: then every paper says so."""
        return any(one.criteria_set.is_sample for one in self.lists)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over inputs, index, rank and class of every unit: equal results have equal ones, in whichever order
        their lists and units were read."""
        rows = [
            [ranking.code, one.unit_code, *result_row(one).values()]
            for ranking in self.lists
            for one in ranking.results
        ]
        return _hash(sorted(rows, key=lambda row: (row[0], row[1])))


@dataclass(frozen=True)
class PublishedRow:
    """One unit in a stored ranking, as text to the last digit."""

    index: str | None
    rank: int | None
    class_name: str
    inputs_sha256: str

    def values(self) -> tuple[Any, ...]:
        return self.index, self.rank, self.class_name, self.inputs_sha256


def result_row(result: UnitResult) -> PublishedRow:
    """What is stored of a unit at publication."""
    index = None if result.index is None else str(result.index)
    return PublishedRow(index, result.rank, result.class_name, inputs_sha256(result))


def inputs_sha256(result: UnitResult) -> str:
    """Hash of what the result of a unit is made of: the set, and the decided points of each criterion."""
    points = [[one.code, _text(one.final.value), one.final.dropped] for one in result.criteria]
    return _hash([result.scores.criteria_set.version, points])


def _text(value: Decimal | None) -> str | None:
    """`2` and `2.00` are the same points."""
    return None if value is None else format(value.normalize(), "f")


def _hash(rows: Iterable[Any]) -> str:
    return sha256_bytes(json.dumps(list(rows), ensure_ascii=False, separators=(",", ":")).encode())
