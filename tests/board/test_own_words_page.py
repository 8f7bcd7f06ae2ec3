"""Page 'Lời của Sở': an official writes a section of the report; who, when, and what the claim checker finds."""

from __future__ import annotations

import html
from typing import Any

from fastapi.testclient import TestClient
from tests.board.samples import ATTACK, ROUND, Province
from tests.board.test_acts import KEY, NOW, OWN, client, moment, operator, told

from cchc.clock import END
from cchc.documents.own_words import words_of
from cchc.run import Run
from cchc_board.genuine import new_token

__all__ = ["moment", "operator"]
PAGE = f"/dot/{ROUND}/loi-cua-so"
WRONG = "Toàn tỉnh đã giải quyết đúng hạn 90/100 hồ sơ (đạt 95%)."


def post(browser: TestClient, section: str, text: str, who: str = "an", **headers: str) -> Any:
    fields = {"ma": new_token(KEY, who, NOW), "muc": section, "loi": text}
    return browser.post(PAGE, data=fields, headers=OWN | headers)


def kept(province: Province) -> dict[str, tuple[str, str]]:
    found = words_of(Run(province.store, province.instance, NOW, ROUND), END)
    return {code: (one.text, one.actor) for code, one in found.items()}


def test_what_is_written_is_kept_under_the_login_shown_and_withdrawn_when_it_is_emptied(
    province: Province, operator: TestClient
) -> None:
    assert PAGE in operator.get(f"/dot/{ROUND}").text
    page = told(operator, post(operator, "noi_bat", f"{WRONG}\r\n\r\n{ATTACK}"))
    assert (
        "đã lưu lời mới" in page and "an viết trên bảng theo dõi, 10:00 20/03/2026" in page and "95%" in page
    )
    assert ATTACK not in operator.get(PAGE).text and html.escape(ATTACK) in operator.get(PAGE).text
    assert kept(province) == {"noi_bat": (f"{WRONG}\n{ATTACK}", "an")}
    assert "không có gì thay đổi" in told(operator, post(operator, "noi_bat", f"{WRONG}\n{ATTACK}"))
    assert "đã rút lời" in told(operator, post(operator, "noi_bat", " "))
    assert kept(province) == {}


def test_nobody_else_and_no_other_page_writes_and_what_is_refused_stays_in_its_box(
    province: Province, operator: TestClient
) -> None:
    viewer = client(lambda: None)
    assert "<textarea" not in viewer.get(PAGE).text
    refused = [
        post(viewer, "noi_bat", "a"),
        post(operator, "noi_bat", "a", who="binh"),
        post(operator, "noi_bat", "a", Origin="http://evil.example"),
    ]
    assert [one.status_code for one in refused] == [403] * len(refused)
    long = post(operator, "noi_bat", "a" * 8001)
    assert long.status_code == 422 and "tối đa 8000" in long.text and "a" * 8001 in long.text
    assert post(operator, "muc_la", "a").status_code == 422
    assert operator.get("/dot/2026-KT/loi-cua-so").status_code == 404, "a round that is not open"
    assert kept(province) == {}
