"""`./cchc nguon tinh-trang`: which source and which unit sent nothing, week by week."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cchc import clock
from cchc.identity import open_store
from cchc.indicators import format_number
from cchc.paths import current_instance
from cchc.sources import SourceCoverage, coverage, source_words, unit_words
from cchc.sources.completeness import WatchRules
from cchc.sources.coverage import USUAL
from cchc.texts import t, table
from cchc.units import UnitRegister
from cchc.year import Calendar

SHOWN_WEEKS = 12
WIDTH_IN_FILES = 180


def standing(
    day: Annotated[
        datetime | None, typer.Option("--ngay", formats=["%Y-%m-%d"], help=t("cli.coverage.day"))
    ] = None,
    everybody: Annotated[bool, typer.Option("--tat-ca", help=t("cli.coverage.all"))] = False,
) -> None:
    instance = current_instance()
    store, units = open_store(instance, clock.now()), UnitRegister.load()
    as_of = clock.at(day.date() + timedelta(days=1)) - timedelta(seconds=1) if day else clock.now()
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console = Console(highlight=False, markup=False, width=WIDTH_IN_FILES)
    found = coverage(store, instance, Calendar.load(), units, as_of)
    names = {unit.code: unit.name for unit in units.all}
    for one in found:
        _show(console, one, names, everybody)
    rules = WatchRules.load()
    console.print(
        t(
            "sources.coverage.rule",
            hour=rules.judged_from_hour,
            weeks=rules.usual_weeks,
            rows=rules.expected_rows,
        )
    )
    if any(one.silent_since or one.silent_units for one in found):
        console.print(t("sources.coverage.advice"))
        raise typer.Exit(1)


def _show(console: Console, one: SourceCoverage, names: dict[str, str], everybody: bool) -> None:
    source = table("sources.coverage.sources")[one.source]
    console.print(f"{source}: {source_words(one)}")
    columns = table("sources.coverage.column")
    grid = Table(title=t("cli.coverage.weeks", source=source), title_justify="left")
    for name in ("week", "landings", "rows", "days"):
        grid.add_column(columns[name], justify="left" if name == "week" else "right")
    for week in one.weeks[-SHOWN_WEEKS:]:
        span = f"{week.first:%d/%m} - {week.last:%d/%m/%Y}"
        landings = str(week.landings) if week.landings else t("sources.coverage.no_landing")
        if not week.judged and not week.landings:
            landings = t("sources.coverage.not_judged")
        grid.add_row(span, landings, str(week.rows), str(week.working_days))
    console.print(grid)
    listed = [unit for unit in one.units if everybody or unit in one.silent_units]
    if not listed:
        console.print(t("sources.coverage.all_fine") if one.units else t("sources.coverage.nobody_covered"))
        return
    grid = Table(title=t("cli.coverage.units", source=source), title_justify="left")
    for name in ("unit", "state", "usual", "last", "told"):
        grid.add_column(columns[name])
    for unit in listed:
        grid.add_row(
            names.get(unit.unit_code, unit.unit_code),
            table("sources.coverage.states")[unit.state],
            "" if unit.usual is None else format_number(unit.usual, 1),
            " ".join(map(str, unit.rows[-6:])),
            "" if unit.state == USUAL else unit_words(unit),
        )
    console.print(grid)
