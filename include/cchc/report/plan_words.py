"""Targets and budget of the yearly plan: `include/config/plan.yaml`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from pydantic import Field

from cchc.config_files import OpenedFiles, StrictModel, config_file
from cchc.documents.blocks import Paragraph, TextRun
from cchc.documents.marking import Marking
from cchc.documents.signing import Dated
from cchc.texts import t


class PlanLine(Dated):
    """One sentence of the plan, for the years whose first day lies in its period."""

    text: str = Field(min_length=1)


class PlanWords(StrictModel):
    targets: tuple[PlanLine, ...]
    budget: tuple[PlanLine, ...]

    @classmethod
    def load(cls, folder: Path | None = None) -> PlanWords:
        return _load(folder)

    def paragraphs(self, part: str, year: int, marking: Marking) -> list[Paragraph]:
        """The lines of `targets` or `budget` in a year's plan; a draft without any says that they are to be written."""
        lines: Sequence[PlanLine] = getattr(self, part)
        texts = [one.text for one in lines if one.holds_on(date(year, 1, 1))]
        if not texts and marking.number is None:
            return [Paragraph((TextRun(t(f"year_plan.no_{part}")),), "todo")]
        return [Paragraph((TextRun(text),), "item") for text in texts]


@config_file("plan.yaml")
def _load(opened: OpenedFiles) -> PlanWords:
    return opened.yaml(PlanWords)
