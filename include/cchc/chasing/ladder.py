"""The ladder of reminders as data, and the one rule that says which rung is due for an obligation today."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Literal, Protocol

from pydantic import Field, ValidationInfo, field_validator

from cchc.clock import TZ
from cchc.config_files import OpenedFiles, StrictModel, config_file, one_of, shown
from cchc.errors import ConfigError
from cchc.paths import TEMPLATE_DIR
from cchc.texts import t
from cchc.year import Product, WorkingDays


class Trigger(StrEnum):
    """What a rung counts its working days from."""

    OPENING = "opening"
    DUE = "due"
    RETURNED = "returned"
    HAND = "hand"  # a person asks for it; never due by itself


class Rung(StrictModel):
    """One step. `working_days`: before (negative) or after the trigger's day; meaningless for an opening.

    `channels`: phone puts the unit on the operators' list of calls besides. `attach`: the round's forms and
    letters; the year's due dates with the first mail of the year. `letter`: the document that the department
    signs once the rung is reached. `template`: the mail's pair of files.
    """

    code: str = Field(pattern=r"^[a-z0-9_]+$")
    name: str = Field(min_length=1)
    trigger: Trigger
    working_days: int = Field(default=0, ge=-60, le=60)
    address: Literal["unit", "head"] = "unit"
    copy_to: tuple[Literal["department"], ...] = ()
    list_to: tuple[Literal["committee"], ...] = ()
    channels: tuple[Literal["mail", "phone"], ...] = ("mail",)
    template: str = Field(default="digest", pattern=r"^[a-z0-9_]+$")
    attach: tuple[Literal["form", "calendar"], ...] = ("calendar",)
    letter: Literal["don_doc"] | None = None

    @field_validator("channels")
    @classmethod
    def _by_mail_at_least(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if "mail" not in value:
            raise ValueError(t("chasing.config.by_mail"))
        return value

    @field_validator("template")
    @classmethod
    def _is_there(cls, value: str) -> str:
        if not all((TEMPLATE_DIR / "mail" / f"{value}.{kind}.j2").is_file() for kind in ("html", "txt")):
            raise ValueError(t("chasing.config.no_template", name=value))
        return value

    @field_validator("working_days")
    @classmethod
    def _after_a_return(cls, value: int, info: ValidationInfo) -> int:
        if info.data.get("trigger") is Trigger.RETURNED and value < 1:
            raise ValueError(t("chasing.config.returned_after"))
        return value

    @property
    def after_due(self) -> bool:
        return self.trigger is Trigger.DUE and self.working_days > 0

    def day(self, anchor: date, working_days: CountsDays) -> date:
        """The working day on which this rung falls due, counted from the trigger's day."""
        if self.working_days == 0:
            return working_days.previous(anchor)
        return working_days.add(anchor, self.working_days)


@dataclass(frozen=True)
class Chased:
    """What the ladder needs to know about one owed obligation.

    `due_at`: the due instant in force (extension, rescheduling and correction included).
    `turned_back_on`: day of the return or rejection that is still open, else None.
    `sent`: day on which each rung was decided before, by rung. `covered_until`: rungs up to this day are
    never made up for, because somebody muted the unit.
    """

    product: str
    due_at: datetime
    never_answered: bool
    turned_back_on: date | None
    sent: Mapping[str, date]
    covered_until: date | None = None


