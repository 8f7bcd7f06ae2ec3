"""A replay of one round whose units all report in time; prints its runs, their notes and what happened to the round."""

from __future__ import annotations

from datetime import date

from airflow.models.dagrun import DagRun
from airflow.utils.session import create_session
from sqlalchemy import select
from tests.e2e.conftest import UNITS, hand_in
from tests.sources.samples import export
from tests.support.answers import tell
from tests.support.dossiers import dossier

from cchc.clock import at
from cchc.obligations import RoundLedger
from cchc.paths import current_instance
from cchc_airflow.context import open_store
from cchc_rehearsal.one_process import api_in_this_thread, fixed_within_one_process
from cchc_rehearsal.planned_runs import PlannedRun
from cchc_rehearsal.replay import Replay, prepare_database, rehearsed_dags

ROUND = "2026-Q1"
REPORTED, RECEIVED = at(date(2026, 3, 16), 9), at(date(2026, 3, 16), 17, 30)

prepare_database()
dags = rehearsed_dags()
instance = current_instance()
replay = Replay(instance, 2026, 1, progress=lambda **_: None)

with api_in_this_thread():
    replay.carry_out(dags, PlannedRun(at(date(2026, 3, 2), 7, 30), "mo_dot_bao_cao", ROUND))
    instance.export_drop.mkdir(parents=True, exist_ok=True)
    (instance.export_drop / "mot-cua.csv").write_bytes(export([dossier("H-1", "10/02/2026")]))
    with fixed_within_one_process():
        replay.carry_out(dags, PlannedRun(at(date(2026, 3, 14), 19), "thu_thap_so_lieu"))
        for unit in UNITS:
            hand_in(instance, ROUND, unit, REPORTED)
        replay.carry_out(dags, PlannedRun(RECEIVED, "tiep_nhan_bao_cao"))
        replay.carry_out(dags, PlannedRun(at(date(2026, 3, 19), 9), "chot_dot_bao_cao", ROUND))

with create_session() as session:
    closing = session.scalars(
        select(DagRun).where(DagRun.dag_id == "chot_dot_bao_cao").order_by(DagRun.run_after)
    ).all()
    notes = [one.note for one in closing]
    lasted = [
        [
            (run.end_date - run.start_date).total_seconds(),
            run.start_date <= min(filter(None, begun), default=run.end_date),
        ]
        for run in session.scalars(select(DagRun))
        for begun in [[task.start_date for task in run.task_instances]]
    ]
events = [[str(one.kind), one.happened_at.isoformat()] for one in RoundLedger(open_store()).events(ROUND)]
answer = {"runs": replay.runs, "failed": replay.failed, "notes": notes, "events": events, "lasted": lasted}
tell(answer)
