"""Airflow's API within a replay: the same answers as over threads, in the thread that asks."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import SimpleNamespace

import httpx
import pytest
from anyio import to_thread
from fastapi import Depends, FastAPI
from fastapi.dependencies import utils

from cchc_rehearsal.one_process import (
    DirectTransport,
    calls_stay_here,
    looked_at_until_something_is_to_run,
    signatures_stay_known,
)

seen: list[int] = []


@asynccontextmanager
async def opened(app: FastAPI) -> AsyncIterator[None]:
    app.state.opened = True
    yield


app = FastAPI(lifespan=opened)


def session() -> Iterator[str]:
    seen.append(threading.get_ident())
    yield "phiên"
    seen.append(threading.get_ident())


@app.post("/ghi/{name}")
def write(name: str, values: dict[str, int], own: str = Depends(session)) -> dict[str, object]:
    seen.append(threading.get_ident())
    return {"name": name, "values": values, "session": own, "opened": app.state.opened}


@app.get("/hong")
def broken() -> None:
    raise ZeroDivisionError


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with (
        calls_stay_here(),
        httpx.Client(transport=DirectTransport(app), base_url="http://trong-tien-trinh") as asking,
    ):
        yield asking


def test_a_call_is_answered_in_the_thread_that_asks_with_its_session_closed(client: httpx.Client) -> None:
    seen.clear()
    answer = client.post("/ghi/Đất đai", json={"số": 3})
    assert answer.json() == {
        "name": "Đất đai",
        "values": {"số": 3},
        "session": "phiên",
        "opened": True,
    }
    assert seen == [threading.get_ident()] * 3


def test_what_a_call_depends_on_is_overridden_and_its_signature_read_once(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = iter(range(9))
    monkeypatch.setitem(app.dependency_overrides, session, lambda: f"phiên {next(numbers)}")
    read: list[object] = []
    reading = utils.get_typed_signature
    monkeypatch.setattr(utils, "get_typed_signature", lambda call: read.append(call) or reading(call))
    with signatures_stay_known():
        told = [client.post("/ghi/x", json={}).json()["session"] for _ in range(3)]
    assert told == ["phiên 0", "phiên 1", "phiên 2"]
    assert len(read) == 1


def test_an_endpoint_that_breaks_answers_500_as_over_a_network(client: httpx.Client) -> None:
    assert client.get("/hong").status_code == 500
    assert client.get("/khong-co").status_code == 404
    assert client.post("/ghi/x", json=[1]).status_code == 422


def test_outside_a_replay_calls_go_to_threads_as_ever() -> None:
    before = to_thread.run_sync
    with calls_stay_here():
        assert to_thread.run_sync is not before
    assert to_thread.run_sync is before


@dataclass
class Looked:
    """A run of three tasks: how many are over after each look, what the last look finds to run, the state then."""

    over: list[int]
    ready: list[str]
    state: str = "running"
    looks: int = 0

    def update_state(self, *, session: object) -> tuple[list[str], None]:
        assert session == "phiên"
        self.looks += 1
        last = self.looks >= len(self.over)
        return (self.ready if last else []), None

    def get_task_instances(self, *, session: object) -> list[SimpleNamespace]:
        over = self.over[min(self.looks, len(self.over)) - 1]
        return [SimpleNamespace(id=one, state="skipped" if one < over else None) for one in range(3)]


@pytest.mark.parametrize(
    ("run", "looks"),
    [
        (Looked([0], ["nhận"]), 1),
        (Looked([1, 2, 2], ["nhận"]), 3),  # two looks that skip, and what comes behind them
        (Looked([1, 1], []), 2),  # waits for others: nothing changes between the looks
        (Looked([3], [], state="success"), 1),  # the callbacks of its end are called once
        (Looked([2], [], state="failed"), 1),
    ],
)
def test_a_look_that_only_skips_is_followed_by_the_next_at_once(run: Looked, looks: int) -> None:
    found = looked_at_until_something_is_to_run(Looked.update_state)(run, session="phiên")
    assert (run.looks, found) == (looks, (run.ready, None))
