"""Rules about explanations of appraised points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from cchc.checks.rule import Rule, Situation, Witness
from cchc.checks.view import View
from cchc.texts import t
from cchc.workbooks.forms import CheckFinding, FilledExplanation


class ExplanationWhole(Rule):
    """Whoever disagrees says why, and words stand beside a chosen stance."""

    kind: Literal["explanation_whole"]

    def findings(self, view: View) -> Iterator[CheckFinding]:
        for one in view.filled.explanations:
            if one.criterion in view.unreadable:
                continue
            if one.stance == "giai_trinh" and not one.text:
                yield self._on(one, one.text_cell, "explanation_text")
            elif one.stance is None and (one.text or one.evidence):
                yield self._on(one, one.cell, "explanation_stance")

    def _on(self, one: FilledExplanation, cell: str, key: str) -> CheckFinding:
        message = t(f"checks.messages.{key}", criterion=one.criterion)
        sheet = t("workbooks.sheets.explanations")
        return replace(self.on_cell(sheet, cell, None, None, message), indicator=one.criterion)

    def witnesses(self, situation: Situation, code: str | None) -> Iterator[Witness]:
        yield Witness(form={"explanations": [FilledExplanation("x", stance="giai_trinh")]})
