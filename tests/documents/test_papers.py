"""PDF copies of issued documents, and the origin that documents carry."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from typer.testing import CliRunner

from cchc.cli import app
from cchc.clock import at
from cchc.documents import papers, pdf
from cchc.documents.decisions import put_draft, put_issue
from cchc.documents.letters import build_request_letter
from cchc.documents.papers import keep, marking, pdf_copies, record, request_letter
from cchc.documents.registry import documents
from cchc.documents.waiting import ask_approvers, drafts
from cchc.documents.workbook import ListSheet, build_list_workbook
from cchc.errors import CchcError, NothingToDo
from cchc.files import freeze_zip
from cchc.obligations import RoundLedger
from cchc.paths import Instance
from cchc.run import Approval, Run
from cchc.store import Store

ROUND, NOON = "2026-Q1", at(date(2026, 3, 19), 12)
APPROVAL = Approval("approve", "thu", NOON, "", "12", "SNV-CCHC", date(2026, 3, 19))


@pytest.fixture
def run(store: Store, instance: Instance) -> Run:
    run = Run(store, instance, NOON, ROUND)
    RoundLedger(store).open(run.round, NOON, "thu")
    return run


def issued(run: Run) -> str:
    letter = build_request_letter(run.round, marking(run, approval=APPROVAL))
    return issue(run, APPROVAL, letter)


def issue(run: Run, approval: Approval, letter: bytes) -> str:
    kept = keep(run, "yeu_cau", letter, "cong-van.docx", draft=1, approval=approval, extra={})
    (made,) = put_issue(run, approval, 1, [kept], lambda _tx, _own: None)
    return made


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """In the place of LibreOffice: a program that writes another PDF each time it is called."""
    program, calls = tmp_path / "soffice", tmp_path / "calls"
    program.write_text(
        f"#!/bin/sh\necho >> {calls}\nfor last; do :; done\n"
        f'{{ printf "%%PDF-1.7 "; wc -l < {calls}; }} > "${{last%.docx}}.pdf"\n'
    )
    program.chmod(0o755)
    monkeypatch.setattr(pdf.shutil, "which", lambda _: str(program))
    return calls


def test_an_issued_document_gets_one_pdf_with_its_number_however_often_the_step_is_run(
    run: Run, office: Path
) -> None:
    letter = issued(run)
    first = pdf_copies(run, [letter])
    assert pdf_copies(run, [letter]) == first
    assert len(office.read_text().splitlines()) == 1
    (copy,) = [one for one in documents(run.store, ROUND) if one.kind == "yeu_cau_pdf"]
    assert (copy.document_id, copy.number, copy.file_name) == (first[0], "12", "cong-van.pdf")
    assert copy.copied_to(run.instance).read_bytes().startswith(b"%PDF-")


def test_without_libreoffice_nothing_is_recorded(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf.shutil, "which", lambda _: None)
    assert pdf_copies(run, [issued(run)]) == []
    assert [one.kind for one in documents(run.store, ROUND)] == ["yeu_cau"]


@pytest.fixture
def asked(run: Run, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("CCHC_HOME", str(run.instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", run.store.url)

    def ask(path: Path) -> str:
        result = CliRunner().invoke(app, ["van-ban", "nguon-goc", str(path)])
        return result.output + str(result.exception or "")

    return ask


def test_a_document_tells_from_what_it_was_made_until_somebody_changes_it(
    run: Run, asked: Any, tmp_path: Path
) -> None:
    issued(run)
    (one,) = documents(run.store, ROUND)
    path = one.copied_to(run.instance)
    told = asked(path)
    for expected in (
        "Còn nguyên",
        "số 12/SNV-CCHC",
        one.provenance["code"],
        one.provenance["config"],
        "yeu_cau",
    ):
        assert expected in told
    changed = Document(str(path))
    changed.paragraphs[0].add_run("thêm")
    changed.save(str(tmp_path / "sua.docx"))
    told = asked(tmp_path / "sua.docx")
    assert "Còn nguyên" not in told
    assert "đã bị sửa" in told
    assert one.provenance["config"] in told


def test_a_document_issued_anew_tells_the_number_it_had_before(run: Run, asked: Any) -> None:
    issued(run)
    right = replace(APPROVAL, number="21")
    letter = build_request_letter(run.round, marking(run, approval=right))
    issue(run, right, letter)
    new = next(one for one in documents(run.store, ROUND) if one.number == "21")
    told = asked(new.copied_to(run.instance))
    assert "số 21/SNV-CCHC" in told
    assert "trước với số 12/SNV-CCHC ngày 19/03/2026" in told


def test_a_workbook_tells_it_too(run: Run, asked: Any) -> None:
    book = build_list_workbook([ListSheet("A", "B", ["C"], [9], [["d"]])], marking(run))
    record(run, "phu_luc", book, "phu-luc.xlsx")
    (one,) = documents(run.store, ROUND)
    assert one.provenance["config"] in asked(one.copied_to(run.instance))


def test_a_file_that_is_none_of_ours_is_named(asked: Any, tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Document().save(buffer)
    (tmp_path / "la.docx").write_bytes(freeze_zip(buffer.getvalue()))
    (tmp_path / "la.txt").write_text("x")
    assert "không ghi nguồn gốc" in asked(tmp_path / "la.docx")
    assert "la.txt" in asked(tmp_path / "la.txt")
    assert "khong-co.docx" in asked(tmp_path / "khong-co.docx")


def test_nothing_of_the_machine_stands_in_a_document(run: Run) -> None:
    import zipfile

    issued(run)
    (one,) = documents(run.store, ROUND)
    with zipfile.ZipFile(one.kept_at(run.instance)) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    for secret in (str(run.instance.root), str(Path.home()), str(Path.cwd())):
        assert secret.encode() not in everything


def draft(run: Run, number: int) -> str:
    letter = build_request_letter(run.round, marking(run, draft=number))
    name = f"bao-cao_du-thao-{number}.docx"
    (made,) = put_draft(
        run, number, [keep(run, "bao_cao", letter, name, draft=number, approval=None, extra={})]
    )
    return made


def test_who_decides_gets_the_drafts_pdf_and_never_that_of_an_earlier_draft(run: Run, office: Path) -> None:
    pdf_copies(run, [draft(run, 1)])
    assert [one.file_name for one in drafts(run)] == ["bao-cao_du-thao-1.docx", "bao-cao_du-thao-1.pdf"]
    second = draft(run, 2)
    assert [one.file_name for one in drafts(run)] == ["bao-cao_du-thao-2.docx"], "until its own PDF is made"
    pdf_copies(run, [second])
    assert [one.file_name for one in drafts(run)] == ["bao-cao_du-thao-2.docx", "bao-cao_du-thao-2.pdf"]
    assert ask_approvers(run)
    (row,) = run.store.query("chasing.waiting")
    mail = run.store.one("mail.mail", mail_key=row["mail_key"])
    assert mail is not None
    assert "bao-cao_du-thao-2.pdf" in mail["attachments"]


def test_an_office_out_of_order_holds_up_nobodys_decision(
    run: Run,
    office: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    from cchc_airflow import issuing

    Path(pdf.shutil.which("soffice") or "").write_text("#!/bin/sh\nexit 3\n")
    monkeypatch.setattr(issuing, "run_context", lambda: run)
    assert issuing.draft_pdfs([draft(run, 1)]) == []
    assert "Chưa có bản PDF của dự thảo" in caplog.text + capsys.readouterr().out
    assert [one.file_name for one in drafts(run)] == ["bao-cao_du-thao-1.docx"]


@pytest.mark.parametrize(
    "script",
    ["#!/bin/sh\nexit 3\n", "no program at all", "#!/bin/sh\nsleep 600\n"],
    ids=["fails", "broken", "hangs"],
)
def test_an_office_out_of_order_holds_up_no_mail_and_the_pdf_follows(
    run: Run, office: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    from cchc.stages import maintaining
    from cchc_airflow import issuing

    program = Path(pdf.shutil.which("soffice") or "")
    sound = program.read_text()
    program.write_text(script)
    monkeypatch.setattr(issuing, "run_context", lambda: run)
    monkeypatch.setattr(papers, "to_pdfs", lambda *given: pdf.to_pdfs(*given, time_limit_s=1))
    letter = issued(run)
    assert issuing.pdf_copies([letter]) == []
    with pytest.raises(CchcError):
        maintaining.make_missing_pdfs(run)
    program.write_text(sound)
    assert maintaining.make_missing_pdfs(run) == 1
    assert [one.kind for one in documents(run.store, ROUND)] == ["yeu_cau", "yeu_cau_pdf"]
    with pytest.raises(NothingToDo):
        maintaining.make_missing_pdfs(run)


def test_opening_a_round_writes_the_request_letter_once_to_be_signed_on_paper(run: Run) -> None:
    first = request_letter(run)
    assert request_letter(run) == first
    (kept,) = documents(run.store, ROUND)
    assert kept.copied_to(run.instance).parent.name == "cong-van-yeu-cau"
    text = "\n".join(one.text for one in Document(str(kept.copied_to(run.instance))).paragraphs)
    assert "quý I năm 2026" in text
    assert "số in sẵn của phần mềm: để trống ô của đơn vị là đồng ý" in text, "as the form itself says"
    assert drafts(run) == [], "nobody is asked to approve it here"


def test_a_round_opened_again_after_an_upgrade_has_one_request_letter_and_a_new_one_for_a_new_day(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = request_letter(run)
    monkeypatch.setattr("cchc.documents.provenance.code_revision", lambda: "f" * 40)
    assert request_letter(run) == first
    assert len(documents(run.store, ROUND)) == 1
    due = replace(run.round, unit_due_at=at(date(2026, 3, 20), 17))
    monkeypatch.setattr(Run, "round", property(lambda _: due))
    assert request_letter(run) != first, "it asks for another day"
