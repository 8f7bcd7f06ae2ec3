"""The connections of the installation's Airflow, kept, named and used by programs in its environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from cchc.airflow_env import airflow_environment
from cchc.errors import CchcError
from cchc.paths import PROJECT_ROOT, Instance
from cchc.texts import t

PREFIX = "AIRFLOW_CONN_"


def keep_connections(instance: Instance, wanted: Sequence[dict[str, Any]]) -> dict[str, str]:
    """Write connections into the installation's Airflow, whose tables are made first; then what is known as by
    `known_connections`. CchcError with what it said."""
    return _told(_run(instance, "connections", json.dumps(list(wanted))))


def known_connections(instance: Instance) -> dict[str, str]:
    """Its connections by id, each with what is wrong in it ('' when nothing is).

    An Airflow that was never started has those of the environment alone.
    """
    environment = airflow_environment(instance)
    database = environment.get("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "")
    if database.startswith("sqlite:///") and not (instance.airflow_home / "airflow.db").exists():
        return {name.removeprefix(PREFIX).lower(): "" for name in os.environ if name.startswith(PREFIX)}
    return _told(_run(instance, "connections", "[]"))


def letter_set_aside(instance: Instance, item_id: str) -> tuple[str, str, str]:
    """(sender, subject, thread) of a letter under 'Cần xem lại', read from the mailbox of connection `cchc_imap`.
    CchcError in words when it cannot be read."""
    why, (sender, subject, thread) = json.loads(_run(instance, "letters", item_id).splitlines()[-1])
    if why and not sender:
        raise CchcError(why)
    return sender, subject, thread


def _told(output: str) -> dict[str, str]:
    return dict(json.loads(output.splitlines()[-1]))


def _run(instance: Instance, program: str, given: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", f"cchc_airflow.{program}"],
        input=given,
        env=os.environ | airflow_environment(instance),
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CchcError(t("installing.keeping_failed", words=done.stderr.strip()[-1500:]))
    return done.stdout
