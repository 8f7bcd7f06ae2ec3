"""What a text says of the tables of its document: found when the table says otherwise, silent when it bears it out."""

from __future__ import annotations

import re

import pytest

from cchc.claims import check_text
from cchc.severity import Severity

DISTRICTS = """Bảng 1. Kết quả theo địa phương
TT | Địa phương | Hồ sơ tiếp nhận | Hồ sơ trực tuyến | Tỷ lệ trực tuyến (%) | Hồ sơ quá hạn | Số đơn vị giảm
1 | TP. Tân An | 18.412 | 15.498 | 84,17 | 3 | 7
2 | TX. Kiến Tường | 16.230 | 13.696 | 84,39 | 11 | 6
3 | H. Cần Giuộc | 12.045 | 9.043 | 75,08 | 6 | 4
4 | H. Mộc Hóa | 9.874 | 6.711 | 67,97 | 2 | 5
5 | H. Đức Huệ | 8.316 | 5.620 | 67,58 | 9 | 3
 | Cộng | 64.877 | 50.568 | 77,94 | 31 | 25
"""
SHEET = """Quỹ\tKế hoạch 2024\tThực hiện 6 tháng 2024\tThực hiện 6 tháng 2023\tTăng, giảm\t% tăng, giảm
BHXH bắt buộc\t5.412.600\t2.647.345\t2.435.483\t211.862\t8,7
BHXH tự nguyện\t96.400\t42.507\t43.924\t-1.417\t-3,2
BHYT\t2.178.300\t1.115.849\t1.048.738\t67.111\t6,4
BH thất nghiệp\t401.750\t195.024\t182.102\t12.922\t7,1
Tổng\t8.089.050\t4.000.725\t3.710.247\t290.478\t7,8
"""
SCORES = """Xếp hạng\tXã, phường\tĐiểm thẩm định\tĐiểm điều tra xã hội học\tTổng điểm
1\tPhường Mỹ Xuân\t61,25\t28,40\t89,65
2\tXã Long Tân\t60,10\t28,05\t88,15
3\tXã Phước Hội\t59,75\t27,60\t87,35
4\tXã Láng Dài\t58,90\t27,95\t86,85
5\tPhường Hắc Dịch\t57,30\t26,55\t83,85
Trung bình\t\t59,46\t27,71\t87,17
"""
COSTS = """Phụ lục
TT | Lĩnh vực | TTHC rà soát | Chi phí tuân thủ tiết kiệm (triệu đồng/năm)
1 | Xuất nhập khẩu | 87 | 101.402
2 | Xúc tiến thương mại | 31 | 36.917
3 | Hóa chất | 64 | 92.115
4 | Năng lượng | 55 | 90.895
 | Tổng cộng | 237 | 321.329
"""


def told(text: str) -> list[str]:
    return [str(one.kind) for one in check_text(text).faults if one.severity is not Severity.NOTE]


