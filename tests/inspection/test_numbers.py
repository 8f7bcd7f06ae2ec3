"""A finding is known by its number: nothing goes out twice, nothing is passed over, nothing is changed by the way."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from tests.inspection.scene import LETTER_DAY, Scene, finding

from cchc.clock import at
from cchc.inspection.findings import FindingState
from cchc.inspection.findings_book import FindingsRefused, read_findings_workbook
from cchc.inspection.team_book import team_book_path
from cchc.store import fingerprint

A, B = "30292", "30301"
FIRST = finding(A, "Chưa niêm yết thủ tục", "Niêm yết đủ thủ tục")
SECOND = finding(A, "Thiếu sổ theo dõi", "Lập sổ theo dõi")
NOW = at(LETTER_DAY, 9)


@pytest.fixture
def scene(store, instance) -> Scene:
    return Scene.made(store, instance, [A, B])


def in_book(scene: Scene) -> list:
    content = team_book_path(scene.run).read_bytes()
    return [row.finding for row in read_findings_workbook(content, "a.xlsx", [A, B]).rows]


def sheet(scene: Scene, edit) -> None:
    """The team edits its workbook as it lies there."""
    path = team_book_path(scene.run)
    book = openpyxl.load_workbook(path)
    edit(book.worksheets[0])
    book.save(path)


def test_a_row_put_on_top_is_the_one_that_goes_out_and_the_others_keep_their_numbers(scene: Scene) -> None:
    """Numbers by place: the new row was never issued, and the second finding went out again as the third."""
    scene.handed_in(FIRST, SECOND)
    assert scene.letters_of(NOW) == 1
    assert [one.finding_id for one in in_book(scene)] == ["KT26-0001", "KT26-0002"], "written back"
    new = finding(A, "Trễ hạn 12 hồ sơ", "Xin lỗi bằng văn bản")
    scene.handed_in(new, *in_book(scene))
    later = NOW + timedelta(days=1)
    assert scene.letters_of(later) == 1
    assert [(one.finding_id, one.finding.content) for one in scene.known()] == [
        ("KT26-0001", FIRST.content),
        ("KT26-0002", SECOND.content),
        ("KT26-0003", new.content),
    ]
    assert [one.obligation_id.rpartition("/")[2] for one, _ in scene.orders(later)] == [
        "KT26-0001", "KT26-0002", "KT26-0003",
    ]  # fmt: skip
    assert scene.known()[2].letter != scene.known()[0].letter, "one new letter, with the new text alone"
    before = fingerprint(scene.run.store)
    assert scene.letters_of(later) == 0
    assert fingerprint(scene.run.store) == before


def test_a_deleted_row_withdraws_nothing_and_is_put_back(scene: Scene) -> None:
    scene.handed_in(FIRST, SECOND)
    scene.letters_of(NOW)
    scene.handed_in(in_book(scene)[0])
    assert scene.letters_of(NOW + timedelta(days=1)) == 0
    assert [one.state for one in scene.known()] == [FindingState.ISSUED, FindingState.ISSUED]
    assert all(state.owed for _, state in scene.orders(NOW))
    assert [one.finding_id for one in in_book(scene)] == ["KT26-0001", "KT26-0002"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (replace(FIRST, finding_id="KT26-0042"), "Ô A7: không có tồn tại mã KT26-0042"),
        (replace(SECOND, finding_id="KT26-0001"), "Ô A7: mã KT26-0001 đã có ở dòng 5"),
        (
            replace(finding(B, "Khác", "Khác"), finding_id="KT26-0002"),
            "Ô A7: mã KT26-0002 là của đơn vị 30292",
        ),
        (FIRST, "Dòng 7: trùng nội dung với KT26-0001"),
    ],
)
def test_a_number_that_is_not_the_rows_refuses_the_whole_workbook(scene: Scene, row, words: str) -> None:
    scene.handed_in(FIRST, SECOND)
    scene.letters_of(NOW)
    rows = in_book(scene)
    kept = [rows[0]] if row.finding_id == "KT26-0002" else rows
    scene.handed_in(*kept, finding(B, "Mới", "Việc mới"), row)
    before = fingerprint(scene.run.store)
    place = str(4 + len(kept) + 2)
    with pytest.raises(FindingsRefused) as refused:
        scene.read(NOW + timedelta(days=1))
    assert words.replace("A7", f"A{place}").replace("Dòng 7", f"Dòng {place}") in str(refused.value)
    assert fingerprint(scene.run.store) == before, "the new row beside it is not taken either"


def test_words_of_an_issued_order_are_changed_by_a_document_alone(scene: Scene) -> None:
    scene.handed_in(FIRST)
    assert scene.letters_of(at(date(2026, 5, 5), 9)) == 1
    scene.handed_in(replace(in_book(scene)[0], content="Chưa niêm yết thủ tục đất đai"))
    with pytest.raises(FindingsRefused) as refused:
        scene.read(at(date(2026, 5, 6), 9))
    assert (
        "KT26-0001 đã ban hành theo Công văn 11/UBND-NC ngày 05/5/2026: muốn sửa phải ra văn bản sửa đổi "
        "(trang Kiểm tra trên bảng theo dõi, hoặc ./cchc kiem-tra sua …)."
    ) in str(refused.value)


def test_blanks_and_case_are_no_other_words_and_what_is_not_issued_may_still_change(scene: Scene) -> None:
    scene.handed_in(FIRST, SECOND)
    scene.read(NOW)
    first, second = in_book(scene)
    scene.handed_in(first, replace(second, content="Thiếu hai sổ theo dõi"))
    assert scene.letters_of(NOW + timedelta(hours=1)) == 1
    assert [one.finding.content for one in scene.known()] == [FIRST.content, "Thiếu hai sổ theo dõi"]
    scene.handed_in(*(replace(one, content=f" {one.content.upper()} ") for one in in_book(scene)))
    assert scene.read(NOW + timedelta(days=1)) == []
    assert scene.known()[0].finding.content == FIRST.content


def test_a_run_that_died_before_the_numbers_reached_the_workbook_gives_the_same_ones(
    scene: Scene, monkeypatch
) -> None:
    scene.handed_in(FIRST, SECOND)

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr("cchc.inspection.team_book._write_back", dies)
        with pytest.raises(KeyboardInterrupt):
            scene.read(NOW)
    assert [one.finding_id for one in in_book(scene)] == ["", ""]
    scene.read(NOW + timedelta(hours=1))
    assert [one.finding_id for one in scene.known()] == ["KT26-0001", "KT26-0002"]
    assert [one.finding_id for one in in_book(scene)] == ["KT26-0001", "KT26-0002"]


def test_the_teams_own_file_is_kept_and_column_a_is_hidden_and_locked(scene: Scene) -> None:
    scene.handed_in(FIRST)
    handed = team_book_path(scene.run).read_bytes()
    scene.read(NOW)
    kept = list((team_book_path(scene.run).parent / "da-doc").iterdir())
    assert [path.read_bytes() for path in kept] == [handed]
    book = openpyxl.load_workbook(io.BytesIO(team_book_path(scene.run).read_bytes()))
    found = book.worksheets[0]
    assert found.column_dimensions["A"].hidden and found.protection.sheet
    assert found["A5"].protection.locked and not found["D5"].protection.locked
    assert isinstance(kept[0], Path)
