"""Page 'Lời của Sở': an official writes a section of the report; who, when, and what the claim checker finds."""

from __future__ import annotations

import html
import re
from typing import Any

from fastapi.testclient import TestClient
from tests.board.samples import ATTACK, ROUND, Province
from tests.board.test_acts import KEY, NOW, OWN, client, moment, operator, told

from cchc.clock import END, at
from cchc.documents.own_words import words_of
from cchc.obligations import RoundEvent, RoundEventKind
from cchc.run import Run
from cchc_board.genuine import new_token

__all__ = ["moment", "operator"]
PAGE = f"/dot/{ROUND}/loi-cua-so"
WRONG = "Toàn tỉnh đã giải quyết đúng hạn 90/100 hồ sơ (đạt 95%)."


def post(browser: TestClient, section: str, text: str, who: str = "an", **headers: str) -> Any:
    return save(browser, {f"loi-{section}": text}, who, **headers)


def save(browser: TestClient, boxes: dict[str, str], who: str = "an", **headers: str) -> Any:
    """Press the button of a page opened now; what is not in `boxes` stays as it is shown."""
    return press(browser, opened(browser), boxes, who, **headers)


def opened(browser: TestClient) -> dict[str, str]:
    """What a browser would send of the page as it is now."""
    page = browser.get(PAGE).text
    marks = re.findall(r'name="(truoc-[^"]+)" value="([^"]*)"', page)
    boxes = re.findall(r'<textarea name="(loi-[^"]+)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    return {name: html.unescape(text) for name, text in marks + boxes}


def press(
    browser: TestClient, page: dict[str, str], boxes: dict[str, str], who: str = "an", **headers: str
) -> Any:
    fields = page | boxes | {"viec": "ghi", "ma": new_token(KEY, who, NOW)}
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


def test_all_that_was_typed_is_kept_at_once_and_a_refusal_leaves_it_in_its_boxes(
    province: Province, operator: TestClient
) -> None:
    page = told(operator, save(operator, {"loi-noi_bat": "Một", "loi-danh_gia": "Hai"}))
    assert page.count("đã lưu lời mới") == 2
    assert kept(province) == {"noi_bat": ("Một", "an"), "danh_gia": ("Hai", "an")}
    refused = save(operator, {"loi-noi_bat": "Ba", "loi-danh_gia": "a" * 8001})
    assert refused.status_code == 422 and ">\nBa</textarea>" in refused.text
    assert kept(province)["noi_bat"] == ("Một", "an"), "all or nothing"


def test_of_two_with_the_page_open_the_second_wipes_out_nothing_that_he_did_not_see(
    province: Province, operator: TestClient
) -> None:
    told(operator, save(operator, {"loi-noi_bat": "Cũ", "loi-danh_gia": "Cũ"}))
    mine = opened(operator)
    told(operator, save(operator, {"loi-noi_bat": "Của Bình"}))
    refused = press(operator, mine, {"loi-noi_bat": "Của An"})
    text = html.unescape(refused.text)
    assert refused.status_code == 422 and "vừa có người khác ghi lời" in text
    assert "Đang lưu: Của Bình" in text and ">\nCủa An</textarea>" in text
    assert kept(province)["noi_bat"] == ("Của Bình", "an")
    told(operator, press(operator, mine, {"loi-danh_gia": "Mới"}))
    assert kept(province) == {"noi_bat": ("Của Bình", "an"), "danh_gia": ("Mới", "an")}


def test_the_page_of_an_issued_report_says_so_before_its_boxes(
    province: Province, operator: TestClient
) -> None:
    assert "không đổi bản ấy" not in html.unescape(operator.get(PAGE).text)
    when = at(NOW.date(), 9)
    detail = {"number": "45", "symbol": "BC-UBND", "issued_on": "2026-03-19", "documents": []}
    province.rounds.record(
        RoundEvent(ROUND, RoundEventKind.issued, when, when, "Trưởng phòng", detail=detail)
    )
    page = html.unescape(operator.get(PAGE).text)
    assert "đã phát hành (45/BC-UBND, 19/03/2026)" in page
    assert page.index("không đổi bản ấy") < page.index("<textarea")
    saved = told(operator, post(operator, "noi_bat", "Thêm"))
    assert "không đổi bản ấy" in saved and "Lời vào dự thảo lập lần sau của" not in saved
