"""A self-score at the door: points in range, evidence that can be opened, and what was refused said word for word."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from email.message import EmailMessage
from email.policy import SMTP

import openpyxl
import pypdfium2
import pytest
from tests.support.scored_year import COMMUNE, LOCKED, OPENED, ROUND

from cchc.checks import Rules
from cchc.clock import END, at
from cchc.mail.incoming import read_letter
from cchc.mail.mailbox import MailboxConfig
from cchc.paths import Instance
from cchc.run import Run
from cchc.scores import (
    EvidenceKind,
    EvidenceStatus,
    FileEventKind,
    Stage,
    evidence_of,
    file_events,
    history,
    pin_sets,
    standing,
)
from cchc.scores.sets import parse_set
from cchc.stages import receiving, score_opening
from cchc.store import Store
from cchc.submissions import late
from cchc.submissions.incoming import deal_with
from cchc.submissions.judging import write
from cchc.submissions.kept import findings_of
from cchc.submissions.self_scores import chosen_option
from cchc_rehearsal.fill import Answers, fill_workbook

SENT = at(date(2026, 12, 20), 9)


@pytest.fixture
def run(store: Store, instance: Instance) -> Run:
    own = Run(store, instance, OPENED, ROUND)
    score_opening.open_scoring(own)
    score_opening.build_forms(own, [COMMUNE])
    return own


def pdf(pages: int = 1) -> bytes:
    document, buffer = pypdfium2.PdfDocument.new(), io.BytesIO()
    for _ in range(pages):
        document.new_page(595, 842)
    document.save(buffer)
    return buffer.getvalue()


def form(run: Run, scores=None, evidence=()) -> bytes:
    empty = score_opening.form_path(run, run.units.get(COMMUNE)).read_bytes()
    return fill_workbook(empty, Answers(scores=scores or {}, evidence=evidence))


def packed(*files: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files:
            archive.writestr(name, content)
    return buffer.getvalue()


def send(run: Run, content: bytes, moment=SENT, suffix: str = ".xlsx") -> dict[str, int]:
    (run.instance.inbox / ROUND / f"{ROUND}_{COMMUNE}{suffix}").write_bytes(content)
    own = replace(run, as_of=moment, peer_cache={}, system_cache={})
    return receiving.receive(own, receiving.pending(own))


def said(run: Run) -> list[str]:
    """What the checks said about the evidence and points of the last version."""
    rows = run.store.query(
        "submissions.submissions_of_obligation", obligation_id=f"{ROUND}/{COMMUNE}/tu_cham"
    )
    found = findings_of(run.store, rows[-1]["submission_id"])
    return [one.message for one in found if one.rule != "chua-cham"]


def test_points_and_words_of_a_unit_are_kept_as_its_own_and_decide_nothing(run: Run) -> None:
    scores = {"1.1.1": {"chosen": "30_ngay"}, "1.1.4": {"self_points": Decimal("1.5"), "explanation": "Đủ"}}
    assert send(run, form(run, scores)) == {"warned": 1}
    own = standing(run.store, ROUND)[COMMUNE]
    assert {code: one.claim.points for code, one in own.items()} == {
        "1.1.1": Decimal("1.5"),
        "1.1.4": Decimal("1.5"),
    }
    assert (own["1.1.4"].claim.reason, own["1.1.4"].claim.actor) == ("Đủ", COMMUNE), "its words are kept"
    assert chosen_option(own["1.1.1"].claim) == "30_ngay"
    assert not any(one.is_decided for one in own.values())


def test_a_later_version_says_only_what_is_other_and_takes_back_what_is_blank(run: Run) -> None:
    send(run, form(run, {"1.1.1": {"chosen": "30_ngay"}, "1.1.4": {"self_points": 1}}))
    send(run, form(run, {"1.1.1": {"chosen": "30_ngay"}}), SENT + timedelta(hours=1))
    assert len(history(run.store, ROUND, COMMUNE, "1.1.1")) == 1
    words = history(run.store, ROUND, COMMUNE, "1.1.4")
    assert [one.points for one in words] == [1, None]
    assert {one.stage for one in words} == {Stage.CLAIM}


def test_a_claim_above_the_maximum_or_where_a_survey_decides_sends_the_form_back(run: Run) -> None:
    """The old door kept 5 of 2."""
    assert send(run, form(run, {"1.1.1": {"self_points": 3}, "8.1.1": {"self_points": 5}})) == {"rejected": 1}
    assert "Điểm tự chấm 1.1.1: 3 > 1,5 (tối đa)." in said(run)
    assert "8.1.1 là tiêu chí khảo sát: không tự chấm." in said(run)
    assert standing(run.store, ROUND) == {}


def test_evidence_that_is_missing_of_another_kind_or_inside_a_network_is_told_word_for_word(run: Run) -> None:
    evidence = [
        {"code": "1.1.1", "name": "QD123.pdf"},
        {"code": "1.1.4", "name": "kh.exe"},
        {"code": "1.1.4", "name": "http://10.1.2.3/van-ban"},
        {"code": "1.1.2", "name": "http://a.gov.vn/x"},
    ]
    content = form(run, {"1.2.1": {"self_points": 1}, "1.1.2": {"self_points": 1}}, evidence)
    assert send(
        run, packed(("tu-cham.xlsx", content), ("kh.exe", b"MZ\x90\x00" + b"\x00" * 99)), suffix=".zip"
    ) == {"warned": 1}
    messages = said(run)
    assert 'Tệp "QD123.pdf" không có trong thư nhưng có trong sheet Minh chứng, dòng 5.' in messages
    assert 'Tệp "kh.exe" không phải văn bản được nhận (pdf, docx, xlsx, jpg, png).' in messages
    link = "Liên kết http://10.1.2.3/van-ban chỉ mở được trong mạng nội bộ: gửi tệp thay cho liên kết."
    assert link in messages
    assert any("không phải https" in one for one in messages)
    assert evidence_of(run.store, ROUND, COMMUNE, as_of=END) == [], "nothing of it counts"


def test_points_without_the_evidence_that_must_be_there_are_told(run: Run) -> None:
    scored = next(iter(score_opening.pinned(run.store, ROUND).values()))
    rows = score_opening.set_among(score_opening.pinned(run.store, ROUND), ROUND, COMMUNE).rows
    row = next(
        one for one in rows if one.evidence_needed == "bat_buoc" and one.is_claimable and not one.options
    )
    assert scored
    send(run, form(run, {row.code: {"self_points": row.max_points}}))
    assert f'{row.code}: thiếu minh chứng "{row.evidence}" (bắt buộc).' in said(run)


def test_files_are_kept_once_by_their_bytes_and_need_not_be_sent_again(run: Run) -> None:
    evidence = [
        {"code": "1.1.1", "name": "KH 05.pdf", "document": "05/KH-UBND", "day": date(2026, 1, 15)},
        {"code": "1.1.4", "name": "kh 05.PDF"},
        {"code": "1.1.4", "name": "https://a.gov.vn/kh"},
    ]  # fmt: skip
    paper = pdf()
    first = form(run, {"1.1.4": {"self_points": 1}}, evidence)
    assert send(run, packed(("tu-cham.xlsx", first), ("KH 05.pdf", paper)), suffix=".zip") == {"warned": 1}
    found = evidence_of(run.store, ROUND, COMMUNE, as_of=END)
    files = [one for one in found if one.kind is EvidenceKind.FILE]
    assert len(files) == 2 and len({one.sha256 for one in files}) == 1
    assert (run.instance.data / files[0].stored_path).read_bytes() == paper
    assert (files[0].document_no, files[0].document_date) == ("05/KH-UBND", date(2026, 1, 15))
    assert [one.status for one in found if one.kind is EvidenceKind.LINK] == [EvidenceStatus.NOT_OPENED]
    again = form(run, {"1.1.4": {"self_points": Decimal("0.5")}}, evidence[1:2])
    send(run, again, SENT + timedelta(hours=1))
    assert not [one for one in said(run) if "kh 05.PDF" in one]
    (kept,) = evidence_of(run.store, ROUND, COMMUNE, as_of=END)
    assert (kept.criterion, kept.sha256) == ("1.1.4", files[0].sha256)
    assert evidence_of(run.store, ROUND, COMMUNE, as_of=SENT) == found, "as it was before the second version"


def test_a_form_of_another_set_is_sent_back_with_what_to_do(run: Run) -> None:
    content = form(run, {"1.1.4": {"self_points": 1}})
    old = score_opening.pinned(run.store, ROUND)["xa-2026"]
    other = parse_set(old.content.replace("1.1.4,", "1.1.44,", 1))
    with run.store.write() as tx:
        pin_sets(tx, ROUND, {"xa-2026": other}, SENT, actor="thu", reason="Sửa mã")
    assert send(run, content, SENT + timedelta(hours=1)) == {"refused": 1}
    assert standing(run.store, ROUND) == {}


def test_a_file_after_the_lock_waits_and_its_points_count_once_a_person_lets_it_in(run: Run) -> None:
    score_opening.lock_files(replace(run, as_of=LOCKED))
    content = form(run, {"1.1.4": {"self_points": 1}}, [{"code": "1.1.4", "name": "a.pdf"}])
    moment = LOCKED + timedelta(days=1)
    assert send(run, packed(("t.xlsx", content), ("a.pdf", pdf())), moment, ".zip") == {"late": 1}
    assert standing(run.store, ROUND) == {}
    assert evidence_of(run.store, ROUND, COMMUNE, as_of=END) == []
    decided = replace(run, as_of=moment + timedelta(hours=1), actor="thuky1")
    (waiting,) = late.waiting_late(decided)
    assert late.accept_late(decided, waiting["submission_id"], "Có văn bản đồng ý")
    assert standing(run.store, ROUND)[COMMUNE]["1.1.4"].claim.points == 1
    assert [one.name for one in evidence_of(run.store, ROUND, COMMUNE, as_of=END)] == ["a.pdf"]
    kinds = [one.kind for one in file_events(run.store, ROUND, COMMUNE)][-2:]
    assert kinds == [FileEventKind.LATE_WAITING, FileEventKind.LATE_ACCEPTED]


def test_a_file_after_the_lock_that_is_not_let_in_leaves_nothing_but_its_record(run: Run) -> None:
    score_opening.lock_files(replace(run, as_of=LOCKED))
    moment = LOCKED + timedelta(days=1)
    send(run, form(run, {"1.1.4": {"self_points": 1}}), moment)
    decided = replace(run, as_of=moment + timedelta(hours=1), actor="thuky1")
    (waiting,) = late.waiting_late(decided)
    assert late.leave_late(decided, waiting["submission_id"], "Quá hạn")
    assert standing(run.store, ROUND) == {}
    assert file_events(run.store, ROUND, COMMUNE)[-1].kind is FileEventKind.LATE_REFUSED


def test_a_mail_brings_form_and_evidence_and_a_workbook_beside_it_is_no_form(run: Run) -> None:
    evidence = [{"code": "1.1.4", "name": name} for name in ("kh.pdf", "so-lieu.xlsx", "anh.jpg")]
    content = form(run, {"1.1.4": {"self_points": 1}}, evidence)
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    book.save(buffer)
    picture = b"\xff\xd8\xff\xe0" + b"\0" * 99
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = run.units.get(COMMUNE).mailboxes[0], "cchc@sonoivu.angiang.example"
    mail["Subject"], mail["Message-ID"] = "Re: tự chấm", "<tu-cham-1@don-vi.example>"
    mail.set_content("Kính gửi Sở Nội vụ.\n")
    files = {"tu-cham.xlsx": content, "kh.pdf": pdf(), "so-lieu.xlsx": buffer.getvalue(), "anh.jpg": picture}
    for name, one in (files | {"la.pdf": pdf(2)}).items():
        mail.add_attachment(one, maintype="application", subtype="octet-stream", filename=name)
    own = replace(run, as_of=SENT, peer_cache={}, system_cache={})
    config = MailboxConfig("imap.example", 993, "cchc", "x")
    dealt = deal_with(own, Rules.load(), read_letter(mail.as_bytes()), SENT, config, too_large=False)
    assert dealt.words == ("warned",)
    with run.store.write() as tx:
        for verdict in dealt.verdicts:
            write(own, tx, verdict)
    assert [one.name for one in evidence_of(run.store, ROUND, COMMUNE, as_of=END)] == [
        "anh.jpg",
        "kh.pdf",
        "so-lieu.xlsx",
    ]
    assert any('"la.pdf"' in one and "không có trong sheet Minh chứng" in one for one in said(run))
