"""The pages as a browser gets them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from tests.board.samples import ATTACK, EXCUSED, FAULTY, GOOD, LATE, ROUND, SILENT, Province

from cchc import clock
from cchc.chasing.holds import Hold, HoldKind, put_hold
from cchc.clock import at
from cchc.documents.registry import DocumentRecord, record_document
from cchc.mail.bounces import Bounce, put_bounces
from cchc.obligations import Obligation, RoundEvent, RoundEventKind
from cchc.paths import Instance
from cchc.sources import Rewrite, Snapshot, SnapshotComparison, record_check
from cchc.units import UnitRegister
from cchc.year import Window
from cchc_board.app import acts_of, create_app

DAY = "?ngay=2026-03-20"


PAGES = (
    "/",
    "/nam",
    f"/dot/{ROUND}",
    f"/dot/{ROUND}/don-vi/{GOOD}",
    "/tinh/board.css",
    "/tinh/icon.svg",
    "/van-ban/x",
    "/nguon",
    "/thu/nhac",
    f"/dot/{ROUND}/doi-soat.xlsx",
    f"/dot/{ROUND}/danh-sach.xlsx",
    "/don-vi/qua-han.csv",
    "/lich",
    "/danh-muc/don-vi",
    "/ty-le",
    "/nguoi-dung",
    "/nowhere",
)


def words(html: str) -> str:
    """The text of a page without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize("page", PAGES[:-1])
@pytest.mark.parametrize("status", [401, 403])
def test_whoever_is_not_let_in_sees_nothing(
    province: Province, turned_away: Callable[[int], TestClient], page: str, status: int
) -> None:
    answer = turned_away(status).get(page)
    assert answer.status_code == status
    assert 'href="/auth/login' in answer.text
    assert "Bình Đức" not in answer.text
    assert "2026" not in answer.text


def test_every_route_is_behind_the_login_and_its_forms_alone_change_anything() -> None:
    def guard() -> None: ...
    def acting() -> None: ...

    app = create_app(guard, str, acting)
    assert app.routes
    posts = []
    (open_one,) = [route for route in app.routes if not hasattr(route, "dependant")]
    assert open_one.path == "/suc-khoe.json", "see test_health_page"  # type: ignore[attr-defined]
    for route in (one for one in app.routes if one is not open_one):
        if not route.methods <= {"GET", "HEAD"}:  # type: ignore[attr-defined]  # only plain routes here
            posts.append((route.path, route.methods))  # type: ignore[attr-defined]
            asked = list(route.dependant.dependencies)  # type: ignore[attr-defined]
            assert acting in {one.call for part in asked for one in (part, *part.dependencies)}, route.path  # type: ignore[attr-defined]
        assert any(one.call is guard for one in route.dependant.dependencies), route.path  # type: ignore[attr-defined]
    assert posts == [(one.path, {"POST"}) for one in acts_of(app)], "what changes anything is a named act"


def test_the_year_shows_every_round_with_its_numbers_in_words(
    province: Province, browser: TestClient
) -> None:
    html = browser.get(f"/nam{DAY}").text
    text = words(html)
    for name in ("quý I", "6 tháng", "quý III", "Kế hoạch", "Kiểm tra", "chỉ số CCHC"):
        assert name in text
    assert "Báo cáo của đoàn 17:00 20/11/2026" in text and "Công bố kết quả" in text
    assert "1 đúng hạn, 1 nộp trễ, 2 quá hạn, chưa xong trong 4 đơn vị phải báo cáo" in html
    assert "Dự thảo lần 1, chờ phê duyệt" in text
    assert "1 được miễn" in text
    assert "25,0%" in text, "on time of the reports that are due"


def test_a_past_day_is_shown_as_it_was_known_then(province: Province, browser: TestClient) -> None:
    text = words(browser.get(f"/dot/{ROUND}?ngay=2026-03-12").text)
    assert "Đang thu báo cáo" in text
    assert "Không có đơn vị nào quá hạn." in text
    assert "còn 3 ngày làm việc" in text
    assert "Chưa mở" in words(browser.get(f"/dot/{ROUND}?ngay=2026-02-01").text)


