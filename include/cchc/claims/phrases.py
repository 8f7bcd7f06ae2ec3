"""`include/config/claims.yaml`: phrases that speak of an indicator, and the tolerance."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from cchc.claims.flat import plain
from cchc.config_files import OpenedFiles, StrictModel, config_file, shown
from cchc.errors import ConfigError
from cchc.texts import t

_NUMBER = r"(?<![\w.,/])(?P<n>[0-9]{1,12}(?:[.,][0-9]{3})*)(?![0-9]|[.,][0-9]|\s?[/%]|\s{1,2}phan\s{1,2}tram)"


class Phrase(StrictModel):
    phrase: str
    indicator: str

    @cached_property
    def in_text(self) -> re.Pattern[str]:
        return re.compile(_pattern(self.phrase))


class ClaimSettings(StrictModel):
    phrases: list[Phrase]
    percent_tolerance: Decimal

    @classmethod
    def load(cls, folder: Path | None = None) -> ClaimSettings:
        return _load(folder)


def _pattern(phrase: str) -> str:
    before, after = phrase.split("{n}")
    return f"{_words(before)}{_NUMBER}{_words(after)}"


def _words(text: str) -> str:
    return r"[^0-9.;\n]{0,40}?".join(re.escape(part).replace(r"\ ", r"\s{1,3}") for part in text.split("*"))


@config_file("claims.yaml")
def _load(opened: OpenedFiles) -> ClaimSettings:
    path, settings = opened.path, opened.yaml(ClaimSettings)
    rows = [(row.indicator, row.phrase) for row in settings.phrases]
    for place, phrase in rows:
        if phrase.count("{n}") != 1 or plain(phrase) != phrase:
            raise ConfigError(shown(path), place, phrase, t("claims.phrase_form"))
    return settings
