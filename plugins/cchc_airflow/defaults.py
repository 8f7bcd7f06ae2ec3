"""What every Dag has in common."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import Param

from cchc.clock import TZ
from cchc.texts import t
from cchc.year import Calendar, RoundKind
from cchc_airflow.notifier import FailureNotifier

START = datetime(2020, 1, 1, tzinfo=TZ)
OWNER = "so-noi-vu"


def dag_arguments(*, timeout: timedelta = timedelta(minutes=30)) -> dict[str, Any]:
    """Arguments of a Dag: one run at a time, retries, a time limit, a mail to the administrators on failure."""
    return {
        "start_date": START,
        "catchup": False,
        "max_active_runs": 1,
        "default_args": {
            "owner": OWNER,
            "retries": 2,
            "retry_delay": timedelta(minutes=2),
            "execution_timeout": timeout,
            "on_failure_callback": FailureNotifier(),
        },
    }


def round_param(kinds: tuple[RoundKind, ...], first_year: int = 2020, last_year: int = 2030) -> dict[str, Param]:
    """The list of rounds that a person chooses from when starting a run by hand."""
    calendar = Calendar.load()
    rounds = [one.round_id for year in range(first_year, last_year + 1) for one in calendar.rounds(year) if one.kind in kinds]
    return {
        "round": Param(
            None, type=["null", "string"], enum=[None, *rounds], title=t("airflow.round_title"), description=t("airflow.round_help")
        )
    }
