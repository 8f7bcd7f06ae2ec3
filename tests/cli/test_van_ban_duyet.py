"""`./cchc van-ban phe-duyet`: signs in to Airflow's API, answers the form of the draft, says why when it may not."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import httpx
import pytest
from tests.documents.test_handing_out import ROUND, run
from tests.support.waiting_draft import form_of, put_up
from typer.testing import CliRunner

from cchc.cli.program import app
from cchc.run import Run

__all__ = ["run"]
WORDS = ["van-ban", "phe-duyet", ROUND, "--tai-khoan", "lanh-dao"]
NUMBER = ["--so", "12", "--ky-hieu", "BC-UBND", "--ngay", "23/03/2026"]


class ServedAirflow:
    """What Airflow's API answers, and what it was told."""

    def __init__(self, ids: list[str]) -> None:
        self.ids, self.told, self.status = ids, list[Any](), 200

    def __call__(self, request: httpx.Request) -> httpx.Response:
        form, path = form_of(self.ids), request.url.path
        if path == "/auth/token":
            right = json.loads(request.content)["password"] == "dung"
            return httpx.Response(201 if right else 401, json={"access_token": "ve"} if right else {})
        assert request.headers["authorization"] == "Bearer ve"
        if request.method == "PATCH":
            self.told.append((path, json.loads(request.content)))
            return httpx.Response(self.status, json={})
        if path.endswith("hitlDetails"):
            task: dict[str, Any] = {"dag_id": form.dag_id, "dag_run_id": form.run_id, "task_id": form.task_id}
            task |= {"map_index": -1, "state": "awaiting_input"}
            return httpx.Response(200, json={"hitl_details": [{"task_instance": task}]})
        return httpx.Response(200, json={"value": self.ids})


@pytest.fixture
def served(run: Run, monkeypatch: pytest.MonkeyPatch) -> ServedAirflow:
    monkeypatch.setenv("CCHC_HOME", str(run.instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", run.store.url)
    monkeypatch.setattr("cchc.clock.now", lambda: run.as_of)
    found = ServedAirflow(put_up(run))
    monkeypatch.setattr(httpx, "Client", partial(httpx.Client, transport=httpx.MockTransport(found)))
    return found


def said(*words: str, password: str = "dung") -> Any:
    return CliRunner().invoke(app, [*WORDS, *words], input=f"{password}\n")


def test_the_form_of_the_draft_is_answered_with_what_was_given(served: ServedAirflow) -> None:
    done = said(*NUMBER)
    assert done.exit_code == 0, (done.output, done.exception)
    assert "du-thao-1.docx" in done.output and "Đã trả lời biểu mẫu phê duyệt: Phê duyệt" in done.output
    ((path, body),) = served.told
    assert path == "/api/v2/dags/chot_dot_bao_cao/dagRuns/lan-1/taskInstances/phe_duyet/-1/hitlDetails"
    assert body["chosen_options"] == ["Phê duyệt"] and body["params_input"]["ngay"] == "2026-03-23"
    said("--tra-lai", "Nêu rõ xã nào thiếu")
    assert served.told[-1][1]["chosen_options"] == ["Trả lại"]


@pytest.mark.parametrize(
    ("words", "password", "status", "answer"),
    [
        (NUMBER, "sai", 200, "sai tài khoản, mật khẩu"),
        ([], "dung", 200, "Chưa đủ thông tin"),
        (NUMBER, "dung", 409, "đã có người trả lời"),
        ([*NUMBER, "--ve", "ke_hoach"], "dung", 200, "không có dự thảo nào chờ"),
    ],
)
def test_what_is_refused_is_said_in_words(
    served: ServedAirflow, words: list[str], password: str, status: int, answer: str
) -> None:
    served.status = status
    done = said(*words, password=password)
    assert done.exit_code != 0 and answer in f"{done.output}{done.exception}", (done.output, done.exception)
    assert status == 409 or served.told == []
