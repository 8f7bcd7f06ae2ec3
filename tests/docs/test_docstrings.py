"""Names between backticks in docstrings lead to something: whoever moves a module is told who still speaks of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.docs.test_architecture import FILES, PACKAGES, leads_somewhere, rooms
from tests.test_texts import TABLES, TEXTS

from cchc.paths import PROJECT_ROOT, SQL_DIR

NAMED = re.compile(r"`([a-z_]\w*(?:\.\w+)+)(?:\(\))?`")
STATEMENTS = {
    f"{path.stem}.{name}"
    for path in SQL_DIR.rglob("*.sql")
    for name in re.findall(r"^-- name: *(\S+)", path.read_text(encoding="utf-8"), re.MULTILINE)
}
ENTRY_POINTS = {"cchc.commands"}


def docstrings(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield ast.get_docstring(node) or ""


def stands(name: str) -> bool:
    parts = name.split(".")
    if name in FILES | STATEMENTS | ENTRY_POINTS | TEXTS.keys() | TABLES:
        return True
    return leads_somewhere(parts if parts[0] in {*PACKAGES, "cchc"} else ["cchc", *parts])


@pytest.mark.parametrize("folder", ["include", "plugins", "dags", "tests", "tools"])
def test_a_docstring_names_no_module_and_no_function_that_is_gone(folder: str) -> None:
    ours = {*rooms(), *PACKAGES, "cchc"}
    gone = [
        f"{path.relative_to(PROJECT_ROOT)}: {name}"
        for path in sorted((PROJECT_ROOT / folder).rglob("*.py"))
        for text in docstrings(path)
        for name in NAMED.findall(text)
        if name.partition(".")[0] in ours and not stands(name)
    ]
    assert gone == []
