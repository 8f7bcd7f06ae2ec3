"""What is made before the services start: by tools/prepare-production on the host, and by service airflow-init."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from cryptography.fernet import Fernet
from tests.production.containers import prepare_as

from cchc import paths
from cchc.errors import CchcError, ProductionHere
from cchc_airflow import health, production


def test_a_second_run_changes_no_secret_and_no_setting(project: Path) -> None:
    files = [project / ".env", *sorted((project / "bi-mat").iterdir())]
    before = [path.read_bytes() for path in files]
    prepare_as(50000, project)
    assert [path.read_bytes() for path in files] == before
    assert len(set(before)) == len(before), "two secrets are the same"
    Fernet((project / "bi-mat/fernet-key").read_text(encoding="utf-8").strip())
    assert (project / "var/san-xuat").stat().st_mode & 0o777 == 0o700


def test_root_gives_everything_to_the_account_of_the_services_and_others_are_refused(
    project: Path, tmp_path: Path
) -> None:
    copy = Path(
        shutil.copytree(project, tmp_path / "ban", ignore=shutil.ignore_patterns("bi-mat", "var", ".env"))
    )
    shutil.copy(copy / ".env.example", copy / ".env")
    with pytest.raises(subprocess.CalledProcessError) as refused:
        prepare_as(1234, copy)
    assert "CCHC_UID" in refused.value.stderr
    assert not (copy / "bi-mat").exists()
    if os.geteuid() == 0:
        subprocess.run([copy / "tools/prepare-production"], check=True, capture_output=True, timeout=60)
        made = [copy / "var/san-xuat", copy / "bi-mat", *(copy / "bi-mat").iterdir()]
        assert {path.stat().st_uid for path in made} == {50000}


def test_a_data_folder_that_cannot_be_written_says_what_to_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(production, "write_atomic", denied)
    with pytest.raises(CchcError, match=r"(?s)không ghi được.*tools/prepare-production.*chown"):
        production.must_be_ours(tmp_path)


def test_a_data_folder_that_others_can_read_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    with pytest.raises(CchcError, match="chmod 700"):
        production.must_be_ours(tmp_path)
    tmp_path.chmod(0o750)
    production.must_be_ours(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_command_beside_the_containers_is_told_how_to_reach_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "PRODUCTION_SETTINGS", tmp_path / ".env")
    monkeypatch.delenv("CCHC_HOME")
    assert paths.current_instance().root.name == "hang-ngay"
    (tmp_path / ".env").touch()
    with pytest.raises(ProductionHere, match="docker compose run --rm cchc"):
        paths.current_instance()
    monkeypatch.setenv("CCHC_HOME", str(tmp_path))
    assert paths.current_instance().root == tmp_path


class Report(BaseHTTPRequestHandler):
    """Airflow's own report on its health."""

    answer: ClassVar[dict[str, Any] | None] = {}

    def do_GET(self) -> None:
        if self.path == "/health":  # the scheduler's own: a status and nothing else
            self.send_response(200) if self.answer else self.send_error(503)
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(self.answer).encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def report(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Report]]:
    server = HTTPServer(("127.0.0.1", 0), Report)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTION_API_SERVER_URL", f"{url}/execution/")
    monkeypatch.setattr(health, "SCHEDULER", f"{url}/health")
    yield Report
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("service", sorted(health.PARTS))
def test_a_health_check_says_what_is_wrong(
    service: str, report: type[Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    part = health.PARTS[service]
    report.answer = {part: {"status": "healthy"}}
    assert health.fault_of(service) is None
    report.answer = {part: {"status": "unhealthy", f"latest_{part}_heartbeat": "2026-03-02T07:31:00Z"}}
    fault = health.fault_of(service)
    if service != "scheduler":
        assert fault and "unhealthy" in fault and "2026-03-02T07:31:00Z" in fault and service in fault
    report.answer = {}
    fault = health.fault_of(service)
    assert fault and ("Service Unavailable" if service == "scheduler" else "chưa có") in fault
    closed = "http://127.0.0.1:9"
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTION_API_SERVER_URL", f"{closed}/execution/")
    monkeypatch.setattr(health, "SCHEDULER", f"{closed}/health")
    assert "Connection refused" in str(health.fault_of(service))
