"""Claims on the receipt of a submission: of its attachments, and never refusing it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from cchc.checks import blocking
from cchc.checks.claims import check_attachment

TEXT = "Mở đầu.\nĐã giải quyết 54.647 hồ sơ (đúng hạn 53.850; quá hạn 789 hồ sơ)."


def test_an_attachment_is_read_and_its_claims_name_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text(TEXT, encoding="utf-8")
    for content in (TEXT.encode(), path):
        (finding,) = check_attachment(content, "bao-cao.txt")
        assert (finding.rule, finding.severity, finding.sheet, finding.cell) == (
            "claim_parts", "canh_bao", "bao-cao.txt", "dòng 2",
        )  # fmt: skip
        assert finding.found and finding.found.startswith("54.647 hồ sơ") and finding.expected == "54.639"
        assert not blocking([finding])


def test_an_attachment_is_held_against_signing_and_workbook() -> None:
    text = b"Ke hoach so 12/KH-UBND ngay 25/6/2024. Phat hanh 120 van ban di."
    found = check_attachment(text, "a.txt", signed_on=date(2024, 6, 7), figures={"VB.1": Decimal(130)})
    assert {(one.rule, one.indicator) for one in found} == {
        ("claim_future_document", None),
        ("claim_table", "VB.1"),
    }


def test_an_attachment_that_cannot_be_read_is_a_note_not_a_refusal() -> None:
    (finding,) = check_attachment(b"PK\x03\x04", "quet.docx")
    assert (finding.rule, finding.severity) == ("claim_unreadable", "luu_y")
    assert "quet.docx" in finding.message
