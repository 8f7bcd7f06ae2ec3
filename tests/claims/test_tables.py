"""Tables by evidence: what most rows keep is a relation, and the rows that break it are told; nothing else is."""

from __future__ import annotations

import pytest

from cchc.claims import check_text
from cchc.severity import Severity

NAMES = ["An Phú", "Bình Hòa", "Cái Dầu", "Định Mỹ", "Hòa Lạc", "Kiên Lương", "Long Thạnh"]
BODY = [(310, 250, 48, 12), (415, 300, 100, 15), (128, 90, 30, 8), (77, 61, 14, 2), (520, 400, 101, 19),
        (96, 71, 20, 5), (240, 180, 55, 5)]  # fmt: skip


def table(
    rows: list[tuple[int, ...]], mark: str = "\t", total: bool = True, head: str = "TT|Đơn vị|Tổng|A|B|C"
) -> str:
    lines = [mark.join(head.split("|"))]
    lines += [
        mark.join([str(n), name, *map(str, row)])
        for n, (name, row) in enumerate(zip(NAMES, rows, strict=True), 1)
    ]
    if total:
        lines.append(mark.join(["", "Tổng cộng", *(str(sum(column)) for column in zip(*BODY, strict=True))]))
    return "\n".join(lines)


def told(text: str) -> list[tuple[str, str, str]]:
    return [
        (str(one.kind), one.stated, one.expected)
        for one in check_text(text).faults
        if one.severity is not Severity.NOTE
    ]


@pytest.mark.parametrize("mark", ["\t", " | "])
def test_a_table_that_adds_up_is_looked_at_row_by_row_and_has_no_finding(mark: str) -> None:
    review = check_text(table(BODY, mark))
    assert review.faults == ()
    rows = table(BODY, mark).split("\n")[1:]
    assert all(any(row in review.quote(one.start, one.end) for one in review.checked) for row in rows[:-1])


@pytest.mark.parametrize("mark", ["\t", " | "])
def test_the_row_that_breaks_what_the_others_keep_is_told_once(mark: str) -> None:
    rows = [*BODY[:3], (77, 61, 41, 2), *BODY[4:]]  # 14, its digits swapped
    assert told(table(rows, mark)) == [("claim_table_row", "77", "104")]


def test_a_total_that_differs_from_its_column_is_told() -> None:
    text = table(BODY, head="TT|Đơn vị|Lớp|Người|Tin|Bài").replace("\t1352\t", "\t1325\t")
    assert told(text) == [("claim_table_total", "1325", "1.352")]  # its row breaks too: both lead to one cell


def test_columns_that_have_nothing_to_do_with_each_other_have_no_finding() -> None:
    rows = [
        (12, 340, 5, 71),
        (9, 120, 3, 64),
        (31, 85, 11, 2),
        (7, 66, 1, 19),
        (22, 410, 8, 33),
        (15, 91, 2, 8),
        (4, 23, 6, 5),
    ]
    assert told(table(rows, total=False)) == []


def test_shares_are_judged_by_their_own_decimals() -> None:
    head = "TT|Đơn vị|Tiếp nhận|Đúng hạn|Tỷ lệ (%)"
    rows = ["310|298|96,13", "415|400|96,4", "128|128|100", "77|70|90,9", "520|519|99,81"]
    good = "\n".join(["\t".join(head.split("|")), *(
        "\t".join([str(n), NAMES[n], *row.split("|")]) for n, row in enumerate(rows, 1)
    )])  # fmt: skip
    assert told(good) == []
    assert told(good.replace("90,9", "99,0")) == [("claim_table_row", "99,0", "90,91%")]


def test_stocks_of_two_moments_are_one_relation() -> None:
    head = "TT|Đơn vị|Tồn đầu kỳ|Mới|Đã giải quyết|Tồn cuối kỳ"
    rows = [(10, 200, 190, 20), (5, 120, 118, 7), (31, 85, 90, 26), (7, 66, 60, 13), (22, 410, 400, 32)]
    lines = ["\t".join([str(n), NAMES[n], *map(str, row)]) for n, row in enumerate(rows, 1)]
    text = "\n".join(["\t".join(head.split("|")), *lines])
    assert told(text) == []
    assert told(text.replace("\t410\t", "\t140\t")) == [("claim_table_row", "32", "-238")]


def test_groups_by_outline_number_are_sums_of_their_members() -> None:
    lines = ["STT|Nội dung|Số lượng|Trực tuyến", "I|Cấp tỉnh|120|100", "1|Sở A|50|45", "2|Sở B|70|55",
             "II|Cấp xã|300|210", "1|Xã C|120|90", "2|Xã D|80|60", "3|Xã E|100|60", "|Tổng cộng|420|310"]  # fmt: skip
    text = "\n".join(line.replace("|", "\t") for line in lines)
    assert told(text) == []
    assert told(text.replace("Xã D\t80", "Xã D\t60"))[0][:2] == ("claim_table_total", "300")


