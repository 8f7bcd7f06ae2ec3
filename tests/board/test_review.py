"""'Cần xem lại' on the page 'Hôm nay': listed, read again or left by a person, with name and reason."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.board.samples import ATTACK, Province
from tests.board.test_acts import NOW, client, moment, operator, post, told

from cchc.run import Run
from cchc.submissions.arrivals import Channel
from cchc.submissions.set_aside import SetAside, put, waiting

__all__ = ["moment", "operator"]  # fixtures


@pytest.fixture
def two(province: Province) -> list[SetAside]:
    """A file that broke its reader and a mail that nobody answers."""
    file = SetAside(
        Channel.FOLDER, f"2026-Q1/{ATTACK}", ATTACK, "hop-nhan/_can-xem-lai/x", NOW, "Đọc quá lâu."
    )
    mail = SetAside(
        Channel.MAILBOX, "hop-thu/7/1", "Thư nhận lúc 9 giờ", "Can-xem-lai", NOW, "Thư của cán bộ Sở."
    )
    put(Run(province.store, province.instance, NOW), [file, mail])
    return [file, mail]


def test_what_waits_is_listed_and_its_name_is_never_run(operator: TestClient, two: list[SetAside]) -> None:
    page = operator.get("/").text
    assert ATTACK not in page
    for one in two:
        assert f'value="{one.item_id}"' in page
        assert one.reason in page


@pytest.mark.parametrize(
    ("act", "left", "said"), [("doc_lai", 2, "sẽ được đọc lại"), ("bo_qua", 0, "Đã bỏ qua mục")]
)
def test_a_person_acts_on_several_at_once_under_the_own_name(
    province: Province, operator: TestClient, two: list[SetAside], act: str, left: int, said: str
) -> None:
    fields: dict[str, Any] = {"viec": act, "muc": [one.item_id for one in two], "noi-dung": "đã xem"}
    page = told(operator, post(operator, fields))
    assert page.count(said) >= 2
    assert len(waiting(province.store)) == left
    for one in two:
        steps = province.store.query("submissions.set_aside_steps", item_id=one.item_id)
        assert (steps[-1]["actor"], steps[-1]["reason"]) == ("an", "đã xem")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"viec": "doc_lai", "noi-dung": "x"}, "Chưa chọn mục"),
        ({"viec": "doc_lai", "muc": "khong-co", "noi-dung": "x"}, "Không có mục khong-co"),
        ({"viec": "bo_qua", "muc": "ITEM", "noi-dung": " "}, "Chưa ghi nội dung hoặc lý do"),
    ],
)
def test_what_cannot_be_done_is_told_and_nothing_is_recorded(
    province: Province, operator: TestClient, two: list[SetAside], fields: dict[str, str], said: str
) -> None:
    given = {name: two[0].item_id if value == "ITEM" else value for name, value in fields.items()}
    answer = post(operator, given)
    assert answer.status_code == 422
    assert said in answer.text
    assert [one.wanted for one in waiting(province.store)] == [False, False]


def test_whoever_may_only_look_sees_no_form(province: Province, moment: Any, two: list[SetAside]) -> None:
    page = client(lambda: None).get("/").text
    assert two[0].item_id in page
    assert "checkbox" not in page
