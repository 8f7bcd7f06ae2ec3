"""Rules about self-scores."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Literal

from cchc.checks.rule import Rule, Situation, Witness
from cchc.checks.view import View
from cchc.indicators import format_number
from cchc.texts import t
from cchc.workbooks.forms import CheckFinding, FilledScore


class _ScoreRule(Rule):
    def _on_score(self, score: FilledScore, found: str | None, expected: str, message: str) -> CheckFinding:
        made = self.on_cell(t("workbooks.sheets.scores"), score.cell, found, expected, message)
        return self.softened(replace(made, indicator=score.criterion), score.explanation)

    @staticmethod
    def _witness(points: int | None) -> Witness:
        given = None if points is None else Decimal(points)
        return Witness(form={"scores": [FilledScore("x", self_points=given, max_points=Decimal(1))]})


class ScoreBounds(_ScoreRule):
    """Self-given points lie between 0 and the criterion's maximum; a penalty's from its negative maximum to 0."""

    kind: Literal["score_bounds"]

    def findings(self, view: View) -> Iterator[CheckFinding]:
        for score in view.filled.scores:
            if score.self_points is None or score.max_points is None:
                continue
            low, high = sorted((Decimal(0), score.max_points))
            if low <= score.self_points <= high:
                continue
            expected = t("checks.expected.between", low=format_number(low), high=format_number(high))
            found = format_number(score.self_points)
            message = t(
                "checks.messages.score_bounds", criterion=score.criterion, found=found, expected=expected
            )
            yield self._on_score(score, found, expected, message)

    def witnesses(self, situation: Situation, code: str | None) -> Iterator[Witness]:
        yield self._witness(9)


class ScoreEvidence(_ScoreRule):
    """Points have their evidence."""

    kind: Literal["score_evidence"]

    def findings(self, view: View) -> Iterator[CheckFinding]:
        for score in view.filled.scores:
            if score.self_points and score.self_points > 0 and not score.evidence:
                found = format_number(score.self_points)
                message = t("checks.messages.score_evidence", criterion=score.criterion, found=found)
                yield self._on_score(score, found, t("checks.expected.evidence"), message)

    def witnesses(self, situation: Situation, code: str | None) -> Iterator[Witness]:
        yield self._witness(1)


class ScoreMissing(_ScoreRule):
    """Every criterion is scored, or says why not."""

    kind: Literal["score_missing"]

    def findings(self, view: View) -> Iterator[CheckFinding]:
        for score in view.filled.scores:
            if score.self_points is None and score.criterion not in view.unreadable:
                message = t("checks.messages.score_missing", criterion=score.criterion)
                yield self._on_score(score, None, t("checks.expected.given"), message)

    def witnesses(self, situation: Situation, code: str | None) -> Iterator[Witness]:
        yield self._witness(None)
