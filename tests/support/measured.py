"""What tests cost: processor seconds by file, kept by every run; the quick part leaves out what costs most.

`tests/seconds.json` is a copy of what runs keep in `var/do-dac/kiem-thu.json`: file -> seconds of one of its tests, on
average. A file that is not in it is quick until it has run on this machine; tests marked `slow` never are.
"""

from __future__ import annotations

import json
import resource
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from cchc.files import write_atomic
from cchc.paths import PROJECT_ROOT

SECONDS = PROJECT_ROOT / "tests" / "seconds.json"
KEPT = PROJECT_ROOT / "var" / "do-dac" / "kiem-thu.json"
QUICK = 0.05  # processor seconds of a test, on average over its file
_COST = "processor seconds"
_BEGAN = pytest.StashKey[float]()


def left_out(path: Path) -> bool:
    """Whether a file is no part of the quick tests, by what it took when it was measured."""
    return _known(SECONDS, KEPT).get(path.relative_to(PROJECT_ROOT).as_posix(), 0.0) > QUICK


@cache
def _known(shared: Path, own: Path) -> dict[str, float]:
    """What the checkout says of its files, and of new ones what they took here."""
    found: dict[str, float] = {}
    for file in (own, shared):
        if file.exists():
            found |= json.loads(file.read_text(encoding="utf-8"))
    return found


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--quick", action="store_true", help="leave out what takes long (tests/support/measured.py)"
    )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    if config.getoption("quick") and collection_path.suffix == ".py":
        return left_out(collection_path) or None
    return None


def _spent() -> float:
    found = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in found)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    yield
    item.user_properties.append((_COST, _spent() - item.stash[_BEGAN]))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    item.stash[_BEGAN] = _spent()


class Kept:
    """Of the process that hears of all tests: what each file took."""

    def __init__(self) -> None:
        self.taken: dict[str, list[float]] = defaultdict(list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "teardown":
            self.taken[report.nodeid.partition("::")[0]] += [
                float(str(value)) for name, value in report.user_properties if name == _COST
            ]

    def pytest_sessionfinish(self) -> None:
        means = {file: round(sum(taken) / len(taken), 3) for file, taken in self.taken.items() if taken}
        known = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
        if means:
            write_atomic(KEPT, json.dumps(dict(sorted((known | means).items())), indent=0) + "\n")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Kept())
