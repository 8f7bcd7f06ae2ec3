"""The alarm to administrators when a task fails: what broke, where, and what the runbook says to do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cchc.mail.department import Department
from cchc.mail.mail import FAILURE, Mail, enqueue
from cchc.mail.render import render_pair
from cchc.store import Store
from cchc.texts import t

LONGEST_ERROR = 2000


@dataclass(frozen=True)
class TaskFailure:
    """What failed. `error`: the error's last line, as plain text. `advice`: the runbook's line on what to do."""

    dag: str
    task: str
    run_id: str
    error: str
    advice: str
    link: str | None = None
    attempt: int | None = None
    map_index: int | None = None


def failure_mail(store: Store, failure: TaskFailure, as_of: datetime) -> bool:
    """Enqueue one alarm per task, run, mapped part and attempt; False when it is there already."""
    department = Department.load()
    html, plain = render_pair(
        "failure",
        department=department,
        as_of=as_of,
        dag=failure.dag,
        task=failure.task,
        run_id=failure.run_id,
        error=failure.error.strip()[:LONGEST_ERROR],
        advice=failure.advice,
        link=failure.link,
        attempt=failure.attempt,
    )
    part = "" if failure.map_index is None or failure.map_index < 0 else f"/{failure.map_index}"
    mail = Mail(
        key=f"{FAILURE}/{failure.dag}/{failure.task}{part}/{failure.run_id}/{failure.attempt or 0}",
        kind=FAILURE,
        as_of=as_of,
        round_id=None,
        unit_code=None,
        recipients=department.failure_recipients,
        copies=(),
        subject=t("mail.subject.failure", task=failure.task, dag=failure.dag),
        html=html,
        plain=plain,
    )
    with store.write() as tx:
        return enqueue(tx, mail, department)
