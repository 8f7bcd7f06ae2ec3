from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup

from cchc.clock import at
from cchc.errors import RuleRefused
from cchc.mail.mail import Mail, enqueue
from cchc.submissions.kept import Enclosure
from cchc.submissions.receipt import Receipt, receipt_mail
from cchc.submissions.replies import refusal_mail
from cchc.workbooks.forms import CheckFinding

OPENED, DUE, NOW = at(date(2026, 3, 2), 7), at(date(2026, 3, 17), 17), at(date(2026, 3, 16), 9)


def finding(number: int, severity: str = "loi") -> CheckFinding:
    return CheckFinding(
        "tong", severity, "Số liệu", f"I{number}", f"T{number:02}", "12 <b>", "15", f"Lỗi số {number} & thêm"
    )


def put(store: Any, mail: Mail) -> bool:
    with store.write() as tx:
        return enqueue(tx, mail)


@pytest.fixture
def answer(world: Any) -> Any:
    """Enqueue a receipt for one submission and return its row."""
    owed = world.owe(world.unit(), DUE, opened=OPENED, title="Báo cáo CCHC quý I năm 2026")

    def make(outcome: str, findings: list[CheckFinding], marked: bytes | None = None, **more: Any) -> Any:
        values = {"submission_id": f"{owed}/abcdef0123456789", "as_of": NOW} | more
        as_of = values.pop("as_of")
        receipt = Receipt(
            obligation_id=owed,
            unit=world.units.get(world.unit()),
            round_=world.calendar.round("2026-Q1"),
            findings=findings,
            outcome=outcome,
            marked=marked,
            **values,
        )
        mail = receipt_mail(world.store, world.instance, receipt, as_of)
        made = put(world.store, mail)
        row = world.store.one("mail.mail", mail_key=f"{world.unit()}/{values['submission_id']}/bien_nhan")
        return made, row

    return make


def test_a_refusal_names_at_most_ten_cells_the_worst_first_and_attaches_the_marked_workbook(
    world: Any, answer: Any
) -> None:
    findings = [finding(n, "canh_bao") for n in range(1, 9)] + [finding(n) for n in range(20, 27)]
    made, mail = answer("rejected", findings, b"PK marked")
    assert made
    text = BeautifulSoup(mail["html"], "html.parser").get_text(" ")
    for part in (text, mail["plain"]):
        assert part.count("Lỗi số") == 10
        assert all(f"I{n}" in part for n in range(20, 27))
        assert part.index("Lỗi số 26") < part.index("Lỗi số 1 ")
        assert "Còn 5 điểm khác" in part
        assert "7 lỗi cần sửa" in part
        assert "17 giờ 00 ngày 17/03/2026" in part
    (attached,) = json.loads(mail["attachments"])
    assert (world.instance.root / attached).read_bytes() == b"PK marked"


def test_a_finding_in_an_attached_document_is_no_cell_and_one_without_a_cell_names_its_sheet(
    answer: Any,
) -> None:
    of_file = replace(finding(1, "canh_bao"), sheet="bao-cao.docx", cell="dòng 4")
    of_sheet = replace(finding(2), sheet="Hướng dẫn", cell="")
    _, mail = answer("rejected", [of_file, of_sheet])
    for part in (mail["plain"], BeautifulSoup(mail["html"], "html.parser").get_text(" ")):
        assert "tệp “bao-cao.docx”, dòng 4" in part
        assert "sheet “Hướng dẫn”" in part
        assert "ô dòng" not in part and "ô ," not in part and "”, ô :" not in part


def test_a_review_without_the_units_own_cells_does_not_ask_to_mend_the_attachment(answer: Any) -> None:
    _, mail = answer("rejected", [finding(1)], b"PK marked", review_only=True)
    assert "Đề nghị sửa trong tệp của đơn vị" in mail["plain"] and "tô màu" not in mail["html"]


