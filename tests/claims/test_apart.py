"""A PDF that unfolds beyond measure is refused with a word, and whoever asked goes on."""

from __future__ import annotations

import zlib

import pytest
from tests.support.papers_to_read import SENTENCE, pdf_of

from cchc.claims.texts import UnreadableDocument, apart, read_apart, read_document
from cchc.isolation.limits import ReadingLimits


def pdf_with(stream: bytes, packed: int) -> bytes:
    """A PDF of one page whose content is `stream`, deflated so many times."""
    filters = b" ".join([b"/FlateDecode"] * packed)
    for _ in range(packed):
        stream = zlib.compress(stream, 9)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>",
        b"<</Length %d/Filter[%s]>>stream\n%s\nendstream" % (len(stream), filters, stream),
    ]
    body = b"%PDF-1.7\n" + b"".join(
        b"%d 0 obj %s endobj\n" % (number, one) for number, one in enumerate(objects, start=1)
    )
    return body + b"trailer<</Root 1 0 R/Size 5>>\n%%EOF"


def reason_of(content: bytes) -> str:
    with pytest.raises(UnreadableDocument) as refused:
        read_apart(content, "bao-cao.pdf")
    assert "bao-cao.pdf" in str(refused.value)
    return refused.value.reason


def test_what_a_pdf_says_is_the_same_apart() -> None:
    content = pdf_of(lambda figure: figure.text(0.1, 0.5, SENTENCE))
    assert read_apart(content, "a.pdf") == read_document(content, "a.pdf")


def test_a_reason_comes_back_with_its_own_name() -> None:
    assert reason_of(b"%PDF-1.4 hong") == "damaged"


def test_other_kinds_need_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_ready", None)  # no session could be opened with it
    assert read_apart(SENTENCE.encode(), "a.txt").text == SENTENCE


@pytest.mark.parametrize(
    ("content", "limits"),
    [
        (pdf_with(b"0 0 m 9 9 l S\n" * 30_000_000, 2), ReadingLimits(memory=256 << 20)),  # 420 MB from 4 kB
        (pdf_with(b"1 0 0 1 0 0 cm 0 0 m 9 9 l S\n" * 3_000_000, 2), ReadingLimits(processor_seconds=1)),
    ],
    ids=["unfolds", "takes for ever"],
)
def test_a_pdf_that_takes_too_much_is_given_up_with_a_word(
    content: bytes, limits: ReadingLimits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "LIMITS", limits)
    assert reason_of(content) == "too_heavy"
    assert read_apart(SENTENCE.encode(), "a.txt").text == SENTENCE
