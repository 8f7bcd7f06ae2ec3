"""Text that may stand in a document: no control characters, one line where one is meant, days as people write."""

from __future__ import annotations

import re
from datetime import date

from cchc.texts import t

# Control characters and lone surrogates cannot stand in XML; private-use characters mean nothing to others
# (and mark literals inside our own templates).
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ue000-\uf8ff\ufffe\uffff]"
)


def clean(text: str) -> str:
    """Text without the characters that XML cannot hold (control characters, lone surrogates)."""
    return _FORBIDDEN.sub("", text)


def one_line(text: str) -> str:
    """`clean`, with every run of white space made one space."""
    return " ".join(clean(text).split())


def day_text(day: date) -> str:
    """`ngày 09 tháng 02 năm 2026`: days below 10 and the months 1 and 2 carry a leading zero."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return t("documents.day", day=f"{day.day:02d}", month=month, year=day.year)
