"""One day of an office, by clicks and keys alone: what waits in the morning is settled, decided, signed and sent.

The operator works through the queue and writes the department's own words, the report is drafted, the leader reads and
approves it, the operator adds the signed copy and sends it, a viewer looks on. Each of them also does what is wrong,
and is told what to do instead. Airflow, the mail server and the mailbox are real.
"""

from __future__ import annotations

import csv
import email
import io
from datetime import timedelta
from email import policy
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from docx import Document
from selenium.webdriver.common.by import By
from tests.e2e import airflow_pages
from tests.e2e.airflow_server import AirflowServer, until
from tests.e2e.board_person import AtBoard
from tests.e2e.browser import browsing
from tests.e2e.conftest import SENDER
from tests.e2e.day import LEADER, OPERATOR, VIEWER, Day
from tests.e2e.morning import (
    ASKING,
    QUESTION,
    QUESTION_ID,
    ROUND,
    SILENT,
    UNREACHED,
    prepare,
)

from cchc import clock
from cchc.clock import vn_date
from cchc.documents.registry import documents, pdf_copy
from cchc.obligations import EventKind, RoundEventKind, RoundLedger
from cchc.run import Run
from cchc.stages import chasing
from cchc.submissions.set_aside import story
from cchc_rehearsal.dovecot import PASSWORD, ImapAccount
from cchc_rehearsal.signer import new_authority, new_signer, scanned_page
from cchc_rehearsal.sink import MailSink

DAG = "chot_dot_bao_cao"
HALF_YEAR = "Báo cáo CCHC 6 tháng đầu năm 2026"
NO_REASON = "Chưa ghi nội dung hoặc lý do"


@pytest.fixture
def small_config(small_config: Path) -> Path:
    """The unit that is to be called has a telephone."""
    path = small_config / "units.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        rows = [{"phone": "", "contact": ""} | row for row in csv.DictReader(handle)]
    for row in rows:
        if row["code"] == SILENT:
            row |= {"phone": "0296 385 2901", "contact": "Văn phòng Sở"}
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8")
    return small_config


@pytest.fixture
def connections(account: ImapAccount) -> dict[str, dict[str, Any]]:
    extra = {"security": "tls", "ca_file": str(account.cert_file)}
    return {
        "cchc_imap": {
            "conn_type": "imap", "host": "127.0.0.1", "port": account.tls_port, "login": account.user,
            "password": PASSWORD, "extra": extra,
        }
    }  # fmt: skip


def sees_the_queue(board: AtBoard) -> None:
    board.reads("chờ nhận hay không (1)", "Cần xem lại", "Công văn ký trên giấy", "Nguồn số liệu im lặng (2)")
    assert "Đơn vị cần gọi điện (2)" in board.text and "0296 385 2901 (Văn phòng Sở)" in board.text
    assert HALF_YEAR in board.text and "7 việc chờ người giải quyết" in board.text


def calls(board: AtBoard, day: Day) -> None:
    call = board.under("call")
    call.ticks(day.name(SILENT))
    call.presses("Ghi cuộc gọi", NO_REASON)
    assert "Đơn vị cần gọi điện (2)" in board.text
    call.fills("Lý do, nội dung", "Hẹn nộp trong ngày")  # the unit is ticked still
    call.presses("Ghi cuộc gọi", "Đã ghi cuộc gọi")
    assert "Đơn vị cần gọi điện (1)" in board.text
    assert day.happened(SILENT, EventKind.phoned) == "Hẹn nộp trong ngày"


def extends(board: AtBoard, day: Day) -> None:
    board.under("call").goes(day.name(UNREACHED))
    until_day = vn_date(clock.now().date() + timedelta(days=20))
    for typed, said in (
        (f"31/02/{clock.now().year + 1}", "Ngày không đúng"),
        ("01/06/2026", "đã qua"),
        (until_day, "Chưa ghi nội dung"),
    ):
        form = board.folded("Gia hạn")
        form.fills("Đến ngày", typed)
        form.fills("Nội dung, lý do", "" if typed == until_day else "Mất điện")
        form.presses("Gia hạn", said)
    form = board.folded("Gia hạn")
    assert form.value("Đến ngày") == until_day, "what was typed is kept"
    form.fills("Nội dung, lý do", "Mất điện")
    said = form.presses("Gia hạn", "Đã gia hạn 1 nghĩa vụ")
    assert "Chú ý: hạn mới sau lúc chốt đợt" in said and "Chú ý: hạn mới sau ngày tỉnh phải nộp" in said
    assert day.happened(UNREACHED, EventKind.extended) == "Mất điện"


