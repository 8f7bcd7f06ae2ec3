"""`./cchc lich`: the calendar of a year, what an edit of it moves, and applying that to open obligations."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cchc import clock
from cchc.config_files import shown_config
from cchc.errors import RuleRefused
from cchc.files import write_atomic
from cchc.texts import t, table
from cchc.year import Calendar
from cchc.year.agenda import agenda, year_rows

_MOMENT_COLUMNS = ("round_id", "label", "day", "why")


def lich(
    year: Annotated[int | None, typer.Argument(help=t("year.cli.year"), show_default=False)] = None,
    so_sanh: Annotated[bool, typer.Option("--so-sanh", help=t("year.cli.so_sanh"))] = False,
    ap_dung: Annotated[bool, typer.Option("--ap-dung", help=t("year.cli.ap_dung"))] = False,
    ly_do: Annotated[str | None, typer.Option("--ly-do", help=t("year.cli.ly_do"))] = None,
    nguoi: Annotated[
        str | None, typer.Option("--nguoi", envvar=["CCHC_USER", "USER"], help=t("year.cli.nguoi"))
    ] = None,
    ics: Annotated[Path | None, typer.Option("--ics", help=t("year.cli.ics"), dir_okay=False)] = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help=t("year.cli.xlsx"), dir_okay=False)] = None,
) -> None:
    """Print a year; write it as .ics and .xlsx; compare it with the rounds as they were opened; apply it."""
    as_of = clock.now()
    year = as_of.year if year is None else year
    if ap_dung and not (ly_do or "").strip():
        raise RuleRefused("reschedule-needs-reason", t("year.cli.reason_needed"))
    if ap_dung and not (nguoi or "").strip():
        raise RuleRefused("reschedule-needs-actor", t("year.cli.actor_needed"))
    if ly_do is not None and not ap_dung:
        raise RuleRefused("reason-without-apply", t("year.cli.reason_without_apply"))
    console, calendar = Console(soft_wrap=False, highlight=False), Calendar.load()
    if not (so_sanh or ap_dung):
        _print_year(console, calendar, year)
    if not ap_dung:
        _print_moments(console, calendar, year)
    _write_files(console, calendar, year, ics, xlsx)
    if so_sanh or ap_dung:
        from cchc.cli.lich_so_sanh import compare_with_opened

        applied_by = (str(nguoi).strip(), str(ly_do).strip()) if ap_dung else None
        compare_with_opened(console, calendar, year, as_of, applied_by)


def say(console: Console, key: str, **values: object) -> None:
    console.print(t(f"year.cli.{key}", **values), markup=False, soft_wrap=True)


def _print_year(console: Console, calendar: Calendar, year: int) -> None:
    rows, names = year_rows(calendar, year), table("year.xlsx.rounds")
    shown_columns = ("round_id", "opens", "window", "unit_due", "closes", "province_due")
    grid = Table(title=t("year.xlsx.title", year=year))
    for column in shown_columns:
        grid.add_column(names[column], no_wrap=column == "round_id")
    for row in rows:
        grid.add_row(*(getattr(row, column) for column in shown_columns))
    console.print(grid)
    for row in rows:
        for note in row.notes:
            say(console, "note", round_id=row.round_id, note=note)
    by_hand = [one for one in calendar.working_days.special(year) if one.by_hand or not one.off]
    for one in by_hand:
        kind = table("year.special")["off" if one.off else "worked"]
        day = f"{clock.WEEKDAYS[one.day.weekday()]} {clock.vn_date(one.day)}"
        say(console, "special", kind=kind, day=day, reason=one.reason)
    say(console, "check_swaps", year=year, file=shown_config("working_days.yaml"))


def _print_moments(console: Console, calendar: Calendar, year: int) -> None:
    """Every moment of the rounds that have them; the last ones of a year's scores lie in the next year."""
    names = table("year.xlsx.agenda")
    grid = Table(title=t("year.cli.moments_title", year=year))
    for column in _MOMENT_COLUMNS:
        grid.add_column(names[column], no_wrap=column in ("round_id", "day"))
    for entry in agenda(calendar, year):
        if calendar.round(entry.round_id).moments:
            hour = f" {entry.hour:%H:%M}" if entry.hour else ""
            day = f"{entry.weekday} {clock.vn_date(entry.day)}{hour}"
            grid.add_row(entry.round_id, entry.label, day, entry.why)
    console.print(grid)


def _write_files(
    console: Console, calendar: Calendar, year: int, ics: Path | None, xlsx: Path | None
) -> None:
    if ics:
        from cchc.year.ics import calendar_ics

        say(console, "written", path=write_atomic(ics, calendar_ics(calendar, year)))
    if xlsx:
        from cchc.year.xlsx import calendar_xlsx

        say(console, "written", path=write_atomic(xlsx, calendar_xlsx(calendar, year)))
