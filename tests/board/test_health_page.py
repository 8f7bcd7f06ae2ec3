"""Page 'Sức khỏe' on the board, and the one word that a monitor gets without a login."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi import HTTPException
from fastapi.testclient import TestClient
from tests.board.samples import GOOD, Province

from cchc.paths import Instance
from cchc.watching import State
from cchc_board.airflow_side import AirflowSide
from cchc_board.app import create_app
from cchc_board.health.health_page import Pulse

RUNNING = dict.fromkeys(("metadatabase", "scheduler", "dag_processor", "triggerer"), "healthy")


def refuse() -> None:
    raise HTTPException(status_code=401)


def client(signed_in: bool = True, **parts: str | None) -> TestClient:
    guard: Callable[[], None] = (lambda: None) if signed_in else refuse
    airflow = AirflowSide(parts=lambda: RUNNING | parts)
    return TestClient(create_app(guard, lambda url: f"/auth/login?next={url}", airflow=airflow))


def test_the_page_tells_what_is_wrong_the_worst_first_with_what_to_do(province: Province) -> None:
    html = client(scheduler="unhealthy").get("/suc-khoe").text
    assert html.index("không chạy: scheduler") < html.index("chưa có bản sao lưu nào")
    for words in ("docker compose", "sao-luu", "Sổ cái", "đọc được", "./cchc suc-khoe"):
        assert words in html
    assert "/suc-khoe" in client().get("/").text, "found from the first page"


def test_a_stranger_learns_one_word_and_sees_no_page(province: Province) -> None:
    stranger = client(signed_in=False, scheduler="unhealthy")
    assert stranger.get("/suc-khoe").status_code == 401
    answer = stranger.get("/suc-khoe.json")
    assert (answer.status_code, answer.json()) == (503, {"status": "broken"})
    assert GOOD not in answer.text and answer.headers["cache-control"] == "no-store"
    assert stranger.post("/suc-khoe.json").status_code == 405


def test_an_installation_before_its_first_round_answers_and_makes_no_store(instance: Instance) -> None:
    assert client(signed_in=False).get("/suc-khoe.json").json() == {"status": "look"}
    assert client().get("/suc-khoe").status_code == 200
    assert not instance.root.exists()


def test_a_store_that_is_down_is_a_line_and_no_failure(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance.root.mkdir(parents=True)
    monkeypatch.setenv("CCHC_STORE_URL", "postgresql+psycopg://cchc:mat-khau@127.0.0.1:1/cchc")
    page = client().get("/suc-khoe")
    assert page.status_code == 200 and "không xem được" in page.text and "mat-khau" not in page.text
    assert client(signed_in=False).get("/suc-khoe.json").status_code == 503


def test_a_configuration_that_cannot_be_read_tells_strangers_nothing_of_it(province: Province) -> None:
    instance = province.instance
    instance.root.mkdir(parents=True, exist_ok=True)
    instance.settings_file.write_text("mat_khau: bi-mat\n", encoding="utf-8")
    answer = client(signed_in=False).get("/suc-khoe.json")
    assert (answer.status_code, answer.json()) == (503, {"status": "broken"})


def test_however_often_strangers_ask_the_store_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    moment, looks = [100.0], []
    monkeypatch.setattr("cchc_board.health.health_page.time.monotonic", lambda: moment[0])

    def look() -> State:
        looks.append(moment[0])
        return State.LOOK

    pulse = Pulse(look)
    assert {pulse.state() for _ in range(50)} == {State.LOOK} and len(looks) == 1
    moment[0] += 31
    pulse.state()
    assert len(looks) == 2
