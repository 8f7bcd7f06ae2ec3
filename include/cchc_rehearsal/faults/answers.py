"""What a unit writes into its form, with a fault or without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cchc.indicators import Indicator
from cchc.indicators.model import OWN
from cchc.workbooks.figures_columns import part_expression
from cchc_rehearsal.faults.scene import PlantedFault, Scene
from cchc_rehearsal.faults.sound import plain_texts
from cchc_rehearsal.figures import TrueFigure
from cchc_rehearsal.fill import Answer, Answers


def report_answers(
    scene: Scene, owed: Sequence[Indicator], number: str, fault: PlantedFault | None
) -> Answers:
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
