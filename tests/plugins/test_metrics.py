"""The gauges go where Airflow's own metrics go, when these are switched on, and nowhere else."""

from __future__ import annotations

import http.server
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from airflow.sdk.observability import stats
from airflow.sdk.observability.metrics import stats_utils
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from tests.support.answers import told

from cchc.clock import now
from cchc.paths import PROJECT_ROOT, Instance
from cchc.run import Run
from cchc.store import Store
from cchc_airflow.metrics import send_gauges, switched_on


@pytest.fixture
def monitor() -> Iterator[socket.socket]:
    """What a StatsD server is: a socket for datagrams."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(5)
        yield listening


@pytest.fixture
def sending(monitor: socket.socket, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Airflow's settings, and what the runner of each task does with them."""
    settings = {"STATSD_ON": "True", "STATSD_HOST": "127.0.0.1", "STATSD_PORT": str(monitor.getsockname()[1])}
    for name, value in settings.items():
        monkeypatch.setenv(f"AIRFLOW__METRICS__{name}", value)
    stats.initialize(factory=stats_utils.get_stats_factory(), export_legacy_names=False)
    yield
    monkeypatch.undo()
    stats.initialize(factory=stats_utils.get_stats_factory(), export_legacy_names=False)


@pytest.fixture
def run(store: Store, instance: Instance) -> Run:
    instance.root.mkdir(parents=True)
    return Run(store, instance, now())


def heard(monitor: socket.socket, count: int) -> dict[str, str]:
    return dict(monitor.recv(1000).decode().split(":", 1) for _ in range(count))


@pytest.mark.usefixtures("sending")
def test_what_is_measured_reaches_a_statsd_server_under_its_name(run: Run, monitor: socket.socket) -> None:
    assert switched_on()
    sent = send_gauges(run)
    found = heard(monitor, sent)
    assert sent == len(found) > 20
    assert found["airflow.cchc.owed.open"] == "0|g"
    assert float(found["airflow.cchc.disk.free_bytes"].removesuffix("|g")) > 0


def test_nothing_is_counted_as_long_as_nobody_switched_it_on(run: Run) -> None:
    run.store.close()
    assert not switched_on()
    assert send_gauges(run) == 0


@pytest.mark.usefixtures("sending")
def test_what_cannot_be_counted_fails_no_step_and_tells_no_address(
    instance: Instance, caplog: pytest.LogCaptureFixture
) -> None:
    unreachable = Store("postgresql+psycopg://cchc:mat-khau@127.0.0.1:1/cchc")
    assert send_gauges(Run(unreachable, instance, now())) == 0
    assert "could not be sent" in caplog.text and "mat-khau" not in caplog.text


@pytest.fixture
def collector() -> Iterator[tuple[str, list[ExportMetricsServiceRequest]]]:
    """What a collector of OpenTelemetry is: a server that takes metrics over OTLP/HTTP."""
    taken: list[ExportMetricsServiceRequest] = []

    class Page(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path.endswith("/v1/metrics"):
                taken.append(ExportMetricsServiceRequest.FromString(content))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", taken
        server.shutdown()


@pytest.mark.slow
def test_what_is_measured_reaches_a_collector_of_opentelemetry_before_the_process_ends(
    collector: tuple[str, list[ExportMetricsServiceRequest]], instance: Instance
) -> None:
    url, taken = collector
    settings = {
        "AIRFLOW__METRICS__OTEL_ON": "True",
        "OTEL_EXPORTER_OTLP_ENDPOINT": url,
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
        "CCHC_HOME": str(instance.root),
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.plugins.gauges_once"], cwd=PROJECT_ROOT,
        env=os.environ | settings, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    sent = told(done.stdout + done.stderr)
    metrics = {
        metric.name: metric.gauge.data_points[-1]
        for request in taken
        for resource in request.resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
        if metric.name.startswith("airflow.cchc.")
    }
    assert len(metrics) == sent > 20, done.stderr[-2000:]
    free = metrics["airflow.cchc.disk.free_bytes"]
    assert max(free.as_double, free.as_int) > 0
