"""Airflow's API within a replay: the same answers as over threads, in the thread that asks."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import httpx
import pytest
from anyio import to_thread
from fastapi import Depends, FastAPI
from fastapi.dependencies import utils

from cchc_rehearsal.one_process import DirectTransport, calls_stay_here, signatures_stay_known

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
