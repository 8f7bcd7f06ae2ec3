"""A fault as it is planted, and what it is planted into."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cchc_rehearsal.figures import TrueFigure
from cchc_rehearsal.fill import Answer

NO_REASON = "khong-dong-y-he-thong"  # what finds a fault in a row that a system has filled in


@dataclass(frozen=True)
class PlantedFault:
    """A fault as planted. `rule`: the check that must find it (several: joined by |). `typed` are rows typed over,
    `texts` sections of the outline, `boxes` other fields of `Answers`."""

    kind: str
    rule: str
    typed: Mapping[str, Answer] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    boxes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Scene:
    """What a fault is planted into: the unit's figures, the year, the day on which the report is signed, and the
    kind of the round (Q1, 6T, Q3, NAM)."""

    figures: Mapping[str, TrueFigure]
    year: int
    signed_on: date
    chance: random.Random
    round_kind: str = "Q1"

    def count(self, code: str) -> int:
        figure = self.figures.get(code)
        return int(figure.value) if figure and figure.value is not None else 0
