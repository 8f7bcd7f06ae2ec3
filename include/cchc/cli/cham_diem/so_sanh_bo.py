"""`cchc cham-diem so-sanh-bo`: what differs between two versions of a set."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cchc.cli.cham_diem.group import app
from cchc.cli.thu import existing_store
from cchc.criteria import CriteriaSet, CriteriaSets
from cchc.errors import CchcError
from cchc.paths import current_instance
from cchc.store import Store
from cchc.texts import t, table


@app.command("so-sanh-bo", help=t("score_results.cli.compare"))
def compare(
    before: Annotated[str, typer.Argument(metavar="BO_TRUOC", help=t("score_results.cli.before"))],
    after: Annotated[str, typer.Argument(metavar="BO_SAU", help=t("score_results.cli.after"))],
) -> None:
    from cchc.criteria.differences import differences

    store = existing_store(current_instance())
    try:
        pair = set_named(store, before), set_named(store, after)
    finally:
        store.close()
    found = differences(*pair)
    console = Console()
    if not found:
        console.print(t("score_results.cli.equal", before=before, after=after), markup=False)
        return
    grid = Table(*table("score_results.cli.differences").values())
    for one in found:
        what = t(f"score_results.cli.parts.{one.what}") if one.what in ("added", "removed") else one.what
        grid.add_row(one.code, what, one.before, one.after)
    console.print(grid)


def set_named(store: Store, name: str) -> CriteriaSet:
    """A set by its code, as the folder has it; or by its version, as the folder has it or any round pinned it."""
    from cchc.obligations import RoundLedger
    from cchc.scores import versions_of
    from cchc.year import RoundKind

    current = CriteriaSets.load().all
    known = {one.version: one for one in current} | {one.code: one for one in current}
    if name in known:
        return known[name]
    for row in RoundLedger(store).all():
        if row["kind"] == RoundKind.SCORING:
            known |= versions_of(store, row["round_id"])
    if name not in known:
        raise CchcError(t("score_results.cli.no_set", name=name, known=", ".join(sorted(known))))
    return known[name]
