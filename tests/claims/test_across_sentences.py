"""What a sentence says against one before it, or against another part of the document."""

from __future__ import annotations

import pytest

from cchc.claims import ClaimSettings, Review, check_text

SETTINGS = ClaimSettings.load()
PLAN = (
    "UBND TỈNH LẠNG SƠN\nLạng Sơn, ngày 20 tháng 01 năm 2026\n\nKẾ HOẠCH\nCải cách hành chính năm 2026\n\n"
    "III. NHIỆM VỤ\n\nVăn phòng công bố danh mục thủ tục nội bộ, xong trước ngày {due}/2026."
)


def reviewed(text: str) -> Review:
    return check_text(text, settings=SETTINGS)


ACROSS = [
    ("claim_parts", "87", "77", "Đã trả 19.870 hồ sơ; đang xử lý 1.566 hồ sơ.\nCác hồ sơ đang xử lý gồm 1.489 hồ sơ "
     "còn trong hạn và {} hồ sơ đã quá hạn."),
    ("claim_parts", "2.212", "2.112", "Quá hạn 2.917 hồ sơ (0,6%). Cấp tỉnh quá hạn 805 hồ sơ, cấp xã "
     "quá hạn {} hồ sơ."),
    ("claim_parts", "26", "16", "Xong 18.049 hồ sơ, đang làm 187 hồ sơ. Đang làm: còn hẹn 171, lỡ hẹn {}."),
    ("claim_percent", "51,41", "51,14", "Dân số 96.420 người, nam 47.115 người, nữ 49.305 người. Tỷ lệ nữ chiếm {}% "
     "dân số."),
    ("claim_percent", "29,3", "23,9", "Kiểm tra 46 cơ sở y tế, xử phạt 11 cơ sở. Số cơ sở bị xử phạt chiếm {}% số cơ "
     "sở được kiểm tra."),
    ("claim_two_values", "161", "151", "Trả kết quả 19.870 hồ sơ đúng quy trình, trễ hạn 151 hồ sơ.\n\n"
     "II. TỒN TẠI, HẠN CHẾ, NGUYÊN NHÂN\n\nTrong kỳ vẫn còn {} hồ sơ trễ hạn đã nêu ở phần I."),
    ("claim_count", "7", "3", "Ban hành {} văn bản: Kế hoạch số 03/KH-UBND, Kế hoạch số 11/KH-UBND, Công văn số "
     "45/UBND-NC."),
    ("claim_count", "6", "5", "Giao {} nhiệm vụ dưới đây:\n1. Rà soát thủ tục.\n2. Kiểm tra công vụ.\n3. Số hóa hồ sơ."
     "\n4. Đào tạo cán bộ.\n5. Báo cáo quý."),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "wrong", "right", "text"), ACROSS)
def test_a_figure_that_does_not_fit_another_sentence_is_found(
    kind: str, wrong: str, right: str, text: str
) -> None:
    assert kind in {one.kind for one in reviewed(text.format(wrong)).faults}
    assert not [one for one in reviewed(text.format(right)).faults if one.severity != "luu_y"]


@pytest.mark.parametrize(("due", "told"), [("15/01", ["claim_deadline"]), ("25/01", [])])
def test_a_task_of_a_plan_is_not_due_before_its_day(due: str, told: list[str]) -> None:
    assert [one.kind for one in reviewed(PLAN.format(due=due)).faults] == told


def test_what_was_due_before_a_report_is_no_fault_of_it() -> None:
    report = PLAN.replace("KẾ HOẠCH", "BÁO CÁO").replace("III. NHIỆM VỤ", "III. KẾT QUẢ")
    assert not reviewed(report.format(due="15/01")).faults


def test_the_rows_of_a_table_bear_each_other_out_without_their_total() -> None:
    rows = [
        (52, 1118, 1079, 97),
        (871, 903, 744, 1030),
        (64, 755, 712, 107),
        (83, 410, 371, 122),
        (41, 906, 870, 77),
    ]
    body = "\n".join(f"Xã {number}\t{a}\t{b}\t{c}\t9\t{d}" for number, (a, b, c, d) in enumerate(rows))
    head = "Đơn vị\tTồn đầu\tMới\tĐã trả\tQuá hạn\tĐang xử lý\n"
    (fault,) = reviewed(f"{head}{body}\nCộng\t1.111\t4.092\t3.776\t45\t1.427").faults
    assert (fault.kind, fault.stated, fault.expected) == ("claim_table_row", "97", "91")
