"""The command line: `./cchc <command>`; every text and every error in Vietnamese."""

from __future__ import annotations

import cchc.cli.vietnamese  # isort: skip  # noqa: F401 - must come before the library binds its texts

import os
import sys

from cchc.cli.program import app
from cchc.errors import CchcError


def main() -> None:
    """Entry point: an error made for people is printed as such, with its own exit code.

    Whatever is made, by the programs that are started too, is its owner's alone.
    """
    os.umask(0o077)
    try:
        app(prog_name="./cchc")
    except CchcError as error:
        from rich.console import Console

        Console(stderr=True, soft_wrap=True, highlight=False, markup=False).print(str(error))
        sys.exit(error.exit_code)


__all__ = [
    "app",
    "main",
]
