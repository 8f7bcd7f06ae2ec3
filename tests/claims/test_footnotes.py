"""A footnote is held against the words that it belongs to, however both are marked."""

from __future__ import annotations

import pytest

from cchc.claims import check_text

MARKS = [("[1]", "[1]"), ("(1)", "(1)"), (" (1)", "(1)"), ("²", "²"), ("*", "*")]
TEXT = (
    "Tòa án đã xét xử {given} vụ án{anchor}, tuyên truyền tại 9 trường học.\n\nCác nội dung khác nêu ở phụ lục.\n\n"
    "{note} Hình sự 41 vụ án; dân sự 30 vụ án; hành chính 11 vụ án."
)


@pytest.mark.parametrize(("anchor", "note"), MARKS)
@pytest.mark.parametrize("given", [82, 91])
def test_what_a_note_lists_makes_the_figure_before_its_mark(given: int, anchor: str, note: str) -> None:
    text = TEXT.format(given=given, anchor=anchor, note=note)
    faults = check_text(text).faults
    assert {one.expected for one in faults} == ({"82"} if given != 82 else set())
    if faults:
        assert {text[: one.start].count("\n") for one in faults} == {0, 4}  # at the figure, and at the note


def test_a_list_in_brackets_is_no_footnote() -> None:
    text = "Giao 12 đội ba việc: (1) kiểm tra 4 kho; (2) kiểm kê 3 kho.\n\n(1) Kho phía bắc 4 người, kho nam 5 người."
    assert check_text(text).faults == ()
