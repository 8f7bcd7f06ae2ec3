"""The forms under Quản trị > Kết nối, asked of Airflow's own API as its pages ask, and the button Test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.sources.web.scripted_server import Reply, ScriptedServer, Seen

from cchc.airflow_env import airflow_environment, password_file
from cchc.paths import PROJECT_ROOT, Instance
from cchc_rehearsal.dovecot import PASSWORD, Dovecot
from cchc_rehearsal.sink import MailSink

PROGRAM = """
import json, sys
from airflow.utils.db import initdb
initdb()
from airflow.api_fastapi.app import create_app
from fastapi.testclient import TestClient

user, password, bodies = json.loads(sys.stdin.read())
answers = {}
with TestClient(create_app(), base_url="http://testserver") as client:
    token = client.post("/auth/token", json={"username": user, "password": password}).json()["access_token"]
    client.headers["Authorization"] = f"Bearer {token}"
    answers["forms"] = client.get("/ui/connections/hook_meta").json()
    answers["tests"] = [client.post("/api/v2/connections/test", json=body).json() for body in bodies]
    client.post("/api/v2/connections", json=bodies[0])
    answers["shown"] = client.get("/api/v2/connections/" + bodies[0]["connection_id"]).json()
print(json.dumps(answers))
"""
SECRET = "ma-tuyet-mat-51f0"


def body(conn_type: str, extra: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    return {
        "connection_id": f"thu_{conn_type}",
        "conn_type": conn_type,
        "extra": json.dumps(extra or {}),
    } | fields


@pytest.fixture(scope="module")
def metadata(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The metadata that an installation of this checkout has, made by setuptools from pyproject.toml.

    What is installed in the environment of the tests may be older than the checkout.
    """
    folder = tmp_path_factory.mktemp("metadata")
    subprocess.run(
        [sys.executable, "-c", "import setuptools; setuptools.setup()", "-q", "egg_info", "--egg-base", str(folder)],
        cwd=PROJECT_ROOT, check=True, capture_output=True,
    )  # fmt: skip
    return folder


def guarded(seen: Seen, _number: int) -> Reply:
    return Reply(b"{}") if seen.headers.get("X-Api-Key") == SECRET else Reply(status=401)


@pytest.fixture(scope="module")
def answers(
    metadata: Path, dovecot: Dovecot, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Any]]:
    """What Airflow's API says to an administrator of a fresh installation."""
    instance = Instance(tmp_path_factory.mktemp("ket-noi"))
    environment = os.environ | airflow_environment(instance)
    environment["PYTHONPATH"] = os.pathsep.join([str(metadata), *map(str, sys.path)])
    passwords = json.loads(password_file(instance).read_text(encoding="utf-8"))
    box = dovecot.account()
    source = {"header": "X-Api-Key", "plain_http": True, "test_path": "/api/thu"}
    with ScriptedServer(guarded).running() as server, MailSink(instance.mail_sink) as sink:
        bodies = [
            body("cchc_one_stop", source, host=server.address, password=SECRET),
            body("cchc_doc_management", source, host=server.address, password="sai"),
            body("cchc_one_stop", {}, host=server.address, password=SECRET),
            body("cchc_store", {"engine": "sqlite"}, host=str(instance.root / "so-cai.db")),
            body("cchc_store", {"engine": "postgresql"}, host="127.0.0.1", port=1, schema="cchc", password=SECRET),
            body("cchc_smtp", {"security": "none", "sender": "a@so.example"}, host="127.0.0.1", port=sink.port),
            body("cchc_imap", {"ca_file": str(box.cert_file)}, host="127.0.0.1", port=box.tls_port, login=box.user,
                 password=PASSWORD),
            body("cchc_imap", {"ca_file": str(box.cert_file)}, host="127.0.0.1", port=box.tls_port, login=box.user,
                 password=SECRET),
            body("cchc_imap", {"timeout_seconds": "lâu"}, host="127.0.0.1", login=box.user, password=SECRET),
        ]  # fmt: skip
        asked = json.dumps(["quan-tri", passwords["quan-tri"], bodies])
        run = subprocess.run(
            [sys.executable, "-c", PROGRAM], env=environment, input=asked, capture_output=True, text=True,
            cwd=PROJECT_ROOT, timeout=200, check=False,
        )  # fmt: skip
        assert run.returncode == 0, run.stderr
        assert SECRET not in run.stderr + run.stdout
        yield json.loads(run.stdout.splitlines()[-1]) | {"paths": [seen.path for seen in server.seen]}