def returns_a_report(board: AtBoard, day: Day) -> None:
    board.chooses_from_menu("Đơn vị")
    board.goes(day.name(ASKING))
    until_day = vn_date(clock.now().date() + timedelta(days=14))
    form = board.folded("Trả lại để sửa")
    form.fills("Đến ngày", until_day)
    form.presses("Trả lại để sửa", NO_REASON)
    form = board.folded("Trả lại để sửa")
    assert form.value("Đến ngày") == until_day
    form.fills("Nội dung, lý do", "Kỳ này có phát sinh")
    form.presses("Trả lại để sửa", "trả lại")
    assert day.happened(ASKING, EventKind.returned) == "Kỳ này có phát sinh"


def accepts_a_late_one(board: AtBoard, day: Day) -> None:
    board.chooses_from_menu("Hôm nay")
    late = board.under("late")
    late.fills("Lý do, nội dung", "Có công văn đề nghị")
    late.presses("Nhận bài", "Chưa đánh dấu bài nộp nào")
    late.folded("Báo cáo CCHC quý I").ticks(day.name(UNREACHED))  # of a round that is over
    late.fills("Lý do, nội dung", "Có công văn đề nghị")
    late.presses("Nhận bài", "Đã")
    assert "chờ nhận hay không" not in board.text
    assert day.happened(UNREACHED, EventKind.nothing_to_report, "2026-Q1") == "Có công văn đề nghị"


def answers_a_letter(board: AtBoard, day: Day) -> None:
    board.under("set_aside").goes("Mở")
    board.reads(QUESTION, day.units.get(ASKING).mailboxes[0])
    board.presses("Xem thư trước khi gửi", "Chưa có nội dung trả lời")
    board.fills("Nội dung trả lời", "Biểu 02 để trống.\nHạn giữ nguyên.")
    seen = board.presses("Xem thư trước khi gửi", "Thư sẽ gửi")
    assert f"Kính gửi: {day.name(ASKING)}" in seen and "Re: Hỏi biểu 02" in seen
    board.presses("Gửi trả lời", "đã vào hộp đi")
    with day.store() as store:
        last = story(store, day.morning.question)[1][-1]
    day.was_done(last.actor, last.at)
    board.goes("‹ Hôm nay")
    assert "Cần xem lại" not in board.text


def sends_again(board: AtBoard, day: Day) -> None:
    board.chooses_from_menu("Thư")
    failed = board.under("chua-toi")
    assert "550 5.1.1 User unknown" in board.text
    failed.fills("Lý do", "Đã sửa địa chỉ")
    failed.presses("Gửi lại", "Chưa đánh dấu thư nào")
    failed.ticks(day.name(UNREACHED))
    failed.fills("Lý do", "Đã sửa địa chỉ")
    failed.presses("Gửi lại", "1 thư gửi lại đã vào hộp đi")
    assert day.happened(UNREACHED, EventKind.resent) == "Đã sửa địa chỉ"


def numbers_the_letter(board: AtBoard, day: Day) -> None:
    board.chooses_from_menu("Hôm nay")
    form = board.under("unnumbered").folded("Ghi số")
    form.fills("Số", "12a")
    form.fills("Ngày ký", "25/06/2026")
    form.presses("Ghi số", "số văn bản phải là chữ số (12a)")
    form = board.under("unnumbered").folded("Ghi số")
    assert (form.value("Số"), form.value("Ngày ký")) == ("12a", "25/06/2026")
    form.fills("Số", "112")
    form.presses("Ghi số", "Đã ghi số 112/SNV-CCHC")
    assert "Công văn ký trên giấy" not in board.text


def writes_own_words(board: AtBoard, day: Day) -> None:
    board.goes(HALF_YEAR, "Lời của Sở")
    board.fills("Lời của Sở ở mục này", OWN_WORDS)
    board.presses("Lưu lời mọi mục", "dự thảo")
    with day.store() as store:
        (event,) = [one for one in RoundLedger(store).events(ROUND) if one.kind is RoundEventKind.own_words]
    day.was_done(event.actor, event.recorded_at)


