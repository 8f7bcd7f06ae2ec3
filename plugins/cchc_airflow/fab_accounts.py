"""Roles and accounts in production, where Airflow's FabAuthManager keeps them: the same table as on one's own machine.

`python -m cchc_airflow.fab_accounts` takes one account as JSON from its input, never a password among its arguments,
and prints the number by which Airflow knows it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

from airflow.providers.fab.auth_manager.security_manager.override import FabAirflowSecurityManagerOverride
from airflow.providers.fab.www.security import permissions as fab

from cchc.errors import CchcError
from cchc.mail.accounts import MAY, InterfaceAct, Role
from cchc.texts import t

# What each act is there. Whoever edits Dags (starting, answering, pausing are that) has one right for all three.
_RIGHTS: Mapping[InterfaceAct, tuple[tuple[str, str], ...]] = {
    InterfaceAct.LOOK: tuple(FabAirflowSecurityManagerOverride.VIEWER_PERMISSIONS),
    InterfaceAct.ANSWER: (
        (fab.ACTION_CAN_EDIT, fab.RESOURCE_DAG),
        (fab.ACTION_CAN_EDIT, fab.RESOURCE_HITL_DETAIL),
    ),
    InterfaceAct.START: (
        (fab.ACTION_CAN_EDIT, fab.RESOURCE_DAG),
        (fab.ACTION_CAN_CREATE, fab.RESOURCE_DAG_RUN),
    ),
    InterfaceAct.REPEAT: (
        (fab.ACTION_CAN_EDIT, fab.RESOURCE_DAG),
        (fab.ACTION_CAN_EDIT, fab.RESOURCE_DAG_RUN),
        (fab.ACTION_CAN_CREATE, fab.RESOURCE_TASK_INSTANCE),
        (fab.ACTION_CAN_EDIT, fab.RESOURCE_TASK_INSTANCE),
    ),
    InterfaceAct.PAUSE: ((fab.ACTION_CAN_EDIT, fab.RESOURCE_DAG),),
    InterfaceAct.DELETE: (
        (fab.ACTION_CAN_DELETE, fab.RESOURCE_DAG),
        (fab.ACTION_CAN_DELETE, fab.RESOURCE_DAG_RUN),
        (fab.ACTION_CAN_DELETE, fab.RESOURCE_TASK_INSTANCE),
    ),
}
ADMINISTRATORS = "Admin"  # Airflow's own role, which may do everything


def name_of(role: Role) -> str:
    """By what Airflow calls one of our roles."""
    return ADMINISTRATORS if role is Role.ADMIN else f"CCHC {t(f'mail.accounts.roles.{role}')}"


def put_roles(security: Any) -> list[str]:
    """Make our roles, and give them exactly the rights of the table; their names. Airflow's own stay as they are."""
    made = []
    for role in Role:
        if role is Role.ADMIN:
            continue
        wanted = {right for act in InterfaceAct if role in MAY[act] for right in _RIGHTS[act]}
        security.bulk_sync_roles([{"role": name_of(role), "perms": sorted(wanted)}])
        own = security.find_role(name_of(role))
        for one in list(own.permissions):
            if (one.action.name, one.resource.name) not in wanted:
                security.remove_permission_from_role(own, one)
        made.append(name_of(role))
    return made


def put_account(security: Any, asked: Mapping[str, Any]) -> str:
    """Make an account, or give it what it is to be; the number by which Airflow knows it. Raises CchcError."""
    login, role = str(asked["login"]), security.find_role(name_of(Role(asked["role"])))
    user = security.find_user(login)
    if user is None:
        first, _, last = str(asked["name"]).partition(" ")
        mailbox = asked.get("mailbox") or f"{login}@localhost.example"
        if not asked.get("password"):
            raise CchcError(t("installing.accounts.needs_password", login=login))
        user = security.add_user(login, first, last, mailbox, role, asked["password"])
        if not user:
            raise CchcError(t("airflow.production.no_account", login=login, email=mailbox))
    elif asked.get("password"):
        security.reset_password(user.id, asked["password"])
    user.roles, user.active = [role], not asked.get("locked")
    security.update_user(user)
    return str(user.id)


def main() -> None:
    """One account of the input."""
    from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder

    asked = json.loads(sys.stdin.read())
    with get_application_builder() as builder:
        put_roles(builder.sm)
        print(put_account(builder.sm, asked))


if __name__ == "__main__":
    try:
        main()
    except CchcError as told:
        sys.exit(str(told))
