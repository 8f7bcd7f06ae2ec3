"""From Airflow's context to a `Run` of the library: the as-of day, the round, the store, the mail server.

Tasks must not touch Airflow's own database: what they need comes from their context and from connections.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from airflow.sdk import get_current_context
from airflow.sdk.exceptions import AirflowFailException

from cchc import clock
from cchc.errors import RuleRefused
from cchc.paths import current_instance
from cchc.texts import t
from cchc_airflow.defaults import CHOSEN_ROUND
from cchc_airflow.hooks import SmtpHook, StoreHook

if TYPE_CHECKING:
    from cchc.mail.server import SmtpConfig
    from cchc.run import Run
    from cchc.store import Store

SYSTEM = "he-thong"
INSPECTION_DAGS = "kiem_tra"
"""How the ids of the Dags begin whose rounds have several decisions beside each other."""


def run_context(context: Any = None) -> Run:
    """The run of the task that calls it, or of the given context."""
    from cchc.run import Cause, Run

    context = context or get_current_context()
    dag_run = context["dag_run"]
    conf: Mapping[str, Any] = dag_run.conf or {}
    instance = current_instance()
    rehearsal = instance.settings.rehearsal
    try:
        moment = as_of(conf, dag_run.run_after)
        if not rehearsal:
            refuse_invented(conf, moment, clock.now())
    except RuleRefused as refused:  # trying again would not help
        raise AirflowFailException(str(refused)) from refused
    return Run(
        store=open_store(),
        instance=instance,
        as_of=moment,
        round_id=round_of(context.get("partition_key"), conf),
        actor=_actor(conf, dag_run, rehearsal=rehearsal),
        run_id=dag_run.run_id,
        cause=Cause(_cause(conf, dag_run, rehearsal=rehearsal)),
        smtp=smtp_config(),
        # Only a rehearsal may pass a decision in the run's conf; elsewhere a person has to take it.
        approval=conf.get("approval") if rehearsal else None,
        about=about_of(str(getattr(dag_run, "dag_id", "")), context.get("partition_key"), conf),
    )


def as_of(conf: Mapping[str, Any], run_after: datetime) -> datetime:
    """The moment the run works for: what it was planned for, never the clock of the machine.

    `conf["as_of"]` (ISO text) repeats a run for another moment. Raises RuleRefused('bad-as-of').
    """
    given = conf.get("as_of")
    if not given:
        return run_after.astimezone(clock.TZ).replace(microsecond=0)
    try:
        moment = datetime.fromisoformat(str(given))
    except ValueError:
        raise RuleRefused("bad-as-of", t("airflow.bad_as_of", found=given)) from None
    if moment.tzinfo is None:  # a person writes local time
        moment = moment.replace(tzinfo=clock.TZ)
    return moment.astimezone(clock.TZ)


def refuse_invented(conf: Mapping[str, Any], moment: datetime, now: datetime) -> None:
    """Outside a rehearsal nobody works for a day to come, and nobody gives himself another name than his login.

    Raises RuleRefused('as-of-to-come') or RuleRefused('actor-given').
    """
    if conf.get("as_of") and moment > now:
        raise RuleRefused(
            "as-of-to-come",
            t("airflow.as_of_to_come", found=clock.vn_instant(moment), now=clock.vn_instant(now)),
        )
    if conf.get("actor"):
        raise RuleRefused("actor-given", t("airflow.actor_given", found=conf["actor"]))


def _actor(conf: Mapping[str, Any], dag_run: Any, *, rehearsal: bool) -> str:
    """The login of whoever started the run, the system where a timetable did; a rehearsal plays its own people."""
    if rehearsal:
        return str(conf.get("actor") or SYSTEM)
    return str(dag_run.triggering_user_name or SYSTEM)


def _cause(conf: Mapping[str, Any], dag_run: Any, *, rehearsal: bool) -> str:
    """What started the run; a replay, whose runs Airflow takes for started by hand, says it in the conf."""
    if rehearsal and conf.get("cause"):
        return str(conf["cause"])
    return {"scheduled": "hour", "asset_triggered": "complete"}.get(dag_run.run_type, "hand")


def round_of(partition_key: str | None, conf: Mapping[str, Any]) -> str | None:
    """The round of a run: its partition key (a phase may follow a colon), else what its conf or its form says.

    The form's answer stands in the conf. What the form would propose is nobody's choice in a scheduled run.
    """
    key = partition_key or conf.get("round") or conf.get(CHOSEN_ROUND)
    return str(key).partition(":")[0] if key else None


def about_of(dag_id: str, partition_key: str | None, conf: Mapping[str, Any]) -> str:
    """Which of its round's decisions a run of an inspection is about: a moment of the round, or a visit.

    A person chooses it in the form (`buoc`, `cuoc`), a timetable or an asset names it behind the round in the key.
    """
    if not dag_id.startswith(INSPECTION_DAGS):
        return ""
    chosen = (
        conf.get("cuoc") or conf.get("buoc") or conf.get("phase") or (partition_key or "").partition(":")[2]
    )
    return {"opens": "ke_hoach", "closes": "bao_cao_doan"}.get(str(chosen), str(chosen))


def open_store() -> Store:
    """The working store, migrated; one engine a process."""
    return StoreHook().get_conn()


def smtp_config() -> SmtpConfig | None:
    """The mail server of connection `cchc_smtp`; None when no such connection is defined."""
    return SmtpHook().get_conn()
