"""Letters that are signed on paper: the draft gets its number and day, and nothing else of it changes."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from tests.support.signed import signed_on_paper
from typer.testing import CliRunner

from cchc.chasing.attachments import forms_of
from cchc.cli.van_ban_so import app
from cchc.clock import at
from cchc.documents.letters import LateRow, OrderRow, build_inspection_letter, build_urging_letter
from cchc.documents.marking import Marking
from cchc.documents.numbering import issue, issued_letter, numbered, unnumbered
from cchc.documents.papers import REQUEST_LETTER, request_letter
from cchc.documents.registry import add_document, document
from cchc.documents.signed_copies import to_be_signed
from cchc.errors import RuleRefused
from cchc.files import sha256_file
from cchc.paths import Instance
from cchc.run import Approval, Run
from cchc.store import Store

MADE = at(date(2026, 3, 2), 9)
ROUND = "2026-Q1"
DAY = date(2026, 3, 4)


def given(number: str = "45", day: date = DAY) -> Approval:
    return Approval(
        "approve", "văn thư", at(date(2026, 3, 5), 10), number=number, symbol="SNV-CCHC", issued_on=day
    )


@pytest.fixture
def run(store: Store, instance: Instance) -> Run:
    instance.root.mkdir(parents=True, exist_ok=True)
    run = Run(store, instance, MADE, ROUND, actor="văn thư")
    run.rounds.open(run.round, run.as_of, run.actor)
    return run


def words(content: bytes) -> str:
    opened = Document(io.BytesIO(content))
    parts = [
        opened.element.body,
        *(one._element for s in opened.sections for one in (s.header, s.first_page_header)),
    ]
    return "\n".join(
        "".join(node.text or "" for node in paragraph.iter(qn("w:t")))
        for part in parts
        for paragraph in part.iter(qn("w:p"))
    )


LATE = LateRow("UBND xã A", "Báo cáo quý I", at(date(2026, 3, 1), 17), 1, "Chưa gửi")
ORDER = OrderRow(1, "Thiếu sổ", "Lập sổ", at(date(2026, 4, 1), 17))


@pytest.mark.parametrize("rehearsal", [False, True])
@pytest.mark.parametrize("kind", ["don_doc", "sau_kiem_tra"])
def test_what_is_issued_is_what_the_library_writes_for_that_number(kind: str, rehearsal: bool) -> None:
    def made(marking: Marking) -> bytes:
        if kind == "don_doc":
            return build_urging_letter([LATE], "báo cáo", date(2026, 3, 9), marking)
        return build_inspection_letter("UBND xã A", 2026, [ORDER], marking)

    draft = Marking(MADE, rehearsal=rehearsal)
    issued = Marking(MADE, rehearsal=rehearsal, number="45", symbol="SNV-CCHC", issued_on=DAY)
    found, expected = words(numbered(made(draft), kind, draft, issued)), words(made(issued))
    assert found.split() == expected.split()
    assert "DỰ THẢO" not in found and "Số: 45/SNV-CCHC" in found and "ngày 04 tháng 3 năm 2026" in found


def test_a_letter_is_kept_as_issued_beside_its_draft_and_waits_no_more(run: Run) -> None:
    identity = request_letter(run)
    assert [one.record.document_id for one in unnumbered(run.store, ROUND, run.as_of)] == [identity]
    record = issue(run, identity, given())
    assert (record.number, record.symbol, record.issued_on, record.kind) == (
        "45",
        "SNV-CCHC",
        DAY,
        REQUEST_LETTER,
    )
    assert sha256_file(record.copied_to(run.instance)) == record.file_sha256
    draft = document(run.store, identity)
    assert draft is not None and draft.copied_to(run.instance).is_file() and draft.number is None
    later = at(date(2026, 3, 6), 8)
    assert unnumbered(run.store, ROUND, later) == []
    assert issue(run, identity, given()) == record, "entered twice is entered once"
    again = issue(run, identity, replace(given("46"), decided_at=at(date(2026, 3, 5), 11)))
    assert "số 45" in again.provenance["renumbers"] or "45/" in again.provenance["renumbers"]
    assert issued_letter(run.store, ROUND, REQUEST_LETTER, later) == again


def test_what_is_no_draft_or_has_an_earlier_day_is_refused(run: Run) -> None:
    identity = request_letter(run)
    with pytest.raises(RuleRefused, match="sớm hơn ngày soạn"):
        issue(run, identity, given(day=date(2026, 3, 1)))
    with pytest.raises(RuleRefused, match="cho-so"):
        issue(run, "khong-co", given())
    issued = issue(run, identity, given())
    with pytest.raises(RuleRefused, match="cho-so"):
        issue(run, issued.document_id, given())


def test_a_unit_gets_the_letter_as_it_was_signed_under_its_number_and_nothing_before(run: Run) -> None:
    identity = request_letter(run)
    drafted = document(run.store, identity)
    assert drafted is not None
    name = "cong-van/x_cong-van_30292.docx"
    letter = replace(drafted, document_id="x", kind="cong_van_kiem_tra", unit_code="30292", file_name=name)
    with run.store.write() as tx:
        add_document(tx, letter)
    form = run.instance.round_out(ROUND) / "bieu-mau" / f"{ROUND}_30292.xlsx"
    form.parent.mkdir(parents=True)
    form.write_bytes(b"PK")
    later = replace(run, as_of=at(date(2026, 3, 6), 8))
    assert forms_of(later)(ROUND, "30292") == []
    assert [one.document.document_id for one in to_be_signed(later)] == [identity, "x"]
    issued = replace(letter, document_id="y", number="12", provenance={"issues": "x"}, made_at=later.as_of)
    issued = replace(
        issued, file_name="cong-van/x_cong-van_30292_so-12.docx", issued_on=DAY, symbol="UBND-NC"
    )
    with run.store.write() as tx:
        add_document(tx, issued)
    assert [one.document.document_id for one in to_be_signed(later)] == [identity, "y"]
    assert forms_of(later)(ROUND, "30292") == []
    signed_on_paper(later, ["y"])
    names = [path.name for path in forms_of(later)(ROUND, "30292")]
    assert names == [form.name, "x_cong-van_30292_so-12_da-ky.pdf"]


@pytest.fixture
def command(run: Run, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("CCHC_HOME", str(run.instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", run.store.url)
    monkeypatch.setattr("cchc.clock.now", lambda: at(date(2026, 3, 5), 10))

    def call(*words: str) -> str:
        result = CliRunner().invoke(app, [*words], env={"CCHC_USER": "văn thư"})
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.output

    return call


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_register_filled_in_excel_numbers_the_letters(
    run: Run, command: Any, tmp_path: Any, kind: str
) -> None:
    import pandas as pd

    identity = request_letter(run)
    path = tmp_path / f"cho-so.{kind}"
    command("cho-so", "--ra", str(path))
    if kind == "csv":
        frame = pd.read_csv(path, sep=";", dtype=str, encoding="utf-8-sig", keep_default_na=False)
    else:
        frame = pd.read_excel(path, dtype=object, keep_default_na=False, engine="openpyxl")
    frame["Số"], frame["Ngày ban hành"] = "45", "04/03/2026" if kind == "csv" else pd.Timestamp("2026-03-04")
    if kind == "csv":
        frame.to_csv(path, sep=";", index=False, encoding="utf-8-sig")
    else:
        frame.to_excel(path, index=False)
    assert "45/SNV-CCHC" in command("ghi-so", "--tu", str(path))
    issued = issued_letter(run.store, ROUND, REQUEST_LETTER, at(date(2026, 3, 6), 8))
    assert issued is not None and issued.issued_on == DAY and issued.provenance["issues"] == identity
    assert "Không có văn bản nào chờ số" in command("cho-so")