class Ladder(StrictModel):
    """`ladder.yaml`: the rungs from mild to stern, and which rungs each product climbs."""

    rungs: tuple[Rung, ...]
    products: Mapping[Product, tuple[str, ...]]
    also_within_working_days: int = Field(ge=0, le=60)
    letter_within_working_days: int = Field(ge=1, le=60)

    @classmethod
    def load(cls, folder: Path | None = None) -> Ladder:
        """Raises ConfigError(s) naming the place, the value and what is allowed."""
        return _load(folder)

    def rung(self, code: str) -> Rung:
        """The rung with this code; KeyError when there is none."""
        return {rung.code: rung for rung in self.rungs}[code]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(rung.code for rung in self.rungs)

    @property
    def opening_codes(self) -> frozenset[str]:
        return frozenset(rung.code for rung in self.rungs if rung.trigger is Trigger.OPENING)

    @property
    def daily_codes(self) -> frozenset[str]:
        """Rungs that the daily run decides by itself; an opening is asked for by whoever opens a round, a
        reminder by hand by a person."""
        return frozenset(self.codes) - self.opening_codes - {rung.code for rung in self.by_hand}

    @property
    def by_hand(self) -> tuple[Rung, ...]:
        return tuple(rung for rung in self.rungs if rung.trigger is Trigger.HAND)

    def of(self, product: str) -> tuple[Rung, ...]:
        """The rungs of a product in the ladder's order; empty for a product that is never chased."""
        wanted = next((codes for one, codes in self.products.items() if one == product), ())
        return tuple(rung for rung in self.rungs if rung.code in wanted)

    def due_rung(
        self, chased: Chased, as_of: datetime, working_days: CountsDays, among: Collection[str]
    ) -> Rung | None:
        """The one rung to send for this obligation now, or None.

        A rung is due from its day on, once, while it still tells the truth: those before the due date until
        the due instant, those after it from then on. Of several due rungs only the latest is sent; the ones
        missed before it, and those whose day had come when the last mail went out, are covered by that mail
        and never sent late.
        """
        today = as_of.astimezone(TZ).date()
        last = max([*chased.sent.values(), *filter(None, [chased.covered_until])], default=None)
        best: tuple[date, int, Rung] | None = None
        for order, rung in enumerate(self.of(chased.product)):
            if rung.code not in among or rung.code in chased.sent or rung.trigger is Trigger.HAND:
                continue
            if rung.trigger is Trigger.OPENING:
                if chased.never_answered:
                    return rung
                continue
            day = _day_of(rung, chased, as_of, working_days)
            if day is None or day > today or (last is not None and day <= last):
                continue
            if best is None or (day, order) > best[:2]:
                best = (day, order, rung)
        return best[2] if best else None


def _day_of(rung: Rung, chased: Chased, as_of: datetime, working_days: CountsDays) -> date | None:
    """The day of a rung while it is true to send it, else None."""
    if rung.trigger is Trigger.RETURNED:
        anchor = chased.turned_back_on
        return rung.day(anchor, working_days) if anchor else None
    if rung.after_due != (as_of > chased.due_at):
        return None
    return rung.day(chased.due_at.astimezone(TZ).date(), working_days)


@config_file("ladder.yaml")
def _load(opened: OpenedFiles) -> Ladder:
    ladder = opened.yaml(Ladder)
    _check(ladder, shown(opened.path))
    return ladder


def _check(ladder: Ladder, file: str) -> None:
    seen: dict[str, int] = {}
    for number, rung in enumerate(ladder.rungs, start=1):
        if rung.code in seen:
            place = t("chasing.config.two_rungs", first=seen[rung.code], second=number)
            raise ConfigError(file, place, rung.code, t("chasing.config.unique_code"))
        seen[rung.code] = number
    offsets = [rung for rung in ladder.rungs if rung.trigger is Trigger.DUE]
    for earlier, later in pairwise(offsets):
        if later.working_days <= earlier.working_days:
            place = f"rungs.{later.code}.working_days"
            raise ConfigError(
                file, place, later.working_days, t("chasing.config.rising", after=earlier.working_days)
            )
    for product, codes in ladder.products.items():
        for code in codes:
            if code not in seen:
                raise ConfigError(file, f"products.{product}", code, one_of(code, ladder.codes))


class CountsDays(Protocol):
    """What the ladder asks of a calendar."""

    def add(self, day: date, n: int, /) -> date: ...

    def previous(self, day: date, /) -> date: ...


class RememberedDays:
    """A WorkingDays that remembers its answers; lives as long as one decision."""

    def __init__(self, working_days: WorkingDays) -> None:
        self._working_days = working_days
        self._added: dict[tuple[date, int], date] = {}

    def add(self, day: date, n: int, /) -> date:
        """The working day `n` working days after `day` (before it when negative)."""
        key = (day, n)
        if key not in self._added:
            self._added[key] = self._working_days.add(day, n)
        return self._added[key]

    def previous(self, day: date, /) -> date:
        """`day` itself when it is a working day, else the working day before it."""
        return self._working_days.previous(day)
