"""Prepares the databases and the folder of docker-compose.yaml, before any of its services starts.

`python -m cchc_airflow.production` may be run again: it brings what is old to its newest form and leaves the rest.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from cchc import clock
from cchc.errors import CchcError
from cchc.files import write_atomic
from cchc.identity import open_store
from cchc.installing.writing import prepare_instance
from cchc.paths import Instance, current_instance
from cchc.texts import t
from cchc_airflow.tables import make_tables


def prepare(instance: Instance) -> None:
    """The data folder, Airflow's tables, its pools, its first administrator, and the store. Raises CchcError."""
    must_be_ours(instance.root)
    prepare_instance(instance)
    make_tables()
    make_administrator(
        os.environ["CCHC_ADMIN_USER"],
        os.environ["CCHC_ADMIN_EMAIL"],
        Path(os.environ["CCHC_ADMIN_PASSWORD_FILE"]).read_text(encoding="utf-8").strip(),
    )
    open_store(instance, clock.now()).close()


def must_be_ours(folder: Path) -> None:
    """Raise CchcError, with what to type on the host, when this account cannot write there or others can read."""
    probe = folder / ".thu-ghi"
    try:
        write_atomic(probe, "")
        probe.unlink()
    except OSError as error:
        raise CchcError(
            t("airflow.production.no_write", folder=folder, account=os.geteuid(), reason=error.strerror)
        ) from error
    if folder.stat().st_mode & 0o007:
        raise CchcError(t("airflow.production.open_to_others", folder=folder))


def make_administrator(login: str, email: str, password: str) -> bool:
    """Make the department's roles, and the account unless there is one of that name; whether it was made.

    Not by `airflow users create`, whose password everybody on the machine could read among its arguments.
    """
    from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder

    from cchc_airflow.fab_accounts import put_roles

    if not password:
        raise CchcError(t("airflow.production.no_password", login=login))
    with get_application_builder() as builder:
        security = builder.sm
        put_roles(security)
        if security.find_user(login):
            return False
        first, _, last = t("airflow.production.administrator").partition(" ")
        made = security.add_user(login, first, last, email, security.find_role("Admin"), password)
    if not made:
        raise CchcError(t("airflow.production.no_account", login=login, email=email))
    return True


if __name__ == "__main__":
    try:
        prepare(current_instance())
    except CchcError as told:
        sys.exit(str(told))
    print(t("airflow.production.ready"))
