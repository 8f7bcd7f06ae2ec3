"""Page 'Phê duyệt': the draft is read, and the decision answers the very form that waits in Airflow."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.board.test_acts import KEY, NOW, OWN, moment, told
from tests.support.signed import pdf_of
from tests.support.waiting_draft import DRAFTED, form_of, put_up

from cchc.documents.decision_form import DecisionForm, refusal
from cchc.documents.page_pictures import FOLDER
from cchc.documents.registry import document
from cchc.obligations import RoundLedger
from cchc.paths import Instance
from cchc.run import Run
from cchc.store import Store
from cchc_board.actors import Actor, Right
from cchc_board.airflow_side import AirflowSide
from cchc_board.app import create_app
from cchc_board.genuine import new_token

__all__ = ["moment"]
PAGE = "/phe-duyet/2026-Q1"
APPROVE = {"viec": "phe_duyet", "ve": "", "so": "12", "ky-hieu": "BC-UBND", "ngay": "23/03/2026"}
LEADER = Actor("lanh-dao", frozenset(Right), account="lanh-dao", user="the very user")


class FormsOfAirflow:
    """Forms that wait, and what was answered."""

    def __init__(self) -> None:
        self.waiting: list[DecisionForm] = []
        self.answers: list[tuple[DecisionForm, Any, str, Mapping[str, str | None]]] = []
        self.status = 200

    def forms(self) -> Sequence[DecisionForm]:
        return self.waiting

    def answer(self, form: DecisionForm, user: Any, option: str, typed: Mapping[str, str | None]) -> None:
        if self.status != 200:
            raise refusal(self.status)
        self.answers.append((form, user, option, typed))
        self.waiting = []


@pytest.fixture
def airflow() -> FormsOfAirflow:
    return FormsOfAirflow()


@pytest.fixture
def run(store: Store, instance: Instance, moment: Any, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("CCHC_HOME", str(instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", store.url)
    run = Run(store, instance, NOW, "2026-Q1")
    RoundLedger(store).open(run.round, DRAFTED, "thu")
    return run


@pytest.fixture
def ids(run: Run, airflow: FormsOfAirflow) -> list[str]:
    found = put_up(run, pdf_of("Báo cáo quý I"))
    airflow.waiting = [form_of(found)]
    return found


def browser(airflow: FormsOfAirflow, actor: Actor = LEADER) -> TestClient:
    side = AirflowSide(forms=airflow.forms, answer=airflow.answer)
    app = create_app(lambda: None, str, lambda: actor, KEY, airflow=side)
    return TestClient(app, follow_redirects=False)


def page(client: TestClient, address: str = PAGE) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return html.unescape(answer.text)


def post(client: TestClient, ids: list[str], who: str = "lanh-dao", **fields: Any) -> Any:
    given = {"ma": new_token(KEY, who, NOW), "da-xem": ids} | APPROVE | fields
    return client.post(PAGE, data=given, headers=OWN)


def test_the_draft_is_found_from_today_and_read_with_what_must_be_known(
    ids: list[str], airflow: FormsOfAirflow
) -> None:
    leader = browser(airflow)
    assert f'href="{PAGE}"' in leader.get("/").text and f'href="{PAGE}"' in leader.get("/dot/2026-Q1").text
    shown = page(leader)
    assert "Dự thảo lần 1" in shown and "Báo cáo (dự thảo)" in shown and "Không có số liệu đến sau" in shown
    assert sorted(re.findall(r'name="da-xem" value="([^"]+)"', shown)) == sorted(ids)
    assert "/dot/2026-Q1/loi-cua-so" in shown and "/dot/2026-Q1/doi-soat" in shown
    assert "/dags/chot_dot_bao_cao/runs/lan-1/tasks/phe_duyet/required_actions" in shown
    assert "Bộ Nội vụ: 1 hộp thư" in shown and "UBND các xã, phường, đặc khu: 102 hộp thư" in shown


def test_an_approval_answers_the_form_as_the_same_user_once(ids: list[str], airflow: FormsOfAirflow) -> None:
    leader, (form,) = browser(airflow), airflow.waiting
    assert "Đã trả lời biểu mẫu phê duyệt: Phê duyệt" in told(leader, post(leader, ids))
    typed = {"so": "12", "ky_hieu": "BC-UBND", "ngay": "2026-03-23", "nhan_xet": None}
    assert airflow.answers == [(form, "the very user", "Phê duyệt", typed)]
    again = post(leader, ids)
    assert again.status_code == 422 and "không có biểu mẫu" in html.unescape(again.text).lower()
    assert len(airflow.answers) == 1


def test_a_return_says_why_and_without_a_reason_nothing_is_answered(
    ids: list[str], airflow: FormsOfAirflow
) -> None:
    leader = browser(airflow)
    assert post(leader, ids, viec="tra_lai").status_code == 422
    assert airflow.answers == []
    post(leader, ids, viec="tra_lai", **{"nhan-xet": "Mục 2:\nnêu rõ xã nào thiếu"})
    ((_, _, option, typed),) = airflow.answers
    assert option == "Trả lại" and typed["nhan_xet"] == "Mục 2:\nnêu rõ xã nào thiếu" and not typed["so"]


def test_what_is_wrong_is_said_and_stays_typed_and_nothing_is_answered(
    ids: list[str], airflow: FormsOfAirflow
) -> None:
    leader = browser(airflow)
    refused = post(leader, ids, so="mười hai")
    assert refused.status_code == 422 and 'value="mười hai"' in html.unescape(refused.text)
    assert "không còn là dự thảo" in post(leader, ids[:1]).text
    stranger = browser(airflow, Actor("van-hanh", frozenset(Right), account="van-hanh"))
    assert post(stranger, ids, "van-hanh").status_code == 422
    airflow.status = 409
    assert "đã có người trả lời" in html.unescape(post(leader, ids).text)
    assert airflow.answers == []


def test_who_may_not_decide_sees_no_form_and_is_refused(ids: list[str], airflow: FormsOfAirflow) -> None:
    for rights in ({Right.OPERATE}, frozenset(Right)):  # who may answer forms is not asked by each of them
        operator = browser(airflow, Actor("an", frozenset(rights), account="an"))
        shown = page(operator)
        assert 'value="phe_duyet"' not in shown and "việc của người nêu trên" in shown
    operator = browser(airflow, Actor("an", frozenset({Right.OPERATE}), account="an"))
    assert post(operator, ids, "an").status_code == 403
    assert airflow.answers == []


def test_a_day_gone_by_and_a_draft_without_a_form_offer_nothing_to_press(
    ids: list[str], airflow: FormsOfAirflow
) -> None:
    leader = browser(airflow)
    assert 'method="post"' not in page(leader, f"{PAGE}?ngay=19/03/2026")
    assert leader.get(f"{PAGE}?ngay=18/03/2026").status_code == 404, "the round was not open"
    airflow.waiting = []
    shown = page(leader)
    assert 'method="post"' not in shown and "Không có biểu mẫu phê duyệt nào" in shown
    airflow.waiting = [form_of(ids[:1])]  # of the draft before it was edited
    shown = page(leader)
    assert 'method="post"' not in shown and "/tasks/phe_duyet/required_actions" in shown


def test_pages_of_the_draft_are_pictures_made_once_and_nothing_else_is_drawn(
    run: Run, ids: list[str], airflow: FormsOfAirflow
) -> None:
    leader = browser(airflow)
    (address,) = re.findall(r'<img src="([^"]+)"', page(leader))
    first = leader.get(address)
    assert first.headers["content-type"] == "image/png" and first.content.startswith(b"\x89PNG")
    (kept,) = (run.instance.data / FOLDER).rglob("*.png")
    kept.write_bytes(b"\x89PNG as it was made")
    assert leader.get(address).content == b"\x89PNG as it was made"
    report = document(run.store, ids[0])
    assert report is not None
    base = address.rsplit("/", 2)[0]
    for wrong in ("2.png", "0.png", "x.png"):
        assert leader.get(f"{address.rsplit('/', 1)[0]}/{wrong}").status_code == 404
    assert leader.get(f"{base}/{report.file_sha256}/1.png").status_code == 404
    assert leader.get(address.replace("2026-Q1", "2026-6T")).status_code == 404
