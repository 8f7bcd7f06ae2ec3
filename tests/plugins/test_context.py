"""Who acts in a run, and for which moment: nobody invents either outside a rehearsal."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from airflow.sdk.api.datamodels._generated import DagRunType
from airflow.sdk.exceptions import AirflowFailException

from cchc import clock
from cchc.clock import at
from cchc.paths import Instance
from cchc_airflow import context as contexts
from cchc_airflow.defaults import CHOSEN_ROUND

NOW = at(date(2026, 3, 19), 9)


@pytest.fixture
def run_of(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> Any:
    """run_of(conf, rehearsal=False, login=None, run_type="manual"): what a task's step is given."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(contexts, "open_store", lambda: None)
    monkeypatch.setattr(contexts, "smtp_config", lambda: None)

    def make(
        conf: dict[str, Any], *, rehearsal: bool = False, login: str | None = None, run_type: str = "manual"
    ) -> Any:
        instance.root.mkdir(parents=True, exist_ok=True)
        instance.settings_file.write_text(yaml.safe_dump({"rehearsal": rehearsal}), encoding="utf-8")
        dag_run = SimpleNamespace(
            conf=conf, run_after=NOW, run_id="thu", triggering_user_name=login, run_type=DagRunType(run_type)
        )
        return contexts.run_context({"dag_run": dag_run, "params": {CHOSEN_ROUND: "2027-Q1"}})

    return make


def test_the_actor_is_the_login_that_started_the_run(run_of: Any) -> None:
    assert run_of({}, login="van-hanh").actor == "van-hanh"
    assert run_of({}).actor == "he-thong"


def test_nobody_gives_himself_another_name_than_his_login(run_of: Any) -> None:
    with pytest.raises(AirflowFailException, match="Chủ tịch UBND tỉnh"):
        run_of({"actor": "Chủ tịch UBND tỉnh"}, login="van-hanh")


def test_no_run_works_for_a_day_to_come(run_of: Any) -> None:
    with pytest.raises(AirflowFailException, match="chưa đến"):
        run_of({"as_of": "2099-01-01T08:00:00+07:00"})


def test_a_day_gone_by_can_be_run_again(run_of: Any) -> None:
    past = NOW - timedelta(days=3)
    assert run_of({"as_of": clock.to_text(past)}).as_of == past


def test_only_a_rehearsal_takes_an_approval_a_name_and_a_day_to_come_from_the_conf(run_of: Any) -> None:
    conf = {"approval": {"decision": "approve"}, "round": "2026-Q1"}
    assert run_of(conf).approval is None
    played = run_of({**conf, "actor": "Chủ tịch", "as_of": "2027-01-05T08:00:00+07:00"}, rehearsal=True)
    assert (played.approval, played.actor, played.as_of.year) == (conf["approval"], "Chủ tịch", 2027)


@pytest.mark.parametrize(
    ("run_type", "cause"), [("manual", "hand"), ("scheduled", "hour"), ("asset_triggered", "complete")]
)
def test_a_run_knows_what_started_it_and_only_a_replay_may_say_so_itself(
    run_of: Any, run_type: str, cause: str
) -> None:
    assert run_of({"cause": "hour"}, run_type=run_type).cause == cause
    assert run_of({}, run_type=run_type, rehearsal=True).cause == cause
    assert run_of({"cause": "complete"}, run_type=run_type, rehearsal=True).cause == "complete"


def test_the_round_that_the_form_would_propose_is_not_the_round_of_a_run_that_nobody_started(
    run_of: Any,
) -> None:
    assert run_of({}, run_type="scheduled").round_id is None
    assert run_of({CHOSEN_ROUND: "2026-Q3"}).round_id == "2026-Q3"
