"""`./cchc tiep-quan`: a person puts this folder in charge of the store, or beside the one in charge."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from cchc import clock
from cchc.cli.thu_gui_lai import Actor
from cchc.identity import join, take_over
from cchc.paths import current_instance
from cchc.store import Store, upgrade
from cchc.texts import t


def take_charge(
    reason: Annotated[str, typer.Option("--ly-do", help=t("identity.cli.reason"))] = "",
    actor: Actor = "",
    beside: Annotated[bool, typer.Option("--them-may", help=t("identity.cli.join"))] = False,
) -> None:
    instance = current_instance()
    act, said = (join, "joined") if beside else (take_over, "done")
    home = act(upgrade(Store(instance.store_url)), instance, clock.now(), actor=actor, reason=reason)
    words = t(f"identity.cli.{said}", root=instance.root.resolve(), identity=home.identity)
    Console().print(words, markup=False, soft_wrap=True)
