"""Who may open what on the board, and who may do what there: the expected answers as tables, held against the routes of
the board itself as Airflow serves them behind an address prefix, with Airflow's real login (`tests.dags.board_rights`).

The acts of each page with the right that each asks for are the table of `docs/viec-tren-bang.md`.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.dags.processes import answer_of

from cchc.paths import PROJECT_ROOT, Instance

pytestmark = [pytest.mark.slow, pytest.mark.timeout(290)]

# One of each role; `cb1` operates for one commune, 30301.
LOGINS = ("xem", "van-hanh", "tp1", "lanh-dao", "cb1", "quan-tri")
# Route, an address of it, what it answers to whoever is signed in, to whom it answers otherwise and how, and to whoever
# looks after 30301 alone. 404: the page tells of every unit, or of another's, or there is nothing of it.
LOOKS = """
/                                   | /                                 | 200 |     | 200
/bai-nop/{submission_id:path}       | /bai-nop/khong-co                 | 404 |     | 404
/can-xem-lai/{item_id}              | /can-xem-lai/MUC                  | 200 |     | 404
/cham-diem                          | /cham-diem                        | 200 |     | 200
/cham-diem/{round_id}               | /cham-diem/2026-CD                | 200 |     | 200
/cham-diem/{round_id}/don-vi/{code} | /cham-diem/2026-CD/don-vi/so-y-te | 404 | tp1 200 | 404
/cham-diem/{round_id}/nhom/{group}  | /cham-diem/2026-CD/nhom/so-tu-phap | 404 | tp1 200 | 404
/chi-tieu                           | /chi-tieu                         | 200 |     | 200
/chi-tieu/{code}                    | /chi-tieu/I.2.1                   | 200 |     | 200
/chi-tieu/{code}/don-vi/{unit}      | /chi-tieu/I.2.1/don-vi/30292      | 200 |     | 404
/chi-tieu/{code}/so-lieu.{kind}     | /chi-tieu/I.2.1/so-lieu.csv       | 200 |     | 200
/cho-ky                             | /cho-ky                           | 200 |     | 200
/danh-muc                           | /danh-muc                         | 200 |     | 200
/danh-muc/{code}                    | /danh-muc/don-vi                  | 200 |     | 200
/danh-muc/{code}/danh-sach.{kind}   | /danh-muc/don-vi/danh-sach.csv    | 200 |     | 200
/danh-muc/tep                       | /danh-muc/tep?ten=units.csv       | 200 |     | 404
/danh-muc/tep/ban-cu                | /danh-muc/tep/ban-cu?ten=units.csv&lan=1 | 404 | | 404
/danh-muc/tep/hien-nay              | /danh-muc/tep/hien-nay?ten=units.csv | 200 | xem tp1 lanh-dao 404 | 404
/don-doc                            | /don-doc                          | 308 |     | 308
/don-vi                             | /don-vi                           | 200 |     | 200
/don-vi/qua-han.{kind}              | /don-vi/qua-han.csv               | 200 |     | 200
/don-vi/{code}                      | /don-vi/30292                     | 200 |     | 404
/dot/{round_id}                     | /dot/2026-Q1                      | 200 |     | 200
/dot/{round_id}/danh-sach.{kind}    | /dot/2026-Q1/danh-sach.csv        | 200 |     | 200
/dot/{round_id}/doi-soat            | /dot/2026-Q1/doi-soat             | 200 |     | 200
/dot/{round_id}/doi-soat.xlsx       | /dot/2026-Q1/doi-soat.xlsx        | 200 |     | 200
/dot/{round_id}/don-vi/{code}       | /dot/2026-Q1/don-vi/30292         | 200 |     | 404
/dot/{round_id}/loi-cua-so          | /dot/2026-Q1/loi-cua-so           | 200 |     | 404
/kiem-tra                           | /kiem-tra                         | 200 |     | 200
/kiem-tra/{round_id}                | /kiem-tra/2026-KT                 | 200 |     | 200
/lich                               | /lich                             | 200 |     | 200
/lich/lich.ics                      | /lich/lich.ics                    | 200 |     | 200
/lich/lich.xlsx                     | /lich/lich.xlsx                   | 200 |     | 200
/nam                                | /nam                              | 200 |     | 200
/nguoi-dung                         | /nguoi-dung                       | 200 |     | 200
/nguon                              | /nguon                            | 200 |     | 200
/phe-duyet/{round_id}               | /phe-duyet/2026-Q1                | 200 |     | 404
/phe-duyet/{round_id}/trang/{digest}/{page}.png | /phe-duyet/2026-Q1/trang/aa/1.png | 404 | | 404
/so-van-ban                         | /so-van-ban                       | 200 |     | 200
/so-van-ban/danh-sach.{kind}        | /so-van-ban/danh-sach.csv         | 200 |     | 200
/suc-khoe                           | /suc-khoe                         | 200 |     | 200
/thu                                | /thu                              | 200 |     | 404
/thu/hom-nay                        | /thu/hom-nay                      | 200 |     | 404
/thu/nhac                           | /thu/nhac                         | 200 |     | 404
/tinh/board.css                     | /tinh/board.css                   | 200 |     | 200
/tinh/icon.svg                      | /tinh/icon.svg                    | 200 |     | 200
/ty-le                              | /ty-le                            | 200 |     | 200
/ty-le/danh-sach.{kind}             | /ty-le/danh-sach.csv              | 200 |     | 200
/van-ban/{document_id:path}         | /van-ban/khong-co                 | 404 |     | 404
/viec-can-lam                       | /viec-can-lam                     | 200 |     | 404
"""
OPEN_TO_ANYBODY = "/suc-khoe.json"  # one word for a monitor
# By the right that an act asks for: its form without fields, sent by each of the logins. 422: the person may, and is
# told what lacks; 403: may not. Of whoever looks after one unit, an act that names none is refused.
ACTS = """
                  | xem | van-hanh | tp1 | lanh-dao | quan-tri | cb1
