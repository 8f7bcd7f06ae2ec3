"""Replays a whole reporting year in one process: every Dag run at its own moment, the province acting in between.

`dag.test` runs a small Dag in about a tenth of a second and leaves the run in Airflow's database. A person's
decision would block there for ever, so approvals are passed in the run's conf, which only an instance marked
as rehearsal accepts; all its documents say 'BẢN DIỄN TẬP'.

Run as `python -m cchc_rehearsal.replay --year 2026 --seed 1` in the environment of the instance; progress goes
to standard output as JSON lines, everything else to `nhat-ky/replay.log`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from cchc.clock import now, to_text, vn_date
from cchc.errors import CchcError
from cchc.files import write_atomic
from cchc.paths import Instance, current_instance
from cchc.texts import t
from cchc_rehearsal.planned_runs import COLLECTING, MAINTENANCE, ORDER, SURPRISE, PlannedRun, plan_year

# Tasks that wait for a person, in whatever group: passed here, and answered by the conf.
APPROVAL_TASK = r"(.*\.)?(phe_duyet|xac_nhan|hoi_dong_quyet)"


def rehearsed_dags() -> dict[str, Any]:
    """The project's Dags as `dag.test` can run them. SystemExit when a file of theirs cannot be imported."""
    from airflow.dag_processing.dagbag import DagBag

    from cchc_airflow.deadlines import put_aside

    bag = DagBag(os.environ["AIRFLOW__CORE__DAGS_FOLDER"])
    if bag.import_errors:
        raise SystemExit(f"Dags cannot be imported: {bag.import_errors}")
    for dag in bag.dags.values():
        put_aside(dag)
        for task in dag.tasks:
            task.retries = 0  # a replay shows a failure at once instead of waiting minutes for the next try
    return dict(bag.dags)


