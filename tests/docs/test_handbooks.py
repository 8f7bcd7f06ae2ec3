"""Every command line of the handbooks is one that the program takes; those that only look are run on a small province.

Taken means: parsed by the program itself with every option and value, as typed. What is run: `LOOKING`, in every form
in which a handbook has it without anything to fill in; `docs/khoi-dau.md` is run as it stands in `tests/e2e`.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from tests.docs.pages import PAGES, name_of
from tests.support.province import Province
from typer.testing import CliRunner

from cchc import cli
from cchc.errors import CchcError
from cchc.paths import PROJECT_ROOT

PROGRAM: Any = typer.main.get_command(cli.app)
# Typer brings its own click, and shows of its errors this one.
BadParameter = typer.BadParameter
UsageError = BadParameter.__mro__[1]
HANDBOOKS = [page for page in PAGES if page.parent == PROJECT_ROOT / "docs"]
STARTS = ("./cchc ", "docker compose run --rm cchc ")
LOOKING = {
    "bai-nop cho-quyet-dinh", "can-xem-lai", "cau-hinh", "chi-tieu", "doi-soat", "don-doc lui-han", "don-vi danh-sach",
    "don-vi kiem-tra", "don-vi thieu-thu", "hieu-qua", "lich", "nguon tinh-trang", "sao-luu danh-sach", "suc-khoe",
    "thu xem",
}  # fmt: skip
_FENCE = re.compile(r"^```[^\n]*\n(.*?)^```", re.DOTALL | re.MULTILINE)
_INLINE = re.compile(r"`[^`\n]*?\./cchc ([^`\n]+)`")
_TO_FILL = re.compile(r"^[^a-z\"'-]*[A-ZĐ_]{2,}[A-ZÀ-Ỹ_]*$|^<.*>$|\.\.\.")
_FILE = re.compile(r"^[\w./-]+\.(?:csv|docx|ics|pdf|txt|xlsx|yaml)$")


def typed(page: Path) -> Iterator[tuple[str, bool]]:
    """What a page tells to type behind `./cchc`, and whether it is a whole line of a block."""
    text = page.read_text(encoding="utf-8")
    for block in _FENCE.findall(text):
        for line in block.splitlines():
            for start in STARTS:
                if line.startswith(start):
                    yield line.removeprefix(start).partition(" #")[0].strip(), True
    for found in _INLINE.findall(_FENCE.sub("", text)):
        yield found.strip(), False


LINES = sorted({(line, whole) for page in HANDBOOKS for line, whole in typed(page)})


def parsed(line: str) -> tuple[str, list[str]]:
    """The command's name and its words, after the program has parsed them. Raises click's errors of usage."""
    words = [
        "MA1" if _TO_FILL.search(word) and not word.startswith("-") else word for word in shlex.split(line)
    ]
    for word in words:
        if _FILE.match(word) or word == "MA1":
            Path(word).parent.mkdir(parents=True, exist_ok=True)
            Path(word).touch()
    context = typer.Context(PROGRAM, info_name="./cchc")
    command, names, rest = PROGRAM, list[str](), words
    while hasattr(command, "commands") and rest and not rest[0].startswith("-"):
        name, command, rest = command.resolve_command(context, rest)
        names.append(str(name))
        context = typer.Context(command, info_name=name, parent=context)
    if "--help" not in rest and not (hasattr(command, "commands") and not rest):
        command.make_context(names[-1], list(rest), parent=context.parent)
    return " ".join(names), rest


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the files that a line names are there, and others may be written."""
    folder = tmp_path / "cho-lam"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_the_handbooks_are_read_at_all() -> None:
    assert len(LINES) > 60 and sum(whole for _, whole in LINES) > 8
    assert {name_of(page) for page in HANDBOOKS if any(typed(page))} >= {
        "docs/huong-dan-van-hanh.md", "docs/khoi-dau.md", "docs/mot-nam.md", "docs/quan-tri.md",
    }  # fmt: skip


@pytest.mark.usefixtures("elsewhere")
def test_every_line_of_a_handbook_is_taken_by_the_program() -> None:
    refused = []
    for line, whole in LINES:
        try:
            parsed(line)
        except UsageError as wrong:
            # Within a sentence a command may only be named, without what it needs.
            if whole or type(wrong).__name__ != "MissingParameter":
                refused.append(f"{line}: {wrong}")
    assert refused == []


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize(
    "line", ["lich nam-nay", "thu che-do gui-that-luon --la gi", "don-vi xoa", "doi-soat 2026-Q1 --ra a.xlsx"]
)
def test_a_line_that_the_program_does_not_take_would_be_found(line: str) -> None:
    with pytest.raises(UsageError):
        parsed(line)


def to_run() -> list[str]:
    """Lines that only look, with nothing to fill in."""
    return sorted(
        {
            line
            for line, _ in LINES
            if any(line == one or line.startswith(f"{one} ") for one in LOOKING)
            and not any(_TO_FILL.search(word) for word in shlex.split(line))
            and not re.search(r"--(?:ap-dung|dong-y|tu-choi)", line)
        }
    )


def test_each_command_that_only_looks_is_run_in_some_form() -> None:
    assert {one for one in LOOKING if not any(f"{line} ".startswith(f"{one} ") for line in to_run())} == set()


@pytest.mark.parametrize("line", to_run())
def test_a_line_that_only_looks_does_what_the_handbook_says(
    line: str, province: Province, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCHC_HOME", str(province.instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", province.store.url)
    result = CliRunner().invoke(cli.app, shlex.split(line), env={"COLUMNS": "160"})
    told = result.output + (str(result.exception) if isinstance(result.exception, CchcError) else "")
    assert result.exception is None or isinstance(result.exception, SystemExit | CchcError), result.exception
    assert told.strip(), "it says something"
    if line.startswith("suc-khoe"):
        assert result.exit_code == 2, "nothing of Airflow runs here, and it says so"
    else:  # 1: there is something to look at
        assert result.exit_code in (0, 1), told
    written = [word for word in shlex.split(line) if _FILE.match(word)]
    assert [name for name in written if not (elsewhere / name).exists()] == []
