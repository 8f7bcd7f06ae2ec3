"""What a unit writes into its form, with a fault or without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cchc.indicators import Indicator
from cchc.indicators.model import OWN
from cchc.workbooks.figures_columns import part_expression
from cchc_rehearsal.behaviour import seeded
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
        disputes=_disputes(scene),
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
            answers[one.code] = Answer(**parts, honest=True)
        else:
            value = figure.text if figure.text is not None else figure.value
            answers[one.code] = Answer(value=value, honest=True)
    return answers


def _disputes(scene: Scene) -> dict[str, Answer]:
    """What one unit in six does not agree with in the systems' figures, each with its reason: documents that went out
    past the software, dossiers that it counts late although they were not."""
    # Of its own, so that who disputes does not change what anybody writes.
    chance = seeded(0, scene.signed_on, scene.count("VB.1"), scene.count("T06.1"))
    if chance.random() >= _DISPUTING:
        return {}
    late = scene.count("T06.8")
    if late and chance.random() < 0.5:
        excused = chance.randint(1, late)
        changed, reason = {"T06.7": excused, "T06.8": -excused}, _EXCUSED
    else:
        changed, reason = dict.fromkeys(("VB.1", "VB.2", "VII.2.3"), chance.randint(4, 30)), _ON_PAPER
    return {
        code: Answer(scene.count(code) + more, explanation=reason)
        for code, more in changed.items()
        if code in scene.figures
    }


_DISPUTING = 1 / 6
_ON_PAPER = "Một số văn bản giấy phát hành tại bộ phận một cửa chưa nhập vào phần mềm."
_EXCUSED = "Hồ sơ tạm dừng chờ người dân bổ sung, phần mềm tính là quá hạn; đã có phiếu yêu cầu bổ sung."
