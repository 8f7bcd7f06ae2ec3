"""The book of a year's documents: each paper once, with how far it came, and from what it was made."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.documents.test_handing_out import APPROVAL, NOON, ROUND, issue, run
from tests.support.signed import signed_on_paper
from tests.support.waiting_draft import put_up

from cchc.clock import to_text
from cchc.documents.book import Paper, PaperState, book_of, origin_of_record, told_of
from cchc.documents.papers import request_letter
from cchc.documents.registry import document
from cchc.run import Run

__all__ = ["run"]
LATER = NOON + timedelta(days=1)


def book(run: Run, year: int = 2026) -> dict[str, Paper]:
    return {one.record.document_id: one for one in book_of(replace(run, as_of=LATER), year)}


def test_a_report_stands_once_with_its_pdf_and_waits_until_its_signed_copy_is_there(run: Run) -> None:
    report, appendix = issue(run, signed=False)
    found = book(run)
    assert list(found) and set(found) == {report, appendix}, "the PDF is no paper of its own"
    assert (found[report].state, found[appendix].state) == (PaperState.TO_SIGN, PaperState.ISSUED)
    assert (found[report].sign, found[report].day) == ("12/BC-UBND", APPROVAL.issued_on)
    assert found[report].pdf is not None and found[report].pdf.file_name.endswith(".pdf")
    (copy,) = signed_on_paper(run, [report])
    found = book(run)
    assert (found[report].state, found[report].signed) == (PaperState.SIGNED, copy)
    assert set(found) == {report, appendix}


def test_drafts_and_letters_without_a_number_are_told_apart_from_what_is_out(run: Run) -> None:
    drafts, letter = put_up(run), request_letter(run)
    found = book(run)
    assert {found[one].state for one in drafts} == {PaperState.DRAFT}
    assert (found[letter].state, found[letter].sign, found[letter].day) == (PaperState.TO_NUMBER, "", None)
    assert book_of(replace(run, as_of=NOON - timedelta(days=1)), 2026) == []
    assert book(run, 2025) == {}


def test_a_number_that_was_entered_wrongly_stays_in_the_book_as_replaced(run: Run) -> None:
    wrong, _ = issue(run, signed=False)
    moment = NOON + timedelta(hours=1)
    anew = replace(APPROVAL, number="13", decided_at=moment)
    right, _ = issue(replace(run, as_of=moment), anew, signed=False, renumbers="12/BC-UBND ngày 19/03/2026")
    found = book(run)
    assert (found[wrong].state, found[right].state) == (PaperState.REPLACED, PaperState.TO_SIGN)
    assert any("12/BC-UBND" in line for line in told_of(found[right].record))
    assert next(iter(found)) != wrong, "the newest first"


def test_the_origin_names_program_configuration_snapshots_and_whose_words_are_in_it(run: Run) -> None:
    own = {"section": "noi_bat", "by": "an", "at": to_text(NOON), "way": "board"}
    report, _ = issue(run, signed=False, own_words=[own], snapshots={"mot-cua-2026-Q1": "f" * 64})
    record = document(run.store, report)
    assert record is not None and record.round_id == ROUND
    origin = dict(origin_of_record(record))
    assert origin["Mã nguồn"] == record.provenance["code"] and "f" * 64 in origin.values()
    assert [line for line in told_of(record) if "noi_bat" in line and "an" in line]
