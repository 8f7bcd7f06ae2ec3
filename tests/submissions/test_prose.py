"""Claims on the receipt of a submission: of its attachments, and never refusing it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from cchc.submissions.prose import check_attachment
from cchc.workbooks.forms import blocking
from cchc.year import Window

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


WINDOW = Window(date(2025, 12, 15), date(2026, 3, 14))


@pytest.mark.parametrize(
    "text",
    [
        "Từ ngày 15/12/2024 đến ngày 14/3/2025, UBND xã tiếp nhận 1.200 hồ sơ.",
        "Kỳ báo cáo từ ngày 01/12/2025 đến ngày 28/02/2026: tổng số 300 hồ sơ.",
        "Tính đến hết ngày 16/3/2026, UBND xã đã giải quyết 500 hồ sơ.",
    ],
)
def test_figures_of_days_outside_the_rounds_window_are_found(text: str) -> None:
    known = {"signed_on": date(2026, 3, 17), "received_on": date(2026, 3, 18)}
    (finding,) = check_attachment(text.encode(), "a.txt", window=WINDOW, **known)
    assert (finding.rule, finding.severity) == ("claim_other_window", "canh_bao")
    assert finding.expected == "15/12/2025 - 14/03/2026"
    assert check_attachment(text.encode(), "a.txt", **known) == [], "without a window nothing is known of it"


@pytest.mark.parametrize(
    "text",
    [
        "Từ ngày 15/12/2025 đến ngày 14/3/2026, UBND xã tiếp nhận 1.200 hồ sơ.",
        "Từ ngày 01/01/2026 đến ngày 31/01/2026, UBND xã tiếp nhận 200 hồ sơ.",
        "So với cùng kỳ (từ ngày 15/12/2024 đến ngày 14/3/2025 tiếp nhận 900 hồ sơ) tăng 300 hồ sơ.",
        "Lũy kế từ ngày 01/7/2025 đến ngày 14/3/2026, tiếp nhận 3.000 hồ sơ.",
        "Lớp tập huấn tổ chức từ ngày 02/12/2025 đến ngày 05/12/2025 tại hội trường.",
        "Tính đến ngày 14/3/2026, tiếp nhận 1.200 hồ sơ.",
    ],
)
def test_the_windows_own_days_comparisons_and_other_events_are_left_alone(text: str) -> None:
    assert check_attachment(text.encode(), "a.txt", window=WINDOW, signed_on=date(2026, 3, 17)) == []


def test_figures_beyond_the_signing_are_said_once() -> None:
    text = "Từ ngày 15/12/2025 đến ngày 20/3/2026, UBND xã tiếp nhận 1.200 hồ sơ."
    found = check_attachment(text.encode(), "a.txt", window=WINDOW, signed_on=date(2026, 3, 17))
    assert [one.rule for one in found] == ["claim_window"]
