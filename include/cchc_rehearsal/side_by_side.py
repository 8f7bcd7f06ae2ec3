"""What an executor runs beside each other, a replay runs in forked processes: copies of a mapped task, and a run that
others need not wait for."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Self
from unittest.mock import patch

from cchc_rehearsal.one_process import DirectTransport

# Copies that make or count for many units: each has seconds of work of its own, and asks no reading process.
BLOCKS = (
    "lap_bieu_mau",
    "mo.bieu",
    "khoa.tinh_diem",
    "khoa.bieu_tham_dinh",
    "tham_dinh_1.thong_bao_diem",
    "cong_bo.phieu_diem",
    "kien_nghi.phieu_diem",
)
log = logging.getLogger(__name__)


@contextmanager
def copies_side_by_side(task_ids: Collection[str] = BLOCKS, processes: int | None = None) -> Iterator[None]:
    """Within it `dag.test` runs the copies of these tasks in so many processes (as many as there are processors)."""
    from airflow.sdk.definitions import dag

    copies = Copies(dag._run_task, task_ids, processes or os.cpu_count() or 1)
    with patch.object(dag, "_run_task", copies):
        yield


@dataclass
class Copies:
    """Stands in for the function of `dag.test` that runs one task instance."""

    run_one: Callable[..., Any]
    task_ids: Collection[str]
    processes: int
    _done: set[Any] = field(default_factory=set)

    def __call__(self, *, ti: Any, task: Any, run_triggerer: bool = False) -> Any:
        if ti.id in self._done:
            self._done.discard(ti.id)
            return None
        run = partial(self.run_one, task=task, run_triggerer=run_triggerer)
        if ti.map_index < 0 or ti.task_id not in self.task_ids:
            return run(ti=ti)
        scheduled = _scheduled(ti)
        self._done |= {one for one in scheduled if one != ti.id}
        shares = [scheduled[first :: self.processes] for first in range(min(self.processes, len(scheduled)))]
        children = [forked(partial(_run_share, run, share)) for share in shares]
        for child, share in zip(children, shares, strict=True):
            if ended_badly(child):
                _fail(share)
        return None


@dataclass
class Beside:
    """One act at a time in a copy of this process, while it goes on; a context manager that waits for the last.

    failed: gets the names of those that ended badly.
    """

    failed: list[str]
    _running: tuple[str, int] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.wait()

    def carry_out(self, name: str, act: Callable[[], None]) -> None:
        """Begin `act` when the one before is over."""
        self.wait()
        self._running = name, forked(act)

    def wait(self) -> None:
        if self._running is not None:
            name, child = self._running
            self._running = None
            if ended_badly(child):
                self.failed.append(name)


def _scheduled(ti: Any) -> list[Any]:
    """The ids of the copies of this one's task that are to be run now, in their order."""
    from airflow.models.taskinstance import TaskInstance
    from airflow.utils.session import create_session
    from airflow.utils.state import TaskInstanceState
    from sqlalchemy import select

    mine = (
        TaskInstance.dag_id == ti.dag_id,
        TaskInstance.run_id == ti.run_id,
        TaskInstance.task_id == ti.task_id,
        TaskInstance.state == TaskInstanceState.SCHEDULED,
    )
    with create_session(scoped=False) as session:
        return list(session.scalars(select(TaskInstance.id).where(*mine).order_by(TaskInstance.map_index)))


def _run_share(run: Callable[..., Any], share: Collection[Any]) -> None:
    from airflow.models.taskinstance import TaskInstance
    from airflow.utils.session import create_session

    for identity in share:
        with create_session(scoped=False) as session:
            ti = session.get_one(TaskInstance, identity)
        try:
            run(ti=ti)
        except Exception:
            log.exception("Task failed; ti=%s", ti)


def _fail(share: Collection[Any]) -> None:
    """Copies that a process left unfinished when it died would be waited for without end."""
    from airflow.models.taskinstance import TaskInstance
    from airflow.utils.session import create_session
    from airflow.utils.state import State, TaskInstanceState

    for identity in share:
        with create_session() as session:
            ti = session.get_one(TaskInstance, identity)
            if ti.state not in State.finished:
                ti.set_state(TaskInstanceState.FAILED, session=session)


def forked(act: Callable[[], None]) -> int:
    """Run `act` in a copy of this process, beside it; returns its number, for `ended_badly`."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        _begin_anew()
        act()
        code = 0
    except BaseException:
        log.exception("a process beside the replay failed")
    finally:
        os._exit(code)


def ended_badly(child: int) -> bool:
    """Wait for its end."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0


def _begin_anew() -> None:
    """No connection of the process that was copied may be used twice. Airflow sees to its own pool."""
    from airflow import settings
    from airflow.sdk.execution_time.supervisor import in_process_api_server

    from cchc_airflow import hooks

    assert settings.Session is not None, "a replay has its database"
    settings.Session.registry.clear()
    hooks.begin_anew()
    transport = in_process_api_server().transport
    if isinstance(transport, DirectTransport):
        transport.begin_anew()