def test_what_a_unit_typed_never_becomes_markup(answer: Any) -> None:
    _, mail = answer("rejected", [finding(1)])
    assert "12 &lt;b&gt;" in mail["html"]
    assert "12 <b>" in mail["plain"]


@pytest.mark.parametrize(
    ("outcome", "findings", "words"),
    [
        ("accepted", [], "không có điểm nào cần sửa"),
        ("accepted", [finding(1, "canh_bao")], "có 1 điểm nên xem lại"),
        ("nothing", [], "không phát sinh"),
        ("rejected", [finding(1)], "CHƯA NHẬN ĐƯỢC"),
    ],
)
def test_each_outcome_says_what_it_is(
    answer: Any, outcome: str, findings: list[CheckFinding], words: str
) -> None:
    _, mail = answer(outcome, findings)
    assert words in mail["plain"]
    assert ("CHƯA NHẬN ĐƯỢC" in mail["plain"]) == (outcome == "rejected")


def test_a_refusal_after_the_due_date_asks_for_it_now_and_names_no_past_deadline_as_coming(
    answer: Any,
) -> None:
    _, mail = answer("rejected", [finding(1)], as_of=at(date(2026, 3, 18), 9))
    assert "gửi lại trước" not in mail["plain"]
    assert "Hạn đã qua từ 17 giờ 00 ngày 17/03/2026" in mail["plain"]


def test_a_submission_has_one_receipt(world: Any, answer: Any) -> None:
    assert answer("accepted", [])[0]
    assert not answer("accepted", [])[0]
    assert answer("accepted", [], submission_id="zzz")[0]
    assert len(world.store.query("chasing.waiting")) == 2


def test_a_receipt_answers_in_the_thread_of_the_request(world: Any, answer: Any) -> None:
    world.decide(at(date(2026, 3, 2), 8), rungs=["yeu_cau"])
    (request,) = world.store.query("chasing.first_mails_of_rounds", request="yeu_cau", rounds=["2026-Q1"])
    assert answer("accepted", [])[1]["in_reply_to"] == request["message_id"]


def test_an_unknown_outcome_is_refused(answer: Any) -> None:
    with pytest.raises(RuleRefused, match="accepted, rejected, nothing"):
        answer("submitted", [])


def test_an_unreadable_file_is_answered_once_with_the_reason(world: Any) -> None:
    facts: dict[str, Any] = {
        "unit": world.units.get(world.unit()),
        "round_": world.calendar.round("2026-Q1"),
        "file": Enclosure("báo cáo.doc", b"khong phai xlsx"),
        "reason": "Tệp “báo cáo.doc” không phải bảng tính đọc được.",
        "as_of": NOW,
    }
    assert put(world.store, refusal_mail(world.store, **facts))
    assert not put(world.store, refusal_mail(world.store, **facts))
    (waiting,) = world.store.query("chasing.waiting")
    mail = world.store.one("mail.mail", mail_key=waiting["mail_key"])
    assert facts["reason"] in mail["plain"]
    assert waiting["subject"] == "Không đọc được tệp báo cáo.doc"


def test_a_late_file_with_errors_is_to_be_mended_and_a_sound_one_is_not_to_be_sent_again(answer: Any) -> None:
    _, sound = answer("kept_late", [finding(1, "canh_bao")])
    _, faulty = answer(
        "kept_late", [finding(1), finding(2)], b"PK marked", submission_id="2026-Q1/x/bao_cao/0123"
    )
    for kind in ("plain", "html"):
        assert "chưa cần gửi lại" in sound[kind] and "sửa các lỗi" not in sound[kind]
        assert "chưa cần gửi lại" not in faulty[kind]
        assert "Tệp còn 2 lỗi nên chưa dùng được: đề nghị sửa các lỗi dưới đây rồi gửi lại." in faulty[kind]
        assert "Sửa ngay trong tệp này" in faulty[kind]
