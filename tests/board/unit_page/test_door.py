"""What a unit sends through its page goes the way of its mails: the same events, receipt, refusals and thresholds."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from openpyxl import Workbook
from sqlalchemy import Engine, event
from tests.board.unit_page.samples import ADDRESS, NOW, Caller, link_of
from tests.conftest import NewStore
from tests.support.copies import Kept
from tests.support.province import OPENED, OTHER, ROUND, UNIT, Compose, Province, province_of

from cchc.chasing.more_time import grant, waiting_pleas
from cchc.chasing.waiving import waive
from cchc.checks import Rules
from cchc.clock import at
from cchc.mail.incoming import read_letter
from cchc.mail.mailbox import MailboxConfig
from cchc.obligations import Event, EventKind, append
from cchc.paths import Instance
from cchc.run import Run
from cchc.submissions.incoming import deal_with
from cchc.submissions.judging import write
from cchc.unit_page.uses import uses_of
from cchc.workbooks.grid import MAX_UNPACKED
from cchc_board.posted import LARGEST_FILE

REPORT = f"{ROUND}/{UNIT}/bao_cao"


def events(page: Province) -> list[tuple[Any, ...]]:
    return [
        (one.kind, one.happened_at, one.actor, one.reason, dict(one.detail), one.event_key)
        for one in page.run.ledger.history(REPORT)
    ]


def receipts(page: Province) -> list[dict[str, Any]]:
    """What the unit is told, but for the thread in which it stands."""
    told = (
        "mail_key",
        "kind",
        "round_id",
        "unit_code",
        "recipients",
        "subject",
        "html",
        "plain",
        "attachments",
    )
    return [
        {name: one[name] for name in told}
        for one in page.mails()
        if one["kind"] in ("bien_nhan", "tra_loi_thu")
    ]


def by_mail(page: Province, compose: Compose, *files: tuple[str, bytes]) -> None:
    """The same files as a letter of the unit, taken in at the same moment."""
    run = page.at(NOW)
    config = MailboxConfig("127.0.0.1", 993, "cchc", "-")
    letter = read_letter(compose(*files).as_bytes())
    dealt = deal_with(run, Rules.load(), letter, NOW, config, too_large=False)
    with page.store.write() as tx:
        for verdict in dealt.verdicts:
            write(run, tx, verdict)


def docx(words: str) -> bytes:
    out, document = io.BytesIO(), Document()
    document.add_paragraph(words)
    document.save(out)
    return out.getvalue()


def packed(*files: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["good", "faulty"])
def test_mailbox_and_page_give_the_same_events_and_receipts(
    page: Province,
    caller: Caller,
    compose: Compose,
    new_store: NewStore,
    opened_province: Kept,
    kind: str,
    tmp_path: Path,
) -> None:
    content = page.filled(figure=3) if kind == "good" else page.faulty()
    files = (("bieu V2.xlsx", content), ("bao cao.docx", docx("Đơn vị báo cáo quý I.")))
    store, instance = new_store("sqlite"), Instance(tmp_path / "nha-khac")
    opened_province.copied_to(store, instance)
    other = province_of(Run(store, instance, OPENED, ROUND))
    by_mail(other, compose, *files)
    assert caller.uploads(link_of(page), *files).status_code == 200
    assert events(page) == events(other) and len(events(page)) >= 2
    assert receipts(page) == receipts(other) and len(receipts(page)) == 1
    rows = [one.submissions()[0] for one in (page, other)]
    assert [one["channel"] for one in rows] == ["trang-don-vi", "hop-thu"]
    kept = ("submission_id", "outcome", "file_name", "file_sha256", "received_at", "sender_unit")
    assert [rows[0][name] for name in kept] == [rows[1][name] for name in kept]


def test_the_same_file_twice_is_taken_once_and_another_official_sees_it(
    page: Province, caller: Caller
) -> None:
    """The number of statements does not grow with what was sent."""
    link, content = link_of(page), page.filled(figure=3)
    empty = statements_of(caller, link)
    assert "Đã nhận" in caller.uploads(link, ("bieu.xlsx", content)).text
    shown = caller.uploads(link, ("bieu (2).xlsx", content)).text
    assert "giống hệt bài đã nhận" in shown and len(page.submissions()) == 1
    assert [one["kind"] for one in page.mails()].count("bien_nhan") == 1
    assert "bieu.xlsx" in caller.opens(link_of(page, given=NOW - timedelta(days=1))).text
    assert statements_of(caller, link) <= empty <= 45
    assert {one.kind.value: one.times for one in uses_of(page.store, UNIT)} == {"opened": 7, "upload": 2}


def _bomb() -> bytes:
    return packed(("bom.xlsx", b"0" * (MAX_UNPACKED + 1)))


@pytest.mark.parametrize(
    ("name", "make", "words"),
    [
        ("bao-cao.docx", lambda: docx("Báo cáo"), "không có biểu Excel"),
        ("bieu.xlsx", lambda: b"", "rỗng hoặc hỏng"),
        ("nen.zip", _bomb, "giải nén ra quá"),
        ("cua-minh.xlsx", lambda: _other_workbook(), ""),
        ("anh.png", lambda: b"\x89PNG\r\n\x1a\n" + b"0" * 50, "ảnh chụp"),
        ("bieu.et", lambda: b"WPS khong phai bieu", "Không có biểu Excel"),
    ],
)
def test_what_is_no_form_is_refused_in_words_and_nothing_is_kept(
    page: Province, caller: Caller, name: str, make: Any, words: str
) -> None:
    before = events(page), page.mails()
    answer = caller.uploads(link_of(page), (name, make()))
    assert answer.status_code == 422 and words in answer.text
    assert 'role="alert"' in answer.text
    assert (events(page), page.mails()) == before and not page.submissions()


def _other_workbook() -> bytes:
    out = io.BytesIO()
    Workbook().save(out)
    return out.getvalue()


def test_a_form_in_an_archive_with_a_document_is_taken_with_it(page: Province, caller: Caller) -> None:
    files = ("bieu.xlsx", page.filled(figure=3)), ("bao cao.docx", docx("Đơn vị báo cáo quý I."))
    assert "Đã nhận" in caller.uploads(link_of(page), ("gui.zip", packed(*files))).text
    assert page.status() == "accepted"
    assert page.store.query("board.files_of_unit", unit_code=UNIT, as_of="9999", most=5)[0]["enclosed"] == 1


def test_the_form_of_another_unit_is_refused_through_ones_own_link(page: Province, caller: Caller) -> None:
    answer = caller.uploads(link_of(page), ("bieu.xlsx", page.filled(OTHER, figure=3)))
    assert answer.status_code == 422 and not page.submissions()
    assert page.status(OTHER) == "open"


def test_what_is_larger_than_the_mailbox_takes_is_not_read(page: Province, caller: Caller) -> None:
    answer = caller.uploads(link_of(page), ("to.xlsx", b"0" * (LARGEST_FILE + 1)))
    assert answer.status_code == 413 and "lớn hơn 25 MB" in answer.text
    assert not page.submissions()


def test_after_the_lock_a_file_is_kept_as_a_late_mail_is(page: Province, caller: Caller) -> None:
    with page.store.write() as tx:
        append(tx, [Event(REPORT, EventKind.locked, NOW, NOW, "he-thong")])
    link = link_of(page)
    assert "đã khóa" in caller.opens(link).text
    shown = caller.uploads(link, ("bieu.xlsx", page.filled(figure=3))).text
    assert "chờ quyết định" in shown
    (row,) = page.submissions()
    state = page.run.ledger.state(REPORT, NOW)
    assert row["outcome"] == "kept_late" and state is not None and state.after_lock


def test_more_time_is_asked_as_by_letter_and_an_official_decides(page: Province, caller: Caller) -> None:
    link = link_of(page)
    due = page.run.round.unit_due_at
    shown = caller.posts(link, viec="xin_lui_han", den=f"{due.date() + timedelta(days=4):%Y-%m-%d}").text
    assert "đang chờ quyết định" in shown
    (plea,) = waiting_pleas(page.at(NOW))
    assert (plea.unit_code, plea.round_id, plea.wanted) == (UNIT, ROUND, due.date() + timedelta(days=4))
    caller.posts(link, viec="xin_lui_han", den=f"{due.date() + timedelta(days=4):%d/%m/%Y}")
    answers = [one for one in page.mails() if one["kind"] == "tra_loi_thu"]
    assert len(answers) == 1 and "Đã nhận đề nghị lùi hạn" in answers[0]["subject"], "the same wish is one"
    grant(page.at(NOW + timedelta(hours=1), actor="Chuyên viên"), plea.plea_id)
    assert page.run.ledger.state(REPORT, NOW + timedelta(hours=2)).extended  # type: ignore[union-attr]
    for day in ("2026-03-01", "2027-03-01", "mai", ""):
        answer = caller.posts(link, viec="xin_lui_han", den=day)
        assert answer.status_code == 422 and 'role="alert"' in answer.text


def test_nothing_to_report_is_declared_as_by_a_form(page: Province, caller: Caller) -> None:
    link = link_of(page)
    assert caller.posts(link, viec="khong_phat_sinh").status_code == 422
    assert page.status() == "open"
    assert "không phát sinh" in caller.posts(link, viec="khong_phat_sinh", **{"xac-nhan": "co"}).text
    assert page.status() == "nothing_to_report"
    (row,) = page.submissions()
    assert (row["outcome"], row["channel"]) == ("nothing", "trang-don-vi")
    assert "không phát sinh" in receipts(page)[0]["plain"]
    again = caller.posts(link, viec="khong_phat_sinh", **{"xac-nhan": "co"})
    assert again.status_code == 422 and len(page.submissions()) == 1


def test_of_a_waived_obligation_nothing_is_asked_or_taken(page: Province, caller: Caller) -> None:
    token = re.search(r'name="ma" value="([^"]+)"', caller.opens(link_of(page)).text)
    assert token is not None
    waive(page.at(NOW, actor="Chuyên viên"), [UNIT], "Sáp nhập")
    shown = caller.opens(link_of(page)).text
    assert "Đơn vị không còn nợ gì" in shown and 'type="file"' not in shown and "Sáp nhập" not in shown
    assert (
        caller.posts(link_of(page), token=token[1], viec="khong_phat_sinh", **{"xac-nhan": "co"}).status_code
        == 422
    )
    assert page.status() == "waived"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://ke-xau.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site", "Origin": ADDRESS},
        {"X": "khong co Origin"},
    ],
)  # fmt: skip
def test_a_form_from_elsewhere_does_nothing_although_it_knows_the_link(
    page: Province, caller: Caller, headers: dict[str, str]
) -> None:
    answer = caller.posts(link_of(page), viec="khong_phat_sinh", headers=headers, **{"xac-nhan": "co"})
    assert answer.status_code == 403 and page.status() == "open"


def test_the_token_of_another_page_or_of_none_is_refused(page: Province, caller: Caller) -> None:
    own, other = link_of(page), link_of(page, OTHER)
    token = re.search(r'name="ma" value="([^"]+)"', caller.opens(other).text)
    assert token is not None
    for given in (token[1], "", "x" * 40):
        answer = caller.posts(own, viec="khong_phat_sinh", token=given, **{"xac-nhan": "co"})
        assert answer.status_code == 403
    assert page.status() == page.status(OTHER) == "open"
    assert caller.posts(own, viec="xoa_het").status_code == 403


def test_a_moved_due_day_is_what_the_page_shows(page: Province, caller: Caller) -> None:
    later = at(date(2026, 3, 27), 17)
    detail = {"due_at": later.isoformat()}
    with page.store.write() as tx:
        append(tx, [Event(REPORT, EventKind.rescheduled, NOW, NOW, "he-thong", "Nghỉ lễ", detail)])
    assert "Hạn: 17:00 27/03/2026" in caller.opens(link_of(page)).text


def statements_of(caller: Caller, link: str) -> int:
    seen: list[str] = []

    def note(*arguments: Any) -> None:
        seen.append(str(arguments[2]))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        caller.opens(link)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return len(seen)


def test_days_are_shown_and_typed_day_first_whatever_the_browser_speaks(
    page: Province, caller: Caller
) -> None:
    shown = caller.opens(link_of(page)).text
    assert 'type="date"' not in shown and "dd/mm/yyyy" in shown
    assert not re.search(r">[^<]*[0-9]{4}-[0-9]{2}-[0-9]{2}", shown)


@pytest.mark.parametrize("kind", ["good", "faulty"])
def test_what_is_right_is_not_unfolded_and_what_is_wrong_is(
    page: Province, caller: Caller, kind: str
) -> None:
    """A form that was received has notes by the hundred; nobody has to go through them to see that it was."""
    content = page.filled() if kind == "good" else page.faulty()
    shown = caller.posts(link_of(page), ("bieu.xlsx", content), viec="nop").text
    assert "Điểm cần xem" in shown and ("<details open>" in shown) == (kind == "faulty")
