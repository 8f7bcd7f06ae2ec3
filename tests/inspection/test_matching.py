"""A row of the team's workbook is known by what it says: nothing is sent twice, nothing is passed over."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cchc.inspection import InspectionFinding, match_findings

A = ("Chưa niêm yết thủ tục", "Niêm yết đủ thủ tục")
B = ("Thiếu sổ theo dõi", "Lập sổ theo dõi")
N = ("Trễ hạn 12 hồ sơ", "Xin lỗi bằng văn bản 12 hồ sơ")


def found(*rows: tuple[str, str], unit: str = "30292") -> list[InspectionFinding]:
    return [InspectionFinding(unit, place, *row, None) for place, row in enumerate(rows, start=1)]


def sent(*rows: tuple[str, str], unit: str = "30292"):
    return [
        {"unit_code": unit, "number": number, "content": content, "order_text": order}
        for number, (content, order) in enumerate(rows, start=1)
    ]


def test_a_row_put_on_top_is_the_one_that_is_sent() -> None:
    assert match_findings(found(N, A, B), sent(A, B)).new == [InspectionFinding("30292", 3, *N, None)]


@given(st.permutations([A, B, N]))
def test_sorted_rows_are_no_new_ones(rows) -> None:
    matched = match_findings(found(*rows), sent(A, B, N))
    assert (matched.new, matched.changed) == ([], [])


def test_rows_that_were_taken_out_leave_the_others_what_they_were() -> None:
    assert match_findings(found(B), sent(A, B, N)).new == []


def test_a_reworded_row_is_told_and_not_sent() -> None:
    matched = match_findings(found(A, ("Thiếu sổ theo dõi hồ sơ", "Lập sổ theo dõi"), N), sent(A, B))
    assert [number for _, number in matched.changed] == [2]
    assert [one.content for one in matched.new] == [N[0]]


def test_blanks_case_and_the_way_letters_are_written_make_no_other_row() -> None:
    other = ("  chưa niêm yết thủ  tục ", "Niêm yết đủ thủ tục")
    matched = match_findings(found(other), sent(A))
    assert (matched.new, matched.changed) == ([], [])


def test_a_row_that_stands_there_twice_is_one_order() -> None:
    assert len(match_findings(found(A, A), []).new) == 1


def test_the_same_words_about_another_unit_are_another_finding() -> None:
    assert len(match_findings(found(A, unit="30295"), sent(A)).new) == 1
