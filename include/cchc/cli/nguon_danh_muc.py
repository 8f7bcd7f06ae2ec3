"""`./cchc nguon danh-muc`: the figures that the frozen catalogue of procedures gives a round."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cchc import clock
from cchc.errors import CchcError
from cchc.identity import open_store
from cchc.indicators import IndicatorRegister, format_number
from cchc.paths import current_instance
from cchc.sources import catalogue_figures
from cchc.sources.catalogue import INDICATORS
from cchc.texts import t
from cchc.year import Calendar

WIDTH_IN_FILES = 160


def catalogue(
    round_id: Annotated[
        str, typer.Option("--dot", metavar="DOT", help=t("cli.catalogue.round"), show_default=False)
    ],
) -> None:
    """Each indicator with its count, or the word that the list does not tell it; then the frozen list behind it."""
    round_ = Calendar.load().round(round_id)
    if round_.window is None:
        raise CchcError(t("cli.catalogue.no_window", round=round_.title))
    instance = current_instance()
    store = open_store(instance, clock.now())
    try:
        found = catalogue_figures(store, instance, round_.window, clock.now())
    finally:
        store.close()
    if found is None:
        raise CchcError(t("cli.catalogue.none", round=round_.title, day=clock.vn_date(round_.window.last)))
    register = IndicatorRegister.load()
    grid = Table(*(t(f"cli.catalogue.column_{name}") for name in ("code", "name", "count")))
    for code in INDICATORS:
        if code not in register:
            continue
        figure = found.figures.get(code)
        told = figure.value if figure else None
        shown = t("cli.catalogue.untold") if told is None else format_number(told)
        grid.add_row(code, register.get(code).name, shown)
    console = Console(markup=False, highlight=False)
    if not console.is_terminal:
        console.width = WIDTH_IN_FILES
    console.print(grid)
    snapshot = found.snapshot
    stamp = {"snapshot": snapshot.snapshot_id, "rows": snapshot.row_count, "sha256": snapshot.sha256}
    frozen = clock.vn_instant(snapshot.frozen_at)
    console.print(t("cli.catalogue.source", frozen=frozen, **stamp), soft_wrap=True)
