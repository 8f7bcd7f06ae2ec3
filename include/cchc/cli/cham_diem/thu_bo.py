"""`cchc cham-diem thu-bo`: a published year under another set."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from cchc import clock
from cchc.cli.cham_diem.group import app
from cchc.cli.cham_diem.so_sanh_bo import set_named
from cchc.cli.thu import existing_store
from cchc.paths import current_instance
from cchc.run import Run
from cchc.texts import t, table

if TYPE_CHECKING:
    from cchc.scoring.comparing import UnitMove

_FEW_PLACES = 2
SetName = Annotated[str, typer.Argument(metavar="BO", help=t("score_results.cli.set"))]


@app.command("thu-bo", help=t("score_results.cli.what_if"))
def try_set(
    name: SetName,
    year: Annotated[int, typer.Option("--nam", help=t("score_results.cli.year"))],
    every: Annotated[bool, typer.Option("--tat-ca", help=t("score_results.cli.every"))] = False,
) -> None:
    """Computes in memory and writes nothing."""
    from cchc.indicators import format_number
    from cchc.scoring.inputs import inputs_of
    from cchc.scoring.tables import shown
    from cchc.scoring.what_if import everywhere, what_if
    from cchc.scoring.years import scoring_round

    instance = current_instance()
    store = existing_store(instance)
    try:
        other = everywhere(set_named(store, name))
        run = Run(store, instance, clock.now(), scoring_round(year))
        units = [unit for unit in run.units.on(date(year, 12, 31)) if other.settings.applies_to.holds(unit)]
        found = what_if(store, run.units, year, other, inputs_of(run, units, {other.code: other}))
    finally:
        store.close()
    console = Console()
    names = {unit.code: unit.name for unit in run.units.all}
    changed = [one for one in found.moves if one.changes_class]
    values = {
        "version": other.version,
        "year": year,
        "units": len(found.moves),
        "moved": sum(one.changes_rank for one in found.moves),
        "classes": len(changed),
        "computed": found.computed,
        "kept": found.kept,
        "left_out": found.left_out,
    }
    console.print(t("score_results.cli.tried", **values), markup=False, soft_wrap=True)
    if found.unanswered:
        codes = ", ".join(found.unanswered)
        console.print(t("score_results.cli.unanswered", codes=codes), markup=False, soft_wrap=True)
    if found.unranked:
        least = format_number(other.settings.least_points_in_force)
        words = t("score_results.cli.unranked", units=found.unranked, least=least)
        console.print(words, markup=False, soft_wrap=True)
    if found.missing:
        listed = "; ".join(
            t("score_results.cli.missing_of", name=name, units=count) for name, count in found.missing.items()
        )
        console.print(t("score_results.cli.missing", names=listed), markup=False, soft_wrap=True)
    grid = Table(*table("score_results.cli.moves").values())
    for one in found.moves if every else [m for m in found.moves if _is_told(m)]:
        grid.add_row(
            names.get(one.unit_code, one.unit_code),
            f"{one.rank_before or '-'} → {one.rank_after or '-'}",
            f"{shown(one.index_before)} → {shown(one.index_after)}",
            one.class_before
            if one.class_before == one.class_after
            else f"{one.class_before or '-'} → {one.class_after or '-'}",
            ", ".join(one.deciding),
        )
    console.print(grid)


def _is_told(one: UnitMove) -> bool:
    """Another class, or further than its neighbours' places; one that is ranked in one of the two alone."""
    if one.rank_before is None or one.rank_after is None:
        return one.rank_before != one.rank_after
    return one.changes_class or abs(one.rank_before - one.rank_after) > _FEW_PLACES
