"""What every Dag has in common."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import Param

from cchc.clock import TZ
from cchc.texts import t
from cchc.year import Calendar, RoundKind
from cchc_airflow.notifier import FailureNotifier

FIRST_YEAR, LAST_YEAR = 2020, 2035
"""The years whose rounds can be started by hand, those over which the calendar is tested."""
START = datetime(2020, 1, 1, tzinfo=TZ)
OWNER = "so-noi-vu"
SENDING_POOL = "gui_thu"
"""The pool of every task that sends mail, so that so many at most do so at once (`pools` makes it)."""
DRAFTING_POOL = "lap_du_thao"
"""The pool of one slot for every task that makes a draft or issues one; whoever waits for a decision stays outside."""
ROUNDS_AT_ONCE = 16
"""Active runs of a Dag that waits for decisions: an unanswered one holds up no other round, for years."""


def dag_arguments(*, timeout: timedelta = timedelta(minutes=30), runs: int = 1) -> dict[str, Any]:
    """One run at a time, retries, a time limit, a mail to the administrators on failure.

    runs: how many may be active at once; ROUNDS_AT_ONCE where a person decides, with DRAFTING_POOL for what must not
    run beside another.
    """
    return {
        "start_date": START,
        "catchup": False,
        "max_active_runs": runs,
        "default_args": {
            "owner": OWNER,
            "retries": 2,
            "retry_delay": timedelta(minutes=2),
            "execution_timeout": timeout,
            "on_failure_callback": FailureNotifier(),
        },
    }


def round_param(kinds: Collection[RoundKind]) -> dict[str, Param]:
    """The rounds that a person chooses from when starting a run by hand; scheduled runs carry theirs."""
    calendar = Calendar.load()
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    rounds = [one.round_id for year in years for one in calendar.rounds(year) if one.kind in kinds]
    return {
        "round": Param(
            None,
            type=["null", "string"],
            enum=[None, *rounds],
            title=t("airflow.round_title"),
            description=t("airflow.round_help"),
        )
    }
