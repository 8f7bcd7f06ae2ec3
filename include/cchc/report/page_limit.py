"""Whether a draft report keeps the limit of pages of `narrative.yaml`; whoever decides is told when it does not."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from cchc.documents.waiting import drafts
from cchc.report.narrative_rules import NarrativeRules
from cchc.run import Run
from cchc.texts import t

_REPORT_PDF = "bao_cao_du_thao_pdf"


def page_texts(pdf: bytes) -> list[str]:
    """The text of each page of one of our own PDF files, on one line."""
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def pages_before_the_appendix(texts: Sequence[str]) -> int:
    """How many pages stand before the first appendix; all of them when there is none."""
    title = t("narrative.appendix_title")
    return next((place for place, text in enumerate(texts) if title in text), len(texts))


@lru_cache(maxsize=8)  # a draft is looked at again and again
def _length(pdf: bytes) -> int:
    return pages_before_the_appendix(page_texts(pdf))


def too_long(run: Run) -> list[str]:
    """What whoever decides must know of the length of the run's draft; empty when it keeps the limit, or when no PDF
    tells how long it is."""
    limit = NarrativeRules.load().limits.pages
    for one in drafts(run):
        if one.kind == _REPORT_PDF:
            pages = _length(one.content(run.instance))
            if pages > limit:
                return [t("narrative.too_long", count=pages, limit=limit)]
    return []
