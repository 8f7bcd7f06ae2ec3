"""What Airflow keeps of old runs, which would grow for ever: rows of its database, and the logs of tasks.

The store and the files of the installation are never touched: what happened to a report is written there.
"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

from airflow.configuration import conf

from cchc.airflow_env import airflow_database
from cchc.errors import CchcError
from cchc.run import Run
from cchc.texts import t

# A year's rounds and the time in which people look back on them.
KEPT_DAYS = 400
# A task is denied Airflow's database, by another value of this variable; the program below is given the right one.
_DATABASE = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
_CLEAN = (
    sys.executable,
    "-m",
    "airflow",
    "db",
    "clean",
    "--yes",
    "--skip-archive",
    "--error-on-cleanup-failure",
)


def clear(run: Run) -> int:
    """Remove what is older than KEPT_DAYS; the number of logs that went. CchcError with Airflow's own words.

    A rehearsal keeps all of its year.
    """
    if run.instance.settings.rehearsal:
        return 0
    before = run.as_of - timedelta(days=KEPT_DAYS)
    done = subprocess.run(
        [*_CLEAN, "--clean-before-timestamp", before.isoformat()],
        env=os.environ | {_DATABASE: airflow_database(run.instance)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CchcError(t("airflow.history.failed", words=(done.stderr or done.stdout).strip()[-1500:]))
    return clear_logs(Path(conf.get_mandatory_value("logging", "base_log_folder")), before)


def clear_logs(folder: Path, before: datetime) -> int:
    """Remove logs last written before that moment, and the folders that are empty then."""
    old = [
        one for one in folder.rglob("*.log*") if one.is_file() and one.stat().st_mtime < before.timestamp()
    ]
    for path in old:
        path.unlink(missing_ok=True)
        for above in path.parents:
            if above == folder or any(above.iterdir()):
                break
            above.rmdir()
    return len(old)
