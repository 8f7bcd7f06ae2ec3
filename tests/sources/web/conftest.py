from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.sources.web.scripted_server import Reply, Script, ScriptedServer

from cchc.sources.web import Endpoint, WebServer, download

SECRET = "ma-truy-cap-tuyet-mat-7c1e"
FIRST, LAST = date(2025, 12, 8), date(2026, 3, 14)
FAST = {"seconds": 20, "read_seconds": 5, "tries": 3, "wait_seconds": 0}


@pytest.fixture
def serve() -> Iterator[Callable[[Script | Reply], ScriptedServer]]:
    """Starts servers that are stopped at the end of the test."""
    with ExitStack() as stack:

        def start(script: Script | Reply) -> ScriptedServer:
            what = (lambda _seen, _number: script) if isinstance(script, Reply) else script
            return stack.enter_context(ScriptedServer(what).running())

        yield start


def endpoint(**changed: Any) -> Endpoint:
    limits = FAST | changed.pop("limits", {})
    given = {
        "name": "mot-cua-thu", "title": "Một cửa thử", "source": "one_stop", "connection": "cchc_mot_cua",
        "path": "/api/ho-so", "format": "csv", "limits": limits,
    }  # fmt: skip
    return Endpoint.model_validate(given | changed)


def server_at(address: str, **changed: Any) -> WebServer:
    return WebServer(**({"address": address, "secret": SECRET, "plain_http": True} | changed))


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    return tmp_path / "tha-tep"


@pytest.fixture
def fetch(drop: Path) -> Callable[..., Path]:
    """Downloads from a scripted server into `drop`; keywords change the endpoint."""

    def run(server: ScriptedServer, **changed: Any) -> Path:
        return download(endpoint(**changed), server_at(server.address), FIRST, LAST, drop)

    return run
