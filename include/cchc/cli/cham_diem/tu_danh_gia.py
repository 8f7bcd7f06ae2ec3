"""`cchc cham-diem tu-danh-gia`: the self-assessment report of a unit, from what it handed in."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from cchc import clock
from cchc.cli.cham_diem.group import app
from cchc.cli.thu import working_store
from cchc.paths import current_instance
from cchc.run import Run
from cchc.texts import t


@app.command("tu-danh-gia", help=t("score_results.cli.self_assessment"))
def self_assessment(
    round_id: Annotated[str, typer.Argument(metavar="DOT", help=t("score_results.cli.round"))],
    unit: Annotated[str, typer.Argument(metavar="DON_VI", help=t("score_results.cli.unit_code"))],
) -> None:
    from cchc.scoring.self_assessment import record_self_assessment

    instance = current_instance()
    store = working_store(instance)
    try:
        made = record_self_assessment(Run(store, instance, clock.now(), round_id), unit)
    finally:
        store.close()
    path = made.copied_to(instance)
    Console().print(t("score_results.cli.made", path=path), markup=False, soft_wrap=True)
