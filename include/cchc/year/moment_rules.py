"""The moments of a round that has more of them than an opening and a closing, as `calendar.yaml` writes them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, ValidationInfo, create_model, field_validator, model_validator

from cchc.config_files import StrictModel
from cchc.texts import t
from cchc.year.fields import Day, OnDayOff, Tiers, Timed, Title, mapping
from cchc.year.model import MOMENTS, RoundKind

_FEW, _MANY = 1, 60


class MomentRule(Timed):
    """A day of the year or of the next one, or so many working days after an earlier moment of the round."""

    day: Day | None = None
    on_day_off: OnDayOff = "next"
    after: str | None = None
    working_days: int | None = None

    @field_validator("working_days", mode="before")
    @classmethod
    def _some(cls, value: Any) -> Any:
        whole = isinstance(value, int) and not isinstance(value, bool)
        if value is not None and not (whole and _FEW <= value <= _MANY):
            raise ValueError(t("year.moment_days", few=_FEW, many=_MANY))
        return value

    @model_validator(mode="after")
    def _one_way(self) -> MomentRule:
        counted = self.after is not None and self.working_days is not None
        half = not counted and (self.after is not None or self.working_days is not None)
        moved = "on_day_off" in self.model_fields_set
        if half or counted == (self.day is not None) or (counted and moved):
            raise ValueError(t("year.moment_form"))
        return self


class Moments(StrictModel):
    """The moments of one kind of round, all of them, in their order."""

    @field_validator("*")
    @classmethod
    def _after_an_earlier_one(cls, value: MomentRule, info: ValidationInfo) -> MomentRule:
        names = list(cls.model_fields)
        earlier = names[: names.index(str(info.field_name))]
        if value.after is not None and value.after not in earlier:
            raise ValueError(t("year.moment_after", names=", ".join(earlier) or t("year.none")))
        return value

    def rules(self) -> dict[str, MomentRule]:
        return {name: getattr(self, name) for name in type(self).model_fields}


class MomentsRound(StrictModel):
    """One kind of round with moments. `tiers` is given only where it differs from the file's own."""

    title: Title
    moments: Moments
    tiers: Tiers | None = None
    allow_before_annual_report: bool = False


def round_model(kind: RoundKind) -> type[MomentsRound]:
    """The model of the rounds of a kind of MOMENTS."""
    one = Annotated[MomentRule, BeforeValidator(mapping)]
    fields: dict[str, Any] = dict.fromkeys(MOMENTS[kind], (one, ...))
    moments = create_model(f"Moments{kind.name.title()}", __base__=Moments, **fields)
    own: dict[str, Any] = {"moments": (Annotated[moments, BeforeValidator(mapping)], ...)}
    return create_model(f"Round{kind.name.title()}", __base__=MomentsRound, **own)
