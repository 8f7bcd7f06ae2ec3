"""How grave a finding is, once: for the rules, the claims, the forms and everybody who counts findings."""

from __future__ import annotations

from enum import StrEnum


class Severity(StrEnum):
    """Worst first. The values stand in the rules' files, in the store and in exports."""

    ERROR = "loi"  # a submission with one is refused
    WARNING = "canh_bao"
    NOTE = "luu_y"  # nothing is wrong, and nothing is counted

    @property
    def rank(self) -> int:
        return list(type(self)).index(self)
