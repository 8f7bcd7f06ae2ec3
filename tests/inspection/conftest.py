"""Readers of the team's workbook in the same process: what a process of its own does is tested beside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest


class _Here:
    def ask(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return function(None, *arguments)


@contextmanager
def _reading(_run: object) -> Iterator[_Here]:
    yield _Here()


@pytest.fixture(autouse=True)
def read_here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "slow" not in request.keywords:
        monkeypatch.setattr("cchc.inspection.team_book.reading", _reading)
