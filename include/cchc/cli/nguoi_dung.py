"""`./cchc nguoi-dung`: who signs in, in which role, for which units."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from cchc import clock
from cchc.airflow_env import in_production
from cchc.cli.thu_gui_lai import Actor
from cchc.errors import CchcError
from cchc.installing import accounts
from cchc.mail.accounts import Role, role_of, table_of_rights
from cchc.mail.department import Department
from cchc.paths import PROJECT_ROOT, current_instance
from cchc.texts import t, table
from cchc.units import Tier, UnitRegister

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
Login = Annotated[str, typer.Argument(metavar="TAI_KHOAN", help=t("installing.accounts.login"))]
RoleOption = Annotated[Role, typer.Option("--vai-tro", help=t("installing.accounts.role"))]
Units = Annotated[list[str] | None, typer.Option("--don-vi", help=t("installing.accounts.units"))]
Tiers = Annotated[list[Tier] | None, typer.Option("--khoi", help=t("installing.accounts.tiers"))]
Ask = Annotated[bool, typer.Option("--tu-dat", help=t("installing.accounts.ask"))]


@app.command("them", help=t("installing.accounts.add_help"))
def add(
    login: Login,
    role: RoleOption,
    name: Annotated[str, typer.Option("--chuc-danh", help=t("installing.accounts.name"))],
    mailbox: Annotated[str, typer.Option("--hop-thu", help=t("installing.accounts.mailbox"))] = "",
    units: Units = None,
    tiers: Tiers = None,
    ask: Ask = False,
    actor: Actor = "",
) -> None:
    wanted = accounts.Wanted(name, role, mailbox, _codes(units), tuple(tiers or ()))
    chosen = accounts.add(_acting(actor), login, wanted, _asked(ask))
    _hand_on(login, chosen)
    _tell("added", login=login, role=t(f"mail.accounts.roles.{role}"))
    _show_password(chosen, ask)


@app.command("mat-khau", help=t("installing.accounts.password_help"))
def password(login: Login, ask: Ask = False, actor: Actor = "") -> None:
    chosen = accounts.set_password(_acting(actor), login, _asked(ask))
    _hand_on(login, chosen)
    _tell("password_set", login=login)
    _show_password(chosen, ask)


@app.command("vai-tro", help=t("installing.accounts.role_help"))
def change_role(login: Login, role: RoleOption, actor: Actor = "") -> None:
    done = accounts.set_role(_acting(actor), login, role)
    _hand_on(login)
    _tell("role_set" if done else "role_already", login=login, role=t(f"mail.accounts.roles.{role}"))


@app.command("don-vi", help=t("installing.accounts.scope_help"))
def change_scope(login: Login, units: Units = None, tiers: Tiers = None, actor: Actor = "") -> None:
    codes = _codes(units)
    accounts.set_scope(_acting(actor), login, codes, tuple(tiers or ()))
    register = UnitRegister.load()
    names = [*(register.get(one).name for one in codes), *(table("units.tiers")[one] for one in tiers or ())]
    shown = ", ".join(names) or t("installing.accounts.all_units")
    _tell("scope_set", login=login, units=shown)


@app.command("khoa", help=t("installing.accounts.lock_help"))
def lock(login: Login, actor: Actor = "") -> None:
    done = accounts.lock(_acting(actor), login)
    _hand_on(login)
    _tell("locked" if done else "locked_already", login=login)


@app.command("mo-khoa", help=t("installing.accounts.unlock_help"))
def unlock(login: Login, ask: Ask = False, actor: Actor = "") -> None:
    chosen = accounts.unlock(_acting(actor), login, _asked(ask))
    _hand_on(login, chosen)
    _tell("unlocked", login=login)
    _show_password(chosen, ask)


@app.command("danh-sach", help=t("installing.accounts.list_help"))
def list_accounts() -> None:
    rows = [
        (
            login,
            one.name,
            t(f"mail.accounts.roles.{role_of(one)}"),
            ", ".join([*one.units, *one.tiers]) or t("installing.accounts.all_units"),
            t("installing.accounts.locked_mark") if one.locked else "",
        )
        for login, one in Department.load().accounts.items()
    ]
    _print([tuple(table("installing.accounts.columns").values()), *rows])


@app.command("quyen", help=t("installing.accounts.rights_help"))
def rights() -> None:
    _print(table_of_rights())


def _codes(units: list[str] | None) -> tuple[str, ...]:
    """Codes as they are given: one an option, or several in one, each once."""
    return tuple(dict.fromkeys(" ".join(units or ()).replace(",", " ").replace(";", " ").split()))


def _acting(actor: str) -> accounts.Acting:
    return accounts.Acting(current_instance(), actor, clock.now())


def _asked(ask: bool) -> str:
    """A password that a person types twice; never an argument, which everybody on the machine could read."""
    if not ask:
        return ""
    return str(typer.prompt(t("installing.accounts.prompt"), hide_input=True, confirmation_prompt=True))


def _show_password(password: str, chosen_by_person: bool) -> None:
    if not chosen_by_person:
        _tell("shown_once", password=password)


def _hand_on(login: str, password: str | None = None) -> None:
    """In production Airflow keeps accounts and hashes: the same is made there, and its number written down."""
    if not in_production():
        return
    account = Department.load().accounts[login]
    asked: Mapping[str, Any] = {
        "login": login,
        "name": account.name,
        "mailbox": str(account.mailbox or ""),
        "role": str(role_of(account)),
        "locked": account.locked,
        "password": password or "",
    }
    done = subprocess.run(
        [sys.executable, "-m", "cchc_airflow.fab_accounts"],
        input=json.dumps(asked), text=True, capture_output=True, cwd=PROJECT_ROOT, check=False,
    )  # fmt: skip
    if done.returncode:
        raise CchcError(t("installing.accounts.not_in_airflow", words=done.stderr.strip()[-500:]))
    identity = done.stdout.strip().splitlines()[-1]
    if account.id != identity:
        accounts.keep_id(login, identity)


def _print(rows: list[tuple[str, ...]]) -> None:
    shown = Table(*rows[0])
    for row in rows[1:]:
        shown.add_row(*row)
    Console(highlight=False, markup=False).print(shown)


def _tell(key: str, **values: object) -> None:
    typer.echo(t(f"installing.accounts.said.{key}", **values))
