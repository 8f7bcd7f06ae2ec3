"""Accounts of people: added, locked, given another role or password; `department.yaml` says which there are.

On a machine of one's own the password lies where Airflow's simple manager reads it: in clear, in a file of the
installation that only its owner may read, written under another name first. In production Airflow keeps hashes, and
whoever calls hands the change on (`cchc_airflow.fab_accounts`). What was changed, when and by whom, is a line of
`nhat-ky/nguoi-dung.jsonl`; no password ever is.
"""

from __future__ import annotations

import json
import secrets
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cchc.airflow_env import in_production, password_file
from cchc.clock import to_text
from cchc.config_files import config_dir, is_own
from cchc.errors import CchcError, RuleRefused
from cchc.files import append_line, write_atomic
from cchc.installing.yaml_changes import change_yaml
from cchc.mail.accounts import Role, role_of
from cchc.mail.department import Account, Department
from cchc.paths import Instance
from cchc.texts import t
from cchc.units import UnitRegister

FILE = "department.yaml"
SHORTEST = 10  # letters of a password that a person chooses
_TOKEN = 12  # bytes of one that is made


@dataclass(frozen=True)
class Acting:
    """In which installation, by whom, when."""

    instance: Instance
    actor: str
    at: datetime


@dataclass(frozen=True)
class Wanted:
    """An account to be. units, tiers: whose units it looks after; neither: all of them."""

    name: str
    role: Role
    mailbox: str = ""
    units: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()


def add(acting: Acting, login: str, wanted: Wanted, password: str | None = None) -> str:
    """Add an account; its password, a new one where none is given.

    RuleRefused('account-known'), ('weak-password'), ('no-such-unit'); ConfigErrors for what the file may not hold.
    """
    if login in Department.load().accounts:
        raise RuleRefused("account-known", t("installing.accounts.known", login=login))
    chosen = _password(password)
    values: dict[str, Any] = {"name": wanted.name, "role": str(wanted.role)}
    values |= {"mailbox": wanted.mailbox} if wanted.mailbox else {}
    values |= _scope(wanted.units, wanted.tiers)
    _change(lambda accounts: accounts.update({login: values}))
    _keep_password(acting.instance, login, chosen)
    _note(acting, "them", login, values)
    return chosen


def set_password(acting: Acting, login: str, password: str | None = None) -> str:
    """Another password; the one that holds now. RuleRefused('no-account'), ('account-locked'), ('weak-password')."""
    if _known(login).locked:
        raise RuleRefused("account-locked", t("installing.accounts.is_locked", login=login))
    chosen = _password(password)
    _keep_password(acting.instance, login, chosen)
    _note(acting, "mat-khau", login, {})
    return chosen


def set_role(acting: Acting, login: str, role: Role) -> bool:
    """Another role; False when it is that already. RuleRefused('no-account'), ('last-administrator')."""
    before = _known(login)
    if before.role == role:
        return False
    if role is not Role.ADMIN:
        _refuse_last(login)
    _change(lambda accounts: accounts[login].update({"role": str(role)}))
    _note(acting, "vai-tro", login, {"before": str(role_of(before)), "role": str(role)})
    return True


def set_scope(acting: Acting, login: str, units: tuple[str, ...], tiers: tuple[str, ...]) -> None:
    """Whose units an account looks after; neither: all. RuleRefused('no-account'), ('no-such-unit')."""
    _known(login)
    values = _scope(units, tiers)

    def change(accounts: Any) -> None:
        for name in ("units", "tiers"):
            accounts[login].pop(name, None)
        accounts[login].update(values)

    _change(change)
    _note(acting, "don-vi", login, values)


def lock(acting: Acting, login: str) -> bool:
    """Nobody signs in with it any more, and whoever is signed in is not; False when it was locked already.

    RuleRefused('no-account'), ('last-administrator'); ConfigErrors for an account that approves documents.
    """
    if _known(login).locked:
        return False
    _refuse_last(login)
    _change(lambda accounts: accounts[login].update({"locked": True}))
    _keep_password(acting.instance, login, None)
    _note(acting, "khoa", login, {})
    return True


def unlock(acting: Acting, login: str, password: str | None = None) -> str:
    """The account may sign in again, with a new password. RuleRefused('no-account'), ('not-locked')."""
    if not _known(login).locked:
        raise RuleRefused("not-locked", t("installing.accounts.not_locked", login=login))
    chosen = _password(password)
    _change(lambda accounts: accounts[login].pop("locked"))
    _keep_password(acting.instance, login, chosen)
    _note(acting, "mo-khoa", login, {})
    return chosen


def keep_id(login: str, identity: str) -> None:
    """Write down what Airflow calls an account, where that is not its login."""
    _change(lambda accounts: accounts[login].update({"id": identity}))


def _known(login: str) -> Account:
    accounts = Department.load().accounts
    if login not in accounts:
        names = ", ".join(accounts)
        raise RuleRefused("no-account", t("installing.accounts.unknown", login=login, names=names))
    return accounts[login]


def _refuse_last(login: str) -> None:
    left = [
        name
        for name, one in Department.load().accounts.items()
        if role_of(one) is Role.ADMIN and not one.locked
    ]
    if left == [login]:
        raise RuleRefused("last-administrator", t("installing.accounts.last_admin", login=login))


def _scope(units: tuple[str, ...], tiers: tuple[str, ...]) -> dict[str, list[str]]:
    register = UnitRegister.load()
    if strange := [one for one in units if one not in register]:
        raise RuleRefused("no-such-unit", t("installing.accounts.no_unit", units=", ".join(strange)))
    found = {"units": [str(one) for one in units], "tiers": [str(one) for one in tiers]}
    return {name: values for name, values in found.items() if values}


def _password(given: str | None) -> str:
    if not given:
        return secrets.token_urlsafe(_TOKEN)
    if len(given) < SHORTEST:
        raise RuleRefused("weak-password", t("installing.accounts.weak", least=SHORTEST))
    return given


def _change(change: Callable[[Any], None]) -> None:
    """The accounts of the installation's own file; nothing is written that could not be read again."""
    path = config_dir() / FILE
    if not is_own():
        raise CchcError(t("installing.accounts.sample", file=path))
    with tempfile.TemporaryDirectory() as folder:
        tried = Path(shutil.copyfile(path, Path(folder) / FILE))
        change_yaml(tried, lambda content: change(content["accounts"]))
        Department.load(tried.parent)
        write_atomic(path, tried.read_bytes())


def _keep_password(instance: Instance, login: str, password: str | None) -> None:
    """None takes it away. In production Airflow keeps it, hashed."""
    if in_production():
        return
    path = password_file(instance)
    known: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    known.pop(login, None)
    if password is not None:
        known[login] = password
    write_atomic(path, json.dumps(known, indent=1) + "\n", mode=0o600)


def _note(acting: Acting, act: str, login: str, values: dict[str, Any]) -> None:
    line = {"at": to_text(acting.at), "actor": acting.actor, "act": act, "login": login, **values}
    append_line(acting.instance.root / "nhat-ky" / "nguoi-dung.jsonl", json.dumps(line, ensure_ascii=False))
