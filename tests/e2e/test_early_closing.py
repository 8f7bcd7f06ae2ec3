"""The real scheduler closes a round when its last unit was accepted: that round, once, and no other."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.airflow_server import DONE, AirflowServer, until
from tests.e2e.conftest import UNITS, hand_in
from tests.sources.samples import export
from tests.support.answers import told as answer_in
from tests.support.dossiers import dossier

from cchc import clock
from cchc.airflow_env import airflow_environment
from cchc.clock import at, to_text
from cchc.installing.writing import prepare_instance
from cchc.obligations import Phase, RoundLedger
from cchc.paths import PROJECT_ROOT, Instance
from cchc.store import Store

CLOSING = "chot_dot_bao_cao"
LAST_YEAR, ROUND = "2025-NAM", "2026-Q1"
DAGS = len(list((PROJECT_ROOT / "dags").glob("*.py")))
OPENED = {LAST_YEAR: at(date(2025, 12, 1), 8), ROUND: at(date(2026, 3, 2), 8)}
CUT_OFF = at(date(2026, 3, 14), 19)
BEFORE = at(date(2026, 3, 16), 9)
LAST = at(date(2026, 3, 17), 9)


def freeze(server: AirflowServer) -> None:
    """On the cut-off day of the round its export is landed and frozen."""
    drop = server.instance.export_drop / "mot-cua.csv"
    drop.parent.mkdir(parents=True, exist_ok=True)
    drop.write_bytes(export([dossier("H-1", "10/02/2026")]))
    server.run("thu_thap_so_lieu", {"round": ROUND, "as_of": to_text(CUT_OFF)})


def receive(server: AirflowServer, moment: datetime) -> None:
    server.run("tiep_nhan_bao_cao", {"as_of": to_text(moment)})


def closings(server: AirflowServer) -> list[dict[str, Any]]:
    found = server.call("GET", f"/api/v2/dags/{CLOSING}/dagRuns?order_by=id")["dag_runs"]
    return [one for one in found if one["run_type"] != "manual"]


def told(server: AirflowServer, asset: str) -> list[str]:
    """Partitions of the asset's events, in their order.

    Airflow 3.3.2 answers 500 while a run that such an event has made is queued: it lists no run without a start.
    """
    path = f"/api/v2/assets/events?asset_id={asset_id(server, asset)}&order_by=timestamp"

    def events() -> list[str] | None:
        try:
            answer = server.call("GET", path)
        except AssertionError as refusal:
            if ": 500 " not in str(refusal):
                raise
            return None
        return [one["partition_key"] for one in answer["asset_events"]]

    # A list that holds the list: an answer without events is an answer too.
    (found,) = until(lambda: [one for one in (events(),) if one is not None], 60, "the events can be listed")
    return list(found)


def asset_id(server: AirflowServer, name: str) -> int:
    assets = server.call("GET", "/api/v2/assets?limit=100")["assets"]
    return int(next(one["id"] for one in assets if one["name"] == name))


def phase(instance: Instance, round_id: str) -> Phase:
    store = Store(instance.store_url)
    state = RoundLedger(store).state(round_id, clock.now())
    store.close()
    assert state is not None
    return state.phase


@pytest.mark.slow
@pytest.mark.servers
@pytest.mark.timeout(2400)
def test_the_last_acceptance_starts_the_closing_of_its_round_and_of_no_other(server: AirflowServer) -> None:
    instance = server.instance
    until(lambda: server.call("GET", "/api/v2/dags")["total_entries"] == DAGS, 60, "all Dags are registered")
    for round_id, opened in OPENED.items():
        server.run("mo_dot_bao_cao", {"round": round_id, "as_of": to_text(opened)})
    freeze(server)
    server.call("PATCH", f"/api/v2/dags/{CLOSING}", {"is_paused": False})

    # Of each round one unit is awaited.
    for unit in UNITS[1:]:
        hand_in(instance, LAST_YEAR, unit, BEFORE)
        hand_in(instance, ROUND, unit, BEFORE)
    receive(server, BEFORE)
    assert sorted(told(server, "bai_nop_da_tiep_nhan")) == [LAST_YEAR, ROUND], "one event a round"
    receive(server, BEFORE.replace(hour=10))
    assert len(told(server, "bai_nop_da_tiep_nhan")) == 2, "an event although nothing new came"
    assert told(server, "dot_du_bao_cao") == []
    assert closings(server) == []

    # The last unit of one round.
    hand_in(instance, ROUND, UNITS[0], LAST)
    receive(server, LAST)
    assert told(server, "dot_du_bao_cao") == [ROUND]
    (run,) = until(lambda: closings(server), 120, "closing starts")
    assert (run["run_type"], run["partition_key"]) == ("asset_triggered", ROUND)
    typed = {"so": "45", "ky_hieu": "BC-UBND", "ngay": "18/03/2026", "nhan_xet": ""}
    server.sign_in("lanh-dao")
    server.answer(CLOSING, run["dag_run_id"], "phe_duyet", "Phê duyệt", typed)
    server.sign_in("van-hanh")
    until(lambda: server.state_of(CLOSING, run["dag_run_id"]) in DONE, 240, "the round is issued")
    assert server.state_of(CLOSING, run["dag_run_id"]) == "success", server.failure_of(
        CLOSING, run["dag_run_id"]
    )
    assert told(server, "bao_cao_da_phat_hanh") == [ROUND]
    assert (phase(instance, ROUND), phase(instance, LAST_YEAR)) == (Phase.ISSUED, Phase.OPEN)

    # Told once more, it closes nothing, and its run says why.
    receive(server, LAST.replace(hour=10))
    assert told(server, "dot_du_bao_cao") == [ROUND]
    body = {"asset_id": asset_id(server, "dot_du_bao_cao"), "partition_key": ROUND, "extra": {}}
    server.sign_in("quan-tri")  # who runs the Dags may tell no events
    server.call("POST", "/api/v2/assets/events", body)
    server.sign_in("van-hanh")
    again = until(lambda: closings(server)[1:], 120, "the second run starts")[0]
    until(lambda: server.state_of(CLOSING, again["dag_run_id"]) in DONE, 120, "the second run ends")
    path = f"/api/v2/dags/{CLOSING}/dagRuns/{again['dag_run_id']}"
    assert server.call("GET", path)["state"] == "success"
    tasks = server.call("GET", f"{path}/taskInstances")["task_instances"]
    assert {one["state"] for one in tasks} == {"skipped"}
    note = until(lambda: server.call("GET", path)["note"], 20, "the note of the run")
    assert "đã ban hành" in note and "không chốt lần nữa" in note
    assert len(closings(server)) == 2


@pytest.mark.slow
@pytest.mark.servers
@pytest.mark.timeout(2400)
def test_a_rehearsal_closes_a_complete_round_as_the_scheduler_would(
    tmp_path: Path, small_config: Path
) -> None:
    instance = Instance(tmp_path / "dien-tap")
    instance.root.mkdir(parents=True)
    instance.settings_file.write_text("rehearsal: true\n", encoding="utf-8")
    prepare_instance(instance)
    lineage = {"type": "file", "log_file_path": str(tmp_path / "su-kien.jsonl"), "append": True}
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("replay_round.py"))],
        env={
            **os.environ,
            **airflow_environment(instance),
            "CCHC_CONFIG": str(small_config),
            "PYTHONPATH": str(PROJECT_ROOT),
            "AIRFLOW__OPENLINEAGE__TRANSPORT": json.dumps(lineage),
            # Listeners have no process of their own here, and a slow machine must not cut one off.
            "AIRFLOW__OPENLINEAGE__EXECUTION_TIMEOUT": "120",
        },
        capture_output=True, text=True, timeout=560, check=False,
    )  # fmt: skip
    answer = answer_in(done.stdout + done.stderr)
    assert answer["failed"] == [], (done.stdout + done.stderr)[-4000:]
    assert answer["runs"]["chot_dot_bao_cao"] == 2, "early, and at its hour"
    # On Airflow's pages a rehearsed run lasts as long as it took, not from the rehearsed day until today.
    assert all(0 <= seconds < 560 and before_its_tasks for seconds, before_its_tasks in answer["lasted"])
    early, at_the_hour = answer["notes"]
    assert early.startswith("Gửi văn bản: Chưa gửi: chờ bản đã ký của "), (
        "issued, and nothing unsigned leaves"
    )
    assert "đã ban hành" in at_the_hour and "không chốt lần nữa" in at_the_hour
    moments = dict(answer["events"])
    assert [kind for kind, _ in answer["events"]].count("closed") == 1
    assert moments["complete"].startswith("2026-03-16T17:30")
    assert moments["closed"].startswith("2026-03-16T17:31")
    assert "issued" in moments
    # The whole way of a figure is told, from the export to the report, and of the units nothing. Here all tasks share a
    # process, and so what each of them has told; in a process of its own a task tells its own pairs alone.
    told = [json.loads(line) for line in (tmp_path / "su-kien.jsonl").read_text("utf-8").splitlines()]
    pairs = {
        (source["name"], made["name"])
        for one in told
        for source in one.get("inputs", [])
        for made in one.get("outputs", [])
        if source["namespace"] == made["namespace"] == "cchc"
    }
    way = {
        ("tha-tep", "ban-ke"),
        ("ban-ke", "anh-chup"),
        ("anh-chup", f"so-tong-hop/{ROUND}"),
        ("bai-nop", f"so-tong-hop/{ROUND}"),
        (f"so-tong-hop/{ROUND}", f"bao-cao/{ROUND}"),
    }
    assert way <= pairs
    assert {name for pair in pairs for name in pair} == {name for pair in way for name in pair}
