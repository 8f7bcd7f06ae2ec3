"""Mails about the running of the Dags: a task failed, a draft waits for a decision.

What is written here must never make matters worse: a mail that cannot be sent is logged, and stays in the
outbox for the next sending.
"""

from __future__ import annotations

import asyncio
import logging
import smtplib
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseNotifier
from airflow.sdk.exceptions import AirflowException
from sqlalchemy.exc import SQLAlchemyError

from cchc.errors import CchcError
from cchc.isolation.outcome import place_of
from cchc.texts import t

if TYPE_CHECKING:
    from cchc.run import Run

log = logging.getLogger(__name__)
RERUN_HEADING = "Chạy lại:"


class _MailNotifier(BaseNotifier):
    """Enqueues a mail and empties the outbox at once."""

    def notify(self, context: Any) -> None:
        from cchc.chasing.sending import send_current
        from cchc_airflow.context import run_context

        try:
            run = run_context(context)
            self.enqueue(run, context)
            send_current(run.store, run.instance, run.smtp, run.as_of)
        except (CchcError, AirflowException, OSError, smtplib.SMTPException, SQLAlchemyError) as error:
            # Its words may hold addresses, which logs do not keep; the mail's fate stands in the outbox.
            log.error("the mail could not be sent: %s", place_of(error))

    async def async_notify(self, context: Any) -> None:
        await asyncio.to_thread(self.notify, context)

    def enqueue(self, run: Run, context: Any) -> None:
        raise NotImplementedError


class FailureNotifier(_MailNotifier):
    """Tells the administrators which task failed, the error's words, and what the runbook says to do."""

    def enqueue(self, run: Run, context: Any) -> None:
        from cchc.mail.failure import TaskFailure, tell_failure

        task_instance = context["ti"]
        failure = TaskFailure(
            dag=context["dag"].dag_display_name,
            task=context["task"].task_display_name,
            run_id=run.run_id,
            error=str(context.get("exception") or t("airflow.no_error_text")),
            advice=rerun_advice(context["dag"].doc_md),
            link=getattr(task_instance, "log_url", None),
            attempt=task_instance.try_number,
            map_index=task_instance.map_index,
        )
        tell_failure(run.store, failure, run.as_of)


class ApprovalNotifier(_MailNotifier):
    """Tells the approvers that a draft waits for their decision, with the draft attached."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title

    def enqueue(self, run: Run, context: Any) -> None:
        from cchc.documents.waiting import ask_approvers

        title = getattr(context["task"], "title", self.title)
        ask_approvers(
            run,
            f"{title[:1].upper()}{title[1:]} ({run.round.title})",
            context["task"].generate_link_to_ui_from_context(context=context),
        )


def rerun_advice(runbook: str | None) -> str:
    """The runbook's item 'Chạy lại', which says what to do next; its continuation lines are indented."""
    lines = iter((runbook or "").splitlines())
    for line in lines:
        text = line.strip().lstrip("*-• ").replace("**", "")
        if text.startswith(RERUN_HEADING):
            rest = takewhile(lambda one: one.startswith("  "), lines)
            return " ".join([text.removeprefix(RERUN_HEADING).strip(), *(one.strip() for one in rest)])
    return t("airflow.no_advice")