OWN_WORDS = "Sở Nội vụ đã tham mưu tổ chức hội nghị chuyên đề về cải cách hành chính."


def may_not_decide(board: AtBoard) -> None:
    board.chooses_from_menu("Hôm nay")
    board.under("drafts").goes(HALF_YEAR)
    assert "Phê duyệt" not in board.buttons and "việc của người nêu trên" in board.text
    links = board.person.driver.find_elements(By.CSS_SELECTOR, "a[download]")
    shown = [unquote((one.get_attribute("href") or "").partition("/van-ban/")[2]) for one in links]
    given = {"so": "52", "ky-hieu": "BC-UBND", "ngay": vn_date(clock.now().date()), "ve": ""}
    fields = {name: [value] for name, value in given.items()} | {"da-xem": shown}
    refused = board.forges("phe_duyet", fields)
    assert "không được quyết định về văn bản này" in refused


def reads_and_approves(board: AtBoard, day: Day) -> None:
    """The draft as pages; a number, a day or a reason that is missing or wrong is told, and stays typed."""
    board.under("drafts").goes(HALF_YEAR)
    sees_the_pages(board)
    board.presses("Phê duyệt", "số văn bản phải là chữ số")
    board.fills("Số", "52")
    board.fills("Ngày ban hành", "31/02/2026")
    board.presses("Phê duyệt", "31/02/2026")
    assert (board.value("Số"), board.value("Ngày ban hành")) == ("52", "31/02/2026")
    board.presses("Trả lại", "nhận xét")
    board.fills("Ngày ban hành", vn_date(clock.now().date()))
    board.presses("Phê duyệt", "Đã")


def sees_the_pages(board: AtBoard) -> None:
    pages = board.folded("Xem trước")
    driver = board.person.driver

    def drawn() -> bool:
        first = driver.find_elements(By.CSS_SELECTOR, "details.pages img")[0]
        return int(first.get_attribute("naturalWidth") or 0) > 500

    until(drawn, 60, "the first page as a picture")
    assert pages.part


def may_not_send(board: AtBoard) -> None:
    board.chooses_from_menu("Văn bản", "Chờ ký")
    assert "52/BC-UBND" in board.text and board.buttons == []
    assert "cần quyền vận hành" in board.forges("xem", {"van-ban": ["52/BC-UBND"]})


def words_in(report: Path) -> str:
    return "\n".join(paragraph.text for paragraph in Document(str(report)).paragraphs)


def signs_and_sends(board: AtBoard, day: Day) -> None:
    """A file that is no PDF, the PDF of another paper, one that nobody signed: told, and nothing leaves."""
    board.under("unsigned").goes("Báo cáo")
    files = day.folder
    with day.store() as store:
        report = next(one for one in documents(store, ROUND) if one.kind == "bao_cao" and one.number)
        pdf = pdf_copy(store, report)
    assert pdf is not None
    assert OWN_WORDS in words_in(report.kept_at(day.server.instance))
    paper = pdf.kept_at(day.server.instance).read_bytes()
    now = clock.now()
    authority = new_authority("Cơ quan chứng thực thử", now - timedelta(days=9), now + timedelta(days=99))
    signer = new_signer(
        authority, "Nguyễn Văn An", "UBND tỉnh", now - timedelta(days=9), now + timedelta(days=99)
    )
    for name, content, said in (
        ("anh.pdf", b"khong phai PDF", "PDF"),
        ("chua-ky.pdf", paper, "chưa có chữ ký số"),
        ("khac.pdf", signer.sign(scanned_page(), now), "PDF của một văn bản khác"),
    ):
        (files / name).write_bytes(content)
        board.ticks("52/BC-UBND")
        board.attaches("Bản đã ký (PDF)", files / name)
        board.presses("Kiểm tra, xem nơi nhận", said)
    (files / "bao-cao-da-ky.pdf").write_bytes(signer.sign(paper, now))
    board.attaches("Bản đã ký (PDF)", files / "bao-cao-da-ky.pdf")  # the paper is chosen still
    assert "Nguyễn Văn An" in board.presses("Kiểm tra, xem nơi nhận", "Bản đã ký vừa kiểm tra")
    board.presses("Nơi nhận đúng: ghi và cho gửi", "Đã ghi bản đã ký của 52/BC-UBND")
    with day.store() as store:
        (event,) = [one for one in RoundLedger(store).events(ROUND) if one.kind is RoundEventKind.signed]
    day.was_done(event.actor, event.recorded_at)


