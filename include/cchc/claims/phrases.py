"""`include/config/claims.yaml`: phrases that speak of an indicator, quantities of the appendix, the tolerance."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from cchc.claims.flat import plain
from cchc.config_files import OpenedFiles, StrictModel, config_file, shown
from cchc.errors import ConfigError
from cchc.texts import t

_NUMBER = r"(?<![\w.,/])(?P<n>[0-9]{1,12}(?:[.,][0-9]{3})*)(?![0-9]|[.,][0-9]|\s?[/%])"


class Phrase(StrictModel):
    phrase: str
    indicator: str

    @cached_property
    def in_text(self) -> re.Pattern[str]:
        return re.compile(_pattern(self.phrase))


class Quantity(StrictModel):
    """A quantity by the phrases of texts (`{n}` where the number stands) and by the labels of tables.

    `*` stands for a few words without figures; 'head / column' names a column under a spanning head.
    """

    name: str
    text: list[str]
    table: list[str]

    @cached_property
    def in_text(self) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(_pattern(one)) for one in self.text)

    @cached_property
    def rows(self) -> re.Pattern[str]:
        return re.compile("|".join(f"(?:{_words(one)})" for one in self.table))


class ClaimSettings(StrictModel):
    phrases: list[Phrase]
    quantities: list[Quantity]
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
    rows += [(one.name, phrase) for one in settings.quantities for phrase in one.text]
    for place, phrase in rows:
        if phrase.count("{n}") != 1 or plain(phrase) != phrase:
            raise ConfigError(shown(path), place, phrase, t("claims.phrase_form"))
    for one in settings.quantities:
        for label in one.table:
            if plain(label) != label:
                raise ConfigError(shown(path), one.name, label, t("claims.label_form"))
    return settings
