"""A draft of the first quarter's report that waits for a decision, made without closing a round."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from cchc.clock import at
from cchc.documents.decision_form import DecisionForm
from cchc.documents.decisions import put_draft
from cchc.documents.letters import build_request_letter
from cchc.documents.papers import keep, marking
from cchc.documents.registry import DocumentRecord, document, record_document
from cchc.documents.workbook import ListSheet, build_list_workbook
from cchc.run import Run

DRAFTED = at(date(2026, 3, 19), 9)


def put_up(run: Run, pdf: bytes = b"") -> list[str]:
    """Report and appendix as a draft, and the report's PDF where one is given; their ids, in the form's order."""
    own = replace(run, as_of=DRAFTED)
    mark = marking(own, draft=1)
    made = (
        ("bao_cao", build_request_letter(own.round, mark), "du-thao-1.docx"),
        ("phu_luc", build_list_workbook([ListSheet("A", "B", ["C"], [9], [["d"]])], mark), "phu-luc-1.xlsx"),
    )
    ids = put_draft(own, 1, [keep(own, *one, draft=1, approval=None, extra={}) for one in made])
    report = document(own.store, ids[0])
    assert report is not None
    if pdf:
        copy = DocumentRecord(
            round_id=report.round_id,
            kind="bao_cao_du_thao_pdf",
            draft=1,
            file_name="du-thao-1.pdf",
            made_at=report.made_at,
            provenance={"made_from": report.file_sha256},
        )
        ids.append(record_document(own.store, own.instance, copy, pdf))
    return ids


def form_of(ids: list[str]) -> DecisionForm:
    """The form that shows these documents."""
    return DecisionForm("chot_dot_bao_cao", "lan-1", "phe_duyet", shown=tuple(ids))
