"""Reading `units.csv`: each row by itself, then the rows together; every fault of the file in one pass."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from cchc.addresses import is_address
from cchc.clock import vn_date
from cchc.config_files import OpenedFiles, RowFaults, Rows, StrictModel
from cchc.errors import ConfigErrors
from cchc.texts import t
from cchc.units.model import Unit
from cchc.units.tiers import Tier

FILE = "units.csv"
_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PHONE = re.compile(r"(?:\+84|0)\d{8,10}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class UnitFileRow(StrictModel):
    """A row of the file as text; what the cells mean is checked below, where every fault can be gathered."""

    code: str
    name: str
    tier: str
    kind: str
    parent: str | None = None
    valid_from: str
    valid_to: str | None = None
    predecessors: str | None = None
    mailboxes: str | None = None
    head: str | None = None
    contact: str | None = None
    phone: str | None = None


def read_units(opened: OpenedFiles, *, strict: bool) -> list[Unit]:
    """Units in the order of the file. Raises ConfigErrors.

    strict: a reporting unit needs a mailbox, an ended one too, because its rounds can be run again.
    """
    rows = opened.csv(UnitFileRow)
    faults = RowFaults(opened.path)
    codes = _unique_codes(rows, faults)
    placed: list[tuple[int, Unit]] = []
    for number, row in rows.numbered():
        unit = _unit(number, row, codes, faults)
        if unit is None:
            continue
        if strict and unit.reports and not unit.mailboxes:
            allowed = t("units.mailbox_needed", name=unit.name)
            faults.add(number, "mailboxes", "", allowed, t("units.mailbox_action"))
        placed.append((number, unit))
    _check_parents(placed, faults)
    if faults.found:
        raise ConfigErrors(faults.found)
    return [unit for _, unit in placed]


def _unique_codes(rows: Rows[UnitFileRow], faults: RowFaults) -> Mapping[str, UnitFileRow]:
    """The first row of each code."""
    first: dict[str, int] = {}
    codes: dict[str, UnitFileRow] = {}
    for number, row in rows.numbered():
        if row.code in codes:
            allowed = t("units.unique_code", row=first[row.code], name=codes[row.code].name)
            faults.add(number, "code", row.code, allowed)
            continue
        first[row.code], codes[row.code] = number, row
    return codes


def _unit(number: int, row: UnitFileRow, codes: Mapping[str, UnitFileRow], faults: RowFaults) -> Unit | None:
    """The unit of a row; None when its tier or validity cannot be read."""
    if not _CODE.fullmatch(row.code):
        faults.add(number, "code", row.code, t("units.code_form"))
    if row.parent and row.parent not in codes:
        faults.add(number, "parent", row.parent, t("units.known_parent"))
    predecessors, mailboxes = _list(row.predecessors), _list(row.mailboxes)
    for predecessor in predecessors:
        if predecessor == row.code or predecessor not in codes:
            faults.add(number, "predecessors", predecessor, t("units.known_predecessor"))
    for mailbox in mailboxes:
        if not is_address(mailbox):
            faults.add(number, "mailboxes", mailbox, t("units.address"))
    if row.phone and not _PHONE.fullmatch(re.sub(r"[ .()-]", "", row.phone)):
        faults.add(number, "phone", row.phone, t("units.phone"), t("units.phone_action"))
    if row.tier not in set(Tier):
        faults.add(number, "tier", row.tier, t("config_files.one_of", names=", ".join(Tier)))
        return None
    first = _day(number, "valid_from", row.valid_from, faults)
    last = _day(number, "valid_to", row.valid_to, faults) if row.valid_to else None
    if first is None or (row.valid_to and last is None):
        return None
    if last and last < first:
        faults.add(number, "valid_to", row.valid_to, t("units.validity", first=vn_date(first)))
        return None
    return Unit(
        code=row.code,
        name=row.name,
        tier=row.tier,
        kind=row.kind,
        parent=row.parent,
        valid_from=first,
        valid_to=last,
        predecessors=tuple(predecessors),
        mailboxes=tuple(mailboxes),
        head=row.head or "",
        contact=row.contact or "",
        phone=row.phone or "",
    )


def _check_parents(placed: Sequence[tuple[int, Unit]], faults: RowFaults) -> None:
    """A unit is below its parent, not the other way round, and lives within its parent's life."""
    units = {unit.code: unit for _, unit in placed}
    for number, unit in placed:
        parent = units.get(unit.parent or "")
        if parent is None:
            continue
        if _above_itself(unit, units):
            faults.add(number, "parent", unit.parent, t("units.no_circle", name=unit.name))
        elif not unit.within(parent):
            faults.add(number, "parent", unit.parent, t("units.parent_alive", validity=_validity(unit)))


def _above_itself(unit: Unit, units: Mapping[str, Unit]) -> bool:
    seen: set[str] = set()
    above = units.get(unit.parent or "")
    while above is not None and above.code not in seen:
        if above.code == unit.code:
            return True
        seen.add(above.code)
        above = units.get(above.parent or "")
    return False


def _validity(unit: Unit) -> str:
    last = vn_date(unit.valid_to) if unit.valid_to else t("units.now")
    return f"{vn_date(unit.valid_from)} - {last}"


def _day(number: int, column: str, text: str, faults: RowFaults) -> date | None:
    try:
        # fromisoformat also knows forms such as 20250701, which nobody means to write here.
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    faults.add(number, column, text, t("config_files.iso_date"))
    return None


def _list(cell: str | None) -> list[str]:
    """Parts of a cell separated by spaces, commas or semicolons."""
    return [part for part in re.split(r"[;,\s]+", cell or "") if part]