@dataclass
class Replay:
    """The replay of one instance. `failed` lists runs that did not succeed, with their state."""

    instance: Instance
    year: int
    seed: int
    progress: Any
    failed: list[str] = field(default_factory=list)
    runs: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)

    def run(self, since: date = date.min, until: date = date.max) -> None:
        """Run the year (its days from `since` up to and with `until`), the province acting between the runs."""
        from cchc_airflow.context import open_store
        from cchc_rehearsal.one_process import api_in_this_thread, fixed_within_one_process
        from cchc_rehearsal.side_by_side import Beside, copies_side_by_side
        from cchc_rehearsal.sink import MailSink
        from cchc_rehearsal.world import World
        from cchc_rehearsal.year_before import bring_in_year_before

        dags = rehearsed_dags()
        year = plan_year(dags, self.year)
        planned = [run for run in year if since <= run.moment.date() <= until]
        self.progress(months=Counter(run.month for run in planned))
        world = World(self.instance, open_store(), self.year, self.seed)
        bring_in_year_before(world)
        for run in year:
            if run.dag_id == COLLECTING and run.moment.date() < since:
                world.exported_until = run.moment.date()
        with MailSink(self.instance.mail_sink) as sink:
            sender = "cchc@sonoivu.angiang.example"
            os.environ["AIRFLOW_CONN_CCHC_SMTP"] = json.dumps(
                {
                    "conn_type": "smtp",
                    "host": "127.0.0.1",
                    "port": sink.port,
                    "extra": {"security": "none", "sender": sender},
                }
            )
            with ExitStack() as once:
                once.enter_context(api_in_this_thread())
                once.enter_context(copies_side_by_side())
                beside = once.enter_context(Beside(self.failed))
                for place, run in enumerate(planned, start=1):
                    self._before(world, run)
                    started = time.monotonic()
                    form = {}
                    if run.dag_id == SURPRISE:
                        form["cuoc"] = world.surprise_visit(str(run.round_id), run.moment)
                    if run.dag_id == MAINTENANCE and place > 1:
                        beside.carry_out(
                            f"{run.dag_id} {to_text(run.moment)}", partial(self._alone, dags, run)
                        )
                        self.runs[run.dag_id] += 1
                    else:
                        self.carry_out(dags, run, form)
                    self.seconds[run.dag_id] = self.seconds.get(run.dag_id, 0.0) + time.monotonic() - started
                    self._after(world, run)
                    if place == 1:
                        once.enter_context(fixed_within_one_process())
                    self.progress(
                        done=place, total=len(planned), day=vn_date(run.moment.date()), month=run.month
                    )
        world.close()

    def _before(self, world: Any, run: PlannedRun) -> None:
        if run.dag_id == COLLECTING:
            world.export(run.moment.date())
        if run.phase == "findings":
            world.inspected(run.round_id, run.moment.date())
        if run.dag_id == SURPRISE:
            world.surprised(str(run.round_id), run.moment.date())
        if run.dag_id == "don_doc":
            world.mending_confirmed(run.moment)
            world.scoring.morning(run.moment)
        if run.dag_id == "cham_diem":
            world.scoring.before(run.round_id, run.phase, run.moment)
        world.until(run.moment)

    def _after(self, world: Any, run: PlannedRun) -> None:
        if run.returned:
            return
        if run.symbol or run.phase == "findings" or run.dag_id == SURPRISE:
            world.documents_signed(run.moment + timedelta(minutes=2))
        if run.dag_id == "mo_dot_bao_cao":
            world.report_round_opened(run.round_id)
        elif run.dag_id == "ke_hoach_nam":
            world.plan_issued(run.round_id, run.moment)
        elif run.dag_id == "kiem_tra" and run.phase == "bat_dau":
            world.visits_announced(run.round_id, run.moment)
        elif run.dag_id == SURPRISE or (run.dag_id == "kiem_tra" and run.phase == "findings"):
            world.letters_issued(run.round_id, run.moment)
        elif run.dag_id == "cham_diem":
            world.scoring.after(run.round_id, run.phase, run.moment)

    def approver(self, run: PlannedRun) -> str:
        """The first account that may decide on what the run drafts."""
        from cchc.documents.approvers import document_kind
        from cchc.mail.department import Department
        from cchc.year import Calendar

        kind = Calendar.load().round(str(run.round_id).partition(":")[0]).kind
        return Department.load().approvers_of(document_kind(kind))[0].account_id

    def _alone(self, dags: dict[str, Any], run: PlannedRun) -> None:
        """In a copy of this process, of which only the end is seen."""
        self.failed.clear()
        self.carry_out(dags, run)
        if self.failed:
            raise CchcError("\n".join(self.failed))

    def carry_out(self, dags: dict[str, Any], run: PlannedRun, form: dict[str, str] | None = None) -> None:
        """A run, and then those that the scheduler would start for what it told. form: what a person wrote into it."""
        run_id = self._test(dags[run.dag_id], run, form or {})
        for follower in _started_by(run_id, dags, run.moment + timedelta(minutes=1)):
            self._test(dags[follower.dag_id], follower, {})

    def _test(self, dag: Any, run: PlannedRun, form: dict[str, str]) -> str:
        conf: dict[str, Any] = {"as_of": to_text(run.moment), "cause": run.cause, **form}
        if run.round_id:
            conf["round"], _, phase = run.round_id.partition(":")
            conf["phase"] = phase or run.phase
        if run.dag_id == "cham_diem":
            conf["buoc"] = run.phase
        symbol = run.symbol
        if symbol:
            number = 100 + ORDER.index(run.dag_id) * 50 + run.moment.month
            if run.phase == "kien_nghi":  # a second decision of one month
                number += 20
            if run.dag_id == "kiem_tra_don_vi":  # a number of its own for each letter
                number = 1000 + int(conf["phase"].rpartition("-C")[2])
            conf["approval"] = {
                "decision": "approve", "by": self.approver(run), "number": str(number), "symbol": symbol,
                "issued_on": run.moment.date().isoformat(), "bounds": t("rehearsal.bounds_explained"),
            }  # fmt: skip
        if run.returned:
            remarks = t("rehearsal.remarks_of_return")
            conf["approval"] = {"decision": "return", "by": self.approver(run), "remarks": remarks}
        started = now()
        result = dag.test(
            logical_date=run.moment,
            run_after=run.moment,
            run_conf=conf,
            mark_success_pattern=APPROVAL_TASK if symbol else None,
        )
        _began(dag.dag_id, str(result.run_id), started)
        self.runs[run.dag_id] += 1
        if str(result.state) != ("failed" if run.returned else "success"):
            self.failed.append(f"{run.dag_id} {to_text(run.moment)}: {result.state}")
        return str(result.run_id)


