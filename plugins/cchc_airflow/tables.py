"""Airflow's own tables in their newest form, then the pools, in one process: reading Airflow takes longer than either.

`python -m cchc_airflow.tables` runs before any component of an installation starts, and may be run again.
"""

from __future__ import annotations

from airflow.utils.db import upgradedb

from cchc_airflow.pools import make_pools


def make_tables() -> None:
    """What `airflow db migrate` does, and the pools that are not there yet."""
    upgradedb()
    make_pools()


if __name__ == "__main__":
    make_tables()
