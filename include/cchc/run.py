"""What every step of a stage is given: the day it works for, the round, and the things it works on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cchc.clock import TZ
from cchc.errors import CchcError, RuleRefused
from cchc.indicators import IndicatorRegister
from cchc.mail.server import SmtpConfig
from cchc.moments import typed_day
from cchc.obligations import Ledger, RoundLedger
from cchc.paths import Instance
from cchc.store import Store
from cchc.texts import t
from cchc.units import UnitRegister
from cchc.year import Calendar, Round

if TYPE_CHECKING:
    from cchc.sources import SystemValue


class Cause(StrEnum):
    """Why a run was started."""

    HAND = "hand"  # somebody started it
    HOUR = "hour"  # by the calendar
    COMPLETE = "complete"  # the last unit of the round was accepted


@dataclass(frozen=True)
class Approval:
    """A person's decision on a draft, and when it was taken.

    `number`, `symbol` and `issued_on` are given when it is issued.
    """

    decision: str  # approve | return
    by: str
    decided_at: datetime
    remarks: str = ""
    number: str | None = None
    symbol: str | None = None
    issued_on: date | None = None

    @classmethod
    def parse(cls, raw: Mapping[str, Any] | None) -> Approval:
        """From what a form or a replay hands over.

        Raises RuleRefused('no-approval') when nobody decided, or nobody knows when, RuleRefused('incomplete-issue')
        when an approval lacks its number, symbol or a real date, RuleRefused('remarks-needed') when a return says no
        reason.
        """
        decided_at = _moment(raw.get("decided_at")) if raw else None
        if not raw or raw.get("decision") not in ("approve", "return") or decided_at is None:
            raise RuleRefused("no-approval", t("run.no_approval"))
        approval = cls(
            raw["decision"], str(raw.get("by") or ""), decided_at, remarks=str(raw.get("remarks") or "")
        )
        if approval.decision == "return":
            if not approval.remarks.strip():
                raise RuleRefused("remarks-needed", t("run.remarks_needed"))
            return approval
        number, symbol = str(raw.get("number") or "").strip(), str(raw.get("symbol") or "").strip()
        issued_on = _day(raw.get("issued_on"))
        faults = [
            t(f"run.incomplete.{name}", found=found or t("run.incomplete.nothing"))
            for name, found, right in (
                ("number", number, number.isdigit()),
                ("symbol", symbol, bool(symbol)),
                ("day", str(raw.get("issued_on") or ""), issued_on is not None),
            )
            if not right
        ]
        if faults:
            raise RuleRefused("incomplete-issue", t("run.incomplete_issue", faults="; ".join(faults)))
        return replace(approval, number=number, symbol=symbol, issued_on=issued_on)


def _moment(raw: object) -> datetime | None:
    """A moment given as a datetime or as ISO text, in local time and whole seconds; None when it is none."""
    try:
        found = raw if isinstance(raw, datetime) else datetime.fromisoformat(str(raw))
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=TZ)).astimezone(TZ).replace(microsecond=0)


def _day(raw: object) -> date | None:
    """A day given as a date, or as people type one; None when it is no real day."""
    return raw if isinstance(raw, date) else typed_day(str(raw))


class YearData:
    """The year's calendar and the register of units, loaded once by whoever works with both."""

    @cached_property
    def calendar(self) -> Calendar:
        return Calendar.load()

    @cached_property
    def units(self) -> UnitRegister:
        return UnitRegister.load()


@dataclass(frozen=True)
class Run(YearData):
    """One run of a stage. `as_of` is the day and hour the run works for; nothing here reads the clock."""

    store: Store
    instance: Instance
    as_of: datetime
    round_id: str | None = None
    actor: str = "he-thong"
    run_id: str = ""
    cause: Cause = Cause.HAND
    smtp: SmtpConfig | None = None
    approval: Mapping[str, Any] | None = field(default=None, repr=False)
    # Which of a round's several decisions (an inspection's plan, team, letters); '' where a round has one.
    about: str = ""
    # What whoever looks at the run is to read, although nothing failed.
    notes: list[str] = field(default_factory=list, repr=False, compare=False)
    # Figures of other units and of the systems: the same for all files of one run.
    peer_cache: dict[str, dict[str, dict[str, Decimal]]] = field(
        default_factory=dict, repr=False, compare=False
    )
    system_cache: dict[str, dict[str, dict[str, SystemValue]]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @cached_property
    def indicators(self) -> IndicatorRegister:
        return IndicatorRegister.load()

    @cached_property
    def ledger(self) -> Ledger:
        return Ledger(self.store)

    @cached_property
    def rounds(self) -> RoundLedger:
        return RoundLedger(self.store)

    @property
    def round(self) -> Round:
        """The round of this run. RuleRefused, saying what to do, when it was started without one or with no round."""
        if not self.round_id:
            raise RuleRefused("round-needed", t("run.round_needed"))
        try:
            return self.calendar.round(self.round_id)
        except CchcError as error:
            raise RuleRefused("unknown-round", str(error)) from error

    @property
    def today(self) -> date:
        return self.as_of.astimezone(TZ).date()
