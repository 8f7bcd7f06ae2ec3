"""The department's own words: written in a workbook or in Word, kept with author and time, part of draft and issue."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.documents.test_decisions import (
    BETWEEN,
    CLOSED,
    CLOSED_AGAIN,
    DECIDED,
    approved,
    closed,
    closed_once,
    drafted,
)
from tests.documents.test_edited import EDITED_AT, draft, in_word, run
from tests.support.province import ROUND, Province

from cchc.claims.texts import read_document
from cchc.clock import END
from cchc.documents.edited import take_back
from cchc.documents.own_words import (
    append_words,
    changed,
    faults_in,
    keep_words,
    not_held,
    sections_of,
    tidied,
    words_of,
)
from cchc.documents.own_words_book import OwnWordsRefused, build_own_words_book, read_own_words_book
from cchc.documents.registry import DocumentRecord, document, documents
from cchc.errors import RuleRefused
from cchc.obligations import RoundLedger
from cchc.run import Run
from cchc.stages import closing

__all__ = ["closed", "closed_once", "draft", "run"]
FIRST = "Ban Thường vụ Tỉnh ủy đã ban hành Chỉ thị về cải cách hành chính."
ODD = "Lời có <w:b>thẻ</w:b>, {{ round }} & dấu < 7."
LATER = "Lời viết sau khi lập dự thảo."


def text_of(run: Run, document_id: str) -> str:
    found = document(run.store, document_id)
    assert found is not None
    return read_document(found.kept_at(run.instance).read_bytes(), "a.docx").text


def test_words_stand_in_the_draft_and_in_its_issue_and_later_ones_in_neither(closed: Province) -> None:
    author = replace(closed.at(BETWEEN), actor="Trần Thị B")
    said = {code: f"Lời ở mục {code}." for code in sections_of(author)}
    keep_words(author, said | {"noi_bat": f"{FIRST}\n\n  Đoạn hai. ", "the_che": ODD}, "book")
    drafted(closed, CLOSED_AGAIN)
    run = closed.at(CLOSED_AGAIN)
    assert not_held(run) == []
    keep_words(replace(author, as_of=CLOSED_AGAIN + timedelta(hours=1)), {"noi_bat": LATER}, "book")
    (told,) = not_held(run)
    assert sections_of(run)["noi_bat"] in told and sections_of(run)["the_che"] not in told
    issued = closing.issue(run, approved(DECIDED))[0]
    text = text_of(run, issued)
    assert FIRST in text and "Đoạn hai." in text and ODD in text, "as they were typed"
    places = [text.find(words) for code, words in said.items() if code not in ("noi_bat", "the_che")]
    assert -1 not in places, "a section has no place in the template"
    assert LATER not in text, "nobody who decided has read it"
    assert "chỉ đạo quan trọng của Tỉnh ủy" not in text
    kept = document(run.store, issued)
    assert kept is not None
    internal = next(one for one in documents(run.store, ROUND) if one.kind == "bao_cao_noi_bo" and one.number)
    assert "Trần Thị B nhập từ biểu" in text_of(run, internal.document_id)
    assert "Trần Thị B" not in text_of(run, issued), "the Ministry is told nothing of who wrote it"
    told_of = {one["section"]: one["by"] for one in kept.provenance["own_words"]}
    assert told_of == dict.fromkeys(said, "Trần Thị B")


def test_a_heading_that_asks_for_words_is_not_issued_over_nothing(run: Run, draft: DocumentRecord) -> None:
    """Also of a draft that was edited in Word, where the heading stands."""
    kept = "V. KIẾN NGHỊ, ĐỀ XUẤT"
    assert kept in text_of(run, draft.document_id) and "Nội dung khác" in text_of(run, draft.document_id)

    def edit(opened: Any) -> None:
        behind(heading(opened, "kien_nghi"), FIRST, "Nội dung")

    take_back(run, in_word(run, draft, edit), "sua.docx", "")
    text = text_of(run, closing.issue(replace(run, as_of=CLOSED), approved(DECIDED))[0])
    assert f"{kept}\n{FIRST}" in text and "Nội dung khác" not in text and "[Phần Sở" not in text


def test_newer_words_take_the_place_of_older_ones_and_empty_ones_withdraw_them(run: Run) -> None:
    keep_words(run, {"noi_bat": FIRST, "khac": LATER}, "book")
    assert keep_words(run, {"noi_bat": f" {FIRST}\n"}, "book") == [], "the same words are no others"
    second = replace(run, as_of=run.as_of + timedelta(hours=1), actor="Lê Văn C")
    assert [one.section for one in keep_words(second, {"noi_bat": LATER, "khac": " "}, "book")] == [
        "noi_bat",
        "khac",
    ]
    assert {code: (one.text, one.actor) for code, one in words_of(run, END).items()} == {
        "noi_bat": (LATER, "Lê Văn C")
    }
    assert words_of(run, run.as_of)["noi_bat"].text == FIRST, "as it was known then"


def test_of_two_who_write_a_section_at_once_the_second_is_told(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each saw the round without the other's words, as two transactions do."""
    seen = run.rounds.events(ROUND)
    mine = changed(run, {"noi_bat": FIRST}, "board")
    keep_words(replace(run, actor="Lê Văn C"), {"noi_bat": LATER}, "board")
    monkeypatch.setattr(RoundLedger, "events", lambda *_: seen)
    with run.store.write() as tx, pytest.raises(RuleRefused, match="vừa có người khác ghi lời"):
        append_words(tx, run, mine)
    monkeypatch.undo()
    assert words_of(run, END)["noi_bat"].text == LATER


