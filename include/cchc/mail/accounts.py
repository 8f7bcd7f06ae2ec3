"""Who signs in, what each role may do, and whose units an officer looks after.

The roles are those of a department; by what Airflow calls them on a machine of one's own, and in production, stands
here too. What an account may decide beyond its role stands where that is decided: approvers in `department.yaml`,
appraisers and council in `appraisers.yaml`, the team in `doan.yaml`, confirmers in `inspection_fields.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from cchc.errors import RuleRefused
from cchc.texts import t
from cchc.units import UnitRegister

if TYPE_CHECKING:
    from datetime import date

    from cchc.mail.department import Account


class Role(StrEnum):
    """What somebody is in the department's year."""

    LEADER = "lanh-dao"
    OPERATOR = "van-hanh"
    APPRAISER = "tham-dinh"
    VIEWER = "xem"
    ADMIN = "quan-tri"


class InterfaceAct(StrEnum):
    """What can be done in the interface; each is one right of Airflow's (`cchc_airflow.sign_in`)."""

    LOOK = "xem"
    ANSWER = "tra_loi"
    START = "chay"
    REPEAT = "chay_lai"
    PAUSE = "bat_tat"
    DELETE = "xoa"
    CONNECT = "ket_noi"
    WRITE_XCOM = "ghi_xcom"


_WORKING = frozenset({Role.LEADER, Role.OPERATOR, Role.APPRAISER, Role.ADMIN})
MAY: Mapping[InterfaceAct, frozenset[Role]] = {
    InterfaceAct.LOOK: frozenset(Role),
    InterfaceAct.ANSWER: _WORKING,  # of these, the account that the form asks
    InterfaceAct.START: frozenset({Role.OPERATOR, Role.ADMIN}),  # and with it the daily work on the board
    InterfaceAct.REPEAT: _WORKING,  # who said "not yet" puts up his form again
    InterfaceAct.PAUSE: _WORKING,  # FabAuthManager has one right, to edit Dags, for this, starting and answering
    InterfaceAct.DELETE: frozenset({Role.OPERATOR, Role.ADMIN}),
    InterfaceAct.CONNECT: frozenset({Role.ADMIN}),
    InterfaceAct.WRITE_XCOM: frozenset({Role.ADMIN}),
}
"""Who may do what: the table that pages and `./cchc nguoi-dung quyen` show, and that both auth managers keep."""

# What Airflow's own manager of accounts calls a role, and how files of before say it.
AIRFLOW_ROLES: Mapping[Role, str] = {
    Role.LEADER: "user",
    Role.OPERATOR: "user",
    Role.APPRAISER: "user",
    Role.VIEWER: "viewer",
    Role.ADMIN: "admin",
}
FORMER = {"viewer": Role.VIEWER, "user": Role.OPERATOR, "op": Role.OPERATOR, "admin": Role.ADMIN}


def role_of(account: Account) -> Role:
    """The role of an account, also where the file says it in Airflow's words."""
    return FORMER.get(account.role) or Role(account.role)


def airflow_role(account: Account) -> str:
    """What Airflow's simple manager calls it. `op` edits connections too, as files of before may say."""
    return account.role if account.role in FORMER else AIRFLOW_ROLES[Role(account.role)]


def may(account: Account, act: InterfaceAct) -> bool:
    """Whether an account may do something in the interface at all; nothing when it is locked."""
    if account.locked:
        return False
    return role_of(account) in MAY[act] or (act is InterfaceAct.CONNECT and account.role == "op")


def table_of_rights() -> list[tuple[str, ...]]:
    """The table for people: a row an act, a column a role, a word a cell; the first row names the roles."""
    heads = ("", *(t(f"mail.accounts.roles.{role}") for role in Role))
    yes, no = t("mail.accounts.may"), t("mail.accounts.may_not")
    rows = [
        (t(f"mail.accounts.acts.{act}"), *(yes if role in MAY[act] else no for role in Role))
        for act in InterfaceAct
    ]
    return [heads, *rows]


def scope_of(
    login: str, accounts: Mapping[str, Account], units: UnitRegister, day: date
) -> frozenset[str] | None:
    """Codes of the units that an account looks after, on a day; None: all of them.

    Units and tiers add up. An account that nobody knows, or that is locked, has no unit.
    """
    account = accounts.get(login)
    if account is None or account.locked:
        return frozenset()
    if not account.units and not account.tiers:
        return None
    of_tiers = {one.code for one in units.on(day, list(account.tiers))} if account.tiers else set()
    return frozenset({*account.units, *of_tiers})


def refuse_out_of_scope(scope: frozenset[str] | None, login: str, wanted: Iterable[str]) -> None:
    """RuleRefused('not-own-unit') that names the units which are not the account's."""
    if scope is not None and (others := sorted(set(wanted) - scope)):
        raise RuleRefused(
            "not-own-unit", t("mail.accounts.not_own_unit", actor=login, units=", ".join(others))
        )