PAIRS = [
    # The most and the least.
    (DISTRICTS, "Địa phương có tỷ lệ trực tuyến cao nhất là {} (84,39%).", "thị xã Kiến Tường", None),
    (DISTRICTS, "Tỷ lệ trực tuyến cao nhất là {}.", "TX. Kiến Tường (84,39%)", "TP. Tân An (84,17%)"),
    (DISTRICTS, "Tỷ lệ trực tuyến thấp nhất thuộc về {}.", "huyện Đức Huệ với 67,58%", "huyện Mộc Hóa với 67,97%"),
    (DISTRICTS, "Đơn vị để quá hạn nhiều nhất: {} hồ sơ quá hạn.", "thị xã Kiến Tường 11", "huyện Đức Huệ 9"),
    (DISTRICTS, "Địa phương giảm nhiều đơn vị nhất là {}.", "Tân An (07 đơn vị)", "thị xã Kiến Tường (06 đơn vị)"),
    (DISTRICTS, "Dẫn đầu về số hồ sơ tiếp nhận là {} hồ sơ.", "Tân An với 18.412",
     "Kiến Tường với 16.230"),
    (DISTRICTS, "{} có tỷ lệ trực tuyến thấp nhất toàn tỉnh.", "Huyện Đức Huệ", "Huyện Mộc Hóa"),
    (DISTRICTS, "Hai địa phương có hồ sơ quá hạn nhiều nhất là {}.", "Đức Huệ 9 hồ sơ quá hạn và Kiến Tường 11",
     "Cần Giuộc 6 hồ sơ quá hạn và Kiến Tường 11"),
    (DISTRICTS, "Địa phương có tỷ lệ trực tuyến cao nhất là Kiến Tường ({}%).", "84,39", "86,85"),
    (DISTRICTS, "Tỷ lệ trực tuyến của huyện Cần Giuộc đạt {}%.", "75,08", "57,80"),
    (SCORES, "Xã Long Tân xếp thứ {}.", "2", "3"),
    (SCORES, "Phường Mỹ Xuân giữ vị trí thứ {} với 89,65 điểm.", "1", "4"),
    (SCORES, "Tổng điểm của xã Láng Dài đạt {}.", "86,85", "86,58"),
    (SCORES, "Tất cả các xã, phường đều đạt tổng điểm trên {}.", "83", "85"),
    (SCORES, "Đơn vị có tổng điểm đạt được cao nhất tỉnh là {}.", "phường Mỹ Xuân", "xã Long Tân"),
    (DISTRICTS, "Tỷ lệ trực tuyến cao nhất là Kiến Tường (84,39%), thấp nhất là {}.", "Đức Huệ", "Mộc Hóa"),
    (DISTRICTS, "Hồ sơ trực tuyến toàn tỉnh là {} hồ sơ.", "50.568", "48.120"),
    (DISTRICTS, "Tổng số hồ sơ tiếp nhận: {} hồ sơ.", "64.877", "61.205"),
    # How many rows.
    (DISTRICTS, "Có {} địa phương có tỷ lệ trực tuyến dưới 70%.", "02/5", "03/5"),
    (DISTRICTS, "Có {} đơn vị tỷ lệ hồ sơ trực tuyến dưới 70%.", "hai", "bốn"),
    (DISTRICTS, "{} huyện, thị xã, thành phố đạt tỷ lệ trực tuyến từ 75% trở lên.", "3/5", "4/5"),
    (DISTRICTS, "Mới có {} địa phương đạt tỷ lệ trực tuyến vượt 80%.", "2/5", "1/5"),
    (DISTRICTS, "Có {} đơn vị dưới 70% là Mộc Hóa và Đức Huệ.", "2", "3"),
    (DISTRICTS, "Tất cả các địa phương đều đạt tỷ lệ trực tuyến trên {}%.", "65", "70"),
    (DISTRICTS, "Không có địa phương nào có tỷ lệ trực tuyến dưới {}%.", "60", "70"),
    # None.
    (re.sub(r"\| \d+ (?=\| \d+$)", "| 0 ", DISTRICTS, flags=re.M), "Trả đúng hẹn, không có hồ sơ quá hạn{}.", "", None),
    # A cell by its names.
    (DISTRICTS, "Huyện Cần Giuộc có số hồ sơ trực tuyến là {} hồ sơ.", "9.043", "8.711"),
    (DISTRICTS, "Thành phố Tân An tiếp nhận {} hồ sơ trực tuyến.", "15.498", "14.901"),
    (COSTS, "Chi phí tuân thủ tiết kiệm được ước {} triệu đồng/năm.", "321.329", "284.412"),
    (COSTS, "Theo Phụ lục, chi phí tuân thủ tiết kiệm là {}.", "321.329 triệu đồng", "312.410 triệu đồng"),
    (COSTS, "Chi phí tuân thủ tiết kiệm khoảng {} đồng.", "321,3 tỷ", "284,4 tỷ"),
    # All of it.
    (DISTRICTS, "{} hồ sơ quá hạn đều của huyện Đức Huệ.", "9", "31"),
    # Up or down.
    (SHEET, "Thu BHXH tự nguyện {} 3,2% so với cùng kỳ.", "giảm", "tăng"),
    (SHEET, "Thu BHXH bắt buộc {} 211.862 triệu đồng so với cùng kỳ năm trước.", "tăng", "giảm"),
]  # fmt: skip


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize(("grid", "text", "right", "wrong"), PAIRS)
def test_what_a_table_bears_out_is_right_and_the_rest_is_told(
    grid: str, text: str, right: str, wrong: str | None, before: bool
) -> None:
    form = "{0}\n\n{1}\n" if before else "{1}\n\n{0}\n"
    assert told(form.format(text.format(right), grid)) == []
    if wrong is not None:
        assert "claim_table" in told(form.format(text.format(wrong), grid))


@pytest.mark.parametrize(
    "text",
    [
        "Cùng kỳ năm trước, huyện Cần Giuộc có số hồ sơ trực tuyến là 8.711 hồ sơ.",
        "Huyện Cần Giuộc phấn đấu năm 2027 đạt 12.000 hồ sơ trực tuyến theo kế hoạch.",
        "Cấp xã không có hồ sơ quá hạn.",
        "Năm 2023, huyện Mộc Hóa xếp thứ 12 toàn quốc.",
        "Tổng số hồ sơ tiếp nhận của cấp xã: 31.205 hồ sơ.",
        "Hồ sơ tiếp nhận toàn tỉnh, cả các sở, là 152.110 hồ sơ.",
        "Huyện Mộc Hóa và huyện Đức Huệ có 21 hồ sơ quá hạn đang xử lý của hai năm.",
        "Quý IV: huyện Mộc Hóa có 1.540 hồ sơ trực tuyến; tỷ lệ trực tuyến của huyện Đức Huệ là 71,20%.",
        "Trung tâm Phục vụ hành chính công không để phát sinh hồ sơ quá hạn tại quầy lĩnh vực đất đai.",
        "Quý trước, tỷ lệ trực tuyến của 4/9 sở dưới 70%.",
        "Hồ sơ quá hạn nhiều nhất là lĩnh vực đất đai (28 hồ sơ).",
        "Mỗi huyện mở ít nhất 02 lớp tập huấn tại Mộc Hóa, nhất là cho cán bộ xã.",
        "Huyện Mộc Hóa tăng 5 biên chế so với năm trước.",
    ],
)
def test_what_the_table_does_not_speak_of_is_left_alone(text: str) -> None:
    assert told(f"{text}\n\n{DISTRICTS}") == []
    assert told(f"{DISTRICTS}\n{text}") == []


def test_none_at_all_is_held_against_the_total() -> None:
    assert "claim_table" in told(f"Hồ sơ được trả đúng hẹn, không có hồ sơ quá hạn.\n\n{DISTRICTS}")


def test_a_message_names_the_row_the_column_and_what_is_there() -> None:
    (fault,) = check_text(f"Tỷ lệ trực tuyến cao nhất là TP. Tân An (84,17%).\n\n{DISTRICTS}").faults
    assert all(words in fault.message for words in ("Tân An", "Tỷ lệ trực tuyến", "Kiến Tường", "84,39"))
    assert fault.severity is Severity.WARNING
