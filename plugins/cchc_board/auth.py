"""Airflow's own login, asked for by every page. The board imports Airflow's internals nowhere else."""

from __future__ import annotations

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.resource_details import AccessView
from airflow.api_fastapi.core_api.security import requires_access_view

# Whoever may open Airflow's own pages may look at the board; the board changes nothing.
signed_in = requires_access_view(AccessView.WEBSITE)


def login_address(next_url: str) -> str:
    """Where a person signs in, to be brought back to `next_url` afterwards."""
    return str(get_auth_manager().get_url_login(next_url=next_url))
