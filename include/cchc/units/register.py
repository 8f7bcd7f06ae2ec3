"""Units from `include/config/units.csv`. Every denominator is 'units valid and obliged on that day'."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from cchc.clock import vn_date
from cchc.config_files import StrictModel, load_csv, shown
from cchc.errors import CchcError, ConfigError, ConfigErrors
from cchc.paths import config_dir
from cchc.texts import t

FILE = "units.csv"
_ADDRESS = re.compile(r"[^@\s;,]+@[^@\s;,]+\.[^@\s;,]+")


class UnitRow(StrictModel):
    """A row of the file. tier `tinh` names a province: a parent, never a reporter."""

    code: str = Field(pattern=r"^[a-z0-9-]+$")
    name: str
    tier: Literal["tinh", "so", "huyen", "xa"]
    kind: str
    parent: str | None = None
    valid_from: date
    valid_to: date | None = None
    predecessors: str | None = None
    mailboxes: str | None = None
    head: str | None = None


@dataclass(frozen=True)
class Unit:
    """A unit. head is the title of its head, never a person's name; valid_to is its last day, or None."""

    code: str
    name: str
    tier: str
    kind: str
    parent: str | None
    valid_from: date
    valid_to: date | None
    predecessors: tuple[str, ...]
    mailboxes: tuple[str, ...]
    head: str

    def valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class UnitRegister:
    """All units in the order of the file."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self.all = list(units)
        self._by_code = {unit.code: unit for unit in units}

    @classmethod
    def load(cls, folder: Path | None = None, *, strict: bool = True) -> UnitRegister:
        """Raises ConfigErrors naming row, column, value and what is allowed.

        A reporting unit without mailbox is an error too; `strict=False` lets it pass, for the command that
        lists them.
        """
        path = (folder or config_dir()) / FILE
        return _load(path, path.stat().st_mtime_ns if path.exists() else 0, strict)

    def get(self, code: str) -> Unit:
        """The unit; an error that says where units are listed when there is none."""
        try:
            return self._by_code[code]
        except KeyError:
            raise CchcError(t("units.unknown", code=code)) from None

    def __contains__(self, code: str) -> bool:
        return code in self._by_code

    def on(self, day: date, tiers: Iterable[str] | None = None) -> list[Unit]:
        """Reporting units valid on the day, of the tiers given (all reporting tiers by default)."""
        wanted = {"so", "huyen", "xa"} if tiers is None else set(tiers)
        return [unit for unit in self.all if unit.tier in wanted and unit.valid_on(day)]

    def successors(self, code: str) -> list[Unit]:
        """Units that name this one as their predecessor."""
        return [unit for unit in self.all if code in unit.predecessors]

    def without_mailbox(self, day: date) -> list[Unit]:
        """Reporting units valid on the day that no mail can reach."""
        return [unit for unit in self.on(day) if not unit.mailboxes]


@lru_cache(maxsize=8)
def _load(path: Path, _changed: int, strict: bool) -> UnitRegister:
    rows = load_csv(path, UnitRow)
    faults: list[ConfigError] = []
    codes = {row.code for row in rows}
    first: dict[str, int] = {}
    units = []
    for number, row in enumerate(rows, start=2):

        def fault(
            column: str, found: object, allowed: str, number: int = number, action: str | None = None
        ) -> None:
            faults.append(
                ConfigError(
                    shown(path), t("config.row_column", row=number, column=column), found, allowed, action
                )
            )

        if row.code in first:
            fault("code", row.code, t("units.unique_code", row=first[row.code]))
        first.setdefault(row.code, number)
        if row.parent and row.parent not in codes:
            fault("parent", row.parent, t("units.known_parent"))
        if row.valid_to and row.valid_to < row.valid_from:
            fault("valid_to", vn_date(row.valid_to), t("units.validity", first=vn_date(row.valid_from)))
        for predecessor in _list(row.predecessors):
            if predecessor not in codes:
                fault("predecessors", predecessor, t("units.known_parent"))
        mailboxes = _list(row.mailboxes)
        for mailbox in mailboxes:
            if not _ADDRESS.fullmatch(mailbox):
                fault("mailboxes", mailbox, t("units.address"))
        if strict and not mailboxes and row.tier != "tinh":
            fault("mailboxes", "", t("units.mailbox_needed", name=row.name), action=t("units.mailbox_action"))
        units.append(
            Unit(
                row.code, row.name, row.tier, row.kind, row.parent, row.valid_from, row.valid_to,
                tuple(_list(row.predecessors)), tuple(mailboxes), row.head or "",
            )
        )  # fmt: skip
    if faults:
        raise ConfigErrors(faults)
    return UnitRegister(units)


def _list(cell: str | None) -> list[str]:
    """Parts of a cell separated by spaces, commas or semicolons."""
    return [part for part in re.split(r"[;,\s]+", cell or "") if part]
