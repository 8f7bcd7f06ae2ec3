"""The alarm to administrators when a task fails: what broke, where, and what the runbook says to do next."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from cchc.clock import to_text
from cchc.files import sha256_bytes
from cchc.mail.department import Department
from cchc.mail.mail import FAILURE, Mail, enqueue
from cchc.mail.render import render_pair
from cchc.mail.rules import OutboxRules
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


def tell_failure(store: Store, failure: TaskFailure, as_of: datetime) -> bool:
    """Enqueue an alarm, unless the same task was told to fail in the same way within `alarm_hours` (`mail.yaml`).

    The same way: the same words but for numbers. Another fault of the same task is told at once, by day and by night:
    a mail wakes nobody. Returns whether it is new.
    """
    since = as_of - OutboxRules.load().alarm_quiet
    told = store.one(
        "mail.alarm_since",
        failure=FAILURE,
        prefix=_mark_of(failure),
        since=to_text(since),
        as_of=to_text(as_of),
    )
    return told is None and failure_mail(store, failure, as_of)


def _mark_of(failure: TaskFailure) -> str:
    """How the keys of the alarms of one fault begin."""
    part = "" if failure.map_index is None or failure.map_index < 0 else f"/{failure.map_index}"
    words = re.sub(r"\d+", "#", failure.error.strip())
    return f"{FAILURE}/{failure.dag}/{failure.task}{part}/{sha256_bytes(words.encode())[:8]}/"


def failure_mail(store: Store, failure: TaskFailure, as_of: datetime) -> bool:
    """Enqueue one alarm per task, fault, run, mapped part and attempt; False when it is there already."""
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
        quiet_hours=OutboxRules.load().alarm_hours,
    )
    mail = Mail(
        key=f"{_mark_of(failure)}{failure.run_id}/{failure.attempt or 0}",
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
