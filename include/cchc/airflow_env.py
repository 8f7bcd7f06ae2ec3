"""The environment in which Airflow runs for one installation: folders, addresses, users, secrets.

Airflow itself is never imported here; it is another program that this one starts.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from pathlib import Path
from typing import Any

from cchc.files import write_atomic
from cchc.paths import PROJECT_ROOT, Instance
from cchc.texts import t

LOOPBACK = "127.0.0.1"
# What an administrator may already have decided in the environment: it is left as it is.
RESPECTED = ("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "AIRFLOW__CORE__EXECUTOR", "AIRFLOW__CORE__PARALLELISM")
DATABASE = "CCHC_AIRFLOW_DATABASE"


def airflow_environment(
    instance: Instance, *, port: int | None = None, paused: bool = True
) -> dict[str, str]:
    """Variables to add to the environment of every Airflow process of `instance`.

    port: of the API server, on loopback only; None when none will be served (a replay). paused: whether
    Dags that Airflow sees for the first time wait for somebody to switch them on. Passwords and secrets are
    made at the first call and kept in files that only their owner may read.

    Nothing where CCHC_PRODUCTION says that the environment is that of docker-compose.yaml already.
    """
    if in_production():
        return {}
    home = instance.airflow_home
    home.mkdir(parents=True, exist_ok=True)
    secret = _kept(kept_secrets_file(instance), _new_secrets())
    users = local_users()
    _kept(password_file(instance), {user: secrets.token_urlsafe(12) for user in users})
    values = {
        "CCHC_HOME": str(instance.root.resolve()),
        "AIRFLOW_HOME": str(home.resolve()),
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT_ROOT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT_ROOT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DEFAULT_TIMEZONE": "Asia/Ho_Chi_Minh",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": str(paused),
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        # Two cores are the smallest machine this is for; each slot is a process of about 100 MB.
        "AIRFLOW__CORE__PARALLELISM": "4",
        # The button Test of a connection. Off in Airflow, because whoever edits connections could make the server
        # call anything: here it is the administrator's, and nobody's where somebody else may edit connections.
        "AIRFLOW__CORE__TEST_CONNECTION": "Disabled" if "op" in users.values() else "Enabled",
        "AIRFLOW__CORE__FERNET_KEY": secret["fernet"],
        "AIRFLOW__CORE__AUTH_MANAGER": "cchc_airflow.sign_in.LocalAuthManager",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(
            f"{user}:{role}" for user, role in users.items()
        ),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "False",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(password_file(instance).resolve()),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{(home / 'airflow.db').resolve()}",
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "15",
        # A changed file is read at the next look; one that did not change, only for the sake of the year's calendar.
        # At its default of 30 seconds the reading alone keeps a quarter of a core busy, day and night.
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "300",
        # At its default of five seconds every slot idles that long after each task.
        "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
        "AIRFLOW__API_AUTH__JWT_SECRET": secret["jwt"],
        "AIRFLOW__API__SECRET_KEY": secret["session"],
        "AIRFLOW__API__HOST": LOOPBACK,
        "AIRFLOW__API__INSTANCE_NAME": t(
            "cli.serving.name_rehearsal" if instance.settings.rehearsal else "cli.serving.name"
        ),
        # Airflow 3.3 itself reports nothing to anybody; libraries that would are told not to.
        "SCARF_ANALYTICS": "false",
        "DO_NOT_TRACK": "1",
    }
    if port is not None:
        address = f"http://{LOOPBACK}:{port}"
        values |= {
            "AIRFLOW__API__PORT": str(port),
            "AIRFLOW__API__BASE_URL": address,
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{address}/execution/",
        }
    if instance.base_url:
        # What links in mails begin with; served on loopback all the same, behind a proxy of the office.
        values["AIRFLOW__API__BASE_URL"] = instance.base_url
    values = {
        name: value for name, value in values.items() if name not in RESPECTED or not os.environ.get(name)
    }
    return {**values, DATABASE: airflow_database(instance)}


def airflow_database(instance: Instance) -> str:
    """SQLAlchemy URL of Airflow's own database, for whoever copies it.

    Airflow hides its own variable from tasks, so it is told to them once more under a name of ours.
    """
    for name in (DATABASE, RESPECTED[0]):
        url = os.environ.get(name, "")
        if url and not url.startswith("airflow-db-not-allowed"):
            return url
    return f"sqlite:///{(instance.airflow_home / 'airflow.db').resolve()}"


def in_production() -> bool:
    """Whether this is one of the services of docker-compose.yaml."""
    return bool(os.environ.get("CCHC_PRODUCTION"))


def local_users() -> dict[str, str]:
    """Who may sign in on a machine of one's own, with Airflow's word for the role; production asks Airflow alone."""
    from cchc.mail.accounts import airflow_role
    from cchc.mail.department import Department

    accounts = Department.load().accounts
    return {login: airflow_role(account) for login, account in accounts.items() if not account.locked}


def kept_secrets_file(instance: Instance) -> Path:
    """Where the keys of an installation on one machine lie: Fernet's, of sessions, between services."""
    return instance.airflow_home / "bi-mat.json"


def password_file(instance: Instance) -> Path:
    """Where the passwords of the local users lie, as JSON `{user: password}`."""
    return instance.airflow_home / "mat-khau.json"


def _new_secrets() -> dict[str, str]:
    return {
        "fernet": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "jwt": secrets.token_urlsafe(48),
        "session": secrets.token_urlsafe(48),
    }


def _kept(path: Path, new: dict[str, str]) -> dict[str, str]:
    """The file's own values where it has them, else the new ones; readable by its owner only."""
    known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    values = {name: str(known.get(name) or value) for name, value in new.items()}
    if values != {name: known.get(name) for name in values}:
        write_atomic(path, json.dumps(known | values, indent=1) + "\n", mode=0o600)
    return values
