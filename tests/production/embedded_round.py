"""The round that is measured on the services of production, on one machine as `./cchc up` runs it.

A program to be started by hand, not a part of CI: `python -m tests.production.embedded_round [ANSWERING]`. It writes
what it took beside the figures of production (`shapes`), and prints them beside each other.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import sqlite3
import sys
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil
from tests.e2e.airflow_server import AirflowServer
from tests.production import shapes
from tests.production.carried_round import (
    UNITS,
    Figures,
    Plan,
    carry,
    first_quarter,
    own_configuration,
)

from cchc import clock
from cchc.cli.up import COMPONENTS
from cchc.mail.department import Department
from cchc.mail.modes import set_mode
from cchc.paths import PROJECT_ROOT, Instance
from cchc.store import Store, upgrade
from cchc_rehearsal.sink import MailSink

SHAPE = "./cchc up"


class Patient(AirflowServer):
    """On a machine that does much besides, a question may take longer than a test has patience for."""

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        for _ in range(10 if method == "GET" else 0):
            with suppress(TimeoutError):
                return super().call(method, path, body)
        return super().call(method, path, body)


class Embedded:
    """An installation with its store in SQLite, and Airflow's processes below one of ours."""

    def __init__(self, root: Path, server: AirflowServer) -> None:
        self._root, self._server = root, server

    def instance(self) -> Instance:
        return Instance(self._root)

    def store(self) -> Store:
        return Store(self.instance().store_url)

    def pids(self) -> Mapping[str, int]:
        """Each component under its name: copies of a process below the one that starts them all."""
        assert self._server._process is not None
        found: dict[str, int] = {}
        for child in psutil.Process(self._server._process.pid).children(recursive=True):
            words = " ".join(child.cmdline()).replace("api_server", "api-server")
            for name in COMPONENTS:
                if words.startswith(f"airflow {name}"):
                    found.setdefault(name, child.pid)  # its own children come later, under its name at first
        assert found.keys() == COMPONENTS.keys(), found
        return found

    def task_times(self, dag_id: str, run_id: str) -> tuple[int, float]:
        path = self.instance().airflow_home / "airflow.db"
        with closing(sqlite3.connect(path, timeout=60)) as database:
            ((tasks, days),) = database.execute(
                "SELECT count(*), julianday(max(end_date)) - julianday(min(start_date)) FROM task_instance"
                " WHERE dag_id = ? AND run_id = ? AND state = 'success'",
                [dag_id, run_id],
            ).fetchall()
        return tasks, days * 86_400


def main(folder: Path, plan: Plan) -> Figures:
    root, config = folder / "he-thong", folder / "cau-hinh"
    root.mkdir()
    shutil.copytree(PROJECT_ROOT / "include" / "config", config)
    own_configuration(config)
    for name in ("CCHC_STORE_URL", "CCHC_READER_URL", "CCHC_HOME"):
        os.environ.pop(name, None)
    os.environ |= {"CCHC_CONFIG": str(config), "CCHC_BASE_URL": "https://cchc.mau-thu.vn"}
    store = upgrade(Store(Instance(root).store_url))
    name = Department.load().name
    set_mode(store, Instance(root), "live", actor="quản trị viên", at=clock.now(), typed_name=name)
    store.close()
    with MailSink(folder / "thu") as sink:
        connection = {"conn_type": "smtp", "host": "127.0.0.1", "port": sink.port}
        connection["extra"] = {"security": "none", "sender": "cchc@sonoivu.angiang.mau-thu.vn"}
        server = Patient(Instance(root), _free_port(), {"AIRFLOW_CONN_CCHC_SMTP": json.dumps(connection)})
        begun = time.monotonic()
        try:
            server.start(300)
            healthy = round(time.monotonic() - begun)
            server.sign_in("van-hanh")
            server.knows_the_dags()
            found = carry(plan, Embedded(root, server), server, sink)
        finally:
            code = server.stop()
    assert code == 0, "the server did not end in order"
    return {"seconds_until_healthy": healthy} | found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


if __name__ == "__main__":
    answering = int(sys.argv[1]) if len(sys.argv) > 1 else UNITS
    begun = time.monotonic()
    with TemporaryDirectory() as temporary:
        figures = main(Path(temporary), first_quarter(SHAPE, answering))
    times = psutil.Process().cpu_times()
    whole = {"seconds": round(time.monotonic() - begun), "cpu_seconds": round(sum(times[:4]))}
    shapes.keep({SHAPE: figures | {"whole": whole}}, shapes.EMBEDDED)
    shapes.show()
