"""What tasks import, for processes that fork tasks: whoever imports this module has imported all of it.

Airflow forks a process for each task, and four fifths of a short task's CPU time went into importing the same modules
again, most of the rest into reading the year's data: each task only looks whether a byte of them has changed. The
scheduler and the processor of Dags load it by `forking`, Celery's workers by name (docker-compose.yaml).
Nothing here may start a thread or open a connection: both are lost, or worse, in a forked process.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

import cchc.stages
import cchc.year
import cchc_airflow
from cchc.config_files import check

# Airflow's own, of which only tasks have need: what reads a Dag and what executes it.
AIRFLOWS = (
    "airflow.dag_processing.dagbag",
    "airflow.sdk.execution_time.task_runner",
    "airflow.providers.standard.decorators.python",
)
# Production's accounts: with them comes Airflow's interface of old, a second of a core.
NOT_OF_TASKS = ("cchc_airflow.production", "cchc_airflow.fab_accounts")

for _name in AIRFLOWS:
    import_module(_name)
for _package in (cchc_airflow, cchc.stages, cchc.year):
    for _module in iter_modules(_package.__path__, f"{_package.__name__}."):
        if _module.name not in (__name__, *NOT_OF_TASKS):
            import_module(_module.name)
check()  # loads every file of the year's data; what is wrong with one says whoever needs it
