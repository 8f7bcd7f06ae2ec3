"""What the process of a task does about metrics: it sends the gauges to where it is told, and ends."""

from __future__ import annotations

from airflow.sdk.observability import stats
from airflow.sdk.observability.metrics import stats_utils
from tests.support.answers import tell

from cchc import clock
from cchc.identity import open_store
from cchc.paths import current_instance
from cchc.run import Run
from cchc_airflow.metrics import send_gauges

stats.initialize(factory=stats_utils.get_stats_factory(), export_legacy_names=False)
instance = current_instance()
tell(send_gauges(Run(open_store(instance, clock.now()), instance, clock.now())))
