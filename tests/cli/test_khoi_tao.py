"""`./cchc khoi-tao` from the answers of a file to the list of what is left; secrets only in Airflow's connections."""

from __future__ import annotations

import json
import os
import pty
import sqlite3
import sys
from pathlib import Path

import pytest
from tests.support.mailing import Script, Serve
from typer.testing import CliRunner

from cchc import cli
from cchc.cli.airflow_connections import known_connections
from cchc.installing.questions import Answers
from cchc.paths import PROJECT_ROOT, Instance
from cchc_rehearsal.dovecot import LOOPBACK, PASSWORD, ImapAccount

UNITS = "code,name,tier,kind,valid_from,mailboxes\nso-noi-vu,Sở Nội vụ,so,sở,2025-07-01,snv@vinhlong.gov.vn\n"


@pytest.fixture
def given(tmp_path: Path) -> Answers:
    (tmp_path / "ds.csv").write_text(UNITS, encoding="utf-8")
    return {
        "folder": str(tmp_path / "cau-hinh-rieng"),
        "province": "tỉnh Vĩnh Long",
        "phone": "0270 382 1234",
        "mailbox": "cchc@vinhlong.gov.vn",
        "operators": "vanhanh@vinhlong.gov.vn",
        "approver": "lanhdao@vinhlong.gov.vn",
        "units": str(tmp_path / "ds.csv"),
    }


def run(given: Answers, *more: str) -> tuple[int, str]:
    words = [
        "khoi-tao",
        *more,
        *(word for key, value in given.items() for word in ("--dat", f"{key}={value}")),
    ]
    result = CliRunner().invoke(cli.app, words)
    return result.exit_code, result.output + (str(result.exception) if result.exception else "")


def test_every_missing_answer_is_named_at_once_when_nobody_can_be_asked(
    given: Answers, instance: Instance
) -> None:
    for key in ("phone", "mailbox", "operators"):
        del given[key]
    code, told = run(given)
    assert code != 0
    assert all(key in told for key in ("phone", "mailbox", "operators"))
    assert not Path(given["folder"]).exists() and not instance.settings_file.exists()


def test_an_installation_is_made_and_the_page_says_what_is_left(given: Answers, instance: Instance) -> None:
    code, told = run(given)
    assert code == 0, told
    assert "Việc cần làm trước khi chạy thật" in told
    assert "[ ] Máy chủ gửi thư (bắt buộc)" in told and "[x] Địa chỉ, số điện thoại, họ tên mẫu" in told
    assert instance.settings.config_folder == given["folder"]
    again, remaining = run({}, "--viec-con-lai")
    assert again == 0
    assert remaining.strip() in told
    assert CliRunner().invoke(cli.app, ["cau-hinh"]).exit_code == 0


def test_a_server_that_does_not_work_leaves_nothing_behind(
    given: Answers, instance: Instance, serve: Serve
) -> None:
    _, config = serve(Script(mail=["550 no such sender"]))
    server = {"smtp_host": LOOPBACK, "smtp_port": str(config.port), "smtp_security": "none", "smtp_user": ""}
    code, told = run(given | server)
    assert code != 0 and "no such sender" in told
    assert not Path(given["folder"]).exists() and not instance.settings_file.exists()


def test_an_upgrade_of_the_sample_in_force_is_refused(instance: Instance) -> None:
    code, told = run({}, "--nang-cap")
    assert code != 0 and "khoi-tao" in told


def test_a_new_key_of_the_program_is_told_by_the_check_and_by_the_upgrade(
    given: Answers, instance: Instance
) -> None:
    run(given)
    folder = Path(given["folder"])
    base = folder / ".ban-goc" / "mail.yaml"
    for path in (base, folder / "mail.yaml"):  # as if the folder were of a time before this key
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("per_minute: 0\n", ""), encoding="utf-8")
    (folder / "mail.yaml").write_text(
        (folder / "mail.yaml").read_text(encoding="utf-8") + "# của Sở\n", encoding="utf-8"
    )
    told = CliRunner().invoke(cli.app, ["cau-hinh"]).output
    assert "per_minute" in told and "--nang-cap" in told
    _, told = run({}, "--nang-cap")
    assert "per_minute" in told and "--da-xem" in told
    run({}, "--nang-cap", "--da-xem")
    assert "per_minute" not in CliRunner().invoke(cli.app, ["cau-hinh"]).output


@pytest.mark.slow
@pytest.mark.timeout(280)
def test_servers_are_tried_and_their_passwords_stand_encrypted_in_airflow_alone(
    given: Answers, instance: Instance, serve: Serve, account: ImapAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    script, config = serve()
    monkeypatch.setenv("CCHC_IMAP_PASSWORD", PASSWORD)
    servers = {
        "smtp_host": LOOPBACK, "smtp_port": str(config.port), "smtp_security": "none", "smtp_user": "",
        "imap_host": LOOPBACK, "imap_port": str(account.tls_port), "imap_user": account.user,
        "ca_file": str(account.cert_file),
    }  # fmt: skip
    code, told = run(given | servers)
    assert code == 0, told
    assert "[x] Máy chủ gửi thư" in told and "[x] Hộp thư nhận báo cáo" in told
    assert script.greetings == 1 and script.taken == []
    assert known_connections(instance) == {"cchc_imap": "", "cchc_smtp": ""}
    with sqlite3.connect(instance.airflow_home / "airflow.db") as database:
        rows = dict(database.execute("SELECT conn_id, password FROM connection").fetchall())
    assert rows["cchc_imap"] and PASSWORD not in rows["cchc_imap"]
    for folder in (Path(given["folder"]), instance.root):
        for path in folder.rglob("*"):
            if path.is_file():
                assert PASSWORD.encode() not in path.read_bytes(), path


@pytest.mark.slow
def test_a_person_is_asked_question_by_question_and_again_after_a_wrong_answer(
    given: Answers, instance: Instance
) -> None:
    typed = [
        given["folder"], "Vĩnh Long", "tỉnh Vĩnh Long", "", "", given["phone"], given["mailbox"], given["mailbox"],
        given["operators"], given["approver"], "", given["units"], "", "", "", "",
    ]  # fmt: skip
    environment = {**os.environ, "COLUMNS": "300"}
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(PROJECT_ROOT)
        os.execve(sys.executable, [sys.executable, "-m", "cchc.cli", "khoi-tao"], environment)
    os.write(terminal, "".join(f"{line}\n" for line in typed).encode())
    shown = b""
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:  # a terminal whose program has ended
            break
        if not part:
            break
        shown += part
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, shown.decode()
    told = shown.decode()
    assert "phải bắt đầu bằng “tỉnh”" in told and "phải khác" in told
    assert "Việc cần làm trước khi chạy thật" in told
    assert json.dumps(given["folder"])[1:-1] == instance.settings.config_folder
