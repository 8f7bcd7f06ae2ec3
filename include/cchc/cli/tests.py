"""`./cchc test`: the tests and the checks of the code, with the installation's own environment."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Annotated

import typer

from cchc.paths import PROJECT_ROOT
from cchc.texts import t

# Name of a check -> what the installation's own Python is given.
CHECKS = {
    "ruff": ("-m", "ruff", "check", "."),
    "ruff format": ("-m", "ruff", "format", "--check", "."),
    "mypy": ("-m", "mypy"),
    "import-linter": ("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"),
}
MOST = 5  # processes of tests
# The tests start hundreds of processes: what Python compiled for one is kept for the next, whatever the machine says.
KEPT = {"PYTHONDONTWRITEBYTECODE": ""}


def run_tests(
    context: typer.Context,
    quick: Annotated[bool, typer.Option("--nhanh", help=t("cli.test_quick"))] = False,
) -> None:
    """Runs everything even when a part fails, and exits with 1 when any part did."""
    failed = []
    # One core would do nothing while mypy alone reads the whole project: the tests begin beside the checks.
    checks = {} if context.args else {name: _started(words) for name, words in CHECKS.items()}
    typer.echo(t("cli.test_part", name="pytest"))
    command = [sys.executable, "-m", "pytest", *_selection(context.args, quick)]
    if subprocess.run(command, cwd=PROJECT_ROOT, env=os.environ | KEPT, check=False).returncode:
        failed.append("pytest")
    for name, check in checks.items():
        typer.echo(t("cli.test_part", name=name))
        told, _ = check.communicate()
        typer.echo(told, nl=False)
        if check.returncode:
            failed.append(name)
    typer.echo(t("cli.test_failed", names=", ".join(failed)) if failed else t("cli.test_passed"))
    raise typer.Exit(1 if failed else 0)


def _started(words: tuple[str, ...]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *words],
        cwd=PROJECT_ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _selection(arguments: list[str], quick: bool) -> list[str]:
    """What pytest runs: exactly what was asked for, else everything on several processes.

    A file stays in one process, so the tests of the rehearsed year share their rehearsal; what takes long begins first
    (tests/conftest.py).
    """
    if arguments:
        return arguments
    return [
        "-n",
        str(len(os.sched_getaffinity(0)) if quick else _processes()),  # quick tests wait for nobody
        "--dist",
        "loadfile",
        "--no-loadscope-reorder",
        "-q",
        *(["-m", "not slow", "--quick"] if quick else []),
    ]


def _processes() -> int:
    """Two more than this process may use cores: the longest tests wait for servers, and a core would wait with them.
    With what it starts, the rehearsed year or a production, a process of tests takes up to 3 GB."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 10**9
    return max(1, min(len(os.sched_getaffinity(0)) + 2, memory // 3, MOST))
