"""From Airflow's context to a `Run` of the library: the as-of day, the round, the store, the mail server.

Tasks must not touch Airflow's own database: what they need comes from their context and from connections.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseHook, get_current_context
from airflow.sdk.exceptions import AirflowRuntimeError

from cchc import clock
from cchc.paths import current_instance

if TYPE_CHECKING:
    from cchc.reminders import SmtpConfig
    from cchc.stages import Run
    from cchc.store import Store

SMTP_CONNECTION = "cchc_smtp"
APPROVAL_TASK = "phe_duyet"
_stores: dict[str, Store] = {}


def run_context() -> Run:
    """The run of the task that calls it."""
    from cchc.stages import Run

    context = get_current_context()
    dag_run = context["dag_run"]
    conf: Mapping[str, Any] = dag_run.conf or {}
    instance = current_instance()
    return Run(
        store=open_store(),
        instance=instance,
        as_of=_as_of(conf, dag_run.run_after),
        round_id=_round_id(context, conf),
        actor=str(conf.get("actor") or "he-thong"),
        run_id=dag_run.run_id,
        smtp=smtp_config(),
        approval=conf.get("approval") if instance.settings.rehearsal else None,
    )


def _as_of(conf: Mapping[str, Any], run_after: datetime) -> datetime:
    """The day and hour the run works for: what it was planned for, never the clock of the machine."""
    return clock.from_text(conf["as_of"]) if conf.get("as_of") else run_after.astimezone(clock.TZ)


def _round_id(context: Any, conf: Mapping[str, Any]) -> str | None:
    key = context.get("partition_key") or conf.get("round") or (context.get("params") or {}).get("round")
    return str(key).partition(":")[0] if key else None


def open_store() -> Store:
    """The working store, migrated; one engine a process."""
    from cchc.store import Store, upgrade

    url = current_instance().store_url
    if url not in _stores:
        _stores[url] = upgrade(Store(url))
    return _stores[url]


def smtp_config() -> SmtpConfig | None:
    """The mail server of connection `cchc_smtp`; None when no such connection is defined.

    The connection's extra may hold `security` (none, starttls, tls) and `sender`.
    """
    from cchc.reminders import SmtpConfig

    try:
        connection = BaseHook.get_connection(SMTP_CONNECTION)
    except AirflowRuntimeError:
        return None
    extra = connection.extra_dejson
    return SmtpConfig(
        host=connection.host or "localhost",
        port=connection.port or 25,
        user=connection.login,
        password=connection.password,
        security=extra.get("security", "starttls"),
        sender=extra.get("sender"),
    )
