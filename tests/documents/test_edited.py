"""A draft edited in Word is what is decided on and issued; a changed figure and a lost bookmark are found."""

from __future__ import annotations

import io
import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from tests.documents.test_decisions import CLOSED, DECIDED, approved, closed, closed_once, drafted
from tests.support.province import ROUND, Province

from cchc.claims.texts import read_document
from cchc.documents.edited import take_back
from cchc.documents.pdf import office
from cchc.documents.registry import DocumentRecord, document, documents
from cchc.documents.waiting import ask_approvers, drafts
from cchc.errors import RuleRefused
from cchc.obligations import RoundEventKind
from cchc.run import Run
from cchc.stages import closing

__all__ = ["closed", "closed_once"]
SENTENCE = "Sở Nội vụ đánh giá: công tác chỉ đạo, điều hành có chuyển biến rõ nét."
EDITED_AT = CLOSED + timedelta(hours=5)


@pytest.fixture
def run(closed: Province) -> Run:
    return replace(closed.at(EDITED_AT), actor="Trần Thị B")


@pytest.fixture
def draft(run: Run) -> DocumentRecord:
    (found,) = [one for one in documents(run.store, ROUND) if one.kind == "bao_cao_du_thao"]
    return found


def in_word(run: Run, draft: DocumentRecord, edit: Any = None) -> bytes:
    """The draft opened by python-docx, edited and saved."""
    opened = Document(str(draft.copied_to(run.instance)))
    if edit is None:
        _add_sentence(opened)
    else:
        edit(opened)
    target = io.BytesIO()
    opened.save(target)
    return target.getvalue()


def _add_sentence(opened: Any) -> None:
    heading = next(one for one in opened.paragraphs if one.style.name.startswith("Heading"))
    heading.insert_paragraph_before(SENTENCE, style="Nội dung")


