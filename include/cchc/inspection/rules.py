"""Settings of the yearly inspection, edited by the department (`inspection.yaml`)."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from cchc.config_files import OpenedFiles, StrictModel, config_file
from cchc.texts import t
from cchc.units import ReportingTier


class RiskWeights(StrictModel):
    """Points of risk for each thing that the ledger knows of a unit."""

    late_report: Decimal
    rejected_workbook: Decimal
    never_inspected: Decimal
    overdue_task: Decimal


class InspectionRules(StrictModel):
    share: Decimal = Field(gt=0, le=1)
    tiers: list[ReportingTier]
    answer_working_days: int = Field(ge=1, le=60)
    first_month: int = Field(ge=1, le=12)
    last_month: int = Field(ge=1, le=12)
    weights: RiskWeights

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last_month < self.first_month:
            raise ValueError(t("inspection.months_in_order"))
        return self

    @classmethod
    def load(cls, folder: Path | None = None) -> InspectionRules:
        return _load(folder)


@config_file("inspection.yaml")
def _load(opened: OpenedFiles) -> InspectionRules:
    return opened.yaml(InspectionRules)