def test_the_round_names_who_is_missing_and_how_late(province: Province, browser: TestClient) -> None:
    text = words(browser.get(f"/dot/{ROUND}{DAY}").text)
    assert (
        "Đơn vị quá hạn chưa xong (2) Sở Nội vụ quá 3 ngày làm việc Sở Tài chính quá 3 ngày làm việc" in text
    )
    assert "Nộp trễ trễ 2 ngày làm việc" in text


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("dung-han", {GOOD}), ("tre-han", {LATE}), ("qua-han", {SILENT, FAULTY}), ("chua-den-han", set()),
        ("mien", {EXCUSED}), ("tra-lai", {FAULTY}), ("", {GOOD, LATE, SILENT, FAULTY, EXCUSED}),
    ],
)  # fmt: skip
def test_the_filter_shows_exactly_the_units_in_that_state(
    province: Province, browser: TestClient, word: str, expected: set[str]
) -> None:
    html = browser.get(f"/dot/{ROUND}{DAY}&trang-thai={word}").text
    table = html.partition("<tbody>")[2]
    assert set(re.findall(r"/don-vi/([\w-]+)", table)) == expected


def test_what_people_wrote_is_never_run(province: Province, browser: TestClient) -> None:
    html = browser.get(f"/dot/{ROUND}/don-vi/{FAULTY}{DAY}").text
    assert ATTACK not in html
    assert "&lt;script&gt;" in html
    policy = browser.get("/").headers["Content-Security-Policy"]
    assert "script-src" not in policy
    assert "default-src 'none'" in policy


def test_the_history_of_a_unit_is_told_in_order(province: Province, browser: TestClient) -> None:
    text = words(browser.get(f"/dot/{ROUND}/don-vi/{LATE}{DAY}").text)
    steps = ["Giao nghĩa vụ", "Gửi thư yêu cầu", "Đơn vị nộp", "Tiếp nhận"]
    assert [text.index(step) for step in steps] == sorted(text.index(step) for step in steps)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("/dot/2026-XX", "2026-Q1"),
        (f"/dot/{ROUND}?trang-thai=la", "bộ lọc"),
        ("/?ngay=31-06", "không phải là một ngày"),
        ("/?ngay=2026-06-31", "không phải là một ngày"),
        (f"/dot/{ROUND}/don-vi/99999", "không có nghĩa vụ"),
        ("/van-ban/nothing", "Không tìm thấy văn bản"),
        ("/nam?nam=abc", "Địa chỉ không đúng"),
        ("/nowhere", "Địa chỉ không đúng"),
    ],
)
def test_a_wrong_address_is_answered_in_vietnamese(
    province: Province, browser: TestClient, address: str, says: str
) -> None:
    answer = browser.get(address)
    assert answer.status_code == 404
    assert says in answer.text


def test_a_document_comes_as_it_was_kept(province: Province, browser: TestClient) -> None:
    made = at(date(2026, 3, 19), 9)
    document = record_document(
        province.store,
        province.instance,
        DocumentRecord(
            round_id=ROUND,
            kind="bao_cao",
            draft=1,
            file_name="bao-cao.docx",
            made_at=made,
            provenance={},
            number="45",
            symbol="BC-UBND",
            issued_on=date(2026, 3, 20),
        ),
        b"docx bytes",
    )
    detail = {"number": "45", "symbol": "BC-UBND", "issued_on": "2026-03-20", "documents": [document]}
    province.rounds.record(RoundEvent(ROUND, RoundEventKind.issued, made, made, "dt", detail=detail))
    answer = browser.get(f"/van-ban/{document}")
    assert answer.content == b"docx bytes"
    assert 'filename="bao-cao.docx"' in answer.headers["Content-Disposition"]
    text = words(browser.get(f"/dot/{ROUND}{DAY}").text)
    assert "Đã ban hành số 45/BC-UBND, ngày 20/03/2026" in text
    assert f"/van-ban/{document}" in browser.get(f"/dot/{ROUND}{DAY}").text


def test_of_a_file_that_was_written_again_only_the_last_is_listed(
    province: Province, browser: TestClient
) -> None:
    ids = [
        record_document(
            province.store, province.instance,
            DocumentRecord(
                round_id=ROUND, kind="bao_cao_du_thao", draft=1, file_name="du-thao.docx",
                made_at=at(date(2026, 3, 19), hour), provenance={},
            ),
            content,
        )
        for hour, content in ((9, b"first"), (10, b"second"))
    ]  # fmt: skip
    html = browser.get(f"/dot/{ROUND}{DAY}").text
    assert ids[0] not in html
    assert ids[1] in html


