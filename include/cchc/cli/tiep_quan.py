"""`./cchc tiep-quan`: a person puts this folder in charge of the store."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from cchc import clock
from cchc.cli.thu_gui_lai import Actor
from cchc.identity import take_over
from cchc.paths import current_instance
from cchc.store import Store, upgrade
from cchc.texts import t


def take_charge(
    reason: Annotated[str, typer.Option("--ly-do", help=t("identity.cli.reason"))] = "", actor: Actor = ""
) -> None:
    instance = current_instance()
    home = take_over(upgrade(Store(instance.store_url)), instance, clock.now(), actor=actor, reason=reason)
    words = t("identity.cli.done", root=instance.root.resolve(), identity=home.identity)
    Console().print(words, markup=False, soft_wrap=True)
