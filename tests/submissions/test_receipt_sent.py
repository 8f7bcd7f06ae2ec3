"""The answer to a workbook from end to end: a file arrives, a run takes it in, the mail and its attachment say why."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from tests.support.province import MORNING, OTHER, ROUND, UNIT, Province, good_answers

from cchc.stages.receiving import pending, receive
from cchc.submissions.kept import findings_of
from cchc.workbooks.read_book import read_workbook
from cchc_rehearsal.fill import Answer, Answers, fill_workbook

RED, ORANGE = "FFF8CBAD", "FFFFE0B2"
# Seven errors in cells of their own, then warnings and notes.
ERRORS = {
    "I.1.1": Answer(Decimal(12)),
    "I.1.2": Answer(Decimal(15)),
    "I.1.3": Answer("mười hai"),
    "I.3.2": Answer(-1),
    "I.3.3": Answer(-2),
    "I.4.1": Answer(-3),
    "III.5.3": Answer(Decimal("22.43"), 83, 270),
    "I.5.1": Answer("khoảng 60"),
}


def arrive(
    province: Province, content: bytes, name: str = f"{ROUND}_{UNIT}.xlsx", moment: datetime = MORNING
) -> dict[str, int]:
    """Put a file into the round's folder and let the next run take it in."""
    path = province.instance.inbox / ROUND / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return taken_in(province, moment + timedelta(minutes=20))


def taken_in(province: Province, moment: datetime) -> dict[str, int]:
    run = province.at(moment)
    return receive(run, pending(run))


def content_of(province: Province, mail: dict[str, Any]) -> bytes:
    (name,) = json.loads(mail["attachments"])
    return (province.instance.root / name).read_bytes()


def attached(province: Province, mail: dict[str, Any]) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content_of(province, mail)))


def rows(book: openpyxl.Workbook) -> list[tuple[str, ...]]:
    """(severity, sheet, cell, indicator, found, expected, message) of each line of the review."""
    return [tuple(row[1:8]) for row in book["Rà soát"].iter_rows(min_row=5, values_only=True) if row[1]]


@pytest.fixture
def faulty(province: Province) -> bytes:
    form = province.form()
    narratives = {"thu_tuc": "Nộp hồ sơ trực tuyến: phát sinh 83/270 hồ sơ, đạt 22,43%."}
    return fill_workbook(form, Answers(figures=ERRORS, narratives=narratives))


def test_a_refusal_holds_ten_in_the_mail_and_everything_in_the_coloured_workbook(
    province: Province, faulty: bytes
) -> None:
    assert arrive(province, faulty) == {"rejected": 1}
    (kept,) = province.submissions()
    findings = findings_of(province.store, kept["submission_id"])
    errors = [one for one in findings if one.severity == "loi"]
    assert len(findings) > 40
    assert len(errors) >= 7
    (mail,) = province.mails()
    numbers = re.findall(r"^(\d+)\. (Lỗi|Cảnh báo|Lưu ý), ", mail["plain"], re.MULTILINE)
    assert [int(number) for number, _ in numbers] == list(range(1, 11))
    assert [severity for _, severity in numbers] == sorted(
        (severity for _, severity in numbers), key=["Lỗi", "Cảnh báo", "Lưu ý"].index
    )
    for one in errors[:10]:
        assert f"sheet “{one.sheet}”, ô {one.cell}" in mail["plain"]
        assert one.message in mail["plain"]
    assert f"Còn {len(findings) - 10} điểm khác" in mail["plain"]
    book = attached(province, mail)
    listed = rows(book)
    assert len(listed) == len(findings)
    assert {(row[1], row[2], row[6]) for row in listed} == {
        (one.sheet, one.cell, one.message[:1000]) for one in findings
    }
    assert [row[0] for row in listed] == sorted(
        (row[0] for row in listed), key=["Lỗi", "Cảnh báo", "Lưu ý"].index
    )
    reds = {(one.sheet, one.cell) for one in errors}
    oranges = {(one.sheet, one.cell) for one in findings if one.severity == "canh_bao"} - reds
    for places, colour in ((reds, RED), (oranges, ORANGE)):
        for sheet, cell in places:
            assert book[sheet][cell].fill.fgColor.rgb == colour, (sheet, cell)
    assert book.active is not None and book.active.title == "Rà soát"


def test_the_returned_workbook_is_mended_and_sent_back(province: Province, faulty: bytes) -> None:
    arrive(province, faulty)
    (mail,) = province.mails()
    returned = content_of(province, mail)
    mended = fill_workbook(returned, good_answers(returned, 12))
    before = read_workbook(returned, "b.xlsx")
    assert before.identity.unit_code == UNIT
    # What was wrong is typed over in the very file that came back.
    right = {code: Answer(3) for code in ERRORS if code not in ("I.1.1", "III.5.3")}
    right |= {"I.1.1": Answer(12), "III.5.3": Answer(Decimal("30.74"), 83, 270)}
    mended = fill_workbook(mended, Answers(figures=right))
    (word,) = arrive(province, mended, "sua-lai.xlsx")
    assert word in ("accepted", "warned"), province.mails()[-1]["plain"]
    assert province.status() == "accepted"


