"""The text of documents that units attach: docx, PDF with a text layer, txt, md."""

from cchc.intake.documents.read import DocumentText, read_document
from cchc.intake.documents.refused import UnreadableDocument

__all__ = ["DocumentText", "UnreadableDocument", "read_document"]
