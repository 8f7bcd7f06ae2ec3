"""Indicators from `include/config/indicators.csv`: who owes which, in which round, and how they add up.

Since 1 July 2025 there is no district. Its rows pass to the communes, and rows of a general nature to the
provincial bodies too; rows that spoke of the district's own dossiers, leaders and procedures now speak of the
provincial bodies. This transfer is inferred, not prescribed: the columns `tiers_since_2025_07` and
`name_since_2025_07` are the department's to change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from cchc.config_files import StrictModel, load_csv, shown
from cchc.errors import ConfigError, ConfigErrors
from cchc.indicators.expression import codes_of
from cchc.paths import config_dir
from cchc.texts import t

TWO_TIERS_SINCE = date(2025, 7, 1)
OWN = "own"
REPORTS = ("Q1", "6T", "Q3", "NAM")
TIERS = ("so", "huyen", "xa")

Kind = Literal["count", "percent", "boolean", "enum", "money", "text"]


class IndicatorRow(StrictModel):
    """A row of the file, as an official edits it."""

    code: str = Field(pattern=r"^[A-Z]+\d*(\.[0-9A-Z]+)+$")
    section: str
    section_name: str
    group: str
    name: str
    name_since_2025_07: str | None = None
    unit_of_measure: str
    kind: Kind
    options: str | None = None
    numerator: str | None = None
    denominator: str | None = None
    source: Literal["self", "one_stop", "doc_management", "computed", "catalogue"]
    aggregation: Literal["sum", "ratio", "count_yes", "distribution", "none"]
    tiers_until_2025_06: str | None = None
    tiers_since_2025_07: str | None = None
    rounds: str | None = None


@dataclass(frozen=True)
class Indicator:
    """One indicator. options: label by number. numerator, denominator: an expression over codes, or `own`."""

    code: str
    section: str
    section_name: str
    group: str
    name: str
    unit_of_measure: str
    kind: Kind
    options: Mapping[str, str]
    numerator: str | None
    denominator: str | None
    source: str
    aggregation: str
    note: str = ""
    tiers_before: frozenset[str] = field(default=frozenset(), repr=False)
    tiers_since: frozenset[str] = field(default=frozenset(), repr=False)
    rounds: frozenset[str] = field(default=frozenset(), repr=False)
    new_name: str = field(default="", repr=False)

    def owed_by(self, tier: str, day: date, kind: str) -> bool:
        tiers = self.tiers_since if day >= TWO_TIERS_SINCE else self.tiers_before
        return tier in tiers and (not self.rounds or str(kind) in self.rounds)


class IndicatorRegister:
    """All indicators in the order of the file."""

    def __init__(self, indicators: list[Indicator]) -> None:
        self.all = indicators
        self._by_code = {indicator.code: indicator for indicator in indicators}

    @classmethod
    def load(cls, folder: Path | None = None) -> IndicatorRegister:
        """Raises ConfigErrors naming row, column, value and what is allowed."""
        path = (folder or config_dir()) / "indicators.csv"
        return _load(path, path.stat().st_mtime_ns if path.exists() else 0)

    def get(self, code: str) -> Indicator:
        """The indicator; KeyError for a code that is not in the register."""
        return self._by_code[code]

    def __contains__(self, code: str) -> bool:
        return code in self._by_code

    def owed(self, tier: str, day: date, kind: str) -> list[Indicator]:
        """What a unit of `tier` owes in a round of `kind` whose reference day is `day`, named as on that day."""
        renamed = day >= TWO_TIERS_SINCE
        return [
            replace(indicator, name=indicator.new_name) if renamed and indicator.new_name else indicator
            for indicator in self.all
            if indicator.owed_by(tier, day, kind)
        ]


@lru_cache(maxsize=8)
def _load(path: Path, _changed: int) -> IndicatorRegister:
    rows = load_csv(path, IndicatorRow)
    faults: list[ConfigError] = []
    known = {row.code for row in rows}
    first: dict[str, int] = {}
    indicators = []
    for number, row in enumerate(rows, start=2):

        def fault(column: str, found: object, allowed: str, number: int = number) -> None:
            place = t("config.row_column", row=number, column=column)
            faults.append(ConfigError(shown(path), place, found, allowed))

        if row.code in first:
            fault("code", row.code, t("indicators.unique_code", row=first[row.code]))
        first.setdefault(row.code, number)
        for column in ("numerator", "denominator"):
            expression = getattr(row, column)
            if (row.kind == "percent") != (expression is not None):
                fault(column, expression, t("indicators.parts_of_percent"))
            elif expression not in (None, OWN):
                for wrong in _unknown(expression, known):
                    fault(column, wrong, t("indicators.known_codes"))
        if (row.kind in ("boolean", "enum")) != (row.options is not None):
            fault("options", row.options, t("indicators.options_form"))
        for column, allowed in (
            ("tiers_until_2025_06", TIERS),
            ("tiers_since_2025_07", TIERS),
            ("rounds", REPORTS),
        ):
            for wrong in set((getattr(row, column) or "").split()) - set(allowed):
                fault(column, wrong, ", ".join(allowed))
        indicators.append(_indicator(row))
    if faults:
        raise ConfigErrors(faults)
    return IndicatorRegister(indicators)


def _unknown(expression: str, known: set[str]) -> list[str]:
    try:
        return [code for code in codes_of(expression) if code not in known]
    except ValueError:
        return [expression]


def _indicator(row: IndicatorRow) -> Indicator:
    options = dict(part.split("=", 1) for part in (row.options or "").split(";") if "=" in part)
    return Indicator(
        code=row.code,
        section=row.section,
        section_name=row.section_name,
        group=row.group,
        name=row.name,
        unit_of_measure=row.unit_of_measure,
        kind=row.kind,
        options=options,
        numerator=row.numerator,
        denominator=row.denominator,
        source=row.source,
        aggregation=row.aggregation,
        tiers_before=frozenset((row.tiers_until_2025_06 or "").split()),
        tiers_since=frozenset((row.tiers_since_2025_07 or "").split()),
        rounds=frozenset((row.rounds or "").split()),
        new_name=row.name_since_2025_07 or "",
    )
