"""The command line: `./cchc <command>`; every text and every error in Vietnamese.

The program is made when it is asked for: reading the modules of all its commands takes seconds. A command that people
start over and over on files of their own (`QUICK`) is made alone.
"""

from __future__ import annotations

import cchc.cli.vietnamese  # isort: skip  # noqa: F401 - must come before the library binds its texts

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

import typer

from cchc.errors import CchcError
from cchc.texts import t

if TYPE_CHECKING:
    from cchc.cli.program import app

# Command -> module, function, the text that helps with it.
QUICK = {"ra-soat": ("cchc.cli.ra_soat", "ra_soat", "cli.claims.help")}


def __getattr__(name: str) -> object:
    if name == "app":
        from cchc.cli.program import app

        return app
    raise AttributeError(name)


def program_for(arguments: Sequence[str]) -> typer.Typer:
    """The program with all its commands, or with the one that is asked for when it is a quick one."""
    quick = QUICK.get(arguments[0]) if arguments else None
    if quick is None:
        from cchc.cli.program import app

        return app
    module, function, words = quick
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    alone.callback()(lambda: None)  # with it the one command keeps its name
    alone.command(arguments[0], help=t(words))(getattr(import_module(module), function))
    return alone


def main() -> None:
    """Entry point: an error made for people is printed as such, with its own exit code.

    Whatever is made, by the programs that are started too, is its owner's alone.
    """
    os.umask(0o077)
    try:
        program_for(sys.argv[1:])(prog_name="./cchc")
    except CchcError as error:
        from rich.console import Console

        Console(stderr=True, soft_wrap=True, highlight=False, markup=False).print(str(error))
        sys.exit(error.exit_code)


__all__ = [
    "app",
    "main",
]
