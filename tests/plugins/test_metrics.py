"""The gauges go where Airflow's own metrics go, when these are switched on, and nowhere else."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from airflow.sdk.observability import stats
from airflow.sdk.observability.metrics import stats_utils

from cchc.clock import now
from cchc.paths import Instance
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
