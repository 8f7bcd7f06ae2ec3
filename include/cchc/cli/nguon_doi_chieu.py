"""`./cchc nguon doi-chieu-chot` and `ho-so`: what was changed after the cut-off, and one dossier over time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from cchc import clock
from cchc.errors import CchcError
from cchc.files import write_atomic
from cchc.identity import open_store
from cchc.paths import Instance, current_instance
from cchc.report.rewrites_book import (
    brief_heads,
    brief_rows,
    build_rewrites_book,
    build_rewrites_csv,
    list_heads,
    list_row,
)
from cchc.sources import DOC_MANAGEMENT, ONE_STOP, SnapshotComparison, compare_with_snapshot, history
from cchc.store import Row, Store
from cchc.table_files import kind_of
from cchc.texts import t, table
from cchc.units import UnitRegister
from cchc.year import Calendar

SHOWN_CHANGES = 40
SHOWN_UNITS = 30
WIDTH_IN_FILES = 220
_DAY = ["%Y-%m-%d"]
_HIDDEN = ("document_key", "dossier_code", "row_no", "field_key")


def compare(
    round_id: Annotated[str, typer.Option("--dot", help=t("cli.rewrites.round"))],
    until: Annotated[
        datetime | None, typer.Option("--den", formats=_DAY, help=t("cli.rewrites.until"))
    ] = None,
    out: Annotated[Path | None, typer.Option("--ra", metavar="TEP", help=t("cli.rewrites.out"))] = None,
) -> None:
    kind = kind_of(out) if out else ""
    instance, window = current_instance(), Calendar.load().round(round_id).window
    if window is None:
        raise CchcError(t("cli.rewrites.no_window", round=round_id))
    store, moment = _store(instance), _end(until)
    found = [
        comparison
        for source in (ONE_STOP, DOC_MANAGEMENT)
        if (comparison := compare_with_snapshot(store, instance, source, window, moment)) is not None
    ]
    if not found:
        raise CchcError(t("cli.rewrites.no_snapshot", round=round_id, day=clock.vn_date(window.last)))
    names = {unit.code: unit.name for unit in UnitRegister.load().all}
    console = _console()
    for comparison in found:
        _show(console, comparison, round_id, names)
    if out is not None:
        if kind == ".csv":
            content = build_rewrites_csv(found, names)
        else:
            content = build_rewrites_book(round_id, found, names, instance.settings.rehearsal)
        console.print(t("cli.rewrites.written", file=write_atomic(out, content)))


def show_history(
    key: Annotated[str, typer.Argument(metavar="MA_HO_SO", help=t("cli.rewrites.key"))],
    until: Annotated[
        datetime | None, typer.Option("--den", formats=_DAY, help=t("cli.rewrites.until"))
    ] = None,
) -> None:
    instance = current_instance()
    store, console = _store(instance), _console()
    told = False
    for source in (ONE_STOP, DOC_MANAGEMENT):
        rows = history(store, instance, source, key, _end(until))
        if not rows:
            continue
        told = True
        _show_history(console, source, key, rows)
    if not told:
        raise CchcError(t("cli.rewrites.no_history", key=key))


def _show(console: Console, comparison: SnapshotComparison, round_id: str, names: dict[str, str]) -> None:
    rewrites = comparison.rewrites
    console.print(
        t(
            "cli.rewrites.summary",
            source=table("rewrites.sources")[comparison.source],
            day=clock.vn_date(comparison.snapshot.cut_off),
            landings=comparison.landings,
            cases=len(rewrites),
            keys=len({one.key for one in rewrites}),
            units=len({one.unit for one in rewrites}),
        )
    )
    if not rewrites:
        return
    grid = Table()
    for place, head in enumerate(brief_heads(comparison)):
        grid.add_column(head, justify="right" if place else "left")
    rows = brief_rows(comparison, names)
    for brief in rows[:SHOWN_UNITS]:
        grid.add_row(*brief)
    console.print(grid)
    if len(rows) > SHOWN_UNITS:
        console.print(t("cli.rewrites.more_units", count=len(rows) - SHOWN_UNITS))
    grid = Table()
    for head in list_heads(comparison.source):
        grid.add_column(head)
    for one in rewrites[:SHOWN_CHANGES]:
        *cells, received_at = list_row(one, names)
        assert isinstance(received_at, datetime)
        grid.add_row(*map(str, cells), f"{received_at:%d/%m/%Y}")
    console.print(grid)
    if len(rewrites) > SHOWN_CHANGES:
        console.print(t("rewrites.book.cut", count=len(rewrites), shown=SHOWN_CHANGES, round=round_id))


def _show_history(console: Console, source: str, key: str, rows: list[tuple[Row, dict[str, Any]]]) -> None:
    """What never changed once, then one line an export with what did."""
    units = {unit.code: unit.name for unit in UnitRegister.load().all}
    names = table("sources.columns") | {"unit": t("rewrites.book.unit")}
    told = [
        name for name in rows[0][1] if name not in _HIDDEN and any(row[name] is not None for _, row in rows)
    ]
    moving = [name for name in told if len({row[name] for _, row in rows}) > 1]
    console.print(t("cli.rewrites.history_title", source=table("rewrites.sources")[source], key=key))
    for name in (name for name in told if name not in moving):
        console.print(f"  {names.get(name, name)}: {_cell(name, rows[0][1][name], units)}")
    grid = Table()
    for head in (
        t("rewrites.book.received_at"),
        t("rewrites.book.file"),
        *(names.get(n, n) for n in moving),
    ):
        grid.add_column(head, overflow="fold")
    for place, (landing, row) in enumerate(rows, start=1):
        moment = clock.from_text(landing["received_at"])
        last = f"\n({t('cli.rewrites.stands')})" if place == len(rows) else ""
        grid.add_row(
            f"{moment:%d/%m/%Y %H:%M}{last}",
            landing["file_name"],
            *(_cell(name, row[name], units) for name in moving),
        )
    console.print(grid)


def _cell(name: str, value: object, units: dict[str, str]) -> str:
    if value is None:
        return ""
    if name == "unit":
        return units.get(str(value), str(value))
    if name in ("status", "channel", "medium"):
        return table(f"rewrites.{name}").get(str(value), str(value))
    if name == "return_channel":
        return table("rewrites.channel").get(str(value), str(value))
    if isinstance(value, bool):
        return t("cli.rewrites.yes") if value else t("cli.rewrites.no")
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M}" if value.hour or value.minute else f"{value:%d/%m/%Y}"
    return clock.vn_date(value) if isinstance(value, date) else str(value)


def _end(until: datetime | None) -> datetime:
    """The end of the day asked for, else now."""
    return clock.at(until.date() + timedelta(days=1)) - timedelta(seconds=1) if until else clock.now()


def _store(instance: Instance) -> Store:
    return open_store(instance, clock.now())


def _console() -> Console:
    console = Console(highlight=False, markup=False)
    return console if console.is_terminal else Console(highlight=False, markup=False, width=WIDTH_IN_FILES)