def form(answers: dict[str, Any], conn_type: str) -> dict[str, Any]:
    [found] = [one for one in answers["forms"] if one["connection_type"] == conn_type]
    return dict(found)


pytestmark = pytest.mark.slow


@pytest.mark.parametrize("conn_type", ["cchc_one_stop", "cchc_doc_management"])
def test_a_source_is_entered_in_a_vietnamese_form(answers: dict[str, Any], conn_type: str) -> None:
    found = form(answers, conn_type)
    standard = found["standard_fields"]
    assert found["hook_name"].startswith("CCHC: phần mềm ")
    assert standard["host"]["title"] == "Địa chỉ máy chủ"
    assert standard["host"]["placeholder"].startswith("https://")
    assert standard["password"]["title"] == "Mật khẩu hoặc mã truy cập (token)"
    assert standard["url_schema"]["hidden"] is True
    extra = found["extra_fields"]
    assert list(extra) == ["header", "ca_file", "plain_http", "test_path"]
    assert extra["plain_http"]["schema"]["type"] == ["boolean", "null"]
    assert all(one["schema"]["title"] and one["description"] for one in extra.values())


def test_the_store_and_the_mail_server_have_forms_too(answers: dict[str, Any]) -> None:
    store, smtp = form(answers, "cchc_store"), form(answers, "cchc_smtp")
    assert store["extra_fields"]["engine"]["schema"]["enum"] == ["postgresql", "sqlite"]
    assert smtp["extra_fields"]["security"]["schema"]["enum"] == ["starttls", "tls", "none"]
    assert list(smtp["extra_fields"]) == ["security", "sender", "ca_file"]


def test_the_mailbox_is_entered_in_a_form_of_its_own(answers: dict[str, Any]) -> None:
    found = form(answers, "cchc_imap")
    assert found["hook_name"] == "CCHC: hộp thư nhận báo cáo"
    assert found["standard_fields"]["host"]["title"] == "Máy chủ hộp thư (IMAP)"
    assert found["extra_fields"]["security"]["schema"]["enum"] == ["tls", "starttls", "none"]
    assert list(found["extra_fields"]) == [
        "security", "ca_file", "folder", "done_folder", "review_folder", "authserv_id", "timeout_seconds",
        "message_seconds", "session_seconds", "message_mb", "most_messages",
    ]  # fmt: skip


def test_the_button_test_tells_in_vietnamese_whether_it_works(answers: dict[str, Any]) -> None:
    told = [(one["status"], one["message"]) for one in answers["tests"]]
    assert [status for status, _ in told] == [
        True, False, False, True, False, True, True, False, False,
    ]  # fmt: skip
    for (_, message), words in zip(
        told,
        [
            "mã 200",
            "401",
            "Cho phép http",
            "Mở được sổ cái",
            "Không mở được sổ cái",
            "nhận địa chỉ gửi",
            "Da-xu-ly",
            "đăng nhập",
            "Ghi một số nguyên từ 1 đến 600",
        ],
        strict=True,
    ):
        assert words in message
    assert answers["paths"] == ["/api/thu", "/api/thu"], "the refused http address was never called"


def test_a_saved_secret_is_not_shown_again(answers: dict[str, Any]) -> None:
    assert answers["shown"]["conn_type"] == "cchc_one_stop"
    assert answers["shown"]["password"] == "***"
    assert SECRET not in json.dumps(answers)
