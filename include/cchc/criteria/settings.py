"""`bo.yaml`: what a set says of itself, apart from its rows. `phieu/<code>.yaml`: its surveys."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, field_validator

from cchc.config_files import StrictModel
from cchc.criteria.row import ScoredUnit
from cchc.texts import t
from cchc.units.tiers import ReportingTier

Decimals = Annotated[int, Field(ge=0, le=6)]
SAMPLE, ISSUED = "mau", "ban-hanh"


class Validity(StrictModel):
    """Both days included."""

    first: date = Field(alias="from")
    until: date


class AppliesTo(StrictModel):
    """Whose set it is; a unit of any of them. All empty: of nobody, a set to be run beside."""

    tiers: tuple[ReportingTier, ...] = ()
    kinds: tuple[str, ...] = ()
    units: tuple[str, ...] = ()

    def holds(self, unit: ScoredUnit) -> bool:
        return unit.tier in self.tiers or unit.kind in self.kinds or unit.code in self.units

    @property
    def any(self) -> bool:
        """Whether it names anybody at all."""
        return bool(self.tiers or self.kinds or self.units)


class SetRounding(StrictModel):
    """Decimals, halves away from zero; null: not rounded."""

    criterion: Decimals | None
    total: Decimals
    index: Decimals


class ResultClass(StrictModel):
    """A class of results: its name and the lowest published index."""

    lowest: Decimal = Field(alias="from")
    name: str = Field(min_length=1)


class RankedList(StrictModel):
    """Units of the set that are ranked apart, by kind or code; `code` names the list."""

    code: str = Field(min_length=1)
    name: str = Field(min_length=1)
    kinds: tuple[str, ...] = ()
    units: tuple[str, ...] = ()

    def holds(self, unit: ScoredUnit) -> bool:
        return unit.kind in self.kinds or unit.code in self.units


class SetSettings(StrictModel):
    """A set's `bo.yaml`. decision: number, date and issuer; empty while the set is the sample.

    bonus_cap and penalty_floor bound the sums of the rows of effect `thuong` and `phat`. lists: units that are ranked
    apart; the others of the set are one list. tie_order: `chi_so`, `khao_sat`, `nhom:<group>`, `tieu_chi:<code>`.
    """

    code: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    name: str = Field(min_length=1)
    kind: Literal["mau", "ban-hanh"]
    decision: str = ""
    valid: Validity
    applies_to: AppliesTo
    total_points: Decimal = Field(gt=0)
    rounding: SetRounding
    bonus_cap: Decimal = Field(ge=0)
    penalty_floor: Decimal = Field(le=0)
    index_range: tuple[Decimal, Decimal]
    least_points_in_force: Decimal = Field(ge=0)
    ranked_by: Literal["danh_sach"]
    list_name: str = Field(min_length=1)
    lists: tuple[RankedList, ...] = ()
    classes: tuple[ResultClass, ...] = Field(min_length=1)
    tie_order: tuple[str, ...] = Field(min_length=1)
    merged_units: Literal["don_vi_hien_huu"]

    @field_validator("index_range")
    @classmethod
    def _range(cls, value: tuple[Decimal, Decimal]) -> tuple[Decimal, Decimal]:
        if value[0] >= value[1]:
            raise ValueError(t("criteria.proof.index_range"))
        return value

    @field_validator("classes")
    @classmethod
    def _classes(cls, value: tuple[ResultClass, ...]) -> tuple[ResultClass, ...]:
        if any(upper.lowest <= lower.lowest for upper, lower in pairwise(value)):
            raise ValueError(t("criteria.proof.classes_order"))
        if len({one.name for one in value}) < len(value):
            raise ValueError(t("criteria.proof.classes_names"))
        return value

    def class_of(self, index: Decimal) -> str:
        """The class of a published index, which is already rounded."""
        return next((one.name for one in self.classes if index >= one.lowest), self.classes[-1].name)

    def list_of(self, unit: ScoredUnit) -> tuple[str, str]:
        """(code, name) of the list in which the unit is ranked; the first that names it, else that of the set."""
        for one in self.lists:
            if one.holds(unit):
                return one.code, one.name
        return self.code, self.list_name

    def covers(self, unit: ScoredUnit, day: date) -> bool:
        return self.valid.first <= day <= self.valid.until and self.applies_to.holds(unit)


class SurveyOption(StrictModel):
    """An answer that can be ticked, and what it is worth."""

    code: str = Field(pattern=r"^[A-Z]$")
    name: str = Field(min_length=1)
    worth: Decimal = Field(ge=0, le=100)


class SurveyForm(StrictModel):
    """`phieu/<code>.yaml`: who answers about whom, what is asked, and from how many forms on the mean counts.

    weight: against the other surveys of the same criterion. about: tiers of the units that are judged.
    """

    code: str = Field(pattern=r"^[A-Za-z0-9_]+$")
    title: str = Field(min_length=1)
    answered_by: str = Field(min_length=1)
    about: tuple[ReportingTier, ...] = Field(min_length=1)
    questions: tuple[str, ...] = Field(min_length=1)
    options: tuple[SurveyOption, ...] = Field(min_length=2)
    least_forms: int = Field(ge=1)
    weight: Decimal = Field(gt=0)

    @field_validator("options")
    @classmethod
    def _options(cls, value: tuple[SurveyOption, ...]) -> tuple[SurveyOption, ...]:
        if any(better.worth <= worse.worth for better, worse in pairwise(value)):
            raise ValueError(t("criteria.proof.options_order"))
        return value

    @property
    def letters(self) -> tuple[str, ...]:
        return tuple(option.code for option in self.options)
