"""The connections of the installation's Airflow, as `./cchc khoi-tao` keeps and counts them.

`python -m cchc_airflow.connections` takes JSON on standard input: a list of connections to keep, each with `conn_id`,
`conn_type`, `host`, `port`, `login`, `password`, `extra`. Passwords come this way because arguments of a program can be
seen by everybody on the machine; Airflow encrypts them. Where some are to be kept, Airflow's tables are made first.
Standard output names every connection there is, and what is wrong with it.
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

from cchc.installing.probes import fault_of
from cchc_airflow.tables import make_tables

PREFIX = "AIRFLOW_CONN_"


def keep(wanted: Iterable[Mapping[str, Any]]) -> None:
    """Write the connections into Airflow's database; one of the same id is replaced."""
    with create_session() as session:
        for values in wanted:
            extra = dict(values.get("extra") or {})
            old = session.scalar(select(Connection).filter_by(conn_id=values["conn_id"]))
            if old is not None:
                if old.conn_type == values["conn_type"]:
                    extra = {**old.extra_dejson, **extra}  # what was set by hand and is not asked for stays
                session.delete(old)
                session.flush()
            session.add(Connection(**{**values, "extra": json.dumps(extra)}))


def known() -> dict[str, str]:
    """Every connection, those of the environment too, with what is wrong in its options ('' when nothing is).

    A database may have no tables yet.
    """
    given = {
        name.removeprefix(PREFIX).lower(): uri for name, uri in os.environ.items() if name.startswith(PREFIX)
    }
    with create_session() as session:
        made = inspect(session.connection()).has_table(Connection.__tablename__)
        kept = list(session.scalars(select(Connection))) if made else []
        found = [*kept, *(Connection(conn_id=one, uri=given[one]) for one in given)]
        return dict(sorted((one.conn_id, fault_of(one.conn_id, one.extra_dejson)) for one in found))


if __name__ == "__main__":
    if wanted := json.load(sys.stdin):
        make_tables()
        keep(wanted)
    print(json.dumps(known()))
