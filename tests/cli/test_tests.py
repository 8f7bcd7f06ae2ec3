"""`./cchc test`: whatever fails is shown and named, and nothing is left out."""

from __future__ import annotations

import os
from itertools import groupby
from pathlib import Path

import pytest
from tests.conftest import LONG
from tests.support import compiled, measured
from typer.testing import CliRunner

from cchc.cli import app, tests
from cchc.paths import PROJECT_ROOT

SELECTION = tests._selection
PASSES, FAILS = ("-c", "print('đã xem')"), ("-c", "print('dòng 7: sai'); raise SystemExit(1)")


@pytest.fixture(autouse=True)
def _little_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two checks, and a pytest that runs no test; CHECKS itself is what CI runs."""
    monkeypatch.setattr(tests, "CHECKS", {"xong": PASSES, "hỏng": FAILS})
    monkeypatch.setattr(tests, "_selection", lambda *_: ["--version"])


def test_a_check_that_fails_is_shown_and_named_though_the_tests_pass() -> None:
    result = CliRunner().invoke(app, ["test"])
    assert result.exit_code == 1
    assert "đã xem" in result.output
    assert "dòng 7: sai" in result.output
    assert result.output.strip().splitlines()[-1] == "KHÔNG ĐẠT: hỏng. Xem chi tiết ở trên."


def test_tests_that_fail_are_named_though_the_checks_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tests, "CHECKS", {"xong": PASSES})
    monkeypatch.setattr(tests, "_selection", lambda *_: ["--khong-co"])
    result = CliRunner().invoke(app, ["test"])
    assert result.exit_code == 1
    assert result.output.strip().splitlines()[-1] == "KHÔNG ĐẠT: pytest. Xem chi tiết ở trên."


def test_processes_of_the_tests_keep_what_was_compiled(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\necho "forbidden=$PYTHONDONTWRITEBYTECODE."\n')
    python.chmod(0o755)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setattr(tests, "CHECKS", {})
    monkeypatch.setattr(tests.sys, "executable", str(python))
    assert CliRunner().invoke(app, ["test"]).exit_code == 0
    assert "forbidden=." in capfd.readouterr().out


@pytest.mark.parametrize(
    ("cores", "gigabytes", "processes"),
    [(1, 16, 3), (2, 24, 4), (2, 8, 2), (1, 2, 1), (4, 64, 5), (64, 256, 5)],
)
def test_there_are_processes_for_cores_that_would_wait_within_what_memory_takes(
    monkeypatch: pytest.MonkeyPatch, cores: int, gigabytes: int, processes: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)))
    monkeypatch.setattr(
        os, "sysconf", {"SC_PHYS_PAGES": gigabytes * 250_000, "SC_PAGE_SIZE": 4096}.__getitem__
    )
    assert tests._processes() == processes


def test_files_stay_whole_and_what_takes_long_begins_first(request: pytest.FixtureRequest) -> None:
    """Seen on the very run that this test is part of."""
    files = [(path, list(items)) for path, items in groupby(request.session.items, lambda item: item.path)]
    assert len(files) == len({path for path, _ in files})
    marks = [{mark.name for item in items for mark in item.iter_markers()} for _, items in files]
    turns = [[name in own for name in LONG].index(True) if own & {*LONG} else len(LONG) for own in marks]
    assert turns == sorted(turns)


def test_the_quick_part_leaves_out_files_that_were_measured_to_take_long(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert "--quick" in SELECTION([], True) and "--quick" not in SELECTION([], False)
    file = tmp_path / "seconds.json"
    file.write_text('{"tests/a.py": 0.051, "tests/b.py": 0.05}', encoding="utf-8")
    kept = tmp_path / "kept.json"
    kept.write_text('{"tests/a.py": 0.01, "tests/ran.py": 3.8, "tests/b.py": 3.8}', encoding="utf-8")
    monkeypatch.setattr(measured, "SECONDS", file)
    monkeypatch.setattr(measured, "KEPT", kept)
    chosen = [
        name
        for name in ("a", "b", "new", "ran")
        if not measured.left_out(PROJECT_ROOT / "tests" / f"{name}.py")
    ]
    assert chosen == ["b", "new"], (
        "of files that the checkout knows what it says, of others what they took here"
    )


def test_every_test_is_measured(request: pytest.FixtureRequest) -> None:
    assert request.node.stash[measured._BEGAN] > 0


def test_files_of_tests_are_compiled_before_several_processes_read_them(
    pytestconfig: pytest.Config, tmp_path: Path
) -> None:
    (tmp_path / "test_a.py").write_text("def test_a():\n    assert 1 == 1\n", encoding="utf-8")
    (tmp_path / "test_broken.py").write_text("def", encoding="utf-8")
    assert compiled.compile_tests(pytestconfig, tmp_path) == 1
    assert compiled.compile_tests(pytestconfig, tmp_path) == 0
    (kept,) = tmp_path.rglob("*.pyc")
    assert "pytest" in kept.name
