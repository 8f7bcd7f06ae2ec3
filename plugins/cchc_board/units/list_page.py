"""Page 'Đơn vị': every unit with its telephone, what it owes now, and how often it was on time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from cchc.chasing.day_summary import late_units
from cchc.clock import TZ, vn_date
from cchc.run import Run
from cchc.table_files import PlainTable
from cchc.texts import t, table, vietnamese_order
from cchc.units import REPORTING_TIERS, Unit
from cchc_board.desk import RequestView
from cchc_board.finding import named_so


@dataclass(frozen=True)
class UnitLineOfAll:
    """A unit of the list. owed: how many things, `overdue` of them past their due date."""

    unit: Unit
    owed: int
    overdue: int


@dataclass(frozen=True)
class UnitsPage:
    """What the template shows. sought: the words that were looked for; tier: the one that was chosen."""

    lines: list[UnitLineOfAll]
    sought: str
    tier: str
    tiers: tuple[str, ...] = tuple(REPORTING_TIERS)


def units_page(desk: RequestView, sought: str, tier: str) -> UnitsPage:
    """Units of the day shown whose name, code or mailbox holds the words, with or without accents."""
    owed, overdue = Counter[str](), Counter[str]()
    if desk.store is not None:
        for one, state in desk.ledger.states(desk.as_of, only_owed=True):
            owed[one.unit_code] += 1
            overdue[one.unit_code] += state.current_due_at < desk.as_of
    day = desk.as_of.astimezone(TZ).date()
    found = [
        UnitLineOfAll(unit, owed[unit.code], overdue[unit.code])
        for unit in desk.units.all
        if unit.reports
        and desk.sees(unit.code)
        and (unit.valid_on(day) or owed[unit.code])
        and (not tier or unit.tier == tier)
        and (not sought or named_so(sought, unit.name, unit.code, *unit.mailboxes))
    ]
    places: dict[str, int] = {one: place for place, one in enumerate(REPORTING_TIERS)}
    found.sort(key=lambda one: (-one.overdue, places[one.unit.tier], vietnamese_order(one.unit.name)))
    return UnitsPage(found, sought, tier)


def overdue_table(run: Run, desk: RequestView) -> PlainTable:
    """The overdue units of whoever looks, the ones to call first, each with its days and what was noted."""
    words = table("board_units.overdue_columns")
    rows = [
        (
            one.code,
            one.name,
            "; ".join(one.titles),
            one.working_days,
            t("board_units.to_call") if one.to_call else None,
            ", ".join(vn_date(day) for day in one.noted),
        )
        for one in late_units(run)
        if desk.sees(one.code)
    ]
    return PlainTable(t("board_units.overdue_title"), list(words.values()), rows)
