"""`./cchc suc-khoe` says what is wrong and what to do, and its exit code what a monitor needs."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from datetime import date

import pytest
from typer.testing import CliRunner

from cchc import clock
from cchc.cli import app
from cchc.cli.suc_khoe import told
from cchc.cli.up import airflow_parts, healthy
from cchc.clock import at
from cchc.paths import Instance
from cchc.store import Store
from cchc.watching import Health, State

PARTS = ("metadatabase", "scheduler", "dag_processor", "triggerer")


@pytest.fixture
def airflow() -> Iterator[tuple[str, dict[str, str]]]:
    """A server that answers as Airflow's health page does; what it says may be changed."""
    says = dict.fromkeys(PARTS, "healthy")

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({name: {"status": status} for name, status in says.items()}).encode())

        def log_message(self, *_: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", says
        server.shutdown()


def test_the_parts_of_airflow_are_those_that_it_names_itself(airflow: tuple[str, dict[str, str]]) -> None:
    url, says = airflow
    assert airflow_parts(url + "/") == dict.fromkeys(PARTS, "healthy") and healthy(url)
    says["triggerer"] = "unhealthy"
    assert not healthy(url)
    assert airflow_parts("http://127.0.0.1:1") is None
    assert airflow_parts("file:///etc/passwd") is None


def test_nothing_recorded_is_something_to_look_at_and_a_dead_airflow_is_broken(
    airflow: tuple[str, dict[str, str]], instance: Instance
) -> None:
    url, says = airflow
    fresh = CliRunner().invoke(app, ["suc-khoe", "--dia-chi", url])
    assert fresh.exit_code == 1 and "sổ cái" in fresh.output
    assert not instance.root.exists(), "looking leaves no trace"
    says["scheduler"] = "unhealthy"
    ill = CliRunner().invoke(app, ["suc-khoe", "--dia-chi", url])
    assert ill.exit_code == 2
    assert "scheduler" in ill.output and "docker compose" in ill.output


def test_each_line_of_a_store_is_told(
    airflow: tuple[str, dict[str, str]], store: Store, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: at(date(2026, 11, 10), 9))  # no report should be open then
    instance.root.mkdir(parents=True)
    monkeypatch.setenv("CCHC_STORE_URL", store.url)
    result = CliRunner().invoke(app, ["suc-khoe", "--dia-chi", airflow[0]])
    assert result.exit_code == 1, result.output
    for title in ("Sổ cái", "Ổ đĩa", "Hộp đi", "Sao lưu", "Cần xem lại"):
        assert title in result.output


def test_a_line_that_is_well_says_nothing_to_do() -> None:
    words = told(
        [Health("disk", State.WELL, "đủ chỗ"), Health("backup", State.LOOK, "cũ", "Bật Dag bao_tri")]
    )
    assert words[0].startswith("Hệ thống chạy; 1 mục")
    assert len(words) == 4 and "Bật Dag bao_tri" in words[3]
