"""The pool that bounds how many tasks send mail at once.

Airflow never starts a task whose pool does not exist, and says so only in the scheduler's log. So every command that
sets up an installation makes the pool before any Dag can run: `python -m cchc_airflow.pools`, after Airflow's own
`db migrate`.
"""

from __future__ import annotations

from airflow.models.pool import Pool
from airflow.utils.session import create_session

from cchc.texts import t
from cchc_airflow.defaults import SENDING_POOL

SLOTS = 2  # a long round of requests does not keep back receipts; mails a minute are limited by the outbox


def make_pools() -> bool:
    """Make the pool; False when it is there already: how many slots it has is then an administrator's decision."""
    with create_session() as session:
        if Pool.get_pool(SENDING_POOL, session=session) is not None:
            return False
        Pool.create_or_update_pool(
            name=SENDING_POOL,
            slots=SLOTS,
            description=t("airflow.sending_pool"),
            include_deferred=False,
            session=session,
        )
        return True


if __name__ == "__main__":
    make_pools()
