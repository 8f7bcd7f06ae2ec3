"""Every `./cchc ...` that people are told to type exists, with the options that are named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import typer
from tests.docs.pages import PAGES, quoted

from cchc import cli
from cchc.paths import PROJECT_ROOT

PROGRAM = typer.main.get_command(cli.app)
# Wherever somebody is told what to type: pages, runbooks of the Dags, texts, comments of the year's data, code.
SOURCES = sorted(
    {
        *PAGES,
        *(
            path
            for folder in ("dags", "include", "plugins", "tests", "tools")
            for path in (PROJECT_ROOT / folder).rglob("*")
            if path.suffix in {".py", ".yaml", ".csv", ".j2", ".sql"} or path.parent.name == "tools"
            if path.is_file() and path.parent != Path(__file__).parent
        ),
    }
)
CALL = re.compile(r"\./cchc +([^`\n;]*)")
WORD = re.compile(r"[a-z][a-z0-9-]*")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


def calls(text: str) -> Iterator[str]:
    """What stands behind each `./cchc`, up to the end of the line or the next one."""
    for line in text.splitlines():
        for part in line.split("./cchc")[1:]:
            found = CALL.match(f"./cchc{part}")
            if found and WORD.match(found[1]):
                yield found[1]


def faults(call: str) -> list[str]:
    """Why this call would not work: an unknown command, or options that the command does not have."""
    command: click.Command = PROGRAM
    names: list[str] = []
    for word in call.split():
        known = getattr(command, "commands", None)
        name = word.rstrip(".,:)\"”'")
        if known is None or not WORD.fullmatch(name):
            break
        if name not in known:
            return [f"./cchc {' '.join([*names, name])}"]
        command, names = known[name], [*names, name]
    known_options = {option for one in command.params for option in (*one.opts, *one.secondary_opts)}
    if command.context_settings.get("ignore_unknown_options"):
        return []
    return [
        f"./cchc {' '.join(names)} {option}"
        for option in OPTION.findall(call)
        if option not in known_options | {"--help"}
    ]


def all_options(command: click.Command) -> set[str]:
    own = {option for one in command.params for option in (*one.opts, *one.secondary_opts)}
    return own.union(*map(all_options, getattr(command, "commands", {}).values()))


def test_every_command_that_people_are_told_to_type_exists_with_its_options() -> None:
    wrong = [
        f"{path.relative_to(PROJECT_ROOT)}: {fault}"
        for path in SOURCES
        for call in calls(path.read_text(encoding="utf-8"))
        for fault in faults(call)
    ]
    assert wrong == []


def test_options_that_stand_alone_belong_to_some_command() -> None:
    known = all_options(PROGRAM)
    alone = {
        (page.name, *OPTION.findall(text)) for page in PAGES for text in quoted(page) if text.startswith("--")
    }
    assert {option for _, *options in alone for option in options} <= known


@pytest.mark.parametrize(
    ("call", "found"),
    [
        ("thu thach --so-lan 300", ["./cchc thu thach"]),
        ("hieu-qua --thu-nghiem", ["./cchc hieu-qua --thu-nghiem"]),
        ("khong-co", ["./cchc khong-co"]),
        ("thu xem", []),
        ("thu xem --html thu-muc", []),
        ("test tests/docs -x --lf", []),
    ],
)
def test_a_command_that_is_gone_would_be_found(call: str, found: list[str]) -> None:
    assert faults(call) == found
