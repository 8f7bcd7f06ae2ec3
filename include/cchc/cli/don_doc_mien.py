"""`./cchc don-doc mien`, `mo-lai`: units of which nothing more is expected, and those of which it is again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from cchc.chasing import by_hand, waiving
from cchc.cli.don_doc import Actor, Item, Reason, Units, named, run_of, tell
from cchc.cli.don_doc_lui_han import app
from cchc.texts import t

__all__ = ["app"]


def _command(act: Callable[..., by_hand.Done], key: str) -> Callable[..., None]:
    def command(
        round_id: Annotated[str, typer.Option("--dot", help=t("cli.chasing.round"))],
        units: Units = None,
        item: Item = "",
        reason: Reason = "",
        actor: Actor = "",
    ) -> None:
        tell(act(run_of(round_id, actor), named(units), reason, item), key)

    return command


app.command("mien", help=t("cli.chasing.mien"))(_command(waiving.waive, "waived"))
app.command("mo-lai", help=t("cli.chasing.mo_lai"))(_command(waiving.ask_again, "asked_again"))
