"""Tasks of the yearly plan from `include/config/plan_tasks.csv`: each becomes an obligation of its units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from pydantic import ValidationError

from cchc.clock import at
from cchc.config_files import StrictModel, load_csv, shown
from cchc.errors import ConfigError, ConfigErrors
from cchc.paths import config_dir
from cchc.texts import t
from cchc.units import Unit, UnitRegister
from cchc.year import WorkingDays
from cchc.year.rules import YearDay

EVERY_UNIT = "moi-don-vi"
TIERS = ("so", "xa")


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
    """A task of the plan; `due` is MM-DD of the reporting year, a real day."""

    code: str
    section: str
    title: str
    product: str
    lead: str
    due: str
    basis: str

    @classmethod
    def load(cls, folder: Path | None = None) -> list[PlanTask]:
        """Raises ConfigErrors naming row, column, value: a lead that is no unit, a day such as 06-31."""
        folder = folder or config_dir()
        path = folder / "plan_tasks.csv"
        register = UnitRegister.load(folder)
        faults: list[ConfigError] = []
        tasks: list[PlanTask] = []
        for number, row in enumerate(load_csv(path, PlanTaskRow), start=2):

            def fault(column: str, found: str, allowed: str, number: int = number) -> None:
                faults.append(
                    ConfigError(
                        shown(path), t("config.row_column", row=number, column=column), found, allowed
                    )
                )

            if any(task.code == row.code for task in tasks):
                fault("code", row.code, t("obligations.plan.unique_code"))
            if row.lead not in register and row.lead not in (EVERY_UNIT, *TIERS):
                fault("lead", row.lead, t("obligations.plan.known_lead"))
            try:
                YearDay.parse(row.due)
            except (ValueError, ValidationError) as error:
                fault("due", row.due, str(error))
                continue
            tasks.append(
                cls(row.code, row.section, row.title, row.product, row.lead, row.due, row.basis or "")
            )
        if faults:
            raise ConfigErrors(faults)
        return tasks

    def units(self, register: UnitRegister, day: date) -> list[Unit]:
        """Units valid on the day that the task is given to."""
        if self.lead == EVERY_UNIT:
            return register.on(day, TIERS)
        if self.lead in TIERS:
            return register.on(day, [self.lead])
        unit = register.get(self.lead)
        return [unit] if unit.valid_on(day) else []

    def due_at(self, year: int, days: WorkingDays) -> datetime:
        """17:00 of the due day; a due day that is off moves to the working day before."""
        return at(days.previous(YearDay.parse(self.due).of(year)), 17)