def has_nothing_left_but_silent_sources(board: AtBoard) -> None:
    board.chooses_from_menu("Hôm nay")
    assert "2 việc chờ người giải quyết" in board.text
    assert "Nguồn số liệu im lặng (2)" in board.text and "Sắp tới" in board.text


def may_only_look(board: AtBoard, day: Day) -> None:
    for page in ("Hôm nay", "Đơn vị", "Thư", "Văn bản"):
        board.chooses_from_menu(page)
        assert not [one for one in board.buttons if one not in ("Tìm", "Lọc", "Xem")], page
    board.chooses_from_menu("Đơn vị")
    board.goes(day.name(SILENT))
    assert board.buttons == []
    refused = board.forges("goi", {"don-vi": [SILENT], "noi-dung": ["x"]})
    assert "không đến từ trang đang mở của chính anh chị" in refused
    assert day.happened(SILENT, EventKind.phoned) == "Hẹn nộp trong ngày", "nothing was added"


def attached(path: Path) -> list[Any]:
    message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    return [part.get_payload(decode=True) for part in message.iter_attachments()]


def what_left(day: Day, since: int) -> None:
    """Every answer of the day lies in its unit's mailbox, once; the report in those of its receivers."""
    (answer,) = [one for one in day.mails_to(ASKING, since) if one["Subject"] == "Re: Hỏi biểu 02"]
    assert answer["In-Reply-To"] == QUESTION_ID and answer["References"].split()[-1] == QUESTION_ID
    words = answer.get_body(("plain",)).get_content()  # type: ignore[union-attr]  # each has a plain part
    assert "Biểu 02 để trống." in words and "0296 123 4567" in words
    told = [one["Subject"] for one in day.mails_to(ASKING, since)]
    assert sum(one.startswith("Trả lại để sửa") for one in told) == 1
    told = [one["Subject"] for one in day.mails_to(UNREACHED, since)]
    for beginning in ("Gia hạn:", "Đã chấp nhận bài nộp muộn:"):
        assert sum(one.startswith(beginning) for one in told) == 1, told
    signed = (day.folder / "bao-cao-da-ky.pdf").read_bytes()
    reports = [one for one in day.sink.received[since:] if any(part == signed for part in attached(one.path))]
    receivers = [box for one in reports for box in one.recipients]
    assert day.units.get(SILENT).mailboxes[0] in receivers and len(receivers) == len(set(receivers))


@pytest.mark.slow
@pytest.mark.servers
@pytest.mark.timeout(2400)
def test_an_officers_day_by_clicks_only(
    server: AirflowServer, sink: MailSink, account: ImapAccount, tmp_path: Path
) -> None:
    morning = prepare(server.instance, sink, account)
    since = len(sink.received)
    with browsing(f"http://127.0.0.1:{server.port}") as person:
        day = Day(server, sink, morning, person, tmp_path)
        board = day.signed_in(OPERATOR)
        sees_the_queue(board)
        calls(board, day)
        extends(board, day)
        returns_a_report(board, day)
        accepts_a_late_one(board, day)
        answers_a_letter(board, day)
        sends_again(board, day)
        numbers_the_letter(board, day)
        writes_own_words(board, day)
        closing = server.trigger(DAG, {"round": ROUND})  # as the calendar starts it
        server.waits(DAG, closing, airflow_pages.TASK)
        may_not_decide(board)
        board.signs_out()

        person.sign_in(LEADER, server.password(LEADER))
        airflow_pages.speaks_vietnamese(person, server, DAG, closing)
        airflow_pages.asks_again_for_a_reason(person, server, DAG, closing, ROUND)
        board = AtBoard.opened_by(person)
        reads_and_approves(board, day)
        assert server.finish(DAG, closing) == "success", server.failure_of(DAG, closing)
        may_not_send(board)
        board.signs_out()

        board = day.signed_in_at_its_address(OPERATOR)
        signs_and_sends(board, day)
        has_nothing_left_but_silent_sources(board)
        board.signs_out()
        may_only_look(day.signed_in_at_its_address(VIEWER), day)
    with day.store() as store:  # what the reading of the inbox does each half hour
        chasing.send(Run(store, server.instance, clock.now(), smtp=sink.config(SENDER)))
    what_left(day, since)
