"""Rows of a table against those before them: what is carried on, who ranks where, what the mean is."""

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


YEARS = """Năm | Dư đầu năm | Thu trong năm | Ghi chú | Dư cuối năm
2021 | 2.184 | 870 | a | 2.146
2022 | 2.146 | 915 | b | 2.109
2023 | {} | 902 | c | 2.082
2024 | 2.082 | 877 | d | 2.033"""
QUARTERS = """Quý\tKỳ trước chuyển sang\tGiải quyết\tChuyển kỳ sau
Quý I\t118\t1.530\t97
Quý II\t97\t1.611\t136
Quý III\t136\t1.488\t120
Quý IV\t{}\t1.702\t141"""


@pytest.mark.parametrize(("text", "right", "wrong"), [(YEARS, "2.109", "2.146"), (QUARTERS, "120", "102")])
def test_what_was_left_of_a_period_opens_the_next_one(text: str, right: str, wrong: str) -> None:
    assert told(text.format(right)) == []
    assert told(text.format(wrong)) == [("claim_table_row", wrong, right)]


def test_bodies_do_not_carry_on_each_other_s_rest() -> None:
    bodies = QUARTERS.format("7").replace("Quý I\t", "Xã An\t").replace("Quý II\t", "Xã Bình\t")
    assert told(bodies.replace("Quý III\t", "Xã Cát\t").replace("Quý IV\t", "Xã Đức\t")) == []


RANKS = """Hạng | Đơn vị | Nhóm | Tổng điểm
1 | Sở Xây dựng | A | 93,44
2 | Sở Tài chính | A | 91,62
3 | Sở Công Thương | B | {}
4 | Sở Y tế | B | 88,94
5 | Sở Tư pháp | A | 88,69
6 | Sở Nội vụ | A | 87,02"""


def test_ranks_follow_the_points() -> None:
    assert told(RANKS.format("90,98")) == []
    assert [one[0] for one in told(RANKS.format("92,98"))] == ["claim_table_row"]


MEANS = """TT | Huyện | Đúng hạn (%) | Hài lòng (%) | Điểm
1 | Mỹ Tú | 98,10 | 91,20 | 82,50
2 | Kế Sách | 96,40 | 93,60 | 85,10
3 | Long Phú | 99,20 | 90,00 | 80,30
 | Trung bình | 97,90 | 91,60 | {}"""


def test_a_mean_of_the_rows_is_held_against_them() -> None:
    assert told(MEANS.format("82,63")) == []
    assert told(MEANS.format("86,23")) == [("claim_table_total", "86,23", "82,63")]


def test_a_mean_that_no_column_bears_out_may_be_weighted() -> None:
    assert told(MEANS.format("86,23").replace("97,90", "97,31").replace("91,60", "92,08")) == []
