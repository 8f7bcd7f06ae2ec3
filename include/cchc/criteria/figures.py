"""`external_figures.csv`: figures about units that others publish or confirm, and that no unit types into a form."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from cchc.config_files import OpenedFiles, RowFaults, StrictModel, config_file
from cchc.criteria.expression import is_outside
from cchc.errors import ConfigErrors
from cchc.texts import t
from cchc.units.tiers import ReportingTier

FILE = "external_figures.csv"


def _words(value: object) -> object:
    return tuple(value.split()) if isinstance(value, str) else value


class ExternalFigure(StrictModel):
    """One figure. form: `share` a share with its two parts, `count`, `index` on a scale, `yes_no` (1 or 0).

    code: as the inputs write it, without `ngoai:`. most: the highest value of an index or a share. given_by: who
    publishes or confirms it. tiers: about whose units.
    """

    code: str = Field(min_length=1)
    name: str = Field(min_length=1)
    form: Literal["share", "count", "index", "yes_no"]
    most: Decimal | None
    given_by: str = Field(min_length=1)
    tiers: Annotated[tuple[ReportingTier, ...], BeforeValidator(_words)]


def load_external_figures(folder: Path | None = None) -> Mapping[str, ExternalFigure]:
    """By code, in the order of the file. Raises ConfigErrors with row and column."""
    return _load(folder)


@config_file(FILE)
def _load(opened: OpenedFiles) -> dict[str, ExternalFigure]:
    rows, faults = opened.csv(ExternalFigure), RowFaults(opened.path)
    found: dict[str, ExternalFigure] = {}
    for number, row in rows.numbered():
        if row.code in found:
            faults.add(number, "code", row.code, t("criteria.figures.unique"))
        elif "." in row.code and not is_outside(row.code):
            faults.add(number, "code", row.code, t("criteria.figures.pattern"))
        if (row.form in ("share", "index")) != (row.most is not None):
            faults.add(number, "most", row.most, t("criteria.figures.most"))
        found.setdefault(row.code, row)
    if faults.found:
        raise ConfigErrors(faults.found)
    return found
