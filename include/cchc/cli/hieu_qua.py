"""`./cchc hieu-qua`: what reminding achieves, who is late again and again, who will be late next."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cchc.chasing.effect import RoundEffect, round_effect, wait_words
from cchc.chasing.forecast import Score, foretell, held_out, often_late, past_reports
from cchc.chasing.ladder import Ladder
from cchc.cli.thu import existing_store, given_moment
from cchc.indicators import format_number
from cchc.indicators.numbers import ratio
from cchc.obligations import RoundLedger
from cchc.paths import current_instance
from cchc.store import Store
from cchc.texts import t, table
from cchc.units import UnitRegister
from cchc.year import REPORT_KINDS, Calendar

CALLS = 10


def effect(
    year: Annotated[int | None, typer.Argument(help=t("chasing.effect.year"), show_default=False)] = None,
    day: Annotated[str | None, typer.Option("--ngay", help=t("chasing.effect.day"))] = None,
) -> None:
    """Print the effect of each round of the year, the units often late, and the likeliest to be late next."""
    console = Console(soft_wrap=False, highlight=False)
    store, as_of = existing_store(current_instance()), given_moment(day)
    calendar, units, ladder = Calendar.load(), UnitRegister.load(), Ladder.load()
    rounds = [row["round_id"] for row in RoundLedger(store).all(year or as_of.year)]
    names = {rung.code: rung.name for rung in ladder.rungs} | {"": t("chasing.effect.before_first")}
    for round_id in rounds:
        found = round_effect(store, ladder, units, round_id, as_of)
        if found.obliged:
            console.print(_effect_table(found, calendar.round(round_id).title, names))
    past = past_reports(store, calendar, units, as_of)
    _often(console, [(units.get(code).name, late, of) for code, late, of in often_late(past)])
    _next(console, store, calendar, units, as_of, rounds)
    score = held_out(past)
    if score is not None:
        print_score(console, score)


def percent(part: int, whole: int) -> str:
    """`12,3%`; empty when there is nothing to divide by."""
    value = ratio(part, whole, decimals=1)
    return "" if value is None else f"{format_number(value, 1)}%"


def _effect_table(found: RoundEffect, title: str, names: dict[str, str]) -> Table:
    heads = table("chasing.effect.columns")
    shown = Table(
        heads["when"], heads["count"], heads["share"], heads["wait"], title=title, title_justify="left"
    )
    for one in found.rungs:
        shown.add_row(
            names.get(one.rung, one.rung),
            str(one.answered),
            percent(one.answered, found.obliged),
            wait_words(one.median_wait),
        )
    shown.add_row(
        t("chasing.effect.unanswered"), str(found.unanswered), percent(found.unanswered, found.obliged), ""
    )
    shown.add_section()
    shown.add_row(t("chasing.effect.whole"), str(found.obliged), "", wait_words(found.median_wait))
    return shown


def _often(console: Console, found: list[tuple[str, int, int]]) -> None:
    console.print(t("chasing.effect.often", count=len(found)), markup=False)
    for name, late, of in found[:30]:
        console.print(t("chasing.effect.often_line", name=name, late=late, of=of), markup=False)


def _next(
    console: Console,
    store: Store,
    calendar: Calendar,
    units: UnitRegister,
    as_of: datetime,
    rounds: list[str],
) -> None:
    for round_id in rounds:
        if calendar.round(round_id).kind not in REPORT_KINDS:
            continue
        found = foretell(store, calendar, units, as_of, round_id)[:CALLS]
        if found:
            console.print(t("chasing.effect.next", title=calendar.round(round_id).title), markup=False)
        for one in found:
            console.print(
                t(
                    "chasing.effect.next_line",
                    name=units.get(one.unit_code).name,
                    chance=round(100 * one.chance),
                    late=one.late_before,
                    of=one.rounds_before,
                    group=round(100 * one.group_chance),
                ),
                markup=False,
            )


def print_score(console: Console, score: Score) -> None:
    values = {
        "rounds": score.rounds,
        "forecasts": score.forecasts,
        "brier": format_number(score.brier, 4),
        "baseline": format_number(score.baseline, 4),
        "caught": score.caught,
        "by_chance": format_number(score.caught_by_chance, 1),
    }
    console.print(t("chasing.effect.score", **values), markup=False)
    for one in score.bins:
        console.print(
            t(
                "chasing.effect.bin",
                foretold=round(100 * one.foretold),
                real=percent(one.late, one.count),
                count=one.count,
            ),
            markup=False,
        )