@pytest.mark.slow
def test_what_came_back_settles_each_unit_on_the_day_on_which_it_comes_again(
    province: Province, resave: Callable[[bytes, str], bytes]
) -> None:
    """Two units, wrong on one day. One mends what came back two days later; the other mends it in part on the last
    morning, and wholly on the day after, when nobody may take it for in time."""
    due = {unit: province.run.ledger.get(f"{ROUND}/{unit}/bao_cao").due_at for unit in (UNIT, OTHER)}
    (deadline,) = set(due.values())

    def send(unit: str, content: bytes, moment: datetime) -> tuple[dict[str, int], bytes]:
        counts = arrive(province, content, f"{ROUND}_{unit}_{moment:%d}.xlsx", moment)
        answers = [one for one in province.mails() if one["unit_code"] == unit]
        return counts, content_of(province, max(answers, key=lambda one: one["as_of"]))

    def mended(content: bytes, **figures: Answer) -> bytes:
        filled = fill_workbook(content, good_answers(content, 9))
        return resave(fill_workbook(filled, Answers(figures=figures)), "xlsx")

    returned = {}
    for unit in (UNIT, OTHER):
        counts, returned[unit] = send(unit, province.faulty(unit), MORNING)
        assert counts == {"rejected": 1}
    counts, _ = send(UNIT, mended(returned[UNIT]), MORNING + timedelta(days=2))
    assert set(counts) <= {"accepted", "warned"}
    assert (province.status(UNIT), province.status(OTHER)) == ("accepted", "rejected")

    wrong = {"I.1.2": Answer("mười lăm")}
    counts, again = send(OTHER, mended(returned[OTHER], **wrong), deadline - timedelta(hours=6))
    assert counts == {"rejected": 1}
    book, cells = openpyxl.load_workbook(io.BytesIO(again)), read_workbook(again, "b.xlsx").figures
    assert [row[2] for row in rows(book) if row[0] == "Lỗi"] == [cells["I.1.2"].cell]
    assert book["Số liệu"][cells["I.1.2"].cell].fill.fgColor.rgb == RED
    assert book["Số liệu"][cells["I.1.1"].cell].fill.fgColor.rgb not in (RED, ORANGE), "mended meanwhile"
    taken_in(province, deadline + timedelta(hours=1))  # looks, and finds nothing
    send(OTHER, mended(again, **{"I.1.2": Answer(9)}), deadline + timedelta(days=1))
    states = {
        unit: province.run.ledger.state(f"{ROUND}/{unit}/bao_cao", deadline + timedelta(days=2))
        for unit in due
    }
    assert {one.status for one in states.values() if one} == {"accepted"}
    came = {unit: state.accepted_came_at for unit, state in states.items() if state}
    assert came[UNIT] < deadline < came[OTHER]


def test_an_acceptance_says_when_the_file_came_and_no_hash(province: Province) -> None:
    content = province.filled()
    assert arrive(province, content) == {"accepted": 1}
    (mail,) = province.mails()
    for part in (mail["plain"], mail["html"]):
        assert hashlib.sha256(content).hexdigest() not in part
        assert "9 giờ 20 ngày 10/03/2026" in part
    (kept,) = province.submissions()
    # Every figure was explained: more notes than the mail holds, so the rest stands in the workbook.
    notes = findings_of(province.store, kept["submission_id"])
    assert {one.severity for one in notes} == {"luu_y"}
    assert "ĐỂ BIẾT" in mail["plain"] and f"Còn {len(notes) - 10} điểm khác" in mail["plain"]
    assert len(rows(attached(province, mail))) == len(notes)
    assert kept["file_sha256"] == hashlib.sha256(content).hexdigest()
    assert kept["received_at"] == "2026-03-10T09:20:00+07:00", "when it was first seen"


@pytest.mark.slow
def test_a_workbook_saved_as_ods_comes_back_coloured_and_is_mended_in_what_came_back(
    province: Province, faulty: bytes, resave: Callable[[bytes, str], bytes]
) -> None:
    assert arrive(province, resave(faulty, "ods"), "b.ods") == {"rejected": 1}
    (mail,) = province.mails()
    assert "Sửa ngay trong tệp này" in mail["plain"]
    (kept,) = province.submissions()
    book = attached(province, mail)
    listed = rows(book)
    assert len(listed) == len(findings_of(province.store, kept["submission_id"]))
    wrong = [row for row in listed if row[0] == "Lỗi"]
    assert {book[row[1]][row[2]].fill.fgColor.rgb for row in wrong} == {RED}


def test_an_acceptance_with_warnings_comes_back_coloured_too(province: Province) -> None:
    form = province.form()
    answers = good_answers(form, 7)
    wrong = {"thu_tuc": "Nộp hồ sơ trực tuyến: phát sinh 83/270 hồ sơ, đạt 22,43%."}
    content = fill_workbook(
        form, Answers(figures=answers.figures, narratives={**answers.narratives, **wrong})
    )
    assert arrive(province, content) == {"warned": 1}
    (mail,) = province.mails()
    assert "ĐÃ NHẬN" in mail["plain"] and "điểm nên xem lại" in mail["plain"]
    cell = read_workbook(content, "b.xlsx").narrative_cells["thu_tuc"]
    assert f"sheet “Nội dung”, ô {cell}" in mail["plain"]
    book = attached(province, mail)
    assert book["Nội dung"][cell].fill.fgColor.rgb == ORANGE
    assert len(rows(book)) == len(findings_of(province.store, province.submissions()[0]["submission_id"]))
