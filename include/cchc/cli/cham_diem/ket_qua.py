"""`cchc cham-diem xac-minh`, `do-nhay`: a published result computed again, and how firm it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from cchc.cli.cham_diem.group import app
from cchc.cli.thu import existing_store
from cchc.errors import CchcError, RuleRefused
from cchc.obligations import RoundLedger
from cchc.paths import current_instance
from cchc.store import Store
from cchc.texts import t, table
from cchc.units import UnitRegister

if TYPE_CHECKING:
    from cchc.scoring.round_results import RoundResults

SHOWN = 50
RoundName = Annotated[str, typer.Argument(metavar="DOT", help=t("score_results.cli.round"))]


@app.command("xac-minh", help=t("score_results.cli.verify"))
def verify_round(round_id: RoundName) -> None:
    """Ends with 1 when anything differs."""
    from cchc.scoring.verifying import verify

    store = existing_store(current_instance())
    try:
        year, title = _round(store, round_id)
        found = verify(store, round_id, year, title)
    finally:
        store.close()
    console = Console()
    values = {
        "round": round_id,
        "editions": len(found.editions),
        "units": found.units,
        "criteria": found.criteria,
        "recomputed": found.recomputed,
    }
    if not found.differences:
        console.print(t("score_results.cli.same", **values), markup=False, soft_wrap=True)
        return
    names = _names()
    for one in found.differences[:SHOWN]:
        who = names.get(one.unit_code, one.unit_code)
        console.print(f"- {who}: {one.told}" if who else f"- {one.told}", markup=False, soft_wrap=True)
    raise CchcError(t("score_results.cli.differs", round=round_id, count=len(found.differences), shown=SHOWN))


@app.command("do-nhay", help=t("score_results.cli.sensitivity"))
def sensitivity(
    round_id: RoundName,
    unit: Annotated[str, typer.Option("--don-vi", help=t("score_results.cli.unit"))] = "",
) -> None:
    from cchc.scoring.editions import last_edition, rebuild
    from cchc.scoring.sensitivity import neighbours

    store = existing_store(current_instance())
    try:
        year, title = _round(store, round_id)
        edition = last_edition(store, round_id)
        if edition is None:
            raise RuleRefused("not-published", t("score_results.not_published", title=title))
        results = rebuild(store, edition, year)
    finally:
        store.close()
    names = _names()
    console = Console()
    if unit:
        _of_unit(console, results, unit, names)
        return
    for ranking in results.lists:
        grid = Table(*table("score_results.cli.pairs").values(), title=ranking.title)
        pairs = neighbours(ranking)
        if not pairs:
            told = t("score_results.cli.no_pair", list=ranking.title, ranked=len(ranking.ranked))
            console.print(told, markup=False, soft_wrap=True)
            continue
        for pair in pairs:
            codes = ", ".join(pair.decided_by) or t("score_results.cli.no_single")
            grid.add_row(
                names.get(pair.above, pair.above),
                names.get(pair.below, pair.below),
                f"{pair.gap:f}".replace(".", ","),
                codes,
            )
        console.print(grid)


def _round(store: Store, round_id: str) -> tuple[int, str]:
    """Year and title as the store has them: what was published is told whatever became of the configuration."""
    row = RoundLedger(store).get(round_id)
    if row is None:
        raise RuleRefused("not-published", t("score_results.not_published", title=round_id))
    return int(row["year"]), str(row["title"])


def _names() -> dict[str, str]:
    """Names of units by code; none where the register cannot be read, then codes are shown."""
    try:
        return {unit.code: unit.name for unit in UnitRegister.load(strict=False).all}
    except CchcError:
        return {}


def _of_unit(console: Console, results: RoundResults, unit: str, names: dict[str, str]) -> None:
    from cchc.scoring.sensitivity import mend_first, next_class, next_rank
    from cchc.scoring.tables import maximum, shown

    ranking, result = results.list_of(unit), results.of(unit)
    if ranking is None or result is None:
        raise CchcError(t("score_results.cli.no_unit", unit=unit))
    values = {
        "unit": names.get(unit, unit),
        "index": shown(result.index),
        "rank": result.rank or "-",
        "ranked": len(ranking.ranked),
        "name": result.class_name or result.note,
    }
    console.print(t("score_results.cli.standing", **values), markup=False, soft_wrap=True)
    if (found := next_class(result)) is not None:
        said = {"points": shown(found.points), "name": found.what, "index": shown(found.index)}
        console.print(t("score_results.paper.next_class", **said), markup=False, soft_wrap=True)
    if (found := next_rank(ranking, result)) is not None:
        said = {
            "points": shown(found.points),
            "unit": names.get(found.what, found.what),
            "index": shown(found.index),
        }
        console.print(t("score_results.paper.next_rank", **said), markup=False, soft_wrap=True)
    grid = Table(*table("score_results.paper.mend_columns").values(), title=t("score_results.cli.mend"))
    for one in mend_first(result):
        grid.add_row(
            one.code, one.row.criterion, shown(one.final.value), maximum(one.row.max_points), shown(one.lost)
        )
    console.print(grid)
