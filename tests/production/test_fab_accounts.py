"""The roles of production in Airflow's FabAuthManager: what the table says, no more and no less."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest
from tests.support.answers import told

from cchc.airflow_env import airflow_environment
from cchc.mail.accounts import MAY, InterfaceAct, Role
from cchc.paths import PROJECT_ROOT, Instance

PROGRAM = """
from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder
from airflow.api_fastapi.app import create_auth_manager
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity as Entity, DagDetails
from airflow.utils.db import upgradedb
from airflow.providers.fab.www.security import permissions as fab
from tests.support.answers import tell
from cchc.mail.accounts import InterfaceAct as Act, Role
from cchc_airflow.fab_accounts import name_of, put_account, put_roles

upgradedb()
ASKED = {
    Act.LOOK: ("GET", None), Act.ANSWER: ("PUT", Entity.HITL_DETAIL), Act.START: ("POST", Entity.RUN),
    Act.REPEAT: ("PUT", Entity.TASK_INSTANCE), Act.PAUSE: ("PUT", None), Act.DELETE: ("DELETE", None),
    Act.WRITE_XCOM: ("POST", Entity.XCOM),
}
with get_application_builder() as builder:
    security = builder.sm
    made = put_roles(security)
    manager = create_auth_manager()
    manager.init()
    found, ids, own = {}, {}, DagDetails(id="cham_diem")
    for role in Role:
        asked = {"login": f"nguoi-{role}", "name": "Chức danh", "mailbox": f"{role}@mau-thu.vn", "role": str(role),
                 "password": "mat-khau-dai-12"}
        ids[role] = put_account(security, asked)
        user = security.find_user(asked["login"])
        found[role] = {
            act: manager.is_authorized_dag(method=method, access_entity=entity, details=own, user=user)
            for act, (method, entity) in ASKED.items()
        }
        found[role][Act.CONNECT] = manager.is_authorized_connection(method="PUT", user=user)
    stray = security.create_permission(fab.ACTION_CAN_DELETE, fab.RESOURCE_DAG)
    viewers = security.find_role(name_of(Role.VIEWER))
    security.add_permission_to_role(viewers, stray)
    put_roles(security)
    taken = stray not in security.find_role(name_of(Role.VIEWER)).permissions
    again = {"login": "nguoi-xem", "name": "x", "role": "van-hanh", "locked": True}
    same = put_account(security, again) == ids[Role.VIEWER]
    changed = security.find_user("nguoi-xem")
    hashed = changed.password
    after = [same, [one.name for one in changed.roles], changed.active, taken, "mat-khau-dai-12" in hashed]
    tell({"made": made, "may": found, "after": after})
"""


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What FabAuthManager says of an account of each role."""
    manager = "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager"
    environment = os.environ | airflow_environment(Instance(tmp_path_factory.mktemp("fab")))
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=environment | {"AIRFLOW__CORE__AUTH_MANAGER": manager},
        cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=250, check=False,
    )  # fmt: skip
    return told(done.stdout + done.stderr)


@pytest.mark.slow
@pytest.mark.parametrize("role", Role)
def test_a_role_may_do_in_production_what_the_table_says(answer: Any, role: Role) -> None:
    assert {InterfaceAct(act) for act, may in answer["may"][role].items() if may} == {
        act for act in InterfaceAct if role in MAY[act]
    }


@pytest.mark.slow
def test_an_account_is_changed_and_not_made_twice_and_a_role_loses_what_the_table_does_not_say(
    answer: Any,
) -> None:
    same, roles, active, taken, in_clear = answer["after"]
    assert same and roles == ["CCHC Vận hành"] and not active and taken and not in_clear
    assert len(answer["made"]) == len(Role) - 1
