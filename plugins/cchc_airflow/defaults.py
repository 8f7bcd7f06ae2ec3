"""What every Dag has in common."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import Param

from cchc import clock
from cchc.clock import TZ, vn_date
from cchc.texts import t
from cchc.year import Calendar, Round, RoundKind
from cchc_airflow.notifier import FailureNotifier

CHOSEN_ROUND = "chosen_round"
"""The field of the form in which a person chooses the round of a run."""
BY_DAY = ""
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


def round_param(kinds: Collection[RoundKind], *, by_day: bool = False) -> dict[str, Param]:
    """The rounds that a person chooses from when starting a run by hand; scheduled runs carry theirs.

    A name of its own: `conf["round"]` names any round of any year, which this list would refuse. by_day: the Dag needs
    no round and takes what its day is about; that stands first then.
    """
    shown = choosable_rounds(Calendar.load(), kinds, clock.now())
    names = {BY_DAY: t("airflow.round_by_day")} if by_day else {}
    names |= {one.round_id: _label(one) for one in shown}
    return {
        CHOSEN_ROUND: Param(
            next(iter(names)),
            type="string",
            enum=list(names),
            values_display=names,
            title=t("airflow.round_title"),
            description=t("airflow.round_help"),
        )
    }


def choosable_rounds(calendar: Calendar, kinds: Collection[RoundKind], now: datetime) -> list[Round]:
    """Rounds of this year and the next: what should be open now, then what comes, then what is over, latest first.

    A round of last year that is still open by the calendar is among them.
    """
    year = now.astimezone(TZ).year
    rounds = [
        one
        for of_year in (year - 1, year, year + 1)
        for one in calendar.rounds(of_year)
        if one.kind in kinds and (of_year >= year or one.closes_at > now)
    ]
    current = [one for one in rounds if one.opens_at <= now < one.closes_at]
    ahead = [one for one in rounds if one.opens_at > now]
    over = [one for one in rounds if one.closes_at <= now]
    return [
        *sorted(current, key=lambda one: one.closes_at),
        *sorted(ahead, key=lambda one: one.opens_at),
        *sorted(over, key=lambda one: one.closes_at, reverse=True),
    ]


def _label(round_: Round) -> str:
    return t(
        "airflow.round_label",
        id=round_.round_id,
        title=round_.title,
        opens=vn_date(round_.opens_at.astimezone(TZ).date()),
        closes=vn_date(round_.closes_at.astimezone(TZ).date()),
    )
