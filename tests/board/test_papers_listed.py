"""Documents of a round: people read what they are, and drafts are folded once their document was issued."""

from __future__ import annotations

from typing import Any

from cchc_board.papers.listed import listed, without_settled_drafts


def row(kind: str, hour: int, **more: Any) -> dict[str, Any]:
    name = f"2026-Q1/{kind}-{hour}.docx"
    empty = {"number": None, "symbol": None, "issued_on": None, "draft": 1, "unit_code": None}
    return (
        {"document_id": name, "kind": kind, "file_name": name}
        | empty
        | {"made_at": f"2026-03-20T{hour:02}:00:00+07:00", **more}
    )


ISSUE = {"number": "45", "symbol": "BC-UBND", "issued_on": "2026-03-20"}


def test_a_document_is_named_by_what_it_is_with_its_number_and_day_before_its_file() -> None:
    found = listed(
        [row("cong_van_yeu_cau", 7), row("bao_cao_du_thao", 8, draft=2), row("bao_cao", 9, **ISSUE)]
    )
    assert [(one.what, one.file) for one in found] == [
        ("Báo cáo · 45/BC-UBND · 20/03/2026", "bao_cao-9.docx"),
        ("Báo cáo (dự thảo) · lần 2", "bao_cao_du_thao-8.docx"),
        ("Công văn yêu cầu báo cáo · lập 20/03/2026", "cong_van_yeu_cau-7.docx"),
    ]


def test_only_drafts_that_were_issued_since_are_folded() -> None:
    rows = [
        row("bao_cao_du_thao", 7), row("bao_cao_du_thao_pdf", 7), row("phu_luc_du_thao", 7),
        row("bao_cao", 9, **ISSUE), row("bao_cao_pdf", 9, **ISSUE), row("bao_cao_du_thao", 11, draft=2),
    ]  # fmt: skip
    others, settled = without_settled_drafts(rows)
    assert settled == rows[:2], "the appendix was never issued, and draft 2 is newer than the issue"
    assert others == rows[2:]
