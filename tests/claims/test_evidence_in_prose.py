"""Figures of prose are tried against all that they can belong to; one slip from a relation is told, chance is not."""

from __future__ import annotations

import pytest

from cchc.claims import check_text
from cchc.severity import Severity

LIST = (
    "Trong tháng tiếp nhận 7.936 hồ sơ.\n\nTheo cơ quan:\na) Sở Tư pháp: 2.410 hồ sơ, chiếm 30,37%.\n"
    "b) Sở Xây dựng: 1.826 hồ sơ, chiếm 23,01%.\nc) Sở Y tế: 1.544 hồ sơ, chiếm {}%.\n"
)


def told(text: str) -> list[tuple[str, str, str]]:
    return [
        (str(one.kind), one.stated, one.expected)
        for one in check_text(text).faults
        if one.severity is not Severity.NOTE
    ]


def test_shares_of_one_list_bear_out_what_they_are_of() -> None:
    assert told(LIST.format("19,46")) == []
    assert told(LIST.format("15,46")) == [("claim_percent", "15,46%", "19,46%")]


def test_a_finding_tells_the_other_readings_that_were_tried() -> None:
    text = "Sở nhận 1.367 hồ sơ mới và 2.411 hồ sơ cũ. Đã số hóa 1.094 hồ sơ, đạt 80,30%."
    (fault,) = check_text(text).faults
    assert fault.severity is Severity.WARNING and "1.094/" in fault.message
    assert "Cũng đã thử" in fault.message


def test_what_a_colon_introduces_is_of_now() -> None:
    """Each with its own step: none is what another one rose from."""
    text = (
        "Các tỷ lệ tăng so với cùng kỳ năm trước: ban hành văn bản đúng tiến độ 30,26% (tăng 2,68 điểm phần trăm); "
        "hài lòng của người dân 83,17% (tăng 2,52 điểm phần trăm)."
    )
    assert told(text) == []


@pytest.mark.parametrize(
    ("right", "wrong", "kind"),
    [
        ("Có 129 đơn vị tự kiểm tra, đạt 95,56% của 135 đơn vị, còn 6 đơn vị chưa kiểm tra.",
         "Có 129 đơn vị tự kiểm tra, đạt 95,56% của 135 đơn vị, còn 9 đơn vị chưa kiểm tra.", "claim_parts"),
        ("Tỉnh nhận 148.902 hồ sơ mới, cùng 6.211 hồ sơ cũ; phải giải quyết 155.113 hồ sơ.",
         "Tỉnh nhận 148.902 hồ sơ mới, cùng 6.211 hồ sơ cũ; phải giải quyết 155.131 hồ sơ.", "claim_parts"),
        ("Đã thẩm định 64 văn bản, bãi bỏ 11, sửa đổi 19, giữ nguyên 34 văn bản.",
         "Đã thẩm định 64 văn bản, bãi bỏ 11, sửa đổi 19, giữ nguyên 43 văn bản.", "claim_parts"),
        ("Nhận 9.486 hồ sơ. Số tiếp nhận tăng 1.219 hồ sơ so với năm 2025 (8.267 hồ sơ).",
         "Nhận 9.486 hồ sơ. Số tiếp nhận tăng 1.209 hồ sơ so với năm 2025 (8.267 hồ sơ).", "claim_change"),
        ("Thủ tục giảm từ 20 ngày xuống 14 ngày (giảm 30%), thủ tục kia giảm từ 05 ngày còn 03 ngày (giảm 40%).",
         "Thủ tục giảm từ 20 ngày xuống 14 ngày (giảm 30%), thủ tục kia giảm từ 05 ngày còn 03 ngày (giảm 30%).",
         "claim_change"),
    ],
)  # fmt: skip
def test_one_slip_from_what_the_others_say_is_told(right: str, wrong: str, kind: str) -> None:
    assert told(right) == []
    assert kind in {one for one, _, _ in told(wrong)}


def test_a_row_of_a_table_is_known_by_its_name_and_its_column() -> None:
    rows = "Đơn vị\tTiếp nhận\tGiải quyết\nPhòng Kinh tế\t1.520\t1.384\nPhòng Văn hóa\t786\t742"
    assert told(f"Phòng Kinh tế giải quyết 1.384 hồ sơ.\n\n{rows}") == []
    assert told(f"Phòng Kinh tế giải quyết 1.348 hồ sơ.\n\n{rows}") == [("claim_table", "1.348", "1.384")]
