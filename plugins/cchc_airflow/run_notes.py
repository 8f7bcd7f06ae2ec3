"""The note of a run: which task failed or had nothing to do, and why, or noted something, shown in lists.

A task cannot write on its run. It keeps its words as XCom (`tasks.REASON`, `tasks.NOTES`), and this listener, which
Airflow calls in the scheduler when a run ends, makes them the run's note. A note that a person wrote is left alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.listeners import hookimpl

from cchc_airflow.tasks import NOTES, REASON

if TYPE_CHECKING:
    from airflow.models.dagrun import DagRun
    from sqlalchemy.orm import Session

LONGEST = 1000  # letters; Airflow's own limit for a note


@hookimpl
def on_dag_run_success(dag_run: DagRun, msg: str) -> None:
    write_note(dag_run)


@hookimpl
def on_dag_run_failed(dag_run: DagRun, msg: str) -> None:
    write_note(dag_run)


def write_note(dag_run: DagRun) -> None:
    """Make the tasks' reasons the note of the run; without any, take away the one of an earlier end."""
    from airflow.models.dagrun import DagRun
    from airflow.utils.session import create_session
    from sqlalchemy.orm import object_session

    if (session := object_session(dag_run)) is not None:
        _write(dag_run, session)
        return
    with create_session() as own:  # handed over after its session has ended
        if (known := own.get(DagRun, dag_run.id)) is not None:
            _write(known, own)


def _write(dag_run: DagRun, session: Session) -> None:
    known = dag_run.dag_run_note
    if known is not None and known.user_id is not None:
        return
    lines = _reasons(dag_run, session)
    if not lines:
        dag_run.dag_run_note = None
    elif known is None:
        dag_run.note = (_fitting(lines), None)
    else:
        known.content = _fitting(lines)


def _reasons(dag_run: DagRun, session: Session) -> list[str]:
    """One line a task, the failed ones first; then what a task noted that did its work."""
    from airflow.models.xcom import XComModel
    from sqlalchemy import select

    rows = session.execute(
        select(XComModel.task_id, XComModel.map_index, XComModel.key, XComModel.value).where(
            XComModel.dag_id == dag_run.dag_id,
            XComModel.run_id == dag_run.run_id,
            XComModel.key.in_((REASON, NOTES)),
        )
    )
    words = {(row.task_id, row.map_index, row.key): XComModel.deserialize_value(row) for row in rows}
    found = []
    for one in dag_run.get_task_instances(session=session):
        name = f" [{one.rendered_map_index}]" if one.rendered_map_index else ""
        for order, key, states in (
            (0, REASON, ("failed",)),
            (1, NOTES, ("success",)),
            (2, REASON, ("skipped",)),
        ):
            if one.state in states and (reason := words.get((one.task_id, one.map_index, key))):
                found.append((order, f"{one.task_display_name}{name}: {reason}"))
    return [line for _, line in sorted(found)]


def _fitting(lines: list[str]) -> str:
    text = "\n".join(lines)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
