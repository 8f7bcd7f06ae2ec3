"""`./cchc lich`: the calendar of a year, what an edit of it moves, and applying that to open obligations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from cchc import clock
from cchc.config_files import shown_config
from cchc.errors import RuleRefused
from cchc.files import write_atomic
from cchc.obligations import Ledger, RoundLedger, reschedule, to_chase, units_owing
from cchc.paths import current_instance
from cchc.store import Store
from cchc.texts import t, table
from cchc.units import UnitRegister
from cchc.year import Calendar, Move, RoundKind, compare
from cchc.year.agenda import agenda, year_rows
from cchc.year.changes import WHOLE_ROUND, shown_value
from cchc.year.model import MILESTONES

_MOMENT_COLUMNS = ("round_id", "label", "day", "why")
# What `--ap-dung` can move: by when units hand in, whatever the round calls it.
_UNIT_DUE = {"unit_due_at", *(one.unit_due_at for one in MILESTONES.values())}


@dataclass(frozen=True)
class _Opened:
    """A round of the store: its row with the due date that holds now, and whether the calendar still matters to it."""

    row: dict[str, Any]
    over: bool


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
        store = _store()
        opened = _opened(store, year) if store else []
        touched = _print_moves(console, calendar, year, opened, store, as_of)
        if ap_dung and store:
            _apply(console, calendar, touched, store, as_of, str(nguoi).strip(), str(ly_do).strip())
        elif touched:
            _say(console, "how_to_apply", year=year)


def _say(console: Console, key: str, **values: object) -> None:
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
            _say(console, "note", round_id=row.round_id, note=note)
    by_hand = [one for one in calendar.working_days.special(year) if one.by_hand or not one.off]
    for one in by_hand:
        kind = table("year.special")["off" if one.off else "worked"]
        day = f"{clock.WEEKDAYS[one.day.weekday()]} {clock.vn_date(one.day)}"
        _say(console, "special", kind=kind, day=day, reason=one.reason)
    _say(console, "check_swaps", year=year, file=shown_config("working_days.yaml"))


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

        _say(console, "written", path=write_atomic(ics, calendar_ics(calendar, year)))
    if xlsx:
        from cchc.year.xlsx import calendar_xlsx

        _say(console, "written", path=write_atomic(xlsx, calendar_xlsx(calendar, year)))


def _store() -> Store | None:
    """The store of this installation; None when there is none yet: looking must not make one."""
    url = current_instance().store_url
    path = url.removeprefix("sqlite:///")
    return None if path != url and not Path(path).exists() else Store(url)


def _opened(store: Store, year: int) -> list[_Opened]:
    ledger, found = RoundLedger(store), []
    states = ledger.states(clock.END)
    for row in ledger.all(year):
        state = states[row["round_id"]]
        moved: dict[str, Any] = {"moments": dict(state.moments)}
        if state.unit_due_at:
            moved["unit_due_at"] = clock.to_text(state.unit_due_at)
            if state.moments:
                moved["moments"][MILESTONES[RoundKind(row["kind"])].unit_due_at] = moved["unit_due_at"]
        found.append(_Opened(dict(row) | moved, state.over))
    return found


def _print_moves(
    console: Console,
    calendar: Calendar,
    year: int,
    opened: list[_Opened],
    store: Store | None,
    as_of: datetime,
) -> list[Move]:
    """Prints what differs; returns the moved due dates of open rounds: what `--ap-dung` would apply."""
    _say(console, "compared", year=year, count=len(opened))
    over = {one.row["round_id"] for one in opened if one.over}
    moves = compare([one.row for one in opened], calendar, year)
    living = [move for move in moves if move.round_id not in over]
    if living:
        console.print(_grid(living, "moves_title"))
    elif opened:
        _say(console, "nothing_moved")
    for round_id in dict.fromkeys(move.round_id for move in moves if move.round_id in over):
        _say(console, "over", round_id=round_id)
    for round_id in dict.fromkeys(move.round_id for move in living if move.what.startswith("window")):
        _say(console, "window_moved", round_id=round_id)
    if store:
        for round_id in dict.fromkeys(move.round_id for move in living):
            _print_touched(console, round_id, store, as_of)
    known = {one.row["round_id"] for one in opened}
    planned = [move for move in compare(calendar.by_rule(), calendar, year) if move.round_id not in known]
    if planned:
        console.print(_grid(planned, "planned_title"))
        _print_obliged(console, calendar, planned)
    return [move for move in living if move.what in _UNIT_DUE]


def _grid(moves: Iterable[Move], title: str) -> Table:
    grid, whats = Table(title=t(f"year.cli.{title}")), table("year.what")
    for column in table("year.cli.columns").values():
        grid.add_column(column)
    for move in moves:
        grid.add_row(
            move.round_id,
            whats.get(move.what) or t(f"year.entry.{move.what}"),
            shown_value(move.old),
            shown_value(move.new),
            move.explanation,
        )
    return grid


def _print_touched(console: Console, round_id: str, store: Store, as_of: datetime) -> None:
    """Who still owes something in the round."""
    units = UnitRegister.load(strict=False)
    owed = to_chase(Ledger(store).states(as_of, round_id=round_id, only_owed=True), units, as_of)
    codes = sorted({obligation.unit_code for obligation, _ in owed})
    names = ", ".join(units.get(code).name if code in units else code for code in codes)
    _say(console, "touched" if codes else "touched_nobody", round_id=round_id, count=len(codes), units=names)


def _print_obliged(console: Console, calendar: Calendar, moves: list[Move]) -> None:
    """How many units a round that is not open yet will concern."""
    units, names = UnitRegister.load(strict=False), table("year.tiers")
    for round_id in dict.fromkeys(move.round_id for move in moves if move.what != WHOLE_ROUND or move.new):
        one = calendar.round(round_id)
        tiers = Counter(unit.tier for unit in units_owing(units, one))
        parts = ", ".join(f"{tiers[tier]} {names[tier]}" for tier in one.tiers)
        _say(console, "obliged", round_id=round_id, count=tiers.total(), parts=parts)


def _apply(
    console: Console,
    calendar: Calendar,
    moves: list[Move],
    store: Store,
    as_of: datetime,
    actor: str,
    reason: str,
) -> None:
    """All or nothing is refused first: a due date that has passed would make every unit late at once."""
    rounds = [calendar.round(move.round_id) for move in moves]
    for one in rounds:
        if one.unit_due_at <= as_of:
            due = clock.vn_instant(one.unit_due_at)
            raise RuleRefused(
                "new-due-has-passed", t("year.cli.due_has_passed", round_id=one.round_id, due=due)
            )
    for one in rounds:
        count = reschedule(store, one, as_of, actor, reason)
        key = "applied" if count else "applied_to_none"
        _say(console, key, round_id=one.round_id, count=count, due=clock.vn_instant(one.unit_due_at))
    if not rounds:
        _say(console, "nothing_to_apply")
