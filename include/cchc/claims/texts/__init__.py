"""The text of documents that units attach: docx, PDF with a text layer, txt, md."""

from cchc.claims.texts.read import DocumentText, read_document
from cchc.claims.texts.refused import UnreadableDocument

__all__ = [
    "DocumentText",
    "UnreadableDocument",
    "read_document",
]
