"""Takes a round of scores through its first steps, people acting in between; the last one is run twice.

Prints for each step the states of its runs, whether the second one changed anything, and the names of mapped groups.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from airflow.dag_processing.dagbag import DagBag
from tests.support.answers import tell

from cchc.clock import to_text
from cchc.paths import current_instance
from cchc.run import Run
from cchc.scoring.appraisal import AppraisalChoice, Decided
from cchc.scoring.cases import Docket
from cchc_airflow.context import open_store
from cchc_airflow.deadlines import put_aside
from cchc_rehearsal.one_process import api_in_this_thread, fixed_within_one_process
from cchc_rehearsal.replay import prepare_database

ROUND = "2026-CD"
ASKED = r"(.*\.)?(phe_duyet|xac_nhan|hoi_dong_quyet)"
COUNTED = (
    "SELECT COUNT(*) FROM score_file_events WHERE kind = 'group_confirmed' AND detail LIKE '%\"turn\": 2%'"
)
TABLES = ("score_events", "score_file_events", "obligations", "obligation_events", "documents", "reminders")


def facts(run: Run) -> dict[str, int]:
    with run.store.read() as tx:
        found = {
            name: tx.connection.exec_driver_sql(f"SELECT COUNT(*) FROM {name}").scalar_one()
            for name in TABLES
        }
        found["mails"] = tx.connection.exec_driver_sql(
            "SELECT COUNT(DISTINCT mail_key) FROM mails"
        ).scalar_one()
        found["confirmed_again"] = tx.connection.exec_driver_sql(COUNTED).scalar_one()
    return found | {"files": len([path for path in run.instance.out.rglob("*") if path.is_file()])}


def decide_all(run: Run) -> None:
    """Every desk keeps what is proposed, and gives nothing where nothing is."""
    from cchc.scoring.appraisal import Appraisal

    docket = Docket.load(run)
    for desk in docket.desks:
        wanted = [
            Decided(*one.key, AppraisalChoice.KEEP)
            if one.proposal.is_given
            else Decided(*one.key, AppraisalChoice.CHANGE, Decimal(0), "Không có số liệu")
            for one in docket.of(desk)
        ]
        Appraisal(replace(run, actor=desk.head), docket).decide(wanted)


def open_one_again(run: Run) -> tuple[str, str]:
    """The secretary opens a criterion of Sở Tư pháp, which only its substitute may appraise; which one."""
    from cchc.scoring.appraisal import Appraisal

    docket = Docket.load(run)
    unit, criterion = next(one.key for one in docket.of(docket.desk("so-tu-phap:thay-the")))
    own = replace(run, actor=docket.appraisers.secretary.accounts[0])
    assert Appraisal(own, docket).reopen(unit, criterion, "Xem lại tài liệu", "41/SNV-CCHC")
    return unit, criterion


def decide_again(run: Run, unit: str, criterion: str) -> None:
    from cchc.scoring.appraisal import Appraisal

    docket = Docket.load(run)
    own = replace(run, actor=docket.desk("so-tu-phap:thay-the").head)
    decision = Decided(unit, criterion, AppraisalChoice.KEEP, reason="Không có tài liệu mới")
    assert Appraisal(own, docket).decide([decision], 2) == 1


def take(dag: Any, run: Run, step: str, times: int = 1) -> dict[str, Any]:
    moment = run.round.moments[step]
    states, names = [], []
    before: dict[str, int] = {}
    now: dict[str, int] = {}
    for number in range(times):
        when = moment + timedelta(seconds=number)
        conf = {"as_of": to_text(moment), "round": ROUND, "buoc": step, "approval": {"decision": "approve"}}
        done = dag.test(logical_date=when, run_after=when, run_conf=conf, mark_success_pattern=ASKED)
        states.append(str(done.state))
        names = sorted(
            {one.rendered_map_index for one in done.get_task_instances() if one.rendered_map_index}
        )
        now = facts(run)
        before = before or now
    return {"states": states, "same": before == now, "names": names, "facts": now}


prepare_database()
bag = DagBag(os.environ["AIRFLOW__CORE__DAGS_FOLDER"])
dag = put_aside(bag.dags["cham_diem"])
for task in dag.tasks:
    (task.partial_kwargs if hasattr(task, "partial_kwargs") else task.__dict__).update(retries=0)
run = Run(open_store(), current_instance(), datetime.fromisoformat("2026-12-01T08:30:00+07:00"), ROUND)
with api_in_this_thread():
    answer = {"mo": take(dag, run, "mo")}  # the first run of all writes the Dags
    with fixed_within_one_process():
        answer["khoa"] = take(dag, run, "khoa")
        for path in (run.instance.round_out(ROUND) / "tham-dinh").glob("*.xlsx"):
            if "so-tu-phap" not in path.name:  # each that is read costs a process of its own
                path.unlink()
        answer["early"] = take(dag, run, "tham_dinh_1")
        decide_all(replace(run, as_of=run.round.moments["tham_dinh_1"] - timedelta(hours=1)))
        answer["tham_dinh_1"] = take(dag, run, "tham_dinh_1", times=2)
        reopened = open_one_again(replace(run, as_of=run.round.moments["giai_trinh"] - timedelta(hours=1)))
        answer["giai_trinh"] = take(dag, run, "giai_trinh")
        answer["too_early"] = take(dag, run, "tham_dinh_2")
        decide_again(replace(run, as_of=run.round.moments["tham_dinh_2"] - timedelta(hours=1)), *reopened)
        answer["tham_dinh_2"] = take(dag, run, "tham_dinh_2")
tell(answer)
