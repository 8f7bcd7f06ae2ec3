"""What each role may do over Airflow's real API, and what becomes of logins when accounts change while it serves."""

from __future__ import annotations

from typing import Any

from tests.support.airflow_desk import AirflowDesk

from cchc.clock import now
from cchc.installing import accounts
from cchc.mail.accounts import InterfaceAct, Role
from cchc.paths import current_instance

# Nothing of this exists: who may is told that it is not there, who may not is refused before.
_RUN = "/api/v2/dags/khong_co/dagRuns/khong_co"
_TASK = f"{_RUN}/taskInstances/khong_co"
ASKED: dict[InterfaceAct, tuple[str, str, Any]] = {
    InterfaceAct.LOOK: ("GET", "/api/v2/dags/khong_co", None),
    InterfaceAct.ANSWER: ("PATCH", f"{_TASK}/-1/hitlDetails", {"chosen_options": ["x"], "params_input": {}}),
    InterfaceAct.START: ("POST", "/api/v2/dags/khong_co/dagRuns", {"logical_date": None}),
    InterfaceAct.REPEAT: ("PATCH", _TASK, {"new_state": "success"}),
    InterfaceAct.PAUSE: ("PATCH", "/api/v2/dags/khong_co", {"is_paused": True}),
    InterfaceAct.DELETE: ("DELETE", "/api/v2/dags/khong_co", None),
    InterfaceAct.CONNECT: (
        "PATCH",
        "/api/v2/connections/khong_co",
        {"connection_id": "khong_co", "conn_type": "http"},
    ),
    InterfaceAct.WRITE_XCOM: ("POST", f"{_TASK}/xcomEntries", {"key": "x", "value": 1}),
}


def acts_of(desk: AirflowDesk, by_role: dict[Role, str]) -> dict[str, dict[str, int]]:
    """Status of each act for an account of each role, and for nobody."""
    found = {
        str(role): {str(act): desk.ask(user, *asked)[0] for act, asked in ASKED.items()}
        for role, user in by_role.items()
    }
    return found | {"": {str(act): desk.ask(None, *asked)[0] for act, asked in ASKED.items()}}


def accounts_change(desk: AirflowDesk) -> dict[str, list[int]]:
    """Status before and after: an account is added, gets another role and password, is locked; nothing restarts."""
    acting = accounts.Acting(current_instance(), "quan-tri", now())

    def sign_in(password: str) -> int:
        return desk.client.post("/auth/token", json={"username": "moi", "password": password}).status_code

    def may(act: InterfaceAct, token: str) -> int:
        return desk.ask(None, *ASKED[act], token=token)[0]

    found = {"stranger": [sign_in("mat-khau-nao-do")]}
    first = accounts.add(acting, "moi", accounts.Wanted("Người mới", Role.OPERATOR))
    token = desk.token("moi")
    found["added"] = [sign_in(first), may(InterfaceAct.LOOK, token), may(InterfaceAct.START, token)]
    accounts.set_role(acting, "moi", Role.VIEWER)
    found["viewer now"] = [may(InterfaceAct.LOOK, token), may(InterfaceAct.START, token)]
    second = accounts.set_password(acting, "moi")
    found["other password"] = [sign_in(first), sign_in(second)]
    accounts.lock(acting, "moi")
    found["locked"] = [sign_in(second), may(InterfaceAct.LOOK, token)]
    return found
