"""A pytest plugin: which lines of the library each test runs, its fixtures included, and how long it takes.

Loaded by `-p recording`; writes JSON to $MUTATION_RECORD:
{"tests": {test: {"seconds": s, "lines": {path: [line, ...]}}}, "files": {path: sha256}}.
Tests that fail are left out: they can kill nothing.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import coverage
import pytest

SOURCES = [str(Path(name).resolve()) for name in ("include/cchc", "include/cchc_rehearsal", "plugins")]
_measured = coverage.Coverage(data_file=None, source=SOURCES, config_file=False, concurrency=["thread"])
_seconds: dict[str, float] = defaultdict(float)
_failed: set[str] = set()


def pytest_configure() -> None:
    _measured.start()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    _measured.switch_context(item.nodeid)
    result = yield
    _measured.switch_context("")
    return result


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _seconds[report.nodeid] += report.duration
    if not report.passed:
        _failed.add(report.nodeid)


def pytest_unconfigure() -> None:
    _measured.stop()
    data = _measured.get_data()
    lines: dict[str, dict[str, list[int]]] = {test: {} for test in _seconds if test not in _failed}
    for name in data.measured_files():
        path = str(Path(name).relative_to(Path.cwd()))
        for line, tests in data.contexts_by_lineno(name).items():
            for test in tests:
                if test in lines:
                    lines[test].setdefault(path, []).append(line)
    tests = {test: {"seconds": round(_seconds[test], 2), "lines": found} for test, found in lines.items()}
    files = {path: sha256(Path(path).read_bytes()).hexdigest() for found in lines.values() for path in found}
    record = {"tests": tests, "files": files}
    Path(os.environ["MUTATION_RECORD"]).write_text(json.dumps(record), encoding="utf-8")
