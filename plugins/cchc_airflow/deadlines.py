"""A decision that nobody takes is told to the operators: a Deadline Alert of the Dags that wait for one.

Airflow's deadlines are those of whole runs, and a run that reaches its decision spends its time waiting there. How
long may be waited, `department.yaml` says in working days; Airflow knows only spans of time, so the end is a
reference of our own. The scheduler evaluates it when a run is made, and has `tell_operators` called when it has passed.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, ClassVar

from airflow.configuration import conf
from airflow.sdk.definitions.callback import AsyncCallback
from airflow.sdk.definitions.deadline import BaseDeadlineReference, DeadlineAlert
from asgiref.sync import sync_to_async

from cchc import clock
from cchc.errors import CchcError, ConfigError, ConfigErrors
from cchc.texts import t

log = logging.getLogger(__name__)

DECISION_TASK, SCORING_DAG = "phe_duyet", "cham_diem"
USUAL_DAYS = 5


class DecisionDue(BaseDeadlineReference):
    """When a decision in a run that is made now is late: the same hour, `decision_days` working days later.

    Evaluated where runs are made, which a wrong file must not stop: the files that ship say so much then.
    """

    required_kwargs: ClassVar[set[str]] = set()

    def _evaluate_with(self, **_: Any) -> datetime:
        from cchc.mail.department import Department
        from cchc.year import WorkingDays

        now = clock.now().astimezone(clock.TZ)
        try:
            days, working = Department.load().decision_days, WorkingDays.load()
        except (ConfigError, ConfigErrors) as error:
            log.warning("the usual deadline, as a file is wrong: %s", error)
            days, working = USUAL_DAYS, WorkingDays()
        return datetime.combine(working.add(now.date(), days), now.timetz())


def decision_deadline() -> DeadlineAlert:
    """The alert of a Dag that waits for a decision."""
    return DeadlineAlert(
        reference=DecisionDue(),
        interval=timedelta(0),
        callback=AsyncCallback(tell_operators),
        name=t("airflow.decision_deadline"),
    )


async def tell_operators(context: dict[str, Any]) -> bool:
    """`tell` in the triggerer: Airflow 3.3.2 lets a callback of an executor read no connection."""
    # Not asyncio.to_thread: reading a connection comes back to the triggerer's own loop.
    return await sync_to_async(tell)(context)


def tell(context: dict[str, Any]) -> bool:
    """Mail the operators that the run's draft still waits; whether it does.

    Airflow hands over the run as its API shows it. A run whose draft was decided on or replaced is told to nobody.
    """
    from cchc.chasing.sending import send_current
    from cchc.documents.waiting import tell_late
    from cchc_airflow.context import run_context

    shown = context["dag_run"]
    named = {"run_id": shown["dag_run_id"], "run_after": datetime.fromisoformat(str(shown["run_after"]))}
    dag_run = SimpleNamespace(**{**shown, **named})
    run = run_context({"dag_run": dag_run, "partition_key": shown.get("partition_key")})
    now = clock.now()
    waits = decision_task(shown["dag_id"], shown.get("partition_key"))
    link = f"{base_url()}/dags/{shown['dag_id']}/runs/{dag_run.run_id}/tasks/{waits}/required_actions"
    try:
        told = tell_late(run, now, link)
    except CchcError:
        log.exception("the run has no round that a draft could wait in")
        return False
    if told:
        send_current(run.store, run.instance, run.smtp, now)
    return told


def decision_task(dag_id: str, partition_key: str | None) -> str:
    """Id of the task at which a run of that Dag and key waits for the decision on its draft."""
    if dag_id != SCORING_DAG:
        return DECISION_TASK
    step = "kien_nghi" if str(partition_key or "").endswith(":kien_nghi") else "cong_bo"
    return f"{step}.{DECISION_TASK}"


def put_aside(dag: Any) -> Any:
    """The Dag without its deadline, for `dag.test`: Airflow 3.3.2 cannot end a run with one there, only in a scheduler.

    It looks for the row of the alert by the alert's definition, and the run breaks when all its tasks are done.
    """
    dag.deadline = None
    return dag


def base_url() -> str:
    return str(conf.get("api", "base_url", fallback="") or "").rstrip("/")
