"""Airflow's own login, asked for by every page. The board imports Airflow's internals nowhere else."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from airflow.api.common.airflow_health import get_airflow_health
from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.base_auth_manager import ResourceMethod
from airflow.api_fastapi.auth.managers.models.resource_details import AccessView, DagAccessEntity, DagDetails
from airflow.api_fastapi.core_api.datamodels.hitl import UpdateHITLDetailPayload
from airflow.api_fastapi.core_api.routes.public.hitl import update_hitl_detail
from airflow.api_fastapi.core_api.security import GetUserDep, requires_access_view
from airflow.configuration import conf
from airflow.models.connection import Connection
from airflow.models.dag import DagModel
from airflow.models.dagrun import DagRun
from airflow.models.hitl import HITLDetail
from airflow.models.log import Log
from airflow.models.taskinstance import TaskInstance
from airflow.models.xcom import XComModel
from airflow.utils.session import create_session
from airflow.utils.state import DagRunState, TaskInstanceState
from fastapi import HTTPException
from sqlalchemy import and_, select

from cchc.documents.decision_form import SHOWN, DecisionForm, refusal
from cchc.installing.probes import fault_of
from cchc_board.actors import Actor, Right
from cchc_board.airflow_side import EndedRun, FailedRun, unmended

CONN_PREFIX = "AIRFLOW_CONN_"

# Whoever may open Airflow's own pages may look at the board.
signed_in = requires_access_view(AccessView.WEBSITE)


# A right is had by whoever may do with Airflow's own pages what it stands for.
_STANDS_FOR: dict[Right, tuple[ResourceMethod, str, DagAccessEntity]] = {
    Right.OPERATE: ("POST", "don_doc", DagAccessEntity.RUN),
    Right.DECIDE: ("PUT", "chot_dot_bao_cao", DagAccessEntity.HITL_DETAIL),
    Right.APPRAISE: ("PUT", "cham_diem", DagAccessEntity.HITL_DETAIL),
}


def acting(user: GetUserDep) -> Actor:
    """Under which name the user's acts are recorded, and which they may be: none for whoever may only look."""
    manager = get_auth_manager()
    rights = {
        right
        for right, (method, dag_id, entity) in _STANDS_FOR.items()
        if manager.is_authorized_dag(
            method=method, access_entity=entity, details=DagDetails(id=dag_id), user=user
        )
    }
    if manager.is_authorized_configuration(method="PUT", user=user):
        rights.add(Right.ADMINISTER)
    return Actor(str(user.get_name()), frozenset(rights), str(user.get_id()), user)


def form_key() -> bytes:
    """What the board's forms are sealed with: the same in all processes of the API server, and of no other use."""
    return hashlib.sha256(b"cchc-board:" + conf.get_mandatory_value("api", "secret_key").encode()).digest()


def own_origin() -> str:
    """The address under which people know Airflow; empty when it is not set."""
    return str(conf.get("api", "base_url", fallback="") or "")


def known_connections() -> dict[str, str]:
    """Airflow's connections by id, those of the environment too, each with what is wrong in its options."""
    given = {
        name.removeprefix(CONN_PREFIX).lower(): uri
        for name, uri in os.environ.items()
        if name.startswith(CONN_PREFIX)
    }
    with create_session() as session:
        found = [
            *session.scalars(select(Connection)),
            *(Connection(conn_id=one, uri=given[one]) for one in given),
        ]
        return {one.conn_id: fault_of(one.conn_id, one.extra_dejson) for one in found}


def airflow_parts() -> dict[str, str | None]:
    """How Airflow's own parts are, by name, as its health page tells it."""
    return {name: part["status"] for name, part in get_airflow_health().items()}


def failed_runs(since: datetime) -> list[FailedRun]:
    """Runs that ended failed since then, the newest first; one that was cleared is failed no more, and one is mended
    by a later run of its Dag for the same round that succeeded."""
    columns = (DagRun.dag_id, DagRun.run_id, DagRun.run_after, DagRun.end_date, DagRun.state)
    with create_session() as session:
        found = session.execute(
            select(*columns, DagRun.conf, DagRun.partition_key).where(
                DagRun.state.in_((DagRunState.FAILED, DagRunState.SUCCESS)), DagRun.end_date >= since
            )
        ).all()
        named = select(DagModel.dag_id, DagModel._dag_display_property_value)
        names = {dag_id: name for dag_id, name in session.execute(named) if name}
    ended = [
        EndedRun(
            run_id,
            (dag_id, str((conf or {}).get("round") or partition or "")),
            run_after,
            end_date,
            state == DagRunState.FAILED,
        )
        for dag_id, run_id, run_after, end_date, state, conf, partition in found
    ]
    return [
        FailedRun(
            names.get(one.work[0], one.work[0]),
            one.ended,
            f"/dags/{one.work[0]}/runs/{quote(one.run_id, safe='')}",
        )
        for one in unmended(ended)
    ]


def decision_forms() -> list[DecisionForm]:
    """Forms about drafts that wait for a person; a task that was answered or cleared has none."""
    waiting = (TaskInstanceState.AWAITING_INPUT, TaskInstanceState.DEFERRED)
    place = and_(
        XComModel.dag_id == TaskInstance.dag_id,
        XComModel.run_id == TaskInstance.run_id,
        XComModel.task_id == TaskInstance.task_id,
        XComModel.map_index == TaskInstance.map_index,
        XComModel.key == SHOWN,
    )
    columns = (TaskInstance.dag_id, TaskInstance.run_id, TaskInstance.task_id, TaskInstance.map_index)
    with create_session() as session:
        found = session.execute(
            select(*columns, XComModel.value)
            .join(HITLDetail, HITLDetail.ti_id == TaskInstance.id)
            .join(XComModel, place)
            .where(HITLDetail.responded_at.is_(None), TaskInstance.state.in_(waiting))
        ).all()
    return [
        DecisionForm(dag_id, run_id, task_id, map_index, tuple(map(str, shown)))
        for dag_id, run_id, task_id, map_index, shown in found
        if shown
    ]


def answer_form(form: DecisionForm, user: Any, option: str, typed: Mapping[str, str | None]) -> None:
    """Answer a form as `user`, by the function behind Airflow's own form, with its checks and its entry in the log.

    Raises RuleRefused in words for whatever Airflow would refuse, and then nothing was recorded.
    """
    try:
        _answer(form, user, option, typed)
    except HTTPException as refused:
        raise refusal(refused.status_code) from refused


def _answer(form: DecisionForm, user: Any, option: str, typed: Mapping[str, str | None]) -> None:
    details = DagDetails(id=form.dag_id)
    if not get_auth_manager().is_authorized_dag(
        method="PUT", access_entity=DagAccessEntity.HITL_DETAIL, details=details, user=user
    ):
        raise HTTPException(status_code=403)
    given = UpdateHITLDetailPayload(chosen_options=[option], params_input=dict(typed))
    place: dict[str, Any] = {
        "dag_id": form.dag_id,
        "run_id": form.run_id,
        "task_id": form.task_id,
        "map_index": form.map_index,
    }
    with create_session() as session:  # the log keeps who tried, whatever comes of it
        name = user.get_name()
        told = given.model_dump_json()
        session.add(
            Log(update_hitl_detail.__name__, owner=name, owner_display_name=name, extra=told, **place)
        )
    with create_session() as session:
        update_hitl_detail(
            form.dag_id, form.run_id, form.task_id, given, user, session, map_index=form.map_index
        )


def login_address(next_url: str) -> str:
    """Where a person signs in, to be brought back to `next_url` afterwards."""
    return str(get_auth_manager().get_url_login(next_url=next_url))
