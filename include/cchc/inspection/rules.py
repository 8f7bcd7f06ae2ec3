"""Settings of the yearly inspection, edited by the department (`inspection.yaml`)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_CEILING, Decimal
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from cchc.config_files import OpenedFiles, StrictModel, config_file
from cchc.errors import RuleRefused
from cchc.texts import t
from cchc.units import ReportingTier


class TierRule(StrictModel):
    """What a tier's units may count on: the share inspected each year, and the longest time until the next time."""

    share: Decimal = Field(gt=0, le=1)
    longest_gap_years: int = Field(ge=1, le=20)

    def capacity(self, units: int) -> int:
        """How many of so many units are inspected in a year at least."""
        return int((self.share * units).to_integral_value(ROUND_CEILING))


class NotTwice(StrictModel):
    """Units of last year are taken again only from a risk on."""

    unless_risk_from: Decimal = Field(ge=0)


class RiskWeights(StrictModel):
    """Points of risk for each thing that the ledger knows of a unit."""

    late_report: Decimal = Field(ge=0)
    rejected_workbook: Decimal = Field(ge=0)
    overdue_task: Decimal = Field(ge=0)
    late_dossiers: Decimal = Field(ge=0)
    high_difference: Decimal = Field(ge=0)
    open_order: Decimal = Field(ge=0)
    low_score: Decimal = Field(ge=0)


class InspectionRules(StrictModel):
    """`inspection.yaml`. first_year: of the first inspection by these rules; a unit without a record is due from then.

    late_dossiers_from: percent of dossiers finished late in a report, from which it counts as a risk.
    conclusion: the form in which the letter after an inspection leaves, a letter of orders or an announcement.
    """

    tiers: dict[ReportingTier, TierRule] = Field(min_length=1)
    first_year: int = Field(ge=2000, le=2100)
    not_two_years_running: NotTwice
    answer_working_days: int = Field(ge=1, le=60)
    first_month: int = Field(ge=1, le=12)
    last_month: int = Field(ge=1, le=12)
    late_dossiers_from: Decimal = Field(ge=0, le=100)
    conclusion: Literal["cong_van", "thong_bao"]
    through: str = Field(min_length=1)
    weights: RiskWeights

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last_month < self.first_month:
            raise ValueError(t("inspection.months_in_order"))
        return self

    @classmethod
    def load(cls, folder: Path | None = None) -> InspectionRules:
        return _load(folder)

    def refuse_impossible(self, units: Mapping[str, int]) -> None:
        """RuleRefused('inspection-share') when a tier's share cannot reach all its units in its longest gap.

        units: how many there are of each tier.
        """
        for tier, rule in self.tiers.items():
            count = units.get(tier, 0)
            if not count:
                continue
            capacity = rule.capacity(count)
            needed = -(-count // capacity)
            if needed > rule.longest_gap_years:
                words = t(
                    "inspection.share_too_small",
                    tier=tier,
                    share=f"{(rule.share * 100).normalize():f}".replace(".", ","),
                    years=needed,
                    count=count,
                    gap=rule.longest_gap_years,
                )
                raise RuleRefused("inspection-share", words)


@config_file("inspection.yaml")
def _load(opened: OpenedFiles) -> InspectionRules:
    return opened.yaml(InspectionRules)
