"""Issued documents go to everybody on their Nơi nhận, once, and operators hear of whom no mail can reach."""

from __future__ import annotations

import json
import logging
import shutil
from dataclasses import replace
from datetime import date, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from tests.support.signed import signed_on_paper
from typer.testing import CliRunner

from cchc.chasing.day_summary import enqueue_summary, summarise_day
from cchc.cli.thu import app
from cchc.clock import at
from cchc.config_files.folder import config_dir
from cchc.documents.decisions import put_draft, put_issue
from cchc.documents.form import DocumentSettings
from cchc.documents.handing_out import mail_issued
from cchc.documents.letters import build_request_letter
from cchc.documents.papers import keep, marking, record
from cchc.documents.registry import DocumentRecord, document, documents, last_issued, record_document
from cchc.documents.signed_copies import signed_copy
from cchc.documents.workbook import ListSheet, build_list_workbook
from cchc.mail.department import Department
from cchc.mail.outbox import PREVIEW_FOLDER
from cchc.obligations import RoundLedger
from cchc.paths import Instance
from cchc.run import Approval, Run
from cchc.stages import chasing
from cchc.store import Store
from cchc_rehearsal.sink import MailSink

ROUND, NOON = "2026-Q1", at(date(2026, 3, 19), 12)
APPROVAL = Approval("approve", "thu", NOON, "", "12", "BC-UBND", date(2026, 3, 19))
PERIOD = "Báo cáo công tác cải cách hành chính quý I năm 2026"


@pytest.fixture
def run(store: Store, instance: Instance) -> Run:
    run = Run(store, instance, NOON, ROUND)
    RoundLedger(store).open(run.round, NOON, "thu")
    return run


