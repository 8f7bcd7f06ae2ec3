"""`./cchc test`: the tests and the checks of the code, with the installation's own environment."""

from __future__ import annotations

import subprocess
import sys
from typing import Annotated

import typer

from cchc.paths import PROJECT_ROOT
from cchc.texts import t

CHECKS = (
    ("ruff", ("ruff", "check", ".")),
    ("ruff format", ("ruff", "format", "--check", ".")),
    ("mypy", ("mypy",)),
    ("import-linter", ("importlinter.cli", "lint")),
)


def run_tests(
    context: typer.Context,
    quick: Annotated[bool, typer.Option("--nhanh", help=t("cli.test_quick"))] = False,
) -> None:
    """Runs everything even when a part fails, and exits with 1 when any part did."""
    failed = []
    if not context.args:
        for name, words in CHECKS:
            typer.echo(t("cli.test_part", name=name))
            command = [sys.executable, "-m", *words]
            if name == "import-linter":
                command = [
                    sys.executable,
                    "-c",
                    "from importlinter.cli import lint_imports_command; lint_imports_command()",
                ]
            if subprocess.run(command, cwd=PROJECT_ROOT, check=False).returncode:
                failed.append(name)
    typer.echo(t("cli.test_part", name="pytest"))
    command = [sys.executable, "-m", "pytest", *_selection(context.args, quick)]
    if subprocess.run(command, cwd=PROJECT_ROOT, check=False).returncode:
        failed.append("pytest")
    typer.echo(t("cli.test_failed", names=", ".join(failed)) if failed else t("cli.test_passed"))
    raise typer.Exit(1 if failed else 0)


def _selection(arguments: list[str], quick: bool) -> list[str]:
    """What pytest runs: exactly what was asked for, else everything on two processes.

    A file stays in one process, so the tests of the rehearsed year share their rehearsal; they begin first.
    """
    if arguments:
        return arguments
    return [
        "-n",
        "2",
        "--dist",
        "loadfile",
        "--no-loadscope-reorder",
        "-q",
        *(["-m", "not slow"] if quick else []),
    ]
