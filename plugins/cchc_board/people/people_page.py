"""Page 'Người dùng': who may do what, the accounts, and the commands that change them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cchc.mail.accounts import role_of, table_of_rights
from cchc.mail.department import Account, Approvers, Department
from cchc.texts import t, table
from cchc_board.actors import Actor, Right
from cchc_board.desk import RequestView

# What changes an account, and the help of each command.
COMMANDS = {
    "them": "add_help",
    "mat-khau": "password_help",
    "vai-tro": "role_help",
    "don-vi": "scope_help",
    "khoa": "lock_help",
    "mo-khoa": "unlock_help",
}


@dataclass(frozen=True)
class AccountLine:
    """An account as people see it: no secret, no number of Airflow's. decides: on which documents."""

    login: str
    name: str
    role: str
    units: str
    decides: str
    locked: bool


@dataclass(frozen=True)
class PeoplePage:
    """What the template shows. rights: rows of the table, the first one its heads; own: what whoever looks may do;
    units: the person was given, empty for all; accounts: None for whoever does not administer."""

    rights: Sequence[tuple[str, ...]]
    own: list[str]
    units: str
    accounts: list[AccountLine] | None
    commands: list[tuple[str, str]]


def people_page(desk: RequestView, actor: Actor | None) -> PeoplePage:
    """The table for everybody; accounts for administrators alone. It is as the files say now, whatever day is shown."""
    rights = actor.rights if actor else frozenset[Right]()
    words, given = table("board.rights"), Department.load().accounts.get(desk.viewer)
    return PeoplePage(
        rights=table_of_rights(),
        own=[words[one] for one in Right if one in rights],
        units=_units(desk, given) if given and desk.scope is not None else "",
        accounts=_accounts(desk) if Right.ADMINISTER in rights else None,
        commands=[(name, t(f"installing.accounts.{key}")) for name, key in COMMANDS.items()],
    )


def _accounts(desk: RequestView) -> list[AccountLine]:
    department, kinds = Department.load(), table("board_people.decides")
    decides = {kind: department.approvers.of(kind) for kind in Approvers.model_fields}
    return [
        AccountLine(
            login=login,
            name=account.name,
            role=t(f"mail.accounts.roles.{role_of(account)}"),
            units=_units(desk, account),
            decides=", ".join(kinds[kind] for kind, logins in decides.items() if login in logins),
            locked=account.locked,
        )
        for login, account in department.accounts.items()
    ]


def _units(desk: RequestView, account: Account) -> str:
    """Units by their names and tiers that an account looks after; all of them where it names none."""
    tiers = table("units.tiers")
    own = [*(desk.unit_name(code) for code in account.units), *(tiers[one] for one in account.tiers)]
    return ", ".join(own) or t("installing.accounts.all_units")
