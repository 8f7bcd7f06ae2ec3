"""The alarm to administrators when a task fails: what broke, where, and what the runbook says to do next."""

from __future__ import annotations

from datetime import datetime

from cchc.mail.department import Department
from cchc.mail.mail import FAILURE, Mail, enqueue
from cchc.mail.render import render_pair
from cchc.store import Store
from cchc.texts import t

LONGEST_ERROR = 2000


def failure_mail(
    store: Store,
    *,
    dag: str,
    task: str,
    run_id: str,
    error: str,
    advice: str,
    as_of: datetime,
    link: str | None = None,
    attempt: int | None = None,
    map_index: int | None = None,
    department: Department | None = None,
) -> bool:
    """Enqueue one alarm per task, run, mapped part and attempt; False when it is there already.

    `error`: the error's last line, as plain text. `advice`: the runbook's line on what to do.
    """
    department = department or Department.load()
    html, plain = render_pair(
        "failure",
        department=department,
        as_of=as_of,
        dag=dag,
        task=task,
        run_id=run_id,
        error=error.strip()[:LONGEST_ERROR],
        advice=advice,
        link=link,
        attempt=attempt,
    )
    part = "" if map_index is None or map_index < 0 else f"/{map_index}"
    mail = Mail(
        key=f"{FAILURE}/{dag}/{task}{part}/{run_id}/{attempt or 0}",
        kind=FAILURE,
        as_of=as_of,
        round_id=None,
        unit_code=None,
        recipients=department.failure_recipients,
        copies=(),
        subject=t("mail.subject.failure", task=task, dag=dag),
        html=html,
        plain=plain,
    )
    with store.write() as tx:
        return enqueue(tx, mail, department)
