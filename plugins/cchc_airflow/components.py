"""What the components of a local installation import, for the process of which `./cchc up` makes each of them a copy.

Reading Airflow's and our modules takes seconds of a core, and what they hold a hundred megabytes: both are spent once.
Nothing here may start a thread or open a connection, as in `preloaded`.
"""

# ruff: noqa: F401
from __future__ import annotations

import gc
from contextlib import suppress

with suppress(Exception):  # whoever needs what is missing meets the fault again, and says it in its own log
    import airflow.__main__
    import airflow.api_fastapi.core_api.app
    import airflow.api_fastapi.execution_api.app
    import airflow.api_fastapi.execution_api.versions
    import airflow.cli.commands.api_server_command
    import airflow.cli.commands.dag_processor_command
    import airflow.cli.commands.scheduler_command
    import airflow.cli.commands.triggerer_command
    import airflow.executors.local_executor

    import cchc_airflow.preloaded
    import cchc_airflow.tables

gc.collect()
gc.freeze()  # a collector that walked over it would copy what is shared
