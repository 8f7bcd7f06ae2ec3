"""The set of criteria of a year: a dated file that an official edits, checked when it is loaded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import field_validator

from cchc.config_files import StrictModel, load_csv, load_yaml, shown
from cchc.errors import ConfigError, ConfigErrors
from cchc.indicators import IndicatorRegister
from cchc.paths import config_dir
from cchc.texts import t

Method = Literal[
    "self_score", "timeliness", "ratio_linear", "ratio_step", "ratio_threshold",
    "all_yes", "share_yes", "at_most", "deduction", "penalty",
]  # fmt: skip


class CriterionRow(StrictModel):
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
            raise ValueError(t("scoring.points_range"))
        return value


class Band(StrictModel):
    """A class of results: its name and the lowest share of reachable points."""

    model_config = StrictModel.model_config | {"populate_by_name": True}
    lowest: Decimal
    name: str


class ScoringRow(StrictModel):
    criteria: int
    bands: list[dict[str, Decimal | str]]
    timeliness_rounds: list[str]


@dataclass(frozen=True)
class Criteria:
    """A version of the criteria set. `version` is `<year>-<first 8 of the file's hash>`."""

    version: str
    rows: tuple[CriterionRow, ...]
    bands: tuple[Band, ...]
    timeliness_rounds: tuple[str, ...]

    @classmethod
    def load(cls, folder: Path | None = None) -> Criteria:
        """Raises ConfigErrors naming row and column; unknown indicators are errors too."""
        from cchc.files import sha256_file

        folder = folder or config_dir()
        settings = load_yaml(folder / "scoring.yaml", ScoringRow)
        path = folder / "criteria" / f"{settings.criteria}.csv"
        rows = load_csv(path, CriterionRow)
        _check(path, rows, IndicatorRegister.load(folder))
        bands = [Band(lowest=Decimal(str(band["from"])), name=str(band["name"])) for band in settings.bands]
        return cls(
            version=f"{settings.criteria}-{sha256_file(path)[:8]}",
            rows=tuple(rows),
            bands=tuple(sorted(bands, key=lambda band: -band.lowest)),
            timeliness_rounds=tuple(settings.timeliness_rounds),
        )

    @property
    def is_example(self) -> bool:
        """Whether any row is of the constructed example set: then every table must say so."""
        return any(row.basis == "mau" for row in self.rows)


def codes_of(expression: str | None) -> list[str]:
    """Indicator codes named by an expression such as `T06.6+T06.7`, without the suffix of a part."""
    return [
        re.sub(r"\.(num|den)$", "", part.strip()) for part in (expression or "").split("+") if part.strip()
    ]


def _check(path: Path, rows: list[CriterionRow], register: IndicatorRegister) -> None:
    faults: list[ConfigError] = []
    known = {indicator.code for indicator in register.all}
    seen: dict[str, int] = {}
    for number, row in enumerate(rows, start=2):
        if row.code in seen:
            place = t("config.row_column", row=number, column="code")
            faults.append(
                ConfigError(shown(path), place, row.code, t("scoring.unique_code", row=seen[row.code]))
            )
        seen.setdefault(row.code, number)
        for column in ("numerator", "denominator"):
            for code in codes_of(getattr(row, column)):
                if code not in known:
                    place = t("config.row_column", row=number, column=column)
                    faults.append(ConfigError(shown(path), place, code, t("scoring.known_indicator")))
    if faults:
        raise ConfigErrors(faults)
