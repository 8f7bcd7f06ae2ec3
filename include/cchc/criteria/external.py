"""`ngoai/<year>.csv`: figures about units that others publish, with the document that says so. Bytes in, rows out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from cchc.config_files import StrictModel, kept_csv, one_of
from cchc.criteria.expression import OUTSIDE, PARTS
from cchc.criteria.figures import ExternalFigure
from cchc.criteria.formulas.base import shown
from cchc.criteria.sets import sentence
from cchc.errors import ConfigError, ConfigErrors
from cchc.indicators import NumberFault, parse_number
from cchc.moments import DAY_FIRST, PLAIN, moment_of
from cchc.texts import t

_NUMERATOR, _DENOMINATOR = PARTS
_YEAR = re.compile(r"(?:^|\D)(20\d\d)(?:\D|$)")


class _Line(StrictModel):
    """The columns; the parts of a share may stand in place of its value."""

    unit_code: str | None
    chi_so: str | None
    gia_tri: str | None
    tu_so: str | None = None
    mau_so: str | None = None
    van_ban_so: str | None
    van_ban_ngay: str | None
    ghi_chu: str | None = None


COLUMNS = tuple(_Line.model_fields)


@dataclass(frozen=True)
class PublishedValue:
    """One number about one unit. index: as a set writes it, without `ngoai:` (`SIPAS`, `KS.cong_bo.num`)."""

    unit_code: str
    index: str
    value: Decimal
    document_no: str
    document_date: date
    note: str


class _UnitOf(Protocol):
    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def tier(self) -> str: ...


def year_of(file_name: str) -> int | None:
    """The year in the name of a file, `2026.csv`; None when there is none."""
    found = _YEAR.search(file_name)
    return int(found[1]) if found else None


def read_external(
    content: bytes,
    file_name: str,
    figures: Mapping[str, ExternalFigure],
    units: Mapping[str, _UnitOf],
    today: date,
) -> list[PublishedValue]:
    """Every number of the file, a share as its two parts.

    units: those that are scored, by code. Raises ConfigErrors with every fault: row, column, value; then nothing of the
    file counts.
    """
    rows = kept_csv(file_name, content, _Line)
    reader = _Reader(file_name, figures, units, today)
    found: list[PublishedValue] = []
    seen: dict[tuple[str, str], int] = {}
    for number, line in rows.numbered():
        values = list(reader.values(number, line))
        for one in values:
            key = one.unit_code, one.index
            if key in seen:
                reader.fault(number, "chi_so", t("criteria.external.twice", row=seen[key]))
                break
            seen[key] = number
        found += values
    if reader.faults:
        raise ConfigErrors(reader.faults)
    return found


class _Reader:
    """Reads one row after the other and gathers what is wrong."""

    def __init__(
        self,
        file: str,
        figures: Mapping[str, ExternalFigure],
        units: Mapping[str, _UnitOf],
        today: date,
    ) -> None:
        self.file, self.figures, self.units, self.today = file, figures, units, today
        self.faults: list[ConfigError] = []

    def fault(self, row: int, column: str, said: str) -> None:
        self.faults.append(sentence(self.file, row, column, said))

    def values(self, row: int, line: _Line) -> Iterator[PublishedValue]:
        before = len(self.faults)
        code = (line.chi_so or "").removeprefix(OUTSIDE)
        figure, unit = self.figures.get(code), self.units.get(line.unit_code or "")
        if figure is None:
            self.fault(row, "chi_so", t("criteria.external.index", found=code) + one_of(code, self.figures))
        if unit is None:
            said = t("criteria.external.unit", found=line.unit_code or "")
            self.fault(row, "unit_code", said + one_of(line.unit_code or "", self.units))
        if not line.van_ban_so:
            self.fault(row, "van_ban_so", t("criteria.external.document"))
        day = self._day(row, line.van_ban_ngay or "")
        if figure is None or unit is None:
            return
        if unit.tier not in figure.tiers:
            said = t("criteria.external.tier", index=figure.name, tier=t(f"criteria.tiers.{unit.tier}"))
            self.fault(row, "unit_code", said)
        numbers = self._numbers(row, line, figure)
        if len(self.faults) > before or day is None:
            return
        for name, value in numbers.items():
            yield PublishedValue(unit.code, name, value, line.van_ban_so or "", day, line.ghi_chu or "")

    def _day(self, row: int, text: str) -> date | None:
        found = moment_of(text, [*DAY_FIRST, *PLAIN])
        if found is None:
            self.fault(row, "van_ban_ngay", t("criteria.external.day", found=text))
            return None
        day = found.date()
        if day > self.today:
            self.fault(row, "van_ban_ngay", t("criteria.external.future", found=text))
        return day

    def _numbers(self, row: int, line: _Line, figure: ExternalFigure) -> dict[str, Decimal]:
        """By index: of a share its parts."""
        value = self._number(row, "gia_tri", line.gia_tri, figure.form, figure.most)
        if figure.form != "share":
            for column, given in (("tu_so", line.tu_so), ("mau_so", line.mau_so)):
                if given is not None:
                    self.fault(row, column, t("criteria.external.no_parts", index=figure.code))
            if line.gia_tri is None:
                self.fault(row, "gia_tri", t("criteria.external.value"))
            return {} if value is None else {figure.code: value}
        return self._share(row, line, figure.code, value)

    def _share(self, row: int, line: _Line, name: str, value: Decimal | None) -> dict[str, Decimal]:
        part = self._number(row, "tu_so", line.tu_so, "part")
        whole = self._number(row, "mau_so", line.mau_so, "part")
        if line.tu_so is None and line.mau_so is None:
            if line.gia_tri is None:
                self.fault(row, "gia_tri", t("criteria.external.share"))
            if value is None:
                return {}
            # 62 % is 62 of 100: the sets read shares by their parts.
            return {name + _NUMERATOR: value, name + _DENOMINATOR: Decimal(100)}
        if part is None or whole is None:
            if line.tu_so is None or line.mau_so is None:
                self.fault(row, "tu_so" if line.tu_so is None else "mau_so", t("criteria.external.both"))
            return {}
        if part > whole:
            self.fault(row, "tu_so", t("criteria.external.part", part=line.tu_so, whole=line.mau_so))
        if value is not None:
            self.fault(row, "gia_tri", t("criteria.external.either"))
        return {name + _NUMERATOR: part, name + _DENOMINATOR: whole}

    def _number(
        self, row: int, column: str, text: str | None, form: str, most: Decimal | None = None
    ) -> Decimal | None:
        if text is None:
            return None
        try:
            value = parse_number(text, "count" if form in ("count", "yes_no") else "percent")
        except NumberFault as fault:
            self.fault(row, column, str(fault))
            return None
        if value is None:
            self.fault(row, column, t("criteria.external.dash"))
        elif value < 0:
            self.fault(row, column, t("criteria.external.negative", found=text))
        elif most is not None and value > most:
            self.fault(row, column, t("criteria.external.above", found=text, most=shown(most)))
        elif form == "yes_no" and value not in (0, 1):
            self.fault(row, column, t("criteria.external.yes_no", found=text))
        else:
            return value
        return None
