"""`CONTRIBUTING.md` answers a newcomer: which files, in which order, and what speaks up when one was forgotten."""

from __future__ import annotations

import re

import pytest

from cchc.paths import PROJECT_ROOT

TEXT = (PROJECT_ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
HOW_TO = TEXT.partition("## How to add ...")[2].partition("\n## ")[0]
RECIPES = dict(re.findall(r"^### (.*)\n((?:(?!###).*\n)*)", HOW_TO, re.MULTILINE))
THINGS = (
    "Dag",
    "kind of rule",
    "kind of formula",
    "layout",
    "rung",
    "document",
    "migration",
    "command",
    "configuration file",
)
# What a newcomer is given to do, and the file in which it is done.
TASKS = {
    "second reminder": "include/config/ladder.yaml",
    "rounded wrongly": "include/cchc/indicators/numbers.py",
    "renamed a column": "include/config/sources/layout-one-stop.yaml",
    "another sentence": "include/templates/documents/bao_cao.docx",
    "closing should start": "include/config/calendar.yaml",
}


@pytest.mark.parametrize("thing", THINGS)
def test_there_is_a_way_to_add_each_thing_with_its_files_and_its_tests(thing: str) -> None:
    (recipe,) = [text for title, text in RECIPES.items() if re.match(rf"an? {thing}\b", title)]
    steps, _, forgotten = recipe.partition("Forgot something?")
    numbers = re.findall(r"^(\d)\. ", steps, re.MULTILINE)
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]
    assert len(re.findall(r"`(?:include|dags|plugins|tests|docs)/[^`]+`", steps)) >= 2
    assert "`tests/" in forgotten and "::test_" in forgotten


def test_nothing_else_is_promised() -> None:
    assert len(RECIPES) == len(THINGS)


@pytest.mark.parametrize("task", TASKS)
def test_the_file_of_a_task_stands_beside_it(task: str) -> None:
    (line,) = [line for line in TEXT.splitlines() if line.startswith("| ") and task in line]
    assert f"`{TASKS[task]}`" in line


def test_every_room_that_is_tested_apart_can_be_found() -> None:
    """The table of the tests names each folder that is no room's."""
    folders = {
        path.name for path in (PROJECT_ROOT / "tests").iterdir() if path.is_dir() and any(path.glob("*.py"))
    }
    rooms = {path.name for path in (PROJECT_ROOT / "include" / "cchc").iterdir()}
    others = folders - rooms - {"support", "__pycache__"}
    assert [name for name in sorted(others) if f"`tests/{name}`" not in TEXT] == []
