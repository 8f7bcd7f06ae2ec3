"""`./cchc chi-tieu`: what each indicator means, in each period of validity: who states it, how it adds up, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cchc.errors import CchcError
from cchc.indicators import Indicator, IndicatorRegister
from cchc.indicators.wording import how, period, stated_by
from cchc.texts import t, table
from cchc.units import UnitRegister
from cchc.year import REPORT_KINDS, Calendar, Round

WIDTH_IN_FILES = 200


def indicators_table(
    round_id: Annotated[
        str | None, typer.Option("--ky", metavar="DOT", help=t("cli.chi_tieu.round"), show_default=False)
    ] = None,
    codes: Annotated[list[str] | None, typer.Option("--ma", help=t("cli.chi_tieu.codes"))] = None,
) -> None:
    """Prints every period of every indicator; with a round, those of its appendix with the units behind each."""
    register, units = IndicatorRegister.load(), UnitRegister.load(strict=False)
    if unknown := [code for code in codes or () if code not in register]:
        raise CchcError(t("cli.chi_tieu.unknown", code=unknown[0]))
    round_ = Calendar.load().round(round_id) if round_id else None
    if round_ is not None and round_.kind not in REPORT_KINDS:
        raise CchcError(t("cli.chi_tieu.no_report", round=round_.title))
    if round_ is None:
        order = {one.code: place for place, one in enumerate(register.all)}
        shown = sorted(register.periods, key=lambda one: (order[one.code], one.valid_from or date.min))
    else:
        shown = register.in_round(round_.reference_day, round_.kind)
    shown = [one for one in shown if not codes or one.code in codes]
    console = Console(highlight=False, markup=False)
    console = console if console.is_terminal else Console(highlight=False, markup=False, width=WIDTH_IN_FILES)
    console.print(_grid(shown, units, round_))
    told = Counter(one.stated_by for one in shown)
    words = table("figures.stated_by")
    parts = "; ".join(f"{words[who]} ({count})" for who, count in told.items())
    console.print(t("cli.chi_tieu.summary", count=len(shown), parts=parts), soft_wrap=True)


def _grid(shown: Sequence[Indicator], units: UnitRegister, round_: Round | None) -> Table:
    heads = table("cli.chi_tieu.columns")
    names = ["code", "name", "period", "who", "how", *(["behind"] if round_ else []), "why"]
    grid = Table(*(heads[name] for name in names), show_lines=True)
    for one in shown:
        cells = {
            "code": one.code,
            "name": one.name,
            "period": period(one),
            "who": stated_by(one, units),
            "how": how(one),
            "behind": behind(one, units, round_) if round_ else "",
            "why": one.reason,
        }
        grid.add_row(*(cells[name] for name in names))
    return grid


def behind(one: Indicator, units: UnitRegister, round_: Round) -> str:
    """How many units state it in the round: the most that a count of units can be. Empty where none does."""
    valid = units.on(round_.reference_day, round_.tiers)
    count = sum(one.counts(unit.tier, unit.code) for unit in valid)
    return str(count) if one.asked or one.of_units else ""
