"""A task that fails in a real Dag run: the administrators get its mail from a real server."""

from __future__ import annotations

import email
import json
from datetime import date
from email import policy
from pathlib import Path

import pytest
from tests.dags.processes import run_dag

from cchc.clock import at
from cchc.mail.department import Department
from cchc.paths import Instance
from cchc_rehearsal.sink import MailSink

WHEN = at(date(2026, 3, 14), 19)


@pytest.mark.slow
def test_a_failed_task_tells_the_administrators_what_where_and_what_to_do(tmp_path: Path) -> None:
    instance = Instance(tmp_path / "nha")
    instance.export_drop.mkdir(parents=True)
    instance.settings_file.write_text("mail_mode: live\nrehearsal: true\n", encoding="utf-8")
    (instance.export_drop / "hong.csv").write_bytes(b"khong;phai\n1;2\n")
    with MailSink(tmp_path / "thu") as sink:
        connection = {
            "conn_type": "smtp", "host": "127.0.0.1", "port": sink.port,
            "extra": {"security": "none", "sender": "cchc@sonoivu.angiang.example"},
        }  # fmt: skip
        environment = {"AIRFLOW_CONN_CCHC_SMTP": json.dumps(connection)}
        run = run_dag(instance, "thu_thap_so_lieu", WHEN, {}, environment)
        received = list(sink.received)
    assert received, run.log[-3000:]
    alarms = [
        (one, email.message_from_bytes(one.path.read_bytes(), policy=policy.default))
        for one in received
        if one.recipients == Department.load().failure_recipients
    ]
    by_subject = {str(message["Subject"]): message for _, message in alarms}
    (subject,) = [one for one in by_subject if "Nhận" in one or "nhận" in one]
    assert "Thu thập số liệu" in subject
    body = by_subject[subject].get_body(("plain",))
    assert body is not None
    text = body.get_content()
    for words in ("hong.csv", "Lượt chạy", "bị hỏng"):
        assert words in text