def test_what_is_no_section_or_too_long_or_by_nobody_is_refused(run: Run) -> None:
    with pytest.raises(RuleRefused, match="noi_bat"):
        keep_words(run, {"muc_la": "a"}, "book")
    with pytest.raises(RuleRefused, match="tối đa 8000"):
        keep_words(run, {"noi_bat": "a" * 8001}, "book")
    with pytest.raises(RuleRefused, match="--nguoi-viet"):
        keep_words(replace(run, actor=" "), {"noi_bat": "a"}, "book")
    with pytest.raises(RuleRefused, match="không phải đợt báo cáo"):
        keep_words(replace(run, round_id="2026-KT"), {"noi_bat": "a"}, "book")
    assert words_of(run, END) == {}


def test_figures_in_the_words_that_contradict_each_other_are_told() -> None:
    (found,) = faults_in("Toàn tỉnh đã giải quyết đúng hạn 90/100 hồ sơ (đạt 95%).")
    assert "95%" in found
    assert faults_in("Toàn tỉnh đã giải quyết đúng hạn 90/100 hồ sơ (đạt 90%).") == []


@given(st.text())
def test_tidied_words_are_paragraphs_that_a_document_can_hold(text: str) -> None:
    found = tidied(text)
    assert tidied(found) == found
    assert all(line == line.strip() and line for line in found.splitlines())


def test_the_workbook_holds_every_section_and_brings_back_what_was_written(run: Run) -> None:
    headings = sections_of(run)
    (known,) = keep_words(run, {"noi_bat": f"{FIRST}\nĐoạn hai."}, "book")
    content = build_own_words_book(run.round, headings, {"noi_bat": known}, run.as_of)
    assert content == build_own_words_book(run.round, headings, {"noi_bat": known}, run.as_of)
    written = read_own_words_book(content, "loi.xlsx", headings)
    assert written.round_id == ROUND
    assert written.texts == dict.fromkeys(headings, "") | {"noi_bat": f"{FIRST}\nĐoạn hai."}
    assert keep_words(run, written.texts, "book") == [], "a form sent back as it was changes nothing"


