"""From Airflow's context to a `Run` of the library: the as-of day, the round, the store, the mail server.

Tasks must not touch Airflow's own database: what they need comes from their context and from connections.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from airflow.sdk import get_current_context

from cchc import clock
from cchc.errors import CchcError
from cchc.paths import current_instance
from cchc.texts import t
from cchc_airflow.hooks import SmtpHook, StoreHook

if TYPE_CHECKING:
    from cchc.reminders import SmtpConfig
    from cchc.stages import Run
    from cchc.store import Store


def run_context(context: Any = None) -> Run:
    """The run of the task that calls it, or of the given context."""
    from cchc.stages import Run

    context = context or get_current_context()
    dag_run = context["dag_run"]
    conf: Mapping[str, Any] = dag_run.conf or {}
    instance = current_instance()
    return Run(
        store=open_store(),
        instance=instance,
        as_of=as_of(conf, dag_run.run_after),
        round_id=_round_id(context, conf),
        actor=str(conf.get("actor") or "he-thong"),
        run_id=dag_run.run_id,
        smtp=smtp_config(),
        # Only a rehearsal may pass a decision in the run's conf; elsewhere a person has to take it.
        approval=conf.get("approval") if instance.settings.rehearsal else None,
    )


def as_of(conf: Mapping[str, Any], run_after: datetime) -> datetime:
    """The moment the run works for: what it was planned for, never the clock of the machine.

    `conf["as_of"]` (ISO text) repeats a run for another moment.
    """
    given = conf.get("as_of")
    if not given:
        return run_after.astimezone(clock.TZ).replace(microsecond=0)
    try:
        moment = datetime.fromisoformat(str(given))
    except ValueError:
        raise CchcError(t("airflow.bad_as_of", found=given)) from None
    if moment.tzinfo is None:  # a person writes local time
        moment = moment.replace(tzinfo=clock.TZ)
    return moment.astimezone(clock.TZ)


def _round_id(context: Any, conf: Mapping[str, Any]) -> str | None:
    key = context.get("partition_key") or conf.get("round") or (context.get("params") or {}).get("round")
    return str(key).partition(":")[0] if key else None


def open_store() -> Store:
    """The working store, migrated; one engine a process."""
    return StoreHook().get_conn()


def smtp_config() -> SmtpConfig | None:
    """The mail server of connection `cchc_smtp`; None when no such connection is defined."""
    return SmtpHook().get_conn()
