"""Who signs in on a machine of one's own, and what each role may do: Airflow's simple manager, told by our accounts.

That manager takes its users from the environment of its start and believes a token for a day. Here every request asks
`department.yaml` anew: an account that is added, locked or given another role is so at once. What a role may do is the
table `cchc.mail.accounts.MAY`; in production `fab_accounts` gives the same to FabAuthManager's roles.
"""

from __future__ import annotations

from typing import Any

from airflow.api_fastapi.auth.managers.base_auth_manager import ResourceMethod
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity, DagDetails
from airflow.api_fastapi.auth.managers.simple.simple_auth_manager import SimpleAuthManager
from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser

from cchc.errors import CchcError
from cchc.mail.accounts import InterfaceAct, airflow_role, may
from cchc.mail.department import Account, Department


class LocalAuthManager(SimpleAuthManager):
    """Accounts, roles and locks as they are now."""

    def init(self) -> None:
        # Airflow's own login asks this class by its name, not the manager in force.
        SimpleAuthManager.get_users = staticmethod(users)  # type: ignore[method-assign]  # see above
        super().init()

    def deserialize_user(self, token: dict[str, Any]) -> SimpleAuthManagerUser:
        """ValueError, which Airflow answers with 403, for an account that is gone or locked since it signed in."""
        login = str(token["sub"])
        account = account_of(login)
        if account is None or account.locked:
            raise ValueError(f"no account, or a locked one: {login}")
        return SimpleAuthManagerUser(username=login, role=airflow_role(account))

    def is_authorized_dag(
        self,
        *,
        method: ResourceMethod,
        user: SimpleAuthManagerUser,
        access_entity: DagAccessEntity | None = None,
        details: DagDetails | None = None,
    ) -> bool:
        account = account_of(user.username)
        if account is None or not may(account, act_of(method, access_entity)):
            return False
        return super().is_authorized_dag(
            method=method, user=user, access_entity=access_entity, details=details
        )


def act_of(method: ResourceMethod, entity: DagAccessEntity | None) -> InterfaceAct:
    """Which of our acts a request on Dags is."""
    if method == "GET":
        return InterfaceAct.LOOK
    if entity is DagAccessEntity.HITL_DETAIL:
        return InterfaceAct.ANSWER
    if entity is DagAccessEntity.XCOM:
        return InterfaceAct.WRITE_XCOM
    if method == "DELETE":
        return InterfaceAct.DELETE
    if entity is DagAccessEntity.RUN and method == "POST":
        return InterfaceAct.START
    if entity is None:
        return InterfaceAct.PAUSE
    return InterfaceAct.REPEAT  # state of a run or a task, clearing


def account_of(login: str) -> Account | None:
    """The account as it is now; None also where the file is wrong at the moment: nobody then gets more than he had."""
    try:
        return Department.load().accounts.get(login)
    except CchcError:
        return None


def users() -> list[SimpleAuthManagerUser]:
    """Who may sign in now."""
    try:
        accounts = Department.load().accounts
    except CchcError:
        return []
    return [
        SimpleAuthManagerUser(username=login, role=airflow_role(one))
        for login, one in accounts.items()
        if not one.locked
    ]
