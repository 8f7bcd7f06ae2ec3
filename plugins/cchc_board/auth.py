"""Airflow's own login, asked for by every page. The board imports Airflow's internals nowhere else."""

from __future__ import annotations

import hashlib
import os

from airflow.api.common.airflow_health import get_airflow_health
from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.resource_details import AccessView, DagAccessEntity, DagDetails
from airflow.api_fastapi.core_api.security import GetUserDep, requires_access_view
from airflow.configuration import conf
from airflow.models.connection import Connection
from airflow.utils.session import create_session
from sqlalchemy import select

from cchc.installing.probes import fault_of

CONN_PREFIX = "AIRFLOW_CONN_"

# Whoever may open Airflow's own pages may look at the board.
signed_in = requires_access_view(AccessView.WEBSITE)


def acting(user: GetUserDep) -> str | None:
    """The name under which the user's acts are recorded; None for whoever may only look.

    Who may start the Dag `don_doc` may also chase by hand: a viewer may not.
    """
    allowed = get_auth_manager().is_authorized_dag(
        method="POST", access_entity=DagAccessEntity.RUN, details=DagDetails(id="don_doc"), user=user
    )
    return str(user.get_name()) if allowed else None


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


def login_address(next_url: str) -> str:
    """Where a person signs in, to be brought back to `next_url` afterwards."""
    return str(get_auth_manager().get_url_login(next_url=next_url))
