"""The set of one file, `criteria/<year>.csv`, as it was before there were sets per kind of unit.

`./cchc cham-diem bo chuyen` turns such a file into a set; nothing else should read it any more.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from cchc.config_files import OpenedFiles, Rows, StrictModel, config_file, one_of, shown
from cchc.errors import CchcError, ConfigError, ConfigErrors
from cchc.files import sha256_bytes
from cchc.indicators import IndicatorRegister, codes_of
from cchc.indicators.expression import is_expression, terms_of
from cchc.texts import t
from cchc.year.fields import Kind

Method = Literal[
    "self_score", "timeliness", "ratio_linear", "ratio_step", "ratio_threshold",
    "all_yes", "share_yes", "at_most", "deduction", "penalty",
]  # fmt: skip


class OneFileRow(StrictModel):
    """One row of `criteria/<year>.csv`.

    numerator and denominator are sums of indicator codes; `.num` and `.den` name the parts of a percentage.
    when_nothing says what an empty denominator means: full points, the criterion dropped, or unknown.
    basis: `nguon` when the points stand in a published decision, `mau` for the example set.
    """

    code: str
    group: str
    group_name: str
    group_max: Decimal | None = None
    criterion: str
    max_points: Decimal
    method: Method
    numerator: str | None = None
    denominator: str | None = None
    parameters: str | None = None
    when_nothing: Literal["full", "drop", "none"]
    how: str | None = None
    evidence: str | None = None
    basis: Literal["nguon", "mau"]
    basis_note: str

    @field_validator("max_points")
    @classmethod
    def _points(cls, value: Decimal) -> Decimal:
        if abs(value) > 100:
            raise ValueError(t("criteria.points_range"))
        return value


class Band(StrictModel):
    """A class of results: its name and the lowest share of reachable points."""

    lowest: Decimal = Field(alias="from", ge=0, le=1)
    name: str = Field(min_length=1)


class ScoringSettings(StrictModel):
    """`scoring.yaml`."""

    criteria: int
    criteria_name: str = Field(min_length=1)
    criteria_decision: str
    bands: tuple[Band, ...] = Field(min_length=1)
    timeliness_rounds: tuple[Kind, ...]


@dataclass(frozen=True)
class Criteria:
    """A version of the criteria set. `version` is `<year>-<first 8 of the file's hash>`."""

    version: str
    rows: tuple[OneFileRow, ...]
    bands: tuple[Band, ...]
    timeliness_rounds: tuple[str, ...]
    name: str
    decision: str

    @classmethod
    def load(cls, folder: Path | None = None) -> Criteria:
        """Raises ConfigErrors naming row and column; unknown indicators are errors too."""
        found = _load(folder)
        if found is None:
            raise CchcError(t("criteria.no_one_file", year="", years="-"))
        return found

    @property
    def is_example(self) -> bool:
        """Whether any row is of the constructed example set: then every table must say so."""
        return any(row.basis == "mau" for row in self.rows)


@dataclass(frozen=True)
class _CriteriaFile:
    rows: tuple[OneFileRow, ...]
    sha256: str


@config_file("criteria/*.csv")
def _load_sets(opened: OpenedFiles) -> dict[str, _CriteriaFile]:
    """Every set there is, by its year: one of last year is checked too, a score can be computed again."""
    register = IndicatorRegister.load(opened.folder)
    found = {}
    for path in opened.paths():
        rows = opened.csv(OneFileRow, path)
        _check(path, rows, register)
        found[path.stem] = _CriteriaFile(rows.rows, sha256_bytes(opened.content(path)))
    return found


@config_file("scoring.yaml")
def _load(opened: OpenedFiles) -> Criteria | None:
    """None where the configuration has no set of one file any more."""
    if not opened.content():
        return None
    settings, sets = opened.yaml(ScoringSettings), _load_sets(opened.folder)
    if (year := str(settings.criteria)) not in sets:
        raise ConfigError(shown(opened.path), "criteria", settings.criteria, one_of(year, sets))
    return Criteria(
        version=f"{year}-{sets[year].sha256[:8]}",
        rows=sets[year].rows,
        bands=tuple(sorted(settings.bands, key=lambda band: -band.lowest)),
        timeliness_rounds=settings.timeliness_rounds,
        name=settings.criteria_name,
        decision=settings.criteria_decision,
    )


def load_one_file(year: int, folder: Path | None = None) -> Criteria:
    """The set of `criteria/<year>.csv`, under the name and with the classes of `scoring.yaml`."""
    found, sets = _load(folder), _load_sets(folder)
    if found is None or str(year) not in sets:
        raise CchcError(t("criteria.no_one_file", year=year, years=", ".join(sets) or "-"))
    return replace(found, rows=sets[str(year)].rows)


def _unknown(expression: str | None, known: Collection[str]) -> list[str]:
    """What is no indicator in a sum of indicators; points are added up, nothing is taken away."""
    if not expression:
        return []
    if not is_expression(expression) or any(term.sign < 0 for term in terms_of(expression)):
        return [expression]
    return [code for code in codes_of(expression) if code not in known]


def _check(path: Path, rows: Rows[OneFileRow], register: IndicatorRegister) -> None:
    faults: list[ConfigError] = []
    known = {indicator.code for indicator in register.all}
    seen: dict[str, int] = {}
    for number, row in rows.numbered():
        if row.code in seen:
            place = t("config_files.row_column", row=number, column="code")
            faults.append(
                ConfigError(shown(path), place, row.code, t("criteria.unique_code", row=seen[row.code]))
            )
        seen.setdefault(row.code, number)
        for column in ("numerator", "denominator"):
            for found in _unknown(getattr(row, column), known):
                place = t("config_files.row_column", row=number, column=column)
                faults.append(ConfigError(shown(path), place, found, t("criteria.known_indicator")))
    if faults:
        raise ConfigErrors(faults)
