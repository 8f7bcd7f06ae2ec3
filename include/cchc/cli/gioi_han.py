"""`./cchc gioi-han ROUND`: the province's figures beyond their bounds, and a person's words for the right ones."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from cchc import clock
from cchc.errors import RuleRefused
from cchc.figures.bound_review import broken_bounds, explain, told
from cchc.identity import open_store
from cchc.obligations import RoundLedger
from cchc.paths import current_instance
from cchc.run import Run
from cchc.texts import t
from cchc.year import REPORT_KINDS


def bounds(
    round_id: Annotated[str, typer.Argument(metavar="DOT", help=t("cli.gioi_han.round"), show_default=False)],
    places: Annotated[list[str] | None, typer.Option("--muc", help=t("cli.gioi_han.places"))] = None,
    reason: Annotated[str, typer.Option("--ly-do", help=t("cli.gioi_han.reason"))] = "",
    by: Annotated[str, typer.Option("--nguoi-giai-trinh", help=t("cli.gioi_han.by"))] = "",
) -> None:
    """Lists them with the units behind each; with --muc keeps the words for those, to be seen by whoever decides."""
    instance = current_instance()
    store = open_store(instance, clock.now())
    console = Console(soft_wrap=True, highlight=False, markup=False)
    try:
        now = clock.now()
        if instance.settings.rehearsal and (last := store.one("board.last_recorded")) and last["recorded_at"]:
            now = clock.from_text(last["recorded_at"])  # a rehearsal lives in a year of its own
        run = Run(store, instance, as_of=now, round_id=round_id, actor=by.strip() or "he-thong")
        title = run.round.title
        if run.round.kind not in REPORT_KINDS:
            raise RuleRefused("not-a-report", t("cli.gioi_han.no_report", round=title))
        if RoundLedger(store).get(round_id) is None:
            raise RuleRefused("round-not-open", t("cli.doi_soat.not_open", round=round_id))
        if places:
            if not by.strip():
                raise RuleRefused("by-whom", t("cli.gioi_han.by_needed"))
            for one in explain(run, places, reason):
                console.print(t("cli.gioi_han.kept", place=one.place))
            return
        broken_bounds(run)  # of figures that are not there nobody can say that they keep anything
        lines = told(run)
        console.print(
            t("cli.gioi_han.found" if lines else "cli.gioi_han.none", round=title, count=len(lines))
        )
        for line in lines:
            console.print(f"- {line}")
    finally:
        store.close()
