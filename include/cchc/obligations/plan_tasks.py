"""Tasks of the yearly plan from `include/config/plan_tasks.csv`: each becomes an obligation of its units."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from cchc.clock import at, vn_date
from cchc.config_files import OpenedFiles, RowFaults, StrictModel, config_file, shown
from cchc.errors import CchcError, ConfigError, ConfigErrors
from cchc.texts import t
from cchc.units import TIERS_SINCE_2025_07, Unit, UnitRegister
from cchc.year import WorkingDays
from cchc.year.fields import YearDay

FILE = "plan_tasks.csv"
EVERY_UNIT = "moi-don-vi"
_CODE = re.compile(r"[A-Z0-9]+(?:[.-][A-Z0-9]+)*")  # it becomes part of an obligation's id and of file names


class PlanTaskRow(StrictModel):
    """A row of the file. lead: a unit's code, a tier (so, xa) or `moi-don-vi`. due: MM-DD of the year."""

    code: str
    section: str
    title: str
    product: str
    lead: str
    due: str
    basis: str | None = None


@dataclass(frozen=True)
class PlanTask:
    """A task of the plan; `due` is MM-DD of the reporting year, a day that every year has."""

    code: str
    section: str
    title: str
    product: str
    lead: str
    due: str
    basis: str

    @classmethod
    def load(cls, folder: Path | None = None) -> list[PlanTask]:
        """Tasks in the order of the file.

        Raises ConfigErrors with every fault of the file, by row, column and value: a lead that is no reporting
        unit, a day such as 06-31. A missing mailbox in the register of units is that file's fault, not this one's.
        """
        return list(_load(folder))

    def units(self, register: UnitRegister, day: date) -> list[Unit]:
        """Units valid on the day that the task is given to.

        A task whose one lead is not valid on the day would be given to nobody in silence: CchcError.
        """
        if self.lead == EVERY_UNIT:
            return register.on(day, TIERS_SINCE_2025_07)
        if self.lead in TIERS_SINCE_2025_07:
            return register.on(day, [self.lead])
        unit = register.get(self.lead)
        if not unit.valid_on(day):
            values = {
                "code": self.code,
                "title": self.title,
                "name": unit.name,
                "day": vn_date(day),
                "file": FILE,
            }
            raise CchcError(t("obligations.plan.lead_not_valid", **values))
        return [unit]

    def due_at(self, year: int, days: WorkingDays) -> datetime:
        """17:00 of the due day; a due day that is off moves to the working day before."""
        return at(days.previous(YearDay.parse(self.due).of(year)), 17)


@config_file(FILE)
def _load(opened: OpenedFiles) -> tuple[PlanTask, ...]:
    rows, known = opened.csv(PlanTaskRow), UnitRegister.load(opened.folder, strict=False)
    first: dict[str, int] = {}
    faults = RowFaults(opened.path)
    strangers: dict[int, str] = {}
    for number, row in rows.numbered():
        if not _known_lead(row.lead, known):
            strangers[number] = row.lead
        for column, found, allowed in _faults(row):
            faults.add(number, column, found, allowed)
        if row.code in first:
            faults.add(number, "code", row.code, t("obligations.plan.unique_code", row=first[row.code]))
        first.setdefault(row.code, number)
    if strangers:
        faults.found.insert(0, _strangers(opened.path, strangers))
    if faults.found:
        raise ConfigErrors(faults.found)
    return tuple(PlanTask(**row.model_dump(exclude={"basis"}), basis=row.basis or "") for row in rows)


def fitting_rows(rows: Iterable[Mapping[str, str]], codes: Collection[str]) -> list[Mapping[str, str]]:
    """Of the rows of a file those whose lead a register with these unit codes knows."""
    return [row for row in rows if row["lead"] in (EVERY_UNIT, *TIERS_SINCE_2025_07, *codes)]


def _known_lead(lead: str, register: UnitRegister) -> bool:
    if lead in (EVERY_UNIT, *TIERS_SINCE_2025_07):
        return True
    return lead in register and register.get(lead).reports


def _strangers(path: Path, leads: Mapping[int, str]) -> ConfigError:
    """One fault for every task of a unit that the register does not have: a short list of units is no twenty faults."""
    places = ", ".join(str(number) for number in leads)
    found = ", ".join(dict.fromkeys(leads.values()))
    action = t("obligations.plan.lead_action", count=len(leads)) if len(leads) > 1 else None
    place = t("config_files.row_column", row=places, column="lead")
    return ConfigError(shown(path), place, found, t("obligations.plan.known_lead"), action)


def _faults(row: PlanTaskRow) -> list[tuple[str, str, str]]:
    """(column, value found, what is allowed) of what is wrong in a row, whatever units there are."""
    found: list[tuple[str, str, str]] = []
    if not _CODE.fullmatch(row.code):
        found.append(("code", row.code, t("obligations.plan.code_form")))
    try:
        if YearDay.parse(row.due).shift:
            found.append(("due", row.due, t("obligations.plan.this_year")))
    except ValueError as error:
        found.append(("due", row.due, str(error)))
    return found