vận hành          | 403 | 422      | 403 | 403      | 422      | 422
phê duyệt         | 403 | 422      | 422 | 422      | 422      | 422
thẩm định         | 403 | 422      | 422 | 422      | 422      | 422
quản trị          | 403 | 403      | 403 | 403      | 422      | 403
"""
# Pages that tell of every unit answer `cb1` as if there were none; those of drafts everybody but appraisers.
CLOSED = {"cb1": ("/can-xem-lai", "/danh-muc/tep", "/don-vi/{", "/phe-duyet", "/thu", "loi-cua-so")}
CHANGES_NOTHING = "/loi-cua-so ghi"  # own words as they were are no fault
DRAFTS = ("/nhom/", "/cham-diem/{round_id}/don-vi")
# What comes of a login that is none: looked with as a cookie, as a header, and acted with.
FALSE = """
none           | 401 | 401 | 401
expired        | 401 | 401 | 401
nobody's       | 403 | 403 | 403
another secret | 403 | 403 | 403
no algorithm   | 403 | 403 | 403
changed        | 403 | 403 | 403
nonsense       | 403 | 403 | 403
"""
# What comes of an operator's form, by where it comes from and what it carries; nothing of it is done.
FORMS = """
own                  | 422
by referer           | 422
no token             | 403
token of another     | 403
token of yesterday   | 403
token of tomorrow    | 403
token of another key | 403
origin elsewhere     | 403
origin null          | 403
origin alike         | 403
referer elsewhere    | 403
from nowhere         | 403
cross-site           | 403
same-site            | 403
forwarded host       | 403
nul                  | 403
application/json     | 403
text/plain           | 403
by address           | 200
"""
# Addresses that no link has, each with its answer: never a fault, never a piece of it back as markup.
ODD = {
    "/don-vi/%00": 404,
    "/bai-nop/%00": 404,
    "/don-vi?tim=%00": 404,
    "/don-vi/%3Cscript%3Ealert(1)%3Cscript%3E": 404,
    "/dot/%3Csvg%20onload=alert(1)%3E": 404,
    "/don-vi?tim=%22%3E%3Cscript%3E": 200,
    "/nam?nam=%3Cscript%3E": 404,
    "/nam?nam=9999": 404,
    "/nam?ngay=0001-01-01": 404,
    "/nam?ngay=9999-12-31": 404,
    "/nam?da-lam=%3Cscript%3E": 200,
    "/van-ban/%2e%2e%2f%2e%2e%2fso-cai.db": 404,
    "/bai-nop/..%2f..%2fcai-dat.yaml": 404,
    "/tinh/..%2f..%2fcai-dat.yaml": 404,
    "/danh-muc/don-vi/danh-sach.exe": 404,
    "/danh-muc/tep?ten=../cai-dat.yaml": 404,
    "/danh-muc/tep/hien-nay?ten=..%2f..%2fso-cai.db": 404,
    "/thu?khoa=%27%20OR%201=1": 200,
    f"/don-vi/{'a' * 4000}": 404,
    f"/don-vi/{'%C4%83' * 1000}": 404,
    "/%0d%0aSet-Cookie:x=1": 404,
    "/khong-co": 404,
}
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'self'; base-uri 'none'"
)


def cells(table: str) -> list[list[str]]:
    return [[one.strip() for one in line.split("|")] for line in table.strip("\n").splitlines()]


def acts() -> list[tuple[str, str, str]]:
    """(page, word, right) as the documentation has them."""
    text = (PROJECT_ROOT / "docs" / "viec-tren-bang.md").read_text(encoding="utf-8")
    lines = [one.split("|") for one in text.splitlines() if one.startswith("| `")]
    return [
        (page, word.strip(" `"), right.strip())
        for _, _, word, pages, right, _ in lines
        for page in re.findall("`([^`]+)`", pages)
    ]


def first_acts() -> list[tuple[str, str, str]]:
    """Of each page one act of each right."""
    return list({(page, right): (page, word, right) for page, word, right in acts()}.values())


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("bang")
    config = Path(shutil.copytree(PROJECT_ROOT / "include" / "config", folder / "cau-hinh"))
    instance = Instance(folder / "nha")
    instance.root.mkdir()
    instance.settings_file.write_text("mail_mode: dry_run\nrehearsal: true\n", encoding="utf-8")
    file = config / "department.yaml"
    given = "accounts:\n  cb1: {name: Chuyên viên, role: van-hanh, units: ['30301']}\n"
    file.write_text(file.read_text(encoding="utf-8").replace("accounts:\n", given), encoding="utf-8")
    at = {route: address for route, address, *_ in cells(LOOKS)}
    asked = {
        "logins": LOGINS,
        "looks": list(at.values()),
        "acts": [(at[page], word) for page, word, _ in acts()],
        "first": [(at[page], word) for page, word, _ in first_acts()],
        "forms": [(at[page], word) for page, word, right in first_acts() if right == "vận hành"],
        "odd": list(ODD),
    }
    environment = {"CCHC_CONFIG": str(config), "AIRFLOW__API__BASE_URL": "http://testserver/cong-viec"}
    answer, _ = answer_of("board_rights", instance, environment, [json.dumps(asked)])
    found: dict[str, Any] = answer
    return found


def test_the_tables_are_of_every_route_and_page_that_acts(story: dict[str, Any]) -> None:
    assert {route for route, *_ in cells(LOOKS)} | {OPEN_TO_ANYBODY} == set(story["routes"])


@pytest.mark.parametrize("login", LOGINS)
def test_each_page_and_file_is_open_to_whom_the_table_says(story: dict[str, Any], login: str) -> None:
    expected = {}
    for _, address, status, otherwise, scoped in cells(LOOKS):
        *whom, other = otherwise.split() or [""]
        expected[address] = int(scoped if login == "cb1" else other if login in whom else status)
    seen = {
        re.sub(r"^/can-xem-lai/.*", "/can-xem-lai/MUC", one): got
        for one, got in story["looks"][login].items()
    }
    assert seen == expected


@pytest.mark.parametrize("login", LOGINS)
def test_each_act_is_open_to_whom_the_table_says(story: dict[str, Any], login: str) -> None:
    (_, *heads), *rows = cells(ACTS)
    by_right = {right: dict(zip(heads, map(int, row), strict=True)) for right, *row in rows}
    at = {route: address for route, address, *_ in cells(LOOKS)}
    expected = {}
    for page, word, right in first_acts():
        status = by_right[right][login]
        drafts = login != "tp1" and status != 403 and any(one in page for one in DRAFTS)
        if drafts or any(one in page for one in CLOSED.get(login, ())):
            status = 404
        form = f"{at[page]} {word}"
        expected[form] = 303 if status == 422 and form.endswith(CHANGES_NOTHING) else status
    seen = {
        re.sub(r"^/can-xem-lai/\S+", "/can-xem-lai/MUC", one): got
        for one, got in story["acts"][login].items()
    }
    assert seen == expected
    assert story["looking"] == [403], "no act of any page is done by whoever may only look"


@pytest.mark.parametrize(("what", "cookie", "header", "act"), cells(FALSE))
def test_a_login_that_is_none_opens_nothing(
    story: dict[str, Any], what: str, cookie: str, header: str, act: str
) -> None:
    assert story["false"][what] == [[int(cookie)], [int(header)], [int(act)]]


def test_whoever_is_not_signed_in_is_told_where_and_sees_nothing(story: dict[str, Any]) -> None:
    assert "Cần đăng nhập" in story["page"] and 'href="/cong-viec/auth/login' in story["page"]
    assert "ke-gian" not in story["page"] and "2026-Q1" not in story["page"]


@pytest.mark.parametrize(("what", "status"), cells(FORMS))
def test_a_form_counts_only_from_the_own_page_with_the_own_token(
    story: dict[str, Any], what: str, status: str
) -> None:
    for form, found in story["forms"].items():
        expected = 303 if form.endswith(CHANGES_NOTHING) and status == "422" else int(status)
        assert found[what] == expected, (form, what)


def test_nothing_but_looking_and_posting_is_answered(story: dict[str, Any]) -> None:
    assert {tuple(one) for one in story["methods"].values()} == {(405,) * 5}


def test_every_answer_carries_what_browsers_need_to_keep_to(story: dict[str, Any]) -> None:
    for address, (policy, sniffing, referrer, kept) in story["headers"].items():
        assert (policy, sniffing, referrer) == (POLICY, "nosniff", "same-origin"), address
        assert kept == "no-store" or address.startswith("/tinh/"), address


def test_an_address_that_no_link_has_is_no_fault_and_nothing_of_it_comes_back(story: dict[str, Any]) -> None:
    found = {one: status for one, (status, _, _) in story["odd"].items()}
    assert found == ODD
    assert not [one for one, (_, markup, elsewhere) in story["odd"].items() if markup or elsewhere]


def test_looking_and_what_was_refused_change_nothing(story: dict[str, Any]) -> None:
    assert story["unchanged"]
