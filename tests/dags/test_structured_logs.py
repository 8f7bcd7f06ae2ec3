"""Logs as JSON, which Airflow writes when it is told to: no line of a run names a mailbox or a person."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tests.dags.processes import run_dag
from tests.stages.test_logs import ADDRESS, PERSON, PHONE
from tests.support.copies import file_of
from tests.support.province import MORNING, ROUND, UNIT, Province, good_answers

from cchc_rehearsal.fill import fill_workbook
from cchc_rehearsal.sink import MailSink

STEPS = ("tiep_nhan", "gui_bao_nhan")


@pytest.mark.slow
def test_intake_and_sending_are_logged_line_by_line_and_name_nobody(
    province: Province, tmp_path: Path
) -> None:
    instance = province.instance
    answers = good_answers(province.form(), 7)
    answers.narratives.update(
        dict.fromkeys(answers.narratives, f"{PERSON}, điện thoại {PHONE}, hộp thư rieng@tu.example")
    )
    path = instance.inbox / ROUND / f"{ROUND}_{UNIT}.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(fill_workbook(province.form(), answers))
    province.store.close()
    shutil.copyfile(file_of(province.store), instance.root / "so-cai.db")
    settings = "mail_mode: redirect\nredirect_to: nhan@thay.example\nrehearsal: true\n"
    instance.settings_file.write_text(settings, encoding="utf-8")
    with MailSink(tmp_path / "thu") as sink:
        connection = {
            "conn_type": "smtp", "host": "127.0.0.1", "port": sink.port,
            "extra": {"security": "none", "sender": "cchc@sonoivu.angiang.example"},
        }  # fmt: skip
        environment = {
            "AIRFLOW_CONN_CCHC_SMTP": json.dumps(connection),
            "AIRFLOW__LOGGING__JSON_LOGS": "True",
        }
        run = run_dag(instance, "tiep_nhan_bao_cao", MORNING, {}, environment)
        assert [one.recipients for one in sink.received] == [("nhan@thay.example",)], run.log[-3000:]
    lines = [line for line in run.log.splitlines() if line.startswith("{")]
    told = " ".join(json.loads(line)["event"] for line in lines)
    assert all(f"starting task_id={step} " in told for step in STEPS), run.log[-3000:]
    assert ADDRESS.findall(run.log) == []
    for word in (PERSON, PHONE, *province.run.units.get(UNIT).mailboxes):
        assert word not in run.log
        assert json.dumps(word)[1:-1] not in run.log
