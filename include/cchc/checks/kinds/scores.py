"""Rules about self-scores."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any, Literal

from cchc.checks.rule import Rule, Situation, Witness
from cchc.checks.view import View
from cchc.indicators import format_number
from cchc.texts import t
from cchc.workbooks.forms import CheckFinding, FilledScore
from cchc.workbooks.score_book import option_name


class _ScoreRule(Rule):
    def _on_score(self, score: FilledScore, found: str | None, expected: str, message: str) -> CheckFinding:
        made = self.on_cell(t("workbooks.sheets.scores"), score.cell, found, expected, message)
        return self.softened(replace(made, indicator=score.criterion), score.explanation)

    @staticmethod
    def _witness(**given: Any) -> Witness:
        return Witness(form={"scores": [FilledScore("x", max_points=Decimal(1), **given)]})


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
            side, bound = ("above", high) if score.self_points > high else ("below", low)
            message = t(
                f"checks.messages.score_bounds.{side}",
                criterion=score.criterion, found=found, bound=format_number(bound),
            )  # fmt: skip
            yield self._on_score(score, found, expected, message)

    def witnesses(self, situation: Situation, code: str | None) -> Iterator[Witness]:
        yield self._witness(self_points=Decimal(9))


class ScoreClosed(_ScoreRule):
    """What surveys and published indexes decide is not claimed."""

    kind: Literal["score_closed"]

    def findings(self, view: View) -> Iterator[CheckFinding]:
        for score in view.filled.scores:
            if score.self_points is not None and not score.is_claimable:
                message = t("checks.messages.score_closed", criterion=score.criterion)
                found = format_number(score.self_points)
                yield self._on_score(score, found, t("checks.expected.empty"), message)

    def witnesses(self, situation: Situation, code: str | None) -> Iterator[Witness]:
        yield self._witness(self_points=Decimal(1), is_claimable=False)


class ScoreOption(_ScoreRule):
    """Points that are typed are those of the option that is chosen."""

    kind: Literal["score_option"]

    def findings(self, view: View) -> Iterator[CheckFinding]:
        for score in view.filled.scores:
            if score.chosen is None or score.self_points is None or score.chosen_points is None:
                continue
            if score.self_points != score.chosen_points:
                expected = format_number(score.chosen_points)
                message = t(
                    "checks.messages.score_option", criterion=score.criterion, option=option_name(score.chosen),
                    expected=expected, found=format_number(score.self_points),
                )  # fmt: skip
                yield self._on_score(score, format_number(score.self_points), expected, message)

    def witnesses(self, situation: Situation, code: str | None) -> Iterator[Witness]:
        yield self._witness(self_points=Decimal(1), chosen="a", chosen_points=Decimal("0.5"))


class ScoreEvidence(_ScoreRule):
    """Points have the evidence that their criterion asks for; where an explanation will do, one of the two."""

    kind: Literal["score_evidence"]

    def findings(self, view: View) -> Iterator[CheckFinding]:
        for score in view.filled.scores:
            if not score.self_points or score.self_points < 0 or score.evidence:
                continue
            needed = score.evidence_needed
            if needed not in ("bat_buoc", "giai_trinh_thay") or (
                needed == "giai_trinh_thay" and score.explanation
            ):
                continue
            message = t(
                f"checks.messages.score_evidence.{needed}",
                criterion=score.criterion,
                evidence=score.evidence_name,
            )
            found = format_number(score.self_points)
            yield self._on_score(score, found, t("checks.expected.evidence"), message)

    def witnesses(self, situation: Situation, code: str | None) -> Iterator[Witness]:
        for needed in ("bat_buoc", "giai_trinh_thay"):
            yield self._witness(self_points=Decimal(1), evidence_needed=needed, evidence_name="x")


class ScoreMissing(_ScoreRule):
    """Every criterion that may be claimed is scored, or says why not."""

    kind: Literal["score_missing"]

    def findings(self, view: View) -> Iterator[CheckFinding]:
        for score in view.filled.scores:
            if score.self_points is None and score.is_claimable and score.criterion not in view.unreadable:
                message = t("checks.messages.score_missing", criterion=score.criterion)
                yield self._on_score(score, None, t("checks.expected.given"), message)

    def witnesses(self, situation: Situation, code: str | None) -> Iterator[Witness]:
        yield self._witness()
