from __future__ import annotations

from tests.sources.samples import HEADER

from cchc.sources.layouts import load_layouts
from cchc.sources.matching import best_match


def test_the_header_is_found_below_title_rows_whatever_its_case_and_line_breaks() -> None:
    shouted = [" \n".join(title.upper().split(" ")) for title in HEADER]
    found = best_match([["UBND TỈNH"], [], ["DANH SÁCH HỒ SƠ", "", ""], shouted], load_layouts())
    assert found is not None
    match = found
    assert (match.first_row, match.layout.source, match.fits) == (4, "one_stop", True)
    assert match.titles["due_at"] == "NGÀY HẸN TRẢ"


def test_personal_and_unknown_headers_are_told_apart_and_neither_is_kept() -> None:
    found = best_match([[*HEADER, "Mã số bí ẩn"]], load_layouts())
    assert found is not None
    assert found.personal == ("Chủ hồ sơ", "Số điện thoại")
    assert found.unknown == ("Mã số bí ẩn",)
    assert HEADER.index("Chủ hồ sơ") not in found.positions.values()


def test_each_register_of_documents_finds_its_own_layout() -> None:
    out = ["Số", "Ký hiệu", "Ngày văn bản", "Trích yếu", "Hình thức gửi", "Đơn vị ban hành"]
    arrived = ["Số đến", "Ngày đến", "Tác giả", "Số, ký hiệu", "Trích yếu", "Hình thức nhận", "Đơn vị nhận"]
    layouts = load_layouts()
    assert [best_match([cells], layouts).layout.direction for cells in (out, arrived)] == ["di", "den"]  # type: ignore[union-attr]  # both are found


def test_the_nearest_miss_names_the_missing_columns() -> None:
    found = best_match(
        [[title for title in HEADER if title not in ("Trạng thái", "Ngày hẹn trả")]], load_layouts()
    )
    assert found is not None
    assert found.missing == ("Ngày hẹn trả", "Trạng thái")


def test_rows_of_something_else_match_nothing() -> None:
    assert best_match([["Họ tên", "Lương"], ["A", "1"]], load_layouts()) is None
