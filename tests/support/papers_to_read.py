"""Papers for the reader of documents, made in memory, and what it says of those that it refuses."""

from __future__ import annotations

import io
import zipfile

import pytest

from cchc.claims.texts import DocumentText, UnreadableDocument, read_document

SENTENCE = "Đã giải quyết 54.647 hồ sơ (đúng hạn 53.850; quá hạn 789 hồ sơ)."
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def saved(document) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def refused(content: bytes, name: str) -> str:
    with pytest.raises(UnreadableDocument) as raised:
        read_document(content, name)
    assert name in str(raised.value) and raised.value.exit_code == 2
    return raised.value.reason


def archive(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return target.getvalue()


def pdf_of(draw) -> bytes:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    with pyplot.rc_context({"pdf.fonttype": 42}):
        figure = pyplot.figure(figsize=(8, 11))
        draw(figure)
        target = io.BytesIO()
        figure.savefig(target, format="pdf")
        pyplot.close(figure)
    return target.getvalue()


def placed(document: DocumentText, words: str) -> str:
    return document.place(document.text.index(words))
