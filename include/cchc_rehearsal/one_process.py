"""What Airflow does again before every run and every task of `dag.test` although one process needs it once.

Nothing here changes what a task, a run or the API does: the same code of Airflow runs, fewer times and without
changing threads in between.
"""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from functools import cache
from typing import Any, cast
from unittest.mock import patch

import httpx
import pydantic
from fastapi import FastAPI
from fastapi.dependencies.utils import get_dependant


@contextmanager
def fixed_within_one_process() -> Iterator[None]:
    """From the second run on, what cannot change in one process is left out.

    `dag.test` parses and writes all Dag files (0.1 s a run), each task reads its Dag from the database (0.03 s) and
    asks the API for the same two connections (0.03 s). It writes its Dag as data, each task builds the same three
    validators and looks for faults in the same schemas of its form.
    """
    from airflow.models import dagbag
    from airflow.models.dagrun import DagRun
    from airflow.sdk.execution_time import task_runner
    from airflow.serialization.serialized_objects import DagSerialization
    from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # the library has no types

    from cchc_airflow import hooks

    with (
        patch("airflow.dag_processing.dagbag.BundleDagBag", lambda **_: None),
        patch("airflow.dag_processing.dagbag.sync_bag_to_db", lambda *_: None),
        patch.object(dagbag, "DBDagBag", cache(dagbag.DBDagBag)),
        patch.object(hooks, "find_connection", cache(hooks.find_connection)),
        patch.object(DagSerialization, "serialize_dag", cache(DagSerialization.serialize_dag)),
        patch.object(task_runner, "TypeAdapter", cache(pydantic.TypeAdapter)),
        patch.object(Draft202012Validator, "check_schema", _checked_once(Draft202012Validator.check_schema)),
        patch.object(DagRun, "update_state", looked_at_until_something_is_to_run(DagRun.update_state)),
        garbage_is_looked_for_seldom(),
    ):
        yield


def looked_at_until_something_is_to_run(update_state: Callable[..., Any]) -> Callable[..., Any]:
    """A look at a run that only skips tasks is followed by the next at once; `dag.test` would sleep a second first.

    In a run that waits for others nothing changes between two looks, and it is left to wait.
    """
    from airflow.utils.state import DagRunState, State

    def update(run: Any, *, session: Any, **asked: Any) -> Any:
        waiting = None
        while True:
            looked = update_state(run, session=session, **asked)
            if looked[0] or run.state != DagRunState.RUNNING:
                return looked
            found = {
                ti.id for ti in run.get_task_instances(session=session) if ti.state not in State.finished
            }
            if found == waiting:
                return looked
            waiting = found

    return update


def _checked_once(check: Callable[[Any], None]) -> Callable[..., None]:
    """Of equal schemas the first alone is looked at; one with a fault is refused every time."""
    sound: set[str] = set()

    def check_schema(schema: Any, *_: Any, **__: Any) -> None:
        words = repr(schema)
        if words not in sound:
            check(schema)
            sound.add(words)

    return check_schema


@contextmanager
def garbage_is_looked_for_seldom() -> Iterator[None]:
    """Two thousand modules and their classes stay to the end: the collector need not walk over them with every run."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def spare_the_disk() -> None:
    """What a rehearsal writes need not survive a power cut: a dozen commits a task, and files, wait for no disk."""
    from airflow import settings
    from sqlalchemy import event

    os.environ["CCHC_FSYNC"] = "off"
    engine = settings.engine
    if engine is not None and engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _hurry)
        engine.dispose()  # connections made before


def _hurry(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA busy_timeout = 30000")  # processes beside each other wait for one another


@contextmanager
def api_in_this_thread() -> Iterator[None]:
    """Tasks call the Execution API in their own thread.

    Airflow serves it in-process from a thread with an event loop that hands every call, and what the call depends on,
    to one more thread: a dozen changes of thread a call, eight calls a task. In a replay nobody else calls meanwhile.
    """
    from airflow.sdk.execution_time.supervisor import in_process_api_server

    from cchc_airflow.fresh_forms import FreshForms

    api = in_process_api_server()  # one a process
    app = api_of_today(api.app)
    app.add_middleware(FreshForms)  # as our plugin has it around the API that is served
    api.transport = DirectTransport(app)
    try:
        with calls_stay_here(), signatures_stay_known():
            yield
    finally:
        in_process_api_server.cache_clear()


def api_of_today(app: Any) -> FastAPI:
    """The routes of Airflow's Execution API as its own release has them, with the state and overrides of `app`.

    `app` also translates for tasks of older releases: it finds out twice what each call depends on, and writes question
    and answer anew. Tasks of this process are of its own release; should they not be, `app` itself is returned.
    """
    from airflow.api_fastapi.common.exceptions import init_error_handlers
    from airflow.api_fastapi.execution_api.routes import execution_api_router
    from airflow.api_fastapi.execution_api.versions import bundle
    from airflow.sdk.api.datamodels._generated import API_VERSION

    if bundle.versions[0].value != API_VERSION or bundle.head_version.changes:
        return cast("FastAPI", app)
    today = FastAPI(lifespan=app.router.lifespan_context, openapi_url=None)
    today.state, today.dependency_overrides = app.state, app.dependency_overrides
    today.include_router(execution_api_router)
    init_error_handlers(today)
    return today


@contextmanager
def calls_stay_here() -> Iterator[None]:
    """What a server would hand to a thread of its pool is called where it stands: nobody is kept waiting."""
    with patch("anyio.to_thread.run_sync", _called_here):
        yield


async def _called_here(function: Callable[..., Any], *arguments: Any, **_: Any) -> Any:
    return function(*arguments)


@contextmanager
def signatures_stay_known() -> Iterator[None]:
    """Airflow overrides who may call, and FastAPI then reads the signatures of all that a call depends on anew, for
    every call."""
    with patch("fastapi.dependencies.utils.get_dependant", _remembered(get_dependant)):
        yield


def _remembered(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with its answers kept; it must be called by names, and what it answers may not be changed."""
    known: dict[Any, Any] = {}

    def answer(**asked: Any) -> Any:
        key = tuple((name, tuple(one) if isinstance(one, list) else one) for name, one in asked.items())
        if key not in known:
            known[key] = function(**asked)
        return known[key]

    return answer


class DirectTransport(httpx.BaseTransport):
    """Requests of a synchronous client to an ASGI application, answered in the thread that asks."""

    def __init__(self, app: Any) -> None:
        self._loop = asyncio.new_event_loop()
        self._asgi = httpx.ASGITransport(app, raise_app_exceptions=False)
        self._running = AsyncExitStack()
        self._loop.run_until_complete(self._running.enter_async_context(app.router.lifespan_context(app)))

    def begin_anew(self) -> None:
        """In a forked copy of the process: the loop is that of the other one."""
        self._loop = asyncio.new_event_loop()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._loop.run_until_complete(self._answer(request))

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        answer = await self._asgi.handle_async_request(request)
        return httpx.Response(answer.status_code, headers=answer.headers, content=await answer.aread())

    def close(self) -> None:
        """Airflow closes nothing; its clients share one transport and live as long as the process."""
