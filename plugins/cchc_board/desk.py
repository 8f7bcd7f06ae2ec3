"""What a page reads from: the installation, its store, the year's data, and the moment it shows."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache, cached_property

from sqlalchemy import inspect, make_url
from sqlalchemy.exc import SQLAlchemyError

from cchc import clock
from cchc.errors import CchcError, RuleRefused
from cchc.mail.accounts import refuse_out_of_scope, scope_of
from cchc.mail.department import Department
from cchc.obligations import Ledger, RoundLedger, RoundState
from cchc.paths import Instance, current_instance
from cchc.run import Run, YearData
from cchc.store import Row, Store
from cchc.texts import t
from cchc.units import Unit
from cchc_board.typed import day_of


@dataclass(frozen=True)
class RequestView(YearData):
    """One request's view. `store` is None while nothing was ever recorded. `chosen` is the day asked for. `viewer`: the
    login of whoever looks."""

    instance: Instance
    store: Store | None
    as_of: datetime
    chosen: date | None = None
    viewer: str = ""

    @cached_property
    def scope(self) -> frozenset[str] | None:
        """Codes of the units that the viewer looks after; None: all of them.

        Whom `department.yaml` does not name was given no units: he sees all, and may what Airflow says.
        """
        accounts = Department.load().accounts
        if self.viewer not in accounts:
            return None
        return scope_of(self.viewer, accounts, self.units, self.as_of.astimezone(clock.TZ).date())

    def sees(self, unit_code: str) -> bool:
        """Whether a unit is among those that lists show to the viewer."""
        return self.scope is None or unit_code in self.scope

    def refuse_some_units(self) -> None:
        """RuleRefused('not-own-unit') where every unit is told of, for whoever looks after some of them."""
        if self.scope is not None:
            raise RuleRefused("not-own-unit", t("board_scope.all_units", actor=self.viewer))

    def refuse_others(self, *unit_codes: str) -> None:
        """RuleRefused('not-own-unit') for a unit that the viewer does not look after."""
        refuse_out_of_scope(self.scope, self.viewer, unit_codes)

    @property
    def rehearsal(self) -> bool:
        return self.instance.settings.rehearsal

    @cached_property
    def _rounds(self) -> tuple[list[Row], dict[str, RoundState]]:
        """The rounds of all years in the order of their opening, and how those stood that were open by then."""
        if self.store is None:
            return [], {}
        ledger = RoundLedger(self.store)
        return ledger.all(), ledger.states(self.as_of)

    @property
    def round_states(self) -> dict[str, RoundState]:
        """The rounds of all years that were open by the moment shown, by id, each as it stood then."""
        return self._rounds[1]

    def opened_rounds(self, year: int) -> dict[str, RoundState]:
        """Rounds of the year that were open by the moment shown, by id, each as it stood then; first opened first."""
        rows, states = self._rounds
        opened = (row["round_id"] for row in rows if row["year"] == year)
        return {round_id: states[round_id] for round_id in opened if round_id in states}

    def documents(self, round_id: str) -> list[Row]:
        if self.store is None:
            return []
        return self.store.query("board.documents", round_id=round_id, as_of=clock.to_text(self.as_of))

    @property
    def ledger(self) -> Ledger:
        if self.store is None:
            raise CchcError(t("board.nothing_recorded"))
        return Ledger(self.store)

    def unit_name(self, code: str) -> str:
        unit = self.find_unit(code)
        return unit.name if unit else code

    def find_unit(self, code: str) -> Unit | None:
        """The unit, or None when the register no longer has it: what it owed is shown nevertheless."""
        return next((unit for unit in self.units.all if unit.code == code), None)


StoreUrl = Callable[[], str]
_where: list[StoreUrl] = []


def look_in(store_url: StoreUrl) -> None:
    """Whom to ask for the store's URL at each request, instead of the installation."""
    _where[:] = [store_url]


def open_desk(day: str | None, *, acting: bool = False) -> RequestView:
    """The view as of the end of `day` (YYYY-MM-DD), else as of now.

    Only who is acting gets a store that can be written, where the installation has a role that cannot.

    A rehearsal lives in a year of its own, so without a day it shows what was recorded last. Raises
    CchcError when `day` is no day.
    """
    instance = current_instance()
    reader = None if acting else instance.reader_url
    store = existing_store(reader or (_where[0]() if _where else instance.store_url))
    if day:
        chosen = _day(day)
        return RequestView(
            instance, store, clock.at(chosen + timedelta(days=1)) - timedelta(seconds=1), chosen
        )
    if instance.settings.rehearsal and store is not None:
        last = store.query("board.last_recorded")[0]["recorded_at"]
        if last:
            return RequestView(instance, store, clock.from_text(last))
    return RequestView(instance, store, clock.now())


def watched_run() -> Run | None:
    """What the health of the installation is seen in; None while there is no store. A store that cannot be reached is
    found out by looking, not here."""
    instance = current_instance()
    url = _where[0]() if _where else instance.store_url
    if _no_file(url):
        return None
    run = Run(_store(url), instance, clock.now())
    if instance.settings.rehearsal:
        with suppress(SQLAlchemyError):
            last = run.store.query("board.last_recorded")[0]["recorded_at"]
            return replace(run, as_of=clock.from_text(last)) if last else run
    return run


def _day(text: str) -> date:
    """A day as addresses have it, or as people type it."""
    try:
        return day_of(text)
    except RuleRefused:
        raise CchcError(t("board.bad_day", day=text)) from None


def existing_store(url: str) -> Store | None:
    """The store when it is there with its tables; looking must not create it."""
    if _no_file(url):
        return None
    store = _store(url)
    return store if inspect(store.engine).has_table("round_events") else None


def _no_file(url: str) -> bool:
    parsed = make_url(url)
    root = current_instance().root
    return parsed.get_backend_name() == "sqlite" and not (root / (parsed.database or "")).exists()


@cache
def _store(url: str) -> Store:
    return Store(url)
