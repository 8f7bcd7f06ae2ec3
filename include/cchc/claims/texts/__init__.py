"""The text of documents that units attach: docx, xlsx, PDF with a text layer or scanned, txt, md."""

from cchc.claims.texts.apart import read_apart
from cchc.claims.texts.read import MAX_BYTES, DocumentText, read_document
from cchc.claims.texts.refused import UnreadableDocument

__all__ = [
    "MAX_BYTES",
    "DocumentText",
    "UnreadableDocument",
    "read_apart",
    "read_document",
]
