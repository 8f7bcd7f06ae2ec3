"""Synthetic exports of a province's software, and the truth about them counted without any SQL."""

from cchc_rehearsal.document_exports import DocumentYear
from cchc_rehearsal.export_parts import KnownValue
from cchc_rehearsal.one_stop_exports import OneStopYear

__all__ = ["DocumentYear", "KnownValue", "OneStopYear"]
