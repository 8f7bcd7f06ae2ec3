"""A fault as it is planted, and what a unit writes into its form, with a fault or without."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from cchc.demo.faults.sound import plain_texts
from cchc.demo.figures import TrueFigure
from cchc.indicators import Indicator
from cchc.intake import Answer, Answers
from cchc.intake.figures_columns import OWN, part_expression


@dataclass(frozen=True)
class Fault:
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


def report_answers(scene: Scene, owed: Sequence[Indicator], number: str, fault: Fault | None) -> Answers:
    """What the unit writes: its true figures and plain sentences, then the fault over them, where it owes the row."""
    codes = {one.code for one in owed}
    typed = {code: answer for code, answer in (fault.typed if fault else {}).items() if code in codes}
    answers = Answers(
        figures=_figures(scene.figures, owed) | typed,
        narratives=plain_texts(scene) | dict(fault.texts if fault else {}),
        document_number=number,
        signed_on=scene.signed_on,
    )
    return replace(answers, **fault.boxes) if fault else answers


def _figures(figures: Mapping[str, TrueFigure], owed: Sequence[Indicator]) -> dict[str, Answer]:
    """Parts of a percentage where the form asks for them, values of the rest."""
    codes, answers = {one.code for one in owed}, dict[str, Answer]()
    for one in owed:
        figure = figures.get(one.code)
        if figure is None:
            continue
        if one.kind == "percent":
            parts = {
                name: getattr(figure, name)
                for name in ("numerator", "denominator")
                if part_expression(getattr(one, name), codes) == OWN
            }
            answers[one.code] = Answer(**parts)
        else:
            answers[one.code] = Answer(value=figure.text if figure.text is not None else figure.value)
    return answers