def test_nothing_comes_from_another_host(province: Province, browser: TestClient) -> None:
    for page in PAGES:
        assert not re.search(r"(?:src|href|url)\W{1,3}(?:https?:)?//", browser.get(page).text), page


def test_a_rehearsal_says_so_and_shows_its_own_time(province: Province, browser: TestClient) -> None:
    assert "DIỄN TẬP" not in browser.get("/").text
    province.instance.root.mkdir(exist_ok=True)
    province.instance.settings_file.write_text("rehearsal: true\n", encoding="utf-8")
    text = words(browser.get("/").text)
    assert "DIỄN TẬP" in text
    assert "tính đến 09 giờ 30 ngày 19/03/2026" in text, "the last thing that was recorded"


def test_a_real_installation_shows_the_present(
    province: Province, browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: at(date(2026, 4, 1), 8))
    assert "tính đến 08 giờ 00 ngày 01/04/2026" in words(browser.get("/").text)


def test_looking_at_an_empty_installation_leaves_no_trace(
    instance: Instance, browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCHC_HOME", str(instance.root))
    answer = browser.get("/nam?nam=2026")
    assert answer.status_code == 200
    assert "Chưa có đợt nào được mở" in answer.text
    assert browser.get(f"/dot/{ROUND}").status_code == 200
    assert browser.get("/van-ban/x").status_code == 404
    assert not instance.root.exists() or list(instance.root.iterdir()) == []


def test_a_round_shows_what_was_changed_after_its_cut_off_with_the_report(
    province: Province, browser: TestClient
) -> None:
    page = f"/dot/{ROUND}?ngay=2026-03-31"
    assert "bị đổi sau ngày chốt" not in browser.get(page).text
    document_id = record_document(
        province.store,
        province.instance,
        DocumentRecord(
            round_id=ROUND,
            kind="doi_chieu_sau_chot",
            draft=0,
            file_name=f"{ROUND}_doi-chieu-sau-chot.xlsx",
            made_at=at(date(2026, 3, 27), 18),
            provenance={},
        ),
        b"bao cao",
    )
    record_check(province.store, ROUND, [rewritten(3)], at(date(2026, 3, 27), 18), document_id)
    told = browser.get(page).text
    assert "3 thay đổi ở 1 đơn vị so với ảnh chụp ngày chốt" in words(told)
    assert "Ngày kết thúc bị đổi: 3" in words(told)
    (address,) = re.findall(r'href="(/van-ban/[^"]+)" download>Mở báo cáo', told)
    assert browser.get(address).content == b"bao cao"
    assert "bị đổi sau ngày chốt" not in browser.get(f"/dot/{ROUND}?ngay=2026-03-26").text


def test_a_check_that_found_nothing_says_so(province: Province, browser: TestClient) -> None:
    record_check(province.store, ROUND, [rewritten(0)], at(date(2026, 3, 27), 18), None)
    assert "Chưa thấy dữ liệu nào đã chốt bị đổi" in words(browser.get(f"/dot/{ROUND}?ngay=2026-03-31").text)


def rewritten(count: int) -> SnapshotComparison:
    """A comparison that found `count` dossiers of one unit with another end date."""
    moment = at(date(2026, 3, 27), 17)
    snapshot = Snapshot("x", "one_stop", date(2026, 3, 14), "abc", Path("x"), 1, moment)
    found = tuple(
        Rewrite(
            "one_stop", f"H-{number}", GOOD, GOOD, "end_changed", "2026-02-10", "2026-02-09", "l", "a.csv",
            moment, "late", "on_time",
        )
        for number in range(count)
    )  # fmt: skip
    window = Window(date(2025, 12, 15), date(2026, 3, 14))
    return SnapshotComparison("one_stop", snapshot, window, 1, moment, found, {})


def test_the_sources_page_shows_silent_weeks_and_the_rule(province: Province, browser: TestClient) -> None:
    assert 'href="/nguon"' in browser.get("/").text
    answer = browser.get("/nguon?ngay=2026-01-31")
    told = words(answer.text)
    assert answer.status_code == 200
    for part in (
        "Một cửa điện tử Chưa từng nhận được tệp nào. Không nhận được tệp nào từ tuần 15/12/2025 (7 tuần liền).",
        "Quản lý văn bản",
        "26/01/2026 - 01/02/2026",
        "không có tệp",
        "Cách tính: tuần từ thứ Hai đến Chủ nhật",
    ):
        assert part in told


def test_a_units_page_lists_every_version_with_its_way_its_sender_and_what_became_of_it(
    province: Province, browser: TestClient
) -> None:
    for number, (outcome, channel, sender) in enumerate(
        [("rejected", "thu-muc", None), ("accepted", "hop-thu", GOOD), ("kept_late", "hop-thu", GOOD)]
    ):
        with province.store.write() as tx:
            tx.execute(
                "submissions.insert_submission",
                submission_id=f"ban-{number}",
                obligation_id=f"{ROUND}/{GOOD}/bao_cao",
                received_at=f"2026-03-1{number}T09:00:00+07:00",
                recorded_at=f"2026-03-1{number}T09:30:00+07:00",
                channel=channel,
                file_name=f"bieu-{number}.xlsx",
                file_sha256=f"{number}abcdef0123456789",
                stored_path="x",
                form_version="1",
                outcome=outcome,
                sender_unit=sender,
            )
    page = browser.get(f"/dot/{ROUND}/don-vi/{GOOD}?ngay=2026-03-12").text
    rows = [row for row in page.split("<tr>") if "bieu-" in row]
    outcomes = ("Không được nhận", "Được nhận", "Nộp sau khi khóa")
    assert all(words in row for words, row in zip(outcomes, rows, strict=True))
    assert ["Thư mục" in row for row in rows] == [True, False, False]
    assert "0abcdef01234" in rows[0]
    earlier = browser.get(f"/dot/{ROUND}/don-vi/{GOOD}?ngay=2026-03-10").text
    assert "bieu-0" in earlier and "bieu-1" not in earlier


def test_what_is_broken_is_told_on_the_page_of_letters_and_what_is_held_on_that_of_reminding(
    browser: TestClient, province: Province
) -> None:
    when = at(date(2026, 3, 20), 9)
    bounce = Bounce("xa@angiang.example", SILENT, "5.1.1", f"550 {ATTACK}", None, when)
    with province.store.write() as tx:
        put_bounces(tx, "m", [bounce], when)
    put_hold(
        province.store,
        Hold(LATE, ROUND, HoldKind.MUTED, date(2026, 3, 31), ATTACK, "chuyên viên", when),
    )
    for address, expected in (
        ("/thu", "xa@angiang.example"), ("/thu/nhac", "tắt nhắc"), ("/thu/nhac", "Trước lần nhắc đầu"),
    ):  # fmt: skip
        answer = browser.get(f"{address}?ngay=2026-03-20")
        assert answer.status_code == 200 and expected in words(answer.text)
        assert ATTACK not in answer.text
    assert "xa@angiang.example" not in browser.get("/thu?ngay=2026-03-19").text, "not known then"


def test_outside_live_every_page_says_the_mail_mode(browser: TestClient, province: Province) -> None:
    pages = ["/", f"/dot/{ROUND}", f"/dot/{ROUND}/don-vi/{GOOD}", "/nguon", "/thu/nhac"]
    assert all("Chế độ thư: xem trước" in browser.get(page).text for page in pages)
    province.instance.settings_file.parent.mkdir(parents=True, exist_ok=True)
    province.instance.settings_file.write_text("mail_mode: live\n", encoding="utf-8")
    assert not any("Chế độ thư: " in browser.get(page).text for page in pages[:4])


def test_units_of_a_tier_stand_in_the_order_of_a_vietnamese_list(
    province: Province, browser: TestClient
) -> None:
    names = {one.code: one.name for one in UnitRegister.load().on(date(2026, 3, 2), ["xa"])}
    wanted = [
        "UBND xã Châu Thành",
        "UBND xã Định Hòa",
        "UBND xã Giồng Riềng",
        "UBND xã Ô Lâm",
        "UBND xã Vĩnh Bình",
    ]
    codes = [next(code for code, name in names.items() if name == one) for one in wanted]
    province.ledger.open(
        [
            Obligation(
                f"{ROUND}/{one}/bao_cao", ROUND, one, "bao_cao", "", "Báo cáo", at(date(2026, 3, 17), 17)
            )
            for one in reversed(codes)
            if one not in (GOOD, LATE, EXCUSED)
        ],
        at(date(2026, 3, 2), 8),
        "he-thong",
    )
    table = browser.get(f"/dot/{ROUND}{DAY}").text.partition("<tbody>")[2]
    shown = [code for code in dict.fromkeys(re.findall(r"/don-vi/([\w-]+)", table)) if code in codes]
    assert shown == codes
