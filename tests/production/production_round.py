"""Two rounds on the services of docker-compose.yaml, from opening to issue; prints what was measured.

The first under LocalExecutor, with the answers of every unit of the province; the second, after the scheduler was
started anew with CeleryExecutor and a worker beside it, with those of a few: what differs is the way to the worker.

A program of its own, because it lives in a network of its own, in which the ports of the containers are free:
`python -m tests.production.production_round FOLDER`. FOLDER was prepared (`containers.prepared`) and holds
`<executor>.json`, what Docker Compose made of the file.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from tests.e2e.airflow_server import AirflowServer
from tests.production.carried_round import Plan, carry, first_quarter, half_year, own_configuration, timed
from tests.production.containers import Containers, image_of
from tests.support.answers import tell

from cchc.clock import at
from cchc.files import write_atomic
from cchc.paths import PROJECT_ROOT, Instance
from cchc.revision import write_build_revision
from cchc.store import Store
from cchc_rehearsal.sink import MailSink

REVISION = "5" * 40
SERVICES = ("airflow-apiserver", "airflow-scheduler", "airflow-dag-processor", "airflow-triggerer")
ANSWERS = """\
folder: /var/lib/cchc/cau-hinh
province: tỉnh An Giang
department: Sở Nội vụ
phone: 0296 123 4567
mailbox: cchc@sonoivu.angiang.mau-thu.vn
operators: vanhanh@sonoivu.angiang.mau-thu.vn
approver: lanhdao@sonoivu.angiang.mau-thu.vn
committee: bcd@angiang.mau-thu.vn
units: /var/lib/cchc/don-vi.csv
base_url: https://cchc.mau-thu.vn
smtp_host: hop-thu-thu
smtp_security: none
smtp_port: 1025
"""


PLANS = (first_quarter("LocalExecutor"), half_year("CeleryExecutor", answering=4))


@dataclass
class Server(AirflowServer):
    """The API server of the containers, with the people of this test."""

    passwords: dict[str, str] = field(default_factory=dict)
    logs: Path = Path()

    def password(self, user: str) -> str:
        return self.passwords[user]

    def failure_of(self, dag_id: str, run_id: str) -> str:
        found = [path for path in self.logs.rglob("*.log") if f"dag_id={dag_id}" in str(path)]
        return "\n".join(f"{path.name}: {path.read_text(encoding='utf-8')[-1500:]}" for path in found[-8:])


class Production:
    """The installation: its containers, its databases and its people."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        config = self.config(PLANS[0])
        write_build_revision(REVISION, folder)
        image = image_of(PROJECT_ROOT) | {"/opt/cchc/code-revision.json": folder / "code-revision.json"}
        (folder / "may").mkdir(exist_ok=True)
        self.containers = Containers(config, folder / "may", image)
        self.data = folder / "var" / "san-xuat"
        self.secrets = folder / "bi-mat"
        self.figures: dict[str, dict[str, Any]] = {plan.shape: {} for plan in PLANS}

    def config(self, plan: Plan) -> dict[str, Any]:
        return dict(json.loads((self.folder / f"{plan.shape}.json").read_text(encoding="utf-8")))

    def secret(self, name: str) -> str:
        return (self.secrets / name).read_text(encoding="utf-8").strip()

    def url(self, role: str, database: str) -> str:
        lines = [line.split(":") for line in self.secret("pgpass").splitlines()]
        (password,) = {line[4] for line in lines if line[3] == role}
        return f"postgresql+psycopg://{role}:{password}@127.0.0.1/{database}"

    def rows(self, database: str, role: str, query: str, **values: Any) -> list[Any]:
        engine = create_engine(self.url(role, database))
        with engine.begin() as connection:
            found = list(connection.execute(text(query), values))
        engine.dispose()
        return found

    def cchc(self, *words: str) -> str:
        """`docker compose run --rm cchc WORDS...`: what it said; AssertionError when it refused."""
        done = self.containers.run("cchc", *words)
        assert done.returncode == 0, f"cchc {words}: {done.stdout}\n{done.stderr}"
        return done.stdout

    # --- steps

    def databases(self) -> None:
        self.containers.start("postgres")
        self.containers.wait_healthy("postgres")
        self.containers.finish("airflow-init")
        before = self.rows("airflow", "airflow", "SELECT username, password FROM ab_user")
        self.containers.finish("airflow-init")
        assert self.rows("airflow", "airflow", "SELECT username, password FROM ab_user") == before
        assert len(before) == 1

    def set_up(self) -> None:
        """As an administrator does it: the answers, the own configuration, live mail."""
        for name, content in (("tra-loi.yaml", ANSWERS), ("don-vi.csv", self._register())):
            write_atomic(self.data / name, content)
        self.cchc("khoi-tao", "--tra-loi", "/var/lib/cchc/tra-loi.yaml")
        (kept,) = self.rows("airflow", "airflow", "SELECT conn_id, host, port FROM connection")
        assert tuple(kept) == ("cchc_smtp", "hop-thu-thu", 1025)
        own_configuration(self.data / "cau-hinh")
        self.cchc("cau-hinh")
        self.cchc("thu", "che-do", "live", "--ten", "Sở Nội vụ", "--nguoi", "Quản trị", "--chua-gui-yeu-cau")

    def _register(self) -> str:
        """The sample's units, with addresses that are no samples."""
        shipped = (PROJECT_ROOT / "include" / "config" / "units.csv").read_text(encoding="utf-8")
        return shipped.replace(".example", ".mau-thu.vn")

    def units_page(self) -> None:
        """The units' own page, off by default, with the password of the store's role alone; it ends in order."""
        name = "trang-don-vi"
        self.containers.config["services"][name]["environment"]["CCHC_UNIT_PAGE_URL"] = (
            "https://xa.mau-thu.vn"
        )
        self.containers.start(name)
        self.containers.wait_healthy(name)
        assert self.containers.stop(name) == {name: 0}

    def services(self) -> Server:
        started = time.monotonic()
        for name in SERVICES:
            self.containers.start(name)
        for name in SERVICES:
            self.containers.wait_healthy(name)
        self.figures[PLANS[0].shape]["seconds_until_healthy"] = round(time.monotonic() - started)
        passwords = {"quan-tri": self.secret("admin-password")}
        server = Server(Instance(self.data), 8080, passwords=passwords)
        server.logs = self.containers.folder / "volumes" / "airflow-logs"
        server.sign_in("quan-tri")
        return server

    def turn_to_workers(self) -> None:
        """As `docker compose up -d` does it after `.env` has said so."""
        self.containers.stop("airflow-scheduler")
        self.containers.config = self.config(PLANS[1])
        self.containers.start("redis")
        self.containers.wait_healthy("redis")
        for name in ("airflow-scheduler", "airflow-worker"):
            self.containers.start(name)
        for name in ("airflow-scheduler", "airflow-worker"):
            self.containers.wait_healthy(name)

    def people(self, server: Server) -> None:
        """Accounts made by the administrator in Airflow, and the number of the approver in department.yaml."""
        for login, role in (("lanh-dao", "User"), ("van-hanh", "Op"), ("xem", "Viewer")):
            server.passwords[login] = f"mat-khau-{login}"
            account = {"username": login, "password": server.passwords[login], "roles": [{"name": role}]}
            account |= {"email": f"{login}@mau-thu.vn", "first_name": "CCHC", "last_name": login}
            server.call("POST", "/auth/fab/v1/users", account)
        ids = dict(map(tuple, self.rows("airflow", "airflow", "SELECT username, id FROM ab_user")))
        path = self.data / "cau-hinh" / "department.yaml"
        content = path.read_text(encoding="utf-8")
        changed = re.sub(r"(?m)^( *lanh-dao: \{)", rf'\g<1>id: "{ids["lanh-dao"]}", ', content)
        assert changed != content
        path.write_text(changed, encoding="utf-8")
        self.cchc("cau-hinh")

    def round(self, plan: Plan, server: Server, sink: MailSink) -> None:
        self.figures[plan.shape] |= carry(plan, self, server, sink)
        name = f"bao-cao-{plan.round_id}.docx"
        path = f"/var/lib/cchc/ket-qua/2026/{plan.round_id}/{name}"
        assert REVISION[:12] in self.cchc("van-ban", "nguon-goc", path)

    # --- what a round is carried and measured with

    def instance(self) -> Instance:
        return Instance(self.data)

    def store(self) -> Store:
        return Store(self.url("cchc", "cchc"))

    def pids(self) -> dict[str, int]:
        return self.containers.pids()

    def task_times(self, dag_id: str, run_id: str) -> tuple[int, float]:
        found = self.rows(
            "airflow",
            "airflow",
            "SELECT count(*), extract(epoch FROM max(end_date) - min(start_date)) FROM task_instance"
            " WHERE dag_id = :dag AND run_id = :run AND state = 'success'",
            dag=dag_id,
            run=run_id,
        )
        ((tasks, seconds),) = found
        return tasks, float(seconds)

    def maintained(self, server: Server) -> None:
        """The daily run: a backup by the server's own tool, and Airflow's old history goes."""
        old = server.logs / "dag_id=cu" / "cu.log"
        old.parent.mkdir()
        old.touch()
        os.utime(old, (0, 0))
        figures = self.figures[PLANS[1].shape]
        figures["bao_tri"] = timed(PLANS[1], self, server, "bao_tri", at(date(2026, 3, 23), 6))
        assert [path for path in (self.data / "sao-luu").rglob("*") if path.is_file()]
        assert not old.parent.exists()

    def board(self, server: Server) -> None:
        """The pages read under the role that can only read, and the form writes."""
        for path in ("/cchc/", f"/cchc/dot/{PLANS[0].round_id}", "/cchc/thu/nhac"):
            assert server.status_of(path, signed_in=False) == 401, path
            assert server.status_of(path) == 200, path
        assert self.rows("cchc", "cchc_doc", "SELECT count(*) FROM round_events")[0][0] > 0
        for statement in ("SET TRANSACTION READ WRITE", "SET default_transaction_read_only = off; COMMIT"):
            with pytest.raises(DBAPIError, match="permission denied"):
                self.rows("cchc", "cchc_doc", f"{statement}; DELETE FROM round_events")
        with pytest.raises(DBAPIError, match="permission denied"):
            self.rows("airflow", "cchc", "SELECT 1")

    def unwell_says_why(self) -> None:
        """A service that is gone is told by its own health check."""
        self.containers.stop("airflow-apiserver")
        told = self.containers.health("airflow-triggerer")
        assert told.returncode == 1 and "airflow-apiserver:8080" in told.stderr, told.stderr

    def nobody_else_reads(self) -> None:
        """No file of the data folder, nor its log, can be read by another account of the machine."""
        for top in (self.data, self.containers.folder / "volumes" / "airflow-logs"):
            found = [
                str(path) for path in top.rglob("*") if not path.is_symlink() and path.lstat().st_mode & 0o077
            ]
            assert found == [], found[:20]


def main(folder: Path) -> dict[str, Any]:
    production = Production(folder)
    begun = time.monotonic()
    try:
        with MailSink(folder / "thu", 1025) as sink:
            production.databases()
            production.set_up()
            production.units_page()
            server = production.services()
            production.people(server)
            server.sign_in("van-hanh")
            server.knows_the_dags(400)
            assert server.call("GET", "/api/v2/importErrors")["total_entries"] == 0
            production.round(PLANS[0], server, sink)
            production.board(server)
            production.turn_to_workers()
            production.round(PLANS[1], server, sink)
            production.maintained(server)
            production.nobody_else_reads()
            production.unwell_says_why()
    finally:
        codes = production.containers.stop()
    times = psutil.Process().cpu_times()
    whole = {"seconds": round(time.monotonic() - begun), "cpu_seconds": round(sum(times[:4]))}
    return production.figures | {"exit_codes": codes, "whole": whole}


if __name__ == "__main__":
    tell(main(Path(sys.argv[1])))
