"""`docs/viec-tren-bang.md` against the board: every act, its page and the command that does the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from click import Context
from typer.main import get_command
from yaml import safe_load

from cchc.cli.program import app
from cchc.paths import PROJECT_ROOT, TEXT_DIR
from cchc.texts import table
from cchc_board.app import acts_of, create_app

PAGE = PROJECT_ROOT / "docs" / "viec-tren-bang.md"


def lines() -> list[str]:
    rights = table("board.rights")
    found: dict[tuple[str, str, str], list[str]] = {}
    for page in acts_of(create_app(lambda: None, str)):
        for act in page.acts:
            found.setdefault((act.command, act.word, rights[str(act.right)]), []).append(f"`{page.path}`")
    return [
        f"| `{command}` | `{word}` | {', '.join(pages)} | {right} |"
        for (command, word, right), pages in sorted(found.items())
    ]


def test_the_page_lists_every_act_of_the_board_with_its_command_and_nothing_else() -> None:
    listed = [one for one in PAGE.read_text(encoding="utf-8").splitlines() if one.startswith("| `")]
    assert listed == lines(), "write these lines into docs/viec-tren-bang.md:\n" + "\n".join(lines())


# They work in folders of their own.
REHEARSED = ("test", "demo", "thu-thach", "bench")


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Every command without ones below it, and groups that do something by themselves."""
    if hasattr(group, "commands"):
        if path and group.invoke_without_command:
            yield " ".join(path)
        for name in group.list_commands(Context(group)):
            yield from commands(group.commands[name], (*path, name))
    else:
        yield " ".join(path)


def test_every_command_is_on_the_board_or_says_why_not_or_only_reads() -> None:
    """A command that acts and that no page offers is refused here until somebody says why."""
    _, alone, reading = PAGE.read_text(encoding="utf-8").split("\n## ")
    on_board = {line.split("`")[1] for line in lines()}
    reasons = dict(re.findall(r"^- `([^`]+)`: (.+)$", alone, re.MULTILINE))
    only_read = set(re.findall(r"`([^`]+)`", reading)) - set(REHEARSED)
    known = {one for one in commands(get_command(app)) if one.split()[0] not in REHEARSED}
    assert known - on_board - reasons.keys() - only_read == set(), (
        "on the board, or with a reason, or read only"
    )
    assert (reasons.keys() | only_read) - known == set(), "no such command"
    assert on_board & (reasons.keys() | only_read) == set(), "it is on the board"
    assert reasons.keys() & only_read == set()
    assert all(len(why) > 20 or why.startswith("như ") for why in reasons.values())


def texts(node: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, str):
        yield path, node
    else:
        for key, below in node.items() if isinstance(node, dict) else enumerate(node or ()):
            yield from texts(below, f"{path}.{key}")


# What only the command line says, and what is told because the board could not do it.
OF_COMMANDS = re.compile(r"^(cli|rehearsal)\b|\.cli\b|^board_letters\.mode_not_written$")


def test_a_message_that_names_a_command_names_the_page_where_a_click_does_the_same() -> None:
    pages = acts_of(create_app(lambda: None, str))
    acts = {tuple(one.command.split()) for page in pages for one in page.acts}
    groups = {one[:1] for one in acts if len(one) > 1}
    bare = []
    for file in sorted(TEXT_DIR.rglob("*.yaml")):
        for path, text in texts(safe_load(file.read_text(encoding="utf-8")), file.stem):
            named = [tuple(one.split()) for one in re.findall(r"\./cchc ([a-z][a-z -]*)", text)]
            on_board = any(one in groups or {one[:2], one[:1]} & acts for one in named)
            if on_board and not OF_COMMANDS.search(path) and "trang " not in text.lower():
                bare.append(path)
    assert bare == []
