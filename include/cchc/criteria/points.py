"""What a criterion is computed from, and what comes out. NoNumber is not zero: what nobody gave stays unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Points:
    """Points reached. None and not dropped: the data do not say, a person decides. `dropped`: out of the maximum."""

    value: Decimal | None
    dropped: bool = False


UNKNOWN = Points(None)
DROPPED = Points(None, dropped=True)


@dataclass(frozen=True)
class Duty:
    """One obligation of a unit, from the ledger. done_on: None while it is owed; is_due: its day has come."""

    round_kind: str
    item: str
    due_on: date
    done_on: date | None
    is_due: bool

    @property
    def is_on_time(self) -> bool:
        return self.done_on is not None and self.done_on <= self.due_on

    @property
    def days_late(self) -> int | None:
        """Calendar days after the due day; 0 in time, None while it is owed."""
        return None if self.done_on is None else max((self.done_on - self.due_on).days, 0)


@dataclass(frozen=True)
class Survey:
    """The answers about one unit: how many forms, and the mean of what the options are worth (0 to 100)."""

    forms: int
    mean: Decimal


@dataclass(frozen=True)
class Inputs:
    """The figures of one unit, by name as the sets write them.

    numbers: `I.1.2`, `III.6.9.num`, `T06.1`, `KS.cong_bo.den`, `kt:vua`, `ngoai:SIPAS`. Percentages are in per cent
    (85, not 0.85); yes is 1 and no is 0. A name that is not there, or is None, was given by nobody. Only of figures
    from outside (`ngoai:SIPAS`, `TC.giai_ngan`) None says more: the table was read and has nothing about this unit.
    duties: by `obl:<product>` or `obl:<product>/<item>`, those of the year that the unit owes.
    surveys: by `ks:<survey>`. chosen: the option of a `chon` that was chosen. earlier: points of criteria that a
    `re_nhanh` asks about, by code.
    """

    numbers: Mapping[str, Decimal | None] = field(default_factory=dict)
    duties: Mapping[str, tuple[Duty, ...]] = field(default_factory=dict)
    surveys: Mapping[str, Survey] = field(default_factory=dict)
    chosen: str | None = None
    earlier: Mapping[str, Points] = field(default_factory=dict)
