"""A draft that is longer than its limit is told to whoever decides, one that keeps it is not."""

from __future__ import annotations

from datetime import date

import pytest
from docxtpl import DocxTemplate

from cchc.clock import at
from cchc.documents.papers import record
from cchc.documents.templates import FOLDER
from cchc.paths import Instance
from cchc.report import page_limit
from cchc.report.page_limit import pages_before_the_appendix, too_long
from cchc.run import Run
from cchc.store import Store
from cchc.texts import t

TITLE = t("narrative.appendix_title")


@pytest.mark.parametrize(
    ("texts", "pages"),
    [(["a", "b", f"Phụ lục I {TITLE} NĂM 2026", "c"], 2), (["a", "b"], 2), ([], 0)],
)
def test_pages_are_counted_up_to_the_first_appendix(texts: list[str], pages: int) -> None:
    assert pages_before_the_appendix(texts) == pages


def test_the_appendix_is_found_by_the_title_that_its_template_has() -> None:
    template = DocxTemplate(FOLDER / "bao_cao.docx")
    template.init_docx()
    assert TITLE in template.patch_xml(template.get_xml())


@pytest.mark.parametrize("pages", [25, 26])
def test_whoever_decides_is_told_of_a_draft_beyond_the_limit_and_of_no_other(
    instance: Instance, store: Store, monkeypatch: pytest.MonkeyPatch, pages: int
) -> None:
    run = Run(store, instance, at(date(2026, 3, 19), 9), "2026-Q1")
    run.rounds.open(run.round, run.round.opens_at, "thu")
    assert too_long(run) == [], "no PDF tells"
    record(
        run, "bao_cao_du_thao_pdf", b"%%PDF-1.7 of %d pages" % pages, "bao-cao.pdf"
    )  # counted once a content
    monkeypatch.setattr(page_limit, "page_texts", lambda _pdf: [*["x"] * pages, TITLE])
    assert too_long(run) == ([] if pages == 25 else [t("narrative.too_long", count=26, limit=25)])
