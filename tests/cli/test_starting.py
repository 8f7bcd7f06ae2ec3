"""What people type all day starts without the libraries of other commands: they take seconds to read."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cchc.cli.program import all_commands

HEAVY = {
    "airflow", "alembic", "cryptography", "docx", "duckdb", "fastapi", "matplotlib", "numpy", "openpyxl", "pandas",
    "pyarrow", "requests", "sqlalchemy", "xlsxwriter",
}  # fmt: skip
PROGRAM = """
import sys
from cchc import cli
try:
    cli.main()
except SystemExit:
    pass
print(chr(12), *sys.modules)
"""


def modules_after(*words: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *words],
        capture_output=True, encoding="utf-8", check=True, timeout=120, env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    return set(done.stdout.rpartition(chr(12))[2].split())


@pytest.mark.parametrize("words", [("--help",), ("lich", "2026"), ("ra-soat", "{page}")], ids=" ".join)
def test_a_quick_command_reads_no_heavy_library(words: tuple[str, ...], tmp_path: Path) -> None:
    page = tmp_path / "bao-cao.txt"
    page.write_text("Huyện hoàn thành 23/23 nhiệm vụ, đạt 100% kế hoạch.\n", encoding="utf-8")
    read = modules_after(*(word.format(page=page) for word in words))
    assert "cchc.cli.program" in read
    assert read & HEAVY == set()
    others = {one.place.partition(":")[0] for name, one in all_commands().items() if name != words[0]}
    assert read & others == set()


def test_every_command_stands_where_the_list_says() -> None:
    for name, one in all_commands().items():
        assert one.made(name).name == name
