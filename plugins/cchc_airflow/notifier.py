"""A failing task mails the administrators: what failed, the error's words, and what the runbook says to do."""

from __future__ import annotations

import asyncio
import logging
import smtplib
from typing import Any

from airflow.sdk import BaseNotifier
from sqlalchemy.exc import SQLAlchemyError

from cchc.errors import CchcError
from cchc.texts import t

log = logging.getLogger(__name__)
RERUN_HEADING = "Chạy lại:"


class FailureNotifier(BaseNotifier):
    """Enqueues the failure mail and sends it at once. A failure here must not hide the task's own failure."""

    def notify(self, context: Any) -> None:
        try:
            self._notify(context)
        except (CchcError, OSError, smtplib.SMTPException, SQLAlchemyError):
            log.exception("the failure mail could not be sent")

    async def async_notify(self, context: Any) -> None:
        await asyncio.to_thread(self.notify, context)

    def _notify(self, context: Any) -> None:
        from cchc import clock
        from cchc.paths import current_instance
        from cchc.reminders import failure_mail, send_pending
        from cchc_airflow.context import open_store, smtp_config

        store, task_instance, dag_run = open_store(), context["ti"], context["dag_run"]
        as_of = dag_run.run_after.astimezone(clock.TZ)
        failure_mail(
            store,
            dag=context["dag"].dag_display_name,
            task=context["task"].task_display_name,
            run_id=dag_run.run_id,
            error=str(context.get("exception") or t("airflow.no_error_text")),
            advice=rerun_advice(context["dag"].doc_md),
            as_of=as_of,
            link=getattr(task_instance, "log_url", None),
            attempt=task_instance.try_number,
            map_index=task_instance.map_index,
        )
        send_pending(store, current_instance(), smtp_config(), as_of)


def rerun_advice(runbook: str | None) -> str:
    """The runbook's paragraph 'Chạy lại', which says what to do next."""
    for line in (runbook or "").splitlines():
        text = line.strip().lstrip("*-• ").replace("**", "")
        if text.startswith(RERUN_HEADING):
            return text.removeprefix(RERUN_HEADING).strip()
    return t("airflow.no_advice")
