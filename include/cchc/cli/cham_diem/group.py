"""The groups that the files beside this one add their commands to."""

from __future__ import annotations

import typer

from cchc.texts import t

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
sets_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
"""`./cchc cham-diem bo`: sets of criteria."""

app.add_typer(sets_app, name="bo", help=t("criteria.cli.sets_help"))