def test_rows_that_repeat_their_labels_are_compared_body_by_body() -> None:
    lines = ["TT | Bộ | Loại | Tổng | Luật"]
    for n, (all_, done) in enumerate([(33, 1), (18, 2), (76, 11), (5, 1)], 1):
        lines += [f"{n} | Bộ {n} | Tổng | {all_} | {done + 3}", f"Đã thực thi | {done} | {done}"]
        lines.append(f"Chưa | {all_ - done} | 3")
    text = "\n".join(lines)
    assert told(text) == []
    assert [one[0] for one in told(text.replace("Chưa | 65 | 3", "Chưa | 56 | 3"))] == ["claim_table_total"]


def test_a_number_of_rows_out_of_order_is_remarked() -> None:
    text = table(BODY).replace("5\tHòa Lạc", "4\tHòa Lạc")
    assert [(str(one.kind), one.severity) for one in check_text(text).faults] == [
        ("claim_numbering", Severity.NOTE)
    ]


def test_lines_of_a_page_that_end_in_as_many_figures_are_a_table() -> None:
    lines = [
        f"{n} Xã {name} {' '.join(map(str, row))}"
        for n, (name, row) in enumerate(zip(NAMES, BODY, strict=True), 1)
    ]
    assert told("\n".join(lines)) == []
    lines[3] = lines[3].replace(" 14 ", " 41 ")
    assert told("\n".join(lines)) == [("claim_table_row", "77", "104")]


def test_rows_of_shares_and_words_about_the_making_of_a_row_are_no_sums() -> None:
    lines = [f"{n}\tChỉ tiêu {n}\tHồ sơ\tCộng các đơn vị\t{a + b}\t{a}\t{b}" for n, (a, b) in enumerate(
        [(120, 31), (44, 250), (67, 12), (310, 95), (18, 77)], 1)]  # fmt: skip
    lines.insert(3, "6\tTỷ lệ đúng hạn\t%\tTử số / mẫu số\t95,5\t91,2\t97,25")
    text = "\n".join(["TT\tChỉ tiêu\tĐVT\tCách tính\tTỉnh\tSở\tXã", *lines])
    assert told(text) == []
    assert [one[0] for one in told(text.replace("\t310\t", "\t301\t"))] == ["claim_table_row"]


def test_a_column_of_fractions_beside_a_share_counts_something_of_its_own() -> None:
    text = "TT\tChỉ tiêu\tKết quả\tĐơn vị báo cáo\n1\tTỷ lệ số hóa\t82,66%\t122/122\n2\tTỷ lệ ký số\t90,1%\t20/20"
    assert told(text) == []
    assert told(text.replace("122/122", "đúng 60/90 hồ sơ"))[0][:2] == ("claim_percent", "82,66%")


def test_a_cell_that_goes_on_in_the_next_line_is_one_cell() -> None:
    body = table(BODY, " | ").split("\n")
    body[2] = body[2].replace("Bình Hòa", "Bình\nHòa").replace("| 15", "| 51")
    body[4] += "\n | | và vùng lân cận | | | |"
    assert [(kind, stated) for kind, stated, _ in told("\n".join(body))] == [("claim_table_row", "415")]


def test_a_relation_that_one_slip_breaks_in_many_rows_is_one_all_the_same() -> None:
    rows = [(1310, 1250, 48, 12), (2415, 2300, 100, 15), (1128, 1090, 30, 8), (3077, 3016, 41, 2),
            (2250, 2400, 101, 19), (1096, 1071, 20, 5), (1420, 1180, 55, 5)]  # fmt: skip
    found = {stated for kind, stated, _ in told(table(rows, total=False)) if kind == "claim_table_row"}
    assert "2250" in found


def test_a_cell_written_in_another_style_is_remarked() -> None:
    rows = [(f"{n}.{n}00", f"9{n},25") for n in range(1, 7)] + [("7,700", "97.25")]
    text = "Đơn vị\tHồ sơ\tTỷ lệ (%)\n" + "\n".join(
        "\t".join((name, *row)) for name, row in zip(NAMES, rows, strict=True)
    )
    notes = [one for one in check_text(text).faults if str(one.kind) == "claim_style"]
    assert [(one.stated, one.severity) for one in notes] == [
        ("7,700", Severity.NOTE),
        ("97.25", Severity.NOTE),
    ]


def test_the_total_of_a_score_sheet_is_not_the_row_whose_name_begins_alike() -> None:
    rows = ["6.1\tGiải ngân\t3\t0,5", "6.2\tThu ngân sách\t2\t1", "6.3\tCông khai ngân sách\t1\t0,5"]
    assert told("TT\tTiêu chí\tTối đa\tĐạt\n" + "\n".join(rows)) == []