def _began(dag_id: str, run_id: str, moment: datetime) -> None:
    """When the run really began, as its end and its tasks tell it: `dag.test` writes the moment it is about, and a run
    of half a minute would have lasted months, or ended before it began."""
    from airflow.models.dagrun import DagRun
    from airflow.utils.session import create_session
    from sqlalchemy import update

    own = update(DagRun).where(DagRun.dag_id == dag_id, DagRun.run_id == run_id)
    with create_session() as session:
        session.execute(own.values(start_date=moment))


def _started_by(run_id: str, dags: dict[str, Any], moment: datetime) -> list[PlannedRun]:
    """What the scheduler would start for the assets that a run told: one run a Dag that listens and a partition."""
    from airflow.models.asset import AssetEvent, AssetModel
    from airflow.serialization.encoders import coerce_to_core_timetable
    from airflow.utils.session import create_session
    from sqlalchemy import select

    told = (
        select(AssetModel.name, AssetEvent.partition_key)
        .join(AssetModel, AssetModel.id == AssetEvent.asset_id)
        .where(AssetEvent.source_run_id == run_id, AssetEvent.partition_key.is_not(None))
        .order_by(AssetEvent.id)
    )
    with create_session() as session:
        events = [tuple(row) for row in session.execute(told)]
    return [
        PlannedRun(moment, dag_id, key, cause="complete")
        for name, key in events
        for dag_id, dag in dags.items()
        if name
        in {one.name for one, _ in coerce_to_core_timetable(dag.timetable).asset_condition.iter_assets()}
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--year", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--since", type=date.fromisoformat, default=date.min)
    parser.add_argument("--until", type=date.fromisoformat, default=date.max)
    arguments = parser.parse_args()
    instance = current_instance()
    out = _own_output(instance)

    def progress(**values: Any) -> None:
        print(json.dumps(values, ensure_ascii=False), file=out, flush=True)

    started = time.monotonic()
    prepare_database()
    replay = Replay(instance, arguments.year, arguments.seed, progress)
    replay.run(arguments.since, arguments.until)
    result = {
        "finished": True,
        "seconds": round(time.monotonic() - started, 1),
        "runs": dict(replay.runs),
        "seconds_by_dag": {dag: round(seconds, 1) for dag, seconds in replay.seconds.items()},
        "failed": replay.failed,
    }
    write_atomic(
        instance.root / "ket-qua-dien-tap.json", json.dumps(result, ensure_ascii=False, indent=1) + "\n"
    )
    progress(**result)
    return 1 if replay.failed else 0


def prepare_database() -> None:
    """Airflow's own tables and the pool of mail, when this installation has none yet."""
    from airflow.utils.db import initdb

    from cchc_airflow.pools import make_pools
    from cchc_rehearsal.one_process import spare_the_disk

    spare_the_disk()
    initdb()
    make_pools()


def _own_output(instance: Instance) -> Any:
    """Keep the real standard output for progress; what Airflow prints goes to the log file."""
    folder = instance.root / "nhat-ky"
    folder.mkdir(parents=True, exist_ok=True)
    own = os.fdopen(os.dup(1), "w", encoding="utf-8")
    log = os.open(folder / "replay.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    return own


if __name__ == "__main__":
    sys.exit(main())
