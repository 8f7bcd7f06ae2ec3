"""The pools that bound how many tasks send mail at once, and let one alone make or issue a draft.

Airflow never starts a task whose pool does not exist, and says so only in the scheduler's log. So every command that
sets up an installation makes the pools before any Dag can run, after Airflow's own tables (`tables`);
`python -m cchc_airflow.pools` makes them again.
"""

from __future__ import annotations

from airflow.models.pool import Pool
from airflow.utils.session import create_session

from cchc.texts import t
from cchc_airflow.defaults import DRAFTING_POOL, SENDING_POOL

# Slots of each. Two for mail: a long round of requests does not keep back receipts; mails a minute are limited by the
# outbox. One for drafts: two rounds, or two runs of one round, never consolidate, draft or issue beside each other.
SLOTS = {SENDING_POOL: 2, DRAFTING_POOL: 1}
_DESCRIPTIONS = {SENDING_POOL: "airflow.sending_pool", DRAFTING_POOL: "airflow.drafting_pool"}


def make_pools() -> list[str]:
    """Make the pools that are not there yet; their names. How many slots the others have, an administrator decides."""
    with create_session() as session:
        missing = [name for name in SLOTS if Pool.get_pool(name, session=session) is None]
        for name in missing:
            Pool.create_or_update_pool(
                name=name,
                slots=SLOTS[name],
                description=t(_DESCRIPTIONS[name]),
                include_deferred=False,
                session=session,
            )
        return missing


if __name__ == "__main__":
    make_pools()