@pytest.fixture
def own_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An editable copy of the configuration, in force."""
    folder = Path(shutil.copytree(config_dir(), tmp_path / "config"))
    monkeypatch.setenv("CCHC_CONFIG", str(folder))
    return folder


def issue(
    run: Run, approval: Approval = APPROVAL, text: str = "d", *, signed: bool = True, **extra: object
) -> list[str]:
    """A report, its appendix and its PDF as the stages record them, and its signed copy; the report's and the appendix'
    ids."""
    mark = marking(run, approval=approval)
    report, book = (
        build_request_letter(run.round, mark),
        build_list_workbook([ListSheet("A", "B", ["C"], [9], [[text]])], mark),
    )
    name = f"bao-cao-{ROUND}-{approval.number}"
    parts = (("bao_cao", report, f"{name}.docx"), ("phu_luc", book, f"phu-luc-{approval.number}.xlsx"))
    ids = put(run, approval, *(keep(run, *one, draft=1, approval=approval, extra=extra) for one in parts))
    made = document(run.store, ids[0])
    assert made is not None
    record_document(
        run.store,
        run.instance,
        DocumentRecord(
            round_id=ROUND,
            kind="bao_cao_pdf",
            draft=1,
            file_name=f"{name}.pdf",
            made_at=run.as_of,
            provenance={"made_from": made.file_sha256},
            number=approval.number,
            symbol=approval.symbol,
            issued_on=approval.issued_on,
        ),
        b"%PDF-1.7 thu",
    )
    if signed:
        signed_on_paper(replace(run, as_of=max(run.as_of, made.made_at)), ids)
    return ids


def put(run: Run, approval: Approval, *parts: DocumentRecord) -> list[str]:
    return put_issue(run, approval, 1, parts, lambda _tx, _own: None)


def mails(run: Run) -> list[dict[str, Any]]:
    with run.store.read() as tx:
        rows = tx.connection.exec_driver_sql(
            "SELECT * FROM mails WHERE kind = 'van_ban_ban_hanh' ORDER BY mail_key"
        ).mappings()
        return [dict(row) for row in rows]


def addressed(run: Run) -> list[str]:
    return [address for row in mails(run) for address in json.loads(row["recipients"])]


def expected(run: Run) -> set[str]:
    """Read plainly off the list of the consolidated report in documents.yaml."""
    boxes = {box for unit in run.units.on(run.today, ["so", "xa"]) for box in unit.mailboxes}
    known = DocumentSettings.load().mailing.receivers
    for line in (
        "Bộ Nội vụ",
        "Thường trực Tỉnh ủy, HĐND tỉnh",
        "Chủ tịch, các Phó Chủ tịch UBND tỉnh",
    ):
        boxes |= set(known[line].mailboxes)
    return boxes


def configured(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_everybody_on_the_list_gets_the_document_once_however_often_the_step_is_run(run: Run) -> None:
    ids = issue(run)
    assert mail_issued(run, ids) > 0
    first = mails(run)
    assert sorted(addressed(run)) == sorted(expected(run))
    assert all(len(json.loads(row["recipients"])) <= 50 for row in first)
    assert not any("Lưu" in row["plain"] or "VT" in row["plain"] for row in first)
    for row in first:
        assert row["subject"] == f"{PERIOD} (số 12/BC-UBND ngày 19/03/2026)"
        assert [Path(one).suffix for one in json.loads(row["attachments"])] == [".pdf", ".xlsx"]
    lines = {row["plain"].splitlines()[0] for row in first}
    assert "Kính gửi: Bộ Nội vụ" in lines, "'Như trên' stands for the addressees"
    assert "Kính gửi: UBND các xã, phường, đặc khu" in lines
    assert mail_issued(run, ids) == 0
    assert mails(run) == first


def test_a_document_made_again_with_other_bytes_is_still_the_one_that_was_mailed(run: Run) -> None:
    mail_issued(run, issue(run))
    before = addressed(run)
    assert mail_issued(run, issue(run, text="lập lại ở bản mã khác")) == 0
    assert addressed(run) == before


def test_an_address_that_is_given_later_gets_its_mail_and_nobody_else_another(
    run: Run, own_config: Path
) -> None:
    configured(own_config, "documents.yaml", "{mailboxes: [vanthu@bonoivu.example]}", "{mailboxes: []}")
    ids = issue(run)
    mail_issued(run, ids)
    before = addressed(run)
    assert "vanthu@bonoivu.example" not in before
    configured(
        own_config, "documents.yaml", "Bộ Nội vụ: {mailboxes: []}", "Bộ Nội vụ: {mailboxes: [a@b.example]}"
    )
    (found,) = summarise_day(run).not_reached
    assert (found.without, found.waiting) == ((), 1)
    assert mail_issued(run, ids) == 1
    assert sorted(addressed(run)) == sorted([*before, "a@b.example"])
    assert summarise_day(run).not_reached == []


def test_operators_are_told_by_name_of_receivers_without_an_address(
    run: Run, own_config: Path, caplog: pytest.LogCaptureFixture
) -> None:
    configured(own_config, "documents.yaml", "    Bộ Nội vụ: {mailboxes: [vanthu@bonoivu.example]}\n", "")
    with caplog.at_level(logging.WARNING):
        mail_issued(run, issue(run))
    assert "Bộ Nội vụ" in caplog.text
    later = replace(run, as_of=at(date(2026, 3, 20), 8))
    assert enqueue_summary(later)
    (row,) = [one for one in later.store.query("chasing.waiting") if one["kind"] == "tong_hop_ngay"]
    summary = later.store.one("mail.mail", mail_key=row["mail_key"])
    assert summary is not None
    for text in (summary["plain"], summary["html"]):
        assert "Bộ Nội vụ" in text
        assert PERIOD in text
        assert "documents.yaml" in text
    assert summarise_day(replace(run, as_of=NOON + timedelta(days=8))).not_reached == [], "not for ever"


def test_a_decision_that_took_two_weeks_is_told_all_the_same(run: Run, own_config: Path) -> None:
    configured(own_config, "documents.yaml", "    Bộ Nội vụ: {mailboxes: [vanthu@bonoivu.example]}\n", "")
    decided = at(date(2026, 4, 2), 9)
    mail_issued(run, issue(run, replace(APPROVAL, decided_at=decided, issued_on=decided.date())))
    (found,) = summarise_day(replace(run, as_of=at(date(2026, 4, 3), 8))).not_reached
    assert found.without == ("Bộ Nội vụ",)


def test_a_file_beyond_the_limit_is_named_in_the_mail_and_the_others_go(run: Run, own_config: Path) -> None:
    ids = issue(run)
    report, book = (document(run.store, one) for one in ids)
    assert report is not None
    assert book is not None
    signed = signed_copy(run.store, report)
    assert signed is not None
    kept = [one.kept_at(run.instance).stat().st_size for one in (signed, book)]
    limit = (kept[0] + 100) / 1024 / 1024  # the signed report fits, the appendix no more
    assert kept[1] > 100
    configured(own_config, "documents.yaml", "attachments_mb: 15", f"attachments_mb: {limit:.6f}")
    mail_issued(run, ids)
    for row in mails(run):
        assert [Path(one).suffix for one in json.loads(row["attachments"])] == [".pdf"]
        for text in (row["plain"], row["html"]):
            assert "phu-luc-12.xlsx" in text
            assert "quá lớn" in text.lower()


def test_what_goes_out_is_what_was_issued_although_somebody_changed_the_copy(run: Run) -> None:
    ids = issue(run)
    report = document(run.store, ids[0])
    assert report is not None
    kept = signed_copy(run.store, report)
    assert kept is not None
    kept.copied_to(run.instance).write_bytes(b"sua tay")
    mail_issued(run, ids)
    assert kept.copied_to(run.instance).read_bytes() == kept.kept_at(run.instance).read_bytes()


def test_a_document_that_takes_the_place_of_another_is_mailed_anew_and_says_so(run: Run) -> None:
    mail_issued(run, issue(run))
    first = {row["mail_key"] for row in mails(run)}
    second = replace(APPROVAL, number="15")
    mail_issued(run, issue(run, second, corrects="12/BC-UBND"))
    new = [row for row in mails(run) if row["mail_key"] not in first]
    assert {address for row in new for address in json.loads(row["recipients"])} == expected(run)
    for row in new:
        assert "thay thế văn bản số 12/BC-UBND" in row["plain"]
        assert "số 15/BC-UBND" in row["subject"]


@pytest.mark.parametrize(
    ("round_id", "kind", "title"),
    [
        ("2026-KH", "ke_hoach", "Kế hoạch cải cách hành chính năm 2026"),
        ("2026-6T", "bao_cao", "Báo cáo công tác cải cách hành chính 6 tháng đầu năm 2026"),
        ("2026-NAM", "bao_cao", "Báo cáo công tác cải cách hành chính năm 2026"),
        ("2026-CD", "quyet_dinh_xep_hang", "Quyết định công bố kết quả chấm điểm, xếp hạng"),
    ],
)
def test_every_document_that_a_round_issues_is_mailed_under_its_name(
    run: Run, round_id: str, kind: str, title: str
) -> None:
    own = replace(run, round_id=round_id)
    RoundLedger(run.store).open(own.round, NOON, "thu")
    letter = build_request_letter(run.round, marking(run, approval=APPROVAL))
    kept = keep(own, kind, letter, "van-ban.docx", draft=1, approval=APPROVAL, extra={})
    ids = put(own, APPROVAL, kept)
    assert mail_issued(own, ids) == 0, "nothing unsigned leaves"
    signed_on_paper(own, ids)
    assert mail_issued(own, ids) > 0
    assert {address for row in mails(run) for address in json.loads(row["recipients"])} == expected(run)
    assert all(row["subject"].startswith(title) for row in mails(run))


def test_a_number_that_was_entered_wrongly_is_entered_anew_and_everybody_hears_of_it(run: Run) -> None:
    """Clearing the decision asks again: the same draft under another number or day, and nothing else changes."""
    ids = issue(run)
    mail_issued(run, ids)
    first = {row["mail_key"] for row in mails(run)}
    right = replace(APPROVAL, issued_on=date(2026, 3, 20))
    for _ in range(2):  # a repeated step changes nothing
        again = issue(run, right)
        mail_issued(run, again)
    new = [row for row in mails(run) if row["mail_key"] not in first]
    assert sorted(a for row in new for a in json.loads(row["recipients"])) == sorted(expected(run))
    for row in new:
        assert "số 12/BC-UBND ngày 19/03/2026 đã gửi (chỉ đính chính số, ký hiệu, ngày" in row["plain"]
        assert "ngày 20/03/2026" in row["subject"]
        assert [Path(one).suffix for one in json.loads(row["attachments"])] == [".pdf", ".xlsx"]
    last = last_issued(run.store, ROUND, "bao_cao", run.as_of)
    assert last is not None
    assert last.issued_on == date(2026, 3, 20)
    state = run.rounds.state(ROUND, run.as_of)
    assert state is not None
    assert [one.issued_on for one in state.issues] == [date(2026, 3, 19), date(2026, 3, 20)]
    kept = [one for one in documents(run.store, ROUND) if one.kind == "bao_cao"]
    assert {one.issued_on for one in kept} == {date(2026, 3, 19), date(2026, 3, 20)}, (
        "the wrong one stays on record"
    )
    assert all(one.kept_at(run.instance).is_file() for one in kept)
    assert summarise_day(run).not_reached == [], "the wrong one wants no mails any more"


def test_drafts_and_letters_to_one_unit_go_to_nobody(run: Run) -> None:
    letter = build_request_letter(run.round, marking(run, draft=1))
    kept = keep(run, "bao_cao", letter, "du-thao.docx", draft=1, approval=None, extra={})
    (draft,) = put_draft(run, 1, [kept])
    own = record(run, "cong_van_kiem_tra", letter, "cong-van/x.docx", unit_code="30760")
    assert mail_issued(run, [draft, own, "khong-co"]) == 0


def test_what_is_internal_never_goes_to_a_receiver(run: Run) -> None:
    book = build_list_workbook([ListSheet("A", "B", ["C"], [9], [["x"]])], marking(run, approval=APPROVAL))
    letter = build_request_letter(run.round, marking(run, approval=APPROVAL))
    parts = (
        ("bao_cao", letter, "bao-cao.docx"), ("phu_luc", book, "phu-luc.xlsx"),
        ("bao_cao_noi_bo", letter, "thuyet-minh-noi-bo.docx"), ("phu_luc_noi_bo", book, "phu-luc-noi-bo.xlsx"),
    )  # fmt: skip
    ids = put(run, APPROVAL, *(keep(run, *one, draft=1, approval=APPROVAL, extra={}) for one in parts))
    signed_on_paper(run, ids)
    assert mail_issued(run, ids) > 0
    sent = {Path(one).name for row in mails(run) for one in json.loads(row["attachments"])}
    assert "phu-luc.xlsx" in sent and not [name for name in sent if "noi-bo" in name]


def test_in_preview_nothing_leaves_and_the_mail_carries_the_files(run: Run) -> None:
    ids = issue(run)
    count = mail_issued(run, ids)
    assert chasing.send(run)["previewed"] == count
    found = [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in (run.instance.root / PREVIEW_FOLDER).glob("*.eml")
    ]
    assert len(found) == count
    for mail in found:
        names = [part.get_filename() for part in mail.iter_attachments()]
        assert names == ["bao-cao-2026-Q1-12_da-ky.pdf", "phu-luc-12.xlsx"]
        assert mail["Subject"].startswith("[XEM TRƯỚC]")


@pytest.mark.parametrize("mode", ["redirect", "live"])
def test_over_a_real_line_each_mail_is_taken_once_under_its_fixed_identity(
    run: Run, tmp_path: Path, mode: str
) -> None:
    run.instance.settings_file.parent.mkdir(parents=True, exist_ok=True)
    run.instance.settings_file.write_text(
        f"mail_mode: {mode}\nrehearsal: true\nredirect_to: mot@noi.example\n", encoding="utf-8"
    )
    ids = issue(run)
    with MailSink(tmp_path / "thu") as sink:
        sender = Department.load().reply_to
        own = replace(run, smtp=sink.config(sender))
        count = mail_issued(own, ids)
        assert chasing.send(own)["sent"] == count
        mail_issued(own, ids)
        assert chasing.send(own)["sent"] == 0
        assert sorted(one.message_id for one in sink.received) == sorted(
            row["message_id"] for row in mails(run)
        )
        reached = [address for one in sink.received for address in one.recipients]
    if mode == "live":
        assert sorted(reached) == sorted(expected(run))
    else:
        assert reached == ["mot@noi.example"] * count


def test_looking_at_the_mails_shows_them_before_they_go(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CCHC_HOME", str(run.instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", run.store.url)
    count = mail_issued(run, issue(run))
    result = CliRunner().invoke(
        app, ["xem", "--ngay", "2026-03-19", "--html", str(tmp_path)], env={"COLUMNS": "300"}
    )
    assert result.exit_code == 0, result.output
    assert result.output.count(f"{PERIOD} (số 12/BC-UBND ngày 19/03/2026)") == count
    assert "vanthu@bonoivu.example" in result.output
    assert "và 33 địa chỉ khác" in result.output
    pages = [page.read_text(encoding="utf-8") for page in (tmp_path / "hop-di").glob("*.html")]
    assert len(pages) == count
    assert any("UBND các xã, phường, đặc khu" in page for page in pages)
