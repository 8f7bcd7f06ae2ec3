"""The connections of the installation's Airflow, as `./cchc khoi-tao` keeps and counts them.

`python -m cchc_airflow.connections` takes JSON on standard input: a list of connections to keep, each with `conn_id`,
`conn_type`, `host`, `port`, `login`, `password`, `extra`. Passwords come this way because arguments of a program can be
seen by everybody on the machine; Airflow encrypts them. Standard output names every connection there is.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from airflow.models.connection import Connection
from airflow.utils.session import create_session
from sqlalchemy import inspect, select

PREFIX = "AIRFLOW_CONN_"


def keep(wanted: Iterable[Mapping[str, Any]]) -> None:
    """Write the connections into Airflow's database; one of the same id is replaced."""
    with create_session() as session:
        for values in wanted:
            old = session.scalar(select(Connection).filter_by(conn_id=values["conn_id"]))
            if old is not None:
                session.delete(old)
                session.flush()
            session.add(Connection(**{**values, "extra": json.dumps(values.get("extra") or {})}))


def known() -> list[str]:
    """The ids of all connections, those of the environment too; a database may have no tables yet."""
    with create_session() as session:
        made = inspect(session.connection()).has_table(Connection.__tablename__)
        kept = set(session.scalars(select(Connection.conn_id))) if made else set()
    given = {name.removeprefix(PREFIX).lower() for name in os.environ if name.startswith(PREFIX)}
    return sorted(kept | given)


if __name__ == "__main__":
    keep(json.load(sys.stdin))
    print(json.dumps(known()))
