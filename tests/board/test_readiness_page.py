"""Page 'Việc cần làm trước khi chạy thật' on the board, and what it tells of a round that nobody opened."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from tests.board.samples import Province

from cchc.clock import at
from cchc.config_files import make_own
from cchc.paths import PROJECT_ROOT, Instance
from cchc.texts import table
from cchc.year import Calendar
from cchc_board.airflow_side import AirflowSide
from cchc_board.app import create_app
from cchc_board.rounds.standing import OPENED_BY, standing


def browser(*connections: str) -> TestClient:
    return TestClient(
        create_app(
            lambda: None,
            lambda url: f"/auth/login?next={url}",
            airflow=AirflowSide(connections=lambda: dict.fromkeys(connections, "")),
        )
    )


@pytest.mark.slow  # asks the program whether the files are sound
def test_the_page_tells_what_is_left_with_what_to_do(province: Province) -> None:
    html = browser().get("/viec-can-lam").text
    for words in (
        "cấu hình mẫu include/config",
        "cchc_smtp",
        "base_url",
        "./cchc khoi-tao",
        "bắt buộc",
        "nên làm",
    ):
        assert words in html, words
    assert "cchc_smtp" not in browser("cchc_smtp").get("/viec-can-lam").text


@pytest.mark.slow
def test_what_an_installation_has_done_is_left_no_more(instance: Instance, tmp_path: Path) -> None:
    own = make_own(tmp_path / "cau-hinh-rieng")
    instance.root.mkdir(parents=True, exist_ok=True)
    instance.settings_file.write_text(f"config_folder: {own}\n", encoding="utf-8")
    html = browser().get("/viec-can-lam").text
    assert "cơ quan dùng thư mục cấu hình riêng" in html and str(own) in html


def test_the_page_asks_for_the_login_and_is_found_beside_the_health(
    province: Province, turned_away: object
) -> None:
    assert turned_away(401).get("/viec-can-lam").status_code == 401  # type: ignore[operator]
    assert "/suc-khoe" in browser().get("/").text and "/viec-can-lam" in browser().get("/suc-khoe").text


@pytest.mark.parametrize("kind", ["KH", "Q1", "KT", "CD"])
def test_a_round_that_should_be_open_says_which_dag_opens_it(kind: str) -> None:
    round_ = next(one for one in Calendar.load().rounds(2026) if one.round_id == f"2026-{kind}")
    after = at(date(2027, 1, 8)) if kind == "CD" else at(date(2026, 3, 5))
    told = standing(round_, after, None)
    assert told.code == "overdue"
    dag = OPENED_BY[round_.kind]
    assert all(word in told.detail for word in (dag, f"2026-{kind}", "Khởi chạy", table("board.dags")[dag]))
    assert table("board.dags")[dag] in (PROJECT_ROOT / "dags" / f"{dag}.py").read_text(encoding="utf-8")
