"""A task that fails in a real Dag run: the administrators get its mail from a real server."""

from __future__ import annotations

import email
import json
from datetime import date
from email import policy
from pathlib import Path

import pytest
from tests.dags.processes import DagRunResult, run_dag

from cchc.backups import Shelf
from cchc.clock import at
from cchc.identity import open_store
from cchc.mail.department import Department
from cchc.paths import Instance
from cchc_rehearsal.sink import MailSink

WHEN = at(date(2026, 3, 14), 19)


def alarms(instance: Instance, dag: str, folder: Path) -> tuple[DagRunResult, dict[str, str]]:
    """A run of a Dag with a mail server; the plain texts of what the administrators got, by subject."""
    instance.settings_file.write_text("mail_mode: live\nrehearsal: true\n", encoding="utf-8")
    with MailSink(folder / "thu") as sink:
        connection = {
            "conn_type": "smtp", "host": "127.0.0.1", "port": sink.port,
            "extra": {"security": "none", "sender": "cchc@sonoivu.angiang.example"},
        }  # fmt: skip
        run = run_dag(instance, dag, WHEN, {}, {"AIRFLOW_CONN_CCHC_SMTP": json.dumps(connection)})
        received = list(sink.received)
    found = {}
    for one in received:
        if one.recipients == Department.load().failure_recipients:
            message = email.message_from_bytes(one.path.read_bytes(), policy=policy.default)
            body = message.get_body(("plain",))
            assert body is not None
            found[str(message["Subject"])] = body.get_content()
    assert found, run.log[-3000:]
    return run, found


@pytest.mark.slow
def test_damage_that_the_daily_audit_finds_is_told_to_the_administrators(tmp_path: Path) -> None:
    instance = Instance(tmp_path / "nha")
    store = open_store(instance, WHEN)
    with store.write() as tx:  # past the chain, by hand
        tx.connection.exec_driver_sql("INSERT INTO mail_turns VALUES ('smtp', 1)")
    store.close()
    run, told = alarms(instance, "bao_tri", tmp_path)
    assert run.tasks["sao_luu"] == {None: "failed"}
    ((subject, text),) = told.items()
    assert "Bảo trì" in subject
    for words in ("mail_turns", "được thêm thẳng vào cơ sở dữ liệu", "Việc cần làm", "bộ đã chứng thực"):
        assert words in text
    (note,) = Shelf.of(instance).notes()
    assert not note.proven, "a set is taken all the same"


@pytest.mark.slow
def test_a_failed_task_tells_the_administrators_what_where_and_what_to_do(tmp_path: Path) -> None:
    instance = Instance(tmp_path / "nha")
    instance.export_drop.mkdir(parents=True)
    (instance.export_drop / "hong.csv").write_bytes(b"khong;phai\n1;2\n")
    _, told = alarms(instance, "thu_thap_so_lieu", tmp_path)
    (subject,) = [one for one in told if "Nhận" in one or "nhận" in one]
    assert "Thu thập số liệu" in subject
    for words in ("hong.csv", "Lượt chạy", "bị hỏng"):
        assert words in told[subject]
