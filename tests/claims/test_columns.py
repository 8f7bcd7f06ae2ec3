"""Relations of columns: several of one column at once, in small tables, with signs, flows and shares of sums."""

from __future__ import annotations

import pytest

from cchc.claims import check_text
from cchc.severity import Severity


def told(text: str) -> list[tuple[str, str, str]]:
    return [
        (str(one.kind), one.stated, one.expected)
        for one in check_text(text).faults
        if one.severity is not Severity.NOTE
    ]


BY_WAY = """TT | Đơn vị | Kỳ trước | Trực tuyến | Trực tiếp | Tổng số | Đã giải quyết | Đang giải quyết
1 | Xã An Phú | 12 | 1.310 | 208 | 1.530 | 1.498 | 32
2 | Xã Bình Hòa | 7 | 2.044 | 391 | 2.442 | 2.405 | 37
3 | Xã Cái Dầu | 0 | 987 | 133 | 1.120 | 1.102 | 18
4 | Xã Định Mỹ | 21 | 1.576 | 264 | 1.861 | 1.830 | 31
5 | Xã Hòa Lạc | 5 | 745 | 90 | 840 | 826 | 14"""


@pytest.mark.parametrize(
    ("right", "wrong"), [("| 208 |", "| 280 |"), ("| 2.405 |", "| 2.450 |"), ("| 264 |", "| 246 |"), ("| 14", "| 5")]
)  # fmt: skip
def test_a_total_is_held_against_the_ways_in_and_against_what_became_of_it(right: str, wrong: str) -> None:
    assert told(BY_WAY) == []
    assert [kind for kind, *_ in told(BY_WAY.replace(right, wrong))] == ["claim_table_row"]


def test_the_share_of_two_columns_together_is_one_of_the_table() -> None:
    text = """Huyện\tTrước hạn\tĐúng hạn\tQuá hạn\tĐã trả\tTỷ lệ trước và đúng hạn (%)
Mỹ Tú\t4.120\t1.877\t62\t6.059\t98,98
Kế Sách\t2.981\t3.014\t144\t6.139\t97,65
Long Phú\t5.502\t911\t19\t6.432\t99,70
Trần Đề\t1.733\t2.645\t230\t4.608\t95,01"""
    assert told(text) == []
    assert told(text.replace("95,01", "94,01")) == [("claim_table_row", "94,01", "95,01%")]


SIGNED = """TT | Đơn vị | Năm 2024 | Năm 2023 | Tăng, giảm
1 | Sở Nội vụ | 88,15 | 86,30 | +1,85
2 | Sở Tư pháp | 90,02 | 90,77 | -0,75
3 | Sở Y tế | 78,35 | 76,60 | +1,75
4 | Sở Xây dựng | 81,40 | 82,95 | -1,55"""


@pytest.mark.parametrize("wrong", ["-1,75", "+1,57", "1,25"])
def test_a_difference_has_its_sign(wrong: str) -> None:
    assert told(SIGNED) == []
    assert [kind for kind, *_ in told(SIGNED.replace("+1,75", wrong))] == ["claim_table_row"]


FLOW = """Năm | Đầu năm | Tuyển dụng | Tiếp nhận | Nghỉ hưu | Thôi việc | Cuối năm
2021 | 2.184 | 30 | 16 | 38 | 46 | 2.146
2022 | 2.146 | 41 | 20 | 41 | 57 | 2.109
2023 | 2.109 | 33 | 25 | 36 | 49 | 2.082
2024 | 2.082 | 29 | 20 | 44 | 54 | 2.033"""


@pytest.mark.parametrize(("right", "wrong"), [("| 33 |", "| 43 |"), ("| 54 |", "| 45 |")])
def test_what_was_there_and_came_less_what_went_is_what_is_left(right: str, wrong: str) -> None:
    assert told(FLOW) == []
    assert [kind for kind, *_ in told(FLOW.replace(right, wrong))] == ["claim_table_row"]


REST = """Lĩnh vực | Phải giải quyết | Đã giải quyết | Còn lại
Khiếu nại | 118 | 97 | 21
Tố cáo | 136 | 120 | {rest}
Kiến nghị | 1.409 | 1.377 | 32"""


def test_a_table_of_three_rows_has_a_rest_where_its_head_says_so() -> None:
    assert told(REST.format(rest=16)) == []
    assert told(REST.format(rest=9)) == [("claim_table_row", "136", "129")]
    apart = REST.replace("Phải giải quyết", "Nam").replace("Đã giải quyết", "Nữ").replace("Còn lại", "Trẻ em")
    assert told(apart.format(rest=9)) == []


def test_a_column_that_is_nothing_in_most_rows_is_no_reason_to_doubt_the_row_that_has_it() -> None:
    text = """TT | Đơn vị | Tổng | Trước hạn | Đúng hạn | Trong hạn | Quá hạn chưa trả
1 | Xã A | 410 | 250 | 120 | 40 | 0
2 | Xã B | 305 | 190 | 90 | 25 | 0
3 | Xã C | 618 | 371 | 204 | 43 | 0
4 | Xã D | 522 | 300 | 160 | 44 | 18"""
    assert told(text) == []


def test_a_decrease_in_percent_needs_no_column_of_its_own() -> None:
    text = """TT | Huyện | Trước sắp xếp | Sau sắp xếp | Tỷ lệ giảm (%)
1 | Tuy An | 142 | 115 | 19,01
2 | Phú Hòa | 127 | 101 | 20,47
3 | Tây Hòa | 128 | 109 | 14,84
4 | Sơn Hòa | 95 | 80 | 15,79"""
    assert told(text) == []
    assert told(text.replace("14,84", "17,43")) == [("claim_table_row", "17,43", "14,84%")]
