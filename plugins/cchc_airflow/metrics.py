"""The library's gauges through Airflow's own metrics: StatsD, Datadog or OpenTelemetry, whichever `[metrics]` names.

Off as long as Airflow's metrics are (its default); then nothing is counted. A step says `gauges=True` (`stage_task`),
and the gauges go out when it ends, from its own process: no task, no polling of their own.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from airflow.sdk.configuration import conf
from airflow.sdk.observability import stats
from sqlalchemy.exc import SQLAlchemyError

from cchc.errors import CchcError

if TYPE_CHECKING:
    from cchc.run import Run

log = logging.getLogger(__name__)

PREFIX = "cchc."
"""Airflow puts `[metrics] statsd_prefix` or `otel_prefix` before it: `airflow.cchc.owed.open`."""
_SWITCHES = ("statsd_on", "statsd_datadog_enabled", "otel_on")


def switched_on() -> bool:
    """Whether Airflow sends metrics anywhere."""
    return any(conf.getboolean("metrics", one, fallback=False) for one in _SWITCHES)


def send_gauges(run: Run) -> int:
    """Send every gauge as of the run's moment; how many. What fails is logged: counting must not fail a step."""
    if not switched_on():
        return 0
    from cchc.watching import measures

    try:
        found = measures(run)
        for one in found:
            stats.gauge(PREFIX + one.name, one.value)
    except (CchcError, SQLAlchemyError, OSError) as error:
        log.warning("the gauges could not be sent: %s", type(error).__name__)
        return 0
    return len(found)
