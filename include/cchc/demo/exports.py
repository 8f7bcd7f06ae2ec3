"""Synthetic exports of a province's software, and the truth about them counted without any SQL."""

from cchc.demo.document_exports import DocumentYear
from cchc.demo.export_parts import KnownValue
from cchc.demo.one_stop_exports import OneStopYear

__all__ = ["DocumentYear", "KnownValue", "OneStopYear"]
