"""Whether a service of docker-compose.yaml is well, and what is wrong when it is not.

`python -m cchc_airflow.health SERVICE` ends with 1 and says why; `docker inspect` and `docker compose ps` show it. It
imports nothing of Airflow: it runs twice a minute in every container.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.request
from urllib.parse import urlsplit

from cchc.texts import t

SECONDS = 10
SCHEDULER = "http://localhost:8974/health"
# What each service answers for, in Airflow's own report.
PARTS = {
    "api-server": "metadatabase",
    "scheduler": "scheduler",
    "dag_processor": "dag_processor",
    "triggerer": "triggerer",
}


def fault_of(service: str) -> str | None:
    """What is wrong with the service, in words; None when it is well."""
    part, url = PARTS[service], _report_of(service)
    try:
        with urllib.request.urlopen(url, timeout=SECONDS) as answer:  # noqa: S310 - addresses of our own services
            # The scheduler's own answer is its status alone: 200, or 503 without a sign of life.
            report = {part: {"status": "healthy"}} if service == "scheduler" else json.load(answer)
    except (OSError, ValueError) as error:
        return t("airflow.health.silent", service=service, url=url, reason=getattr(error, "reason", error))
    state = report.get(part) or {}
    if state.get("status") == "healthy":
        return None
    beat = state.get(f"latest_{part}_heartbeat") or t("airflow.health.never")
    return t("airflow.health.unwell", service=service, status=state.get("status"), beat=beat)


def _report_of(service: str) -> str:
    """The scheduler tells of itself; of the others the API server tells, which knows their last signs of life."""
    if service == "scheduler":
        return SCHEDULER
    address = urlsplit(os.environ["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"])
    host = f"localhost:{address.port}" if service == "api-server" else address.netloc
    return f"{address.scheme}://{host}/api/v2/monitor/health"


if __name__ == "__main__":
    if fault := fault_of(sys.argv[1]):
        sys.exit(fault)