def in_libreoffice(content: bytes, folder: Path) -> bytes:
    """The file as LibreOffice saves it."""
    source, target = folder / "sua.docx", folder / "ra"
    source.write_bytes(content)
    command = [str(office()), f"-env:UserInstallation={(folder / 'ho-so').as_uri()}", "--headless"]
    subprocess.run(
        [*command, "--convert-to", "docx", "--outdir", str(target), str(source)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return (target / "sua.docx").read_bytes()


def link_of(opened: Any) -> Any:
    """A figure of the text that is a link to the appendix."""
    for one in opened.element.body.iter(qn("w:hyperlink")):
        text = "".join(node.text or "" for node in one.iter(qn("w:t")))
        if text.isdigit():
            return next(one.iter(qn("w:t")))
    raise AssertionError("the report links its figures")


def change_a_figure(opened: Any) -> None:
    node = link_of(opened)
    node.text = str(int(node.text) + 1)


def lose_a_bookmark(opened: Any) -> None:
    mark = next(
        one for one in opened.element.body.iter(qn("w:bookmarkStart")) if one.get(qn("w:name")) == "so_lieu"
    )
    mark.getparent().remove(mark)


def lose_the_number(opened: Any) -> None:
    for node in list(opened.element.body.iter(qn("w:t"))):
        if (node.text or "").startswith("Số:"):
            node.text = ""


def test_the_edited_words_are_what_is_put_before_the_approvers_and_issued(
    run: Run, draft: DocumentRecord
) -> None:
    taken = take_back(run, in_word(run, draft), "sua.docx", "")
    assert (taken.edits.changed, taken.edits.lost, taken.edits.paragraphs) == ((), (), 1)
    assert taken.record in drafts(run) and draft not in drafts(run)
    (event,) = [one for one in run.rounds.events(ROUND) if one.kind is RoundEventKind.edited]
    assert event.actor == "Trần Thị B" and event.detail["documents"] == [taken.record.document_id]
    assert ask_approvers(run) and not ask_approvers(run)
    ids = closing.issue(replace(run, as_of=CLOSED), approved(DECIDED))
    issued = document(run.store, ids[0])
    assert issued is not None and issued.provenance["edited"] == taken.record.document_id
    text = read_document(issued.kept_at(run.instance).read_bytes(), "a.docx").text
    assert SENTENCE in text and "Số: 12/BC-UBND" in text and "ngày 23 tháng 3 năm 2026" in text
    assert "DỰ THẢO" not in text


def test_an_edit_after_the_decision_changes_nothing_that_was_decided(run: Run, draft: DocumentRecord) -> None:
    take_back(replace(run, as_of=DECIDED + timedelta(hours=1)), in_word(run, draft), "sua.docx", "")
    ids = closing.issue(replace(run, as_of=CLOSED), approved(DECIDED))
    issued = document(run.store, ids[0])
    assert issued is not None and "edited" not in issued.provenance


def test_a_changed_figure_is_named_and_needs_a_persons_reason(run: Run, draft: DocumentRecord) -> None:
    content = in_word(run, draft, change_a_figure)
    with pytest.raises(RuleRefused, match=r"sua\.docx.*\d thành \d.*--ly-do") as found:
        take_back(run, content, "sua.docx", " ")
    assert found.value.rule == "figure-changed"
    assert draft in drafts(run), "nothing was recorded"
    taken = take_back(run, content, "sua.docx", "Theo biên bản ngày 18/03")
    assert len(taken.record.provenance["changed"]) == 1
    assert taken.record.provenance["words"] == "Theo biên bản ngày 18/03"


def test_a_changed_cell_of_the_appendix_is_a_changed_figure(run: Run, draft: DocumentRecord) -> None:
    def change(opened: Any) -> None:
        row = next(
            one
            for one in opened.element.body.iter(qn("w:tr"))
            if any(mark.get(qn("w:name")).startswith("cs_") for mark in one.iter(qn("w:bookmarkStart")))
        )
        node = next(one for one in row.iter(qn("w:t")) if (one.text or "").strip().isdigit())
        node.text = "98765"

    with pytest.raises(RuleRefused, match="98765") as found:
        take_back(run, in_word(run, draft, change), "sua.docx", "")
    assert found.value.rule == "figure-changed"


@pytest.mark.parametrize(
    ("edit", "rule"), [(lose_a_bookmark, "bookmark-lost"), (lose_the_number, "head-lost")]
)
def test_what_the_document_needs_is_named_when_it_is_lost(
    run: Run, draft: DocumentRecord, edit: Any, rule: str
) -> None:
    with pytest.raises(RuleRefused) as found:
        take_back(run, in_word(run, draft, edit), "sua.docx", "có lý do")
    assert found.value.rule == rule


def test_a_file_that_is_no_draft_of_this_round_is_refused(run: Run, draft: DocumentRecord) -> None:
    plain = io.BytesIO()
    Document().save(plain)
    for content, rule in (
        (plain.getvalue(), "not-our-draft"),
        (in_word(run, draft, lambda _: None), "nothing-edited"),
    ):
        with pytest.raises(RuleRefused) as found:
            take_back(run, content, "sua.docx", "")
        assert found.value.rule == rule


def test_a_draft_that_was_made_anew_or_issued_takes_no_edits_of_the_old_one(
    closed: Province, run: Run, draft: DocumentRecord
) -> None:
    content = in_word(run, draft)
    drafted(closed, EDITED_AT + timedelta(hours=1))  # holds the unit of the 20th
    later = replace(run, as_of=EDITED_AT + timedelta(days=2))
    drafted(closed, later.as_of)
    with pytest.raises(RuleRefused) as found:
        take_back(later, content, "sua.docx", "")
    assert found.value.rule == "older-draft"
    closing.issue(later, approved(DECIDED))
    with pytest.raises(RuleRefused) as found:
        take_back(replace(run, as_of=DECIDED), content, "sua.docx", "")
    assert found.value.rule == "no-draft-waiting"
