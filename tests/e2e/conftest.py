"""A live installation of four units on a real Airflow, and a mail server that takes what it sends."""

from __future__ import annotations

import csv
import io
import json
import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.airflow_server import AirflowServer

from cchc import clock
from cchc.installing.scoring_sample import fit_scoring
from cchc.mail.department import Department
from cchc.mail.modes import set_mode
from cchc.paths import Instance
from cchc.store import Store, upgrade
from cchc_rehearsal.fill import Answers, fill_workbook
from cchc_rehearsal.sink import MailSink

UNITS = ("so-noi-vu", "so-tai-chinh", "30292", "30301")
SENDER = "cchc@sonoivu.angiang.mau-thu.vn"


@pytest.fixture
def small_config(own_addresses: Path) -> Path:
    """The year's data with four units only, and no working day around today: nothing may start by itself."""
    folder = own_addresses
    with (folder / "units.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    kept = [row | {"predecessors": ""} for row in rows if row["code"] in (*UNITS, "tinh-an-giang")]
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(kept)
    (folder / "units.csv").write_text(out.getvalue(), encoding="utf-8")
    fit_scoring(folder)  # as 'khoi-tao' does it for whoever has other units
    today = clock.now().date()
    days = [today + timedelta(days=n) for n in range(-1, 2)]
    entries = "".join(
        f'  - {{day: {day.isoformat()}, reason: "kiểm thử"}}\n' for day in days if day.weekday() < 5
    )
    days_off = f"days_off:\n{entries}" if entries else "days_off: []\n"
    (folder / "working_days.yaml").write_text(f"{days_off}worked_days: []\n", encoding="utf-8")
    return folder


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[MailSink]:
    with MailSink(tmp_path / "thu") as running:
        yield running


@pytest.fixture
def connections() -> dict[str, dict[str, Any]]:
    """Connections beside the one to the mail server, by id; a test that reads a mailbox has one more."""
    return {}


@pytest.fixture
def server(
    tmp_path: Path,
    small_config: Path,
    sink: MailSink,
    connections: dict[str, dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[AirflowServer]:
    """A live installation (no rehearsal): decisions come from a person, mails go to the loopback server."""
    monkeypatch.setenv("CCHC_CONFIG", str(small_config))
    root = tmp_path / "he-thong"
    root.mkdir()
    store = upgrade(Store(Instance(root).store_url))
    name = Department.load().name
    set_mode(store, Instance(root), "live", actor="quản trị viên", at=clock.now(), typed_name=name)
    store.close()
    monkeypatch.delenv("CCHC_BASE_URL")  # the browser of these tests knows the server by its loopback address
    smtp = {
        "conn_type": "smtp",
        "host": "127.0.0.1",
        "port": sink.port,
        "extra": {"security": "none", "sender": SENDER},
    }
    given = {
        f"AIRFLOW_CONN_{name.upper()}": json.dumps(one)
        for name, one in {"cchc_smtp": smtp, **connections}.items()
    }
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = AirflowServer(
        Instance(root),
        port,
        {"CCHC_CONFIG": str(small_config), **given},
    )
    try:
        running.start(300)
        running.sign_in("van-hanh")
        running.knows_the_dags()
        yield running
    finally:
        running.stop()


def hand_in(instance: Instance, round_id: str, unit: str, moment: datetime) -> None:
    """The unit's own form, filled as 'nothing to report' and signed at `moment`, is laid into the inbox.

    It arrives when the next reading sees it.
    """
    form = instance.round_out(round_id) / "bieu-mau" / f"{round_id}_{unit}.xlsx"
    answers = Answers(nothing_to_report=True, document_number="05/BC-UBND", signed_on=moment.date())
    target = instance.inbox / round_id / f"{unit}.xlsx"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(fill_workbook(form.read_bytes(), answers))
