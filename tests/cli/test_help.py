"""What `./cchc ... --help` shows, in a process of its own: the library's words are bound when it is imported."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

COMMANDS = (
    ("--help",),
    ("demo", "--help"),
    ("don-vi", "--help"),
    ("lich", "--help"),
    ("don-doc", "--help"),
    ("thu", "xem", "--help"),
)
SCRIPT = """
import sys
from cchc import cli
for words in sys.argv[1].split("|"):
    sys.argv = ["cchc", *words.split()]
    try:
        cli.main()
    except SystemExit:
        print(chr(12), end="")
"""


@pytest.fixture(scope="module")
def shown() -> dict[tuple[str, ...], str]:
    """The help of every command, all printed by one fresh process."""
    words = "|".join(" ".join(command) for command in COMMANDS)
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, words],
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=120,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONIOENCODING": "utf-8"},
    )
    pages = run.stdout.split(chr(12))[:-1]
    return dict(zip(COMMANDS, pages, strict=True))


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_has_no_english_left(shown: dict[tuple[str, ...], str], command: tuple[str, ...]) -> None:
    assert "Cách dùng: ./cchc" in shown[command]
    english = ("Usage", "Options", "Commands", "Show this", "required", "default")
    assert [word for word in english if word in shown[command]] == []