def test_a_workbook_with_faults_is_refused_whole_naming_each_cell(run: Run) -> None:
    from openpyxl import load_workbook

    headings = sections_of(run)
    book = load_workbook(io.BytesIO(build_own_words_book(run.round, headings, {}, run.as_of)))
    sheet = book.active
    sheet["A6"], sheet["C6"] = "la", "a"
    sheet["A8"] = sheet["A7"].value
    buffer = io.BytesIO()
    book.save(buffer)
    with pytest.raises(OwnWordsRefused, match=r"loi\.xlsx.*2 chỗ") as refused:
        read_own_words_book(buffer.getvalue(), "loi.xlsx", headings)
    assert "A6" in str(refused.value) and "A8" in str(refused.value)
    sheet.title = "Khác"
    book.save(other := io.BytesIO())
    with pytest.raises(OwnWordsRefused, match="không có sheet"):
        read_own_words_book(other.getvalue(), "loi.xlsx", headings)


def heading(opened: Any, section: str) -> Any:
    """The paragraph that is the heading of a section, by its bookmark."""
    for one in opened.paragraphs:
        names = [mark.get(f"{W}name") for mark in one._p.iter(f"{W}bookmarkStart")]
        if f"muc_{section}" in names:
            return one
    raise AssertionError(f"no heading of {section}")


W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def program_line(opened: Any) -> Any:
    """The first line of the program's own under the headings of sections."""
    within = False
    for one in opened.paragraphs:
        marks = [str(mark.get(f"{W}name")) for mark in one._p.iter(f"{W}bookmarkStart")]
        if one.style.name.startswith("Heading"):
            within = any(mark.startswith("muc_") for mark in marks)
        elif within and one.style.name in ("Nội dung", "Mục con") and len(one.text) > 30:
            return one
    raise AssertionError("the program tells nothing under any heading")


def behind(paragraph: Any, text: str, style: str) -> Any:
    following = paragraph._p.getnext()
    new = type(paragraph)(following, paragraph._parent).insert_paragraph_before(text)
    new.style = paragraph.part.document.styles[style]
    return new


def test_a_paragraph_written_in_word_is_own_words_of_its_section_in_the_next_draft(
    closed: Province, run: Run, draft: DocumentRecord
) -> None:
    def edit(opened: Any) -> None:
        program_line(opened).add_run(" (viết lại)")
        behind(heading(opened, "noi_bat"), FIRST, "Nội dung")
        asked = next(
            one for one in opened.paragraphs if one.text.startswith("[Phần Sở Nội vụ viết: các chỉ đạo")
        )
        asked.runs[0].text = "Viết thay chỗ trống."
        for other in asked.runs[1:]:
            other.text = ""

    taken = take_back(run, in_word(run, draft, edit), "sua.docx", "")
    (own,) = taken.own_words
    assert (own.section, own.text, own.way) == ("noi_bat", f"{FIRST}\nViết thay chỗ trống.", "word")
    assert words_of(run, EDITED_AT)["noi_bat"].actor == "Trần Thị B"
    assert not_held(closed.at(CLOSED)) == [], "they stand in what is decided on"
    assert [one["section"] for one in taken.record.provenance["own_words"]] == ["noi_bat"]
    ids = drafted(closed, EDITED_AT + timedelta(days=1))
    text = text_of(run, ids[0])
    assert text.count(FIRST) == 1 and "Viết thay chỗ trống." in text and "(viết lại)" not in text

    def take_away(opened: Any) -> None:
        for one in [one for one in opened.paragraphs if one.text in own.text]:
            if one.text and one.style.name == "Lời của Sở":
                one._p.getparent().remove(one._p)

    later = replace(run, as_of=EDITED_AT + timedelta(days=1, hours=2))
    anew = document(run.store, ids[0])
    assert anew is not None
    (gone,) = take_back(later, in_word(run, anew, take_away), "sua.docx", "").own_words
    assert (gone.section, gone.text) == ("noi_bat", "")
    assert words_of(later, END) == {}
